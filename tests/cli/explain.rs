//! `explain`: the first line answers, every name is found, and what it says is what the pages
//! say that it stands on.

mod content;
mod expected;
mod forms;
mod paths;

use crate::support::{Run, Tree};

/// An instant at which kubeadm's recorded tree is valid.
const NOW: &str = "2026-12-01T00:00:00Z";

fn explain(tree: &Tree, what: &[&str]) -> Run {
    tree.pkigen(&[&["explain", "--at", NOW], what].concat())
}

/// The text on one line, so that a phrase is found wherever it was folded.
fn unfolded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_first_line_is_the_answer() {
    let tree = Tree::kubeadm("ecdsa-p256");
    for (what, line) in [
        (
            "apiserver-kubelet-client.crt",
            "apiserver-kubelet-client.crt: the client certificate that kube-apiserver shows",
        ),
        (
            "--etcd-cafile",
            "--etcd-cafile: authorities that etcd's server certificates must come from; a",
        ),
        (
            "apiserver->kubelet",
            "apiserver->kubelet: kube-apiserver dials the kubelet for logs, exec, attach and",
        ),
        (
            "etcd",
            "etcd is the cluster's database; whoever may read it knows every Secret.",
        ),
        (
            "1.2.5",
            "CIS Kubernetes Benchmark 2.0.1, 1.2.5 (1.2.6 in 1.5): kube-apiserver checks the",
        ),
        (
            "--kubelet-https",
            "kube-apiserver --kubelet-https is gone: deprecated since Kubernetes 1.19, and",
        ),
    ] {
        let run = explain(&tree, &[what]).exits(0);
        assert_eq!(run.stdout.lines().next(), Some(line));
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn flags_are_written_with_one_dash_two_or_none() {
    let tree = Tree::empty();
    let text = explain(&tree, &["--etcd-cafile"]).exits(0).stdout;
    for what in [
        &["-etcd-cafile"][..],
        &["etcd-cafile"],
        &["--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt"],
        &["kube-apiserver", "--etcd-cafile"],
        &["kube-apiserver --etcd-cafile"],
        &["apiserver", "-etcd-cafile"],
        &["--", "--etcd-cafile"],
    ] {
        assert_eq!(explain(&tree, what).exits(0).stdout, text, "{what:?}");
    }
    // The talk's screenshots have one dash; -o stays our option before and after.
    let run = explain(&tree, &["-o", "json", "-oidc-ca-file"]).exits(0);
    assert_eq!(
        run.json()["topics"][0]["name"],
        "kube-apiserver --oidc-ca-file"
    );
    let run = explain(&tree, &["-key", "-o", "json"]).exits(0);
    assert_eq!(run.json()["topics"][0]["name"], "etcdctl --key");
}

#[test]
fn a_near_miss_suggests_the_nearest() {
    let tree = Tree::empty();
    for (what, suggestion) in [
        ("--etcd-cafil", "did you mean --etcd-cafile"),
        (
            "apiserver-kubelet-clien.crt",
            "did you mean apiserver-kubelet-client.crt",
        ),
        ("aipserver", "did you mean apiserver"),
        ("kube-apisever", "did you mean kube-apiserver"),
        ("apiserver->kublet", "did you mean apiserver->kubelet"),
        ("rotateCertificate", "did you mean rotateCertificates"),
        ("front-proxy-clint", "did you mean front-proxy-client"),
        ("nginx", "`pkigen explain` alone shows what there is"),
    ] {
        let run = explain(&tree, &[what]).exits(2);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains(suggestion), "{}", run.stderr);
        let said = what.trim_start_matches('-');
        assert!(run.stderr.contains(&format!("{said:?}")), "{}", run.stderr);
    }
}

#[test]
fn expiry_is_that_of_this_node() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let text = unfolded(&explain(&tree, &["apiserver.crt"]).exits(0).stdout);
    assert!(
        text.contains("Expires here apiserver: 2027-11-23 18:30:4"),
        "{text}"
    );
    assert!(
        text.contains("357d left (/etc/kubernetes/pki/apiserver.crt)"),
        "{text}"
    );
    let late = tree.pkigen(&["explain", "--at", "2027-11-25T18:30:50Z", "admin.conf"]);
    let text = unfolded(&late.exits(0).stdout);
    assert!(text.contains("has expired 2d ago"), "{text}");
    tree.put("apiserver.crt", "junk");
    let text = unfolded(&explain(&tree, &["apiserver"]).exits(0).stdout);
    assert!(text.contains("apiserver: unknown: the file"), "{text}");
    tree.remove(&["apiserver.crt"]);
    let text = unfolded(&explain(&tree, &["--tls-cert-file"]).exits(0).stdout);
    assert!(
        text.contains("apiserver: not on this node: there is no such file"),
        "{text}"
    );
    let run = explain(
        &Tree::empty(),
        &["kubelet-client-current.pem", "-o", "json"],
    );
    let fact = &run.exits(0).json()["topics"][0]["expirations"][0];
    assert_eq!(fact["state"], "missing");
    assert_eq!(
        fact["path"],
        "/var/lib/kubelet/pki/kubelet-client-current.pem"
    );
    assert!(fact["expirationDate"].is_null());
}

#[test]
fn a_root_that_is_not_there_is_said() {
    let tree = Tree::empty();
    let missing = tree.beside("missing");
    let run = crate::support::pkigen(["explain", "ca", "--root", missing.to_str().unwrap()]);
    run.exits(3).says(&["missing"]);
}

#[test]
fn versions_decide_what_is_read_again() {
    let tree = Tree::empty();
    let text = |version: &str| {
        let flag = "--kubelet-certificate-authority";
        let run = explain(&tree, &[flag, "--kubernetes-version", version]).exits(0);
        (unfolded(&run.stdout), run.stderr)
    };
    let (newest, said) = text("v1.36.2");
    assert!(
        newest.contains("reads it again within 5 minutes"),
        "{newest}"
    );
    assert_eq!(said, "");
    let (older, said) = text("1.35");
    assert!(older.contains("reads it at start only"), "{older}");
    assert_eq!(said, "");
    let (unknown, said) = text("1.40");
    assert_eq!(unknown, newest);
    assert!(said.contains("1.40 is newer than 1.38"), "{said}");
    let (_, said) = text("1.25");
    assert!(said.contains("1.25 is older than 1.31"), "{said}");
    explain(&tree, &["ca", "--kubernetes-version", "latest"])
        .exits(2)
        .says(&["is no version of Kubernetes; write it as 1.36"]);
}
