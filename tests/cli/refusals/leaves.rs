//! Certificates that an authority signed, and their keys.

use super::{mended, move_away, refused};
use crate::support::{Tree, days_from_now};
use crate::verify::remedies::GOOD;

/// What is in use is issued again where it is.
const AS_CONFIGURED: &str = " --reconcile --config FILE`";

/// A leaf that the tree's own authority signs, with extensions that pkigen would not give it.
fn sign(tree: &Tree, authority: &str, name: &str, subject: &str, extensions: &str) {
    let shop = tree.workshop(authority);
    tree.put(&format!("{name}.key"), shop.key("leaf", "P-256"));
    let certificate = shop.signed("leaf", "ca", subject, extensions);
    tree.put(&format!("{name}.crt"), certificate);
}

#[test]
pub(crate) fn a_key_of_another_certificate() {
    let tree = Tree::good();
    tree.put("etcd/server.key", tree.text("apiserver.key"));
    let files = ["pki/etcd/server.crt", "pki/etcd/server.key"];
    let problem = "the key belongs to another certificate: its identifier is ";
    refused(
        &tree,
        &[],
        &[(
            files[0],
            problem,
            "`pkigen renew etcd-server`: it gets a new key",
        )],
    );
    move_away(&tree, &files);
    mended(&tree, &[], &["etcd-server"]);
}

#[test]
fn two_pairs_swapped() {
    let tree = Tree::good();
    let (first, second) = (
        tree.text("apiserver.key"),
        tree.text("front-proxy-client.key"),
    );
    tree.put("apiserver.key", second);
    tree.put("front-proxy-client.key", first);
    let problem = "the key belongs to another certificate";
    refused(
        &tree,
        &[],
        &[
            ("pki/apiserver.crt", problem, "`pkigen renew apiserver`"),
            (
                "pki/front-proxy-client.crt",
                problem,
                "`pkigen renew front-proxy-client`",
            ),
        ],
    );
}

#[test]
fn a_leaf_of_another_authority() {
    let (tree, other) = (Tree::good(), Tree::empty());
    other.init(&[]).exits(0);
    let files = ["pki/apiserver.crt", "pki/apiserver.key"];
    tree.take(&other, &["apiserver.crt", "apiserver.key"]);
    let problem = "it is issued by CN=kubernetes-ca, which is not the authority here, or another of that name";
    refused(&tree, &[], &[(files[0], problem, AS_CONFIGURED)]);
    move_away(&tree, &files);
    mended(&tree, &[], &["apiserver"]);
}

/// etcd's authority signs no client of the API server, and the other way round.
#[test]
fn a_leaf_of_the_other_authority_of_the_same_tree() {
    let tree = Tree::good();
    for part in ["crt", "key"] {
        let text = tree.text(&format!("apiserver-kubelet-client.{part}"));
        tree.put(&format!("apiserver-etcd-client.{part}"), text);
    }
    let problem = "it is issued by CN=kubernetes-ca, which is not the authority here";
    refused(
        &tree,
        &[],
        &[("pki/apiserver-etcd-client.crt", problem, AS_CONFIGURED)],
    );
}

#[test]
fn an_expired_leaf_among_valid_ones() {
    let tree = Tree::good();
    move_away(&tree, &["pki/apiserver.crt", "pki/apiserver.key"]);
    tree.init(&["--certificate-validity", "100d"]).exits(0);
    let later = ["--at", &days_from_now(200)];
    let says = (
        "pki/apiserver.crt",
        "it expired on 20",
        "`pkigen renew apiserver`",
    );
    refused(&tree, &later, &[says]);
    for file in ["apiserver.crt", "apiserver.key"] {
        std::fs::remove_file(tree.pki(file)).unwrap();
    }
    mended(&tree, &later, &["apiserver"]);
}

#[test]
pub(crate) fn everything_expired_at_once() {
    let tree = Tree::good();
    let run = refused(
        &tree,
        &["--at", &days_from_now(400)],
        &[
            (
                "pki/apiserver.crt",
                "it expired on 20",
                "`pkigen renew apiserver`",
            ),
            (
                "pki/apiserver-kubelet-client.crt",
                "it expired",
                "`pkigen renew ",
            ),
            ("pki/front-proxy-client.crt", "it expired", "`pkigen renew "),
            ("pki/etcd/server.crt", "it expired", "`pkigen renew "),
            ("pki/etcd/peer.crt", "it expired", "`pkigen renew "),
            (
                "pki/etcd/healthcheck-client.crt",
                "it expired",
                "`pkigen renew ",
            ),
            (
                "pki/apiserver-etcd-client.crt",
                "it expired",
                "`pkigen renew ",
            ),
            ("admin.conf", "it expired", "`pkigen renew admin.conf`"),
            ("super-admin.conf", "it expired", "`pkigen renew "),
            ("kubelet.conf", "it expired", "`pkigen renew "),
            ("controller-manager.conf", "it expired", "`pkigen renew "),
            ("scheduler.conf", "it expired", "`pkigen renew "),
        ],
    );
    assert!(
        run.stderr.contains(" UTC\n"),
        "a date without its zone in {run:#?}"
    );
}

#[test]
fn a_leaf_that_is_not_valid_yet() {
    let tree = Tree::good();
    move_away(&tree, &["pki/apiserver.crt", "pki/apiserver.key"]);
    let (later, now) = (days_from_now(30), days_from_now(0));
    tree.init(&["--at", &later]).exits(0);
    let problem = "it is not valid before 20";
    refused(
        &tree,
        &["--at", &now],
        &[("pki/apiserver.crt", problem, "`pkigen renew apiserver`")],
    );
}

