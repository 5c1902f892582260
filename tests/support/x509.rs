use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use const_oid::db::rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER;
use x509_cert::Certificate;
use x509_cert::der::Encode as _;

use super::Tree;

/// Every leaf of kubeadm's tree with its file below `/etc/kubernetes` and its authority below pki,
/// in the order of the table.
pub(crate) const LEAVES: &[(&str, &str, &str)] = &[
    ("apiserver", "pki/apiserver.crt", "ca"),
    (
        "apiserver-kubelet-client",
        "pki/apiserver-kubelet-client.crt",
        "ca",
    ),
    (
        "front-proxy-client",
        "pki/front-proxy-client.crt",
        "front-proxy-ca",
    ),
    ("etcd-server", "pki/etcd/server.crt", "etcd/ca"),
    ("etcd-peer", "pki/etcd/peer.crt", "etcd/ca"),
    (
        "etcd-healthcheck-client",
        "pki/etcd/healthcheck-client.crt",
        "etcd/ca",
    ),
    (
        "apiserver-etcd-client",
        "pki/apiserver-etcd-client.crt",
        "etcd/ca",
    ),
    ("admin.conf", "admin.conf", "ca"),
    ("super-admin.conf", "super-admin.conf", "ca"),
    ("kubelet.conf", "kubelet.conf", "ca"),
    ("controller-manager.conf", "controller-manager.conf", "ca"),
    ("scheduler.conf", "scheduler.conf", "ca"),
];

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) pem: Vec<u8>,
    /// In hexadecimal digits.
    pub(crate) serial: String,
    pub(crate) not_before: String,
    pub(crate) not_after: String,
    pub(crate) key: Vec<u8>,
    /// Everything else: version, names, the key's type, extensions in their order. The value of
    /// the subject key identifier is the key's, and as new as that; where it stands is told.
    pub(crate) identity: String,
}

impl Facts {
    /// Of the first certificate of a PEM text.
    #[track_caller]
    pub(crate) fn of(pem: &[u8]) -> Self {
        let certificate = Certificate::load_pem_chain(pem).unwrap().remove(0);
        let body = certificate.tbs_certificate();
        let hex = |bytes: &[u8]| {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            digits.collect::<String>()
        };
        let spki = body.subject_public_key_info();
        let mut lines = vec![format!("{:?}", body.version())];
        for name in [body.issuer(), body.subject()] {
            lines.push(format!("{name} {}", hex(&name.to_der().unwrap())));
        }
        let size = spki.subject_public_key.raw_bytes().len();
        lines.push(format!("{} {size}", hex(&spki.algorithm.to_der().unwrap())));
        for one in body.extensions().into_iter().flatten() {
            let is_identifier = one.extn_id == ID_CE_SUBJECT_KEY_IDENTIFIER;
            let value = if is_identifier {
                String::new()
            } else {
                hex(one.extn_value.as_bytes())
            };
            lines.push(format!("{} {} {value}", one.extn_id, one.critical));
        }
        let validity = body.validity();
        let time = |time: &x509_cert::time::Time| {
            let time = time.to_date_time();
            time.to_string().replace('T', " ")
        };
        Self {
            pem: pem.to_owned(),
            // A number: the octet that keeps it positive is none of it.
            serial: hex(body.serial_number().as_bytes())
                .trim_start_matches("00")
                .to_uppercase(),
            not_before: time(&validity.not_before),
            not_after: time(&validity.not_after),
            key: spki.to_der().unwrap(),
            identity: lines.join("\n"),
        }
    }

    /// Whether it holds these octets in an extension.
    pub(crate) fn holds(&self, octets: &[u8]) -> bool {
        let digits = octets.iter().map(|byte| format!("{byte:02x}"));
        self.identity.contains(&digits.collect::<String>())
    }

    /// Of a leaf of a tree, by its file below `/etc/kubernetes`.
    #[track_caller]
    pub(crate) fn at(tree: &Tree, file: &str) -> Self {
        Self::of(&pem(&tree.etc(file)))
    }

    /// Of every leaf of a tree that is there.
    pub(crate) fn all(tree: &Tree) -> BTreeMap<&'static str, Self> {
        let leaves = LEAVES.iter();
        leaves
            .filter(|(_, file, _)| tree.etc(file).exists())
            .map(|(name, file, _)| (*name, Self::at(tree, file)))
            .collect()
    }

    /// Fails the test unless this is the same certificate with a new life.
    #[track_caller]
    pub(crate) fn assert_renewed(&self, after: &Self) {
        assert_eq!(self.identity, after.identity);
        assert_ne!(self.serial, after.serial);
        assert_ne!(self.key, after.key);
        assert_ne!(self.not_after, after.not_after);
    }
}

/// The certificates in a PEM file, or in a kubeconfig's user.
#[track_caller]
pub(crate) fn pem(file: &Path) -> Vec<u8> {
    let text = fs::read_to_string(file).unwrap();
    match embedded(&text, "client-certificate-data") {
        Some(value) => decode(&value),
        None => text.into_bytes(),
    }
}

/// The value after the last such key of a YAML text that writes it on one line.
pub(crate) fn embedded(text: &str, key: &str) -> Option<String> {
    let (_, rest) = text.rsplit_once(&format!("{key}: "))?;
    let value = rest.split([',', '}', '\n', '\r']).next()?;
    Some(value.trim().trim_matches(['"', '\'']).to_owned())
}

/// What is encoded in base64.
#[track_caller]
pub(crate) fn decode(value: &str) -> Vec<u8> {
    Base64::decode_vec(value).unwrap()
}

/// The same the other way.
pub(crate) fn encode(content: impl AsRef<[u8]>) -> String {
    Base64::encode_string(content.as_ref())
}
