//! Authorities that are more than one file, or another than the one that signed.

use std::fs;

use crate::support::{Company, Run, Tree};

/// Clean by our own word, and every served and presented chain by rustls'.
fn is_accepted(company: &Company) {
    company.tree.pkigen(&["verify"]).exits(0);
    for (presented, _) in company.presented() {
        assert_eq!(presented.refused_by_rustls(), None, "{presented:?}");
    }
    for name in ["apiserver", "apiserver-kubelet-client"] {
        let chain = company.tree.text(&format!("{name}.crt"));
        assert_eq!(chain.matches("BEGIN").count(), 2, "{name}");
        assert!(chain.ends_with(&company.intermediate), "{name}");
    }
}

/// A second life for everything, and nothing left to do.
fn survives_renewal(company: &Company) {
    company.tree.pkigen(&["renew", "all"]).exits(0);
    is_accepted(company);
    company.tree.init(&[]).exits(0).shows(&["Nothing to do"]);
}

/// `ca.crt` holds the root alone; kube-controller-manager is told of the intermediate.
#[test]
fn an_intermediate_in_a_file_of_its_own() {
    let company = Company::in_a_file_of_its_own();
    let tree = &company.tree;
    is_accepted(&company);
    let flags = company.flags();
    assert!(flags.contains("--cluster-signing-cert-file=/etc/kubernetes/pki/intermediate.crt\n"));
    assert!(flags.contains("--root-ca-file=/etc/kubernetes/pki/ca.crt\n"));
    survives_renewal(&company);
    assert_eq!(tree.text("ca.crt"), company.root);
}

/// `ca.crt` holds both: kube-controller-manager is given the one that issues in a file of its own.
#[test]
fn an_intermediate_and_its_root_in_one_file() {
    let company = Company::in_one_file();
    let tree = &company.tree;
    is_accepted(&company);
    assert_eq!(tree.text("ca-issuing.crt"), company.intermediate);
    let file = "--cluster-signing-cert-file=/etc/kubernetes/pki/ca-issuing.crt\n";
    assert!(company.flags().contains(file));
    survives_renewal(&company);
    assert_eq!(tree.text("ca.crt"), company.both());
    // Back to one, and it is that file again.
    tree.put("ca.crt", &company.intermediate);
    tree.init(&[]).exits(0);
    let file = "--cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt\n";
    assert!(company.flags().contains(file));
}

/// Servers believe the intermediate, callers the root too: from what kubeconfigs trust.
#[test]
fn callers_that_believe_the_root() {
    let company = Company::with_callers();
    let tree = &company.tree;
    assert_eq!(tree.text("ca-callers.crt"), company.both());
    assert_eq!(tree.text("ca.crt"), company.intermediate);
    let flags = company.flags();
    assert!(flags.contains("--root-ca-file=/etc/kubernetes/pki/ca-callers.crt\n"));
    assert!(flags.contains("--client-ca-file=/etc/kubernetes/pki/ca.crt\n"));
    assert!(flags.contains("--cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt\n"));
    for name in ["admin.conf", "scheduler.conf"] {
        fs::remove_file(tree.etc(name)).unwrap();
    }
    tree.init(&[]).exits(0);
    assert_eq!(company.trusted("scheduler"), company.both());
    assert_eq!(company.trusted("admin"), company.intermediate);
    survives_renewal(&company);
}

/// A kubeadm tree whose authority was replaced by one of the same name.
fn replaced(by: &str) -> Tree {
    let (tree, other) = (Tree::kubeadm("rsa-2048"), Tree::kubeadm(by));
    tree.take(&other, &["ca.crt", "ca.key"]);
    tree
}

fn renewals(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().filter_map(|line| {
        let line = line.trim().strip_prefix("renewed ")?;
        Some(line.split_whitespace().next()?.to_owned())
    });
    lines.collect()
}

#[test]
fn an_authority_of_another_kind_of_key_is_another_authority() {
    let tree = replaced("ecdsa-p256");
    let report = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    let found: Vec<_> = findings.iter().map(|one| one["rule"].clone()).collect();
    assert!(found.contains(&"authority-replaced".into()), "{found:?}");
    assert!(
        !found.contains(&"unsupported-signature".into()),
        "{found:?}"
    );
    let before = tree.text("apiserver.crt");
    let run = tree.pkigen(&["renew", "all"]).exits(1);
    let says = "apiserver was not renewed: it is issued by CN=kubernetes, which is not the \
        authority here";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    let renewed = renewals(&run);
    let of_others = [
        "front-proxy-client",
        "etcd-server",
        "etcd-peer",
        "etcd-healthcheck-client",
        "apiserver-etcd-client",
    ];
    assert_eq!(renewed, of_others);
    assert_eq!(tree.text("apiserver.crt"), before);
}

#[test]
fn what_it_has_not_signed_is_issued_anew_where_that_is_asked_for() {
    let tree = replaced("ecdsa-p256");
    let arguments = ["renew", "all", "--reconcile", "--config", "kubeadm.yaml"];
    let run = tree.pkigen(&arguments).exits(0);
    run.shows(&["issuer: CN=kubernetes instead of CN=kubernetes of this authority"]);
}

#[test]
fn no_message_is_a_library_s() {
    let tree = replaced("ecdsa-p256");
    let run = tree.pkigen(&["init", "--config", "kubeadm.yaml"]).exits(1);
    assert!(!run.stderr.contains("Unsupported"), "{}", run.stderr);
    run.says(&["apiserver.crt: it is issued by CN=kubernetes, which is not the authority here"]);
}

/// The first way of a finding, as it is typed.
fn first_way(tree: &Tree, rule: &str) -> String {
    let report = tree.pkigen(&["verify", "--strict", "-o", "json"]).json();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut findings = findings.filter(|finding| finding["rule"] == rule);
    let finding = findings
        .next()
        .unwrap_or_else(|| panic!("{rule}: {report:#}"));
    let step = &finding["ways"][0][0];
    let words = step["run"].as_array().into_iter().flatten();
    let words: Vec<&str> = words.filter_map(serde_json::Value::as_str).collect();
    match step["ask"].as_str() {
        Some(question) => question.to_owned(),
        None => words.join(" "),
    }
}

/// Whoever issued an intermediate need not be asked for what is made here with its key.
#[test]
fn what_is_said_of_an_intermediate_is_done_here() {
    let company = Company::with_callers();
    let tree = &company.tree;
    fs::remove_file(tree.pki("ca-callers.crt")).unwrap();
    // The root in ca.crt makes clients of everybody whom it has issued: not the first way.
    let said = first_way(tree, "no-root");
    assert!(
        said.starts_with("give callers a file of their own"),
        "{said}"
    );
    tree.put("ca.crt", company.both());
    assert_eq!(
        first_way(tree, "signing-bundle"),
        tree.typed("pkigen init --config FILE")
    );
    tree.put("ca.crt", company.both() + &Tree::good().text("ca.crt"));
    let narrow = tree.typed("pkigen renew all --reconcile --config FILE");
    assert_eq!(first_way(tree, "kubeconfig-trust-narrow"), narrow);
}
