use super::{Random, RandomError};

/// The operating system's generator: `getrandom(2)` on Linux, which blocks until it is seeded.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(|error| RandomError {
            reason: error.to_string(),
        })
    }
}
