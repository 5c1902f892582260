//! Every certificate of a node and when it expires, read without any private key but sa.key,
//! whose type is wanted.

use std::path::{Path, PathBuf};

use pki_core::judge::expiration::{
    ExpirationFacts, Expirations, FurtherExpiration, KeyAge, RenewedBy, RowExpiration,
};
use pki_core::observation::{ClientFacts, Found, ToldPart};
use pki_core::spec::OwnerKind;
use pki_core::text::{one_line, printable};
use pki_core::x509::DistinguishedName;
use pki_core::{CertSpec, Certificate, Form, Need, Part, RowId, Usage};
use time::OffsetDateTime;

use super::above::{add_further, add_trust};
use super::{Machine, Observation, Sources, Told, strays};
use crate::table::KUBELET_FILES;
use crate::tree::source::Links;

impl Observation {
    /// Finds every certificate of the node. Never fails: what cannot be read is a part of the
    /// answer. Needs no configuration and writes nothing.
    #[must_use]
    pub fn expirations(&self) -> Expirations {
        let components = self.components(&Sources::on_disk());
        let mut expirations = Expirations {
            is_pending: self.pending().is_some(),
            node: self.node_name(),
            whereabouts: self.whereabouts(&components),
            ..Expirations::default()
        };
        for spec in self.root().table().rows() {
            self.add_dates(&mut expirations, spec);
            if matches!(spec.form, Form::KeyPair { .. }) {
                expirations.service_account = self.key_age(spec.id);
            }
        }
        let kubelet = self.kubelet().directory;
        for file in KUBELET_FILES.iter().filter(|file| file.certificate) {
            let path = file.path(self.directories(), &kubelet);
            let found = self.certificates(&path);
            if matches!(found, Found::Absent | Found::NotObserved) {
                continue;
            }
            let mut entry = other(file.name, &path, first(&found), file.renewed_by);
            if !file.is_asked_for && is_made_by_kubelet(&found) {
                entry.is_checked = false;
                entry.renewed_by = RenewedBy::Nobody;
            }
            expirations.others.push(entry);
        }
        #[cfg(feature = "disk")]
        {
            expirations.requested = self.requested_rows();
        }
        self.add_told_dates(&mut expirations, &components);
        self.add_stray_dates(&mut expirations);
        self.add_needed(&mut expirations);
        expirations
    }

    /// What is named somewhere beside the table.
    fn add_told_dates(&self, expirations: &mut Expirations, components: &Machine) {
        for Told { file: told, .. } in self.told(components) {
            let path = Path::new(&told.file.path);
            let is_file = told.part == ToldPart::File;
            let is_unknown = told.file.certificates == Found::NotObserved;
            // A key has no dates.
            if is_unknown
                || self.is_derived(path)
                || told.part == ToldPart::Key
                || is_file && is_listed(expirations, &told.file.path)
            {
                continue;
            }
            let kubeconfig = Path::new(&told.told_in).file_name().unwrap_or_default();
            let kubeconfig = kubeconfig.display();
            let name = match &told.part {
                ToldPart::User { name, .. } => format!("{kubeconfig} user {}", printable(name)),
                ToldPart::Trust => format!("{kubeconfig} CA data"),
                ToldPart::Field(field) => format!("{kubeconfig} {field}"),
                _ => told.by.clone(),
            };
            let certificate = match told.usage {
                Usage::Authority => last(&told.file.certificates),
                _ => first(&told.file.certificates),
            };
            let certificate = match certificate {
                ExpirationFacts::Absent => ExpirationFacts::Broken {
                    reason: "is not there".to_owned(),
                },
                found => found,
            };
            let entry = FurtherExpiration {
                named_by: Some(told.by.clone()),
                ..other(&name, path, certificate, self.renewer_of(path))
            };
            if !expirations
                .others
                .iter()
                .any(|one| (&one.name, &one.path) == (&entry.name, &entry.path))
            {
                expirations.others.push(entry);
            }
        }
    }

