//! Manifests that name another directory of certificates: nothing is made beside what is in use.

use std::fs;

use crate::support::Tree;
use crate::support::remedy::carry_out;
use crate::support::told::manifest;
use crate::verify::remedies::GOOD;

const FLAGS: [&str; 3] = [
    "--client-ca-file=/etc/kubernetes/ssl/ca.crt",
    "--tls-cert-file=/etc/kubernetes/ssl/apiserver.crt",
    "--etcd-cafile=/etc/kubernetes/ssl/etcd/ca.crt",
];

/// As Kubespray has it.
fn moved() -> Tree {
    let tree = Tree::good();
    fs::rename(tree.etc("pki"), tree.etc("ssl")).unwrap();
    manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &FLAGS);
    tree
}

#[test]
fn nothing_is_made_beside_what_is_in_use() {
    let tree = moved();
    let before = tree.snapshot();
    let run = tree.init(&["-o", "json"]).exits(1);
    before.assert_untouched(&tree.snapshot());
    let report = run.json();
    let refusals = report["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), 1, "{refusals:#?}");
    let remedy = refusals[0]["remedy"].as_str().unwrap();
    let command = "pkigen init --cert-dir /etc/kubernetes/ssl --config FILE";
    let or = "; or move to where this looks for it, and have the components told of that, what is in \
              /etc/kubernetes/ssl.";
    assert_eq!(remedy, format!("`{}`{or}", tree.typed(command)));
    tree.init(&[]).exits(1).says(&[
        "kube-apiserver --client-ca-file names a file in /etc/kubernetes/ssl: what would be made here \
         nobody would read",
        &format!("to mend it: `{}`", tree.typed(command)),
    ]);
    let config = tree.put_beside("want.toml", GOOD);
    carry_out(&tree, &config, remedy, &refusals[0]["ways"][0][0]).unwrap();
    assert!(!tree.etc("pki").exists());
    let look = ["verify", "--cert-dir", "/etc/kubernetes/ssl"];
    tree.pkigen(&look).exits(0);
}

/// What the manifests name is made where they name it, on a node that has nothing yet too.
#[test]
fn a_node_that_has_manifests_only() {
    let tree = Tree::empty();
    manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &FLAGS);
    tree.init(&[]).exits(1).says(&["/etc/kubernetes/ssl"]);
    tree.init(&["--cert-dir", "/etc/kubernetes/ssl"]).exits(0);
    assert!(tree.etc("ssl/apiserver.crt").exists());
    assert!(!tree.etc("pki").exists());
}

/// Kubeconfigs that nobody would read are not made either.
#[test]
fn another_directory_of_kubeconfigs() {
    let tree = Tree::good();
    let flags = ["--kubeconfig=/etc/kubernetes/scheduler.conf"];
    manifest(&tree, "kube-scheduler.yaml", "kube-scheduler", &flags);
    tree.init(&[]).exits(0);
    let before = tree.snapshot();
    let run = tree.init(&["--kubeconfig-dir", "/etc/kubernetes/wrong", "-o", "json"]);
    let report = run.exits(1).json();
    before.assert_untouched(&tree.snapshot());
    let refusals = report["refusals"].as_array().unwrap();
    assert_eq!(refusals.len(), 1, "{refusals:#?}");
    let said = "kube-scheduler --kubeconfig names a file in /etc/kubernetes: what would be made here \
                nobody would read";
    assert!(refusals[0]["problem"].as_str().unwrap().ends_with(said));
    let config = tree.put_beside("want.toml", GOOD);
    let remedy = refusals[0]["remedy"].as_str().unwrap();
    carry_out(&tree, &config, remedy, &refusals[0]["ways"][0][0]).unwrap();
    assert!(!tree.etc("wrong").exists());
}

/// A file of somebody else's is not a directory of certificates.
#[test]
fn one_file_of_a_company_is_no_other_directory() {
    let tree = Tree::empty();
    let flags = ["--oidc-ca-file=/etc/kubernetes/ssl/ca.crt"];
    manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &flags);
    tree.init(&[]).exits(0);
}
