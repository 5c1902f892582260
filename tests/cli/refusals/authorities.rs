//! Authorities that cannot be.

use super::{mended, move_away, refused};
use crate::support::{AUTHORITY, Tree, Workshop, days_from_now};

const REMEDY: &str = "Put back the right ";

/// A tree with nothing but a cluster authority that OpenSSL made.
fn made(extensions: &str) -> Tree {
    let (tree, shop) = (Tree::empty(), Workshop::new());
    std::fs::create_dir_all(tree.pki("")).unwrap();
    tree.put("ca.key", shop.key("ca", "P-256"));
    tree.put("ca.crt", shop.self_signed("ca", "/CN=corp", extensions));
    tree
}

#[test]
fn what_these_tests_make_is_an_authority() {
    made(AUTHORITY).init(&[]).exits(0);
}

#[test]
fn not_an_authority() {
    let tree = made("basicConstraints=critical,CA:FALSE\n");
    let problem =
        "CN=corp is not a certificate authority: its basic constraints do not say CA:TRUE";
    refused(&tree, &[], &[("pki/ca.crt", problem, REMEDY)]);
}

#[test]
fn an_authority_without_basic_constraints() {
    let tree = made("keyUsage=critical,keyCertSign\n");
    let problem = "its basic constraints do not say CA:TRUE";
    refused(&tree, &[], &[("pki/ca.crt", problem, REMEDY)]);
}

#[test]
fn an_authority_that_may_not_sign() {
    let tree =
        made("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature,cRLSign\n");
    let problem =
        "CN=corp may not sign certificates: its key usage is only digitalSignature, cRLSign";
    refused(&tree, &[], &[("pki/ca.crt", problem, REMEDY)]);
}

#[test]
pub(crate) fn a_leaf_in_the_authority_s_place() {
    let tree = Tree::good();
    for part in ["crt", "key"] {
        tree.put(
            &format!("ca.{part}"),
            tree.text(&format!("apiserver.{part}")),
        );
    }
    let problem = "CN=kube-apiserver is not a certificate authority";
    refused(&tree, &[], &[("pki/ca.crt", problem, REMEDY)]);
}

#[test]
pub(crate) fn expired_authorities() {
    let tree = Tree::good();
    let problem = "it expired on 20";
    refused(
        &tree,
        &["--at", &days_from_now(4000)],
        &[
            ("pki/ca.crt", problem, "pkigen renew ca"),
            (
                "pki/front-proxy-ca.crt",
                problem,
                "pkigen renew front-proxy-ca",
            ),
            ("pki/etcd/ca.crt", problem, "pkigen renew etcd-ca"),
        ],
    );
}

#[test]
fn authorities_that_are_not_valid_yet() {
    let tree = Tree::good();
    let problem = "it is not valid before 20";
    refused(
        &tree,
        &["--at", &days_from_now(-30)],
        &[
            ("pki/ca.crt", problem, REMEDY),
            ("pki/front-proxy-ca.crt", problem, REMEDY),
            ("pki/etcd/ca.crt", problem, REMEDY),
        ],
    );
}

#[test]
pub(crate) fn keys_of_two_authorities_swapped() {
    let tree = Tree::good();
    let (cluster, etcd) = (tree.text("ca.key"), tree.text("etcd/ca.key"));
    tree.put("ca.key", &etcd);
    tree.put("etcd/ca.key", &cluster);
    let problem = " belongs to none of the certificates: ";
    refused(
        &tree,
        &[],
        &[
            ("pki/ca.key", problem, REMEDY),
            ("pki/etcd/ca.key", problem, REMEDY),
        ],
    );
    // Putting the right ones back is the remedy.
    tree.put("ca.key", &cluster);
    tree.put("etcd/ca.key", &etcd);
    tree.init(&[]).exits(0).shows(&["Nothing to do"]);
}

#[test]
fn an_authority_s_key_without_its_certificate() {
    let tree = Tree::good();
    tree.remove(&["front-proxy-ca.crt"]);
    let problem = "the key is there, its certificate is not";
    refused(
        &tree,
        &[],
        &[(
            "pki/front-proxy-ca.key",
            problem,
            "front-proxy-ca.crt; or to have the authority made afresh, where nothing trusts it yet, ",
        )],
    );
}

/// Without this, a new authority would be made beside leaves that it did not sign.
#[test]
pub(crate) fn leaves_without_their_authority() {
    let tree = Tree::good();
    let authority = ["pki/front-proxy-ca.crt", "pki/front-proxy-ca.key"];
    move_away(&tree, &authority);
    let problem = "the authority that should have signed it is not: front-proxy-ca.crt is missing";
    let leaf = ["pki/front-proxy-client.crt", "pki/front-proxy-client.key"];
    let remedy = "front-proxy-client.crt and ";
    refused(&tree, &[], &[(leaf[0], problem, remedy)]);
    move_away(&tree, &leaf);
    mended(
        &tree,
        &["--new-cluster"],
        &["front-proxy-ca", "front-proxy-client"],
    );
}
