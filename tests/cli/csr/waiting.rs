//! What waits: whose it is, what it asks for, and that it is missing meanwhile.

use std::fs;

use super::{bare, create, etc, import, signed};
use crate::support::{Tree, run};

fn as_described(tree: &Tree, arguments: &[&str]) -> crate::support::Run {
    run(tree.command(&["csr", "create"]).args(arguments))
}

#[test]
fn requests_are_of_one_node() {
    let tree = bare();
    create(&tree, &["--to", "first"]).exits(0);
    let before = etc(&tree);
    let other = ["--node-name", "cp2", "--advertise-address", "192.0.2.11"];
    as_described(&tree, &[&other[..], &["--to", "second"]].concat())
        .exits(2)
        .says(&["has requests of node cp1, and cp2 asks"]);
    before.assert_untouched(&etc(&tree));
    assert!(!tree.beside("second").exists());
}

/// An answer to what was asked for before may be on its way: it is not asked for anew unasked.
#[test]
fn what_waits_is_not_what_is_said_now() {
    let tree = bare();
    create(&tree, &["--to", "first"]).exits(0);
    let before = etc(&tree);
    create(&tree, &["--san", "new.example.org", "--to", "second"])
        .exits(1)
        .says(&[
            "apiserver: it waits as it was asked for before",
            "new.example.org",
        ]);
    before.assert_untouched(&etc(&tree));
    create(
        &tree,
        &["apiserver", "--san", "new.example.org", "--to", "third"],
    )
    .exits(0)
    .shows(&["requested  apiserver ", "DNS:new.example.org"]);
    create(&tree, &["--san", "new.example.org", "--to", "fourth"]).exits(0);
}

/// Authorities alone are no control plane, and with requests beside them they are to become one.
#[test]
fn what_waits_is_missing() {
    let tree = bare();
    create(&tree, &["--to", "requests"]).exits(0);
    let take = tree.typed("pkigen csr import FILE");
    tree.pkigen(&["verify"]).exits(1).shows(&[
        "missing-file",
        "Have what is asked for signed where the key is kept",
    ]);
    let report = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    // But for the two that are for people.
    assert_eq!(findings.len(), 10, "{report:#}");
    assert!(
        findings
            .iter()
            .all(|one| one["remedy"].as_str().unwrap().contains(&take))
    );
    tree.pkigen(&["check-expiration"])
        .exits(1)
        .shows(&["apiserver"]);
    tree.pkigen(&["renew", "all"]).exits(1).says(&["apiserver"]);
}

/// Without them nothing is known to wait.
#[test]
fn a_manifest_that_is_damaged() {
    let tree = bare();
    create(&tree, &["--to", "requests"]).exits(0);
    fs::write(tree.pki("requests/manifest.json"), "{").unwrap();
    let before = etc(&tree);
    let said = "move the directory that it is in away";
    tree.init(&[]).exits(2).says(&[said]);
    tree.init(&["--dry-run"]).exits(2).says(&[said]);
    create(&tree, &["--to", "again"]).exits(2).says(&[said]);
    tree.pkigen(&["check-expiration"]).says(&[said]);
    tree.pkigen(&["verify"]).says(&[said]);
    before.assert_untouched(&etc(&tree));
    fs::rename(tree.pki("requests"), tree.beside("away")).unwrap();
    create(&tree, &["--to", "again"]).exits(0);
}

/// Its node is the manifest's, where nothing else is of a node, and a key that is gone is said by all.
#[test]
fn a_key_that_is_gone() {
    let tree = bare();
    create(&tree, &["--to", "requests"]).exits(0);
    fs::remove_file(tree.pki("requests/apiserver.key")).unwrap();
    let before = etc(&tree);
    let anew = tree.typed("pkigen csr create apiserver --to FILE");
    let said = "requests/apiserver.key: it is not there";
    create(&tree, &["--to", "again"])
        .exits(2)
        .says(&[said, &anew]);
    tree.init(&[]).exits(2).says(&[said]);
    tree.pkigen(&["verify"]).says(&[said]);
    tree.pkigen(&["check-expiration"]).says(&[said]);
    before.assert_untouched(&etc(&tree));
    // To the letter, but for the file.
    as_described(
        &tree,
        &[
            "apiserver",
            "--advertise-address",
            "192.0.2.10",
            "--to",
            "anew",
        ],
    )
    .exits(0)
    .shows(&["requested  apiserver ", "DNS:cp1"]);
    tree.init(&["--dry-run"])
        .says(&["12 certificates asked for"]);
}

