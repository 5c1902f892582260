use time::OffsetDateTime;

use super::chain::{self, Chain};
use super::finding::{Finding, Findings, Place, Problem};
use super::leaf::Wanted;
use super::standing::Standing;
use super::{Rule, certificate, leaf};
use crate::key::PublicKey;
use crate::x509::{Certificate, Host, Purpose, Usage};

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

/// Judges a certificate, its chain and its key at an instant, as [`tree`](super::tree) does.
#[must_use]
pub fn loose(files: &LooseFiles, at: OffsetDateTime) -> Vec<Finding> {
    let mut findings = Findings::default();
    let place = Place {
        file: &files.file,
        name: None,
    };
    let Some(certificate) = files.chain.first() else {
        findings.file(Rule::MalformedFile, place, "it holds no certificate");
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
