//! Certificates that are named somewhere: by flags and fields, by the configurations that flags
//! name, by a configuration of the cluster, by kubeconfigs for whom the current context does not
//! name.

use std::path::{Path, PathBuf};

use pki_core::observation::{
    CertificateFile, ClientFacts, Found, KubeconfigFacts, ToldFile, ToldPart,
};
use pki_core::{Certificate, Form, Part, Usage};

use super::configuration::Named;
use super::flag::{HostPath, ObservedFlag};
use super::machine::paths;
use super::{FileUse, Instance, Machine, Observation};
use crate::table::{Component, FlagSpec, Role};

/// What signs is looked at as an authority's.
const SIGNING: &str = "cluster-signing-cert-file";

/// Certificates that are named somewhere, and the flag that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Told {
    /// Which of the components that were found, counted from 0, and its flag or field; `None` where
    /// it is a kubeconfig of the table, or a configuration of the cluster.
    pub flag: Option<(usize, ObservedFlag)>,
    /// What is named.
    pub file: ToldFile,
}

/// Who names something.
struct Teller<'a> {
    by: String,
    told_in: String,
    flag: Option<(usize, &'a ObservedFlag, &'a Instance)>,
}

impl Teller<'_> {
    /// Where a path is on the host.
    fn on_host(&self, path: &str) -> HostPath {
        match self.flag {
            Some((_, _, instance)) => instance.on_host(path),
            None => HostPath::At(path.to_owned()),
        }
    }
}

impl Observation {
    /// Everything that is named beside the table.
    pub(super) fn told(&self, components: &Machine) -> Vec<Told> {
        let mut all = Vec::new();
        for (number, instance) in components.instances.iter().enumerate() {
            for (flag, spec) in instance
                .named_files()
                .filter(|(_, spec)| spec.name != SIGNING)
            {
                let teller = Teller {
                    by: format!("{} {}", instance.component, flag.shown()),
                    told_in: flag.spot.file.clone(),
                    flag: Some((number, flag, instance)),
                };
                for (path, as_what) in paths(flag, spec) {
                    self.add_named(&mut all, &teller, spec, &path, as_what);
                }
            }
        }
        self.add_missing_keys(&mut all, components);
        self.add_users(&mut all);
        #[cfg(feature = "config")]
        self.add_configured(&mut all);
        all
    }

    fn add_named(
        &self,
        all: &mut Vec<Told>,
        teller: &Teller<'_>,
        spec: &FlagSpec,
        path: &str,
        as_what: FileUse,
    ) {
        let is_configuration = spec.role() == Some(Role::Configuration);
        if !Path::new(path).is_absolute() {
            return;
        }
        match as_what {
            FileUse::Certificates => self.add_file_told(all, teller, path, usage_of(spec)),
            FileUse::Kubeconfig => self.add_kubeconfig_told(all, teller, path),
            _ if is_configuration => {
                if let HostPath::At(file) = teller.on_host(path) {
                    for named in self.named_in(Path::new(&file)) {
                        self.add_of_configuration(all, teller, &file, named);
                    }
                }
            }
            _ => {}
        }
    }

    fn add_of_configuration(
        &self,
        all: &mut Vec<Told>,
        teller: &Teller<'_>,
        file: &str,
        named: Named,
    ) {
        // The fields of the table are told as flags are.
        let is_told = teller.flag.is_some_and(|(_, _, instance)| {
            let mut files = instance.named_files();
            files.any(|(flag, _)| flag.spot.file == file && flag.shown() == named.field())
        });
        if is_told {
            return;
        }
        let teller = Teller {
            by: format!("{} of {file}", named.field()),
            told_in: file.to_owned(),
            flag: teller.flag,
        };
        match named {
            Named::Kubeconfig { path, .. } => self.add_kubeconfig_told(all, &teller, &path),
            Named::File { path, usage, .. } => self.add_file_told(all, &teller, &path, usage),
            Named::Authorities {
                field,
                certificates,
            } => {
                let part = ToldPart::Field(field);
                add(all, &teller, (file, part), certificates, Usage::Authority);
            }
        }
    }

