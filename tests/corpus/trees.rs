//! Files that are right by themselves and do not fit together.

use std::fs;

use pki_core::key::SigningKey as _;

use super::Case;
use super::authorities::root;
use super::bench::{AUTHORITIES, other, spare_key};
use crate::support::Tree;
use crate::support::forge::Forge;

const CA: &str = "pki/ca.crt";
const ETCD_CA: &str = "pki/etcd/ca.crt";
const SERVER: &str = "pki/etcd/server.crt";
const PEER: &str = "pki/etcd/peer.crt";
pub(crate) const KUBELET: &str = "/var/lib/kubelet/pki/kubelet-client-current.pem";
/// The file that it leads to.
pub(crate) const DATED: &str = "/var/lib/kubelet/pki/kubelet-client-2026-11-23-18-30-50.pem";

/// A kube-controller-manager that signs with this file.
pub(crate) fn signs_with(tree: &Tree, file: &str) {
    let manifest = format!(
        "spec:\n  containers:\n  - command:\n    - kube-controller-manager\n    \
         - --cluster-signing-cert-file={file}\n    volumeMounts:\n    \
         - {{name: k8s-certs, mountPath: /etc/kubernetes/pki}}\n  volumes:\n  \
         - {{name: k8s-certs, hostPath: {{path: /etc/kubernetes/pki}}}}\n"
    );
    fs::create_dir_all(tree.etc("manifests")).unwrap();
    let path = tree.etc("manifests/kube-controller-manager.yaml");
    fs::write(path, manifest).unwrap();
    if file.ends_with("ca-issuing.crt") {
        tree.put("ca-issuing.crt", tree.pem("ca"));
    }
}

/// Adds an authority to those that are there; what kubeconfigs trust is left alone.
fn add(tree: &Tree, authority: &str, more: &str) {
    tree.put(&format!("{authority}.crt"), tree.pem(authority) + more);
}

