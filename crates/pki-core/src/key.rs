//! Keys: what kinds there are, how one is read, written, generated and used.
//!
//! Private keys have no `Clone`, print nothing in `Debug` and are wiped when dropped. The
//! traits [`SigningKey`] and [`KeySource`] let a hardware module, a key service or a test
//! fixture take the place of the keys made here.

mod algorithm;
mod curve;
#[cfg(feature = "encrypted-keys")]
mod encrypted;
#[cfg(not(feature = "encrypted-keys"))]
#[path = "key/no_encrypted.rs"]
mod encrypted;
mod error;
#[cfg(all(
    feature = "graviola",
    any(target_arch = "aarch64", target_arch = "x86_64")
))]
mod graviola;
#[cfg(not(all(
    feature = "graviola",
    any(target_arch = "aarch64", target_arch = "x86_64")
)))]
#[path = "key/no_graviola.rs"]
mod graviola;
mod id;
mod passphrase;
mod pem;
mod premade;
mod private;
mod public;
mod random;
#[cfg(feature = "rsa")]
mod rsa;
#[cfg(not(feature = "rsa"))]
#[path = "key/no_rsa.rs"]
mod rsa;
mod seeded;
mod signers;
mod source;
mod stack;
#[cfg(feature = "system-random")]
mod system;
#[cfg(test)]
mod tests;

pub use algorithm::{KeyAlgorithm, KeyType, SignatureScheme, UnknownAlgorithm};
pub use error::KeyError;
pub use id::KeyIdentifier;
pub use passphrase::Passphrase;
pub use premade::PremadeKeys;
pub use private::{PrivateKey, SigningKey};
pub(crate) use public::common_name;
pub use public::{PublicKey, ecdsa_signature};
pub(crate) use random::with_stream;
pub use random::{Random, RandomError};
pub use seeded::SeededRandom;
pub use signers::Signers;
#[cfg(feature = "graviola")]
pub use source::FastKeys;
pub use source::{KeyRequest, KeySource, SoftwareKeys};
#[cfg(feature = "threads")]
pub(crate) use stack::DEPTH as STACK_DEPTH;
pub use stack::overwrite_stack;
#[cfg(feature = "system-random")]
pub use system::SystemRandom;

/// The first thing about a PEM text, of whatever, that some reader takes otherwise than Go does:
/// how its blocks are framed, and the label of its private key.
#[must_use]
pub fn framing(text: &[u8]) -> Option<crate::text::FramingError> {
    pem::framing(text)
}