    fn add_file_told(&self, all: &mut Vec<Told>, teller: &Teller<'_>, path: &str, usage: Usage) {
        let place = teller.on_host(path);
        let (file, certificates) = match &place {
            HostPath::At(file) => (file.as_str(), self.certificates(Path::new(file))),
            _ => (path, Found::NotObserved),
        };
        add(all, teller, (file, ToldPart::File), certificates, usage);
        if place == HostPath::NotMounted
            && let Some(told) = all.last_mut()
        {
            told.file.is_mounted = false;
        }
    }

    /// A kubeconfig that is no row's.
    fn add_kubeconfig_told(&self, all: &mut Vec<Told>, teller: &Teller<'_>, path: &str) {
        // Where its container has none, who was told of it says so.
        let HostPath::At(file) = teller.on_host(path) else {
            return;
        };
        let at = Path::new(&file);
        let is_known = all.iter().any(|told| told.file.told_in == file);
        if is_known || self.is_of_table(at) {
            return;
        }
        let is_kubelet = teller
            .flag
            .is_some_and(|(_, _, one)| one.component == Component::Kubelet);
        match self.kubeconfig(at) {
            Found::Present(facts) => self.add_parts(all, teller, at, &facts),
            // Of its two one may be absent.
            Found::Absent if is_kubelet => {}
            other => {
                let certificates = other.map(|_| Vec::new());
                let part = ToldPart::Kubeconfig;
                add(all, teller, (&file, part), certificates, Usage::Client);
            }
        }
    }

    fn add_parts(
        &self,
        all: &mut Vec<Told>,
        teller: &Teller<'_>,
        path: &Path,
        facts: &KubeconfigFacts,
    ) {
        let teller = Teller {
            by: teller.by.clone(),
            told_in: path.display().to_string(),
            flag: teller.flag,
        };
        let current = (&facts.user, &facts.contexts, &facts.client);
        self.add_user(all, &teller, path, current);
        self.add_others(all, &teller, path, facts);
        if facts.trust != Found::Absent {
            let file = path.display().to_string();
            let place = (file.as_str(), ToldPart::Trust);
            add(all, &teller, place, facts.trust.clone(), Usage::Authority);
        }
    }

    fn add_others(
        &self,
        all: &mut Vec<Told>,
        teller: &Teller<'_>,
        path: &Path,
        facts: &KubeconfigFacts,
    ) {
        for other in &facts.others {
            let user = (&other.name, &other.contexts, &other.client);
            self.add_user(all, teller, path, user);
        }
    }

    /// The client certificate of a kubeconfig's user, where it has one.
    fn add_user(
        &self,
        all: &mut Vec<Told>,
        teller: &Teller<'_>,
        path: &Path,
        (name, contexts, client): (&String, &Vec<String>, &ClientFacts),
    ) {
        let (file, certificates) = match client {
            ClientFacts::Embedded { certificate, .. } => (path.to_owned(), certificate.clone()),
            ClientFacts::Files { certificate, .. } => {
                let file = path.parent().unwrap_or(path).join(certificate);
                let found = self.certificates(&file);
                (file, found)
            }
            _ => return,
        };
        let part = ToldPart::User {
            name: name.clone(),
            contexts: contexts.clone(),
        };
        let file = file.display().to_string();
        add(all, teller, (&file, part), certificates, Usage::Client);
    }

    /// The users of the table's kubeconfigs that are not the current context's.
    fn add_users(&self, all: &mut Vec<Told>) {
        let rows = self.root().table().rows();
        for spec in rows.filter(|spec| matches!(spec.form, Form::Kubeconfig { .. })) {
            let path = self.directories().path(spec.id.part(Part::Kubeconfig));
            if let Found::Present(facts) = self.kubeconfig(&path) {
                let teller = Teller {
                    by: spec.name.to_owned(),
                    told_in: path.display().to_string(),
                    flag: None,
                };
                self.add_others(all, &teller, &path, &facts);
            }
        }
    }

