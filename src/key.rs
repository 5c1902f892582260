//! Keys: where they come from, and what signs without leaving its place.
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//!
//! use pkigen::key::{
//!     KeyAlgorithm, KeyError, KeyRequest, KeySource, PrivateKey, PublicKey, Random, SeededRandom,
//!     Signers, SigningKey, SoftwareKeys,
//! };
//!
//! /// Keys that were made beforehand, or by somebody else.
//! #[derive(Debug)]
//! struct Prepared;
//!
//! impl KeySource for Prepared {
//!     fn generate(
//!         &self,
//!         request: KeyRequest<'_>,
//!         random: &dyn Random,
//!     ) -> Result<PrivateKey, KeyError> {
//!         SoftwareKeys.generate(request, random)
//!     }
//! }
//!
//! /// A key behind a service: it knows the public half, and asks for signatures.
//! #[derive(Debug)]
//! struct Service(PrivateKey);
//!
//! impl SigningKey for Service {
//!     fn public_key(&self) -> &PublicKey {
//!         self.0.public_key()
//!     }
//!
//!     fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
//!         self.0.sign(message)
//!     }
//! }
//!
//! let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP384);
//! let key = Prepared.generate(request, &SeededRandom::new([7; 32]))?;
//! let signers = Signers::new().with("ca", Arc::new(Service(key)));
//! assert!(signers.get("ca").is_some() && signers.get("etcd-ca").is_none());
//! # Ok::<(), KeyError>(())
//! ```

#[cfg(feature = "system-random")]
pub use pki_core::SystemRandom;
#[cfg(feature = "graviola")]
pub use pki_core::key::FastKeys;
pub use pki_core::key::{
    KeyAlgorithm, KeyError, KeyIdentifier, KeyRequest, KeySource, KeyType, PrivateKey, PublicKey,
    SigningKey, SoftwareKeys,
};
pub use pki_core::{Random, RandomError, SeededRandom, Signers};
