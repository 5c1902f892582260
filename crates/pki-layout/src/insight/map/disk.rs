//! A situation as a node's files have it.

use std::collections::BTreeSet;

use pki_core::judge::expiration::{ExpirationFacts, FurtherExpiration, State, Threshold, judge};
use pki_core::observation::is_control_plane;
use pki_core::{CertSpec, Form, Need, NodeName, Part, RowId};
use time::OffsetDateTime;

use super::{
    CertificateFact, EtcdPlace, MAX_NODES, MapFacts, PathFact, Source, UNNAMED, file, host,
};
use crate::insight::audit::{Audit, AuditFinding, AuditOptions, PathVerdict, Seen, audit};
use crate::observe::{Machine, Observation, SourceKind, Sources};
use crate::table::Component;
use crate::table::cis::Level;
use crate::table::paths::{PathSpec, Property, Protection};

const STATIC_PODS: [Component; 4] = [
    Component::KubeApiserver,
    Component::KubeControllerManager,
    Component::KubeScheduler,
    Component::Etcd,
];

impl Observation {
    /// What this node's certificates, static pods and kubelet configuration say. Where nothing
    /// says how a component is run, it is taken to be as kubeadm runs it. Opens no private key but
    /// sa.key, needs no configuration and writes nothing.
    #[must_use]
    pub fn map_facts(&self, at: OffsetDateTime) -> MapFacts {
        let machine = self.machine(&Sources::default());
        let audit = audit(&machine, &AuditOptions::at(at));
        let expirations = self.expirations();
        let judged = judge(&expirations, at, Threshold::default());
        let row = |spec: &CertSpec| {
            let row = judged.rows.iter().find(|(row, _)| row.id == spec.id);
            let other = judged.others.iter().find(|(one, _)| one.name == spec.name);
            let (certificate, state) = match (row, other) {
                (Some((row, state)), _) => (Some(&row.certificate), Some(*state)),
                (None, Some((other, state))) => (Some(&other.certificate), Some(*state)),
                (None, None) if spec.usage.is_none() => {
                    let there = self.exists(spec.id.part(Part::Key));
                    (None, (!there).then_some(State::Missing))
                }
                (None, None) => {
                    let part = match spec.form {
                        Form::Kubeconfig { .. } => Part::Kubeconfig,
                        _ => Part::Certificate,
                    };
                    let path = self.directories().path(spec.id.part(part));
                    (None, self.is_observed(&path).then_some(State::Missing))
                }
            };
            CertificateFact {
                // What the drawings know by its row is the table's.
                id: (!matches!(spec.id, RowId::Own(_))).then_some(spec.id),
                name: spec.name.to_owned(),
                file: file(spec.id, self.directories()),
                state,
                validity: certificate.and_then(validity),
                below: certificate.filter(|_| spec.is_authority()).and_then(below),
            }
        };
        let rows = || self.root().table().rows();
        let mut certificates: Vec<CertificateFact> = rows().map(row).collect();
        let is_row = |other: &FurtherExpiration| rows().any(|spec| spec.name == other.name);
        let others = judged.others.iter().filter(|(other, _)| !is_row(other));
        certificates.extend(others.map(|(other, state)| CertificateFact {
            id: None,
            name: other.name.clone(),
            file: other.path.clone(),
            state: Some(*state),
            validity: validity(&other.certificate),
            below: None,
        }));
        let etcd = self.etcd_place(&machine);
        let is_outside = self.is_outside(&machine);
        let missing = STATIC_PODS.into_iter().filter(|component| {
            let elsewhere = *component == Component::Etcd && etcd != EtcdPlace::Local;
            has_manifests(&machine) && !is_outside && audit.absent.contains(component) && !elsewhere
        });
        let here = expirations.node.as_ref();
        let mut facts = MapFacts {
            source: Source::Disk,
            nodes: if is_outside {
                vec![UNNAMED.to_owned()]
            } else {
                node_names(&machine, here)
            },
            outside: is_outside
                .then(|| here.map_or_else(|| UNNAMED.to_owned(), ToString::to_string)),
            missing: missing.collect(),
            paths: Vec::new(),
            etcd,
            certificates,
            at,
            version: audit.version,
        };
        let is_there = |one: &&PathVerdict| one.path.set_up_by.is_empty() || one.seen != Seen::Not;
        let verdicts = audit.paths.iter().filter(is_there);
        facts.paths = verdicts
            .map(|verdict| fact(verdict, &audit, &facts))
            .collect();
        facts
    }

    /// Whether this is a node, and none of the control plane.
    fn is_outside(&self, machine: &Machine) -> bool {
        let mut control_plane = STATIC_PODS
            .into_iter()
            .filter(|component| *component != Component::Etcd);
        let runs = control_plane.any(|component| machine.instance(component).is_some());
        let of_node = [RowId::KubeletConf, RowId::EtcdServer];
        let there = |row| self.is_there(row);
        of_node.into_iter().any(there) && !is_control_plane(there) && !runs
    }

    fn etcd_place(&self, machine: &Machine) -> EtcdPlace {
        let servers = value(machine, Component::KubeApiserver, "etcd-servers");
        let servers: Vec<String> = servers
            .unwrap_or_default()
            .split(',')
            .filter_map(host)
            .collect();
        let loopback = ["127.0.0.1", "[::1]", "localhost"];
        let elsewhere = servers
            .iter()
            .any(|server| !loopback.contains(&server.as_str()));
        if machine.instance(Component::Etcd).is_some() {
            EtcdPlace::Local
        } else if elsewhere {
            EtcdPlace::External(servers)
        } else if has_manifests(machine) || !self.exists(RowId::EtcdServer.part(Part::Certificate))
        {
            EtcdPlace::Missing
        } else {
            EtcdPlace::Local
        }
    }
}

