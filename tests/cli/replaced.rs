//! An authority that was replaced by another of its name: what is there is its predecessor's. The
//! kind of its key makes no difference.

use std::fs;

use crate::corpus::found;
use crate::renew::{AT, renew, rows};
use crate::support::{AUTHORITY, LEAVES, Run, Tree, Workshop, fixture};

const ISSUER: &str = "issued by CN=kubernetes, which is not the authority here";

/// kubeadm's tree of RSA keys with another authority of the cluster in it.
fn trees() -> [Tree; 3] {
    let ecdsa = fixture("kubeadm-1.36.2/ecdsa-p256/etc/kubernetes/pki");
    let kubeadm = ["ca.crt", "ca.key"].map(|name| fs::read(ecdsa.join(name)).unwrap());
    let made = |kind: &str| {
        let shop = Workshop::new();
        let key = shop.key("ca", kind);
        [shop.self_signed("ca", "/CN=kubernetes", AUTHORITY), key]
    };
    [made("2048"), made("P-384"), kubeadm].map(|[certificate, key]| {
        let tree = Tree::kubeadm("rsa-2048");
        tree.put("ca.crt", certificate);
        tree.put("ca.key", key);
        tree
    })
}

/// The leaves that came from the old one.
fn below() -> Vec<&'static str> {
    let leaves = LEAVES.iter().filter(|(.., authority)| *authority == "ca");
    leaves.map(|(name, ..)| *name).collect()
}

/// No library's name of an error is anybody's reason.
#[track_caller]
fn is_a_sentence(run: &Run) {
    let said = format!("{}{}", run.stdout, run.stderr);
    for word in ["Unsupported", "Context", "oid", "[6, 9"] {
        assert!(!said.contains(word), "{word} in {run:#?}");
    }
}

#[test]
fn verify_names_the_authority() {
    for tree in trees() {
        let run = tree.pkigen(&["verify", "--at", AT, "-o", "json"]).exits(1);
        let report = run.json();
        let rules = found(&report);
        let about_trust: Vec<_> = rules
            .into_iter()
            .filter(|(rule, _)| *rule != "key-exposed")
            .collect();
        assert_eq!(about_trust, [("authority-replaced", "pki/ca.crt")]);
        let findings = report["findings"].as_array().unwrap();
        let finding = findings
            .iter()
            .find(|one| one["rule"] == "authority-replaced");
        let refusers = serde_json::json!(["go", "openssl", "gnutls", "webpki"]);
        assert_eq!(finding.unwrap()["refusedBy"], refusers);
        is_a_sentence(&run);
    }
}

/// A client of the new authority beside trust in the old one would be cut off.
#[test]
fn renew_leaves_out_what_is_below_it() {
    for tree in trees() {
        let before = tree.snapshot();
        let run = renew(&tree, &["all", "-o", "json"]).exits(1);
        assert_eq!(rows(&run, "failed"), below());
        assert_eq!(rows(&run, "renewed").len(), LEAVES.len() - below().len());
        let text = renew(&tree, &["admin.conf"]).exits(1);
        is_a_sentence(&text.says(&["admin.conf was not renewed: ", ISSUER]));
        let after = tree.snapshot();
        for (_, file, _) in LEAVES.iter().filter(|(.., authority)| *authority == "ca") {
            let path = format!("root/etc/kubernetes/{file}");
            assert_eq!(before.entry(&path), after.entry(&path), "{file}");
        }
    }
}

#[test]
fn reconcile_issues_anew_because_of_the_issuer() {
    for tree in trees() {
        let arguments = [
            "all",
            "--reconcile",
            "--config",
            "kubeadm.yaml",
            "-o",
            "json",
        ];
        let run = renew(&tree, &arguments).exits(0);
        assert_eq!(rows(&run, "renewed"), below());
        let report = run.json();
        let renewed = report["rows"].as_array().unwrap().iter();
        for row in renewed.filter(|row| row["action"] == "renewed") {
            let differences = row["differences"].to_string();
            assert!(differences.contains("issuer: CN=kubernetes"), "{row:#}");
        }
        let after = tree.pkigen(&["verify", "--at", AT, "-o", "json"]).json();
        let rules = found(&after);
        assert!(
            rules.iter().all(|(rule, _)| *rule == "key-exposed"),
            "{rules:?}"
        );
    }
}

#[test]
fn init_refuses_with_a_sentence() {
    for tree in trees() {
        let before = tree.snapshot();
        let init = ["init", "--config", "kubeadm.yaml", "--at", AT];
        let run = tree.pkigen(&init).exits(1);
        before.assert_untouched(&tree.snapshot());
        is_a_sentence(&run.says(&["pki/apiserver.crt: it is ", ISSUER]));
    }
}
