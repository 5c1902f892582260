//! One certificate in files of its own.

use std::fs;
use std::process::Command;

use super::AT;
use crate::corpus;
use crate::support::command::{clean, run};
use crate::support::{AUTHORITY, How, Run, Tree, Workshop, forge, pkigen};

/// An authority and a leaf of it with these extensions, in files beside a tree.
fn files(extensions: &str) -> Tree {
    let shop = Workshop::new();
    let tree = Tree::empty();
    shop.key("ca", "P-256");
    tree.put_beside("ca.pem", shop.self_signed("ca", "/CN=authority", AUTHORITY));
    tree.put_beside("leaf.key", shop.key("leaf", "P-256"));
    tree.put_beside("other.key", shop.key("other", "P-256"));
    let extensions = format!("authorityKeyIdentifier=keyid\n{extensions}");
    let leaf = shop.signed("leaf", "ca", "/CN=leaf", &extensions);
    tree.put_beside("leaf.pem", leaf);
    tree
}

fn verify(tree: &Tree, arguments: &[&str]) -> Run {
    let beside = |name: &str| tree.beside(name).display().to_string();
    let (authority, leaf) = (beside("ca.pem"), beside("leaf.pem"));
    let fixed = ["verify", "--ca", &authority, "--cert", &leaf].map(str::to_owned);
    let more = arguments.iter().map(|argument| {
        let is_file = tree.beside(argument).is_file();
        if is_file {
            beside(argument)
        } else {
            (*argument).to_owned()
        }
    });
    pkigen(fixed.into_iter().chain(more))
}

const SERVER: &str =
    "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:web.example.org,IP:192.0.2.1\n";

#[test]
fn a_good_certificate() {
    let tree = files(SERVER);
    verify(&tree, &[])
        .exits(0)
        .shows(&["2 certificates in 2 files checked", ": nothing is wrong\n"]);
    let more = [
        "--key",
        "leaf.key",
        "--host",
        "web.example.org",
        "--host",
        "192.0.2.1",
    ];
    verify(&tree, &more).exits(0);
    verify(&tree, &["--usage", "server"]).exits(0);
}

#[test]
fn what_is_asked_for_and_not_there() {
    let tree = files(SERVER);
    verify(&tree, &["--host", "www.example.org"])
        .exits(1)
        .shows(&["name-not-served", "www.example.org (asked for)"]);
    verify(&tree, &["--usage", "client"])
        .exits(1)
        .shows(&["wrong-purpose", "serverAuth; clientAuth is wanted"]);
    verify(&tree, &["--usage", "peer"])
        .exits(1)
        .shows(&["wrong-purpose"]);
    verify(&tree, &["--key", "other.key"])
        .exits(1)
        .shows(&["pair-mismatch"]);
    verify(&tree, &["--at", "2020-01-01T00:00:00Z"])
        .exits(1)
        .shows(&["not-yet-valid", "authority-not-yet-valid"]);
}

/// What the certificate says itself decides where nothing is asked for.
#[test]
fn uses_are_told_from_the_certificate() {
    for extensions in [
        "extendedKeyUsage=clientAuth\n",
        "extendedKeyUsage=clientAuth,serverAuth\nsubjectAltName=DNS:a.example.org\n",
    ] {
        verify(&files(extensions), &[]).exits(0);
    }
    verify(&files("extendedKeyUsage=serverAuth\n"), &[])
        .exits(1)
        .shows(&["no-alternative-name"]);
    verify(&files("extendedKeyUsage=emailProtection\n"), &[])
        .exits(1)
        .shows(&["wrong-purpose"]);
}

#[test]
fn authorities_between() {
    let shop = Workshop::new();
    let tree = Tree::empty();
    for name in ["ca", "middle", "leaf"] {
        shop.key(name, "P-256");
    }
    let authority = shop.self_signed("ca", "/CN=authority", AUTHORITY);
    let named = format!("{AUTHORITY}authorityKeyIdentifier=keyid\n");
    let middle = shop.signed("middle", "ca", "/CN=middle", &named);
    let leaf = format!("{SERVER}authorityKeyIdentifier=keyid\n");
    let leaf = shop.signed("leaf", "middle", "/CN=leaf", &leaf);
    tree.put_beside("ca.pem", &authority);
    tree.put_beside("leaf.pem", &leaf);
    tree.put_beside("middle.pem", &middle);
    verify(&tree, &[])
        .exits(1)
        .shows(&["unknown-issuer", "CN=middle"]);
    verify(&tree, &["--intermediates", "middle.pem"]).exits(0);
    tree.put_beside("leaf.pem", [leaf, middle].concat());
    verify(&tree, &[])
        .exits(0)
        .shows(&["3 certificates in 2 files"]);
}

