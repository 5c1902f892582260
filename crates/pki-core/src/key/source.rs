use std::fmt;

use p256::elliptic_curve::Generate as _;

use super::curve::P256Key;
use super::private::Secret;
use super::random::{Generator, Random, RandomError};
use super::rsa::RsaKey;
use super::{KeyAlgorithm, KeyError, PrivateKey};

/// A key that is wanted: for which credential, and of which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyRequest<'a> {
    /// Name of the credential that it is for. Generation may use it to find a prepared key.
    pub name: &'a str,
    /// The kind of key.
    pub algorithm: KeyAlgorithm,
}

impl<'a> KeyRequest<'a> {
    /// A request for one key.
    #[must_use]
    pub const fn new(name: &'a str, algorithm: KeyAlgorithm) -> Self {
        Self { name, algorithm }
    }
}

/// Where new keys come from. Called from several threads at once.
pub trait KeySource: fmt::Debug + Send + Sync {
    /// Makes one key.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when it cannot be made.
    fn generate(
        &self,
        request: KeyRequest<'_>,
        random: &dyn Random,
    ) -> Result<PrivateKey, KeyError>;
}

/// Generates keys in software, with the `rsa`, `p256` and `p384` crates. Without the feature
/// `rsa`, RSA keys are [`KeyError::FeatureOff`].
#[derive(Debug, Clone, Copy, Default)]
pub struct SoftwareKeys;

impl KeySource for SoftwareKeys {
    fn generate(
        &self,
        request: KeyRequest<'_>,
        random: &dyn Random,
    ) -> Result<PrivateKey, KeyError> {
        let generator = &mut Generator::new(random)?;
        let secret = match secret(request.algorithm, generator) {
            // Not every key generator passes on why its source failed.
            Err(_) if generator.is_stuck() => Err(RandomError::stuck().into()),
            made => made,
        };
        PrivateKey::new(secret?)
    }
}

/// Generates keys as [`SoftwareKeys`] does, and those on P-256 sign several times as fast: by the
/// crate graviola, where the processor has what that needs, which is asked at run time.
///
/// Their signatures differ each time, because what the operating system's generator gives is mixed
/// into them. Whoever wants the same octets again takes [`SoftwareKeys`].
#[cfg(feature = "graviola")]
#[derive(Debug, Clone, Copy, Default)]
pub struct FastKeys;

#[cfg(feature = "graviola")]
impl KeySource for FastKeys {
    fn generate(
        &self,
        request: KeyRequest<'_>,
        random: &dyn Random,
    ) -> Result<PrivateKey, KeyError> {
        let key = SoftwareKeys.generate(request, random)?;
        Ok(key.hedged())
    }
}

fn secret(algorithm: KeyAlgorithm, generator: &mut Generator<'_>) -> Result<Secret, KeyError> {
    Ok(match algorithm {
        KeyAlgorithm::EcdsaP256 => {
            let key = p256::SecretKey::try_generate_from_rng(generator)?;
            Secret::P256(P256Key::new(&key)?)
        }
        KeyAlgorithm::EcdsaP384 => {
            let key = p384::ecdsa::SigningKey::try_generate_from_rng(generator)?;
            Secret::P384(Box::new(key))
        }
        KeyAlgorithm::Rsa2048 => Secret::Rsa(RsaKey::generate(generator, 2048)?),
        KeyAlgorithm::Rsa3072 => Secret::Rsa(RsaKey::generate(generator, 3072)?),
        KeyAlgorithm::Rsa4096 => Secret::Rsa(RsaKey::generate(generator, 4096)?),
    })
}
