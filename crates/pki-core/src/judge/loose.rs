use time::OffsetDateTime;

use super::chain::{self, Chain};
use super::finding::{Finding, Findings, Place, Problem};
use super::framing::ReadAs;
use super::leaf::Wanted;
use super::standing::Standing;
use super::{Rule, certificate, framing, leaf, malformed, public_key};
use crate::key::{KeyError, PublicKey};
use crate::x509::{Certificate, CertificateError, Host, Purpose, Usage};

/// A few files that are no tree.
#[derive(Debug, Clone)]
pub struct LooseFiles {
    /// What the certificate's file is called.
    pub file: String,
    /// The certificate, and what follows it in its file.
    pub chain: Vec<Certificate>,
    /// Further authorities between it and those that are trusted.
    pub intermediates: Vec<Certificate>,
    /// What the file of the trusted authorities is called.
    pub anchors_file: String,
    /// The authorities that are trusted.
    pub anchors: Vec<Certificate>,
    /// Public half of the certificate's private key, with the name of its file.
    pub key: Option<(String, PublicKey)>,
    /// The names and addresses that it must serve.
    pub hosts: Vec<Host>,
    /// What it is for; told from the certificate where it is not said.
    pub usage: Option<Usage>,
}

/// The certificates in a file that is to be judged, and what is wrong with it as a file; none where
/// it cannot be read.
#[must_use]
pub fn certificates_file(file: &str, text: &[u8]) -> (Vec<Certificate>, Vec<Finding>) {
    let mut findings = Findings::default();
    let place = Place { file, name: None };
    framed(&mut findings, place, text, ReadAs::Certificates);
    match Certificate::all_from_pem(text) {
        Ok(certificates) => (certificates, findings.into_list()),
        Err(error) => {
            if !matches!(error, CertificateError::Framing(_)) {
                findings.file_problem(place, malformed::of_certificates(&error));
            }
            (Vec::new(), findings.into_list())
        }
    }
}

/// The public half of the private key in a file, and what is wrong with that file.
#[must_use]
pub fn key_file(file: &str, text: &[u8]) -> (Option<PublicKey>, Vec<Finding>) {
    let mut findings = Findings::default();
    let place = Place { file, name: None };
    framed(&mut findings, place, text, ReadAs::Key);
    let problem = match PublicKey::of_private_pem(text) {
        Ok(key) => return (Some(key), findings.into_list()),
        Err(KeyError::Framing(_)) => None,
        Err(KeyError::RsaSize { bits }) => Some(public_key::rsa_size(bits)),
        Err(KeyError::Unsupported { name }) => Some(public_key::unsupported_key(&name)),
        Err(error) => Some(malformed::problem(format!("it {error}"))),
    };
    if let Some(problem) = problem {
        findings.file_problem(place, problem);
    }
    (None, findings.into_list())
}

fn framed(findings: &mut Findings, place: Place<'_>, text: &[u8], read_as: ReadAs) {
    let framing = crate::key::framing(text);
    if let Some(problem) = framing.and_then(|error| framing::problem(error, read_as)) {
        findings.file_problem(place, problem);
    }
}

/// Judges a certificate, its chain and its key at an instant, as [`tree`](super::tree) does.
#[must_use]
pub fn loose(files: &LooseFiles, at: OffsetDateTime) -> Vec<Finding> {
    let mut findings = Findings::default();
    let place = Place {
        file: &files.file,
        name: None,
    };
    let Some(certificate) = files.chain.first() else {
        findings.file_problem(
            place,
            malformed::problem("it holds no certificate".to_owned()),
        );
        return findings.into_list();
    };
    if let Some((key_file, key)) = &files.key
        && key.spki_der() != certificate.spki_der()
    {
        let message = format!(
            "the key in {key_file} is {}; the certificate's is {}",
            key.identifier(),
            crate::authority::key_name(certificate)
        );
        findings.file(Rule::PairMismatch, place, message);
    }
    let usage = files.usage.unwrap_or_else(|| usage_of(certificate, files));
    let wanted: Vec<Wanted> = files
        .hosts
        .iter()
        .map(|host| Wanted {
            host: host.clone(),
            by: "asked for".to_owned(),
        })
        .collect();
    let standing = Standing::Leaf(usage);
    let own = certificate::problems(certificate, standing)
        .into_iter()
        .chain(certificate::dates(certificate, standing, at))
        .chain(leaf::problems(certificate, usage, &wanted));
    for problem in own.collect::<Vec<Problem>>() {
        findings.certificate(place, certificate, problem);
    }
    let certificates = [files.chain.as_slice(), files.intermediates.as_slice()].concat();
    let chain = Chain {
        place,
        certificates: &certificates,
        usage,
        trust: Place {
            file: &files.anchors_file,
            name: None,
        },
        anchors: &files.anchors,
        wants_root: true,
    };
    if let Err(unchained) = chain::judge(&mut findings, &chain, at) {
        findings.certificate(place, certificate, unchained.problem);
    }
    findings.sorted(&[files.anchors_file.clone(), files.file.clone()])
}

/// The use that a certificate says it is for: a server where it is asked for a name or says
/// nothing and has some.
fn usage_of(certificate: &Certificate, files: &LooseFiles) -> Usage {
    let server = certificate.has_purpose(Purpose::ServerAuth);
    let client = certificate.has_purpose(Purpose::ClientAuth);
    match (server, client) {
        (true, true) => Usage::Peer,
        (true, false) => Usage::Server,
        (false, true) if files.hosts.is_empty() => Usage::Client,
        _ if files.hosts.is_empty() && certificate.hosts().is_empty() => Usage::Client,
        _ => Usage::Server,
    }
}
