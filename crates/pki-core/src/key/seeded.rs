use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Random, RandomError};

/// Randomness that is no more than its seed: the same inputs give the same bytes, whatever the
/// algorithm, however many processors there are. For tests, fixtures and reproducible images.
///
/// Whoever has the seed has every key. One seed for each run: with the same seed, the same
/// credential gets the same key at the same instant.
///
/// The octets of a stream are SHA-256(SHA-256(seed ‖ label) ‖ n) for n = 0, 1, …, a number of
/// eight octets, big-endian. Each key and each serial number has a stream of its own
/// ([`Random::stream`]): which comes first does not matter.
///
/// ```
/// use pki_core::key::{Random as _, SeededRandom};
///
/// let fill = |seed: &SeededRandom| {
///     let mut bytes = [0; 8];
///     seed.fill(&mut bytes).map(|()| bytes)
/// };
/// let (one, other) = (SeededRandom::new([7; 32]), SeededRandom::new([7; 32]));
/// assert_eq!(fill(&one)?, fill(&other)?);
/// assert_ne!(fill(&one)?, fill(&SeededRandom::new([8; 32]))?);
/// # Ok::<(), pki_core::key::RandomError>(())
/// ```
pub struct SeededRandom {
    seed: Zeroizing<[u8; 32]>,
    blocks: AtomicU64,
}

impl SeededRandom {
    /// Expands a seed.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            seed: Zeroizing::new(seed),
            blocks: AtomicU64::new(0),
        }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        for chunk in bytes.chunks_mut(32) {
            let block = self.blocks.fetch_add(1, Ordering::Relaxed);
            let digest = Sha256::new().chain_update(*self.seed);
            let digest = Zeroizing::<[u8; 32]>::new(
                digest.chain_update(block.to_be_bytes()).finalize().into(),
            );
            for (octet, drawn) in chunk.iter_mut().zip(digest.iter()) {
                *octet = *drawn;
            }
        }
        Ok(())
    }

    fn stream(&self, label: &str) -> Option<Box<dyn Random>> {
        let seed = Sha256::new().chain_update(*self.seed).chain_update(label);
        Some(Box::new(Self::new(seed.finalize().into())))
    }
}

impl fmt::Debug for SeededRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeededRandom(seed elided)")
    }
}
