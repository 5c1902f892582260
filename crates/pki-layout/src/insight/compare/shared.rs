//! What every node has the same.

use pki_core::observation::RowFacts;
use pki_core::{Certificate, Part, RowId};

use super::portrait::{Portrait, shown, shown_all, there};
use super::rule::{
    AUTHORITY_MISSING, CompareRule, KEY_MISSING, OTHER_AUTHORITY, OTHER_BUNDLE,
    OTHER_CALLERS_BUNDLE, OTHER_ETCD, OTHER_GENERATION, OTHER_PROFILE, OTHER_SETTING,
    OTHER_TOKEN_KEY, OTHER_TOKEN_VERIFIERS, OTHER_TRUST,
};
use super::{Divergence, by_value, differing};
use crate::table::Component;

const AUTHORITIES: [RowId; 3] = [RowId::ClusterCa, RowId::FrontProxyCa, RowId::EtcdCa];
const KUBECONFIGS: [RowId; 4] = [
    RowId::AdminConf,
    RowId::KubeletConf,
    RowId::ControllerManagerConf,
    RowId::SchedulerConf,
];

pub(super) fn divergences(portraits: &[Portrait]) -> Vec<Divergence> {
    let mut all = Vec::new();
    for row in AUTHORITIES {
        authority(portraits, row, &mut all);
    }
    tokens(portraits, &mut all);
    trust(portraits, &mut all);
    settings(portraits, &mut all);
    all
}

fn push(
    all: &mut Vec<Divergence>,
    rule: &'static CompareRule,
    subject: impl Into<String>,
    values: Option<Vec<(String, Vec<String>)>>,
) {
    let subject = subject.into();
    all.extend(values.map(|values| Divergence {
        rule,
        subject,
        values,
    }));
}

/// The certificate that issues: that of the key where it is there, else the first.
fn issuing(portrait: &Portrait, row: RowId) -> Option<Certificate> {
    let facts = portrait.inventory.authority(row);
    let own = facts
        .issuer()
        .ok()
        .map(|issuer| issuer.certificate().clone());
    own.or_else(|| portrait.inventory.certificates(row).first().cloned())
}

fn authority(portraits: &[Portrait], row: RowId, all: &mut Vec<Divergence>) {
    let file = row.part(Part::Certificate).to_string();
    let is_there = |one: &Portrait| !one.inventory.certificates(row).is_empty();
    if portraits.iter().any(is_there) && !is_of_another_etcd(portraits, row) {
        let missing = differing(portraits, |one| {
            Some(
                if is_there(one) {
                    "is there"
                } else {
                    "is not there"
                }
                .to_owned(),
            )
        });
        push(all, &AUTHORITY_MISSING, &file, missing);
    }
    let keys = by_value(portraits, |one| {
        let issuing = issuing(one, row)?;
        Some(pki_core::text::hex::plain(issuing.spki_der()))
    });
    if keys.len() > 1 {
        let values = differing(portraits, |one| issuing(one, row).as_ref().map(shown));
        push(all, &OTHER_AUTHORITY, &file, values);
    } else if let Some(values) = differing(portraits, |one| issuing(one, row).as_ref().map(shown)) {
        push(all, &OTHER_GENERATION, &file, Some(values));
    } else {
        let bundle = differing(portraits, |one| {
            let mut certificates = one.inventory.certificates(row).to_vec();
            certificates.sort_by_key(Certificate::fingerprint);
            (!certificates.is_empty()).then(|| shown_all(&certificates))
        });
        push(all, &OTHER_BUNDLE, &file, bundle);
    }
    let has_key = |one: &Portrait| one.inventory.authority(row).key().is_some();
    if portraits.iter().any(has_key) {
        let missing = differing(portraits, |one| {
            let has = is_there(one).then(|| has_key(one))?;
            Some(if has { "is there" } else { "is not there" }.to_owned())
        });
        push(all, &KEY_MISSING, row.part(Part::Key).to_string(), missing);
    }
    let callers = differing(portraits, |one| {
        is_there(one).then(|| {
            let facts = one.inventory.authority(row);
            let file = facts.callers_file();
            file.and_then(|file| there(&file.certificates))
                .map_or_else(|| "none".to_owned(), |certificates| shown_all(certificates))
        })
    });
    let name = file.replace(".crt", "-callers.crt");
    push(all, &OTHER_CALLERS_BUNDLE, name, callers);
}

