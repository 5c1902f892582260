//! The whole of a node's tree: what `verify` says.

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;

use super::chain::{self, Unchained};
use super::finding::{Finding, Findings, Place, Problem};
use super::node::{Authority, Node, Presented};
use super::relation::{self, Check};
use super::rules::questions::{RESTORE_AUTHORITY, RIGHT_AUTHORITY};
use super::standing::Standing;
use super::{
    Rule, authority, certificate, copies, drift, files, identity, keys, kubeconfig, leaf, serial,
    told, trust,
};
use crate::observation::NodeFacts;
use crate::remedy::{Edit, EditPlace, Question, Remedy, Step};
use crate::spec::RowId;
use crate::x509::Certificate;

static START_KUBELET: Question = Question::new(
    "restart the kubelet, which asks for another by what kubelet.conf holds",
    "when a node may be without its kubelet is for a person to decide",
);

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
    told::certificates(&mut findings, &node, at);
    trust::judge(&mut findings, &node);
    copies::judge(&mut findings, &node, at);
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
            let mut problems = certificate::problems(certificate, Standing::Anchor);
            problems.extend(authority::problems(certificate, Standing::Anchor));
            if alone || (issues && !reissued(certificate, file.certificates, at)) {
                problems.extend(certificate::dates(certificate, Standing::Anchor, at));
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
    let standing = Standing::Leaf(presented.usage);
    let mut problems = certificate::problems(certificate, standing);
    // What the kubelet signs for itself nobody verifies, and it does not make it anew when it has
    // expired: kubelet.crt is a year old on most nodes.
    if presented.authority.is_some() {
        problems.extend(certificate::dates(certificate, standing, at));
        let wanted = node.wanted(presented);
        problems.extend(leaf::problems(certificate, presented.usage, &wanted));
        problems.extend(unknown_hosts(node, presented));
    }
    for problem in problems {
        findings.certificate(presented.place(), certificate, problem);
    }
}

/// What it is dialled by that nobody can look for in it.
fn unknown_hosts(node: &Node<'_>, presented: &Presented<'_>) -> Option<Problem> {
    let hosts = node.unknown_hosts(presented).into_iter();
    let hosts: Vec<String> = hosts.map(|(text, by)| format!("{text:?} ({by})")).collect();
    if hosts.is_empty() {
        return None;
    }
    let message = format!(
        "whether it serves what it is dialled by is not checked, because that is no name and no \
         address: {}",
        hosts.join(", ")
    );
    Some(Problem::new(Rule::NotChecked, message))
}

/// Chains that are checked by the same authorities: by those of a row, whichever of its files
/// that is in, or by those of a file that is no row's.
struct Checked<'a> {
    by: Place<'a>,
    chains: Vec<(&'a Presented<'a>, Check<'a>)>,
}

/// The chains by who checks them. Where not one leads to its authorities, these are at fault, and
/// not everything below them.
fn chains(findings: &mut Findings, node: &Node<'_>, at: OffsetDateTime) {
    for Checked { by, chains } in checked(findings, node).into_values() {
        let mut unchained: Vec<(&Presented<'_>, Unchained)> = Vec::new();
        for (presented, check) in &chains {
            let chain = relation::chain(node, presented, check);
            if let Err(why) = chain::judge(findings, &chain, at) {
                unchained.push((presented, why));
            }
        }
        let none = unchained.len() == chains.len();
        // The same refuse an authority whose key is another's, and for the same reason.
        if none && findings.has_at(Rule::PairMismatch, by.file) {
            continue;
        }
        let names: BTreeSet<&str> = unchained.iter().map(|(one, _)| one.name).collect();
        if none && names.len() > 1 {
            replaced(findings, node, by, &unchained);
            continue;
        }
        for (presented, why) in unchained {
            if let Some(leaf) = presented.leaf() {
                let rule = why.problem.rule;
                findings.certificate(presented.place(), leaf, why.problem);
                if node.is_rotated_unnamed(presented) {
                    findings.mend_at(rule, &presented.file, &without_the_link(&presented.file));
                }
            }
        }
    }
}

/// The kubelet takes what is behind its link before what kubelet.conf holds, and where there is no
/// link asks for another with that.
fn without_the_link(link: &str) -> Remedy {
    let away = Step::Edit(Edit::new(link, EditPlace::File, None));
    Remedy::ask(&RIGHT_AUTHORITY).or(Remedy::steps([away, Step::Ask(&START_KUBELET, None)]))
}

fn checked<'a>(
    findings: &Findings,
    node: &'a Node<'a>,
) -> BTreeMap<(bool, Option<RowId>, &'a str), Checked<'a>> {
    let mut all: BTreeMap<_, Checked<'_>> = BTreeMap::new();
    let presented = node.presented.iter().filter(|presented| {
        !findings.has_at(Rule::LeafNotFirst, &presented.file)
            && !node.foreign.contains(&presented.id)
    });
    for presented in presented {
        let checks = relation::checks(node, presented).into_iter();
        for check in checks.filter(|check| !check.by_kubeconfig) {
            let own = presented.authority.and_then(|id| node.authority(id));
            let own = own.filter(|own| own.has(check.trust.file));
            let (key, by) = match own {
                Some(own) => ((false, Some(own.id), ""), own.place()),
                None => ((true, None, check.trust.file), check.trust),
            };
            let chains = Vec::new();
            let group = all.entry(key).or_insert(Checked { by, chains });
            let is_known = |(one, other): &(&Presented<'_>, Check<'_>)| {
                std::ptr::eq(*one, presented)
                    && (other.usage, other.trust.file) == (check.usage, check.trust.file)
            };
            if !group.chains.iter().any(is_known) {
                group.chains.push((presented, check));
            }
        }
    }
    all
}

fn replaced(
    findings: &mut Findings,
    node: &Node<'_>,
    by: Place<'_>,
    unchained: &[(&Presented<'_>, Unchained)],
) {
    let mut names: Vec<&str> = unchained.iter().map(|(one, _)| one.name).collect();
    names.dedup();
    let message = format!(
        "none of its {} certificates comes from it: {}",
        names.len(),
        names.join(", ")
    );
    findings.file(Rule::AuthorityReplaced, by, message);
    let row = by.name.and_then(|name| node.facts.table().find(name));
    let cannot_issue = |row| node.facts.inventory.authority(row).issuer().is_err();
    if row.is_some_and(cannot_issue) {
        let restore = Remedy::ask(&RESTORE_AUTHORITY);
        findings.mend_at(Rule::AuthorityReplaced, by.file, &restore);
    }
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
