//! Certificate policies along a path, as Go alone looks at them: RFC 5280 section 6.1 as RFC 9618
//! has it, with no policy that is asked for (crypto/x509, `policiesValid`).

use std::collections::{BTreeMap, BTreeSet};

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_CERTIFICATE_POLICIES, ID_CE_INHIBIT_ANY_POLICY, ID_CE_POLICY_CONSTRAINTS,
    ID_CE_POLICY_MAPPINGS,
};

use crate::authority::path::search::Member;
use crate::judge::Rule;
use crate::judge::finding::Problem;
use crate::x509::Certificate;
use crate::x509::elements::{Elements, INTEGER, OBJECT_IDENTIFIER, SEQUENCE};

/// What is wrong with the policies of a path that ends with the first that is trusted, and with
/// which of its certificates.
pub(super) fn problem(path: &[Member<'_>]) -> Option<(usize, Problem)> {
    let presented: Vec<&Certificate> = path.iter().map(|one| one.certificate).collect();
    let (_, presented) = presented.split_last()?;
    // Without one of these there is nothing that it could be refused for.
    let has = |oid| presented.iter().any(|one| one.extension(oid).is_some());
    if !has(ID_CE_POLICY_CONSTRAINTS) && !has(ID_CE_POLICY_MAPPINGS) {
        return None;
    }
    let (position, message) = match evaluate(presented)? {
        Invalid::Mapping(position) => (
            position,
            "its policy mappings are of any policy, and no such mapping is allowed",
        ),
        Invalid::NoPolicy => {
            let wants = |one: &&Certificate| Constraints::of(one).explicit.is_some();
            (
                presented.iter().position(wants)?,
                "its policy constraints want a policy that is valid from the leaf to the root, and \
                 there is none",
            )
        }
    };
    Some((position, Problem::new(Rule::PolicyRequired, message)))
}

enum Invalid {
    /// A certificate maps any policy.
    Mapping(usize),
    /// A policy is wanted, and none is valid.
    NoPolicy,
}

/// A policy's identifier, as it is encoded.
type Policy<'a> = &'a [u8];

/// 2.5.29.32.0
const ANY: Policy<'static> = &[0x55, 0x1d, 0x20, 0x00];

fn evaluate(presented: &[&Certificate]) -> Option<Invalid> {
    let count = presented.len();
    let mut graph = Some(Graph::new());
    let (mut explicit, mut mapping, mut any) = (count + 1, count + 1, count + 1);
    for (position, certificate) in presented.iter().enumerate().rev() {
        let is_self_issued = certificate.is_self_issued();
        let policies = policies(certificate);
        graph = graph.filter(|_| !policies.is_empty());
        if explicit == 0 && graph.is_none() {
            return Some(Invalid::NoPolicy);
        }
        if let Some(graph) = &mut graph {
            graph.descend();
            for policy in policies.iter().filter(|policy| **policy != ANY) {
                graph.accept(policy);
            }
            let takes_any = any > 0 || (position > 0 && is_self_issued);
            if policies.contains(&ANY) && takes_any {
                graph.accept_expected();
            }
            graph.prune();
            if position > 0 && map(graph, certificate, mapping > 0).is_err() {
                return Some(Invalid::Mapping(position));
            }
        }
        if position > 0 {
            if !is_self_issued {
                for left in [&mut explicit, &mut mapping, &mut any] {
                    *left = left.saturating_sub(1);
                }
            }
            let limits = Constraints::of(certificate);
            explicit = limits.explicit.map_or(explicit, |most| explicit.min(most));
            mapping = limits.mapping.map_or(mapping, |most| mapping.min(most));
            any = limits.any.map_or(any, |most| any.min(most));
        }
    }
    let leaf = presented.first().map(|leaf| Constraints::of(leaf));
    let wants_now = leaf.is_some_and(|leaf| leaf.explicit == Some(0));
    let is_wanted = explicit <= 1 || wants_now;
    let is_valid = graph.is_some_and(|graph| graph.is_valid());
    (is_wanted && !is_valid).then_some(Invalid::NoPolicy)
}

/// Follows the policy mappings of an authority; an error where one is of any policy.
fn map<'a>(graph: &mut Graph<'a>, authority: &'a Certificate, is_allowed: bool) -> Result<(), ()> {
    let mut mappings: BTreeMap<Policy<'a>, Vec<Policy<'a>>> = BTreeMap::new();
    for (issuer, subject) in self::mappings(authority) {
        if !is_allowed {
            graph.delete(issuer);
        } else if issuer == ANY || subject == ANY {
            return Err(());
        } else {
            mappings.entry(issuer).or_default().push(subject);
        }
    }
    graph.prune();
    for (issuer, subjects) in mappings {
        graph.expect(issuer, subjects);
    }
    Ok(())
}

