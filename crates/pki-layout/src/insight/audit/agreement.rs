//! Authorities that have to be the same in two places, and those that must not be.

use pki_core::remedy::Remedy;
use pki_core::{Certificate, judge};

use super::edits::set;
use super::finding::{Findings, Subject};
use super::items::usual;
use super::{AuditRule, questions};
use crate::observe::{Contents, FileUse, HostPath, Instance, Machine, ObservedFlag};
use crate::table::cis::{Ask, CIS_ITEMS, CisItem};
use crate::table::{Component, FlagSpec};

/// Flags of other components that hold the same authorities as kube-apiserver's flag of the same
/// name.
const SAME: &[(Component, &str)] = &[
    (Component::KubeControllerManager, "client-ca-file"),
    (
        Component::KubeControllerManager,
        "requestheader-client-ca-file",
    ),
    (Component::KubeScheduler, "client-ca-file"),
    (Component::KubeScheduler, "requestheader-client-ca-file"),
];

/// Flags whose clients must not be accepted by kube-apiserver's flag of the second name.
const APART: &[(Component, &str, &str)] = &[
    (
        Component::KubeApiserver,
        "requestheader-client-ca-file",
        "client-ca-file",
    ),
    (Component::Etcd, "trusted-ca-file", "client-ca-file"),
    (
        Component::Etcd,
        "trusted-ca-file",
        "requestheader-client-ca-file",
    ),
    (Component::Etcd, "peer-trusted-ca-file", "client-ca-file"),
    (
        Component::Etcd,
        "peer-trusted-ca-file",
        "requestheader-client-ca-file",
    ),
];

/// Flags of kube-controller-manager that it signs clients of the cluster with.
const SIGNING: &[&str] = &[
    "cluster-signing-cert-file",
    "cluster-signing-kube-apiserver-client-cert-file",
    "cluster-signing-kubelet-client-cert-file",
];

/// What a flag holds.
#[derive(Clone, Copy)]
struct Held<'a> {
    instance: &'a Instance,
    flag: &'a ObservedFlag,
    certificates: &'a [Certificate],
}

impl Held<'_> {
    fn subject(&self) -> Subject {
        let subject = Subject::flag(self.instance, self.flag);
        match self.instance.on_host(self.flag.text()) {
            HostPath::At(file) => subject.file(&file),
            _ => subject,
        }
    }
}

pub(super) fn judge(findings: &mut Findings, machine: &Machine) {
    let apiserver = |name| held(machine, Component::KubeApiserver, name);
    for (component, name) in SAME {
        if let (Some(own), Some(other)) = (held(machine, *component, name), apiserver(name)) {
            same(findings, own, other);
        }
    }
    for name in SIGNING {
        if let Some(own) = held(machine, Component::KubeControllerManager, name) {
            one_to_sign_with(findings, machine, own);
            if let Some(accepted) = apiserver("client-ca-file") {
                signing(findings, own, accepted);
            }
        }
    }
    for (component, name, other) in APART {
        if let (Some(own), Some(other)) = (held(machine, *component, name), apiserver(other)) {
            apart(findings, own, other);
        }
    }
}

fn held<'a>(machine: &'a Machine, component: Component, name: &str) -> Option<Held<'a>> {
    let instance = machine.instance(component)?;
    let flag = instance.flag(name)?;
    let HostPath::At(path) = instance.on_host(flag.text()) else {
        return None;
    };
    match machine
        .file(&path, FileUse::Certificates)?
        .found
        .present()?
    {
        Contents::Certificates(certificates) => Some(Held {
            instance,
            flag,
            certificates,
        }),
        _ => None,
    }
}

fn is_same(one: &Certificate, other: &Certificate) -> bool {
    one.subject() == other.subject() && one.spki_der() == other.spki_der()
}

fn subjects(certificates: &[Certificate]) -> String {
    let subjects: Vec<String> = certificates
        .iter()
        .map(|one| one.subject().to_string())
        .collect();
    subjects.join("; ")
}

