use std::fmt;
use std::sync::Arc;

use const_oid::db::rfc5912::{SECP_256_R_1, SECP_384_R_1};
use der::SecretDocument;
use der::pem::{LineEnding, PemLabel as _};
use pkcs8::EncodePrivateKey as _;
use signature::Signer as _;
use spki::EncodePublicKey as _;
use zeroize::Zeroizing;

use super::curve::P256Key;
use super::rsa::RsaKey;
use super::{KeyError, Passphrase, PublicKey, Random, encrypted};

/// A key that can sign, wherever its private half is: in memory, in a hardware module, behind
/// a service. An [`Authority`](crate::Authority) signs with one.
pub trait SigningKey: fmt::Debug + Send + Sync {
    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// Signs the message (not a digest) with the scheme of
    /// [`KeyType::signature_scheme`](super::KeyType::signature_scheme). The result is what goes
    /// into a certificate: for RSA the PKCS#1 v1.5 octets, for ECDSA a DER
    /// `ECDSA-Sig-Value` (RFC 3279 section 2.2.3).
    ///
    /// # Errors
    ///
    /// [`KeyError::Sign`].
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// A private key in memory.
///
/// Not `Clone`; `Debug` shows the public half only; wiped when dropped.
pub struct PrivateKey {
    secret: Secret,
    public: PublicKey,
}

pub(super) enum Secret {
    P256(P256Key),
    P384(Box<p384::ecdsa::SigningKey>),
    Rsa(RsaKey),
}

impl PrivateKey {
    pub(super) fn new(secret: Secret) -> Result<Self, KeyError> {
        let spki = match &secret {
            Secret::P256(key) => key.public().to_public_key_der(),
            Secret::P384(key) => key.verifying_key().to_public_key_der(),
            Secret::Rsa(key) => key.public_key_der(),
        };
        let spki = spki.map_err(KeyError::encode)?;
        let public = PublicKey::from_spki_der(spki.as_bytes())?;
        Ok(Self { secret, public })
    }

    /// The same, signing as fast as the processor can: signatures may differ each time then.
    #[cfg(feature = "graviola")]
    pub(super) fn hedged(self) -> Self {
        Self {
            secret: match self.secret {
                Secret::P256(key) => Secret::P256(key.hedged()),
                other => other,
            },
            ..self
        }
    }

    /// Reads the first private key of a PEM text: PKCS#1, SEC1 or PKCS#8. Other blocks, such
    /// as the `EC PARAMETERS` that OpenSSL writes first, are passed over.
    ///
    /// # Errors
    ///
    /// [`KeyError`] tells apart: no PEM, DER, no key in it, encrypted, malformed, unsupported.
    pub fn from_pem(text: &[u8]) -> Result<Self, KeyError> {
        super::pem::private_key(text, None)
    }

    /// The same of a text whose key may be encrypted: PKCS#8 by PBES2, with PBKDF2 or scrypt and
    /// AES, as OpenSSL writes it. Needs the feature `encrypted-keys` for one that is.
    ///
    /// # Errors
    ///
    /// [`KeyError`] as [`from_pem`](Self::from_pem); [`KeyError::Passphrase`] for another one's,
    /// [`KeyError::TooMuchWork`] before anything is computed.
    pub fn from_encrypted_pem(text: &[u8], passphrase: &Passphrase) -> Result<Self, KeyError> {
        super::pem::private_key(text, Some(passphrase))
    }