/// Where a policy is: how far down, and which.
type Place<'a> = (usize, Policy<'a>);

#[derive(Default)]
struct Node<'a> {
    /// What this one is called further down.
    expected: Vec<Policy<'a>>,
    parents: BTreeSet<Place<'a>>,
    children: BTreeSet<Place<'a>>,
}

/// The valid policies by certificate, from the one below the root down.
struct Graph<'a> {
    strata: Vec<BTreeMap<Policy<'a>, Node<'a>>>,
    /// The policies of the certificate above by what they are called below it.
    expecting: BTreeMap<Policy<'a>, Vec<Policy<'a>>>,
}

impl<'a> Graph<'a> {
    fn new() -> Self {
        let root = Node {
            expected: vec![ANY],
            ..Node::default()
        };
        Self {
            strata: vec![BTreeMap::from([(ANY, root)])],
            expecting: BTreeMap::new(),
        }
    }

    fn depth(&self) -> usize {
        self.strata.len() - 1
    }

    fn node(&mut self, (depth, policy): Place<'a>) -> Option<&mut Node<'a>> {
        self.strata.get_mut(depth)?.get_mut(policy)
    }

    /// To the next certificate.
    fn descend(&mut self) {
        self.expecting.clear();
        for (policy, node) in self.strata.last().into_iter().flatten() {
            for expected in &node.expected {
                self.expecting.entry(expected).or_default().push(policy);
            }
        }
        self.strata.push(BTreeMap::new());
    }

    fn insert(&mut self, policy: Policy<'a>, expected: Vec<Policy<'a>>, parents: &[Place<'a>]) {
        let place = (self.depth(), policy);
        for parent in parents {
            if let Some(parent) = self.node(*parent) {
                parent.children.insert(place);
            }
        }
        let node = Node {
            expected,
            parents: parents.iter().copied().collect(),
            children: BTreeSet::new(),
        };
        if let Some(stratum) = self.strata.last_mut() {
            stratum.insert(policy, node);
        }
    }

    /// A policy that a certificate names, where one above leads to it.
    fn accept(&mut self, policy: Policy<'a>) {
        let above = self.depth() - 1;
        let named = self.expecting.get(policy).cloned().unwrap_or_default();
        let mut parents: Vec<Place<'a>> = named.into_iter().map(|one| (above, one)).collect();
        if parents.is_empty() && self.node((above, ANY)).is_some() {
            parents.push((above, ANY));
        }
        if !parents.is_empty() {
            self.insert(policy, vec![policy], &parents);
        }
    }

    /// Every policy that those above lead to and that is not named: the certificate takes any.
    fn accept_expected(&mut self) {
        let above = self.depth() - 1;
        let is_there = |policy: &Policy<'a>| {
            let leaves = self.strata.last();
            leaves.is_some_and(|leaves| leaves.contains_key(policy))
        };
        let missing = self
            .expecting
            .iter()
            .filter(|(policy, _)| !is_there(policy));
        let missing: Vec<(Policy<'a>, Vec<Place<'a>>)> = missing
            .map(|(policy, parents)| {
                let parents = parents.iter().map(|parent| (above, *parent));
                (*policy, parents.collect())
            })
            .collect();
        for (policy, parents) in missing {
            self.insert(policy, vec![policy], &parents);
        }
    }

    /// What a policy of the last certificate is called below it.
    fn expect(&mut self, policy: Policy<'a>, expected: Vec<Policy<'a>>) {
        let depth = self.depth();
        if let Some(node) = self.node((depth, policy)) {
            node.expected = expected;
        } else if self.node((depth, ANY)).is_some() {
            self.insert(policy, expected, &[(depth, ANY)]);
        }
    }

    /// Takes a policy of the last certificate away.
    fn delete(&mut self, policy: Policy<'a>) {
        let place = (self.depth(), policy);
        let removed = self.strata.last_mut();
        let Some(removed) = removed.and_then(|leaves| leaves.remove(policy)) else {
            return;
        };
        self.forget(place, &removed);
    }

    fn forget(&mut self, place: Place<'a>, removed: &Node<'a>) {
        for parent in &removed.parents {
            if let Some(parent) = self.node(*parent) {
                parent.children.remove(&place);
            }
        }
        for child in &removed.children {
            if let Some(child) = self.node(*child) {
                child.parents.remove(&place);
            }
        }
    }

    /// Takes away what leads nowhere.
    fn prune(&mut self) {
        for depth in (1..self.depth()).rev() {
            let Some(stratum) = self.strata.get_mut(depth) else {
                continue;
            };
            let (fertile, barren) = std::mem::take(stratum)
                .into_iter()
                .partition(|(_, node)| !node.children.is_empty());
            *stratum = fertile;
            let barren: BTreeMap<Policy<'a>, Node<'a>> = barren;
            for (policy, node) in barren {
                self.forget((depth, policy), &node);
            }
        }
    }

    /// Whether a policy is valid from end to end.
    fn is_valid(&self) -> bool {
        let any_at_the_end = self
            .strata
            .last()
            .is_some_and(|leaves| leaves.contains_key(ANY));
        let mut nodes = self.strata.iter().flatten();
        let begins = |node: &Node<'a>| {
            let mut parents = node.parents.iter();
            matches!((parents.next(), parents.next()), (Some((_, policy)), None) if *policy == ANY)
        };
        any_at_the_end || nodes.any(|(policy, node)| *policy != ANY && begins(node))
    }
}

