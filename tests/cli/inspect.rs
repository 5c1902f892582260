//! `inspect`: what files hold, and never a private key.

mod requests;

use std::fmt::Write as _;
use std::fs;

use sha2::{Digest as _, Sha256};

use crate::support::{AUTHORITY, Facts, OddKey, Run, Tree, Workshop, day, fixture, pkigen};

fn inspect(tree: &Tree, names: &[&str], arguments: &[&str]) -> Run {
    let paths = names.iter().map(|name| tree.etc(name).into_os_string());
    let arguments = ["inspect"].iter().chain(arguments).map(Into::into);
    pkigen(arguments.chain(paths))
}

#[test]
fn a_certificate() {
    let tree = Tree::good();
    let run = inspect(&tree, &["pki/apiserver.crt"], &[]).exits(0);
    assert_eq!(run.stderr, "");
    let path = tree.pki("apiserver.crt");
    assert!(run.stdout.starts_with(&format!("{}\n", path.display())));
    run.shows(&[
        "certificate",
        "CN=kube-apiserver",
        "CN=kubernetes-ca",
        "not after",
        "ECDSA P-256",
        "digitalSignature",
        "serverAuth",
        "DNS:kubernetes.default.svc",
        "IP:10.96.0.1",
        "SHA-256",
    ]);
}

/// Which of my kubeconfig's certificates has run out?
#[test]
fn every_user_of_a_kubeconfig() {
    let tree = Tree::good();
    let jane = crate::support::told::expired(&tree, "/O=ops/CN=jane");
    crate::support::told::add_user(&tree, "admin.conf", "jane", jane);
    let run = inspect(&tree, &["admin.conf"], &[]).exits(0);
    run.shows(&[
        "user",
        "kubernetes-admin",
        "jane@none",
        "O=ops, CN=jane",
        "(expired)",
    ]);
    let report = inspect(&tree, &["admin.conf"], &["-o", "json"])
        .exits(0)
        .json();
    let kubeconfig = &report["files"][0]["kubeconfig"];
    assert_eq!(kubeconfig["user"], "kubernetes-admin");
    let other = &kubeconfig["otherUsers"][0];
    assert_eq!(
        (&other["name"], &other["contexts"][0]),
        (&"jane".into(), &"jane@none".into())
    );
    assert_eq!(other["certificates"][0]["state"], "expired");
    assert_eq!(other["certificates"][0]["keyMatches"], true);
    // Of one user nothing more is said than before.
    let run = inspect(&tree, &["scheduler.conf"], &[]).exits(0);
    assert!(!run.stdout.contains("contexts"), "{run:#?}");
}

#[test]
fn digest_and_serial_number_are_the_certificate_s() {
    let tree = Tree::good();
    let report = inspect(&tree, &["pki/apiserver.crt"], &["-o", "json"])
        .exits(0)
        .json();
    let certificate = &report["files"][0]["certificates"][0];
    let field = |name: &str| {
        let text = certificate[name].as_str().unwrap().replace(':', "");
        text.to_lowercase()
    };
    let pem = tree.text("apiserver.crt");
    let (_, der) = der::pem::decode_vec(pem.as_bytes()).unwrap();
    assert_eq!(field("sha256"), hex(&Sha256::digest(der)));
    let serial = Facts::of(pem.as_bytes()).serial;
    assert_eq!(field("serialNumber"), serial.to_lowercase());
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "{octet:02x}").unwrap();
        text
    })
}

#[test]
fn keys_show_their_public_half_alone() {
    let tree = Tree::good();
    let report = inspect(
        &tree,
        &["pki/ca.key", "pki/ca.crt", "pki/sa.key", "pki/sa.pub"],
        &["-o", "json"],
    );
    let report = report.exits(0).json();
    let files = report["files"].as_array().unwrap();
    let key = &files[0]["privateKeys"][0];
    assert_eq!(key["keyType"], "ECDSA P-256");
    assert_eq!(
        key["identifier"],
        files[1]["certificates"][0]["subjectKeyIdentifier"]
    );
    assert_eq!(files[2]["privateKeys"][0], files[3]["publicKeys"][0]);
    inspect(&tree, &["pki/ca.key"], &[])
        .exits(0)
        .shows(&["private key", "key identifier"]);
    inspect(&tree, &["pki/sa.pub"], &[])
        .exits(0)
        .shows(&["public key", "ECDSA P-256"]);
}

