//! Trees that are in order although they look odd: links, other forms, states of a rotation.

use std::fs;
use std::os::unix::fs::symlink;

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::set_mode;
use crate::corpus::authorities::root;
use crate::corpus::bench::{KUBECONFIGS, other, spare_key};
use crate::corpus::trees::{common_root, signs_with};
use crate::corpus::{clean, finds};
use crate::support::forge::block;
use crate::support::{AUTHORITY, How, OddKey, Scheme, Tree};

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
    for name in ["apiserver.crt", "apiserver.key", "ca.crt", "sa.pub"] {
        tree.put(name, tree.text(name).replace('\n', "\r\n"));
    }
    let text = "Bag Attributes\n    friendlyName: peer\nCertificate:\n    Data:\n";
    tree.put(
        "etcd/peer.crt",
        text.to_owned() + &tree.text("etcd/peer.crt"),
    );
    let peer = OddKey::from_pem(&tree.text("etcd/peer.key"));
    tree.put("etcd/peer.key", peer.to_pem());
    let parameters = block("EC PARAMETERS", b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07");
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
    set_mode(&tree.pki("apiserver-etcd-client.crt"), 0o600);
    // An old key that still verifies tokens.
    tree.put("sa.pub", tree.text("sa.pub") + &other().text("sa.pub"));
    finds(&tree, &[], &[]);
}

/// What an earlier kubeadm gave is as right, and a warning where it is more than it has to be.
const EARLIER: &[&str] = &["--warn-only", "excess-rights"];

#[test]
fn states_that_are_clean() {
    for (name, make) in clean::STATES {
        let tree = Tree::good();
        make(&tree);
        eprintln!("{name}");
        finds(&tree, EARLIER, &[]);
    }
}

#[test]
fn what_others_make() {
    for maker in clean::MAKERS {
        let tree = Tree::good();
        clean::remake(&tree, maker);
        eprintln!("{}", maker.name);
        finds(&tree, EARLIER, &[]);
    }
}

/// Its authorities live for ten years. What they lack is found of them alone.
#[test]
fn kubeadm_before_1_19() {
    let tree = Tree::good();
    clean::remake(&tree, &clean::OLD);
    finds(&tree, EARLIER, &of_authorities("no-key-identifier"));
}

fn of_authorities(rule: &str) -> [(&str, &str); 3] {
    ["pki/ca.crt", "pki/front-proxy-ca.crt", "pki/etcd/ca.crt"].map(|file| (rule, file))
}

/// Each authority is below one root, which nobody trusts. Callers in the cluster want it; who else
/// believed it would let in the clients of all three.
#[test]
fn intermediate_authorities_without_their_root() {
    let tree = Tree::good();
    common_root(&tree, false);
    finds(&tree, &[], &[("no-root", "pki/ca.crt")]);
}

#[test]
fn a_rotation_that_is_half_way() {
    let tree = Tree::good();
    let old = tree.pem("ca");
    clean::prepared(&tree);
    // kubeadm renews a kubeconfig and drops the second.
    tree.embed("admin.conf", "certificate-authority-data", &old);
    finds(&tree, &[], &[("kubeconfig-trust-narrow", "admin.conf")]);
    // Narrowed too early.
    let tree = Tree::good();
    let old = tree.pem("ca");
    clean::switched(&tree);
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

/// The key is the second's, and kubeadm takes the first.
#[test]
fn an_old_authority_before_the_one_that_signs() {
    let tree = Tree::good();
    signs_with(&tree, "/etc/kubernetes/pki/ca-issuing.crt");
    tree.put("ca.crt", clean::an_expired_one(&tree) + &tree.pem("ca"));
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
    let shop = tree.workshop("ca");
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
        set_mode(&dated, 0o600);
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
    let own = shop.signed_as("own", "own-ca", "/CN=node-1@1700000000", own, How::days(-1));
    fs::write(kubelet.join("kubelet.crt"), own).unwrap();
    fs::write(kubelet.join("kubelet.key"), key).unwrap();
    set_mode(&kubelet.join("kubelet.key"), 0o600);
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

/// Whom a certificate names decides what it may do.
#[test]
fn identities() {
    for (name, file, user, groups) in [
        (
            "admin.conf",
            "admin.conf",
            "jane",
            &["kubeadm:cluster-admins"][..],
        ),
        ("admin.conf", "admin.conf", "kubernetes-admin", &[]),
        (
            "scheduler.conf",
            "scheduler.conf",
            "system:kube-scheduler",
            &["system:masters"],
        ),
        (
            "kubelet.conf",
            "kubelet.conf",
            "system:node:",
            &["system:nodes"],
        ),
        ("kubelet.conf", "kubelet.conf", "system:node:cp1", &[]),
        (
            "front-proxy-client",
            "pki/front-proxy-client.crt",
            "aggregator",
            &[],
        ),
        (
            "apiserver-kubelet-client",
            "pki/apiserver-kubelet-client.crt",
            "kube-apiserver",
            &[],
        ),
    ] {
        let tree = Tree::good();
        tree.forge(name, |forge| forge.subject(user, groups));
        finds(&tree, &[], &[("wrong-identity", file)]);
    }
}

/// To all but OpenSSL.
#[test]
fn the_last_second_counts() {
    let tree = Tree::good();
    let end = (OffsetDateTime::now_utc() + Duration::days(9))
        .replace_nanosecond(0)
        .unwrap();
    tree.forge("scheduler.conf", |mut forge| {
        forge.not_after = end;
        forge
    });
    let at = |instant: OffsetDateTime| instant.format(&Rfc3339).unwrap();
    let report = tree.pkigen(&["verify", "--at", &at(end), "-o", "json"]);
    let report = report.exits(1).json();
    assert_eq!(
        report["findings"][0]["refusedBy"],
        serde_json::json!(["openssl"])
    );
    let before = at(end - Duration::SECOND);
    finds(&tree, &["--at", &before], &[]);
    let after = at(end + Duration::SECOND);
    finds(&tree, &["--at", &after], &[("expired", "scheduler.conf")]);
}

/// Nobody checks what a root says of itself, and a token is nobody's certificate.
#[test]
fn what_nobody_looks_at() {
    let tree = Tree::good();
    let shop = tree.workshop("front-proxy-ca");
    let subject = "/CN=kubernetes-front-proxy-ca";
    let how = How::ROOT.by(Scheme::Sha1);
    let root = shop.self_signed_as("ca", subject, AUTHORITY, how);
    shop.write("leaf.key", tree.text("front-proxy-client.key"));
    let leaf = shop.signed(
        "leaf",
        "ca",
        "/CN=front-proxy-client",
        "extendedKeyUsage=clientAuth\n",
    );
    tree.put("front-proxy-ca.crt", root);
    tree.put("front-proxy-client.crt", leaf);
    let text = fs::read_to_string(tree.etc("scheduler.conf")).unwrap();
    let (head, _) = text.split_once("    client-certificate-data").unwrap();
    fs::write(
        tree.etc("scheduler.conf"),
        format!("{head}    token: abcdef\n"),
    )
    .unwrap();
    finds(&tree, &[], &[]);
}
