//! What was not looked at is said: a limit is no verdict.

use const_oid::db::rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER;
use const_oid::db::rfc5912::ECDSA_WITH_SHA_224;

use crate::authority::Issuer;
use crate::authority::path::PathError;
use crate::judge::Rule;
use crate::judge::testing::{Made, NOW, spare_key};
use crate::key::{KeyAlgorithm, SigningKey as _};
use crate::plan::renew::{RenewAction, RenewPlan, RenewProblem, RenewRule};
use crate::spec::RowId::{Apiserver, ClusterCa, FrontProxyCa};
use crate::x509::Oid;
use crate::x509::forge::Forge;

/// The signatures between two trust files that are compared.
const COMPARED: u8 = 100;

/// As many authorities that the cluster's may have issued, as far as their names go; what is said
/// of the two places that accept clients.
fn said_of(count: u8) -> Vec<String> {
    let mut made = Made::new();
    let own = made.certificate(FrontProxyCa);
    let cluster = Forge::of(&made.certificate(ClusterCa));
    let key = spare_key(7, KeyAlgorithm::EcdsaP256);
    let others = (1..=count).map(|number| {
        let mut forge = Forge::of(&own).without(ID_CE_AUTHORITY_KEY_IDENTIFIER);
        forge.issuer.clone_from(&cluster.subject);
        forge.serial = vec![1, number];
        forge.spki = key.public_key().spki_der().to_vec();
        forge.sign(&key)
    });
    let all = std::iter::once(own.clone()).chain(others).collect();
    made.put(FrontProxyCa, all);
    let found = made.findings();
    let of_trust = found.iter().filter(|one| one.rule == Rule::NotChecked);
    of_trust.map(|one| one.message.clone()).collect()
}

#[test]
fn authorities_that_were_not_compared_are_a_finding() {
    assert_eq!(said_of(COMPARED), [""; 0]);
    let said = said_of(COMPARED + 1);
    let [message] = said.as_slice() else {
        panic!("{said:?}");
    };
    assert!(message.ends_with("is not known"), "{message}");
    assert!(message.contains("more than 100"), "{message}");
}

/// Whether a signature of a kind that is not checked is the authority's, nobody can tell; only the
/// key that it names says so.
#[test]
fn what_names_no_key_and_cannot_be_checked_is_not_renewed() {
    let action = |change: fn(Forge) -> Forge| {
        let mut made = Made::new();
        made.forge(Apiserver, |mut forge| {
            forge.signature_algorithm = Some(ECDSA_WITH_SHA_224);
            change(forge)
        });
        let inventory = &made.facts.inventory;
        let plan = RenewPlan::new(inventory, RenewRule::all(), NOW);
        plan.action(&inventory.id(Apiserver)).unwrap().clone()
    };
    let named = action(|forge| forge);
    assert!(matches!(named, RenewAction::Renew { .. }), "{named:?}");
    let nameless = action(|forge| forge.without(ID_CE_AUTHORITY_KEY_IDENTIFIER));
    let RenewAction::Broken { problem } = nameless else {
        panic!("{nameless:?}");
    };
    let unsupported = PathError::UnsupportedSignature {
        algorithm: Oid::of(ECDSA_WITH_SHA_224),
    };
    assert_eq!(problem, RenewProblem::Path(unsupported));
}

/// An intermediate that names no key: its signature leads to its root, and where that cannot be
/// checked nothing does.
#[test]
fn an_intermediate_that_names_no_key_leads_where_its_signature_does() {
    let made = Made::new();
    let root = made.certificate(ClusterCa);
    let above = |algorithm| {
        let mut forge = Forge::of(&made.certificate(FrontProxyCa));
        forge = forge.without(ID_CE_AUTHORITY_KEY_IDENTIFIER);
        forge.issuer = Forge::of(&root).subject;
        forge.signature_algorithm = algorithm;
        let intermediate = forge.sign(made.key(ClusterCa));
        let issuer = Issuer::new(intermediate, std::slice::from_ref(&root));
        issuer.above().to_vec()
    };
    assert_eq!(above(None), std::slice::from_ref(&root));
    assert_eq!(above(Some(ECDSA_WITH_SHA_224)), []);
}
