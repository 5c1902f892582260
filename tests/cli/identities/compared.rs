//! Three nodes with manifests, and every way in which they can be to each other as they should not.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use super::{copied, exported, manifests, pkigen};
use crate::support::{Tree, command, run};

const NAMES: [&str; 3] = ["cp1", "cp2", "cp3"];
const ADDRESSES: [&str; 3] = ["192.168.10.11", "192.168.10.12", "192.168.10.13"];

/// Three nodes of one cluster, in directories of their names.
fn nodes() -> (TempDir, [PathBuf; 3]) {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let first = Tree::kubeadm("ecdsa-p256");
        manifests(&first);
        let bundle = exported(&first);
        let all = TempDir::new().unwrap();
        copied(&first.root(), &all.path().join("cp1"));
        let pods = first.etc("manifests");
        for (name, address) in NAMES.into_iter().zip(ADDRESSES).skip(1) {
            let root = all.path().join(name);
            fs::create_dir(&root).unwrap();
            let mut import = command();
            import
                .arg("--root")
                .arg(&root)
                .args(["bundle", "import"])
                .arg(&bundle);
            import.args([
                "--passphrase",
                &format!("file:{}", first.beside("pass").display()),
            ]);
            import.arg("--config").arg(first.beside("kubeadm.yaml"));
            import.args(["--node-name", name, "--advertise-address", address]);
            run(&mut import).exits(0);
            let to = root.join("etc/kubernetes/manifests");
            fs::create_dir_all(&to).unwrap();
            for entry in fs::read_dir(&pods).unwrap() {
                let entry = entry.unwrap();
                let text = fs::read_to_string(entry.path()).unwrap();
                let text = text.replace(ADDRESSES[0], address).replace("cp1", name);
                fs::write(to.join(entry.file_name()), text).unwrap();
            }
        }
        // What init of the first node writes, and import of the others: no node of kubeadm's has it.
        for name in &NAMES[1..] {
            fs::remove_dir_all(all.path().join(name).join("etc/kubernetes/pkigen")).unwrap();
        }
        all
    });
    let copy = TempDir::new().unwrap();
    let paths = NAMES.map(|name| {
        copied(&made.path().join(name), &copy.path().join(name));
        copy.path().join(name)
    });
    (copy, paths)
}

fn compared(paths: &[PathBuf]) -> (i32, Value) {
    let run = run(command().arg("compare").args(paths).args(["-o", "json"]));
    (run.code, run.json())
}

fn pki(node: &Path, name: &str) -> PathBuf {
    node.join("etc/kubernetes/pki").join(name)
}

fn etc(node: &Path, name: &str) -> PathBuf {
    node.join("etc/kubernetes").join(name)
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in {}", path.display());
    fs::write(path, text.replace(from, to)).unwrap();
}

