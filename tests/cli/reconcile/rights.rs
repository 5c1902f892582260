//! What a certificate may do by its groups: whatever any kubeadm wrote is right, stays, and goes
//! only where somebody has seen to the binding that takes its place.

use serde_json::json;

use super::GOOD;
use crate::support::{Run, Tree};

/// What kubeadm wrote before 1.36.1, and whether it may do more by it than it has to.
const EARLIER: &[(&str, &str, &str, bool)] = &[
    (
        "apiserver-kubelet-client",
        "kube-apiserver-kubelet-client",
        "kubeadm:cluster-admins",
        true,
    ),
    (
        "apiserver-kubelet-client",
        "kube-apiserver-kubelet-client",
        "system:masters",
        true,
    ),
    ("admin.conf", "kubernetes-admin", "system:masters", true),
    (
        "apiserver-etcd-client",
        "kube-apiserver-etcd-client",
        "system:masters",
        false,
    ),
    (
        "etcd-healthcheck-client",
        "kube-etcd-healthcheck-client",
        "system:masters",
        false,
    ),
];

fn earlier(row: &str, user: &str, group: &str) -> Tree {
    let tree = Tree::good();
    tree.forge(row, |forge| forge.subject(user, &[group]));
    tree.put_beside("want.toml", GOOD);
    tree
}

/// Issues what differs from the configuration beside.
fn reconcile(tree: &Tree, row: &str, more: &[&str]) -> Run {
    let arguments = [
        "renew",
        row,
        "--reconcile",
        "--config",
        "want.toml",
        "-o",
        "json",
    ];
    tree.pkigen(&[&arguments, more].concat()).exits(0)
}

fn subject(tree: &Tree, row: &str) -> String {
    tree.certificate(row).subject().to_string()
}

#[test]
fn what_any_kubeadm_wrote_is_right_and_stays() {
    for (row, user, group, excess) in EARLIER {
        let tree = earlier(row, user, group);
        let report = tree
            .pkigen(&["verify", "-o", "json", "--config", "want.toml"])
            .exits(0)
            .json();
        let warnings = report["warnings"].as_array().unwrap();
        let rules: Vec<&str> = warnings
            .iter()
            .map(|one| one["rule"].as_str().unwrap())
            .collect();
        let expected: &[&str] = if *excess { &["excess-rights"] } else { &[] };
        assert_eq!(rules, expected, "{row} in {group}");
        assert_eq!(
            reconcile(&tree, row, &[]).json()["rows"][0]["action"],
            "as configured"
        );
        // With another life it is issued again, and the group stays all the same.
        tree.put_beside(
            "want.toml",
            format!("{GOOD}certificate-validity = \"30d\"\n"),
        );
        let report = reconcile(&tree, row, &[]).json();
        let renewed = &report["rows"][0];
        assert_eq!(renewed["action"], "renewed");
        assert_eq!(
            renewed["detail"],
            format!("stays in {group}, which an earlier kubeadm gave it")
        );
        assert_eq!(
            renewed["differences"].as_array().unwrap().len(),
            1,
            "{renewed}"
        );
        assert_eq!(subject(&tree, row), format!("O={group}, CN={user}"));
        tree.init(&[]).exits(0);
    }
}

#[test]
fn a_right_goes_where_that_is_accepted_and_the_binding_is_beside() {
    for (row, user, group, excess) in EARLIER {
        let tree = earlier(row, user, group);
        let rbac = tree.etc("pkigen/rbac.yaml");
        let bindings = std::fs::read_to_string(&rbac).unwrap();
        std::fs::remove_dir_all(tree.etc("pkigen")).unwrap();
        let report = reconcile(&tree, row, &["--accept", "right-removed"]).json();
        assert!(!subject(&tree, row).contains(group), "{row}");
        let warnings = report["warnings"].to_string();
        let history = tree.pkigen(&["history", "-o", "json"]).exits(0).json();
        let accepted = &history["transactions"][1]["accepted"];
        if !excess {
            // etcd asks for the user alone: no right is lost.
            assert_eq!((warnings.as_str(), accepted), ("[]", &json!([])));
            assert!(!rbac.exists());
            continue;
        }
        let place = "/etc/kubernetes/pkigen/rbac.yaml";
        assert!(
            warnings.contains("ClusterRoleBinding kubeadm:") && warnings.contains(place),
            "{warnings}"
        );
        assert_eq!(std::fs::read_to_string(&rbac).unwrap(), bindings);
        assert_eq!(*accepted, json!(["right-removed"]));
        assert_eq!(tree.pkigen(&["verify", "--strict"]).code, 0);
    }
}

/// The bindings that the table has are those of the file that is written.
#[test]
fn every_binding_of_the_table_is_written() {
    let tree = Tree::good();
    let text = std::fs::read_to_string(tree.etc("pkigen/rbac.yaml")).unwrap();
    let with_binding = pki_core::CERTS
        .iter()
        .filter_map(|spec| spec.rights.binding);
    let bindings: Vec<_> = with_binding.collect();
    assert_eq!(bindings.len(), 2);
    for binding in bindings {
        let subject = match binding.subject {
            pki_core::spec::BindingSubject::User(name) => format!("kind: User\n  name: {name}\n"),
            pki_core::spec::BindingSubject::Group(name) => format!("kind: Group\n  name: {name}\n"),
            other => panic!("{other:?}"),
        };
        let mut documents = text.split("---\n");
        let written = documents.any(|document| {
            [
                format!("name: {}\n", binding.name),
                format!("name: {}\n", binding.role),
                subject.clone(),
            ]
            .iter()
            .all(|part| document.contains(part.as_str()))
        });
        assert!(written, "{binding:?} is not in {text}");
    }
}

/// kubeadm's own tree, with the certificate that kubeadm 1.29 to 1.36.0 wrote.
#[test]
fn a_tree_of_kubeadm_keeps_its_logs_and_exec() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let row = "apiserver-kubelet-client";
    let authority = tree.private_key("ca");
    let forged = crate::support::forge::Forge::of(&tree.certificate(row))
        .subject("kube-apiserver-kubelet-client", &["kubeadm:cluster-admins"])
        .sign(&authority);
    tree.put(&format!("{row}.crt"), forged);
    // Git keeps no modes.
    let at = [
        "verify",
        "--at",
        "2026-11-24T12:00:00Z",
        "--warn-only",
        "key-exposed",
    ];
    tree.pkigen(&at).exits(0);
    let arguments = ["renew", "all", "--reconcile", "--config", "kubeadm.yaml"];
    let run = tree
        .pkigen(&[&arguments[..], &["--at", "2026-11-24T12:00:00Z"]].concat())
        .exits(0);
    assert!(!run.stdout.contains("subject:"), "{run:#?}");
    assert_eq!(
        subject(&tree, row),
        "O=kubeadm:cluster-admins, CN=kube-apiserver-kubelet-client"
    );
}
