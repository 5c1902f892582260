//! PEM whose markers are not alone on their lines: what is said of each here, and what Go, OpenSSL
//! and GnuTLS make of it. Go's `encoding/pem` is asked through etcdctl, which loads a pair before it
//! dials anybody.

use std::process::Command;

use pkigen::Certificate;
use pkigen::pki_core::text::Framing;
use pkigen::pki_core::x509::CertificateError;

use crate::support::{Tree, cluster};

/// A framing: its name, how the text becomes so, what is said of it, and whether OpenSSL and
/// GnuTLS read it. Go does where nothing is said.
type Row = (
    &'static str,
    fn(&str) -> String,
    Option<Framing>,
    bool,
    bool,
);

const ROWS: &[Row] = &[
    ("as it is", str::to_owned, None, true, true),
    (
        "blanks at the ends",
        |pem| pem.replace('\n', " \t\n"),
        None,
        true,
        true,
    ),
    (
        "Windows' line ends",
        |pem| pem.replace('\n', "\r\n"),
        None,
        true,
        true,
    ),
    (
        "byte order mark",
        |pem| format!("\u{feff}{pem}"),
        Some(Framing::ByteOrderMark),
        true,
        true,
    ),
    (
        "indented",
        |pem| format!("  {pem}"),
        Some(Framing::Indented),
        false,
        true,
    ),
    (
        "end indented",
        |pem| pem.replace("-----END", "  -----END"),
        Some(Framing::Indented),
        false,
        true,
    ),
    (
        "text before",
        |pem| format!("x {pem}"),
        Some(Framing::TextBefore),
        false,
        true,
    ),
    (
        "text after",
        |pem| format!("{} x\n", pem.trim_end()),
        Some(Framing::TextAfter),
        false,
        true,
    ),
    (
        "text after the first",
        |pem| pem.replacen("E-----\n", "E----- x\n", 1),
        Some(Framing::TextAfter),
        false,
        false,
    ),
    (
        "glued",
        |pem| format!("{}{pem}", pem.trim_end()),
        Some(Framing::TextAfter),
        false,
        true,
    ),
    (
        "end glued",
        |pem| pem.replace("\n-----END", "-----END"),
        Some(Framing::TextBefore),
        false,
        true,
    ),
    (
        "carriage returns",
        |pem| pem.replace('\n', "\r"),
        Some(Framing::CarriageReturns),
        false,
        true,
    ),
    (
        "one line",
        |pem| pem.replace('\n', " "),
        Some(Framing::TextAfter),
        false,
        true,
    ),
    (
        "cut off",
        |pem| pem[..pem.len() - 40].to_owned(),
        Some(Framing::Unended),
        false,
        false,
    ),
    (
        "a second cut off",
        |pem| format!("{pem}{}", &pem[..pem.len() - 40]),
        None,
        true,
        false,
    ),
];

#[test]
fn what_is_said_of_a_framing_is_what_the_strictest_reader_makes_of_it() {
    let tree = Tree::initialised(cluster());
    let pem = tree.text("pki/ca.crt");
    for (name, change, framing, openssl, gnutls) in ROWS {
        let text = change(&pem);
        let said = match Certificate::all_from_pem(text.as_bytes()) {
            Ok(_) => None,
            Err(CertificateError::Framing(error)) => Some(error.framing),
            Err(error) => panic!("{name}: {error}"),
        };
        assert_eq!(said, *framing, "{name}");
        tree.write("framed.crt", text.as_bytes());
        let reads = |program: &str, arguments: &[&str], package: &str| {
            let mut command = Command::new(program);
            command.args(arguments).arg(tree.path("framed.crt"));
            let output = command.output();
            let output =
                output.unwrap_or_else(|_| panic!("{program} is required: install {package}"));
            output.status.success()
        };
        let one = reads("openssl", &["x509", "-noout", "-in"], "openssl");
        assert_eq!(one, *openssl, "OpenSSL, {name}");
        let all = reads("certtool", &["-i", "--infile"], "gnutls-bin");
        assert_eq!(all, *gnutls, "GnuTLS, {name}");
        assert_eq!(go_finds_it(&tree), said.is_none(), "Go, {name}");
    }
}

/// Whether etcdctl finds a certificate in the file. There is no server where it then dials.
fn go_finds_it(tree: &Tree) -> bool {
    let mut etcdctl = Command::new("etcdctl");
    etcdctl.env("ETCDCTL_API", "3");
    etcdctl.args(["endpoint", "health", "--endpoints", "https://127.0.0.1:1"]);
    etcdctl.args(["--command-timeout", "200ms"]);
    etcdctl.arg("--cert").arg(tree.path("framed.crt"));
    etcdctl.arg("--key").arg(tree.path("pki/ca.key"));
    let output = etcdctl.output();
    let output = output.expect("etcdctl is required: install the Debian package etcd-client");
    let said = String::from_utf8_lossy(&output.stderr);
    let finds_none = said.contains("failed to find any PEM data in certificate input");
    assert!(finds_none || said.contains("unhealthy"), "{said}");
    !finds_none
}
