//! A file that is told by what is in it, wherever it lies and whatever it is called.

use std::path::{Path, PathBuf};

use pki_core::judge::expiration::{ExpirationFacts, Expirations};
use pki_core::observation::{ClientFacts, Found, KubeconfigFacts};
use pki_core::spec::CommonNameRule;
use pki_core::text::instant::readable;
use pki_core::x509::CertificateError;
use pki_core::{CERTS, CertSpec, Certificate, Form, Part, Profile, Purpose, RowId};

use super::lookup::bears;
use super::{Question, Topic, UnknownTopic, topic};
use crate::observe::Observation;
use crate::observe::parse::{found, parse_certificates};
use crate::report::ExplainedTopic;
use crate::tree::disk::read_file;
use crate::view::inspect::looks_like_kubeconfig;

const NO_CERTIFICATE: &str =
    "holds no certificate; `pkigen inspect` compares the public halves of keys";

/// What a file holds.
pub(super) struct Content {
    /// The rows that it may be of.
    ids: Vec<RowId>,
    /// In words that follow its name.
    holds: String,
}

/// Says what a file holds; `None` where there is no such file. Private keys are not opened.
pub(super) fn of(path: &Path, question: &Question<'_>) -> Option<Content> {
    let found = match inside(path, question.observation) {
        Some(path) => in_tree(&path, question.observation)?,
        None => certificate(path, &read_file(path).ok()?),
    };
    Some(match found {
        Err(holds) => Content {
            ids: Vec::new(),
            holds,
        },
        Ok((certificate, kubeconfig)) => {
            let mut ids = rows(&certificate, kubeconfig);
            if ids.len() != 1 {
                let here = on_node(&certificate, question);
                ids = if here.is_empty() { ids } else { here };
            }
            let known = if ids.is_empty() {
                ", which bears no name of a control plane's certificates"
            } else {
                ""
            };
            let holds = format!(
                "holds {} signed by {}, until {}{known}",
                certificate.subject(),
                certificate.issuer(),
                readable(certificate.validity().not_after)
            );
            Content { ids, holds }
        }
    })
}

