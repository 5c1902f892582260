//! Trees that are in order although they look odd: links, other forms, states of a rotation.

use std::fs;
use std::os::unix::fs::symlink;

use pki_core::Certificate;
use pki_core::key::SigningKey as _;
use time::{Duration, OffsetDateTime};

use super::authorities::{below, root};
use super::bench::{AUTHORITIES, KUBECONFIGS, spare_key};
use super::foreign::{everybody_accepts, finds};
use super::forge::Forge;
use super::trees::{signs_with, switch};
use crate::support::{Tree, Workshop};

/// Kubespray keeps everything in ssl, and links pki to it.
#[test]
fn pki_may_be_a_link() {
    let tree = Tree::good();
    fs::rename(tree.etc("pki"), tree.etc("ssl")).unwrap();
    symlink("ssl", tree.etc("pki")).unwrap();
    finds(&tree, &[], &[]);
    fs::remove_file(tree.etc("pki")).unwrap();
    finds(&tree, &["--cert-dir", "/etc/kubernetes/ssl"], &[]);
}

#[test]
fn files_may_be_links() {
    let tree = Tree::good();
    for name in ["apiserver.crt", "apiserver.key"] {
        fs::rename(tree.pki(name), tree.pki(&format!("2026-{name}"))).unwrap();
        symlink(format!("2026-{name}"), tree.pki(name)).unwrap();
    }
    finds(&tree, &[], &[]);
}

#[test]
fn other_forms_of_pem() {
    let tree = Tree::good();
    let shop = Workshop::new();
    for name in ["apiserver.crt", "apiserver.key", "ca.crt", "sa.pub"] {
        tree.put(name, tree.text(name).replace('\n', "\r\n"));
    }
    shop.write("peer.crt", tree.text("etcd/peer.crt"));
    let text = String::from_utf8(shop.openssl("x509 -in peer.crt -text")).unwrap();
    tree.put(
        "etcd/peer.crt",
        "Bag Attributes\n    friendlyName: peer\n".to_owned() + &text,
    );
    shop.write("peer.key", tree.text("etcd/peer.key"));
    tree.put(
        "etcd/peer.key",
        shop.openssl("pkcs8 -topk8 -nocrypt -in peer.key"),
    );
    let parameters = String::from_utf8(shop.openssl("ecparam -name prime256v1")).unwrap();
    tree.put(
        "etcd/server.key",
        parameters + &tree.text("etcd/server.key"),
    );
    // The first key counts.
    tree.put(
        "front-proxy-client.key",
        tree.text("front-proxy-client.key") + &tree.text("sa.key"),
    );
    // Whoever has both in one file may have it twice.
    let both = tree.text("apiserver-etcd-client.crt") + &tree.text("apiserver-etcd-client.key");
    tree.put("apiserver-etcd-client.crt", both);
    super::files::set_mode(&tree.pki("apiserver-etcd-client.crt"), 0o600);
    // An old key that still verifies tokens.
    tree.put(
        "sa.pub",
        tree.text("sa.pub") + &super::bench::other().text("sa.pub"),
    );
    finds(&tree, &[], &[]);
}

#[test]
fn intermediate_authorities_with_their_roots() {
    let tree = Tree::good();
    signs_with(&tree, "/etc/kubernetes/pki/ca-issuing.crt");
    for (number, name) in AUTHORITIES.into_iter().enumerate() {
        let key = spare_key(number + 4);
        let root = root(&tree, &format!("Root {number}"), &key);
        let issuer = Certificate::all_from_pem(root.as_bytes())
            .unwrap()
            .remove(0);
        let forge = Forge::of(&tree.certificate(name)).serial(&[u8::try_from(number).unwrap() + 1]);
        let identifier = key.public_key().identifier();
        let middle = below(forge, &issuer, &identifier).sign(&key);
        tree.put_pem(name, &(middle + &root));
    }
    tree.trust_everywhere(&tree.pem("ca"));
    finds(&tree, &[], &[]);
    everybody_accepts(&tree);
    // Each may also be below one root, as long as nobody trusts that.
    let tree = Tree::good();
    super::trees::common_root(&tree, false);
    let expected = ["pki/ca.crt", "pki/front-proxy-ca.crt", "pki/etcd/ca.crt"];
    finds(&tree, &[], &expected.map(|file| ("no-root", file)));
}

