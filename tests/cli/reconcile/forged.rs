//! Somebody issued a certificate by hand, and not quite as the table says.

use super::{GOOD, each, mends, put_data};
use crate::support::Tree;

const SERVER: &str = "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n\
    subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
const CLIENT: &str = "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n\
    subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
const ETCD_NAMES: &str = "subjectAltName=DNS:cp1,DNS:localhost,IP:192.0.2.10,IP:127.0.0.1,IP:::1\n";

/// A pair that an authority of the tree signs.
fn sign(tree: &Tree, authority: &str, key: &str, subject: &str, extensions: &str) -> [Vec<u8>; 2] {
    let shop = tree.workshop(authority);
    let key = shop.key("leaf", key);
    [shop.signed("leaf", "ca", subject, extensions), key]
}

fn put_pair(tree: &Tree, name: &str, [certificate, key]: [Vec<u8>; 2]) {
    tree.put(&format!("{name}.crt"), certificate);
    tree.put(&format!("{name}.key"), key);
}

#[test]
fn etcds_server_is_no_client() {
    let tree = Tree::good();
    let extensions = format!("{SERVER}{ETCD_NAMES}");
    let pair = sign(&tree, "etcd/ca", "P-256", "/CN=kube-etcd", &extensions);
    put_pair(&tree, "etcd/server", pair);
    let says = ["extended key usage: serverAuth instead of serverAuth, clientAuth"];
    mends(&tree, GOOD, &each(&["etcd-server"], &says));
}

#[test]
fn another_common_name() {
    let tree = Tree::good();
    let pair = sign(&tree, "ca", "P-256", "/CN=apiserver-kubelet", CLIENT);
    put_pair(&tree, "apiserver-kubelet-client", pair);
    let says = ["subject: CN=apiserver-kubelet instead of ..."];
    mends(&tree, GOOD, &each(&["apiserver-kubelet-client"], &says));
}

#[test]
fn another_group_in_a_kubeconfig() {
    let tree = Tree::good();
    let subject = "/O=admins/CN=kubernetes-admin";
    let [certificate, key] = sign(&tree, "ca", "P-256", subject, CLIENT);
    put_data(&tree, "admin.conf", "client-certificate-data", &certificate);
    put_data(&tree, "admin.conf", "client-key-data", &key);
    mends(&tree, GOOD, &each(&["admin.conf"], &["subject: ..."]));
}

#[test]
fn another_kind_of_key() {
    for (kind, shown) in [
        ("ed25519", "key: Ed25519 instead of ECDSA P-256"),
        ("P-521", "key: ECDSA P-521 instead of ECDSA P-256"),
        ("3072", "key: RSA 3072 instead of ECDSA P-256"),
    ] {
        let tree = Tree::good();
        let pair = sign(
            &tree,
            "front-proxy-ca",
            kind,
            "/CN=front-proxy-client",
            CLIENT,
        );
        put_pair(&tree, "front-proxy-client", pair);
        mends(&tree, GOOD, &each(&["front-proxy-client"], &[shown]));
    }
}

/// Whatever is wrong at once is shown at once.
#[test]
fn everything_is_wrong() {
    let tree = Tree::good();
    let extensions = "extendedKeyUsage=clientAuth\nsubjectAltName=DNS:cp9,IP:192.0.2.10\n";
    let pair = sign(&tree, "front-proxy-ca", "2048", "/CN=cp9", extensions);
    put_pair(&tree, "etcd/peer", pair);
    let says = [
        "subject: CN=cp9 instead of CN=kube-etcd-peer",
        "missing alternative names: ...",
        "surplus alternative names: cp9",
        "extended key usage: clientAuth instead of serverAuth, clientAuth",
        "key: RSA 2048 instead of ECDSA P-256",
        "key usage: none instead of ...",
        "issuer: CN=kubernetes-front-proxy-ca instead of CN=etcd-ca of this authority",
    ];
    mends(&tree, GOOD, &each(&["etcd-peer"], &says));
}

/// A key beside the certificate that is another's cannot be used, however right the certificate.
#[test]
fn the_key_of_another_certificate() {
    let tree = Tree::good();
    tree.put("etcd/peer.key", tree.text("etcd/server.key"));
    mends(
        &tree,
        GOOD,
        &each(
            &["etcd-peer"],
            &["private key: another certificate's instead of this certificate's"],
        ),
    );
}
