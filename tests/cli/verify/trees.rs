//! What is clean, and what is not.

use std::fs;

use super::{AT, assert_found, kubeadm, set_mode, verify};
use crate::support::{AUTHORITY, Tree, Workshop, days_from_now};

#[test]
fn what_init_makes_is_clean() {
    for profile in ["kubernetes-io", "kubeadm"] {
        for algorithm in ["ecdsa-p256", "ecdsa-p384", "rsa-2048"] {
            let tree = Tree::empty();
            tree.init(&[
                "--profile",
                profile,
                "--key-algorithm",
                algorithm,
                "--kubelet-serving",
            ])
            .exits(0);
            let run = verify(&tree, &[]).exits(0);
            assert_eq!(run.stderr, "");
            assert!(run.stdout.ends_with(": nothing is wrong\n"), "{run:#?}");
        }
    }
}

#[test]
fn what_kubeadm_makes_is_clean() {
    for algorithm in ["ecdsa-p256", "rsa-2048"] {
        let tree = kubeadm(algorithm);
        verify(&tree, &["--at", AT])
            .exits(0)
            .shows(&["15 certificates in 27 files"]);
    }
}

#[test]
fn what_does_not_apply_may_be_missing() {
    let tree = Tree::good();
    fs::remove_file(tree.etc("super-admin.conf")).unwrap();
    fs::remove_file(tree.pki("ca.key")).unwrap();
    fs::remove_dir_all(tree.pki("etcd")).unwrap();
    tree.remove(&["apiserver-etcd-client.crt", "apiserver-etcd-client.key"]);
    assert_found(&tree, &[], &[]);
    let joined = Tree::empty();
    let shared = ["ca", "front-proxy-ca", "etcd/ca"];
    let shared = shared.map(|stem| [format!("{stem}.crt"), format!("{stem}.key")]);
    let first = Tree::good();
    for name in shared.as_flattened() {
        joined.take(&first, &[name]);
    }
    joined.take(&first, &["sa.key", "sa.pub"]);
    joined.init(&["--for-join"]).exits(0);
    assert_found(&joined, &[], &[]);
}

#[test]
fn an_authority_that_has_ended_is_one_finding() {
    let tree = Tree::empty();
    let years = ["--ca-validity", "8760h", "--certificate-validity", "8760h"];
    tree.init(&years).exits(0);
    let found = super::found(&tree, &["--at", &days_from_now(366)]);
    let authorities = found.iter().filter(|(rule, _)| rule == "authority-expired");
    assert_eq!(authorities.count(), 3, "{found:?}");
    let outlives = found
        .iter()
        .filter(|(rule, _)| rule == "outlives-authority");
    assert_eq!(outlives.count(), 0, "{found:?}");
}

#[test]
fn keys_and_certificates_that_were_exchanged() {
    let tree = Tree::good();
    fs::copy(tree.pki("etcd/peer.key"), tree.pki("etcd/server.key")).unwrap();
    assert_found(&tree, &[], &[("pair-mismatch", "pki/etcd/server.crt")]);
    let tree = Tree::good();
    let other = Tree::empty();
    other.init(&[]).exits(0);
    tree.take(&other, &["sa.pub"]);
    assert_found(&tree, &[], &[("service-account-mismatch", "pki/sa.pub")]);
    tree.take(&other, &["sa.key"]);
    assert_found(&tree, &[], &[]);
    tree.take(&other, &["front-proxy-ca.crt", "front-proxy-ca.key"]);
    let expected = [("bad-signature", "pki/front-proxy-client.crt")];
    assert_found(&tree, &[], &expected);
    tree.take(&other, &["ca.crt", "ca.key"]);
    let expected = [("authority-replaced", "pki/ca.crt"), expected[0]];
    assert_found(&tree, &[], &expected);
}

#[test]
fn files_that_are_something_else() {
    let tree = Tree::good();
    tree.put("apiserver.crt", "junk");
    assert_found(&tree, &[], &[("malformed-file", "pki/apiserver.crt")]);
    let tree = Tree::good();
    let text = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    let text = text.replace("current-context: ", "current-context: not-");
    fs::write(tree.etc("admin.conf"), text).unwrap();
    assert_found(&tree, &[], &[("kubeconfig-unusable", "admin.conf")]);
    let tree = Tree::good();
    tree.remove(&["etcd/healthcheck-client.key"]);
    let expected = [("half-pair", "pki/etcd/healthcheck-client.crt")];
    assert_found(&tree, &[], &expected);
}

