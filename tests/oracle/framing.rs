//! PEM that its readers do not take alike: what is said of it, and what Go, OpenSSL, GnuTLS and
//! rustls make of it. Go's `encoding/pem` and `tls.X509KeyPair` are asked through etcdctl, which
//! loads a pair before it dials anybody; Go 1.26.6 says the same of every row.

use std::path::Path;
use std::process::{Command, Output};

use pkigen::pki_core::judge::{self, Finding};
use pkigen::pki_core::spec::Party;
use pkigen::pki_core::text::Framing;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::support::{Tree, cluster};

/// A framing: its name, how the text becomes so, what is said of it, and who refuses a certificate
/// and a key: `G` for Go, `O` for OpenSSL, `L` for GnuTLS, `W` for rustls.
type Row = (
    &'static str,
    fn(&str) -> String,
    Option<Framing>,
    &'static str,
    &'static str,
);

const ROWS: &[Row] = &[
    ("as it is", str::to_owned, None, "", ""),
    (
        "blanks at the ends",
        |pem| pem.replace('\n', " \n"),
        None,
        "",
        "",
    ),
    (
        "Windows' line ends",
        |pem| pem.replace('\n', "\r\n"),
        None,
        "",
        "",
    ),
    (
        "other lines around it",
        |pem| format!("x\n{pem}y\n"),
        None,
        "",
        "",
    ),
    (
        "blanks in it",
        |pem| pem.replacen("-----\n", "-----\n  ", 1),
        None,
        "",
        "",
    ),
    (
        "an empty line first",
        |pem| pem.replacen("-----\n", "-----\n\n", 1),
        None,
        "",
        "",
    ),
    (
        "byte order mark",
        |pem| format!("\u{feff}{pem}"),
        Some(Framing::ByteOrderMark),
        "GW",
        "GW",
    ),
    (
        "indented",
        |pem| format!("  {pem}"),
        Some(Framing::Indented),
        "GOW",
        "GOW",
    ),
    (
        "end indented",
        |pem| pem.replace("-----END", "  -----END"),
        Some(Framing::Indented),
        "GOW",
        "GOW",
    ),
    (
        "text before",
        |pem| format!("x {pem}"),
        Some(Framing::TextBefore),
        "GOW",
        "GOW",
    ),
    (
        "end glued",
        |pem| pem.replace("\n-----END", "-----END"),
        Some(Framing::TextBefore),
        "GOW",
        "GOW",
    ),
    (
        "text after",
        |pem| format!("{} x\n", pem.trim_end()),
        Some(Framing::TextAfter),
        "GO",
        "GO",
    ),
    (
        "glued",
        |pem| format!("{}{pem}", pem.trim_end()),
        Some(Framing::TextAfter),
        "GO",
        "GO",
    ),
    (
        "text after the first",
        |pem| pem.replacen("-----\n", "----- x\n", 1),
        Some(Framing::TextAfterBegin),
        "GOLW",
        "GOLW",
    ),
    (
        "carriage returns",
        |pem| pem.replace('\n', "\r"),
        Some(Framing::CarriageReturns),
        "GO",
        "GO",
    ),
    (
        "one line",
        |pem| pem.replace('\n', " "),
        Some(Framing::OneLine),
        "GOW",
        "GOW",
    ),
    (
        "cut off",
        |pem| pem[..pem.len() - 40].to_owned(),
        Some(Framing::Unended),
        "GOLW",
        "GOLW",
    ),
    (
        "another's end",
        |pem| pem.replace("-----END ", "-----END X "),
        Some(Framing::OtherEnd),
        "GOW",
        "GOW",
    ),
    (
        "no dashes after the label",
        |pem| pem.replacen("-----\n", "\n", 1),
        Some(Framing::Label),
        "GOLW",
        "GOLW",
    ),
    (
        "a second cut off",
        |pem| format!("{pem}{}", half(pem)),
        Some(Framing::CutOff),
        "OLW",
        "",
    ),
    (
        "one cut off before a second",
        |pem| format!("{}{pem}", half(pem)),
        Some(Framing::CutInto { is_first: true }),
        "OL",
        "OL",
    ),
    (
        "one cut off between two",
        |pem| format!("{pem}{}{pem}", half(pem)),
        Some(Framing::CutInto { is_first: false }),
        "OL",
        "",
    ),
    (
        "headers",
        |pem| pem.replacen("-----\n", "-----\nX-Y: z\n\n", 1),
        Some(Framing::Headers),
        "GOLW",
        "LW",
    ),
    (
        "an empty line in it",
        |pem| pem.replace("\n-----END", "\n\n-----END"),
        Some(Framing::EmptyLine),
        "O",
        "O",
    ),
    (
        "a tab after the marker",
        |pem| pem.replacen("-----\n", "-----\t\n", 1),
        Some(Framing::Tab),
        "W",
        "W",
    ),
];