/// The kubelet's client certificate in files of its own, as after its first rotation.
pub(crate) fn kubelet(tree: &Tree) {
    fs::create_dir_all(tree.at("/var/lib/kubelet/pki")).unwrap();
    let both = tree.pem("kubelet.conf") + &tree.embedded("kubelet.conf", "client-key-data");
    fs::write(tree.at(DATED), both).unwrap();
    super::files::set_mode(&tree.at(DATED), 0o600);
    std::os::unix::fs::symlink(DATED, tree.at(KUBELET)).unwrap();
    let text = fs::read_to_string(tree.etc("kubelet.conf")).unwrap();
    let mut kept = Vec::new();
    for line in text.lines() {
        match line.trim_start().split_once("-data: ") {
            Some((field @ ("client-certificate" | "client-key"), _)) => {
                let indent = &line[..line.len() - line.trim_start().len()];
                kept.push(format!("{indent}{field}: {KUBELET}"));
            }
            _ => kept.push(line.to_owned()),
        }
    }
    fs::write(tree.etc("kubelet.conf"), kept.join("\n") + "\n").unwrap();
}

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "two certificates that were swapped",
        ("pair-mismatch", SERVER),
        "",
        |tree| {
            let (server, peer) = (tree.pem("etcd-server"), tree.pem("etcd-peer"));
            tree.put_pem("etcd-server", &peer);
            tree.put_pem("etcd-peer", &server);
        },
    )
    .also(PEER),
    Case::new(
        "a key that was copied over another",
        ("pair-mismatch", SERVER),
        "",
        |tree| {
            tree.put("etcd/server.key", tree.text("etcd/peer.key"));
        },
    ),
    Case::new(
        "the key of another in a kubeconfig",
        ("pair-mismatch", "admin.conf"),
        "",
        |tree| {
            let key = tree.embedded("scheduler.conf", "client-key-data");
            tree.embed("admin.conf", "client-key-data", &key);
        },
    ),
    Case::new(
        "one key for two certificates",
        ("key-reused", "pki/etcd/peer.key"),
        "",
        |tree| {
            let key = tree.private_key("etcd-server");
            tree.put("etcd/peer.key", tree.text("etcd/server.key"));
            tree.forge("etcd-peer", |forge| forge.key(&key));
        },
    ),
    Case::new(
        "one key for a client and service accounts",
        ("key-reused", "scheduler.conf"),
        "",
        |tree| {
            let key = tree.embedded("scheduler.conf", "client-key-data");
            tree.put("sa.key", &key);
            let public = tree.private_key("scheduler.conf");
            let der = public.public_key().spki_der().to_vec();
            tree.put("sa.pub", crate::support::forge::block("PUBLIC KEY", &der));
        },
    ),
    Case::new(
        "the public key of another service account key",
        ("service-account-mismatch", "pki/sa.pub"),
        "",
        |tree| {
            tree.take(other(), &["sa.pub"]);
        },
    ),
    Case::new(
        "another user in a kubeconfig",
        ("wrong-identity", "controller-manager.conf"),
        "---",
        |tree| {
            tree.forge("controller-manager.conf", |forge| {
                forge.subject("jane", &[])
            });
        },
    ),
    Case::new(
        "the API server among the administrators, as kubeadm 1.29 made it",
        ("excess-rights", "pki/apiserver-kubelet-client.crt"),
        "---",
        |tree| {
            tree.forge("apiserver-kubelet-client", |forge| {
                forge.subject("kube-apiserver-kubelet-client", &["kubeadm:cluster-admins"])
            });
        },
    ),
    Case::new(
        "an administrator above all bindings, as kubeadm 1.28 made it",
        ("excess-rights", "admin.conf"),
        "---",
        |tree| {
            tree.forge("admin.conf", |forge| {
                forge.subject("kubernetes-admin", &["system:masters"])
            });
        },
    ),
    Case::new(
        "an administrator's kubeconfig without a group",
        ("wrong-identity", "super-admin.conf"),
        "---",
        |tree| {
            tree.forge("super-admin.conf", |forge| {
                forge.subject("kubernetes-super-admin", &[])
            });
        },
    ),
    Case::new(
        "a kubelet that is no node",
        ("wrong-identity", "kubelet.conf"),
        "---",
        |tree| {
            tree.forge("kubelet.conf", |forge| {
                forge.subject("cp1", &["system:nodes"])
            });
        },
    ),
    Case::new(
        "the kubelet's own file of another user",
        ("wrong-identity", KUBELET),
        "",
        |tree| {
            kubelet(tree);
            let key = tree.private_key("ca");
            let old = fs::read_to_string(tree.at(DATED)).unwrap();
            let certificate = pki_core::Certificate::all_from_pem(old.as_bytes())
                .unwrap()
                .remove(0);
            let forged = Forge::of(&certificate)
                .subject("system:node:cp1", &[])
                .sign(&key);
            let private = &old[old.find("-----BEGIN EC").unwrap()..];
            fs::write(tree.at(DATED), forged + private).unwrap();
        },
    ),
    Case::new(
        "a kubelet's file with another key",
        ("pair-mismatch", KUBELET),
        "",
        |tree| {
            kubelet(tree);
            let certificate = fs::read_to_string(tree.at(DATED)).unwrap();
            let certificate = &certificate[..certificate.find("-----BEGIN EC").unwrap()];
            fs::write(
                tree.at(DATED),
                certificate.to_owned() + &tree.text("apiserver.key"),
            )
            .unwrap();
        },
    ),
    Case::new(
        "a kubelet whose link leads nowhere",
        ("kubelet-identity", "kubelet.conf"),
        "",
        |tree| {
            kubelet(tree);
            let older = DATED.replace("2026-11-23", "2025-11-23");
            fs::rename(tree.at(DATED), tree.at(&older)).unwrap();
        },
    ),
    Case::new(
        "a file where the kubelet wants a link",
        ("kubelet-no-link", KUBELET),
        "",
        |tree| {
            kubelet(tree);
            fs::rename(tree.at(DATED), tree.at(KUBELET)).unwrap();
        },
    ),
    Case::new(
        "a kubelet that waits for its serving certificate",
        (
            "serving-not-issued",
            "/var/lib/kubelet/pki/kubelet-server-current.pem",
        ),
        "",
        |tree| {
            fs::create_dir_all(tree.at("/var/lib/kubelet")).unwrap();
            let configuration = "serverTLSBootstrap: true\n";
            fs::write(tree.at("/var/lib/kubelet/config.yaml"), configuration).unwrap();
        },
    ),
    Case::new(
        "a kubeconfig of another cluster",
        ("kubeconfig-distrusts-server", "admin.conf"),
        "OGW",
        |tree| {
            fs::copy(other().etc("admin.conf"), tree.etc("admin.conf")).unwrap();
        },
    ),
    Case::new(
        "a kubeconfig that trusts another cluster",
        ("kubeconfig-distrusts-server", "admin.conf"),
        "OGW",
        |tree| {
            tree.embed(
                "admin.conf",
                "certificate-authority-data",
                &other().pem("ca"),
            );
        },
    ),
    Case::new(
        "a kubeconfig whose client is another cluster's",
        ("bad-signature", "admin.conf"),
        "OGW",
        |tree| {
            for field in ["client-certificate-data", "client-key-data"] {
                tree.embed("admin.conf", field, &other().embedded("admin.conf", field));
            }
        },
    ),
    Case::new(
        "a kubeconfig that trusts less than ca.crt",
        ("kubeconfig-trust-narrow", "admin.conf"),
        "---",
        |tree| {
            signs_with(tree, "/etc/kubernetes/pki/ca-issuing.crt");
            let old = tree.pem("ca");
            add(tree, "ca", &root(tree, "kubernetes-ca", &spare_key(1)));
            tree.trust_everywhere(&tree.pem("ca"));
            tree.embed("admin.conf", "certificate-authority-data", &old);
        },
    ),
    Case::new(
        "kubeconfigs that all trust less than ca.crt",
        ("kubeconfig-trust-narrow", CA),
        "---",
        |tree| {
            signs_with(tree, "/etc/kubernetes/pki/ca-issuing.crt");
            add(tree, "ca", &root(tree, "kubernetes-ca", &spare_key(1)));
        },
    ),
    Case::new(
        "a bundle that kube-controller-manager signs with",
        ("signing-bundle", CA),
        "---",
        |tree| {
            signs_with(tree, "/etc/kubernetes/pki/ca.crt");
            add(tree, "ca", &root(tree, "kubernetes-ca", &spare_key(1)));
            tree.trust_everywhere(&tree.pem("ca"));
        },
    ),
    Case::new(
        "a bundle in the signer's own file",
        ("signing-bundle", "pki/ca-issuing.crt"),
        "",
        |tree| {
            signs_with(tree, "/etc/kubernetes/pki/ca-issuing.crt");
            let both = tree.pem("ca") + &root(tree, "kubernetes-ca", &spare_key(1));
            tree.put("ca-issuing.crt", both);
        },
    ),
    Case::new(
        "a signer's file that is not there",
        ("missing-file", "pki/ca-issuing.crt"),
        "",
        |tree| {
            signs_with(tree, "/etc/kubernetes/pki/ca-issuing.crt");
            tree.remove(&["ca-issuing.crt"]);
        },
    ),
    Case::new(
        "a bundle without a manifest",
        ("signing-bundle", CA),
        "---",
        |tree| {
            add(tree, "ca", &root(tree, "kubernetes-next", &spare_key(1)));
            tree.trust_everywhere(&tree.pem("ca"));
        },
    ),
    Case::new(
        "a root that etcd and the front proxy share",
        ("shared-trust", ETCD_CA),
        "---",
        |tree| {
            let common = root(tree, "Common Root", &spare_key(1));
            add(tree, "front-proxy-ca", &common);
            add(tree, "etcd/ca", &common);
        },
    ),
    Case::new(
        "etcd's authority in ca.crt",
        ("shared-trust", ETCD_CA),
        "---",
        |tree| {
            signs_with(tree, "");
            add(tree, "ca", &tree.pem("etcd/ca"));
            tree.trust_everywhere(&tree.pem("ca"));
        },
    ),
    Case::new(
        "one root above all authorities",
        ("shared-trust", "pki/front-proxy-ca.crt"),
        "---",
        |tree| {
            signs_with(tree, "");
            common_root(tree, true);
        },
    )
    .also(ETCD_CA),
    Case::new(
        "a kubelet that accepts etcd's clients",
        ("shared-trust", ETCD_CA),
        "",
        |tree| {
            let kubelet = tree.at("/var/lib/kubelet");
            fs::create_dir_all(&kubelet).unwrap();
            let configuration =
                "authentication:\n  x509:\n    clientCAFile: /var/lib/kubelet/ca.crt\n";
            fs::write(kubelet.join("config.yaml"), configuration).unwrap();
            let both = tree.pem("ca") + &tree.pem("etcd/ca");
            fs::write(kubelet.join("ca.crt"), both).unwrap();
        },
    ),
    Case::new(
        "one key for two authorities",
        ("shared-authority-key", ETCD_CA),
        "---",
        |tree| {
            let key = tree.private_key("ca");
            add(tree, "etcd/ca", &root(tree, "etcd-extra", &key));
        },
    ),
    Case::new(
        "an API server from the authority that kubeconfigs do not trust yet",
        ("kubeconfig-distrusts-server", "scheduler.conf"),
        "OGW",
        |tree| {
            signs_with(tree, "");
            let old = tree.pem("ca");
            switch(tree);
            tree.embed("scheduler.conf", "certificate-authority-data", &old);
        },
    ),
    Case::new(
        "a signing authority that is not first",
        ("issuing-not-first", "pki/ca.crt"),
        "---",
        |tree| {
            signs_with(tree, "/etc/kubernetes/pki/ca-issuing.crt");
            let next = root(tree, "kubernetes-ca", &spare_key(1));
            tree.put("ca.crt", next + &tree.pem("ca"));
            tree.trust_everywhere(&tree.pem("ca"));
        },
    ),
];