/// Neither as PEM, nor as base64 or hexadecimal of any part of it.
#[test]
fn no_byte_of_a_private_key_is_printed() {
    let tree = Tree::good();
    for name in ["pki/ca.key", "pki/sa.key", "admin.conf"] {
        for arguments in [&[][..], &["-o", "json"], &["-v"]] {
            let run = inspect(&tree, &[name], arguments).exits(0);
            let kubeconfig = fs::read_to_string(tree.etc("admin.conf")).unwrap();
            let data = kubeconfig.split("client-key-data: ").nth(1).unwrap();
            assert!(!run.stdout.contains(&data[..32]), "{name}");
            for file in ["ca.key", "sa.key"] {
                let text = tree.text(file);
                let lines = text.lines().filter(|line| !line.starts_with("-----"));
                for line in lines {
                    assert!(!run.stdout.contains(line), "{name}");
                }
                // The first bytes of SEC1 after the header are the secret number.
                let (_, der) = der::pem::decode_vec(text.as_bytes()).unwrap();
                let secret = hex(&der[7..39]);
                let shown = run.stdout.replace(':', "").to_lowercase();
                assert!(!shown.contains(&secret[..16]), "{name}");
            }
        }
    }
}

#[test]
fn a_bundle_shows_each_certificate() {
    let tree = Tree::good();
    tree.put(
        "bundle.crt",
        tree.text("ca.crt") + &tree.text("etcd/ca.crt") + &tree.text("apiserver.crt"),
    );
    let report = inspect(&tree, &["pki/bundle.crt"], &["-o", "json"])
        .exits(0)
        .json();
    let certificates = report["files"][0]["certificates"]
        .as_array()
        .unwrap()
        .iter();
    let subjects: Vec<&str> = certificates
        .map(|one| one["subject"].as_str().unwrap())
        .collect();
    assert_eq!(
        subjects,
        ["CN=kubernetes-ca", "CN=etcd-ca", "CN=kube-apiserver"]
    );
    let run = inspect(&tree, &["pki/bundle.crt"], &[]).exits(0);
    assert_eq!(run.stdout.matches("SHA-256").count(), 3);
    assert_eq!(run.stdout.matches("  authority  ").count(), 2);
}

#[test]
fn a_kubeconfig() {
    let tree = Tree::good();
    let run = inspect(&tree, &["super-admin.conf"], &[]).exits(0);
    run.shows(&[
        "https://192.0.2.10:6443",
        "authenticates by",
        "trusts",
        "CN=kubernetes-ca",
        "O=system:masters, CN=kubernetes-super-admin",
        "in the same file, and belongs to it",
    ]);
    let report = inspect(&tree, &["admin.conf"], &["-o", "json"])
        .exits(0)
        .json();
    let kubeconfig = &report["files"][0]["kubeconfig"];
    assert_eq!(kubeconfig["server"], "https://192.0.2.10:6443");
    assert_eq!(kubeconfig["authentication"], "certificate");
    assert_eq!(kubeconfig["problems"].as_array().unwrap().len(), 0);
    assert_eq!(report["files"][0]["certificates"][0]["keyMatches"], true);
}

#[test]
fn a_kubeconfig_with_problems_is_still_shown() {
    let tree = Tree::good();
    let text = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    let text: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("client-key-data"))
        .collect();
    fs::write(tree.etc("admin.conf"), text.join("\n")).unwrap();
    let run = inspect(&tree, &["admin.conf"], &[]).exits(0);
    run.shows(&[
        "problem",
        "it holds client-certificate-data, but no client-key-data",
    ]);
}

/// Certificate and key in one file, as kubelet-client-current.pem is.
#[test]
fn a_certificate_and_its_key_in_one_file() {
    let tree = Tree::good();
    let certificate = tree.text("apiserver.crt");
    tree.put(
        "current.pem",
        certificate.clone() + &tree.text("apiserver.key"),
    );
    tree.put("wrong.pem", certificate + &tree.text("ca.key"));
    let run = inspect(&tree, &["pki/current.pem"], &[]).exits(0);
    run.shows(&["in the same file, and belongs to it"]);
    let run = inspect(&tree, &["pki/wrong.pem"], &[]).exits(0);
    run.shows(&["in the same file, and does NOT belong to it"]);
    let report = inspect(&tree, &["pki/wrong.pem"], &["-o", "json"])
        .exits(0)
        .json();
    assert_eq!(report["files"][0]["certificates"][0]["keyMatches"], false);
}

#[test]
fn a_link_is_followed() {
    let tree = Tree::good();
    std::os::unix::fs::symlink("apiserver.crt", tree.pki("current.pem")).unwrap();
    inspect(&tree, &["pki/current.pem"], &[])
        .exits(0)
        .shows(&["CN=kube-apiserver"]);
}

