//! The facts of a tree, in the form of the fixtures' `facts.json`.
//!
//! Decoded with x509-cert, and tried on kubeadm's own tree first: what this module says of that
//! is what the script that wrote `facts.json` (Python's cryptography library) says.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;
use x509_cert::der::asn1::{Ia5StringRef, PrintableStringRef, UintRef, Utf8StringRef};
use x509_cert::der::{
    Decode as _, Encode as _, Header, Reader as _, SliceReader, Tag, Tagged as _,
};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::name::Name;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::support::{decoded, embedded, labels};

const RFC_7093: &str =
    "rfc7093-method-1 (leftmost 160 bits of SHA-256 of the public key BIT STRING)";

/// Of every file of a tree: contents and mode by name.
pub(super) fn of_tree(files: &BTreeMap<String, (Vec<u8>, u32)>) -> Value {
    let mut file_facts = Map::new();
    let mut certificates = Map::new();
    let mut kubeconfigs = Map::new();
    let text = |name: &str| String::from_utf8(files[name].0.clone()).unwrap();
    let authority = |name: &str| decoded(&text(name)).remove(0);
    for (name, (_, mode)) in files {
        let text = text(name);
        let found = labels(&text);
        let found = if found.is_empty() {
            Value::Null
        } else {
            json!(found)
        };
        let mode = format!("0o{mode:o}");
        file_facts.insert(name.clone(), json!({"mode": mode, "pem_labels": found}));
        if name.ends_with(".crt") {
            let chain = decoded(&text);
            let issuer = match chain[0].tbs_certificate().issuer().to_string().as_str() {
                "CN=etcd-ca" => authority("pki/etcd/ca.crt"),
                "CN=front-proxy-ca" => authority("pki/front-proxy-ca.crt"),
                _ => authority("pki/ca.crt"),
            };
            certificates.insert(name.clone(), of_certificate(&chain[0], &issuer));
        } else if name.ends_with(".conf") {
            kubeconfigs.insert(name.clone(), of_kubeconfig(&text, &authority("pki/ca.crt")));
        }
    }
    json!({"files": file_facts, "certificates": certificates, "kubeconfigs": kubeconfigs})
}

fn of_kubeconfig(text: &str, authority: &Certificate) -> Value {
    let document: Value = serde_saphyr::from_str(text).unwrap();
    let top = text.lines().filter(|line| !line.starts_with([' ', '-']));
    let keys: Vec<&str> = top.map(|line| line.split(':').next().unwrap()).collect();
    let certificate = decoded(&embedded(text, "client-certificate-data")).remove(0);
    let trust = decoded(&embedded(text, "certificate-authority-data"));
    assert_eq!(trust, std::slice::from_ref(authority), "it trusts ca.crt");
    let cluster = &document["clusters"][0];
    let context = &document["contexts"][0];
    assert_eq!(context["context"]["cluster"], cluster["name"]);
    assert_eq!(context["context"]["user"], document["users"][0]["name"]);
    let mut certificate = of_certificate(&certificate, authority);
    normalise_lifetime(&mut certificate);
    json!({
        "cluster": cluster["name"],
        "server": cluster["cluster"]["server"],
        "user": context["context"]["user"],
        "context": context["name"],
        "current_context": document["current-context"],
        "keys": keys,
        "key_label": labels(&embedded(text, "client-key-data"))[0],
        "certificate": certificate,
    })
}

/// kubeadm lets these certificates begin with the authority, which another of its commands made
/// some seconds before: `facts.json` holds the value without those.
fn normalise_lifetime(certificate: &mut Value) {
    const EXACT: u64 = 365 * 24 * 3600 + 300;
    let seconds = certificate["lifetime_seconds"].as_u64().unwrap();
    if (EXACT..EXACT + 60).contains(&seconds) {
        certificate["lifetime_seconds"] = json!(EXACT);
    }
}

pub(super) fn of_certificate(certificate: &Certificate, issuer: &Certificate) -> Value {
    let body = certificate.tbs_certificate();
    let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
    let lifetime = seconds(body.validity().not_after) - seconds(body.validity().not_before);
    let serial = UintRef::new(body.serial_number().as_bytes()).unwrap();
    let bits = bit_length(serial.as_bytes());
    assert!(bits > 0, "the serial number is positive");
    let algorithm = certificate.signature_algorithm();
    assert_eq!(algorithm, body.signature(), "inner and outer algorithm");
    let extensions = body.extensions().unwrap().iter();
    let extensions: Vec<Value> = extensions
        .map(|extension| of_extension(extension, body.subject_public_key_info(), issuer))
        .collect();
    json!({
        "subject": of_name(body.subject()),
        "issuer": of_name(body.issuer()),
        "signature_algorithm": match algorithm.oid.to_string().as_str() {
            "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256".to_owned(),
            "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384".to_owned(),
            "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption".to_owned(),
            other => other.to_owned(),
        },
        "public_key": of_key(body.subject_public_key_info()),
        "lifetime_seconds": lifetime,
        // kubeadm draws below 2^63: a serial number shows no more than that it fits.
        "serial_bits_max": bits.max(63),
        "extensions_in_order": extensions,
    })
}

