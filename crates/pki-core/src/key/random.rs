//! Randomness as an argument: the crate draws from what it is given, never from a global.

use std::fmt;

use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

/// A source of cryptographically secure random bytes.
///
/// `SystemRandom` is the kernel's, with the feature `system-random`;
/// [`SeededRandom`](super::SeededRandom) is known in advance.
pub trait Random: fmt::Debug + Send + Sync {
    /// Fills `bytes` entirely.
    ///
    /// # Errors
    ///
    /// [`RandomError`] when the source cannot deliver.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;

    /// A source of its own for what has this label, so that what is drawn for it does not depend
    /// on what else is drawn, and when. `None`, as by default, where that is of no use: it is
    /// drawn from this one then.
    fn stream(&self, _label: &str) -> Option<Box<dyn Random>> {
        None
    }
}

/// What is drawn from for a label: a stream of its own where the source has such.
pub(crate) fn with_stream<T>(
    random: &dyn Random,
    label: impl FnOnce() -> String,
    draw: impl FnOnce(&dyn Random) -> T,
) -> T {
    match random.stream(&label()) {
        Some(stream) => draw(stream.as_ref()),
        None => draw(random),
    }
}

/// The source of randomness failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot get random bytes: {reason}")]
pub struct RandomError {
    /// What the source said.
    pub reason: String,
}

impl RandomError {
    /// A source that gives what cannot be by chance.
    pub(crate) fn stuck() -> Self {
        Self {
            reason: "the source repeats itself".to_owned(),
        }
    }
}

/// So many octets are not the same as the ones before by chance.
const NOT_BY_CHANCE: usize = 16;
/// A hundred times what a key of RSA-4096 takes: 544, for a search goes on from where it began.
const MOST_OCTETS: usize = 64 << 10;

/// Lets the key generators of the cryptography crates draw from a [`Random`]. They draw until they
/// like what they get, which a source that repeats itself never gives them: that ends here.
pub(crate) struct Generator<'a> {
    random: &'a dyn Random,
    last: Zeroizing<Vec<u8>>,
    repeated: usize,
    drawn: usize,
    /// Whether it has ended here: what draws may not say why it failed.
    stuck: bool,
}

impl<'a> Generator<'a> {
    /// Fails where the first octets come twice: who draws once would like them.
    pub(crate) fn new(random: &'a dyn Random) -> Result<Self, RandomError> {
        let mut generator = Self {
            random,
            last: Zeroizing::default(),
            repeated: 0,
            drawn: 0,
            stuck: false,
        };
        for _ in 0..2 {
            generator.try_fill_bytes(Zeroizing::new([0; NOT_BY_CHANCE]).as_mut_slice())?;
        }
        Ok(generator)
    }

    /// Whether what was drawn from it failed because the source repeats itself.
    pub(crate) fn is_stuck(&self) -> bool {
        self.stuck
    }
}

impl TryRng for Generator<'_> {
    type Error = RandomError;

    fn try_next_u32(&mut self) -> Result<u32, RandomError> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, RandomError> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        self.random.fill(bytes)?;
        self.drawn = self.drawn.saturating_add(bytes.len());
        if self.last.as_slice() == &*bytes {
            self.repeated += bytes.len();
        } else {
            self.repeated = 0;
            self.last = Zeroizing::new(bytes.to_vec());
        }
        if self.repeated >= NOT_BY_CHANCE || self.drawn > MOST_OCTETS {
            self.stuck = true;
            return Err(RandomError::stuck());
        }
        Ok(())
    }
}

impl TryCryptoRng for Generator<'_> {}
