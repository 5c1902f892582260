//! A finding hides another only where it explains the same refusal, and what was not checked is
//! said.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280 as oid;
use const_oid::db::rfc5912::ECDSA_WITH_SHA_224;

use crate::judge::Rule;
use crate::judge::testing::{Made, NOW, spare_key};
use crate::key::{KeyAlgorithm, SigningKey as _};
use crate::observation::{Found, RowFacts};
use crate::spec::Party::Webpki;
use crate::spec::RowId::{AdminConf, Apiserver, ClusterCa, FrontProxyCa, FrontProxyClient};
use crate::x509::forge::Forge;

const ECDSA_WITH_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// An Ed25519 key as a certificate has it.
fn ed25519() -> Vec<u8> {
    let mut spki = vec![0x30, 42, 0x30, 5, 6, 3, 43, 101, 112, 3, 33, 0];
    spki.extend([7; 32]);
    spki
}

/// Anybody's signature would do: nobody has looked at it.
#[test]
fn a_signature_with_a_hash_that_is_not_checked() {
    for (algorithm, expected) in [
        (
            ECDSA_WITH_SHA_1,
            &[
                ("weak-signature", "apiserver.crt"),
                ("not-checked", "apiserver.crt"),
            ][..],
        ),
        (
            ECDSA_WITH_SHA_224,
            &[("unsupported-signature", "apiserver.crt")],
        ),
    ] {
        let mut made = Made::new();
        let mut forge = Forge::of(&made.certificate(Apiserver));
        forge.signature_algorithm = Some(algorithm);
        let forged = forge.sign(&spare_key(8, KeyAlgorithm::EcdsaP256));
        made.put(Apiserver, vec![forged]);
        made.finds(expected);
    }
}

/// What is wrong with the certificate besides does not say who has signed it.
#[test]
fn a_finding_about_the_leaf_does_not_stand_for_its_signature() {
    let mut made = Made::new();
    made.forge(Apiserver, |mut forge| {
        forge.signature_algorithm = Some(ECDSA_WITH_SHA_224);
        forge.with(ObjectIdentifier::new_unwrap("1.2.3.4"), true, vec![5, 0])
    });
    made.finds(&[
        ("unknown-critical-extension", "apiserver.crt"),
        ("unsupported-signature", "apiserver.crt"),
    ]);
}

#[test]
fn a_key_that_is_not_known_leaves_open_what_it_has_signed() {
    let mut made = Made::new();
    let key = spare_key(8, KeyAlgorithm::EcdsaP256);
    let mut authority = Forge::of(&made.certificate(FrontProxyCa));
    authority.spki = ed25519();
    authority.signature_algorithm = Some(ED25519);
    let mut leaf = Forge::of(&made.certificate(FrontProxyClient));
    leaf.signature_algorithm = Some(ED25519);
    made.put(FrontProxyCa, vec![authority.sign(&key)]);
    made.put(FrontProxyClient, vec![leaf.sign(&key)]);
    made.facts(FrontProxyCa, |facts| {
        if let RowFacts::Pair { key, .. } = facts {
            *key = Found::Absent;
        }
    });
    made.finds(&[
        ("unsupported-key", "front-proxy-ca.crt"),
        ("not-checked", "front-proxy-ca.crt"),
    ]);
}

/// Not "it is not issued by one", either: nobody knows.
#[test]
fn trust_of_two_places_that_cannot_be_compared() {
    let mut made = Made::new();
    let cluster = made.certificate(ClusterCa);
    let mut forge =
        Forge::of(&made.certificate(FrontProxyCa)).without(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER);
    forge.issuer = cluster.subject().as_der().to_vec();
    forge.signature_algorithm = Some(ECDSA_WITH_SHA_224);
    let forged = forge.sign(made.key(ClusterCa));
    made.put(FrontProxyCa, vec![forged]);
    let findings = made.findings();
    let of_trust = findings
        .iter()
        .find(|one| one.rule == Rule::NotChecked && one.message.contains("are accepted by"));
    assert!(of_trust.is_some(), "{findings:#?}");
}

