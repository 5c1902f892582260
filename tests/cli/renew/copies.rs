//! Copies of an authority's old certificate: what is not searched and what is not written is said,
//! and what is in its place already is left there.

use std::fs;

use serde_json::Value;

use super::{AT, renew, rows};
use crate::support::Tree;
use crate::support::x509::encode;

fn report(tree: &Tree, arguments: &[&str]) -> Value {
    renew(tree, &[arguments, &["-o", "json"]].concat()).json()
}

fn texts<'a>(report: &'a Value, list: &str, field: &str) -> Vec<&'a str> {
    let rows = report[list].as_array().unwrap().iter();
    rows.map(|row| row[field].as_str().unwrap()).collect()
}

#[test]
fn what_is_not_searched_is_said() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let mut large = tree.text("ca.crt");
    large.push_str(&"# more\n".repeat(1 << 18));
    tree.put("large.pem", large);
    let said = "/etc/kubernetes/pki/large.pem cannot be read: ";
    let unknown = "; whether it holds a copy of the old certificate is not known";
    for more in [&["--dry-run"][..], &[]] {
        renew(&tree, &[&["ca"], more].concat())
            .exits(0)
            .says(&[said, unknown]);
    }
}

/// A `ConfigMap` has a kubeconfig in it, or PEM, and is none: nobody guesses what else it is.
#[test]
fn what_is_neither_pem_nor_a_kubeconfig_is_said() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let data = encode(tree.text("ca.crt"));
    let cluster_info = format!(
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  kubeconfig: |\n    apiVersion: v1\n    clusters:\n    \
         - cluster:\n        certificate-authority-data: {data}\n        server: https://192.0.2.1\n"
    );
    fs::write(tree.etc("cluster-info.yaml"), cluster_info).unwrap();
    let indented: Vec<String> = tree
        .text("ca.crt")
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let root_ca = format!("kind: ConfigMap\ndata:\n  ca.crt: |\n{}", indented.concat());
    fs::write(tree.etc("kube-root-ca.yaml"), root_ca).unwrap();
    let of_another = tree.text("etcd/ca.crt");
    fs::write(tree.etc("etcd.txt"), of_another).unwrap();
    // YAML that says nothing of this, though it names the field.
    fs::write(tree.etc("notes.yaml"), "- certificate-authority-data\n").unwrap();
    for more in [&["--dry-run"][..], &[]] {
        let report = report(&tree, &[&["ca"], more].concat());
        let places = texts(&report, "copies", "place");
        let told = [
            "/etc/kubernetes/cluster-info.yaml",
            "/etc/kubernetes/kube-root-ca.yaml",
        ];
        let found: Vec<&str> = places
            .into_iter()
            .filter(|place| place.starts_with('/'))
            .collect();
        assert_eq!(found, told, "{report:#}");
    }
}

/// Each is told of with the authority whose certificate it holds.
#[test]
fn copies_are_told_of_with_their_authority() {
    let tree = Tree::kubeadm("ecdsa-p256");
    for (name, file) in [("ca", "ca.crt"), ("etcd-ca", "etcd/ca.crt")] {
        let indented = tree.text(file).replace('\n', "\n  ");
        fs::write(
            tree.etc(&format!("{name}.yaml")),
            format!("a: |\n  {indented}"),
        )
        .unwrap();
    }
    let report = report(&tree, &["ca", "etcd-ca"]);
    let (places, authorities) = (
        texts(&report, "copies", "place"),
        texts(&report, "copies", "authority"),
    );
    for name in ["ca", "etcd-ca"] {
        let place = format!("/etc/kubernetes/{name}.yaml");
        let at = places.iter().position(|one| *one == place).unwrap();
        assert_eq!(authorities[at], name);
    }
}

/// What keeps it from being done is said beforehand.
#[test]
fn a_dry_run_says_what_the_run_says() {
    let tree = Tree::kubeadm("ecdsa-p256");
    fs::rename(tree.etc("admin.conf"), tree.at("elsewhere.conf")).unwrap();
    std::os::unix::fs::symlink("/elsewhere.conf", tree.etc("admin.conf")).unwrap();
    let before = tree.snapshot();
    let said = "admin.conf is a symbolic link; put the file itself there";
    for more in [&["--dry-run"][..], &[]] {
        let run = renew(&tree, &[&["ca"], more].concat()).exits(1);
        assert!(!run.stdout.contains("estart, in"), "{run:#?}");
        run.says(&["ca was not renewed: ", said]);
    }
    before.assert_files_kept(&tree.snapshot());
}

#[test]
fn what_is_in_its_place_already_is_unchanged() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let issued = tree.put_beside("issued.crt", tree.text("ca.crt"));
    let take = ["ca", "--certificate", issued.to_str().unwrap()];
    let before = tree.snapshot();
    for more in [&["--dry-run"][..], &[]] {
        let arguments = [&take[..], more].concat();
        let run = renew(&tree, &arguments).exits(0);
        run.shows(&["unchanged  ca ", "nothing has to be restarted"]);
        let report = report(&tree, &arguments);
        assert_eq!(report["outcome"], "unchanged");
        assert_eq!(report["replacedFiles"].as_array().unwrap().len(), 0);
        assert_eq!(texts(&report, "copies", "place"), [""; 0]);
        assert!(report["oldAuthorityEnds"].is_null(), "{report:#}");
    }
    before.assert_files_kept(&tree.snapshot());
    // Where a copy is older, that alone is replaced, and it says when it would have ended.
    let old = tree.text("ca.crt");
    renew(&tree, &["ca", "--ca-validity", "20y"]).exits(0);
    let newer = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    let older = newer.replace(&encode(tree.text("ca.crt")), &encode(old));
    assert_ne!(older, newer);
    fs::write(tree.etc("admin.conf"), older).unwrap();
    let path = tree.pki("ca.crt").display().to_string();
    for more in [&["--dry-run"][..], &[]] {
        let arguments = [&["ca", "--certificate", &path][..], more].concat();
        let report = report(&tree, &arguments);
        let replaced = report["replacedFiles"].as_array().unwrap();
        assert_eq!(replaced, &["/etc/kubernetes/admin.conf"]);
        assert_eq!(report["oldAuthorityEnds"], "2036-11-20T18:30:47Z");
    }
    let now = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    assert_eq!(now, newer);
    assert_eq!(
        rows(
            &tree.pkigen(&["renew", "ca", "--at", AT, "-o", "json"]),
            "renewed"
        ),
        ["ca"]
    );
}
