//! When a certificate expires on this node.

use pki_core::judge::expiration::{
    ExpirationFacts, Expirations, State, Threshold, judge, residual,
};
use pki_core::observation::Found;
use pki_core::text::instant::readable;
use pki_core::{Form, Part, RowId};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::Question;
use crate::report::ExplainedExpiration;
use crate::table::KubeletFile;

/// What is on disk of one certificate, for programs and in words.
pub(super) struct OnDisk {
    pub(super) fact: ExplainedExpiration,
    pub(super) words: String,
}

/// Every certificate in the files of a row; nothing of a bare key pair.
pub(super) fn row(id: RowId, question: &Question<'_>) -> Vec<OnDisk> {
    let spec = id.spec();
    if matches!(spec.form, Form::KeyPair { .. }) {
        return Vec::new();
    }
    let mut expirations = Expirations::default();
    question.observation.add_dates(&mut expirations, spec);
    let judged = judge(&expirations, question.now, Threshold::default());
    let rows = judged.rows.iter().map(|(row, state)| {
        let name = row.id.to_string();
        on_disk(name, &row.path, &row.certificate, *state, question.now)
    });
    let others = judged.others.iter().map(|(other, state)| {
        let name = other.name.clone();
        on_disk(name, &other.path, &other.certificate, *state, question.now)
    });
    let mut found: Vec<OnDisk> = rows.chain(others).collect();
    if found.is_empty() {
        // The survey leaves out what need not be there.
        let part = match spec.form {
            Form::Kubeconfig { .. } => Part::Kubeconfig,
            _ => Part::Certificate,
        };
        let path = question.observation.directories().path(id.part(part));
        let name = id.to_string();
        if !question.observation.is_observed(&path) {
            return Vec::new();
        }
        let path = path.display().to_string();
        found.push(on_disk(
            name,
            &path,
            &ExpirationFacts::Absent,
            State::Missing,
            question.now,
        ));
    }
    found
}

/// A file that the kubelet keeps; nothing of one without a certificate.
pub(super) fn kubelet_file(file: &KubeletFile, question: &Question<'_>) -> Vec<OnDisk> {
    if !file.certificate {
        return Vec::new();
    }
    let path = file.path(
        question.observation.directories(),
        &question.observation.kubelet().directory,
    );
    let certificate = question.observation.certificates(&path);
    if certificate == Found::NotObserved {
        return Vec::new();
    }
    let certificate = crate::observe::expirations::first(&certificate);
    let expirations = Expirations {
        others: vec![crate::observe::expirations::other(
            file.name,
            &path,
            certificate,
            file.renewed_by,
        )],
        ..Expirations::default()
    };
    let judged = judge(&expirations, question.now, Threshold::default());
    let found = judged.others.iter().map(|(other, state)| {
        let name = other.name.clone();
        on_disk(name, &other.path, &other.certificate, *state, question.now)
    });
    found.collect()
}

fn on_disk(
    name: String,
    path: &str,
    certificate: &ExpirationFacts,
    state: State,
    now: OffsetDateTime,
) -> OnDisk {
    let not_after = match certificate {
        ExpirationFacts::Certificate(certificate) => Some(certificate.validity().not_after),
        _ => None,
    };
    let words = match (certificate, not_after) {
        (ExpirationFacts::Certificate(certificate), Some(not_after)) => {
            let left = Duration::seconds((not_after - now).whole_seconds());
            let when = match state {
                State::NotChecked => "checked by nobody".to_owned(),
                State::Expired => format!("has expired {} ago", residual(-left)),
                State::NotYetValid => format!(
                    "is not valid before {}",
                    readable(certificate.validity().not_before)
                ),
                _ => format!("{} left", residual(left)),
            };
            format!("{}, {when}", readable(not_after))
        }
        (ExpirationFacts::NoCertificate, _) => "it authenticates without a certificate".to_owned(),
        (ExpirationFacts::Broken { reason }, _) => format!("unknown: the file {reason}"),
        (ExpirationFacts::Unreadable { reason }, _) => {
            format!("unknown: the file cannot be read: {reason}")
        }
        _ => "not on this node: there is no such file".to_owned(),
    };
    OnDisk {
        words: format!("{name}: {words} ({path})"),
        fact: ExplainedExpiration {
            name,
            path: path.to_owned(),
            state: state.name(),
            expiration_date: not_after.and_then(|instant| instant.format(&Rfc3339).ok()),
        },
    }
}
