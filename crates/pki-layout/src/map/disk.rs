//! A situation as a node's files have it.

use std::collections::BTreeSet;

use pki_core::expiration::{State, Survey, SurveyOther, Surveyed, Threshold, judge};
use pki_core::{CERTS, CertId, CertSpec, Need, Part};
use time::OffsetDateTime;

use super::flags::Given;
use super::{
    CertificateFact, EtcdPlace, MAX_NODES, PathFact, Situation, Source, UNNAMED, file, host,
};
use crate::Root;
use crate::flags::{Component, FlagSpec, FlagValue, Place, Takes};
use crate::paths::{Guard, Held, PATHS, PathSpec, Property, Safeguard};

/// Flags that take something away when they are switched on.
const HARMFUL: [&str; 3] = [
    "auto-tls",
    "peer-auto-tls",
    "peer-skip-client-san-verification",
];
const STATIC_PODS: [Component; 4] = [
    Component::KubeApiserver,
    Component::KubeControllerManager,
    Component::KubeScheduler,
    Component::Etcd,
];

impl Root {
    /// What this node's certificates, static pods and kubelet configuration say. Where nothing
    /// says how a component is run, it is taken to be as kubeadm runs it. Opens no private key but
    /// sa.key, needs no configuration and writes nothing.
    #[must_use]
    pub fn situation(&self, at: OffsetDateTime) -> Situation {
        let given = Given::read(self);
        let survey = self.survey();
        let judged = judge(&survey, at, Threshold::default());
        let mut certificates: Vec<CertificateFact> = CERTS
            .iter()
            .map(|spec| {
                let row = judged.rows.iter().find(|(row, _)| row.id == spec.id);
                let other = judged.others.iter().find(|(one, _)| one.name == spec.name);
                let (certificate, state) = match (row, other) {
                    (Some((row, state)), _) => (Some(&row.certificate), Some(*state)),
                    (None, Some((other, state))) => (Some(&other.certificate), Some(*state)),
                    (None, None) if spec.usage.is_none() => {
                        let there = self.exists(spec.id.part(Part::Key));
                        (None, (!there).then_some(State::Missing))
                    }
                    (None, None) => (None, Some(State::Missing)),
                };
                CertificateFact {
                    id: Some(spec.id),
                    name: spec.name.to_owned(),
                    file: file(spec.id, self.directories()),
                    state,
                    validity: certificate.and_then(validity),
                }
            })
            .collect();
        let is_row = |other: &SurveyOther| CERTS.iter().any(|spec| spec.name == other.name);
        let others = judged.others.iter().filter(|(other, _)| !is_row(other));
        certificates.extend(others.map(|(other, state)| CertificateFact {
            id: None,
            name: other.name.clone(),
            file: other.path.clone(),
            state: Some(*state),
            validity: validity(&other.certificate),
        }));
        let etcd = self.etcd_place(&given);
        let missing = STATIC_PODS.into_iter().filter(|component| {
            let elsewhere = *component == Component::Etcd && etcd != EtcdPlace::Local;
            given.has_manifests() && !given.knows(*component) && !elsewhere
        });
        let mut situation = Situation {
            source: Source::Disk,
            nodes: node_names(&given, &survey),
            missing: missing.collect(),
            paths: Vec::new(),
            etcd,
            certificates,
            at,
        };
        let facts = PATHS.iter().map(|path| fact(path, &given, &situation));
        situation.paths = facts.collect();
        situation
    }

    fn etcd_place(&self, given: &Given) -> EtcdPlace {
        let servers = given.value(Component::KubeApiserver, "etcd-servers");
        let servers: Vec<String> = servers
            .unwrap_or_default()
            .split(',')
            .filter_map(host)
            .collect();
        let loopback = ["127.0.0.1", "[::1]", "localhost"];
        let elsewhere = servers
            .iter()
            .any(|server| !loopback.contains(&server.as_str()));
        if given.knows(Component::Etcd) {
            EtcdPlace::Local
        } else if elsewhere {
            EtcdPlace::External(servers)
        } else if given.has_manifests() || !self.exists(CertId::EtcdServer.part(Part::Certificate))
        {
            EtcdPlace::Missing
        } else {
            EtcdPlace::Local
        }
    }
}