fn copy(from: &Path, to: &Path, names: &[&str]) {
    for name in names {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// Another cluster's authorities, and one node with all of it.
fn other() -> Tree {
    let tree = Tree::kubeadm("ecdsa-p256");
    let arguments = ["init", "--config", "kubeadm.yaml"];
    let new = Tree::empty();
    fs::copy(tree.beside("kubeadm.yaml"), new.beside("kubeadm.yaml")).unwrap();
    new.pkigen(&arguments).exits(0);
    new
}

fn pkigen_at(node: &Path, arguments: &[&str]) {
    run(command().arg("--root").arg(node).args(arguments)).exits(0);
}

type Case = (
    &'static str,
    fn(&[PathBuf; 3]),
    &'static [(&'static str, &'static str)],
);

/// What is done to the second node, and what is found: rule and subject.
const CASES: &[Case] = &[
    (
        "another authority",
        |[_, b, _]| {
            let other = other();
            copy(&other.pki(""), &pki(b, ""), &["ca.crt", "ca.key"]);
        },
        &[("other-authority", "ca.crt")],
    ),
    (
        "another authority of the aggregation layer",
        |[_, b, _]| {
            let other = other();
            copy(
                &other.pki(""),
                &pki(b, ""),
                &["front-proxy-ca.crt", "front-proxy-ca.key"],
            );
        },
        &[("other-authority", "front-proxy-ca.crt")],
    ),
    (
        "another authority of etcd",
        |[_, b, _]| {
            let other = other();
            copy(&other.pki(""), &pki(b, ""), &["etcd/ca.crt", "etcd/ca.key"]);
        },
        &[("other-authority", "etcd/ca.crt")],
    ),
    (
        "an authority renewed on one node",
        |[_, b, _]| {
            pkigen_at(b, &["renew", "ca"]);
        },
        &[("other-generation", "ca.crt")],
    ),
    (
        "a second authority in one bundle",
        |[_, b, _]| {
            let other = other();
            let text = fs::read_to_string(pki(b, "ca.crt")).unwrap();
            fs::write(pki(b, "ca.crt"), text + &other.text("ca.crt")).unwrap();
        },
        &[("other-bundle", "ca.crt")],
    ),
    (
        "an authority that was forgotten",
        |[_, b, _]| {
            fs::remove_file(pki(b, "front-proxy-ca.crt")).unwrap();
            fs::remove_file(pki(b, "front-proxy-ca.key")).unwrap();
        },
        &[("authority-missing", "front-proxy-ca.crt")],
    ),
    (
        "an authority's key that was forgotten",
        |[_, b, _]| {
            fs::remove_file(pki(b, "ca.key")).unwrap();
        },
        &[("key-missing", "ca.key")],
    ),
    (
        "another key for tokens",
        |[_, b, _]| {
            let other = other();
            copy(&other.pki(""), &pki(b, ""), &["sa.key", "sa.pub"]);
        },
        &[("other-token-key", "sa.key")],
    ),
    (
        "a second key that tokens are believed by",
        |[_, b, _]| {
            let other = other();
            let text = fs::read_to_string(pki(b, "sa.pub")).unwrap();
            fs::write(pki(b, "sa.pub"), text + &other.text("sa.pub")).unwrap();
        },
        &[("other-token-verifiers", "sa.pub")],
    ),
    (
        "no key for tokens",
        |[_, b, _]| {
            fs::remove_file(pki(b, "sa.key")).unwrap();
            fs::remove_file(pki(b, "sa.pub")).unwrap();
        },
        &[("authority-missing", "sa.key, sa.pub")],
    ),
    (
        "a serving certificate that was copied",
        |[a, b, _]| {
            copy(
                &pki(a, ""),
                &pki(b, ""),
                &["apiserver.crt", "apiserver.key"],
            );
        },
        &[("copied-certificate", "apiserver.crt")],
    ),
    (
        "the whole directory copied",
        |[a, b, _]| {
            fs::remove_dir_all(pki(b, "")).unwrap();
            copied(&pki(a, ""), &pki(b, ""));
        },
        &[
            ("copied-certificate", "apiserver.crt"),
            ("copied-certificate", "apiserver-kubelet-client.crt"),
            ("copied-certificate", "front-proxy-client.crt"),
            ("copied-certificate", "etcd/server.crt"),
            ("copied-certificate", "etcd/peer.crt"),
            ("copied-certificate", "etcd/healthcheck-client.crt"),
            ("copied-certificate", "apiserver-etcd-client.crt"),
        ],
    ),
    (
        "a kubeconfig of a component that was copied",
        |[a, b, _]| {
            copy(&etc(a, ""), &etc(b, ""), &["scheduler.conf"]);
            edit(&etc(b, "scheduler.conf"), ADDRESSES[0], ADDRESSES[1]);
        },
        &[("copied-certificate", "scheduler.conf")],
    ),
    (
        "one key in two certificates",
        |[a, b, _]| {
            copy(
                &pki(a, ""),
                &pki(b, ""),
                &["front-proxy-client.crt", "front-proxy-client.key"],
            );
            pkigen_at(b, &["renew", "front-proxy-client", "--reuse-key"]);
        },
        &[("copied-key", "front-proxy-client.crt")],
    ),
    (
        "two nodes of one name",
        |[a, b, _]| {
            copy(&etc(a, ""), &etc(b, ""), &["kubelet.conf"]);
            edit(&etc(b, "kubelet.conf"), ADDRESSES[0], ADDRESSES[1]);
        },
        &[
            ("copied-certificate", "kubelet.conf"),
            ("same-name", "kubelet.conf"),
        ],
    ),
    (
        "another endpoint",
        |[_, b, _]| {
            edit(
                &etc(b, "admin.conf"),
                "api.example.org",
                "other.example.org",
            );
        },
        &[("other-setting", "control-plane-endpoint")],
    ),
    (
        "a name that one API server lacks",
        |[_, b, _]| {
            let text =
                fs::read_to_string(Tree::kubeadm("ecdsa-p256").beside("kubeadm.yaml")).unwrap();
            let without: Vec<&str> = text
                .lines()
                .filter(|line| !line.contains("lb.example.org"))
                .collect();
            let config = b.join("kubeadm.yaml");
            let text = without.join("\n");
            let text = text
                .replace(ADDRESSES[0], ADDRESSES[1])
                .replace("cp1", "cp2");
            fs::write(&config, text).unwrap();
            let config = config.display().to_string();
            pkigen_at(
                b,
                &[
                    "renew",
                    "apiserver",
                    "--reconcile",
                    "--drop-names",
                    "--config",
                    &config,
                ],
            );
        },
        &[("other-names", "apiserver.crt")],
    ),
    (
        "more rights on one node",
        |[_, b, _]| {
            copy(
                &etc(&b.parent().unwrap().join("cp1"), ""),
                &etc(b, ""),
                &["super-admin.conf"],
            );
        },
        &[("break-glass-copied", "super-admin.conf")],
    ),
    (
        "a certificate that was forgotten",
        |[_, b, _]| {
            fs::remove_file(pki(b, "front-proxy-client.crt")).unwrap();
            fs::remove_file(pki(b, "front-proxy-client.key")).unwrap();
        },
        &[("row-missing", "front-proxy-client.crt")],
    ),
    (
        "another issuer of tokens",
        |[_, b, _]| {
            edit(
                &etc(b, "manifests/kube-apiserver.yaml"),
                "--service-account-issuer=https://kubernetes",
                "--service-account-issuer=https://other",
            );
        },
        &[(
            "other-flag-of-trust",
            "--service-account-issuer of kube-apiserver",
        )],
    ),
    (
        "another way to authorize",
        |[_, b, _]| {
            edit(
                &etc(b, "manifests/kube-apiserver.yaml"),
                "--authorization-mode=Node,RBAC",
                "--authorization-mode=AlwaysAllow",
            );
        },
        &[(
            "other-flag-of-trust",
            "--authorization-mode of kube-apiserver",
        )],
    ),
    (
        "clients of etcd that are not checked",
        |[_, b, _]| {
            edit(
                &etc(b, "manifests/etcd.yaml"),
                "--client-cert-auth=true",
                "--client-cert-auth=false",
            );
        },
        &[("other-flag-of-trust", "--client-cert-auth of etcd")],
    ),
    (
        "another file of a flag",
        |[_, b, _]| {
            edit(
                &etc(b, "manifests/kube-apiserver.yaml"),
                "--proxy-client-key-file=/etc/kubernetes/pki/front-proxy-client.key",
                "--proxy-client-key-file=/etc/kubernetes/pki/other.key",
            );
        },
        &[("other-flag", "--proxy-client-key-file of kube-apiserver")],
    ),
    (
        "another version",
        |[_, b, _]| {
            edit(
                &etc(b, "manifests/kube-scheduler.yaml"),
                ":v1.36.2",
                ":v1.35.0",
            );
        },
        &[("other-version", "kube-scheduler")],
    ),
    (
        "two members of one name",
        |[_, b, _]| {
            edit(&etc(b, "manifests/etcd.yaml"), "--name=cp2", "--name=cp1");
        },
        &[("same-member", "--name of etcd")],
    ),
    (
        "an encryption that another cannot read",
        |nodes| {
            for (node, key) in nodes.iter().zip(["one", "two", "one"]) {
                fs::write(pki(node, "encryption.yaml"), key).unwrap();
                edit(
                    &etc(node, "manifests/kube-apiserver.yaml"),
                    "    - --client-ca-file",
                    "    - --encryption-provider-config=/etc/kubernetes/pki/encryption.yaml\n    - --client-ca-file",
                );
            }
        },
        &[("other-file", "what --encryption-provider-config names")],
    ),
    (
        "an etcd elsewhere",
        |[_, b, _]| {
            edit(
                &etc(b, "manifests/kube-apiserver.yaml"),
                "--etcd-servers=https://127.0.0.1:2379",
                "--etcd-servers=https://192.0.2.99:2379",
            );
        },
        &[("other-etcd", "etcd")],
    ),
    (
        "certificates that end at another time",
        |[_, b, _]| {
            pkigen_at(b, &["renew", "apiserver", "--certificate-validity", "30d"]);
        },
        &[("expiry-spread", "certificates")],
    ),
    (
        "keys of another kind",
        |[_, b, _]| {
            let config = b.join("kubeadm.yaml");
            fs::copy(Tree::kubeadm("ecdsa-p256").beside("kubeadm.yaml"), &config).unwrap();
            edit(&config, "ECDSA-P256", "ECDSA-P384");
            edit(&config, ADDRESSES[0], ADDRESSES[1]);
            edit(&config, "cp1", "cp2");
            fs::remove_file(pki(b, "apiserver.crt")).unwrap();
            fs::remove_file(pki(b, "apiserver.key")).unwrap();
            let config = config.display().to_string();
            pkigen_at(
                b,
                &[
                    "init",
                    "--config",
                    &config,
                    "--node-name",
                    "cp2",
                    "--advertise-address",
                    ADDRESSES[1],
                ],
            );
            fs::remove_dir_all(etc(b, "pkigen")).unwrap();
        },
        &[("other-algorithm", "keys")],
    ),
];

#[test]
fn three_nodes_that_are_right_have_nothing() {
    let (_copy, paths) = nodes();
    let (code, report) = compared(&paths);
    assert_eq!(
        (code, report["outcome"].as_str()),
        (0, Some("done")),
        "{report:#}"
    );
    let names: Vec<&Value> = report["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, NAMES);
}

#[test]
fn every_divergence_is_named_and_nothing_else() {
    assert!(CASES.len() >= 25);
    let mut wrong = Vec::new();
    for (what, change, expected) in CASES {
        let (_copy, paths) = nodes();
        change(&paths);
        let (code, report) = compared(&paths);
        let rows = report["divergences"].as_array().unwrap().iter();
        let mut found: Vec<(&str, &str)> = rows
            .map(|row| {
                (
                    row["rule"].as_str().unwrap(),
                    row["subject"].as_str().unwrap(),
                )
            })
            .collect();
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        if found != expected || code != 1 {
            wrong.push(format!(
                "{what}: {code}\n  found    {found:?}\n  expected {expected:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_tar_says_what_its_directory_says() {
    let (copy, [a, b, c]) = nodes();
    edit(
        &etc(&b, "manifests/kube-scheduler.yaml"),
        ":v1.36.2",
        ":v1.35.0",
    );
    let archive = copy.path().join("cp2.tar");
    let file = fs::File::create(&archive).unwrap();
    let mut builder = tar::Builder::new(file);
    builder.append_dir_all("etc", b.join("etc")).unwrap();
    builder.finish().unwrap();
    let rules = |report: &Value| {
        let rows = report["divergences"].as_array().unwrap().iter();
        rows.map(|row| row["rule"].to_string()).collect::<Vec<_>>()
    };
    let (_, of_directory) = compared(&[a.clone(), b, c.clone()]);
    let (code, of_archive) = compared(&[a, archive, c]);
    assert_eq!((code, rules(&of_archive)), (1, rules(&of_directory)));
}

#[test]
fn each_says_what_the_nodes_have_and_what_to_do() {
    let (_copy, paths) = nodes();
    (CASES[10].1)(&paths);
    let run = run(command().arg("compare").args(&paths)).exits(1);
    run.shows(&[
        "apiserver.crt: copied-certificate (error)",
        "  cp1, cp2",
        "remedy",
        "they differ in 1 thing",
    ]);
}

#[test]
fn one_node_is_not_compared() {
    let tree = Tree::good();
    let root = tree.root().display().to_string();
    pkigen(&tree, &["compare", &root]).exits(2);
    pkigen(&tree, &["compare", &root, "nowhere"]).exits(3);
    tree.pkigen(&["compare", &root, &root])
        .exits(2)
        .says(&["--root names one tree"]);
}
