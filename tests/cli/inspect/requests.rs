//! Requests for certificates: what is asked for, and whether the asker has the key.

use sha2::{Digest as _, Sha256};

use super::{hex, inspect};
use crate::support::forge::{block, tlv};
use crate::support::{Tree, Workshop};

/// The last is the TLS feature of stapled status.
const ASKED: &str = "\
basicConstraints=critical,CA:TRUE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=DNS:api.example.org,IP:192.0.2.10,URI:spiffe://example.org/x
1.3.6.1.5.5.7.1.24=DER:3003020105
";

/// A tree with `pki/node.csr` and `pki/node.key`, and the request as DER.
fn request(kind: &str, asked: &str, attributes: &[Vec<u8>]) -> (Tree, Vec<u8>) {
    let (tree, shop) = (Tree::empty(), Workshop::new());
    std::fs::create_dir_all(tree.pki("")).unwrap();
    tree.put("node.key", shop.key("node", kind));
    let subject = "/O=system:nodes/CN=system:node:cp1";
    let der = shop.request("node", subject, asked, attributes);
    tree.put("node.csr", shop.read("node.csr"));
    (tree, der)
}

fn pem(der: &[u8]) -> String {
    block("CERTIFICATE REQUEST", der)
}

#[test]
fn what_it_asks_for_is_shown() {
    for (kind, name) in [("P-256", "ECDSA P-256"), ("2048", "RSA 2048")] {
        let (tree, _) = request(kind, ASKED, &[]);
        let run = inspect(&tree, &["pki/node.csr"], &[]).exits(0);
        run.shows(&[
            "certificate request",
            "O=system:nodes, CN=system:node:cp1",
            name,
            "signature  ",
            "valid: the key is the requester's",
            "asks to be",
            "a certificate authority",
            "digitalSignature, keyEncipherment",
            "serverAuth, clientAuth",
            "DNS:api.example.org, IP:192.0.2.10, URI:spiffe://example.org/x",
            "1.3.6.1.5.5.7.1.24",
        ]);
    }
}

#[test]
fn json_has_a_schema() {
    let (tree, der) = request("P-384", ASKED, &[]);
    let report = inspect(&tree, &["pki/node.csr"], &["-o", "json"])
        .exits(0)
        .json();
    let file = &report["files"][0];
    assert_eq!(file["certificates"].as_array().unwrap().len(), 0);
    let request = &file["certificateRequests"][0];
    assert_eq!(request["signature"], "valid");
    assert_eq!(request["authority"], true);
    assert_eq!(request["keyUsage"][1], "keyEncipherment");
    assert_eq!(request["extendedKeyUsage"][0], "serverAuth");
    assert_eq!(request["subjectAlternativeNames"][1], "IP:192.0.2.10");
    assert_eq!(request["otherExtensions"][0], "1.3.6.1.5.5.7.1.24");
    assert_eq!(request["otherAttributes"].as_array().unwrap().len(), 0);
    assert!(request["keyMatches"].is_null());
    assert_eq!(request["sha256"], hex(&Sha256::digest(der)));
    let mut keys: Vec<&String> = request.as_object().unwrap().keys().collect();
    keys.sort();
    let expected = [
        "authority",
        "extendedKeyUsage",
        "key",
        "keyMatches",
        "keyUsage",
        "otherAttributes",
        "otherExtensions",
        "sha256",
        "signature",
        "subject",
        "subjectAlternativeNames",
    ];
    assert_eq!(keys, expected);
}

/// The last byte is the signature's, the one at 20 the subject's.
#[test]
fn a_signature_that_is_not_the_keys_is_told() {
    for kind in ["P-256", "2048"] {
        let (tree, der) = request(kind, ASKED, &[]);
        for at in [20, der.len() - 1] {
            let mut forged = der.clone();
            forged[at] ^= 1;
            tree.put("forged.csr", pem(&forged));
            let run = inspect(&tree, &["pki/forged.csr"], &[]).exits(1);
            run.shows(&["the signature is wrong"]);
            let report = inspect(&tree, &["pki/forged.csr"], &["-o", "json"]).json();
            let request = &report["files"][0]["certificateRequests"][0];
            assert_eq!(request["signature"], "the signature is wrong");
        }
    }
}

#[test]
fn without_extensions_it_asks_for_none() {
    let (tree, _) = request("P-256", "", &[]);
    let run = inspect(&tree, &["pki/node.csr"], &[]).exits(0);
    assert!(!run.stdout.contains("asks to be"), "{run:#?}");
    run.shows(&["valid: the key is the requester's"]);
}

/// A challenge password is between the requester and the authority.
#[test]
fn a_challenge_password_is_told_of_and_not_told() {
    let oid = tlv(6, &[42, 134, 72, 134, 247, 13, 1, 9, 7]);
    let password = tlv(0x31, &tlv(0x0c, b"the-secret"));
    let attribute = tlv(0x30, &[oid, password].concat());
    let (tree, _) = request("P-256", "", &[attribute]);
    for arguments in [&[][..], &["-o", "json"]] {
        let run = inspect(&tree, &["pki/node.csr"], arguments).exits(0);
        assert!(!run.stdout.contains("the-secret"), "{run:#?}");
        run.shows(&["1.2.840.113549.1.9.7"]);
    }
}

#[test]
fn the_key_beside_it_is_compared() {
    let (tree, _) = request("P-256", ASKED, &[]);
    let both = tree.text("node.key") + &tree.text("node.csr");
    tree.put("both.pem", &both);
    inspect(&tree, &["pki/both.pem"], &[])
        .exits(0)
        .shows(&["in the same file, and belongs to it"]);
    tree.put(
        "old.csr",
        both.replace("CERTIFICATE REQ", "NEW CERTIFICATE REQ"),
    );
    inspect(&tree, &["pki/old.csr"], &[])
        .exits(0)
        .shows(&["certificate request"]);
}

#[test]
fn odd_requests_are_named() {
    let (tree, der) = request("ed25519", ASKED, &[]);
    inspect(&tree, &["pki/node.csr"], &[])
        .exits(0)
        .shows(&["Ed25519", "not checked here: 1.3.101.112"]);
    tree.put("short.csr", pem(&der[..der.len() - 1]));
    inspect(&tree, &["pki/short.csr"], &[])
        .exits(2)
        .says(&["pki/short.csr certificate request 1 does not decode"]);
}