/// Whole lines, about half of them.
fn half(pem: &str) -> &str {
    let (half, _) = pem[..pem.len() / 2].rsplit_once('\n').unwrap();
    &pem[..=half.len()]
}

#[test]
fn who_refuses_a_framing_is_who_does_not_read_it() {
    let tree = Tree::initialised(cluster());
    let (certificate, key) = (tree.text("pki/ca.crt"), tree.text("pki/ca.key"));
    for (name, change, framing, of_certificate, of_key) in ROWS {
        let text = change(&certificate);
        tree.write("framed.crt", text.as_bytes());
        let (_, findings) = judge::certificates_file("framed.crt", text.as_bytes());
        holds(
            &format!("{name}, certificate"),
            *framing,
            &findings,
            of_certificate,
        );
        let file = tree.path("framed.crt");
        // X509KeyPair takes headers; AppendCertsFromPEM, which reads trust files, does not.
        let go = *name == "headers" || !go_loads(&file, &tree.path("pki/ca.key"));
        let found = CertificateDer::pem_slice_iter(text.as_bytes()).collect::<Result<Vec<_>, _>>();
        let finds_none = found.map_or(true, |found| found.is_empty());
        let trusts = openssl(&["verify", "-no-CApath", "-no-CAstore", "-CAfile"], &file)
            .arg(tree.path("pki/ca.crt"))
            .output();
        let refused = [
            ('G', go),
            ('O', !reads(trusts, "openssl") || !x509(&file)),
            ('L', !certtool("-i", &file)),
            ('W', finds_none),
        ];
        assert_eq!(letters(&refused), *of_certificate, "{name}, certificate");

        let text = change(&key);
        tree.write("framed.key", text.as_bytes());
        let (half, findings) = judge::key_file("framed.key", text.as_bytes());
        holds(&format!("{name}, key"), *framing, &findings, of_key);
        assert_eq!(half.is_some(), !of_key.contains('G'), "{name}, key");
        assert_eq!(key_refused(&tree, &text), *of_key, "{name}, key");
    }
}

/// A label over each form of key that it may have, and who refuses the key. Go takes them all.
const LABELS: &[(&str, [&str; 3])] = &[
    ("PRIVATE KEY", ["LW", "", "LW"]),
    ("ENCRYPTED PRIVATE KEY", ["LW", "W", "LW"]),
    ("RSA PRIVATE KEY", ["", "LW", "OLW"]),
    ("EC PRIVATE KEY", ["OLW", "LW", ""]),
    ("DSA PRIVATE KEY", ["OLW", "LW", "OLW"]),
    ("ANY PRIVATE KEY", ["OLW", "OLW", "OLW"]),
];