fn same(findings: &mut Findings, own: Held<'_>, other: Held<'_>) {
    let mut pairs = own.certificates.iter();
    let agrees = pairs.any(|one| other.certificates.iter().any(|two| is_same(one, two)));
    if agrees || findings.blames(other.instance.component, &other.flag.name) {
        return;
    }
    let message = format!(
        "{} holds {}; kube-apiserver's {} holds {}",
        own.flag.text(),
        subjects(own.certificates),
        other.flag.shown(),
        subjects(other.certificates)
    );
    let remedy = set(own.instance, &own.flag.name, other.flag.text());
    findings.about_flag(AuditRule::WrongAuthority, own.subject(), message, remedy);
}

/// kube-controller-manager signs with one certificate.
fn one_to_sign_with(findings: &mut Findings, machine: &Machine, own: Held<'_>) {
    if let [_, _, ..] = own.certificates {
        let rule = judge::Rule::SigningBundle;
        let message = format!(
            "{} holds {} certificates, and exactly one is taken",
            own.flag.text(),
            own.certificates.len()
        );
        let remedy = match alone(machine, own) {
            Some(file) => set(own.instance, &own.flag.name, &file),
            None => rule.spec().remedy_for(None, own.flag.text()),
        };
        findings.about_flag(AuditRule::Check(rule), own.subject(), message, remedy);
    }
}

/// The table's own file for a flag, where that holds one certificate of those that are there.
fn alone(machine: &Machine, own: Held<'_>) -> Option<String> {
    let spec = FlagSpec::find(own.instance.component, &own.flag.name)?;
    let path = usual(&machine.directories, spec)?;
    let found = &machine.file(&path, FileUse::Certificates)?.found;
    match found.present()? {
        Contents::Certificates(one) if one.len() == 1 => {
            let is_it = own.certificates.contains(one.first()?);
            is_it.then_some(path)
        }
        _ => None,
    }
}

/// What kube-controller-manager signs has to be accepted.
fn signing(findings: &mut Findings, own: Held<'_>, accepted: Held<'_>) {
    let Some(issuing) = own.certificates.first() else {
        return;
    };
    let known = accepted
        .certificates
        .iter()
        .any(|one| is_same(one, issuing));
    if known || findings.blames(accepted.instance.component, &accepted.flag.name) {
        return;
    }
    let message = format!(
        "{} is {}, whose clients are not accepted: kube-apiserver's --client-ca-file holds {}",
        own.flag.text(),
        issuing.subject(),
        subjects(accepted.certificates)
    );
    let remedy = Remedy::ask(&questions::SIGN_WITH_ACCEPTED);
    findings.about_flag(AuditRule::WrongAuthority, own.subject(), message, remedy);
}

/// Authorities of two places that accept each other's clients.
fn apart(findings: &mut Findings, own: Held<'_>, other: Held<'_>) {
    let blamed = |held: Held<'_>| findings.blames(held.instance.component, &held.flag.name);
    if blamed(own) || blamed(other) {
        return;
    }
    // `peer-trusted-ca-file` mostly is the same file, and then the same finding.
    let file = own.subject().file.unwrap_or_default();
    if own.flag.name.starts_with("peer-") && findings.blames_file(&file) {
        return;
    }
    let Some(rule) = judge::shared_trust(own.certificates, other.certificates) else {
        return;
    };
    let (own_flag, other_flag) = (own.flag.text(), other.flag.shown());
    let shares = |what| {
        format!(
            "{own_flag} shares {what} with kube-apiserver's {other_flag}: the clients of one are \
             accepted by the other"
        )
    };
    let message = match rule {
        judge::Rule::SharedTrust => shares("authorities"),
        judge::Rule::SharedAuthorityKey => shares("the key of an authority"),
        _ => format!(
            "whether the clients of {own_flag} are accepted by kube-apiserver's {other_flag} too, \
             or the other way round, is not known"
        ),
    };
    let items: Vec<&'static CisItem> = CIS_ITEMS
        .iter()
        .filter(|item| item.ask == Ask::OwnAuthority && own.instance.component == item.component)
        .collect();
    findings.about_item(
        AuditRule::Check(rule),
        own.subject(),
        items,
        message,
        rule.spec().remedy_for(None, own.flag.text()),
    );
}