/// Whether its absence is told of already: one node has an etcd elsewhere.
fn is_of_another_etcd(portraits: &[Portrait], row: RowId) -> bool {
    row == RowId::EtcdCa && etcd(portraits).is_some()
}

/// Where each keeps its state, where that is not the same.
pub(super) fn etcd(portraits: &[Portrait]) -> Option<Vec<(String, Vec<String>)>> {
    differing(portraits, |one| {
        let apiserver = one.machine.instance(Component::KubeApiserver)?;
        let is_local = apiserver.items("etcd-servers").all(|url| {
            let host = pki_core::Host::of_url(url);
            host.is_some_and(|host| {
                host.to_string() == "localhost" || host.to_string() == "127.0.0.1"
            })
        });
        Some(if is_local { "of its own" } else { "elsewhere" }.to_owned())
    })
}

fn tokens(portraits: &[Portrait], all: &mut Vec<Divergence>) {
    let row = RowId::ServiceAccount;
    let key = differing(portraits, |one| match one.inventory.facts(row)? {
        RowFacts::KeyPair { private, .. } => Some(format!("key {}", there(private)?.identifier())),
        _ => None,
    });
    let is_other = key.is_some();
    push(all, &OTHER_TOKEN_KEY, row.part(Part::Key).to_string(), key);
    let missing = differing(portraits, |one| {
        Some(
            if one.has(row) {
                "is there"
            } else {
                "is not there"
            }
            .to_owned(),
        )
    });
    push(all, &AUTHORITY_MISSING, "sa.key, sa.pub", missing);
    if is_other {
        return;
    }
    let verifiers = differing(portraits, |one| match one.inventory.facts(row)? {
        RowFacts::KeyPair { public, .. } => {
            let mut keys: Vec<String> = there(public)?
                .iter()
                .map(|key| format!("key {}", key.identifier()))
                .collect();
            keys.sort();
            Some(keys.join(" + "))
        }
        _ => None,
    });
    push(
        all,
        &OTHER_TOKEN_VERIFIERS,
        row.part(Part::PublicKey).to_string(),
        verifiers,
    );
}

/// Where the authority itself is another, that is said there.
fn trust(portraits: &[Portrait], all: &mut Vec<Divergence>) {
    let is_said = all.iter().any(|one| {
        let rules = [
            &OTHER_AUTHORITY,
            &OTHER_GENERATION,
            &OTHER_BUNDLE,
            &OTHER_CALLERS_BUNDLE,
        ];
        one.subject.starts_with("ca") && rules.contains(&one.rule)
    });
    if is_said {
        return;
    }
    for row in KUBECONFIGS {
        let trust = differing(portraits, |one| {
            let mut trust = one.kubeconfig_trust(row)?;
            trust.sort_by_key(Certificate::fingerprint);
            Some(shown_all(&trust))
        });
        push(all, &OTHER_TRUST, row.to_string(), trust);
    }
}

fn settings(portraits: &[Portrait], all: &mut Vec<Divergence>) {
    push(all, &OTHER_ETCD, "etcd", etcd(portraits));
    let joined = |values: &[pki_core::config::Sourced<String>]| {
        let values: Vec<&str> = values.iter().map(|one| one.value.as_str()).collect();
        values.join(",")
    };
    let single = [
        ("control-plane-endpoint", true),
        ("dns-domain", false),
        ("cluster-name", false),
    ];
    for (name, is_told) in single {
        let values = differing(portraits, |one| {
            let settings = &one.settings;
            let value = match name {
                "control-plane-endpoint" => &settings.control_plane_endpoint,
                "dns-domain" => &settings.dns_domain,
                _ => &settings.cluster_name,
            };
            let value = value.as_ref().map(|value| value.value.clone());
            // What a node dials of its own is no endpoint of all of them.
            let value = value.filter(|value| !is_told || !one.dials_itself_at(value));
            // Of a tree that has nothing of it, nothing is known.
            let is_known = one.has(RowId::AdminConf) || !is_told;
            value.or_else(|| is_known.then(|| "none".to_owned()))
        });
        push(all, &OTHER_SETTING, name, values);
    }
    let networks = differing(portraits, |one| Some(joined(&one.settings.service_cidrs)));
    push(all, &OTHER_SETTING, "service-cidrs", networks);
    let profile = differing(portraits, |one| Some(one.inventory.profile()?.to_string()));
    // An authority that another profile has made is another authority, which is said.
    if !all.iter().any(|one| one.rule == &OTHER_AUTHORITY) {
        push(all, &OTHER_PROFILE, "certificates", profile);
    }
}
