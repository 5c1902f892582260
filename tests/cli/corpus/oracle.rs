//! What others say of a certificate: `openssl verify -x509_strict`, `certtool --verify`, and
//! rustls, which asks webpki. All judge by the present.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Once};

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;

/// A certificate that somebody presents, and what its reader trusts.
#[derive(Debug)]
pub(super) struct Presented {
    /// The leaf and what follows it, as PEM.
    pub(super) chain: String,
    /// The authorities, as PEM.
    pub(super) anchors: String,
    /// Whether a server presents it, a client, or both.
    pub(super) serves: bool,
    pub(super) dials: bool,
    /// The name or address that is dialled.
    pub(super) host: Option<String>,
}

/// Somebody whose judgement is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Oracle {
    OpenSsl,
    GnuTls,
    Webpki,
}

impl Oracle {
    pub(super) const ALL: [Self; 3] = [Self::OpenSsl, Self::GnuTls, Self::Webpki];

    /// Its letter in the tables.
    pub(super) fn letter(self) -> char {
        match self {
            Self::OpenSsl => 'O',
            Self::GnuTls => 'G',
            Self::Webpki => 'W',
        }
    }

    /// Its names in a finding's `refusedBy`.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::OpenSsl => &["openssl", "openssl-strict"],
            Self::GnuTls => &["gnutls"],
            Self::Webpki => &["webpki"],
        }
    }

    /// Why it refuses, if it does.
    pub(super) fn refuses(self, presented: &Presented) -> Option<String> {
        match self {
            Self::OpenSsl => openssl(presented),
            Self::GnuTls => certtool(presented),
            Self::Webpki => rustls(presented),
        }
    }
}

/// The letters of those who refuse, `-` for the others, and all that they said.
pub(super) fn ask(presented: &Presented) -> (String, Vec<String>) {
    other_tools();
    let mut said = Vec::new();
    let letters = Oracle::ALL.map(|oracle| {
        let Some(reason) = oracle.refuses(presented) else {
            return '-';
        };
        said.push(format!("{oracle:?}: {reason}"));
        oracle.letter()
    });
    (letters.iter().collect(), said)
}

/// Go has no command that verifies a certificate, and zlint does not verify; that they are not
/// asked is said once, past the test harness, which swallows what a passing test prints.
fn other_tools() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        let said = b"NOT ASKED: Go's crypto/x509 has no command; what the table of rules says of \
                     it about the corpus is not checked here\n";
        std::io::stderr().write_all(said).unwrap();
    });
}

fn purposes(presented: &Presented) -> Vec<bool> {
    let asked = [(presented.serves, true), (presented.dials, false)];
    let asked = asked.into_iter().filter(|(asked, _)| *asked);
    asked.map(|(_, server)| server).collect()
}

fn files(presented: &Presented) -> tempfile::TempDir {
    let directory = tempfile::TempDir::new().unwrap();
    std::fs::write(directory.path().join("chain"), &presented.chain).unwrap();
    std::fs::write(directory.path().join("anchors"), &presented.anchors).unwrap();
    directory
}

fn openssl(presented: &Presented) -> Option<String> {
    let directory = files(presented);
    purposes(presented).into_iter().find_map(|server| {
        let mut command = Command::new("openssl");
        command.args(["verify", "-x509_strict", "-no-CApath", "-no-CAstore"]);
        command.args(["-CAfile", "anchors", "-untrusted", "chain"]);
        command.args(["-purpose", if server { "sslserver" } else { "sslclient" }]);
        if let Some(host) = presented.host.as_ref().filter(|_| server) {
            let is_address = host.parse::<std::net::IpAddr>().is_ok();
            let option = if is_address {
                "-verify_ip"
            } else {
                "-verify_hostname"
            };
            command.args([option, host]);
        }
        refused(command.arg("chain"), directory.path(), "openssl")
    })
}

fn certtool(presented: &Presented) -> Option<String> {
    let directory = files(presented);
    purposes(presented).into_iter().find_map(|server| {
        let mut command = Command::new("certtool");
        command.args(["--verify", "--load-ca-certificate", "anchors"]);
        command.args(["--infile", "chain", "--verify-purpose"]);
        command.arg(format!("1.3.6.1.5.5.7.3.{}", if server { 1 } else { 2 }));
        if let Some(host) = presented.host.as_ref().filter(|_| server) {
            command.args(["--verify-hostname", host]);
        }
        refused(&mut command, directory.path(), "gnutls-bin")
    })
}

/// What a command said that did not succeed.
fn refused(command: &mut Command, directory: &Path, package: &str) -> Option<String> {
    let output = command.current_dir(directory).output();
    let Output {
        status,
        stdout,
        stderr,
    } = output.unwrap_or_else(|error| {
        panic!("{command:?}: {error}; install the Debian package {package}")
    });
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (!status.success()).then(|| text(&stdout) + &text(&stderr))
}

fn rustls(presented: &Presented) -> Option<String> {
    let mut roots = RootCertStore::empty();
    // As rustls does with a store: what it cannot read it does not trust.
    roots.add_parsable_certificates(certificates(&presented.anchors));
    if roots.is_empty() {
        return Some("no authority that it can read".to_owned());
    }
    let roots = Arc::new(roots);
    let chain = certificates(&presented.chain);
    let Some((leaf, between)) = chain.split_first() else {
        return Some("no certificate".to_owned());
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let now = UnixTime::now();
    purposes(presented).into_iter().find_map(|server| {
        let (roots, provider) = (Arc::clone(&roots), Arc::clone(&provider));
        let judged = if server {
            let host = presented.host.clone().expect("a server is dialled");
            let host = ServerName::try_from(host).unwrap();
            let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider);
            let verifier = verifier.build().unwrap();
            let judged = verifier.verify_server_cert(leaf, between, &host, &[], now);
            judged.map(|_| ())
        } else {
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
            let verifier = verifier.build().unwrap();
            verifier.verify_client_cert(leaf, between, now).map(|_| ())
        };
        judged.err().map(|error| error.to_string())
    })
}

/// The DER of every certificate of a PEM text.
fn certificates(text: &str) -> Vec<CertificateDer<'static>> {
    use rustls::pki_types::pem::PemObject as _;
    CertificateDer::pem_slice_iter(text.as_bytes())
        .filter_map(Result::ok)
        .collect()
}
