//! Randomness that a test knows in advance.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use pkigen::key::Random;
use pkigen::pki_core::RandomError;
use sha2::{Digest as _, Sha256};

/// Different bytes at each call, the same in each run: the SHA-256 of the number of the call.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    calls: AtomicU64,
}

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        for chunk in bytes.chunks_mut(32) {
            let call = self.calls.fetch_add(1, Ordering::Relaxed);
            let digest = Sha256::digest(call.to_be_bytes());
            chunk.copy_from_slice(&digest[..chunk.len()]);
        }
        Ok(())
    }
}

/// Exactly these bytes, a piece at each call.
#[derive(Debug)]
pub(crate) struct Scripted {
    pieces: Mutex<VecDeque<Vec<u8>>>,
}

impl Scripted {
    pub(crate) fn new(pieces: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self {
            pieces: Mutex::new(pieces.into_iter().collect()),
        }
    }

    /// How many pieces nobody has drawn.
    pub(crate) fn left(&self) -> usize {
        self.pieces.lock().unwrap().len()
    }
}

impl Random for Scripted {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        let piece = self.pieces.lock().unwrap().pop_front();
        bytes.copy_from_slice(&piece.expect("another piece in the script"));
        Ok(())
    }
}
