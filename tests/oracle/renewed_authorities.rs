//! Authorities with new dates, of every kind: what the old certificate signed is accepted by who
//! trusts the new one, the other way round, and by who trusts both in either order.

use std::fs;
use std::path::{Path, PathBuf};

use pkigen::disk::RenewRule;
use pkigen::{KeyAlgorithm, Profile, Provider, RowId};
use time::OffsetDateTime;

use crate::support::{
    Counting, FixtureKeys, PLACES, Presented, Tree, cluster_of, presented, with_authority,
};
use crate::{certtool, openssl};

/// Certificates of self-signed authorities that everybody accepts, with their keys.
pub(crate) const ROOTS: [(&str, &str); 9] = [
    ("common-name.crt", "common-name.key"),
    ("mixed-strings.crt", "mixed-strings.key"),
    ("two-organizations.crt", "two-organizations.key"),
    ("multi-valued.crt", "multi-valued.key"),
    ("latin-1.crt", "latin-1.key"),
    ("go-groups.crt", "go-groups.key"),
    ("active-directory.crt", "active-directory.key"),
    ("rsa.crt", "rsa.key"),
    ("p384.crt", "p384.key"),
];

const ALL: [RowId; 3] = [RowId::ClusterCa, RowId::FrontProxyCa, RowId::EtcdCa];

/// certtool judges by the present alone.
#[allow(
    clippy::disallowed_methods,
    reason = "certtool cannot be told another instant"
)]
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

fn renew(tree: &Tree, names: &[RowId]) {
    let random = Counting::default();
    let mut rule = RenewRule::all();
    rule.names = names.to_vec();
    let provider = Provider::new(&FixtureKeys, &random);
    let done = tree.root.renew(&rule, now(), &provider).unwrap();
    assert!(!done.has_findings(), "{done:#?}");
}

/// What is presented, with copies of its files that stay as they are.
fn kept(tree: &Tree, name: &str) -> Vec<Presented> {
    let keep = |file: &Path, what: &str, of: &str| {
        let kept = tree.root.prefix().join(format!("{name}-{what}-{of}"));
        fs::copy(file, &kept).unwrap();
        kept
    };
    let mut all = presented(tree);
    for one in &mut all {
        one.file = keep(&one.file, "leaf", one.name);
        one.anchors = keep(&one.anchors, "anchors", one.name);
    }
    all
}

/// Both files in one.
fn joined(tree: &Tree, one: &Path, other: &Path) -> PathBuf {
    let joined = tree.root.prefix().join("both.pem");
    fs::write(
        &joined,
        [fs::read(one).unwrap(), fs::read(other).unwrap()].concat(),
    )
    .unwrap();
    joined
}

fn everybody_accepts(leaf: &Presented) {
    for purpose in leaf.usage.purposes() {
        openssl::verify(leaf, now(), *purpose, None).unwrap();
    }
    leaf.judged_by_webpki(leaf.usage, now()).unwrap();
    certtool::verify(leaf);
}

#[test]
fn old_and_new_trust_accept_old_and_new_leaves() {
    for (certificate, key) in ROOTS {
        let tree = with_authority(certificate, key);
        tree.init_at(
            cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256).new_cluster(true),
            now(),
        );
        let old = kept(&tree, "old");
        renew(&tree, &ALL);
        // Every leaf is as it was, and its reader believes the new certificate.
        for (leaf, before) in presented(&tree).iter().zip(&old) {
            assert_eq!(
                fs::read(&leaf.file).unwrap(),
                fs::read(&before.file).unwrap()
            );
            assert_ne!(
                fs::read(&leaf.anchors).unwrap(),
                fs::read(&before.anchors).unwrap()
            );
            everybody_accepts(leaf);
        }
        renew(&tree, &[]);
        let new = kept(&tree, "new");
        for (mut leaf, old) in new.into_iter().zip(old) {
            everybody_accepts(&leaf);
            let trusted = leaf.anchors.clone();
            for anchors in [
                old.anchors.clone(),
                joined(&tree, &old.anchors, &trusted),
                joined(&tree, &trusted, &old.anchors),
            ] {
                leaf.anchors = anchors;
                everybody_accepts(&leaf);
            }
        }
        assert_eq!(PLACES.len(), ALL.len());
    }
}

/// One that is over beside the new one: who holds both takes the new one.
#[test]
fn the_one_that_is_over_does_no_harm_beside_the_new_one() {
    let tree = with_authority("common-name.crt", "common-name.key");
    tree.init_at(
        cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256).new_cluster(true),
        now(),
    );
    let mut rule = RenewRule::all();
    rule.names = ALL.to_vec();
    rule.authority_lifetime = Some("1s".parse().unwrap());
    let random = Counting::default();
    let provider = Provider::new(&FixtureKeys, &random);
    tree.root
        .renew(&rule, now() - time::Duration::DAY, &provider)
        .unwrap();
    let over = kept(&tree, "over");
    renew(&tree, &ALL);
    for (mut leaf, over) in presented(&tree).into_iter().zip(over) {
        let trusted = leaf.anchors.clone();
        for anchors in [
            joined(&tree, &over.anchors, &trusted),
            joined(&tree, &trusted, &over.anchors),
        ] {
            leaf.anchors = anchors;
            everybody_accepts(&leaf);
        }
    }
}