#[test]
fn who_refuses_a_label_is_who_does_not_read_the_key() {
    let tree = Tree::initialised(cluster());
    let made = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let pkcs1 = made(&["genrsa", "-traditional", "2048"]);
    tree.write("rsa.key", pkcs1.as_bytes());
    let file = tree.path("rsa.key").display().to_string();
    let pkcs8 = made(&["pkcs8", "-topk8", "-nocrypt", "-in", &file]);
    let sec1 = made(&["ecparam", "-name", "prime256v1", "-genkey", "-noout"]);
    let forms = [
        (pkcs1, "RSA PRIVATE KEY"),
        (pkcs8, "PRIVATE KEY"),
        (sec1, "EC PRIVATE KEY"),
    ];
    for (label, refused) in LABELS {
        for ((key, own), refused) in forms.iter().zip(refused) {
            let what = format!("{own} under {label}");
            let text = key.replace(&format!(" {own}-----"), &format!(" {label}-----"));
            let (half, findings) = judge::key_file("framed.key", text.as_bytes());
            assert!(half.is_some(), "{what}: {findings:#?}");
            assert_eq!(said(&findings), *refused, "{what}: {findings:#?}");
            // rustls-pki-types goes by the label, and rustls then looks for that form in vain.
            let asked = key_refused(&tree, &text).replace('W', "");
            assert_eq!(asked.replace('G', ""), refused.replace('W', ""), "{what}");
        }
    }
}

/// Everything that is said of a file is of this framing, and these refuse.
#[track_caller]
fn holds(what: &str, framing: Option<Framing>, findings: &[Finding], refused: &str) {
    let messages: Vec<&str> = findings.iter().map(|one| one.message.as_str()).collect();
    match framing {
        None => assert!(messages.is_empty(), "{what}: {messages:?}"),
        Some(framing) => {
            let [message] = messages.as_slice() else {
                panic!("{what}: {messages:?}");
            };
            assert!(message.ends_with(&framing.to_string()), "{what}: {message}");
        }
    }
    assert_eq!(said(findings), refused, "{what}");
}

/// Who refuses, by what is said.
fn said(findings: &[Finding]) -> String {
    let parties = [
        ('G', Party::Go),
        ('O', Party::OpenSsl),
        ('L', Party::GnuTls),
        ('W', Party::Webpki),
    ];
    let refuses = |party| findings.iter().any(|one| one.refused_by.contains(&party));
    letters(&parties.map(|(letter, party)| (letter, refuses(party))))
}

fn letters(refused: &[(char, bool)]) -> String {
    let refused = refused.iter().filter(|(_, refuses)| *refuses);
    refused.map(|(letter, _)| letter).collect()
}

/// Who does not read a key.
fn key_refused(tree: &Tree, text: &str) -> String {
    tree.write("framed.key", text.as_bytes());
    let file = tree.path("framed.key");
    let read = openssl(&["pkey", "-noout", "-in"], &file).output();
    letters(&[
        ('G', !go_loads(&tree.path("pki/ca.crt"), &file)),
        ('O', !reads(read, "openssl")),
        ('L', !certtool("-k", &file)),
        ('W', PrivateKeyDer::from_pem_slice(text.as_bytes()).is_err()),
    ])
}

fn x509(file: &Path) -> bool {
    reads(
        openssl(&["x509", "-noout", "-in"], file).output(),
        "openssl",
    )
}

fn openssl(arguments: &[&str], file: &Path) -> Command {
    let mut command = Command::new("openssl");
    command.args(arguments).arg(file);
    command
}

fn certtool(what: &str, file: &Path) -> bool {
    let mut command = Command::new("certtool");
    command.args([what, "--infile"]).arg(file);
    reads(command.output(), "gnutls-bin")
}

fn reads(output: std::io::Result<Output>, package: &str) -> bool {
    let output = output.unwrap_or_else(|_| panic!("install the Debian package {package}"));
    output.status.success()
}

/// Whether etcdctl finds what it wants in both files; whether they go together is not asked. There
/// is no server where it then dials.
fn go_loads(certificate: &Path, key: &Path) -> bool {
    let mut etcdctl = Command::new("etcdctl");
    etcdctl.env("ETCDCTL_API", "3");
    etcdctl.args(["endpoint", "health", "--endpoints", "https://127.0.0.1:1"]);
    etcdctl.args(["--command-timeout", "200ms"]);
    etcdctl.arg("--cert").arg(certificate).arg("--key").arg(key);
    let output = etcdctl.output();
    let output = output.expect("etcdctl is required: install the Debian package etcd-client");
    let said = String::from_utf8_lossy(&output.stderr);
    let finds_none = said.contains("failed to find");
    let is_known = finds_none || said.contains("unhealthy") || said.contains("does not match");
    assert!(is_known, "{said}");
    !finds_none
}