    /// What a configuration of the cluster names.
    #[cfg(feature = "config")]
    fn add_configured(&self, all: &mut Vec<Told>) {
        for one in &self.configured {
            let teller = Teller {
                by: one.by.clone(),
                told_in: String::new(),
                flag: None,
            };
            if !all.iter().any(|told| told.file.file.path == one.path) {
                self.add_file_told(all, &teller, &one.path, one.usage);
            }
        }
    }

    fn is_of_table(&self, path: &Path) -> bool {
        let mut artifacts = self.root().table().artifacts();
        artifacts.any(|artifact| self.directories().path(artifact) == path)
    }

    /// The private keys that flags name.
    pub(super) fn told_keys(components: &Machine) -> Vec<PathBuf> {
        let keys = keys(components);
        keys.map(|(_, _, file)| PathBuf::from(file)).collect()
    }

    /// Those that are not there: of a leaf's own pair the certificate says so.
    fn add_missing_keys(&self, all: &mut Vec<Told>, components: &Machine) {
        for ((number, instance), flag, file) in keys(components) {
            let path = Path::new(&file);
            let rows = self.root().table().artifacts();
            let mut rows = rows.filter(|artifact| self.directories().path(*artifact) == path);
            let is_said = rows.any(|artifact| !artifact.id.spec().is_authority());
            if is_said || !self.is_absent(path) {
                continue;
            }
            let teller = Teller {
                by: format!("{} {}", instance.component, flag.shown()),
                told_in: flag.spot.file.clone(),
                flag: Some((number, flag, instance)),
            };
            let place = (file.as_str(), ToldPart::Key);
            add(all, &teller, place, Found::Absent, Usage::Authority);
        }
    }
}

/// A component, and which of those that were found.
type Numbered<'a> = (usize, &'a Instance);

/// The private keys that flags name, each with who names it.
fn keys(components: &Machine) -> impl Iterator<Item = (Numbered<'_>, &ObservedFlag, String)> {
    let instances = components.instances.iter().enumerate();
    let flags = instances.flat_map(|(number, instance)| {
        let flags = instance.named_files();
        flags.map(move |(flag, spec)| ((number, instance), flag, spec))
    });
    flags.flat_map(|(instance, flag, spec)| {
        let named: Vec<String> = match spec.role() {
            Some(Role::PrivateKey | Role::TokenSigningKey) => vec![flag.text().to_owned()],
            Some(Role::CertificateAndKey) => {
                let files = paths(flag, spec).into_iter().skip(1);
                files.map(|(path, _)| path).collect()
            }
            _ => Vec::new(),
        };
        named.into_iter().filter_map(move |path| {
            let HostPath::At(file) = instance.1.on_host(&path) else {
                return None;
            };
            let is_absolute = Path::new(&file).is_absolute();
            is_absolute.then_some((instance, flag, file))
        })
    })
}

fn add(
    all: &mut Vec<Told>,
    teller: &Teller<'_>,
    (file, part): (&str, ToldPart),
    certificates: Found<Vec<Certificate>>,
    usage: Usage,
) {
    all.push(Told {
        flag: teller.flag.map(|(number, flag, _)| (number, flag.clone())),
        file: ToldFile {
            by: teller.by.clone(),
            told_in: teller.told_in.clone(),
            file: CertificateFile {
                path: file.to_owned(),
                certificates,
            },
            part,
            usage,
            is_mounted: true,
        },
    });
}

/// What the certificates of a flag's file are there for.
pub(super) fn usage_of(spec: &FlagSpec) -> Usage {
    match spec.role() {
        Some(Role::OwnCertificate | Role::CertificateAndKey) => {
            let row = spec
                .artifact()
                .and_then(|artifact| artifact.id.spec().usage);
            row.unwrap_or(Usage::Server)
        }
        _ => Usage::Authority,
    }
}
