//! A file that is told by what is in it, wherever it lies and whatever it is called.

use std::path::Path;

use pki_core::instant::readable;
use pki_core::inventory::{ClientFacts, Found};
use pki_core::report::ExplainedTopic;
use pki_core::spec::CommonNameRule;
use pki_core::x509::CertificateError;
use pki_core::{CERTS, CertId, CertSpec, Certificate, Form, Profile, Purpose};

use super::lookup::bears;
use super::sections::Draft;
use super::{Question, Topic, topic};
use crate::inspect::looks_like_kubeconfig;
use crate::kubeconfig::Keys;
use crate::read::{found, parse_certificates, read_file};

/// What a file holds.
pub(super) struct Content {
    ids: Vec<CertId>,
    pub(super) topics: Vec<ExplainedTopic>,
}

/// Says what a file holds; `None` where there is no such file. Private keys are not opened.
pub(super) fn of(path: &Path, question: &Question<'_>, notes: &mut Vec<String>) -> Option<Content> {
    let text = read_file(path).ok()?;
    let name = path.display().to_string();
    let (certificate, kubeconfig) = match certificate(path, &text) {
        Ok(found) => found,
        Err(reason) => {
            let answer = format!("{name} {reason}.");
            return Some(Content {
                ids: Vec::new(),
                topics: vec![Draft::new("content", name, answer).finish()],
            });
        }
    };
    let ids = rows(&certificate, kubeconfig);
    let names: Vec<&str> = ids.iter().map(|id| id.spec().name).collect();
    let holds = format!(
        "{} signed by {}, until {}",
        certificate.subject(),
        certificate.issuer(),
        readable(certificate.validity().not_after)
    );
    if ids.is_empty() {
        let answer = format!("{name} holds {holds}: a certificate of none of the rows known here.");
        return Some(Content {
            ids,
            topics: vec![Draft::new("content", name, answer).finish()],
        });
    }
    notes.push(format!(
        "{name} holds {holds}: by that it is {}",
        names.join(" or ")
    ));
    let topics = ids
        .iter()
        .map(|id| topic::explained(Topic::certificate(*id), question))
        .collect();
    Some(Content { ids, topics })
}

impl Content {
    /// Says where a file does not hold what its name says.
    pub(super) fn compare(&self, named: &[Topic], name: &str, notes: &mut Vec<String>) {
        let meant = named.iter().find_map(|topic| match topic {
            Topic::Certificate { id, file: Some(_) } => Some(*id),
            _ => None,
        });
        match meant {
            Some(id) if !self.ids.is_empty() && !self.ids.contains(&id) => {
                notes.push(format!("{name} has the name of {id}, and not its content"));
            }
            // The name says it all.
            _ => notes.retain(|note| !note.starts_with(&format!("{name} holds "))),
        }
    }
}

/// The certificate of a PEM file or a kubeconfig, and whether it is the latter.
fn certificate(path: &Path, text: &[u8]) -> Result<(Certificate, bool), String> {
    if looks_like_kubeconfig(text) {
        let parent = path.parent().unwrap_or(Path::new(""));
        let facts = crate::kubeconfig::read(text, Keys::Leave, |file| {
            found(read_file(&parent.join(file)), parse_certificates)
        })?;
        return match facts.client {
            ClientFacts::Embedded {
                certificate: Found::Present(certificates),
                ..
            } => certificates.into_iter().next().map(|one| (one, true)),
            ClientFacts::Files { certificate, .. } => {
                return Err(format!(
                    "is a kubeconfig whose certificate is in {certificate}"
                ));
            }
            _ => None,
        }
        .ok_or_else(|| "is a kubeconfig without a certificate".to_owned());
    }
    match Certificate::all_from_pem(text) {
        Ok(certificates) => certificates
            .into_iter()
            .next()
            .map(|one| (one, false))
            .ok_or_else(|| "is empty".to_owned()),
        Err(CertificateError::NoCertificate { .. }) => Err(
            "holds no certificate; `pkigen inspect` compares the public halves of keys".to_owned(),
        ),
        Err(CertificateError::NotPem) => Err("is neither PEM nor a kubeconfig".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// The rows that a certificate may be of: by its names, its issuer's, and its usage.
fn rows(certificate: &Certificate, kubeconfig: bool) -> Vec<CertId> {
    let fits = |spec: &&CertSpec| {
        matches!(spec.form, Form::Kubeconfig { .. }) == kubeconfig && is_of(spec, certificate)
    };
    let exact: Vec<CertId> = CERTS.iter().filter(fits).map(|spec| spec.id).collect();
    if exact.is_empty() && !kubeconfig {
        // A client certificate that was taken out of its kubeconfig.
        let loose = CERTS.iter().filter(|spec| is_of(spec, certificate));
        return loose.map(|spec| spec.id).collect();
    }
    exact
}

fn is_of(spec: &CertSpec, certificate: &Certificate) -> bool {
    let Some(usage) = spec.usage else {
        return false;
    };
    if spec.is_authority() != certificate.is_authority() {
        return false;
    }
    let purposes = [Purpose::ClientAuth, Purpose::ServerAuth];
    let same_use = purposes
        .into_iter()
        .all(|purpose| usage.purposes().contains(&purpose) == certificate.has_purpose(purpose));
    let Some(name) = certificate.subject().common_name() else {
        return false;
    };
    let by_node_name = Profile::ALL
        .into_iter()
        .any(|profile| spec.common_name.of(profile) == CommonNameRule::NodeName);
    let issuer = certificate.issuer().common_name().unwrap_or_default();
    let same_issuer = spec.issuer.is_some_and(|id| bears(id.spec(), issuer));
    if spec.is_authority() {
        return bears(spec, name);
    }
    same_use && (bears(spec, name) || (by_node_name && same_issuer))
}