#[test]
fn keys_that_are_too_short() {
    let shop = Workshop::new();
    let tree = Tree::good();
    for name in ["ca.crt", "ca.key"] {
        shop.write(name, tree.text(&format!("front-proxy-{name}")));
    }
    tree.put("front-proxy-client.key", shop.key("short", "1024"));
    let client = "extendedKeyUsage=clientAuth\nauthorityKeyIdentifier=keyid\n";
    let short = shop.signed("short", "ca", "/CN=front-proxy-client", client);
    tree.put("front-proxy-client.crt", short);
    assert_found(&tree, &[], &[("weak-key", "pki/front-proxy-client.crt")]);
    // Without a certificate it is the file that is wrong.
    let tree = Tree::good();
    tree.put("sa.key", shop.read("short.key"));
    let found = super::found(&tree, &[]);
    assert_eq!(found, [("weak-key".to_owned(), "pki/sa.key".to_owned())]);
    tree.put("sa.key", shop.key("odd", "ed25519"));
    let found = super::found(&tree, &[]);
    assert_eq!(
        found,
        [("unsupported-key".to_owned(), "pki/sa.key".to_owned())]
    );
}

#[test]
fn modes() {
    let tree = Tree::good();
    set_mode(&tree.pki("ca.key"), 0o640);
    assert_found(&tree, &[], &[]);
    set_mode(&tree.pki("ca.key"), 0o604);
    set_mode(&tree.pki("ca.crt"), 0o666);
    set_mode(&tree.etc("admin.conf"), 0o620);
    set_mode(&tree.pki("etcd"), 0o757);
    let expected = [
        ("writable-by-others", "pki/etcd"),
        ("writable-by-others", "pki/ca.crt"),
        ("key-exposed", "pki/ca.key"),
        ("key-exposed", "admin.conf"),
    ];
    assert_found(&tree, &[], &expected);
}

/// The kubelet's files are outside the table: what it rotates, and whose clients it accepts.
#[test]
fn files_of_the_kubelet() {
    let tree = Tree::good();
    let kubelet = tree.at("/var/lib/kubelet");
    fs::create_dir_all(kubelet.join("pki")).unwrap();
    let configuration = "authentication:\n  x509:\n    clientCAFile: /var/lib/kubelet/ca.crt\n";
    fs::write(kubelet.join("config.yaml"), configuration).unwrap();
    fs::copy(tree.pki("ca.crt"), kubelet.join("ca.crt")).unwrap();
    assert_found(&tree, &[], &[]);
    fs::copy(tree.pki("etcd/ca.crt"), kubelet.join("ca.crt")).unwrap();
    assert_found(&tree, &[], &[("shared-trust", "pki/etcd/ca.crt")]);
    fs::copy(tree.pki("ca.crt"), kubelet.join("ca.crt")).unwrap();

    let server = tree.text("apiserver.crt") + &tree.text("apiserver-etcd-client.key");
    let current = kubelet.join("pki/kubelet-server-current.pem");
    fs::write(&current, server).unwrap();
    set_mode(&current, 0o600);
    let file = "/var/lib/kubelet/pki/kubelet-server-current.pem";
    assert_found(&tree, &[], &[("pair-mismatch", file)]);
}

/// Only where ca.crt is what kube-controller-manager signs with.
#[test]
fn a_bundle_to_sign_with() {
    let shop = Workshop::new();
    shop.key("next", "P-256");
    let next = shop.self_signed("next", "/CN=kubernetes-next", AUTHORITY);
    let tree = Tree::good();
    let both = [tree.text("front-proxy-ca.crt").into_bytes(), next.clone()].concat();
    tree.put("front-proxy-ca.crt", both);
    assert_found(&tree, &[], &[]);
    let tree = Tree::good();
    let both = [tree.text("ca.crt").into_bytes(), next].concat();
    tree.put("ca.crt", both);
    let found = super::found(&tree, &[]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[1].0, "signing-bundle", "{found:?}");
    let manifests = tree.etc("manifests");
    fs::create_dir(&manifests).unwrap();
    let manifest = "spec:\n  containers:\n  - command:\n    - kube-controller-manager\n    \
                    - --cluster-signing-cert-file=/etc/kubernetes/pki/ca-issuing.crt\n";
    fs::write(manifests.join("kube-controller-manager.yaml"), manifest).unwrap();
    tree.put("ca-issuing.crt", Tree::good().text("ca.crt"));
    let found = super::found(&tree, &[]);
    // What kubeconfigs lack of it is another matter.
    assert_eq!(
        found,
        [(
            "kubeconfig-trust-narrow".to_owned(),
            "pki/ca.crt".to_owned()
        )]
    );
}