impl Content {
    /// What there is to say of a file whose name says nothing.
    pub(super) fn explained(
        self,
        path: &str,
        question: &Question<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Vec<ExplainedTopic>, UnknownTopic> {
        let Self { ids, holds } = self;
        if ids.is_empty() {
            return Err(UnknownTopic::Content {
                path: path.to_owned(),
                holds,
            });
        }
        let names: Vec<&str> = ids.iter().map(|id| id.spec().name).collect();
        notes.push(format!(
            "{path} {holds}: by that it is {}",
            names.join(" or ")
        ));
        let topics = ids
            .iter()
            .map(|id| topic::explained(Topic::certificate(*id), question));
        Ok(topics.collect())
    }

    /// What is to be said where a file does not hold what its name says.
    pub(super) fn contradiction(&self, named: &[Topic], path: &str) -> Option<String> {
        let meant = named.iter().find_map(|topic| match topic {
            Topic::Certificate {
                id,
                file: Some(file),
            } if file.part != Part::Key => Some(*id),
            _ => None,
        })?;
        if self.ids.contains(&meant) {
            return None;
        }
        Some(format!(
            "{path} is called like {meant}, but it {}",
            self.holds
        ))
    }
}

/// Where a path is in the tree that is looked at: below its prefix, or as the running system has
/// it.
fn inside(path: &Path, observation: &Observation) -> Option<PathBuf> {
    if let Ok(below) = path.strip_prefix(observation.root().prefix()) {
        return Some(Path::new("/").join(below));
    }
    (path.is_absolute() && observation.is_taken(path)).then(|| path.to_owned())
}

/// As [`certificate`], of a file of the tree; `None` where it cannot be read.
fn in_tree(path: &Path, observation: &Observation) -> Option<Result<(Certificate, bool), String>> {
    if let Found::Present(facts) = observation.kubeconfig(path) {
        return Some(of_kubeconfig(facts));
    }
    match observation.certificates(path) {
        Found::Present(certificates) => certificates.into_iter().next().map(|one| Ok((one, false))),
        Found::Broken { .. } => Some(match observation.read_file(path) {
            Ok(text) => certificate(path, &text),
            Err(_) => Err(NO_CERTIFICATE.to_owned()),
        }),
        _ => None,
    }
}

/// The certificate of a PEM file or a kubeconfig, and whether it is the latter.
fn certificate(path: &Path, text: &[u8]) -> Result<(Certificate, bool), String> {
    if looks_like_kubeconfig(text) {
        let parent = path.parent().unwrap_or(Path::new(""));
        let facts = crate::kubeconfig::read(text, |file| {
            found(read_file(&parent.join(file)), parse_certificates)
        })?;
        return of_kubeconfig(facts);
    }
    match Certificate::all_from_pem(text) {
        Ok(certificates) => certificates
            .into_iter()
            .next()
            .map(|one| (one, false))
            .ok_or_else(|| "is empty".to_owned()),
        Err(CertificateError::NoCertificate { .. }) => Err(NO_CERTIFICATE.to_owned()),
        Err(CertificateError::NotPem) => Err("is neither PEM nor a kubeconfig".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn of_kubeconfig(facts: KubeconfigFacts) -> Result<(Certificate, bool), String> {
    let certificate = match facts.client {
        ClientFacts::Embedded {
            certificate: Found::Present(certificates),
            ..
        } => certificates.into_iter().next(),
        ClientFacts::Files { certificate, .. } => {
            return Err(format!(
                "is a kubeconfig whose certificate is in {certificate}"
            ));
        }
        _ => None,
    };
    let certificate = certificate.ok_or("is a kubeconfig without a certificate")?;
    Ok((certificate, true))
}

/// The rows that a certificate may be of: by its names, else by its issuer's where it is named
/// after the node. A client certificate may have been taken out of its kubeconfig.
fn rows(certificate: &Certificate, kubeconfig: bool) -> Vec<RowId> {
    let of = |fits: &dyn Fn(&CertSpec) -> bool| -> Vec<RowId> {
        CERTS
            .iter()
            .filter(|spec| has_use_of(spec, certificate) && fits(spec))
            .map(|spec| spec.id)
            .collect()
    };
    let name = certificate.subject().common_name().unwrap_or_default();
    let issuer = certificate.issuer().common_name().unwrap_or_default();
    let in_its_form = |spec: &CertSpec| matches!(spec.form, Form::Kubeconfig { .. }) == kubeconfig;
    let attempts: [&dyn Fn(&CertSpec) -> bool; 3] = [
        &|spec| in_its_form(spec) && bears(spec, name),
        &|spec| bears(spec, name),
        &|spec| after_the_node(spec) && spec.issuer.is_some_and(|id| bears(id.spec(), issuer)),
    ];
    let mut found = attempts.into_iter().map(of);
    found.find(|ids| !ids.is_empty()).unwrap_or_default()
}

/// The rows whose file on this node holds this very certificate: an authority may be called
/// anything.
fn on_node(certificate: &Certificate, question: &Question<'_>) -> Vec<RowId> {
    let mut expirations = Expirations::default();
    for spec in CERTS {
        question.observation.add_dates(&mut expirations, spec);
    }
    let same = expirations.rows.into_iter().filter(
        |row| matches!(&row.certificate, ExpirationFacts::Certificate(found) if **found == *certificate),
    );
    same.map(|row| row.id).collect()
}

/// Whether some profile names it after the node.
fn after_the_node(spec: &CertSpec) -> bool {
    Profile::ALL
        .into_iter()
        .any(|profile| spec.common_name.of(profile) == CommonNameRule::NodeName)
}

fn has_use_of(spec: &CertSpec, certificate: &Certificate) -> bool {
    let Some(usage) = spec.usage else {
        return false;
    };
    if spec.is_authority() || certificate.is_authority() {
        return spec.is_authority() == certificate.is_authority();
    }
    [Purpose::ClientAuth, Purpose::ServerAuth]
        .into_iter()
        .all(|purpose| usage.purposes().contains(&purpose) == certificate.has_purpose(purpose))
}