#[test]
fn the_state_is_that_of_the_instant_asked_about() {
    let tree = Tree::good();
    for (days, state) in [(-10, "not yet valid"), (1, "valid"), (400, "expired")] {
        let at = day(days);
        let arguments = ["-o", "json", "--at", &at];
        let report = inspect(&tree, &["pki/apiserver.crt"], &arguments)
            .exits(0)
            .json();
        assert_eq!(report["files"][0]["certificates"][0]["state"], state);
    }
    let at = day(400);
    inspect(&tree, &["pki/apiserver.crt"], &["--at", &at]).shows(&["UTC (expired)"]);
}

#[test]
fn files_that_cannot_be_shown_do_not_hide_the_others() {
    let tree = Tree::good();
    tree.put("garbage", "garbage\n");
    tree.put("empty", "");
    let missing = "pki/missing.crt";
    for (name, code, says) in [
        (
            "pki/garbage",
            2,
            "pki/garbage is neither PEM nor a kubeconfig",
        ),
        ("pki/empty", 2, "pki/empty is empty"),
        ("pki", 2, "is a directory, not a file"),
        (missing, 3, "pki/missing.crt: No such file or directory"),
    ] {
        let run = inspect(&tree, &[name, "pki/ca.crt"], &[]).exits(code);
        assert_eq!(
            run.stdout.matches("CN=kubernetes-ca").count(),
            2,
            "{run:#?}"
        );
        run.says(&["error: ", says]);
        let report = inspect(&tree, &[name, "pki/ca.crt"], &["-o", "json"])
            .exits(code)
            .json();
        let files = report["files"].as_array().unwrap();
        assert!(files[0]["error"].as_str().unwrap().contains(says), "{name}");
        assert!(files[1]["error"].is_null());
    }
    // The machine's fault weighs more than a file's.
    inspect(&tree, &["pki/garbage", missing], &[]).exits(3);
}

#[test]
fn json_has_a_schema_and_stable_names() {
    let tree = Tree::good();
    let report = inspect(&tree, &["pki/apiserver.crt"], &["-o", "json"])
        .exits(0)
        .json();
    assert_eq!(report["schemaVersion"], 1);
    assert_eq!(report["kind"], "InspectReport");
    let certificate = report["files"][0]["certificates"][0].as_object().unwrap();
    let mut keys: Vec<&String> = certificate.keys().collect();
    keys.sort();
    let expected = [
        "authority",
        "authorityKeyIdentifier",
        "extendedKeyUsage",
        "issuer",
        "key",
        "keyMatches",
        "keyUsage",
        "notAfter",
        "notBefore",
        "serialNumber",
        "sha256",
        "signatureAlgorithm",
        "state",
        "subject",
        "subjectAlternativeNames",
        "subjectKeyIdentifier",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn odd_files_are_named() {
    let tree = Tree::good();
    tree.put("ed25519.key", OddKey::new("ed25519").to_pem());
    inspect(&tree, &["pki/ed25519.key"], &[])
        .exits(2)
        .says(&["pki/ed25519.key is Ed25519"]);
    let encrypted = fixture("authorities/encrypted.key");
    fs::copy(encrypted, tree.pki("encrypted.key")).unwrap();
    inspect(&tree, &["pki/encrypted.key"], &[])
        .exits(2)
        .says(&["pki/encrypted.key is encrypted"]);
    let (_, der) = der::pem::decode_vec(tree.text("ca.crt").as_bytes()).unwrap();
    tree.put("ca.der", der);
    inspect(&tree, &["pki/ca.der"], &[])
        .exits(2)
        .says(&["is DER, not PEM; convert it with"]);
}

/// A certificate whose key nothing here uses can still be looked at.
#[test]
fn a_certificate_with_an_odd_key_is_shown() {
    let (tree, shop) = (Tree::good(), Workshop::new());
    shop.key("odd", "ed25519");
    tree.put("odd.crt", shop.self_signed("odd", "/CN=odd", AUTHORITY));
    inspect(&tree, &["pki/odd.crt"], &[])
        .exits(0)
        .shows(&["CN=odd", "Ed25519"]);
}

#[test]
fn a_block_that_is_cut_into_is_said_not_to_be_shown() {
    let tree = Tree::good();
    let whole = tree.text("apiserver.crt");
    let cut: String = whole.split_inclusive('\n').take(4).collect();
    tree.put("ca.crt", cut.clone() + &whole);
    let shown = "begins there has no end before another begins";
    let run = inspect(&tree, &["pki/ca.crt"], &[]).exits(0);
    run.shows(&["problem", shown]);
    let report = inspect(&tree, &["pki/ca.crt"], &["-o", "json"]).json();
    let file = &report["files"][0];
    assert!(file["problems"][0].as_str().unwrap().contains(shown));
    assert_eq!(file["certificates"].as_array().unwrap().len(), 1);
    tree.put("ca.crt", whole + &cut);
    let run = inspect(&tree, &["pki/ca.crt"], &[]).exits(0);
    run.shows(&["the last block begins there and has no end"]);
}