    /// PKCS#8 PEM that only the passphrase opens: PBKDF2 with SHA-256 and 600 000 rounds,
    /// AES-256-CBC, which OpenSSL and GnuTLS read. No Kubernetes component does. Needs the feature
    /// `encrypted-keys`.
    ///
    /// # Errors
    ///
    /// [`KeyError::Encode`] should the encoder fail.
    pub fn to_encrypted_pem(
        &self,
        passphrase: &Passphrase,
        random: &dyn Random,
    ) -> Result<Zeroizing<String>, KeyError> {
        let document = match &self.secret {
            Secret::P256(key) => p256::SecretKey::from_slice(key.scalar().as_slice())
                .map_err(KeyError::encode)?
                .to_pkcs8_der(),
            Secret::P384(key) => p384::SecretKey::from(key.as_nonzero_scalar()).to_pkcs8_der(),
            Secret::Rsa(key) => {
                return encrypted::encrypt(&key.to_pkcs8_der()?, passphrase, random);
            }
        };
        let document = document.map_err(KeyError::encode)?;
        encrypted::encrypt(document.as_bytes(), passphrase, random)
    }

    /// PEM in the form kubeadm writes: PKCS#1 (`RSA PRIVATE KEY`) or SEC1 (`EC PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// [`KeyError::Encode`] should the encoder fail.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        match &self.secret {
            Secret::P256(key) => self.sec1_pem(key.scalar().as_slice(), SECP_256_R_1),
            Secret::P384(key) => self.sec1_pem(&Zeroizing::new(key.to_bytes()), SECP_384_R_1),
            Secret::Rsa(key) => key.to_pem(),
        }
    }

    /// SEC1 with the public point that is known already: the curves' own encoders compute it
    /// again, which takes as long as making the key.
    fn sec1_pem(
        &self,
        scalar: &[u8],
        curve: const_oid::ObjectIdentifier,
    ) -> Result<Zeroizing<String>, KeyError> {
        let key = sec1::EcPrivateKey {
            private_key: scalar,
            parameters: Some(sec1::EcParameters::NamedCurve(curve)),
            public_key: Some(self.public.subject_public_key()),
        };
        SecretDocument::encode_msg(&key)
            .and_then(|document| document.to_pem(sec1::EcPrivateKey::PEM_LABEL, LineEnding::LF))
            .map_err(KeyError::encode)
    }
}

impl SigningKey for PrivateKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let failed = |error: signature::Error| KeyError::Sign {
            source: Box::new(error),
        };
        match &self.secret {
            Secret::P256(key) => key.sign(message),
            Secret::P384(key) => {
                let signature: p384::ecdsa::DerSignature = key.try_sign(message).map_err(failed)?;
                Ok(signature.as_bytes().to_vec())
            }
            Secret::Rsa(key) => key.sign(message),
        }
    }
}

/// Shared, not copied: an authority and the bundle that writes its key hold the same one.
impl<K: SigningKey + ?Sized> SigningKey for Arc<K> {
    fn public_key(&self) -> &PublicKey {
        self.as_ref().public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.as_ref().sign(message)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({:?}, secret elided)", self.public)
    }
}

#[cfg(test)]
mod tests {
    use zeroize::ZeroizeOnDrop;

    use super::*;
    use crate::key::{KeyAlgorithm, KeyRequest, KeySource as _, SoftwareKeys, SystemRandom};

    /// Compiles for nothing but what wipes itself when it is dropped.
    fn is_wiped<T: ZeroizeOnDrop>(_: &T) {}

    /// That the bytes are gone is shown from outside, by `tests/live/memory.rs`.
    #[test]
    fn every_kind_of_key_wipes_itself() {
        for algorithm in [
            KeyAlgorithm::EcdsaP256,
            KeyAlgorithm::EcdsaP384,
            KeyAlgorithm::Rsa2048,
        ] {
            let request = KeyRequest::new("sa", algorithm);
            let key = SoftwareKeys.generate(request, &SystemRandom).unwrap();
            match &key.secret {
                Secret::P256(key) => is_wiped(key.scalar().as_ref()),
                Secret::P384(key) => is_wiped(key.as_ref()),
                Secret::Rsa(key) => is_wiped(key.inner()),
            }
            is_wiped(&key.to_pem().unwrap());
        }
        is_wiped(&SecretDocument::try_from([0x30, 0].as_slice()).unwrap());
    }
}
