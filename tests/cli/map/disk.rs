//! What the files of a node say.

use std::fmt::Write as _;
use std::fs;

use super::AT;
use crate::support::{NODE, Snapshot, Tree};

/// The static pods that kubeadm would have made, from this project's own flags.
fn with_manifests(tree: &Tree, change: impl Fn(&str, Vec<String>) -> Vec<String>) {
    let manifests = tree.etc("manifests");
    fs::create_dir_all(&manifests).unwrap();
    for component in [
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "etcd",
    ] {
        let all = [&["flags", component], NODE].concat();
        let flags = tree.pkigen(&all).exits(0).stdout;
        let flags = flags.lines().filter(|line| line.starts_with("--"));
        let flags = change(component, flags.map(str::to_owned).collect());
        let mut text = format!("spec:\n  containers:\n  - command:\n    - {component}\n");
        for flag in flags {
            writeln!(text, "    - {}", serde_json::json!(flag)).unwrap();
        }
        text.push_str(
            "    volumeMounts:\n    - {mountPath: /etc/kubernetes, name: k, readOnly: true}\n  \
             volumes:\n  - {hostPath: {path: /etc/kubernetes}, name: k}\n",
        );
        fs::write(manifests.join(format!("{component}.yaml")), text).unwrap();
    }
}

fn kubeadm() -> Tree {
    let tree = Tree::kubeadm("ecdsa-p256");
    with_manifests(&tree, |_, flags| flags);
    tree
}

fn map(tree: &Tree) -> String {
    let before = Snapshot::of(&tree.root());
    let run = tree.pkigen(&["map", "--at", AT]).exits(0);
    assert_eq!(run.stderr, "");
    assert_eq!(before, Snapshot::of(&tree.root()));
    run.stdout
}

/// The line of a path, and what is said below it, if anything is.
#[track_caller]
fn lines_of(text: &str, client: &str, server: &str) -> Vec<String> {
    let mut lines = text.lines().skip_while(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        !matches!(words.as_slice(), [from, _, to, ..] if *from == client && *to == server)
    });
    let first = lines.next();
    let first = first.unwrap_or_else(|| panic!("{client} {server} in {text}"));
    let further = lines.take_while(|line| line.starts_with("       "));
    let further: Vec<&str> = further.map(str::trim).collect();
    let mut all = vec![first.to_owned()];
    if !further.is_empty() {
        all.push(further.join(" "));
    }
    all
}

#[test]
fn kubeadms_files_leave_kubelets_unauthenticated() {
    let text = map(&kubeadm());
    let lines = lines_of(&text, "apiserver", "kubelet");
    assert!(lines[0].ends_with("unauthenticated"), "{lines:?}");
    assert_eq!(
        lines[1],
        "kube-apiserver --kubelet-certificate-authority is not given"
    );
    let lines = lines_of(&text, "apiserver", "etcd");
    assert!(
        lines.len() == 1 && lines[0].ends_with("mutual"),
        "{lines:?}"
    );
}

#[test]
fn a_flag_in_the_manifest_authenticates_them() {
    let tree = kubeadm();
    with_manifests(&tree, |component, mut flags| {
        if component == "kube-apiserver" {
            // As separate arguments, too.
            flags.push("--kubelet-certificate-authority".to_owned());
            flags.push("/etc/kubernetes/pki/ca.crt".to_owned());
        }
        flags
    });
    let text = map(&tree);
    let lines = lines_of(&text, "apiserver", "kubelet");
    assert!(
        lines.len() == 1 && lines[0].ends_with("mutual"),
        "{lines:?}"
    );
}

#[test]
fn what_is_missing_takes_protection_away() {
    for (component, flag, value, path, word) in [
        (
            "etcd",
            "--client-cert-auth",
            None,
            "apiserver etcd",
            "server authenticated",
        ),
        (
            "etcd",
            "--client-cert-auth",
            Some("=false"),
            "apiserver etcd",
            "server authenticated",
        ),
        ("etcd", "--cert-file", None, "apiserver etcd", "plain"),
        (
            "kube-apiserver",
            "--etcd-cafile",
            None,
            "apiserver etcd",
            "unauthenticated",
        ),
        ("etcd", "--peer-trusted-ca-file", None, "etcd etcd", "plain"),
    ] {
        let tree = kubeadm();
        with_manifests(&tree, |of, flags| {
            let changed = flags.into_iter().filter_map(|one| {
                let name = one.split('=').next().unwrap();
                if of != component || name != flag {
                    return Some(one);
                }
                value.map(|value| format!("{flag}{value}"))
            });
            changed.collect()
        });
        let text = map(&tree);
        let (client, server) = path.split_once(' ').unwrap();
        let lines = lines_of(&text, client, server);
        assert!(
            lines[0].ends_with(word),
            "{component} {flag} {value:?}: {lines:?}"
        );
        assert!(lines[1].contains(flag), "{lines:?}");
    }
}

