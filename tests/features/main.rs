//! What holds with every set of pki-core's features: run with and without each, see `.ci/run`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects, and stops when it is not so"
)]

use pki_core::key::{
    KeyAlgorithm, KeyError, KeyRequest, KeySource as _, KeyType, PrivateKey, SigningKey as _,
    SoftwareKeys,
};
use pki_core::x509::{SignatureError, verify_signature};
use pki_core::{
    Authorities, Bundle, Certificate, Cluster, Inventory, IssueError, Node, Plan, Provider, RowId,
    SeededRandom, Setup,
};
use time::macros::datetime;

const CERTIFICATE: &[u8] = include_bytes!("../fixtures/golden/kubernetes-io-rsa-2048/pki/ca.crt");
const KEY: &[u8] = include_bytes!("../fixtures/golden/kubernetes-io-rsa-2048/pki/ca.key");
const PUBLIC_KEY: &[u8] = include_bytes!("../fixtures/golden/kubernetes-io-rsa-2048/pki/sa.pub");
const HAS_RSA: bool = cfg!(feature = "rsa");

fn issued(algorithm: KeyAlgorithm) -> Result<Bundle, IssueError> {
    let cluster = Cluster::builder().key_algorithm(algorithm).build().unwrap();
    let node = Node::builder("cp1".parse().unwrap(), "192.0.2.10".parse().unwrap());
    let setup = Setup::new(cluster.clone(), node.build(&cluster).unwrap());
    let now = datetime!(2026-11-23 12:00 UTC);
    let plan = Plan::init(&setup, &Inventory::empty(), now).unwrap();
    let random = SeededRandom::new([7; 32]);
    plan.issue(Authorities::new(), &Provider::new(&SoftwareKeys, &random))
}

/// An error that names the feature, where it is off.
fn names_the_feature(error: &KeyError) -> bool {
    matches!(error, KeyError::FeatureOff { feature: "rsa" })
}

#[test]
fn rsa_keys_are_made_and_read_or_the_feature_is_named() {
    let random = SeededRandom::new([7; 32]);
    let request = KeyRequest::new("sa", KeyAlgorithm::Rsa2048);
    for key in [
        SoftwareKeys.generate(request, &random),
        PrivateKey::from_pem(KEY),
    ] {
        match key {
            Ok(key) => assert!(HAS_RSA && key.public_key().key_type().is_rsa()),
            Err(error) => assert!(!HAS_RSA && names_the_feature(&error), "{error}"),
        }
    }
    match issued(KeyAlgorithm::Rsa2048) {
        Ok(bundle) => assert!(HAS_RSA && !bundle.credentials().is_empty()),
        Err(IssueError::Key { source, .. }) => assert!(!HAS_RSA && names_the_feature(&source)),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn rsa_certificates_are_shown_either_way() {
    let certificates = Certificate::all_from_pem(CERTIFICATE).unwrap();
    let certificate = certificates.first().unwrap();
    assert_eq!(certificate.subject().to_string(), "CN=kubernetes-ca");
    let key = certificate.public_key().unwrap();
    assert_eq!(key.key_type(), KeyType::Rsa { bits: 2048 });
    let keys = pki_core::key::PublicKey::all_from_pem(PUBLIC_KEY).unwrap();
    assert_eq!(
        keys.first().unwrap().key_type(),
        KeyType::Rsa { bits: 2048 }
    );
}

/// What is not checked is neither right nor wrong.
#[test]
fn rsa_signatures_are_checked_or_said_not_to_be() {
    let certificate = Certificate::all_from_pem(CERTIFICATE).unwrap();
    let spki = certificate.first().unwrap().spki_der();
    // sha256WithRSAEncryption, NULL.
    let algorithm = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00,
    ];
    let verdict = verify_signature(spki, &algorithm, b"message", &[1; 256]);
    match verdict {
        Err(SignatureError::Wrong) if HAS_RSA => {}
        Err(SignatureError::Unsupported { .. }) if !HAS_RSA => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn elliptic_curves_need_no_feature() {
    let bundle = issued(KeyAlgorithm::EcdsaP256).unwrap();
    let files = bundle.credentials().iter();
    assert!(
        files
            .filter(|one| one.content.certificate().is_some())
            .count()
            > 10
    );
    assert!(
        bundle
            .credentials()
            .iter()
            .any(|one| one.id.row == RowId::ServiceAccount)
    );
}

#[cfg(feature = "system-random")]
#[test]
fn the_systems_generator_does_not_repeat_itself() {
    use pki_core::{Random as _, SystemRandom};

    let (mut one, mut other) = ([0; 32], [0; 32]);
    SystemRandom.fill(&mut one).unwrap();
    SystemRandom.fill(&mut other).unwrap();
    assert_ne!(one, other);
}