/// This node first, then those that etcd was told of as further members.
fn node_names(machine: &Machine, here: Option<&NodeName>) -> Vec<String> {
    let member = value(machine, Component::Etcd, "name").map(str::to_owned);
    let own = member.or_else(|| here.map(ToString::to_string));
    let own = own.filter(|name| is_name(name));
    let mut names = vec![own.unwrap_or_else(|| UNNAMED.to_owned())];
    let cluster = value(machine, Component::Etcd, "initial-cluster");
    for member in cluster.unwrap_or_default().split(',') {
        if let Some((name, _)) = member.split_once('=')
            && is_name(name)
            && names.len() < MAX_NODES
            && !names.iter().any(|known| known == name)
        {
            names.push(name.to_owned());
        }
    }
    names
}

/// What is written into a drawing: a name as nodes have.
fn is_name(name: &str) -> bool {
    name.parse::<NodeName>().is_ok()
}

/// What an authority is below.
fn below(certificate: &ExpirationFacts) -> Option<String> {
    let ExpirationFacts::Certificate(own) = certificate else {
        return None;
    };
    let issuer = own.issuer();
    let name = || {
        issuer
            .common_name()
            .map_or_else(|| issuer.to_string(), str::to_owned)
    };
    (!own.is_self_issued()).then(name)
}

fn validity(certificate: &ExpirationFacts) -> Option<(OffsetDateTime, OffsetDateTime)> {
    match certificate {
        ExpirationFacts::Certificate(certificate) => {
            let validity = certificate.validity();
            Some((validity.not_before, validity.not_after))
        }
        _ => None,
    }
}

/// What a flag of a component was set to.
fn value<'a>(machine: &'a Machine, component: Component, name: &str) -> Option<&'a str> {
    machine.instance(component)?.value(name)
}

/// Whether any static pod was found: then those that were not are not there.
fn has_manifests(machine: &Machine) -> bool {
    let mut found = machine.instances.iter();
    found.any(|instance| instance.source.kind == SourceKind::Manifest)
}

fn fact(verdict: &PathVerdict, audit: &Audit, facts: &MapFacts) -> PathFact {
    let path = verdict.path;
    let mut gaps = Vec::new();
    let mut faults = Vec::new();
    let seen = verdict.seen != Seen::Not;
    let mut plain = false;
    // A warning is a matter of judgement, and costs nothing that is sure.
    let counts = |finding: &&AuditFinding| seen && finding.level == Level::Failure;
    for finding in audit.findings.iter().filter(counts) {
        let mut concerns = finding.concerns.iter();
        match concerns.find(|concern| std::ptr::eq(concern.path, path)) {
            Some(concern) if concern.loses.is_empty() => faults.push(words(finding)),
            Some(concern) => {
                plain |= is_everything(&concern.loses);
                gaps.push(words(finding));
            }
            None => {}
        }
    }
    // Who was looked at says more than the table about what is missing.
    if faults.is_empty() {
        faults = certificate_faults(path, facts);
    }
    PathFact {
        path,
        protection: match verdict.seen {
            Seen::Not => path.kubeadm.protection(),
            _ if plain => Protection::Plain,
            _ => verdict.guard.protection(),
        },
        gaps,
        faults,
    }
}

/// Without both of these there is no TLS: without a certificate of the server's, one of the
/// client's is not asked for either.
fn is_everything(loses: &[Property]) -> bool {
    loses.contains(&Property::Encryption) && loses.contains(&Property::ClientAuthentication)
}

/// A finding, with what it is about unless it begins with it.
fn words(finding: &AuditFinding) -> String {
    let subject = &finding.subject;
    match (subject.component, &subject.shown, &subject.file) {
        (Some(component), Some(shown), _) if finding.message.starts_with(shown) => {
            format!("{component} {}", finding.message)
        }
        (Some(component), Some(shown), _) => format!("{component} {shown}: {}", finding.message),
        (_, _, Some(file)) => format!("{file}: {}", finding.message),
        _ => finding.message.clone(),
    }
}

/// The certificates of a path that nobody will accept, or that are not there.
fn certificate_faults(path: &PathSpec, facts: &MapFacts) -> Vec<String> {
    let mut faults = BTreeSet::new();
    let mut ids = BTreeSet::new();
    let several = path.client_proofs.len() > 1;
    for (_, proof) in path.proofs().filter(|(_, proof)| proof.by_kubeadm) {
        ids.extend(proof.credential);
        ids.extend(proof.authority);
    }
    for id in ids {
        let Some(fact) = facts.certificate(id) else {
            continue;
        };
        match fact.state {
            Some(State::Expired) => faults.insert(format!("{} has expired", fact.name)),
            Some(State::NotYetValid) => faults.insert(format!("{} is not valid yet", fact.name)),
            Some(State::Unreadable) => faults.insert(format!("{} cannot be read", fact.name)),
            Some(State::Missing) if !several && is_needed(id.spec(), facts) => {
                faults.insert(format!("{} is missing", fact.name))
            }
            _ => false,
        };
    }
    faults.into_iter().collect()
}

fn is_needed(spec: &CertSpec, facts: &MapFacts) -> bool {
    match spec.need {
        Need::Always => facts.outside.is_none(),
        Need::LocalEtcd => facts.etcd == EtcdPlace::Local && facts.outside.is_none(),
        _ => false,
    }
}