/// This node first, then those that etcd was told of as further members.
fn node_names(given: &Given, survey: &Survey) -> Vec<String> {
    let member = given.value(Component::Etcd, "name").map(str::to_owned);
    let own = member.or_else(|| node_name(survey));
    let own = own.filter(|name| is_name(name));
    let mut names = vec![own.unwrap_or_else(|| UNNAMED.to_owned())];
    let cluster = given.value(Component::Etcd, "initial-cluster");
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

/// As the kubelet's certificate has it.
fn node_name(survey: &Survey) -> Option<String> {
    let row = CertId::KubeletConf.spec().name;
    let of_kubelet =
        |other: &&SurveyOther| other.name == row || other.name == "kubelet-client-current.pem";
    survey.others.iter().filter(of_kubelet).find_map(|other| {
        let Surveyed::Certificate(certificate) = &other.certificate else {
            return None;
        };
        let name = certificate.subject().common_name()?;
        name.strip_prefix("system:node:").map(str::to_owned)
    })
}

/// What is written into a drawing: a name as nodes have.
fn is_name(name: &str) -> bool {
    name.parse::<pki_core::cluster::NodeName>().is_ok()
}

fn validity(certificate: &Surveyed) -> Option<(OffsetDateTime, OffsetDateTime)> {
    match certificate {
        Surveyed::Certificate(certificate) => {
            let validity = certificate.validity();
            Some((validity.not_before, validity.not_after))
        }
        _ => None,
    }
}

fn fact(path: &'static PathSpec, given: &Given, situation: &Situation) -> PathFact {
    let ends = [path.client, path.server];
    let known = ends
        .iter()
        .filter_map(|party| party.component())
        .any(|component| given.knows(component));
    let mut guard = if known { path.ours } else { path.kubeadm };
    let mut gaps = Vec::new();
    for safeguard in path.safeguards {
        let Some(component) = path.party(safeguard.side).component() else {
            continue;
        };
        if !given.knows(component) {
            continue;
        }
        let Some(spec) = FlagSpec::find(component, safeguard.flag) else {
            continue;
        };
        if let Some(gap) = gap(spec, given) {
            guard = less(guard, safeguard);
            gaps.push(gap);
        }
    }
    PathFact {
        path,
        protection: guard.protection(),
        gaps,
        faults: faults(path, situation),
    }
}

/// What is wrong with a flag, if something is.
fn gap(spec: &FlagSpec, given: &Given) -> Option<String> {
    let value = given.value(spec.component, spec.name);
    let dashes = match spec.place {
        Place::Flag => "--",
        Place::KubeletConfiguration => "",
    };
    let name = format!("{} {dashes}{}", spec.component, spec.name);
    if value.is_some_and(|value| value.contains("http://")) {
        return Some(format!("{name} has an address without TLS"));
    }
    if HARMFUL.contains(&spec.name) {
        return (value == Some("true")).then(|| format!("{name} is on"));
    }
    let configured = spec.place == Place::KubeletConfiguration;
    match (spec.value, spec.takes()) {
        (FlagValue::Given(_), _) => None,
        (FlagValue::Switch(wanted), _) => {
            let wanted = if wanted { "true" } else { "false" };
            match value {
                Some(value) if value != wanted => Some(format!("{name} is {value}")),
                // What a configuration file leaves out has the safe default.
                None if !configured => Some(format!("{name} is not set")),
                _ => None,
            }
        }
        (_, Takes::File(_)) => {
            // The kubelet's command line is not read.
            let unread = spec.component == Component::Kubelet && !configured;
            let bootstrap = given.value(Component::Kubelet, "serverTLSBootstrap") == Some("true");
            let asked_for = spec.name.starts_with("tls") && configured && bootstrap;
            let unset = value.is_none_or(str::is_empty);
            (unset && !unread && !asked_for).then(|| format!("{name} is not set"))
        }
        _ => None,
    }
}

/// What is left of a guard without a safeguard.
fn less(guard: Guard, safeguard: &Safeguard) -> Guard {
    let loses = |property| safeguard.loses.contains(&property);
    if loses(Property::Encryption) && loses(Property::ClientAuthentication) {
        return Guard::NONE;
    }
    if guard.encryption == Held::No {
        return guard;
    }
    let without = |property, held| if loses(property) { Held::No } else { held };
    Guard::tls(
        without(Property::ServerAuthentication, guard.server),
        without(Property::ClientAuthentication, guard.client),
    )
}

/// The certificates of a path that nobody will accept, or that are not there.
fn faults(path: &PathSpec, situation: &Situation) -> Vec<String> {
    let mut faults = BTreeSet::new();
    let mut ids = BTreeSet::new();
    let several = path.client_proofs.len() > 1;
    for (_, proof) in path.proofs().filter(|(_, proof)| proof.by_kubeadm) {
        ids.extend(proof.credential);
        ids.extend(proof.authority);
    }
    for id in ids {
        let Some(fact) = situation.certificate(id) else {
            continue;
        };
        match fact.state {
            Some(State::Expired) => faults.insert(format!("{} has expired", fact.name)),
            Some(State::NotYetValid) => faults.insert(format!("{} is not valid yet", fact.name)),
            Some(State::Unreadable) => faults.insert(format!("{} cannot be read", fact.name)),
            Some(State::Missing) if !several && is_needed(id.spec(), situation) => {
                faults.insert(format!("{} is missing", fact.name))
            }
            _ => false,
        };
    }
    faults.into_iter().collect()
}

fn is_needed(spec: &CertSpec, situation: &Situation) -> bool {
    match spec.need {
        Need::Always => true,
        Need::LocalEtcd => situation.etcd == EtcdPlace::Local,
        _ => false,
    }
}
