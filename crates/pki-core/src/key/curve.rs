//! A private key on P-256. What is computed with it is computed as fast as the processor can, and
//! once.

use std::sync::OnceLock;

use p256::ecdsa::{DerSignature, SigningKey};
use signature::Signer as _;
use zeroize::Zeroizing;

use super::{KeyError, graviola};

/// The octets of a scalar, in one place that is wiped.
pub(super) type Scalar = Box<Zeroizing<[u8; 32]>>;

pub(super) struct P256Key {
    scalar: Scalar,
    public: p256::PublicKey,
    /// What signs the same way each time. It takes as long to make as a key does, and most keys are
    /// read for their public half.
    signing: OnceLock<Box<SigningKey>>,
    /// Whether signatures may differ from each other.
    is_hedged: bool,
}

impl P256Key {
    /// A key that signs as RFC 6979 has it: the same message gets the same signature.
    pub(super) fn new(secret: &p256::SecretKey) -> Result<Self, KeyError> {
        let mut scalar = Scalar::default();
        scalar.copy_from_slice(&Zeroizing::new(secret.to_bytes()));
        let point = if graviola::is_here() {
            graviola::public_point(scalar.as_slice())
        } else {
            None
        };
        let public = match point {
            Some(point) => p256::PublicKey::from_sec1_bytes(&point)
                .map_err(|error| KeyError::decode("SEC1", error))?,
            None => secret.public_key(),
        };
        Ok(Self {
            scalar,
            public,
            signing: OnceLock::new(),
            is_hedged: false,
        })
    }

    /// The same, signing as fast as it goes.
    #[cfg(feature = "graviola")]
    pub(super) fn hedged(self) -> Self {
        Self {
            is_hedged: true,
            ..self
        }
    }

    pub(super) fn public(&self) -> &p256::PublicKey {
        &self.public
    }

    pub(super) fn scalar(&self) -> &Scalar {
        &self.scalar
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        if self.is_hedged
            && graviola::is_here()
            && let Some(signature) = graviola::sign(self.scalar.as_slice(), message)
        {
            return Ok(signature);
        }
        let failed = |error: signature::Error| KeyError::Sign {
            source: Box::new(error),
        };
        let key = if let Some(key) = self.signing.get() {
            key
        } else {
            let made = SigningKey::from_slice(self.scalar.as_slice()).map_err(failed)?;
            self.signing.get_or_init(|| Box::new(made))
        };
        let signature: DerSignature = key.try_sign(message).map_err(failed)?;
        Ok(signature.as_bytes().to_vec())
    }
}

#[cfg(all(test, feature = "graviola"))]
mod tests {
    use p256::ecdsa::DerSignature;
    use p256::ecdsa::signature::Verifier as _;

    use crate::key::{
        FastKeys, KeyAlgorithm, KeyRequest, KeySource as _, PrivateKey, SeededRandom,
        SigningKey as _, SoftwareKeys,
    };

    /// Who makes it decides how it signs, and nothing else; read from its PEM it signs the same way
    /// each time.
    #[test]
    fn fast_keys_are_the_same_keys() {
        let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP256);
        let random = || SeededRandom::new([7; 32]);
        let fast = FastKeys.generate(request, &random()).unwrap();
        let slow = SoftwareKeys.generate(request, &random()).unwrap();
        let pem = fast.to_pem().unwrap();
        assert_eq!(pem, slow.to_pem().unwrap());
        let read = PrivateKey::from_pem(pem.as_bytes()).unwrap();
        assert_eq!(read.public_key(), fast.public_key());
        assert_eq!(read.sign(b"x").unwrap(), slow.sign(b"x").unwrap());
        let public = p256::PublicKey::from_sec1_bytes(fast.public_key().subject_public_key());
        let public = p256::ecdsa::VerifyingKey::from(public.unwrap());
        for _ in 0..200 {
            let signature = fast.sign(b"x").unwrap();
            let signature = DerSignature::from_bytes(&signature).unwrap();
            assert!(public.verify(b"x", &signature).is_ok());
            assert!(public.verify(b"y", &signature).is_err());
        }
    }
}
