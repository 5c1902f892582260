//! What is each node's own, and how its certificates are to those of the others.

use std::collections::BTreeSet;

use pki_core::key::PublicKey;
use pki_core::spec::OwnerKind;
use pki_core::text::instant::readable;
use pki_core::{CertSpec, Need, Part, RowId};
use time::{Duration, OffsetDateTime};

use super::portrait::{Portrait, shown};
use super::rule::{
    BREAK_GLASS_COPIED, COPIED_CERTIFICATE, COPIED_KEY, CompareRule, EXPIRY_SPREAD,
    NAMES_OF_ANOTHER, OTHER_ALGORITHM, OTHER_NAMES, OTHER_RIGHTS, ROW_MISSING, SAME_ADDRESS,
    SAME_NAME,
};
use super::{Divergence, alike, by_value, differing};

/// Ends that are further apart are not of one maintenance.
const SPREAD: Duration = Duration::days(31);

pub(super) fn divergences(portraits: &[Portrait], now: OffsetDateTime) -> Vec<Divergence> {
    let mut all = Vec::new();
    let mut push = |rule: &'static CompareRule, subject: String, values| {
        let values: Option<Vec<(String, Vec<String>)>> = values;
        all.extend(values.map(|values| Divergence {
            rule,
            subject,
            values,
        }));
    };
    let rows = pki_core::CERTS.iter().copied();
    for spec in rows.clone().filter(|spec| is_own(spec)) {
        let file = file(spec);
        let copied = alike(portraits, |one| one.leaf(spec).map(shown));
        let is_copied = copied.is_some();
        push(&COPIED_CERTIFICATE, file.clone(), copied);
        if !is_copied {
            let key = alike(portraits, |one| {
                let spki = PublicKey::from_spki_der(one.leaf(spec)?.spki_der()).ok()?;
                Some(format!("key {}", spki.identifier()))
            });
            push(&COPIED_KEY, file.clone(), key);
            push(&NAMES_OF_ANOTHER, file.clone(), of_another(portraits, spec));
        }
        if spec.need != Need::FirstNode {
            push(&ROW_MISSING, file, missing(portraits, spec));
        }
    }
    let same = by_label(portraits, |one| one.name.clone());
    let are_told_apart = same.is_none();
    push(&SAME_NAME, "kubelet.conf".to_owned(), same);
    push(
        &SAME_ADDRESS,
        "advertise-address".to_owned(),
        alike(portraits, |one| {
            Some(one.settings.advertise_address.as_ref()?.value.clone())
        }),
    );
    if are_told_apart {
        let file = file(RowId::Apiserver.spec());
        push(&OTHER_NAMES, file, names(portraits));
    }
    push(
        &OTHER_RIGHTS,
        "admin.conf".to_owned(),
        differing(portraits, |one| {
            let leaf = one.leaf(RowId::AdminConf.spec())?;
            let groups: Vec<&str> = leaf.subject().groups().collect();
            Some(match groups.as_slice() {
                [] => "no group".to_owned(),
                groups => groups.join(", "),
            })
        }),
    );
    push(
        &BREAK_GLASS_COPIED,
        "super-admin.conf".to_owned(),
        alike(portraits, |one| {
            one.has(RowId::SuperAdminConf)
                .then(|| "is there".to_owned())
        }),
    );
    push(
        &OTHER_ALGORITHM,
        "keys".to_owned(),
        differing(portraits, |one| {
            let leaf = one.leaf(RowId::Apiserver.spec())?;
            Some(leaf.public_key().ok()?.key_type().to_string())
        }),
    );
    push(
        &EXPIRY_SPREAD,
        "certificates".to_owned(),
        spread(portraits, now),
    );
    all
}

/// Whether each node has its own.
fn is_own(spec: &CertSpec) -> bool {
    spec.owner == OwnerKind::Node
}

fn file(spec: &CertSpec) -> String {
    let parts = spec.artifacts().into_iter();
    let mut shown =
        parts.filter(|artifact| matches!(artifact.part, Part::Certificate | Part::Kubeconfig));
    shown
        .next()
        .map_or_else(|| spec.name.to_owned(), |artifact| artifact.to_string())
}

