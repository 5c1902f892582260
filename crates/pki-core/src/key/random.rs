//! Randomness as an argument: the crate draws from what it is given, never from a global.

use std::fmt;

use rand_core::{TryCryptoRng, TryRng};

/// A source of cryptographically secure random bytes.
///
/// [`SystemRandom`] is the kernel's. Tests pass a deterministic one.
pub trait Random: fmt::Debug + Sync {
    /// Fills `bytes` entirely.
    ///
    /// # Errors
    ///
    /// [`RandomError`] when the source cannot deliver.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The source of randomness failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot get random bytes: {reason}")]
pub struct RandomError {
    /// What the source said.
    pub reason: String,
}

/// The operating system's generator: `getrandom(2)`, which blocks until it is seeded.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(|error| RandomError {
            reason: error.to_string(),
        })
    }
}

/// Lets the key generators of the cryptography crates draw from a [`Random`].
pub(crate) struct Generator<'a>(pub(crate) &'a dyn Random);

impl TryRng for Generator<'_> {
    type Error = RandomError;

    fn try_next_u32(&mut self) -> Result<u32, RandomError> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, RandomError> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
        self.0.fill(bytes)
    }
}

impl TryCryptoRng for Generator<'_> {}
