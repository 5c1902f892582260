//! The key pair of service-account tokens.

use super::{cluster, complete, refuses};

pub(super) fn public_key_rebuilt() {
    let tree = complete();
    let before = tree.files_for_others();
    tree.remove("pki/sa.pub");
    tree.init(cluster());
    assert_eq!(tree.files_for_others(), before);
}

pub(super) fn public_key_checked() {
    let tree = complete();
    let other = crate::support::fixture_bytes("authorities/other.pub");
    tree.write("pki/sa.pub", &other);
    let said = tree.refusals(cluster());
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("sa.pub: it does not hold the public half"),
        "{said:?}"
    );
}

pub(super) fn public_key_not_replaced() {
    let tree = complete();
    tree.remove("pki/sa.key");
    refuses(
        &tree,
        &["sa.pub: the public key is there, its private key is not"],
    );
}
