//! Certificates as somebody else reads them: decoded by x509-cert, not by our own code.

use base64ct::{Base64, Encoding as _};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

/// The DER of every block with this label.
pub(crate) fn der_blocks(pem: &str, label: &str) -> Vec<Vec<u8>> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let bodies = pem.split(begin.as_str()).skip(1);
    bodies
        .map(|body| {
            let body = body.split(end.as_str()).next().unwrap();
            let compact: String = body.split_ascii_whitespace().collect();
            Base64::decode_vec(&compact).unwrap()
        })
        .collect()
}

/// Every certificate of a PEM text.
pub(crate) fn decoded(pem: &str) -> Vec<Certificate> {
    let blocks = der_blocks(pem, "CERTIFICATE");
    blocks
        .iter()
        .map(|der| Certificate::from_der(der).unwrap())
        .collect()
}

/// The labels of a PEM text, in order.
pub(crate) fn labels(pem: &str) -> Vec<&str> {
    let begin = |line: &'_ str| line.starts_with("-----BEGIN ");
    pem.lines()
        .filter(|line| begin(line))
        .map(|line| {
            let label = line.strip_prefix("-----BEGIN ").unwrap();
            label.strip_suffix("-----").unwrap()
        })
        .collect()
}

/// The PEM text that a kubeconfig embeds in a field, such as `client-certificate-data`.
pub(crate) fn embedded(kubeconfig: &str, field: &str) -> String {
    let start = format!("{field}: ");
    let data = kubeconfig
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(&start))
        .unwrap_or_else(|| panic!("no {field}"));
    String::from_utf8(Base64::decode_vec(data).unwrap()).unwrap()
}