/// The commands that `renew` prints where a key is elsewhere, one after the other.
#[test]
fn the_remedy_is_the_way() {
    let tree = super::without_keys();
    let report = tree
        .pkigen(&["renew", "apiserver", "-o", "json"])
        .exits(1)
        .json();
    let ways = report["rows"][0]["ways"].as_array().unwrap();
    let way = ways.iter().find(|way| way[0]["run"][1] == "csr").unwrap();
    let typed = |step: usize, file: &str| {
        let words = way[step]["run"].as_array().unwrap().iter().skip(1);
        let words = words.map(|word| word.as_str().unwrap().replace("FILE", file));
        let mut command = crate::support::command();
        run(command.args(words).current_dir(tree.beside("")))
    };
    let before = tree.text("apiserver.crt");
    typed(0, "").exits(0);
    let to = ["requests.tar", "--authorities", "ca", "--to", "answer.tar"];
    super::sign(&tree, &to).exits(0);
    typed(2, "answer.tar").exits(0);
    assert_ne!(tree.text("apiserver.crt"), before);
    tree.pkigen(&["verify"]).exits(0);
}

/// Where nothing can be written, no key that waits is replaced.
#[test]
fn a_place_that_cannot_be_written() {
    let tree = bare();
    create(&tree, &["--to", "requests"]).exits(0);
    let before = etc(&tree);
    create(&tree, &["apiserver", "--to", "nowhere/x.tar"])
        .exits(3)
        .says(&["cannot open the directory nowhere"]);
    before.assert_untouched(&etc(&tree));
    assert!(!tree.beside("nowhere").exists());
}

/// What a tree was made with is not forgotten with the certificate that says it.
#[test]
fn the_names_that_a_tree_was_made_with() {
    let tree = Tree::empty();
    let network = ["--service-cidr", "10.55.0.0/16", "--dns-domain", "my.dom"];
    tree.init(&[&network[..], &["--san", "foo.example"]].concat())
        .exits(0);
    let flags = fs::read(tree.etc("pkigen/flags/kube-apiserver.args")).unwrap();
    tree.remove(&["apiserver.crt", "apiserver.key"]);
    tree.pkigen(&["init"]).exits(0);
    tree.pkigen(&["inspect", tree.pki("apiserver.crt").to_str().unwrap()])
        .exits(0)
        .shows(&["kubernetes.default.svc.my.dom", "10.55.0.1", "foo.example"]);
    assert_eq!(
        fs::read(tree.etc("pkigen/flags/kube-apiserver.args")).unwrap(),
        flags
    );
}

/// The key was brought back meanwhile: what was asked for replaces nothing that is newer.
#[test]
fn what_was_asked_for_in_vain() {
    let tree = bare();
    let certificates = signed(&tree);
    let certificates = certificates.to_str().unwrap();
    for name in ["ca", "front-proxy-ca"] {
        let key = fs::read(tree.beside(&format!("ca/{name}.key"))).unwrap();
        tree.put(&format!("{name}.key"), key);
    }
    tree.pkigen(&["renew", "all"]).exits(1);
    let again = ["apiserver", "admin.conf"];
    for name in again {
        let asked = tree.pki(&format!("requests/{name}.csr"));
        assert!(asked.exists(), "{name}");
    }
    // As `init` would, were not etcd's still to come.
    let other = Tree::good();
    for file in ["apiserver.crt", "apiserver.key"] {
        tree.put(file, fs::read(other.pki(file)).unwrap());
    }
    let newer = tree.text("apiserver.crt");
    let run = import(&tree, &[certificates]);
    run.says(&["apiserver: another certificate has been put in its place"]);
    assert_eq!(tree.text("apiserver.crt"), newer);
    assert!(!tree.pki("requests/apiserver.key").exists());
}

/// Some send DER, and some a form that is not read.
#[test]
fn answers_in_other_forms() {
    let tree = bare();
    let certificates = signed(&tree);
    let pem = fs::read(certificates.join("scheduler.conf.crt")).unwrap();
    let der = &pki_core::Certificate::all_from_pem(&pem).unwrap()[0];
    tree.put_beside("answer.der", der.as_der());
    import(&tree, &["answer.der"])
        .exits(1)
        .shows(&["taken  scheduler.conf"]);
    tree.put_beside(
        "answer.p7b",
        "-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n",
    );
    import(&tree, &["answer.p7b"])
        .exits(1)
        .says(&["answer.p7b is PKCS#7, which is not read; `openssl pkcs7 -print_certs"]);
}
