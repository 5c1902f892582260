use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{Tree, Workshop};

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

/// What OpenSSL reads in a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) pem: Vec<u8>,
    pub(crate) serial: String,
    pub(crate) not_before: String,
    pub(crate) not_after: String,
    pub(crate) key: String,
    /// Everything else: version, names, the key's type, extensions in their order.
    pub(crate) identity: String,
}

impl Facts {
    /// Of the first certificate of a PEM text.
    #[track_caller]
    pub(crate) fn of(pem: &[u8]) -> Self {
        let shop = Workshop::new();
        shop.write("one.crt", pem);
        let text = |arguments: &str| String::from_utf8(shop.openssl(arguments)).unwrap();
        let values =
            text("x509 -in one.crt -noout -serial -startdate -enddate -dateopt iso_8601 -pubkey");
        let value = |name: &str| {
            let line = values.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{name} in {values}"))
                .to_owned()
        };
        let key: Vec<&str> = values.lines().filter(|line| !line.contains('=')).collect();
        let all = text("x509 -in one.crt -noout -text -certopt no_serial,no_validity,no_sigdump");
        let is_kept = |line: &&str| !line.starts_with("                    ");
        let identity: Vec<&str> = all.lines().filter(is_kept).collect();
        let names = text(
            "x509 -in one.crt -noout -text -certopt no_serial,no_validity,no_sigdump,no_pubkey,ext_dump",
        );
        let key = values.split_once("-----BEGIN PUBLIC KEY-----").map_or_else(
            || key.join("\n"),
            |(_, key)| {
                key.lines()
                    .filter(|line| !line.starts_with("not") && !line.starts_with("serial"))
                    .collect()
            },
        );
        Self {
            pem: pem.to_owned(),
            serial: value("serial="),
            not_before: value("notBefore="),
            not_after: value("notAfter="),
            key,
            identity: without_identifier(&(identity.join("\n") + "\n" + &names)),
        }
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

/// The subject key identifier is the key's, and as new as that; where it stands is told.
fn without_identifier(text: &str) -> String {
    let mut after = false;
    let lines = text.lines().filter(|line| {
        let kept = !after;
        after = line.contains("X509v3 Subject Key Identifier");
        kept
    });
    lines.collect::<Vec<_>>().join("\n")
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
    let shop = Workshop::new();
    shop.write("value", value);
    shop.openssl("base64 -d -A -in value")
}
