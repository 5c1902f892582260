//! What must hold for every input, whatever somebody put in the file. The fuzz targets call these
//! with what libFuzzer thinks of, `tests/cli/hostile.rs` with fixed damage to good files.

#![allow(
    dead_code,
    reason = "each fuzz target is a program of its own and uses one of these"
)]

use std::net::IpAddr;

use pki_core::authority::path::{serves_host, verify_path};
use pki_core::config::{Description, HostFacts};
use pki_core::key::{PrivateKey, PublicKey, SigningKey as _};
use pki_core::x509::CertificateRequest;
use pki_core::{Certificate, Purpose};
use serde_json::Value;
use time::macros::datetime;

/// A certificate and its key that go where a kubeconfig's are replaced.
const CHAIN: &[u8] = include_bytes!("../../tests/fixtures/authorities/p384.crt");
const KEY: &[u8] = include_bytes!("../../tests/fixtures/authorities/p384.key");

/// DER or PEM of certificates: what is read keeps its bytes, and every question has an answer.
pub(crate) fn certificate(input: &[u8]) {
    let mut certificates = Certificate::all_from_pem(input).unwrap_or_default();
    certificates.extend(Certificate::from_der(input));
    for certificate in &certificates {
        let again = Certificate::from_der(certificate.as_der());
        assert_eq!(again.as_ref(), Ok(certificate));
        let pem = certificate.to_pem();
        let again = Certificate::all_from_pem(pem.as_bytes());
        assert_eq!(again.as_deref(), Ok(std::slice::from_ref(certificate)));

        assert_tame(&certificate.subject().to_string());
        assert_tame(&certificate.issuer().to_string());
        certificate
            .alternative_names()
            .iter()
            .for_each(|name| assert_tame(name));
        certificate
            .purpose_names()
            .iter()
            .for_each(|name| assert_tame(name));
        if let Some(usage) = certificate.key_usage() {
            let _ = usage.names();
        }
        let _ = certificate.serial_number().to_string();
        let _ = certificate.authority_key_identifier();
        for host in certificate.hosts().hosts() {
            // Whether webpki agrees is its matter; asking must be possible.
            let _ = serves_host(certificate, &host);
        }
        if let Ok(key) = certificate.public_key() {
            assert_eq!(key.spki_der(), certificate.spki_der());
        }
    }
    let at = datetime!(2027-01-01 0:00 UTC);
    let _ = verify_path(&certificates, &certificates, Purpose::ServerAuth, at);
}

/// DER or PEM of requests, as [`certificate`].
pub(crate) fn request(input: &[u8]) {
    let mut requests = CertificateRequest::all_from_pem(input).unwrap_or_default();
    requests.extend(CertificateRequest::from_der(input));
    for request in &requests {
        let pem = request.to_pem();
        let again = CertificateRequest::all_from_pem(pem.as_bytes());
        assert_eq!(again.as_deref(), Ok(std::slice::from_ref(request)));
        assert_tame(&request.subject().to_string());
        request
            .alternative_names()
            .iter()
            .for_each(|name| assert_tame(name));
        let _ = request.hosts();
        let _ = request.public_key();
        let _ = request.verify_signature();
    }
}

/// PEM of private and public keys: what is written again is the same key.
pub(crate) fn key_pem(input: &[u8]) {
    if let Ok(key) = PrivateKey::from_pem(input) {
        let pem = key.to_pem().expect("what was read can be written");
        let again = PrivateKey::from_pem(pem.as_bytes()).expect("what was written can be read");
        assert_eq!(again.public_key(), key.public_key());
        assert_eq!(again.to_pem().expect("as before"), pem);
        assert!(key.sign(b"message").is_ok(), "what was read can sign");
    }
    for key in PublicKey::all_from_pem(input).unwrap_or_default() {
        let pem = key.to_pem().expect("what was read can be written");
        let again = PublicKey::all_from_pem(pem.as_bytes());
        assert_eq!(again.expect("what was written can be read"), [key]);
    }
}