/// What several have, where the nodes are told apart by what they are called here: they have no
/// other name to be told apart by.
fn by_label(
    portraits: &[Portrait],
    value: impl Fn(&Portrait) -> Option<String>,
) -> Option<Vec<(String, Vec<String>)>> {
    let mut values: Vec<(String, Vec<String>)> = Vec::new();
    for one in portraits {
        let Some(value) = value(one) else { continue };
        match values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, labels)) => labels.push(one.label.clone()),
            None => values.push((value, vec![one.label.clone()])),
        }
    }
    values.retain(|(_, labels)| labels.len() > 1);
    (!values.is_empty()).then_some(values)
}

/// A node's serving certificate that has another's name, and not its own.
fn of_another(portraits: &[Portrait], spec: &CertSpec) -> Option<Vec<(String, Vec<String>)>> {
    if !spec.usage.is_some_and(pki_core::Usage::serves) {
        return None;
    }
    let wrong = by_value(portraits, |one| {
        let leaf = one.leaf(spec)?;
        let served: BTreeSet<String> = leaf.hosts().hosts().map(|host| host.to_string()).collect();
        let others = portraits.iter().filter(|other| other.label != one.label);
        let others: Vec<String> = others
            .filter_map(|other| other.name.clone())
            .filter(|name| served.contains(name))
            .collect();
        let name = one.name.as_ref()?;
        (!served.contains(name) && !others.is_empty())
            .then(|| format!("serves {}, and not {name}", others.join(", ")))
    });
    (!wrong.is_empty()).then_some(wrong)
}

fn missing(portraits: &[Portrait], spec: &CertSpec) -> Option<Vec<(String, Vec<String>)>> {
    if !portraits.iter().any(|one| one.has(spec.id)) {
        return None;
    }
    differing(portraits, |one| {
        // What etcd elsewhere does not need is not missing.
        let has_etcd = spec.need != Need::LocalEtcd || one.has(RowId::EtcdCa);
        has_etcd.then(|| {
            let is_there = one.has(spec.id);
            if is_there { "is there" } else { "is not there" }.to_owned()
        })
    })
}

/// The names that the API servers serve, but for those that are a node's own.
fn names(portraits: &[Portrait]) -> Option<Vec<(String, Vec<String>)>> {
    let own: BTreeSet<String> = portraits.iter().flat_map(Portrait::own_hosts).collect();
    let served = |one: &Portrait| {
        let leaf = one.leaf(RowId::Apiserver.spec())?;
        let names = leaf
            .hosts()
            .hosts()
            .map(|host| host.to_string())
            .collect::<BTreeSet<_>>();
        Some(
            names
                .difference(&own)
                .cloned()
                .collect::<BTreeSet<String>>(),
        )
    };
    let all: BTreeSet<String> = portraits.iter().filter_map(served).flatten().collect();
    let lacking = by_value(portraits, |one| {
        let names = served(one)?;
        let lacks: Vec<String> = all.difference(&names).cloned().collect();
        Some(match lacks.as_slice() {
            [] => "serve all of them".to_owned(),
            lacks => format!("lacks {}", lacks.join(", ")),
        })
    });
    (lacking.len() > 1 || lacking.iter().any(|(value, _)| value.starts_with("lacks")))
        .then_some(lacking)
}

/// When the first certificate of each node ends, where that is far apart.
fn spread(portraits: &[Portrait], now: OffsetDateTime) -> Option<Vec<(String, Vec<String>)>> {
    let first = |one: &Portrait| {
        let rows = pki_core::CERTS.iter().filter(|spec| is_own(spec));
        // The kubelet renews its own by itself, at its own time.
        let rows = rows.filter(|spec| spec.id != RowId::KubeletConf);
        rows.filter_map(|spec| Some(one.leaf(spec)?.validity().not_after))
            .min()
    };
    let ends: Vec<OffsetDateTime> = portraits.iter().filter_map(first).collect();
    let (earliest, latest) = (ends.iter().min()?, ends.iter().max()?);
    let is_far = *latest - *earliest > SPREAD && *latest > now;
    is_far.then(|| {
        by_value(portraits, |one| {
            Some(format!("first ends {}", readable(first(one)?)))
        })
    })
}
