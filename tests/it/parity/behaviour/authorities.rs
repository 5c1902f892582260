//! Authorities that are there already.

use pkigen::{Lifetime, Warning};
use time::Duration;

use super::{cluster, complete, refuses};
use crate::support::{NOW, Tree, decoded, embedded, fixture_bytes};

/// A tree with this authority of `tests/fixtures/authorities` and nothing else.
fn with_authority(name: &str) -> Tree {
    let tree = Tree::empty();
    for part in ["crt", "key"] {
        let contents = fixture_bytes(&format!("authorities/{name}.{part}"));
        tree.write(&format!("pki/ca.{part}"), &contents);
    }
    tree
}

pub(super) fn missing_authority_refused() {
    let tree = complete();
    for part in ["crt", "key"] {
        tree.remove(&format!("pki/front-proxy-ca.{part}"));
    }
    let wanted = "front-proxy-client.crt: it is there, but the authority that should have signed it \
                  is not: front-proxy-ca.crt is missing";
    refuses(&tree, &[wanted]);
}

/// Nothing is made, of etcd's part neither.
pub(super) fn authority_pair_checked() {
    let tree = with_authority("common-name");
    tree.write(
        "pki/ca.key",
        &fixture_bytes("authorities/two-organizations.key"),
    );
    let said = tree.refusals(cluster());
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("ca.key: the key "), "{said:?}");
    assert!(
        said[0].contains(" belongs to none of the certificates: "),
        "{said:?}"
    );
}

pub(super) fn not_an_authority_refused() {
    let tree = complete();
    let (certificate, key) = (
        tree.read("pki/apiserver.crt"),
        tree.read("pki/apiserver.key"),
    );
    let tree = Tree::empty();
    tree.write("pki/ca.crt", &certificate);
    tree.write("pki/ca.key", &key);
    let wanted = "ca.crt: CN=kube-apiserver is not a certificate authority: its basic constraints \
                  do not say CA:TRUE";
    refuses(&tree, &[wanted]);
}

pub(super) fn expired_authority_refused() {
    let tree = Tree::empty();
    let day = Lifetime::new(Duration::DAY).unwrap();
    let brief = cluster().authority_lifetime(day).certificate_lifetime(day);
    tree.init_at(brief, NOW - 2 * Duration::DAY);
    for (name, _) in tree.files() {
        if !name.ends_with("ca.crt") && !name.ends_with("ca.key") {
            tree.remove(&name);
        }
    }
    let files = ["ca.crt", "front-proxy-ca.crt", "etcd/ca.crt"];
    let wanted = files.map(|file| format!("{file}: it expired on 2026-11-22 12:00:00 UTC"));
    assert_eq!(tree.refusals(cluster()), wanted);
}

pub(super) fn unreadable_authority_key_refused() {
    let wanted = [
        (
            "ed25519",
            "ca.key: it is Ed25519; use RSA with at least 2048 bits, ECDSA P-256 or ECDSA P-384",
        ),
        (
            "encrypted",
            "ca.key: it is encrypted, and Kubernetes components cannot read encrypted keys; decrypt \
             it with `openssl pkey -in FILE`",
        ),
    ];
    for (key, said) in wanted {
        let tree = with_authority("common-name");
        tree.write(
            "pki/ca.key",
            &fixture_bytes(&format!("authorities/{key}.key")),
        );
        refuses(&tree, &[said]);
    }
}

pub(super) fn p521_authority_refused() {
    let wanted =
        "ca.key: it is ECDSA P-521; use RSA with at least 2048 bits, ECDSA P-256 or ECDSA P-384";
    refuses(&with_authority("p521"), &[wanted]);
}

pub(super) fn leaf_ends_with_authority() {
    let tree = Tree::empty();
    let month = Lifetime::new(30 * Duration::DAY).unwrap();
    tree.init(
        cluster()
            .authority_lifetime(month)
            .certificate_lifetime(month),
    );
    for part in ["crt", "key"] {
        tree.remove(&format!("pki/apiserver.{part}"));
    }
    let done = tree.init(cluster());
    let end = NOW + 30 * Duration::DAY;
    assert_eq!(done.receipt.certificates[0].not_after, end);
    let clamped =
        |warning: &Warning| matches!(warning, Warning::Clamped { end: at, .. } if *at == end);
    assert!(
        done.plan.warnings().iter().any(clamped),
        "{:?}",
        done.plan.warnings()
    );
}

/// Of `ca.crt` with an intermediate and its root: the leaf, and the intermediate.
pub(super) fn intermediate_in_leaf_files() {
    let tree = with_authority("intermediate-and-root");
    tree.init(cluster());
    let bundle = decoded(&tree.text("pki/ca.crt"));
    let admin = embedded(&tree.text("admin.conf"), "client-certificate-data");
    for chain in [tree.text("pki/apiserver.crt"), admin] {
        let chain = decoded(&chain);
        assert_eq!(chain.len(), 2);
        assert_eq!(chain[1], bundle[0]);
    }
}

/// Root first, and the key is the intermediate's.
pub(super) fn issuing_certificate_by_key() {
    let tree = with_authority("root-and-intermediate");
    tree.init(cluster());
    let bundle = decoded(&tree.text("pki/ca.crt"));
    let chain = decoded(&tree.text("pki/apiserver.crt"));
    let issuer = chain[0].tbs_certificate().issuer();
    assert_eq!(issuer, bundle[1].tbs_certificate().subject());
    assert_ne!(issuer, bundle[0].tbs_certificate().subject());
}
