//! ECDSA on P-256, several times as fast: on processors that have what it needs, which is asked at
//! run time.

use graviola::hashing::{Sha256, Sha384, Sha512};
use graviola::signing::ecdsa::{self, P256};
use p256::ecdsa::{DerSignature, Signature, VerifyingKey};
use rustls_pki_types::InvalidSignature;

use super::Hash;

/// The verdict on a signature that decodes; `None` where somebody else has to find it.
pub(super) fn verify(
    hash: Hash,
    key: &VerifyingKey,
    message: &[u8],
    signature: &DerSignature,
) -> Option<Result<(), InvalidSignature>> {
    if !graviola::util::is_cpu_supported() {
        return None;
    }
    let key = key.to_sec1_point(false);
    let key = ecdsa::VerifyingKey::<P256>::from_x962_uncompressed(key.as_bytes()).ok()?;
    let signature = Signature::try_from(signature.clone()).ok()?.to_bytes();
    let verdict = match hash {
        Hash::Sha256 => key.verify::<Sha256>(&[message], &signature),
        Hash::Sha384 => key.verify::<Sha384>(&[message], &signature),
        Hash::Sha512 => key.verify::<Sha512>(&[message], &signature),
    };
    Some(verdict.map_err(|_| InvalidSignature))
}

#[cfg(test)]
mod tests {
    use p256::SecretKey;
    use p256::ecdsa::SigningKey;
    use signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};

    use super::*;

    /// Both have the same verdict on every signature that decodes, of every length of hash.
    #[test]
    fn the_verdict_is_the_other_ones() {
        for number in 1..=24_u8 {
            let key = SigningKey::from(SecretKey::from_slice(&[number; 32]).unwrap());
            for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
                let message = [number; 40];
                let digest = hash.digest(&message);
                let right: DerSignature = key.sign_prehash(&digest).unwrap();
                let bytes = right.as_bytes();
                let mut kinds = [0, 0];
                for bit in 0..bytes.len() * 8 {
                    let mut changed = bytes.to_vec();
                    if bit > 0 {
                        changed[bit / 8] ^= 1 << (bit % 8);
                    }
                    let Ok(changed) = DerSignature::from_bytes(&changed) else {
                        continue;
                    };
                    let own = verify(hash, key.verifying_key(), &message, &changed);
                    let other = key.verifying_key().verify_prehash(&digest, &changed);
                    assert_eq!(own.map(|own| own.is_ok()), Some(other.is_ok()));
                    kinds[usize::from(other.is_ok())] += 1;
                }
                assert!(kinds[0] > 100 && kinds[1] == 1, "{kinds:?}");
            }
        }
    }
}