#[test]
fn an_address_without_tls_is_plain() {
    let tree = kubeadm();
    with_manifests(&tree, |component, mut flags| {
        if component == "kube-apiserver" {
            flags.push("--etcd-servers=http://127.0.0.1:2379".to_owned());
        }
        flags
    });
    let text = map(&tree);
    let lines = lines_of(&text, "apiserver", "etcd");
    assert!(lines[0].ends_with("plain"), "{lines:?}");
    assert_eq!(
        lines[1],
        "kube-apiserver --etcd-servers has http://127.0.0.1:2379"
    );
}

#[test]
fn nodes_and_etcd_are_found() {
    let tree = kubeadm();
    with_manifests(&tree, |component, mut flags| {
        if component == "etcd" {
            flags.push("--name=cp1".to_owned());
            flags.push(
                "--initial-cluster=cp1=https://192.0.2.1:2380,cp2=https://192.0.2.2:2380"
                    .to_owned(),
            );
        }
        flags
    });
    assert!(map(&tree).contains("  control plane  cp1, cp2\n"));

    let tree = kubeadm();
    fs::remove_file(tree.etc("manifests/etcd.yaml")).unwrap();
    fs::remove_file(tree.etc("manifests/kube-scheduler.yaml")).unwrap();
    let text = map(&tree);
    assert!(text.contains("  etcd            not found\n"), "{text}");
    assert!(
        text.contains("  not found here  kube-scheduler\n"),
        "{text}"
    );

    with_manifests(&tree, |component, mut flags| {
        if component == "kube-apiserver" {
            flags.push(
                "--etcd-servers=https://192.0.2.7:2379,https://[2001:db8::8]:2379".to_owned(),
            );
        }
        flags
    });
    fs::remove_file(tree.etc("manifests/etcd.yaml")).unwrap();
    let text = map(&tree);
    assert!(
        text.contains("  etcd           external: 192.0.2.7, [2001:db8::8]\n"),
        "{text}"
    );
}

#[test]
fn an_expired_certificate_is_said_where_it_hurts() {
    let tree = kubeadm();
    let run = tree
        .pkigen(&["map", "--at", "2028-06-01T00:00:00Z"])
        .exits(0);
    let lines = lines_of(&run.stdout, "scheduler", "apiserver");
    assert!(
        lines[1].contains("does not work: kube-scheduler --kubeconfig: it expired on 2027-11-23"),
        "{lines:?}"
    );
    assert!(run.stdout.contains("! expired"), "{}", run.stdout);
    tree.remove(&["apiserver-etcd-client.crt"]);
    let text = map(&tree);
    let lines = lines_of(&text, "apiserver", "etcd");
    assert!(
        lines[1].contains("--etcd-certfile") && lines[1].starts_with("does not work: "),
        "{lines:?}"
    );
    // Where no manifest says who is told of it, the table does.
    fs::remove_dir_all(tree.etc("manifests")).unwrap();
    let text = map(&tree);
    let lines = lines_of(&text, "apiserver", "etcd");
    assert_eq!(lines[1], "does not work: apiserver-etcd-client is missing");
}

/// What cannot be understood is as good as not there.
#[test]
fn broken_files_do_not_stop_it() {
    let tree = kubeadm();
    for component in ["kube-apiserver", "etcd"] {
        fs::write(tree.etc(&format!("manifests/{component}.yaml")), "\u{0}: [").unwrap();
    }
    tree.put("apiserver.crt", "<script>alert(1)</script>");
    for form in ["text", "svg", "html", "dot", "mermaid"] {
        let run = tree.pkigen(&["map", "--at", AT, "-o", form]).exits(0);
        assert!(!run.stdout.contains("alert(1)"));
    }
    let empty = Tree::empty();
    for form in ["text", "svg", "html", "dot", "mermaid"] {
        empty.pkigen(&["map", "--at", AT, "-o", form]).exits(0);
    }
}

#[test]
fn a_root_that_is_not_there_is_said() {
    crate::support::pkigen(["--root", "/nowhere/at/all", "map"])
        .exits(3)
        .says(&["/nowhere/at/all"]);
}

/// A worker, and a member of etcd that is a machine of its own, lack nothing.
#[test]
fn nodes_without_an_api_server_lack_none() {
    let tree = kubeadm();
    fs::remove_dir_all(tree.etc("manifests")).unwrap();
    for entry in fs::read_dir(tree.etc("pki")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && !path.ends_with("ca.crt") {
            fs::remove_file(path).unwrap();
        }
    }
    for name in ["admin", "super-admin", "controller-manager", "scheduler"] {
        fs::remove_file(tree.etc(&format!("{name}.conf"))).unwrap();
    }
    let text = map(&tree);
    for line in [
        "  this node      cp1, a member of etcd alone\n",
        "  control plane  not on this node\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(!text.contains("does not work"), "{text}");
    tree.pkigen(&["check-expiration", "--at", AT]).exits(0);
    fs::remove_dir_all(tree.etc("pki/etcd")).unwrap();
    let text = map(&tree);
    assert!(
        text.contains("  this node      cp1, a worker\n") && !text.contains("does not work"),
        "{text}"
    );
}