/// The states of a rotation, with the signer's file apart.
#[test]
fn rotation() {
    let tree = Tree::good();
    signs_with(&tree, "/etc/kubernetes/pki/ca-issuing.crt");
    let old = tree.pem("ca");
    let both = old.clone() + &root(&tree, "kubernetes-ca", &spare_key(1));
    // Prepared.
    tree.put("ca.crt", &both);
    tree.trust_everywhere(&both);
    finds(&tree, &[], &[]);
    everybody_accepts(&tree);
    // kubeadm renews a kubeconfig and drops the second.
    tree.embed("admin.conf", "certificate-authority-data", &old);
    finds(&tree, &[], &[("kubeconfig-trust-narrow", "admin.conf")]);
    // Switched: some have a certificate of the new one, some of the old one.
    let tree = Tree::good();
    signs_with(&tree, "/etc/kubernetes/pki/ca-issuing.crt");
    let old = tree.pem("ca");
    switch(&tree);
    finds(&tree, &[], &[]);
    everybody_accepts(&tree);
    // Narrowed too early.
    let new = tree.pem("ca").replace(&old, "");
    tree.put("ca.crt", &new);
    tree.trust_everywhere(&new);
    let clients = ["admin.conf", "super-admin.conf", "kubelet.conf"];
    let clients = clients
        .into_iter()
        .chain(["controller-manager.conf", "scheduler.conf"]);
    let expected = ["pki/apiserver-kubelet-client.crt"]
        .into_iter()
        .chain(clients);
    let expected: Vec<(&str, &str)> = expected.map(|file| ("bad-signature", file)).collect();
    finds(&tree, &[], &expected);
}

/// Nothing comes from it any more, and nobody needs to trust it.
#[test]
fn an_old_authority_that_has_expired() {
    let tree = Tree::good();
    signs_with(&tree, "/etc/kubernetes/pki/ca-issuing.crt");
    let key = spare_key(1);
    let old = root(&tree, "kubernetes-ca", &key);
    let mut old = Forge::of(&Certificate::all_from_pem(old.as_bytes()).unwrap()[0]);
    old.not_after = OffsetDateTime::now_utc() - Duration::days(1);
    let old = old.sign(&key);
    let current = tree.pem("ca");
    tree.put("ca.crt", current.clone() + &old);
    finds(&tree, &[], &[]);
    everybody_accepts(&tree);
    tree.put("ca.crt", old + &current);
    // The key is the second's: kubeadm takes the first.
    finds(&tree, &[], &[("issuing-not-first", "pki/ca.crt")]);
}

#[test]
fn a_manifest_without_a_signing_file() {
    let tree = Tree::good();
    let both = tree.pem("ca") + &root(&tree, "kubernetes-ca", &spare_key(1));
    tree.put("ca.crt", &both);
    tree.trust_everywhere(&both);
    signs_with(&tree, "");
    finds(&tree, &[], &[]);
    let path = tree.etc("manifests/kube-controller-manager.yaml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replace("    - --cluster-signing-cert-file=\n", ""),
    )
    .unwrap();
    finds(&tree, &[], &[]);
    fs::write(
        &path,
        text.replace("cert-file=", "cert-file\n    - /etc/kubernetes/pki/ca.crt"),
    )
    .unwrap();
    finds(&tree, &[], &[("signing-bundle", "pki/ca.crt")]);
}