/// The authority is exchanged, the API server has a certificate of the new one, everybody
/// trusts both.
pub(crate) fn switch(tree: &Tree) {
    let key = spare_key(1);
    let next = root(tree, "kubernetes-ca", &key);
    let both = next + &tree.pem("ca");
    tree.put("ca.crt", &both);
    tree.put("ca.key", key.to_pem().unwrap().as_bytes());
    tree.trust_everywhere(&both);
    let issuer = tree.certificate("ca");
    let forge = Forge::of(&tree.certificate("apiserver"));
    let forge = super::authorities::below(forge, &issuer, &key.public_key().identifier());
    tree.put_pem("apiserver", &forge.sign(&key));
}

/// The tree's own authorities signed by one root, which stands behind them where asked.
pub(crate) fn common_root(tree: &Tree, behind: bool) {
    let key = spare_key(4);
    let root = root(tree, "Common Root", &key);
    let identifier = key.public_key().identifier();
    let issuer = pki_core::Certificate::all_from_pem(root.as_bytes())
        .unwrap()
        .remove(0);
    for (number, name) in AUTHORITIES.into_iter().enumerate() {
        let forge = Forge::of(&tree.certificate(name)).serial(&[u8::try_from(number).unwrap() + 1]);
        let mut chain = super::authorities::below(forge, &issuer, &identifier).sign(&key);
        if behind {
            chain += &root;
        }
        tree.put(&format!("{name}.crt"), &chain);
        if name == "ca" {
            tree.trust_everywhere(&chain);
        }
    }
}