/// What nobody refuses explains no refusal.
#[test]
fn webpki_is_heard_whatever_else_is_said_of_a_path() {
    let mut made = Made::new();
    let end = made.certificate(ClusterCa).validity().not_after;
    made.forge(Apiserver, |mut forge| {
        forge.validity.not_after = end + time::Duration::seconds(1);
        forge.issuer_unique_id = Some(vec![7]);
        forge
    });
    made.finds(&[
        ("outlives-authority", "apiserver.crt"),
        ("path-refused", "apiserver.crt"),
    ]);
    let findings = made.findings();
    assert_eq!(findings[1].refused_by, [Webpki], "{findings:#?}");
}

/// What webpki says is said once, and webpki is among those who refuse: it looks at what stands
/// below an authority that is trusted.
#[test]
fn a_finding_that_explains_webpki_is_webpki_s_too() {
    let mut made = Made::new();
    let key = spare_key(8, KeyAlgorithm::EcdsaP256);
    let mut middle = Forge::of(&made.certificate(Apiserver));
    middle.subject = Forge::of(&made.certificate(FrontProxyClient)).subject;
    middle.spki = key.public_key().spki_der().to_vec();
    let middle = middle.sign(made.key(ClusterCa));
    let mut leaf =
        Forge::of(&made.certificate(Apiserver)).without(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER);
    leaf.issuer = middle.subject().as_der().to_vec();
    made.put(Apiserver, vec![leaf.sign(&key), middle]);
    let findings = made.findings();
    let odd = findings.iter().find(|one| one.rule == Rule::NotAnAuthority);
    let refused_by = &odd.unwrap().refused_by;
    assert!(refused_by.contains(&Webpki), "{findings:#?}");
    let of_path = findings.iter().find(|one| one.rule == Rule::PathRefused);
    assert_eq!(of_path, None);
}

/// webpki looks at names last, and at none where something else is wrong. They are looked at all the
/// same.
#[test]
fn name_constraints_that_webpki_does_not_come_to() {
    let mut made = Made::new();
    // permitted: a DNS name that nobody has.
    let constraints = [
        0x30, 12, 0xa0, 10, 0x30, 8, 0x82, 6, b'a', b'.', b't', b'e', b's', b't',
    ];
    let bound = |forge: Forge| forge.with(oid::ID_CE_NAME_CONSTRAINTS, true, constraints.to_vec());
    made.forge(ClusterCa, bound);
    let refused = made.findings();
    let rules = |rule| refused.iter().filter(|one| one.rule == rule).count();
    assert_eq!(rules(Rule::NameConstraint), 1, "{refused:#?}");
    assert_eq!(rules(Rule::NotChecked), 0, "{refused:#?}");
    made.forge(Apiserver, |forge| {
        forge.with(ObjectIdentifier::new_unwrap("1.2.3.4"), true, vec![5, 0])
    });
    let found = made.findings();
    let found: Vec<Rule> = found
        .iter()
        .filter(|one| one.file.ends_with("/apiserver.crt"))
        .map(|one| one.rule)
        .collect();
    assert_eq!(
        found,
        [Rule::UnknownCriticalExtension, Rule::NameConstraint]
    );
}

/// The same authority is there twice, and only one of its certificates is at its end: whom a
/// kubeconfig believes is judged by what is in it.
#[test]
fn a_kubeconfig_with_an_authority_s_certificate_that_has_ended() {
    let mut made = Made::new();
    let mut old = Forge::of(&made.certificate(ClusterCa));
    old.serial = vec![7];
    old.validity.not_before = NOW - time::Duration::days(9);
    old.validity.not_after = NOW - time::Duration::days(1);
    let old = old.sign(made.key(ClusterCa));
    made.kubeconfig(AdminConf, |facts| {
        facts.trust = Found::Present(vec![old.clone()]);
    });
    made.finds(&[("authority-expired", "admin.conf")]);
    // With its successor beside it nothing is wrong.
    let own = made.certificate(ClusterCa);
    made.kubeconfig(AdminConf, |facts| {
        facts.trust = Found::Present(vec![old, own]);
    });
    made.finds(&[]);
}
