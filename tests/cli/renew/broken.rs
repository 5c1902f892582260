//! Thirty broken trees: what is said, what is renewed, what is left, and the exit code.

use std::fs;

use super::{AT, renew_at, rows};
use crate::support::{LEAVES, Tree};

/// How a tree is broken, and what `renew all` makes of it.
struct Case {
    name: &'static str,
    at: &'static str,
    spoil: fn(&Tree),
    /// Rows that fail.
    failed: &'static [&'static str],
    /// Rows that are left, without being a failure.
    left: &'static [&'static str],
    /// Said about it.
    says: &'static str,
}

const OF_CA: &[&str] = &[
    "apiserver",
    "apiserver-kubelet-client",
    "admin.conf",
    "super-admin.conf",
    "kubelet.conf",
    "controller-manager.conf",
    "scheduler.conf",
];
const OF_ETCD: &[&str] = &[
    "etcd-server",
    "etcd-peer",
    "etcd-healthcheck-client",
    "apiserver-etcd-client",
];
const ALL: &[&str] = &[
    "apiserver",
    "apiserver-kubelet-client",
    "front-proxy-client",
    "etcd-server",
    "etcd-peer",
    "etcd-healthcheck-client",
    "apiserver-etcd-client",
    "admin.conf",
    "super-admin.conf",
    "kubelet.conf",
    "controller-manager.conf",
    "scheduler.conf",
];

const fn case(
    name: &'static str,
    spoil: fn(&Tree),
    failed: &'static [&'static str],
    left: &'static [&'static str],
    says: &'static str,
) -> Case {
    Case {
        name,
        at: AT,
        spoil,
        failed,
        left,
        says,
    }
}

fn edit(tree: &Tree, file: &str, change: impl Fn(&str) -> String) {
    let text = fs::read_to_string(tree.etc(file)).unwrap();
    fs::write(tree.etc(file), change(&text)).unwrap();
}

/// admin.conf without the lines that have this.
fn without(tree: &Tree, part: &str) {
    edit(tree, "admin.conf", |text| {
        let lines = text.lines().filter(|line| !line.contains(part));
        lines.flat_map(|line| [line, "\n"]).collect()
    });
}

fn user(tree: &Tree, lines: &str) {
    edit(tree, "admin.conf", |text| {
        let (head, _) = text.split_once("    client-certificate-data").unwrap();
        format!("{head}{lines}")
    });
}

fn swap(tree: &Tree, from: &str, to: &str) {
    tree.put(to, tree.text(from));
}