#[test]
fn an_api_server_certificate_for_clients_alone() {
    let tree = Tree::good();
    let names = "subjectAltName=DNS:cp1,DNS:kubernetes,DNS:kubernetes.default,\
        DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:10.96.0.1,IP:192.0.2.10";
    let extensions = format!("extendedKeyUsage=clientAuth\n{names}\n");
    sign(&tree, "ca", "apiserver", "/CN=kube-apiserver", &extensions);
    let problem = "it is not for serverAuth, only for clientAuth";
    let files = ["pki/apiserver.crt", "pki/apiserver.key"];
    refused(&tree, &[], &[(files[0], problem, AS_CONFIGURED)]);
    move_away(&tree, &files);
    mended(&tree, &[], &["apiserver"]);
}

/// etcd dials itself with its server certificate.
#[test]
fn an_etcd_server_certificate_that_is_not_for_clients() {
    let tree = Tree::good();
    let extensions = "extendedKeyUsage=serverAuth\n\
        subjectAltName=DNS:cp1,DNS:localhost,IP:127.0.0.1,IP:::1,IP:192.0.2.10\n";
    sign(&tree, "etcd/ca", "etcd/server", "/CN=kube-etcd", extensions);
    let problem = "it is not for clientAuth, only for serverAuth";
    refused(
        &tree,
        &[],
        &[("pki/etcd/server.crt", problem, AS_CONFIGURED)],
    );
}

#[test]
fn an_authority_where_a_leaf_belongs() {
    let tree = Tree::good();
    for part in ["crt", "key"] {
        let text = tree.text(&format!("front-proxy-ca.{part}"));
        tree.put(&format!("front-proxy-client.{part}"), text);
    }
    let problem = "it is an authority's certificate, not a leaf";
    refused(
        &tree,
        &[],
        &[("pki/front-proxy-client.crt", problem, AS_CONFIGURED)],
    );
}

#[test]
pub(crate) fn a_name_asked_for_later() {
    let tree = Tree::good();
    let more = ["--san", "new.example.org", "--san", "203.0.113.7"];
    let problem = "it does not serve new.example.org, 203.0.113.7";
    let remedy = "`pkigen renew apiserver --reconcile --config FILE`; or correct the configuration";
    refused(&tree, &more, &[("pki/apiserver.crt", problem, remedy)]);
    let names = "[apiserver]\nsans = [\"new.example.org\", \"203.0.113.7\"]\n";
    tree.put_beside("want.toml", format!("{GOOD}{names}"));
    tree.pkigen(&["renew", "apiserver", "--reconcile", "--config", "want.toml"])
        .exits(0);
    // The flags that go with it are made anew.
    tree.init(&more)
        .exits(0)
        .shows(&["  kept  apiserver ", "  created  1 file"]);
    tree.init(&more).exits(0).shows(&["Nothing to do"]);
    // More names than asked for are right.
    tree.init(&[]).exits(0).shows(&["Nothing to do"]);
}

#[test]
fn another_address_concerns_every_server() {
    let tree = Tree::good();
    let before = tree.snapshot();
    let run = tree
        .pkigen(&[
            "init",
            "--node-name",
            "cp1",
            "--advertise-address",
            "192.0.2.99",
        ])
        .exits(1);
    before.assert_untouched(&tree.snapshot());
    let found = super::refusals(&run);
    let files: Vec<&str> = found
        .iter()
        .map(|one| one.0.split(": ").next().unwrap())
        .collect();
    let expected = ["apiserver.crt", "etcd/server.crt", "etcd/peer.crt"];
    assert_eq!(files.len(), expected.len(), "{run:#?}");
    assert!(
        files
            .iter()
            .zip(expected)
            .all(|(file, name)| file.ends_with(name))
    );
    assert!(
        found
            .iter()
            .all(|one| one.0.ends_with("it does not serve 192.0.2.99"))
    );
}

#[test]
pub(crate) fn half_a_pair() {
    let tree = Tree::good();
    tree.remove(&["apiserver.crt", "etcd/peer.key"]);
    let remedy = "Put back ";
    refused(
        &tree,
        &[],
        &[
            (
                "pki/apiserver.key",
                "the key is there, its certificate is not",
                remedy,
            ),
            (
                "pki/etcd/peer.crt",
                "the certificate is there, its key is not",
                remedy,
            ),
        ],
    );
    move_away(&tree, &["pki/apiserver.key", "pki/etcd/peer.crt"]);
    mended(&tree, &[], &["apiserver", "etcd-peer"]);
}

#[test]
pub(crate) fn a_service_account_key_of_another_cluster() {
    let (tree, other) = (Tree::good(), Tree::empty());
    other.init(&[]).exits(0);
    tree.take(&other, &["sa.pub"]);
    let problem = "it does not hold the public half";
    refused(
        &tree,
        &[],
        &[(
            "pki/sa.pub",
            problem,
            "sa.pub away, then run this again: it is rebuilt",
        )],
    );
    let key = tree.text("sa.key");
    move_away(&tree, &["pki/sa.pub"]);
    mended(&tree, &[], &["sa"]);
    assert_eq!(tree.text("sa.key"), key);
}

#[test]
pub(crate) fn a_public_service_account_key_alone() {
    let tree = Tree::good();
    tree.remove(&["sa.key"]);
    let problem = "the public key is there, its private key is not";
    let remedy = "every token signed so far becomes invalid";
    refused(&tree, &[], &[("pki/sa.pub", problem, remedy)]);
    move_away(&tree, &["pki/sa.pub"]);
    // Whether there is another node that has it is asked once more.
    tree.init(&[]).exits(1).says(&["--new-cluster"]);
    mended(&tree, &["--new-cluster"], &["sa"]);
}