/// An authority that it does not lead to is nobody's concern here.
#[test]
fn another_authority_beside_its_own() {
    let tree = files(SERVER);
    let shop = Workshop::new();
    shop.key("bad", "P-256");
    let bad = shop.self_signed("bad", "/CN=bad", "basicConstraints=critical,CA:TRUE\n");
    let own = fs::read(tree.beside("ca.pem")).unwrap();
    tree.put_beside("ca.pem", [own, bad].concat());
    verify(&tree, &[]).exits(0);
}

#[test]
fn files_that_cannot_be_used() {
    let tree = files(SERVER);
    tree.put_beside("leaf.pem", "junk");
    verify(&tree, &[]).exits(1).shows(&["malformed-file"]);
    fs::remove_file(tree.beside("leaf.pem")).unwrap();
    let run = verify(&tree, &[]).exits(3).says(&["cannot read"]);
    assert_eq!(run.stderr.matches("No such file").count(), 1, "{run:#?}");
    tree.pkigen(&["verify", "--cert", "leaf.pem"])
        .exits(2)
        .says(&["--ca"]);
    tree.pkigen(&["verify", "--ca", "ca.pem"])
        .exits(2)
        .says(&["--cert"]);
    tree.pkigen(&["verify", "--host", "a"])
        .exits(2)
        .says(&["--cert"]);
    let both = [
        "verify", "--ca", "ca.pem", "--cert", "leaf.pem", "--config", "c.toml",
    ];
    tree.pkigen(&both).exits(2);
    let odd = [
        "verify", "--ca", "ca.pem", "--cert", "leaf.pem", "--host", "a b", "--at", AT,
    ];
    tree.pkigen(&odd).exits(2).says(&["not a usable DNS name"]);
}

/// What nobody refuses must not hide what somebody does: two levels of one certificate.
#[test]
fn a_warning_hides_no_refusal() {
    let shop = corpus::loose::authorities();
    let path = |name: &str| shop.path(&format!("{name}.crt")).display().to_string();
    let extensions = format!("authorityKeyIdentifier=keyid\n{SERVER}");
    shop.signed_as("leaf", "rung-7", "/CN=leaf", &extensions, How::days(401));
    let (ca, leaf, above) = (path("root"), path("leaf"), path("up-from-7"));
    let files = [
        "verify",
        "--ca",
        &ca,
        "--cert",
        &leaf,
        "--intermediates",
        &above,
    ];
    let warn = ["--warn-only", "outlives-authority"];
    pkigen(files.into_iter().chain(warn)).exits(1).shows(&[
        "path-refused",
        "there are 7 authorities between it and one that is trusted",
        "webpki follows 6",
        "outlives-authority",
    ]);
    let warn = ["--warn-only", "path-refused"];
    pkigen(files.into_iter().chain(warn)).exits(0);
}

/// Not one of the certificates below it has been compared with the key of an authority.
#[test]
fn what_was_not_checked_counts() {
    let shop = Workshop::new();
    for name in ["ca", "other"] {
        shop.key(name, "ed25519");
        shop.self_signed(name, "/CN=authority", AUTHORITY);
    }
    shop.key("leaf", "P-256");
    let extensions = format!("authorityKeyIdentifier=keyid\n{SERVER}");
    let path = |name: &str| shop.path(&format!("{name}.crt")).display().to_string();
    for issuer in ["ca", "other"] {
        shop.signed("leaf", issuer, "/CN=leaf", &extensions);
        let (ca, leaf) = (path("ca"), path("leaf"));
        let files = ["verify", "--ca", &ca, "--cert", &leaf];
        let warn = ["--warn-only", "unsupported-key"];
        pkigen(files.into_iter().chain(warn))
            .exits(1)
            .shows(&["not-checked"]);
    }
}

