//! What pkigen does where kubeadm does something else: a demonstration for each row of the
//! second table of `docs/kubeadm-differences.md`, under the row's id.

mod authorities;
mod descriptions;
mod kubeconfigs;
mod leaves;
mod service_account;

use std::collections::BTreeSet;

use pkigen::{KeyAlgorithm, Profile};

use super::differences::Document;
use crate::support::{Described, Tree, cluster_of};

/// The tests, and their names as ids.
macro_rules! demonstrations {
    ($($module:ident: $($name:ident),* ;)*) => {
        const DEMONSTRATED: &[&str] = &[$($(stringify!($name)),*),*];
        $($(
            #[test]
            fn $name() {
                $module::$name();
            }
        )*)*
    };
}

demonstrations! {
    leaves:
        nothing_by_halves,
        missing_names_refused,
        foreign_key_refused,
        missing_key_refused,
        expired_leaf_said,
        other_identity_said,
        dangling_link_refused;
    authorities:
        missing_authority_refused,
        authority_pair_checked,
        not_an_authority_refused,
        expired_authority_refused,
        unreadable_authority_key_refused,
        p521_authority_refused,
        leaf_ends_with_authority,
        intermediate_in_leaf_files,
        issuing_certificate_by_key;
    kubeconfigs:
        bundle_in_kubeconfigs,
        kubeconfig_begins_now,
        kubeconfig_client_checked,
        kubeconfig_trust_anywhere;
    service_account:
        public_key_rebuilt,
        public_key_checked,
        public_key_not_replaced;
    descriptions:
        leaf_beyond_authority_refused,
        empty_life_refused,
        long_label_refused,
        numeric_name_refused,
        leading_zero_refused,
        capitals_folded,
        twice_refused,
        node_named_as_authority_refused;
}

#[test]
fn every_listed_difference_is_demonstrated_and_every_demonstration_listed() {
    let demonstrated = DEMONSTRATED.iter().map(|name| name.replace('_', "-"));
    let demonstrated: BTreeSet<String> = demonstrated.collect();
    let listed: BTreeSet<String> = Document::read().behaviour.into_iter().collect();
    let missing: Vec<_> = listed.difference(&demonstrated).collect();
    assert!(
        missing.is_empty(),
        "listed, and no test shows it: {missing:?}"
    );
    let unlisted: Vec<_> = demonstrated.difference(&listed).collect();
    assert!(unlisted.is_empty(), "shown, and not listed: {unlisted:?}");
}

/// The cluster of the demonstrations.
fn cluster() -> Described {
    cluster_of(Profile::Kubeadm, KeyAlgorithm::EcdsaP256)
}

/// A complete tree of it.
fn complete() -> Tree {
    Tree::initialised(cluster())
}

/// Whether `init` refuses, with exactly this.
fn refuses(tree: &Tree, wanted: &[&str]) {
    assert_eq!(tree.refusals(cluster()), wanted);
}
