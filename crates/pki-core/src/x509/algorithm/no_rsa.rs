//! Without the feature `rsa`, signatures of RSA are of a kind that is not checked.

use rustls_pki_types::SignatureVerificationAlgorithm;

use super::{Algorithm, Curve, Hash};

pub(crate) static ALL: &[&dyn SignatureVerificationAlgorithm] = &[
    &Algorithm(Curve::P256, Hash::Sha256),
    &Algorithm(Curve::P384, Hash::Sha384),
    &Algorithm(Curve::P256, Hash::Sha384),
    &Algorithm(Curve::P256, Hash::Sha512),
    &Algorithm(Curve::P384, Hash::Sha256),
    &Algorithm(Curve::P384, Hash::Sha512),
];