    /// What lies in the two directories under other names: nobody here is told of it, and somebody
    /// put it there.
    fn add_stray_dates(&self, expirations: &mut Expirations) {
        for path in self.strays() {
            let shown = path.display().to_string();
            if self.is_derived(&path) || is_listed(expirations, &shown) {
                continue;
            }
            let directories = self.directories();
            let name = path.strip_prefix(&directories.certificates);
            let name = name.or_else(|_| path.strip_prefix(&directories.kubeconfigs));
            let name = one_line(&name.unwrap_or(&path).display().to_string());
            if strays::is_of_certificates(&path) {
                let found = self.certificates(&path);
                let is_one =
                    self.has_certificate(&path) || matches!(found, Found::Unreadable { .. });
                if is_one {
                    let entry = other(&name, &path, first(&found), RenewedBy::Operator);
                    expirations.others.push(entry);
                    let further = found.present().map_or(&[][..], Vec::as_slice);
                    add_further(expirations, None, &name, &path, further);
                }
            } else if strays::is_of_kubeconfig(&path)
                && let Found::Present(facts) = self.kubeconfig(&path)
            {
                let current = (&facts.user, &facts.client);
                let others = facts.others.iter().map(|one| (&one.name, &one.client));
                for (user, client) in std::iter::once(current).chain(others) {
                    if let ClientFacts::Embedded { certificate, .. } = client {
                        let name = format!("{name} user {}", printable(user));
                        let entry = other(&name, &path, first(certificate), RenewedBy::Operator);
                        expirations.others.push(entry);
                    }
                }
            }
        }
    }

    /// Adds what there is of a row's certificates; nothing of a bare key pair.
    pub(crate) fn add_dates(&self, expirations: &mut Expirations, spec: &CertSpec) {
        match spec.form {
            Form::Pair { .. } => self.add_pair(expirations, spec),
            Form::Kubeconfig { .. } => self.add_kubeconfig(expirations, spec),
            _ => {}
        }
    }

    fn add_pair(&self, expirations: &mut Expirations, spec: &CertSpec) {
        let artifact = spec.id.part(Part::Certificate);
        let path = self.directories().path(artifact);
        let found = self.certificates(&path);
        if found == Found::NotObserved {
            return;
        }
        self.add(expirations, spec, &path, first(&found), RenewedBy::Operator);
        let further = found.present().map_or(&[][..], Vec::as_slice);
        add_further(
            expirations,
            spec.issuer,
            &artifact.to_string(),
            &path,
            further,
        );
        if spec.is_authority() {
            self.add_derived(expirations, spec.id);
        }
    }

    fn add_kubeconfig(&self, expirations: &mut Expirations, spec: &CertSpec) {
        let artifact = spec.id.part(Part::Kubeconfig);
        let path = self.directories().path(artifact);
        let found = self.kubeconfig(&path);
        let name = artifact.to_string();
        let facts = match &found {
            Found::Present(facts) => facts,
            Found::NotObserved => return,
            other => {
                let certificate = nothing(other);
                self.add(expirations, spec, &path, certificate, RenewedBy::Operator);
                return;
            }
        };
        match &facts.client {
            ClientFacts::Embedded { certificate, .. } => {
                self.add(
                    expirations,
                    spec,
                    &path,
                    first(certificate),
                    RenewedBy::Operator,
                );
                let further = certificate.present().map_or(&[][..], Vec::as_slice);
                add_further(expirations, spec.issuer, &name, &path, further);
            }
            ClientFacts::Files { certificate, .. } => {
                let file = self.directories().kubeconfigs.join(certificate);
                let renewed_by = self.renewer_of(&file);
                let shown = one_line(&file.display().to_string());
                let found = self.certificates(&file);
                if found == Found::NotObserved {
                    return;
                }
                let certificate = match first(&found) {
                    ExpirationFacts::Absent => ExpirationFacts::Broken {
                        reason: format!("names {shown}, which is not there"),
                    },
                    // The row is the kubeconfig's; the reason is the other file's.
                    ExpirationFacts::Broken { reason } => ExpirationFacts::Broken {
                        reason: format!("names {shown}, which {reason}"),
                    },
                    ExpirationFacts::Unreadable { reason } => ExpirationFacts::Unreadable {
                        reason: format!("names {shown}, which cannot be read: {reason}"),
                    },
                    found => found,
                };
                self.add(expirations, spec, &path, certificate, renewed_by);
            }
            _ => self.add(
                expirations,
                spec,
                &path,
                ExpirationFacts::NoCertificate,
                RenewedBy::Nobody,
            ),
        }
        add_trust(expirations, &name, &path, facts);
    }

