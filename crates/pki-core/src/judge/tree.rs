use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::chain::{self, Chain, Unchained};
use super::finding::{Finding, Findings};
use super::node::{Authority, Node, Presented};
use super::{
    Rule, authority, certificate, drift, files, identity, keys, kubeconfig, leaf, serial, trust,
};
use crate::observation::NodeFacts;
use crate::spec::RowId;
use crate::x509::Certificate;

/// Judges a node's tree at an instant: by itself, and against the configuration where the
/// evidence has one. Findings are in the order of the table's files.
#[must_use]
pub fn tree(facts: &NodeFacts, at: OffsetDateTime) -> Vec<Finding> {
    let node = Node::of(facts);
    let mut findings = Findings::of(facts);
    files::judge(&mut findings, &node);
    keys::judge(&mut findings, &node);
    for authority in &node.authorities {
        authorities(&mut findings, authority, at);
    }
    for presented in &node.presented {
        leaves(&mut findings, &node, presented, at);
    }
    identity::judge(&mut findings, &node);
    chains(&mut findings, &node, at);
    kubeconfig::judge(&mut findings, &node, at);
    trust::judge(&mut findings, &node);
    serial::judge(&mut findings, certificates(&node));
    if let Some(setup) = &facts.setup {
        drift::judge(&mut findings, &node, setup, at);
    }
    findings.sorted(&node.files())
}

/// The certificates of an authority by themselves. One that nothing leads to any more may have
/// expired: its chains, if there are any, will say so; the one that issues may not.
fn authorities(findings: &mut Findings, authority: &Authority<'_>, at: OffsetDateTime) {
    for (file, certificates) in authority.files() {
        let alone = authority.certificates.len() == 1;
        for certificate in certificates {
            let issues = authority
                .key
                .is_some_and(|key| key.spki_der() == certificate.spki_der());
            let mut problems = certificate::problems(certificate);
            problems.extend(authority::problems(certificate));
            if alone || (issues && !reissued(certificate, file.certificates, at)) {
                problems.extend(certificate::dates(certificate, at));
            }
            for problem in problems {
                findings.certificate(file.place, certificate, problem);
            }
        }
    }
}

/// Whether the same authority is there again with a life that is not over.
fn reissued(certificate: &Certificate, all: &[Certificate], at: OffsetDateTime) -> bool {
    all.iter().any(|other| {
        other != certificate
            && other.spki_der() == certificate.spki_der()
            && other.validity().contains(at)
    })
}

/// A leaf by itself.
fn leaves(findings: &mut Findings, node: &Node<'_>, presented: &Presented<'_>, at: OffsetDateTime) {
    // With another first in the file nothing that is said of that one would help.
    if findings.has_at(Rule::LeafNotFirst, &presented.file) {
        return;
    }
    let Some(certificate) = presented.leaf() else {
        return;
    };
    let mut problems = certificate::problems(certificate);
    // What the kubelet signs for itself nobody verifies, and it does not make it anew when it has
    // expired: kubelet.crt is a year old on most nodes.
    if presented.authority.is_some() {
        problems.extend(certificate::dates(certificate, at));
        let wanted = node.wanted(presented);
        problems.extend(leaf::problems(certificate, presented.usage, &wanted));
    }
    for problem in problems {
        findings.certificate(presented.place(), certificate, problem);
    }
}

/// The chains of every authority. Where not one leads to it, the authority is at fault, and not
/// everything below it.
fn chains(findings: &mut Findings, node: &Node<'_>, at: OffsetDateTime) {
    let mut by_authority: BTreeMap<RowId, Vec<&Presented<'_>>> = BTreeMap::new();
    for presented in &node.presented {
        if let Some(authority) = presented.authority
            && presented.leaf().is_some()
            && !findings.has_at(Rule::LeafNotFirst, &presented.file)
            && !node.foreign.contains(&presented.id)
        {
            by_authority.entry(authority).or_default().push(presented);
        }
    }
    for (id, all) in by_authority {
        let Some(authority) = node.authority(id) else {
            continue;
        };
        let mut unchained: Vec<(&Presented<'_>, Unchained)> = Vec::new();
        for presented in &all {
            let trust = authority.checking(presented.usage);
            let chain = Chain {
                place: presented.place(),
                certificates: presented.certificates.present().map_or(&[], Vec::as_slice),
                usage: presented.usage,
                trust: trust.place,
                anchors: trust.certificates,
                wants_root: authority.wants_root(presented.usage),
            };
            if let Err(why) = chain::judge(findings, &chain, at) {
                unchained.push((presented, why));
            }
        }
        let none = unchained.len() == all.len();
        if none && findings.has_at(Rule::PairMismatch, &authority.file) {
            continue;
        }
        if none && all.len() > 1 {
            replaced(findings, authority, &unchained);
            continue;
        }
        for (presented, why) in unchained {
            if let Some(leaf) = presented.leaf() {
                findings.certificate(presented.place(), leaf, why.problem);
            }
        }
    }
}

fn replaced(
    findings: &mut Findings,
    authority: &Authority<'_>,
    unchained: &[(&Presented<'_>, Unchained)],
) {
    let names: Vec<&str> = unchained.iter().map(|(one, _)| one.name).collect();
    let message = format!(
        "none of its {} certificates comes from it: {}",
        names.len(),
        names.join(", ")
    );
    findings.file(Rule::AuthorityReplaced, authority.place(), message);
}

/// Every certificate with its place, those of the table first.
fn certificates<'a>(node: &'a Node<'a>) -> impl Iterator<Item = serial::Located<'a>> {
    let files = node.authorities.iter().flat_map(Authority::files);
    let authorities = files.flat_map(|(file, certificates)| {
        let certificates = certificates.into_iter();
        certificates.map(move |certificate| (file.place, certificate))
    });
    let leaves = node.presented.iter().filter_map(|presented| {
        let leaf = presented.leaf()?;
        Some((presented.place(), leaf))
    });
    authorities.chain(leaves)
}
