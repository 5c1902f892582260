//! When what is above a certificate expires: it is in many files, and told once.

use std::path::{Path, PathBuf};

use pki_core::judge::expiration::{ExpirationFacts, Expirations, RenewedBy};
use pki_core::observation::{Found, KubeconfigFacts};
use pki_core::text::one_line;
use pki_core::{Certificate, RowId};

use super::Observation;
use super::expirations::{first, nothing, other};

impl Observation {
    /// Whether a file is made from an authority's own, and holds nothing else.
    pub(super) fn is_derived(&self, path: &Path) -> bool {
        let authorities = self.root().table().rows();
        let mut authorities = authorities.filter(|spec| spec.is_authority());
        authorities.any(|spec| self.derived(spec.id).iter().any(|one| one == path))
    }

    /// What is made from an authority's own file, where something is.
    pub(crate) fn derived(&self, authority: RowId) -> [PathBuf; 2] {
        let directories = self.directories();
        [
            directories.issuing_file(authority),
            directories.callers_file(authority),
        ]
    }

    /// What the files hold that are made from an authority's, beside its certificates.
    pub(super) fn add_derived(&self, expirations: &mut Expirations, authority: RowId) {
        for path in self.derived(authority) {
            let name = path.file_name().unwrap_or_default().display().to_string();
            match self.certificates(&path) {
                Found::Present(certificates) => {
                    for (position, certificate) in certificates.iter().enumerate() {
                        let name = numbered(&name, position);
                        add_once(expirations, Some(authority), &name, &path, certificate);
                    }
                }
                Found::Absent | Found::NotObserved => {}
                broken => {
                    let entry = other(&name, &path, first(&broken), RenewedBy::Operator);
                    expirations.others.push(entry);
                }
            }
        }
    }
}

/// The authorities that a kubeconfig trusts, as far as they are not told already.
pub(super) fn add_trust(
    expirations: &mut Expirations,
    name: &str,
    path: &Path,
    facts: &KubeconfigFacts,
) {
    let name = format!("{name} CA data");
    match &facts.trust {
        Found::Present(trust) => {
            for certificate in trust {
                add_once(
                    expirations,
                    Some(RowId::ClusterCa),
                    &name,
                    path,
                    certificate,
                );
            }
        }
        // Whom the machine trusts beside is none of a cluster's.
        Found::Absent => {}
        broken => {
            let entry = other(&name, path, nothing(broken), RenewedBy::Operator);
            expirations.others.push(entry);
        }
    }
}

/// The certificates of a file after its first, which is of an authority where that is known.
pub(super) fn add_further(
    expirations: &mut Expirations,
    authority: Option<RowId>,
    name: &str,
    path: &Path,
    certificates: &[Certificate],
) {
    for (position, certificate) in certificates.iter().enumerate().skip(1) {
        add_once(
            expirations,
            authority,
            &numbered(name, position),
            path,
            certificate,
        );
    }
}

fn numbered(name: &str, position: usize) -> String {
    format!("{name} #{}", position + 1)
}

/// Adds a certificate, unless it is in its authority's own file: that is told. What has issued an
/// authority here is in many files, of none of which it is; it is told once, by its subject.
fn add_once(
    expirations: &mut Expirations,
    authority: Option<RowId>,
    name: &str,
    path: &Path,
    certificate: &Certificate,
) {
    let is_above = told(expirations).any(|(_, one)| {
        one.is_authority() && one.issuer() == certificate.subject() && one.issuer() != one.subject()
    });
    let own = expirations
        .rows
        .iter()
        .find(|row| Some(row.id) == authority)
        .map(|row| row.path.as_str());
    let is_told =
        told(expirations).any(|(path, one)| one == certificate && (is_above || Some(path) == own));
    if is_told {
        return;
    }
    let name = if is_above {
        one_line(&certificate.subject().to_string())
    } else {
        name.to_owned()
    };
    let surveyed = ExpirationFacts::Certificate(Box::new(certificate.clone()));
    let mut entry = other(&name, path, surveyed, RenewedBy::Nobody);
    entry.above = authority.filter(|_| is_above);
    expirations.others.push(entry);
}

/// Everything that is told already, with its file.
fn told(expirations: &Expirations) -> impl Iterator<Item = (&str, &Certificate)> {
    let rows = expirations.rows.iter();
    let rows = rows.map(|row| (row.path.as_str(), &row.certificate));
    let others = expirations.others.iter();
    let others = others.map(|one| (one.path.as_str(), &one.certificate));
    rows.chain(others).filter_map(|(path, facts)| match facts {
        ExpirationFacts::Certificate(certificate) => Some((path, &**certificate)),
        _ => None,
    })
}
