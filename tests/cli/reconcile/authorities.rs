//! The authorities are others than those that signed, or end soon.

use super::{CLUSTER_PAIRS, ETCD_PAIRS, GOOD, KUBECONFIGS, data, each, mends, stays};
use crate::support::{AUTHORITY, How, NODE, Tree, Workshop, run};

fn another() -> Tree {
    let tree = Tree::empty();
    tree.init(&[]).exits(0);
    tree
}

#[test]
fn the_authority_of_the_cluster_is_replaced() {
    let tree = Tree::good();
    tree.take(&another(), &["ca.crt", "ca.key"]);
    let issuer = ["issuer: CN=kubernetes-ca instead of CN=kubernetes-ca of this authority"];
    let trust = [issuer[0], "trusted authorities: ..."];
    let mut drift = each(&CLUSTER_PAIRS, &issuer);
    drift.extend(each(&KUBECONFIGS, &trust));
    mends(&tree, GOOD, &drift);
    for kubeconfig in KUBECONFIGS {
        let trusted = data(&tree, kubeconfig, "certificate-authority-data");
        assert_eq!(String::from_utf8(trusted).unwrap(), tree.text("ca.crt"));
    }
}

#[test]
fn the_authority_of_etcd_is_replaced() {
    let tree = Tree::good();
    tree.take(&another(), &["etcd/ca.crt", "etcd/ca.key"]);
    let says = ["issuer: CN=etcd-ca instead of CN=etcd-ca of this authority"];
    mends(&tree, GOOD, &each(&ETCD_PAIRS, &says));
}

/// A second generation appears beside the first: kubeconfigs must trust both.
#[test]
pub(crate) fn a_generation_is_added() {
    let tree = Tree::good();
    let both = tree.text("ca.crt") + &another().text("ca.crt");
    tree.put("ca.crt", both);
    mends(
        &tree,
        GOOD,
        &each(&KUBECONFIGS, &["trusted authorities: ..."]),
    );
}

/// A certificate that ends with its authority cannot get more by being issued again.
#[test]
fn cut_short_by_its_authority_is_no_difference() {
    let tree = Tree::empty();
    let short = ["--ca-validity", "100d", "--certificate-validity", "100d"];
    tree.init(&short).exits(0);
    stays(&tree, GOOD);
}

#[test]
pub(crate) fn an_intermediate_authority_is_missing_in_a_file() {
    let shop = Workshop::new();
    shop.key("root", "P-256");
    let root = shop.self_signed("root", "/CN=corporate-root", AUTHORITY);
    let key = shop.key("ca", "P-256");
    // Ten years, so that it cuts nothing short.
    let how = How::days(3600);
    let authority = shop.signed_as("ca", "root", "/CN=kubernetes-ca", AUTHORITY, how);
    let tree = Tree::empty();
    std::fs::create_dir_all(tree.pki("")).unwrap();
    let bundle = [authority, root].concat();
    tree.put("ca.crt", bundle);
    tree.put("ca.key", key);
    run(tree.command(&["init"]).args(NODE)).exits(0);
    let whole = tree.text("apiserver.crt");
    assert_eq!(whole.matches("BEGIN CERTIFICATE").count(), 2, "{whole}");
    stays(&tree, GOOD);

    let end = "-----END CERTIFICATE-----\n";
    let (leaf, _) = whole.split_once(end).unwrap();
    tree.put("apiserver.crt", format!("{leaf}{end}"));
    let says = ["path: 0 certificates after the leaf instead of 1 certificates after the leaf"];
    mends(&tree, GOOD, &each(&["apiserver"], &says));
    let mended = tree.text("apiserver.crt");
    assert_eq!(mended.matches("BEGIN CERTIFICATE").count(), 2, "{mended}");
}