/// What the kubelet asks for, what it makes itself, and a worker that has nothing else.
#[test]
fn kubelets() {
    let tree = Tree::empty();
    let dotted = [
        "--node-name",
        "node-1.eu.example.org",
        "--advertise-address",
        "192.0.2.10",
    ];
    tree.pkigen(&[&["init"], &dotted[..]].concat()).exits(0);
    finds(&tree, &[], &[]);
    let shop = Workshop::new();
    shop.write("ca.key", tree.text("ca.key"));
    shop.write("ca.crt", tree.text("ca.crt"));
    let kubelet = tree.at("/var/lib/kubelet/pki");
    fs::create_dir_all(&kubelet).unwrap();
    for (role, purpose) in [("client", "clientAuth"), ("server", "serverAuth")] {
        let key = shop.key(role, "P-256");
        let names = "subjectAltName=DNS:node-1.eu.example.org,IP:192.0.2.10\n";
        let extensions = format!(
            "keyUsage=critical,digitalSignature\nextendedKeyUsage={purpose}\n\
             basicConstraints=critical,CA:FALSE\nauthorityKeyIdentifier=keyid\n{}",
            if role == "server" { names } else { "" }
        );
        let subject = "/O=system:nodes/CN=system:node:node-1.eu.example.org";
        let certificate = shop.signed(role, "ca", subject, &extensions);
        let dated = kubelet.join(format!("kubelet-{role}-2026-11-24-12-00-00.pem"));
        fs::write(&dated, [certificate, key].concat()).unwrap();
        super::files::set_mode(&dated, 0o600);
        let name = dated.file_name().unwrap();
        symlink(name, kubelet.join(format!("kubelet-{role}-current.pem"))).unwrap();
    }
    // It signs this one for itself, and keeps it when it has expired.
    let key = shop.key("own", "2048");
    let authority = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature,keyEncipherment,keyCertSign\n";
    shop.key("own-ca", "2048");
    shop.self_signed("own-ca", "/CN=node-1-ca@1700000000", authority);
    let own = "keyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth\n\
               subjectAltName=DNS:node-1\nbasicConstraints=critical,CA:FALSE\n";
    let own = shop.signed_with("own", "own-ca", "/CN=node-1@1700000000", own, " -days -1");
    fs::write(kubelet.join("kubelet.crt"), own).unwrap();
    fs::write(kubelet.join("kubelet.key"), key).unwrap();
    super::files::set_mode(&kubelet.join("kubelet.key"), 0o600);
    finds(&tree, &[], &[]);
    // A worker.
    let ca = tree.text("ca.crt");
    fs::remove_dir_all(tree.etc("pki")).unwrap();
    fs::create_dir(tree.etc("pki")).unwrap();
    tree.put("ca.crt", ca);
    for file in KUBECONFIGS
        .into_iter()
        .filter(|file| *file != "kubelet.conf")
    {
        fs::remove_file(tree.etc(file)).unwrap();
    }
    finds(&tree, &[], &[]);
}

/// A proxy on the node, as Kubespray has it, and an administrator who took his file away.
#[test]
fn what_an_operator_changes() {
    let tree = Tree::good();
    fs::remove_file(tree.etc("admin.conf")).unwrap();
    for file in KUBECONFIGS.into_iter().filter(|file| *file != "admin.conf") {
        let text = fs::read_to_string(tree.etc(file)).unwrap();
        let text = text.replace("https://192.0.2.10:", "https://CP1:");
        fs::write(tree.etc(file), text).unwrap();
    }
    // Without the extension a certificate is for everything.
    for name in ["apiserver", "etcd-server", "scheduler.conf"] {
        tree.forge(name, |forge| {
            forge.without(const_oid::db::rfc5280::ID_CE_EXT_KEY_USAGE)
        });
    }
    finds(&tree, &[], &[]);
}

/// Constraints on what no certificate here has.
#[test]
fn constraints_on_mail() {
    let tree = Tree::good();
    let value = [0x30, 15, 0xa0, 13, 0x30, 11, 0x81, 9].to_vec();
    let value = [value, b"a.example".to_vec()].concat();
    tree.forge("ca", |forge| {
        forge.with(const_oid::db::rfc5280::ID_CE_NAME_CONSTRAINTS, true, &value)
    });
    everybody_accepts(&tree);
    finds(&tree, &[], &[]);
}