/// How many certificates further down something is wanted, or allowed.
struct Constraints {
    explicit: Option<usize>,
    mapping: Option<usize>,
    any: Option<usize>,
}

impl Constraints {
    fn of(certificate: &Certificate) -> Self {
        let both = value(certificate, ID_CE_POLICY_CONSTRAINTS);
        let mut both = both.and_then(|value| Elements::inside(value, SEQUENCE));
        let mut read = |tag| {
            both.as_mut()
                .and_then(|both| both.read(tag))
                .and_then(number)
        };
        let any = value(certificate, ID_CE_INHIBIT_ANY_POLICY);
        Self {
            explicit: read(0x80),
            mapping: read(0x81),
            any: any
                .and_then(|value| Elements::of(value).read(INTEGER))
                .and_then(number),
        }
    }
}

/// A number that is none below zero; one beyond measure is that of no path.
fn number(octets: &[u8]) -> Option<usize> {
    if octets.first()? & 0x80 != 0 {
        return None;
    }
    let number = octets.iter().try_fold(0usize, |number, octet| {
        number.checked_mul(256)?.checked_add(usize::from(*octet))
    });
    Some(number.unwrap_or(usize::MAX))
}

fn value(certificate: &Certificate, oid: ObjectIdentifier) -> Option<&[u8]> {
    certificate.extension(oid).map(|one| one.value.as_slice())
}

fn lists(certificate: &Certificate, oid: ObjectIdentifier) -> impl Iterator<Item = Elements<'_>> {
    let list = value(certificate, oid).and_then(|value| Elements::inside(value, SEQUENCE));
    let list = list.into_iter().flatten();
    list.filter(|one| one.tag == SEQUENCE)
        .map(|one| Elements::of(one.value))
}

fn policies(certificate: &Certificate) -> Vec<Policy<'_>> {
    let all = lists(certificate, ID_CE_CERTIFICATE_POLICIES);
    all.filter_map(|mut one| one.read(OBJECT_IDENTIFIER))
        .collect()
}

fn mappings(certificate: &Certificate) -> impl Iterator<Item = (Policy<'_>, Policy<'_>)> {
    let all = lists(certificate, ID_CE_POLICY_MAPPINGS);
    all.filter_map(|mut one| Some((one.read(OBJECT_IDENTIFIER)?, one.read(OBJECT_IDENTIFIER)?)))
}