fn of_name(name: &Name) -> Value {
    let sets = name.iter_rdn().map(|set| {
        let attributes = set.iter().map(|attribute| {
            let value = &attribute.value;
            let text = match value.tag() {
                Tag::PrintableString => value
                    .decode_as::<PrintableStringRef<'_>>()
                    .unwrap()
                    .to_string(),
                Tag::Utf8String => value.decode_as::<Utf8StringRef<'_>>().unwrap().to_string(),
                Tag::Ia5String => value.decode_as::<Ia5StringRef<'_>>().unwrap().to_string(),
                other => panic!("a string of type {other}"),
            };
            json!([attribute.oid.to_string(), text])
        });
        Value::Array(attributes.collect())
    });
    Value::Array(sets.collect())
}

fn of_key(key: &SubjectPublicKeyInfoOwned) -> String {
    let octets = key.subject_public_key.as_bytes().unwrap();
    match key.algorithm.oid.to_string().as_str() {
        // An uncompressed point: a byte, and two coordinates.
        "1.2.840.10045.2.1" => format!("ECPublicKey {}", (octets.len() - 1) / 2 * 8),
        "1.2.840.113549.1.1.1" => {
            let mut reader = SliceReader::new(octets).unwrap();
            let _sequence = Header::decode(&mut reader).unwrap();
            let modulus = UintRef::decode(&mut reader).unwrap();
            assert_eq!(
                reader.read_slice(3u8.into()).unwrap(),
                [2, 3, 1],
                "exponent 65537"
            );
            format!("RSAPublicKey {}", bit_length(modulus.as_bytes()))
        }
        other => other.to_owned(),
    }
}

fn of_extension(
    extension: &Extension,
    key: &SubjectPublicKeyInfoOwned,
    issuer: &Certificate,
) -> Value {
    let der = extension.extn_value.as_bytes();
    let oid = extension.extn_id.to_string();
    let (name, value) = match oid.as_str() {
        "2.5.29.15" => ("keyUsage", of_key_usage(KeyUsage::from_der(der).unwrap())),
        "2.5.29.37" => (
            "extendedKeyUsage",
            of_purposes(&ExtendedKeyUsage::from_der(der).unwrap()),
        ),
        "2.5.29.19" => {
            let constraints = BasicConstraints::from_der(der).unwrap();
            let length = constraints.path_len_constraint;
            (
                "basicConstraints",
                json!({"ca": constraints.ca, "path_length": length}),
            )
        }
        "2.5.29.14" => {
            let identifier = SubjectKeyIdentifier::from_der(der).unwrap();
            let digest = Sha256::digest(key.subject_public_key.as_bytes().unwrap());
            let matches = identifier.0.as_bytes() == &digest[..20];
            (
                "subjectKeyIdentifier",
                if matches { json!(RFC_7093) } else { json!(der) },
            )
        }
        "2.5.29.35" => {
            let identifier = AuthorityKeyIdentifier::from_der(der).unwrap();
            let (_, wanted) = issuer
                .tbs_certificate()
                .get_extension::<SubjectKeyIdentifier>()
                .unwrap()
                .unwrap();
            let matches = identifier.key_identifier == Some(wanted.0)
                && identifier.authority_cert_issuer.is_none()
                && identifier.authority_cert_serial_number.is_none();
            let value = if matches {
                json!("issuer subjectKeyIdentifier")
            } else {
                json!(der)
            };
            ("authorityKeyIdentifier", value)
        }
        "2.5.29.17" => {
            let names = SubjectAltName::from_der(der).unwrap().0;
            (
                "subjectAltName",
                names.iter().map(of_general_name).collect(),
            )
        }
        _ => ("unknown", json!(extension.to_der().unwrap())),
    };
    json!({"name": name, "oid": oid, "critical": extension.critical, "value": value})
}

fn of_key_usage(usage: KeyUsage) -> Value {
    let bits = [
        (usage.digital_signature(), "digital_signature"),
        (usage.non_repudiation(), "content_commitment"),
        (usage.key_encipherment(), "key_encipherment"),
        (usage.data_encipherment(), "data_encipherment"),
        (usage.key_agreement(), "key_agreement"),
        (usage.key_cert_sign(), "key_cert_sign"),
        (usage.crl_sign(), "crl_sign"),
        (usage.encipher_only(), "encipher_only"),
        (usage.decipher_only(), "decipher_only"),
    ];
    let set = bits
        .into_iter()
        .filter_map(|(set, name)| set.then_some(name));
    set.collect()
}

fn of_purposes(purposes: &ExtendedKeyUsage) -> Value {
    let name = |oid: &x509_cert::der::oid::ObjectIdentifier| match oid.to_string().as_str() {
        "1.3.6.1.5.5.7.3.1" => "serverAuth".to_owned(),
        "1.3.6.1.5.5.7.3.2" => "clientAuth".to_owned(),
        other => other.to_owned(),
    };
    purposes.0.iter().map(name).collect()
}

fn of_general_name(name: &GeneralName) -> String {
    match name {
        GeneralName::DnsName(name) => format!("DNSName:{name}"),
        GeneralName::IpAddress(octets) => {
            let octets = octets.as_bytes();
            let address: IpAddr = match <[u8; 4]>::try_from(octets) {
                Ok(octets) => octets.into(),
                Err(_) => <[u8; 16]>::try_from(octets).unwrap().into(),
            };
            format!("IPAddress:{address}")
        }
        other => panic!("a name of another type: {other:?}"),
    }
}

/// Of a big-endian number.
fn bit_length(bytes: &[u8]) -> usize {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let first = bytes.get(zeros).map_or(0, |byte| 8 - byte.leading_zeros());
    (bytes.len() - zeros).saturating_sub(1) * 8 + usize::try_from(first).unwrap()
}