/// A kubeconfig: when its certificate and key are replaced, everything else stays.
pub(crate) fn kubeconfig(input: &[u8]) {
    let before = match pki_layout::fuzzing::kubeconfig(input) {
        Ok(before) => before,
        Err(reason) => return assert_tame(&reason),
    };
    let text = std::str::from_utf8(input).expect("what can be read is text");
    let chain = Certificate::all_from_pem(CHAIN).expect("a fixture");
    let key = PrivateKey::from_pem(KEY).expect("a fixture");
    let Ok(spliced) = pki_layout::fuzzing::splice(text, &chain, &key) else {
        return;
    };
    let after = pki_layout::fuzzing::kubeconfig(spliced.as_bytes()).expect("it can be read again");
    assert_eq!(after.server, before.server);
    assert_eq!(after.trust, before.trust);
    let pki_core::observation::ClientFacts::Embedded {
        certificate,
        key: own,
    } = &after.client
    else {
        panic!("the client certificate is gone");
    };
    assert_eq!(certificate.present(), Some(&chain));
    assert_eq!(own.present(), Some(key.public_key()));

    if let (Ok(before), Ok(after)) = (tree(text), tree(&spliced)) {
        let mut changed = Vec::new();
        differences(&before, &after, "", &mut changed);
        // Of one user, these two.
        let user = changed.first().and_then(|place| place.rsplit_once('/'));
        let user = user.map(|(user, _)| user.to_owned()).unwrap_or_default();
        let replaced = ["client-certificate-data", "client-key-data"];
        changed.retain(|place| {
            !replaced
                .iter()
                .any(|name| *place == format!("{user}/{name}"))
        });
        assert_eq!(changed, Vec::<String>::new());
    }
}

/// pkigen's own configuration: an error always says where, and what can be read can be meant or is
/// an error.
pub(crate) fn config_toml(input: &[u8]) {
    config(input);
}

/// kubeadm's configuration, as [`config_toml`]. The format is told by the content, so both of
/// these reach both parsers; they differ in what they start from.
pub(crate) fn config_kubeadm(input: &[u8]) {
    config(input);
}

fn config(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    match pki_core::config::parse("FILE", text) {
        Ok(parsed) => {
            for warning in &parsed.warnings {
                assert!(warning.starts_with("FILE:"), "{warning}");
                assert_tame(warning);
            }
            let host = HostFacts::new("cp1", IpAddr::from([192, 0, 2, 10]));
            let described = parsed.settings.describe(&host);
            if let Err(error) = described.and_then(Description::build) {
                assert_tame(&error.to_string());
            }
        }
        Err(error) => {
            let message = error.to_string();
            assert!(message.starts_with("FILE:"), "{message}");
            assert_tame(&message);
        }
    }
}

/// A journal: what is read is written again as it was, and what is not is no end of the world.
/// Once as it is, once with the checksum that it should have.
pub(crate) fn journal(input: &[u8]) {
    for text in [input.to_vec(), pki_layout::fuzzing::sealed(input)] {
        match pki_layout::fuzzing::journal(&text) {
            Ok(again) => assert_eq!(pki_layout::fuzzing::journal(&again), Ok(again)),
            Err(reason) => assert_tame(&reason),
        }
    }
}

/// Text that cannot steer a terminal.
fn assert_tame(text: &str) {
    assert!(!text.contains(char::is_control), "{text:?}");
}

fn tree(text: &str) -> Result<Value, serde_saphyr::Error> {
    serde_saphyr::from_str(text)
}

/// The places at which two trees differ.
fn differences(before: &Value, after: &Value, place: &str, changed: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) if before.len() == after.len() => {
            for (name, value) in before {
                let other = after.get(name).unwrap_or(&Value::Null);
                differences(value, other, &format!("{place}/{name}"), changed);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (position, (value, other)) in before.iter().zip(after).enumerate() {
                differences(value, other, &format!("{place}/{position}"), changed);
            }
        }
        _ if before == after => {}
        _ => changed.push(place.to_owned()),
    }
}
