//! A relative name whose members are not sorted, which DER forbids and old authorities have.
//! OpenSSL makes none, so this one is made here.

use pkigen::cluster::Lifetime;
use pkigen::issue::{Authority, Template, Validity};
use pkigen::pki_core::DistinguishedName;
use pkigen::pki_core::key::{KeyRequest, KeySource as _};
use pkigen::pki_core::x509::SubjectAltNames;
use pkigen::table::Usage;
use pkigen::{KeyAlgorithm, Profile};

use super::{contains, serves};
use crate::support::{Counting, FixtureKeys, NOW, PLACES, Tree, der_blocks, presented};

/// `SEQUENCE { SET { O=b, O=a } SET { CN=kubernetes } }`.
const SUBJECT: &[u8] = b"\x30\x2b\
    \x31\x14\
    \x30\x08\x06\x03\x55\x04\x0a\x13\x01b\
    \x30\x08\x06\x03\x55\x04\x0a\x13\x01a\
    \x31\x13\
    \x30\x11\x06\x03\x55\x04\x03\x13\x0akubernetes";

#[test]
fn an_unsorted_relative_name_is_kept() {
    let random = Counting::default();
    let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP256);
    let key = FixtureKeys.generate(request, &random).unwrap();
    let key_pem = key.to_pem().unwrap();
    let template = Template::new(
        DistinguishedName::from_der(SUBJECT).unwrap(),
        Usage::Authority,
        SubjectAltNames::none(),
        Validity::starting(NOW, Lifetime::DECADE),
        Profile::KubernetesIo,
    );
    let authority = Authority::create(&template, Box::new(key), &random).unwrap();
    let tree = Tree::empty();
    for place in PLACES {
        let certificate = authority.issuing().to_pem();
        tree.write(&format!("pki/{place}.crt"), certificate.as_bytes());
        tree.write(&format!("pki/{place}.key"), key_pem.as_bytes());
    }
    serves(&tree, Profile::KubernetesIo);
    for leaf in presented(&tree) {
        let pem = std::fs::read_to_string(&leaf.file).unwrap();
        assert!(
            contains(&der_blocks(&pem, "CERTIFICATE")[0], SUBJECT),
            "{}",
            leaf.name
        );
    }
}