/// What is under test and cannot be read is a finding, and not an error.
#[test]
fn what_cannot_be_read_is_a_finding() {
    let tree = files(SERVER);
    let leaf = fs::read_to_string(tree.beside("leaf.pem")).unwrap();
    for (text, rule, problem) in [
        (String::new(), "malformed-file", "it is empty"),
        (
            forge::pem(&[0x30; 99]),
            "malformed-file",
            "its certificate 1 does not decode",
        ),
        (
            format!("\u{feff}{leaf}"),
            "pem-framing",
            "it is not PEM as Go reads it: line 1: a byte order mark",
        ),
    ] {
        tree.put_beside("leaf.pem", &text);
        let report = verify(&tree, &["-o", "json"]).exits(1).json();
        let finding = &report["findings"][0];
        assert_eq!(finding["rule"], rule);
        let message = finding["message"].as_str().unwrap();
        assert!(message.starts_with(problem), "{message}");
    }
    tree.put_beside("leaf.pem", &leaf);
    tree.put_beside("odd.key", "nothing");
    let report = verify(&tree, &["--key", "odd.key", "-o", "json"]).exits(1);
    assert_eq!(report.json()["findings"][0]["rule"], "malformed-file");
    // What is trusted is not under test, and what is not there is no content.
    tree.put_beside("ca.pem", "nothing");
    verify(&tree, &[])
        .exits(2)
        .says(&["ca.pem", "holds no PEM block"]);
    fs::remove_file(tree.beside("ca.pem")).unwrap();
    verify(&tree, &[]).exits(3).says(&["ca.pem"]);
}

/// A trust file whose last block is cut off: Go goes on with the others.
#[test]
fn what_not_everybody_reads_is_a_finding() {
    let tree = files(SERVER);
    let authority = fs::read_to_string(tree.beside("ca.pem")).unwrap();
    let cut_off = format!("{authority}{}", &authority[..authority.len() / 2]);
    tree.put_beside("ca.pem", cut_off);
    verify(&tree, &[]).exits(1).shows(&[
        "pem-framing",
        "the last block begins there",
        "openssl, gnutls, webpki",
    ]);
}

#[test]
fn pipes_and_standard_input() {
    let tree = files(SERVER);
    let command = env!("CARGO_BIN_EXE_pkigen");
    let shell = |script: &str| {
        let mut shell = clean(Command::new("bash"));
        shell.args(["-c", script, command]);
        shell.current_dir(tree.beside(""));
        run(&mut shell)
    };
    for script in [
        "$0 verify --ca ca.pem --cert - --key leaf.key < leaf.pem",
        "cat leaf.pem | $0 verify --ca ca.pem --cert -",
        "cat leaf.pem | $0 verify --ca ca.pem --cert /dev/stdin",
        "$0 verify --ca <(cat ca.pem) --cert <(cat leaf.pem) --key <(cat leaf.key)",
        "cat leaf.key | $0 verify --ca ca.pem --cert leaf.pem --key - --intermediates ca.pem",
        "mkfifo pipe; cat leaf.pem > pipe & $0 verify --ca ca.pem --cert pipe",
        "cat leaf.pem | $0 inspect -",
        "$0 inspect <(cat leaf.key)",
    ] {
        shell(script).exits(0);
    }
    shell("cat leaf.pem | $0 verify --ca - --cert -")
        .exits(2)
        .says(&["standard input can be read once"]);
    shell("$0 inspect /dev/zero")
        .exits(2)
        .says(&["is larger than 1 MiB"]);
    shell("$0 verify --ca . --cert leaf.pem").exits(2);
}

/// As Go takes them.
#[test]
fn names_that_are_no_host_names() {
    let tree = files(
        "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:a_b.example.org,DNS:c.example.org\n",
    );
    for host in ["a_b.example.org", "A_B.example.org", "c.example.org."] {
        verify(&tree, &["--host", host]).exits(0);
    }
    verify(&tree, &["--host", "x_b.example.org"])
        .exits(1)
        .shows(&["name-not-served", "x_b.example.org (asked for)"]);
    verify(&tree, &["--host", "c.example.org.."]).exits(2);
}