const CASES: &[Case] = &[
    case("nothing wrong", |_| (), &[], &[], ""),
    Case {
        name: "expired leaves",
        at: "2028-01-01T00:00:00Z",
        spoil: |_| (),
        failed: &[],
        left: &[],
        says: "",
    },
    Case {
        name: "expired authorities",
        at: "2037-01-01T00:00:00Z",
        spoil: |_| (),
        failed: ALL,
        left: &[],
        says: "its authority ca expired on 2036-11-20",
    },
    Case {
        name: "a clock in the past",
        at: "2026-01-01T00:00:00Z",
        spoil: |_| (),
        failed: ALL,
        left: &[],
        says: "this machine's clock",
    },
    Case {
        name: "an authority near its end",
        at: "2036-06-01T00:00:00Z",
        spoil: |_| (),
        failed: &[],
        left: &[],
        says: "ends with its authority",
    },
    case("lost key", |t| t.remove(&["apiserver.key"]), &[], &[], ""),
    case(
        "key of another",
        |t| swap(t, "etcd/peer.key", "etcd/server.key"),
        &[],
        &[],
        "",
    ),
    case(
        "garbage key",
        |t| t.put("etcd/server.key", "x"),
        &[],
        &[],
        "",
    ),
    case(
        "missing leaf",
        |t| t.remove(&["apiserver.crt"]),
        &[],
        &["apiserver"],
        "missing",
    ),
    case(
        "missing pair",
        |t| t.remove(&["apiserver.crt", "apiserver.key"]),
        &[],
        &["apiserver"],
        "missing",
    ),
    case(
        "garbage leaf",
        |t| t.put("etcd/peer.crt", "junk"),
        &["etcd-peer"],
        &[],
        "holds no PEM block",
    ),
    case(
        "empty leaf",
        |t| t.put("apiserver.crt", ""),
        &["apiserver"],
        &[],
        "it is empty",
    ),
    case(
        "binary leaf",
        |t| t.put("apiserver.crt", b"\xff\x00"),
        &["apiserver"],
        &[],
        "holds no PEM block",
    ),
    case(
        "key in the place of a leaf",
        |t| swap(t, "apiserver.key", "apiserver.crt"),
        &["apiserver"],
        &[],
        "it ",
    ),
    case(
        "directory in the place of a leaf",
        |t| {
            t.remove(&["apiserver.crt"]);
            fs::create_dir(t.pki("apiserver.crt")).unwrap();
        },
        &["apiserver"],
        &[],
        "it is a directory",
    ),
    case(
        "leaf of another authority",
        |t| {
            swap(t, "etcd/peer.crt", "apiserver.crt");
            swap(t, "etcd/peer.key", "apiserver.key");
        },
        &["apiserver"],
        &[],
        "it is issued by CN=etcd-ca, which is not the authority here",
    ),
    case(
        "authority in the place of a leaf",
        |t| swap(t, "ca.crt", "apiserver.crt"),
        &["apiserver"],
        &[],
        "authority",
    ),
    case(
        "authority without its key",
        |t| t.remove(&["ca.key"]),
        &[],
        OF_CA,
        "the key of its authority ca is not here",
    ),
    case(
        "key without its authority",
        |t| t.remove(&["ca.crt"]),
        OF_CA,
        &[],
        "its authority's ca.crt is missing",
    ),
    case(
        "no authority at all",
        |t| t.remove(&["etcd/ca.crt", "etcd/ca.key"]),
        OF_ETCD,
        &[],
        "is missing",
    ),
    case(
        "garbage authority",
        |t| t.put("ca.crt", "x"),
        OF_CA,
        &[],
        "its authority's ca.crt holds no PEM block",
    ),
    case(
        "garbage key of an authority",
        |t| t.put("etcd/ca.key", "x"),
        OF_ETCD,
        &[],
        "holds no PEM block",
    ),
    case(
        "key of another authority",
        |t| swap(t, "ca.key", "etcd/ca.key"),
        OF_ETCD,
        &[],
        "belongs to none of the certificates",
    ),
    case(
        "leaf in the place of an authority",
        |t| {
            swap(t, "apiserver.crt", "ca.crt");
            swap(t, "apiserver.key", "ca.key");
        },
        OF_CA,
        &[],
        "is not a certificate authority",
    ),
    case(
        "kubeconfig without CA data",
        |t| without(t, "certificate-authority-data"),
        &[],
        &[],
        "",
    ),
    case(
        "kubeconfig with file references",
        |t| {
            user(
                t,
                "    client-certificate: /x/a.crt\n    client-key: /x/a.key\n",
            );
        },
        &[],
        &["admin.conf"],
        "its certificate is in /x/a.crt",
    ),
    case(
        "kubeconfig with a token",
        |t| user(t, "    token: abc\n"),
        &[],
        &["admin.conf"],
        "authenticates without a certificate",
    ),
    case(
        "kubeconfig with another current context",
        |t| {
            edit(t, "admin.conf", |text| {
                text.replace("current-context: ", "current-context: x")
            });
        },
        &["admin.conf"],
        &[],
        "which it does not have",
    ),
    case(
        "kubeconfig that is not base64",
        |t| {
            user(
                t,
                "    client-certificate-data: '!!'\n    client-key-data: '!!'\n",
            );
        },
        &["admin.conf"],
        &[],
        "is not base64",
    ),
    case(
        "kubeconfig without a key",
        |t| without(t, "client-key-data"),
        &["admin.conf"],
        &[],
        "client-key-data",
    ),
    case(
        "kubeconfig that is no YAML",
        |t| fs::write(t.etc("admin.conf"), "{").unwrap(),
        &["admin.conf"],
        &[],
        "is not a kubeconfig",
    ),
    case(
        "binary kubeconfig",
        |t| fs::write(t.etc("admin.conf"), b"\xff\xfe\x00").unwrap(),
        &["admin.conf"],
        &[],
        "is not text",
    ),
];

#[test]
fn each_is_said_and_the_rest_is_renewed() {
    assert!(CASES.len() >= 30);
    for Case {
        name,
        at,
        spoil,
        failed,
        left,
        says,
    } in CASES
    {
        let tree = Tree::kubeadm("ecdsa-p256");
        spoil(&tree);
        let content = |file: &str| fs::read(tree.etc(file)).ok();
        let before: Vec<_> = LEAVES.iter().map(|leaf| content(leaf.1)).collect();
        // What is missing this node cannot do without.
        let code = i32::from(!failed.is_empty() || *says == "missing");
        let run = renew_at(&tree, at, &["all", "-o", "json"]).exits(code);
        assert_eq!(rows(&run, "failed"), *failed, "{name}");
        assert!(run.stdout.contains(says), "{name}: {run:#?}");
        let renewed = rows(&run, "renewed");
        for ((row, file, _), old) in LEAVES.iter().zip(before) {
            let kept = failed.contains(row) || left.contains(row);
            assert_eq!(renewed.contains(&(*row).to_owned()), !kept, "{name}: {row}");
            assert_eq!(content(file) == old, kept, "{name}: {file}");
        }
        // The same words for people, failures to standard error.
        let tree = Tree::kubeadm("ecdsa-p256");
        spoil(&tree);
        let run = renew_at(&tree, at, &["all"]).exits(code);
        let place = if failed.is_empty() {
            &run.stdout
        } else {
            &run.stderr
        };
        assert!(place.contains(says), "{name}: {run:#?}");
        assert_eq!(
            run.stderr.matches(" was not renewed: ").count(),
            failed.len()
        );
        // The same tree can be looked at.
        let looked = tree.pkigen(&["check-expiration", "--at", at]);
        assert!(matches!(looked.code, 0 | 1), "{name}: {looked:#?}");
        assert!(
            looked.stdout.contains("front-proxy-ca"),
            "{name}: {looked:#?}"
        );
    }
}