    /// Adds a row to kubeadm's part of the survey, or to the others where kubeadm leaves it out.
    fn add(
        &self,
        expirations: &mut Expirations,
        spec: &CertSpec,
        path: &Path,
        certificate: ExpirationFacts,
        renewed_by: RenewedBy,
    ) {
        let authority = spec.issuer.unwrap_or(spec.id);
        let externally_managed = self.exists(authority.part(Part::Certificate))
            && !self.exists(authority.part(Part::Key));
        let (left_alone, unidentified) = match spec.form {
            Form::Kubeconfig { .. } => self
                .own_kubeconfig(path)
                .present()
                .map_or_else(Default::default, |facts| {
                    (facts.client.is_left_alone(), facts.client.is_unidentified())
                }),
            _ => Default::default(),
        };
        let files = spec.artifacts().into_iter();
        let files = files.filter(|file| !spec.is_authority() || file.part == Part::Certificate);
        let files = files.map(|file| self.directories().path(file));
        let links = files.filter(|file| self.is_link(file));
        let links: Vec<String> = links.map(|file| file.display().to_string()).collect();
        let is_users = spec.owner == OwnerKind::User;
        if is_users || matches!(spec.need, Need::NotForJoin | Need::KubeletServing) {
            if certificate != ExpirationFacts::Absent {
                expirations.others.push(FurtherExpiration {
                    id: Some(spec.id),
                    elsewhere: externally_managed || left_alone,
                    unidentified,
                    links,
                    ..other(spec.name, path, certificate, renewed_by)
                });
            }
            return;
        }
        let (is_pair, key) = (
            matches!(spec.form, Form::Pair { .. }),
            spec.id.part(Part::Key),
        );
        expirations.rows.push(RowExpiration {
            id: spec.id,
            path: path.display().to_string(),
            certificate,
            externally_managed,
            renewed_by,
            needed: false,
            left_alone,
            key: (is_pair && self.exists(key))
                .then(|| self.directories().path(key).display().to_string()),
            links,
        });
    }

    fn key_age(&self, id: RowId) -> Found<KeyAge> {
        let path = self.directories().path(id.part(Part::Key));
        let status = self.status(&path, Links::Follow);
        let modified = status.map_or(OffsetDateTime::UNIX_EPOCH, |status| status.modified);
        self.public_half(&path).map(|key| KeyAge {
            key_type: key.key_type(),
            modified,
        })
    }

    /// What lies in the kubelet's directory the kubelet rotates.
    pub(super) fn renewer_of(&self, file: &Path) -> RenewedBy {
        if file.starts_with(self.kubelet().directory) {
            RenewedBy::Kubelet
        } else {
            RenewedBy::Operator
        }
    }
}

/// Whether it is of an authority that the kubelet made for it and threw away: both are called by
/// the node's name and the second in which they were made.
fn is_made_by_kubelet(found: &Found<Vec<Certificate>>) -> bool {
    let parts = |name: &DistinguishedName| {
        let (host, second) = name.common_name()?.rsplit_once('@')?;
        second.parse::<u64>().ok()?;
        Some(host.trim_end_matches("-ca").to_owned())
    };
    let leaf = found.present().and_then(|chain| chain.first());
    leaf.is_some_and(|leaf| {
        let host = parts(leaf.subject());
        host.is_some() && host == parts(leaf.issuer())
    })
}

pub(crate) fn other(
    name: &str,
    path: &Path,
    certificate: ExpirationFacts,
    renewed_by: RenewedBy,
) -> FurtherExpiration {
    FurtherExpiration {
        id: None,
        name: name.to_owned(),
        path: PathBuf::from(path).display().to_string(),
        certificate,
        renewed_by,
        above: None,
        named_by: None,
        elsewhere: false,
        unidentified: false,
        links: Vec::new(),
        is_checked: true,
    }
}

pub(crate) fn first(found: &Found<Vec<Certificate>>) -> ExpirationFacts {
    match found {
        Found::Present(certificates) => match certificates.first() {
            Some(certificate) => ExpirationFacts::Certificate(Box::new(certificate.clone())),
            None => ExpirationFacts::Absent,
        },
        other => nothing(other),
    }
}

/// Of a file of authorities the one that ends last: one that lives is enough.
fn last(found: &Found<Vec<Certificate>>) -> ExpirationFacts {
    let certificates = found.present().map_or(&[][..], Vec::as_slice);
    match certificates
        .iter()
        .max_by_key(|one| one.validity().not_after)
    {
        Some(certificate) => ExpirationFacts::Certificate(Box::new(certificate.clone())),
        None => first(found),
    }
}

/// Whether there is an entry of this file already.
fn is_listed(expirations: &Expirations, path: &str) -> bool {
    expirations.rows.iter().any(|row| row.path == path)
        || expirations.others.iter().any(|one| one.path == path)
}

pub(super) fn nothing<T>(found: &Found<T>) -> ExpirationFacts {
    match found {
        Found::Broken { reason } => ExpirationFacts::Broken {
            reason: reason.clone(),
        },
        Found::Unreadable { reason } => ExpirationFacts::Unreadable {
            reason: reason.clone(),
        },
        _ => ExpirationFacts::Absent,
    }
}
