//! Whether the places that accept clients accept each only their own.

use std::collections::BTreeMap;

use super::Rule;
use super::finding::{Findings, Place, listed};
use super::node::Node;
use crate::spec::RowId;
use crate::x509::{Certificate, Signature, Usage, signature};

/// Signatures that are checked between two files; hostile ones could want a great many.
const MOST_SIGNATURES: usize = 100;

/// A file whose authorities' clients are accepted, and who accepts them.
struct Trusted<'a> {
    by: &'static str,
    file: &'a str,
    certificates: &'a [Certificate],
}

/// Who accepts the clients of which authority.
const PLACES: [(RowId, &str); 3] = [
    (RowId::ClusterCa, "the API server and the kubelet"),
    (RowId::FrontProxyCa, "the API server's aggregation layer"),
    (RowId::EtcdCa, "etcd"),
];

/// Compares every trust file with those before it, of other places.
pub(super) fn judge(findings: &mut Findings, node: &Node<'_>) {
    let mut all: Vec<Trusted<'_>> = Vec::new();
    for (row, by) in PLACES {
        let own = node.authority(row).into_iter();
        let own = own.map(|own| (own.file.as_str(), own.certificates));
        let relations = node.facts.relations.iter();
        let told = relations.filter(|relation| {
            relation.usage == Usage::Client && relation.credential.spec().issuer == Some(row)
        });
        let told = told.map(|relation| (relation.reader.named(), &*relation.reader.certificates));
        for (file, certificates) in own.chain(told) {
            if !all.iter().any(|one| (one.by, one.file) == (by, file)) {
                all.push(Trusted {
                    by,
                    file,
                    certificates,
                });
            }
        }
    }
    for (position, this) in all.iter().enumerate() {
        let others = all.iter().take(position).filter(|one| one.by != this.by);
        compare(findings, this, others);
    }
}

/// Whether two trust files accept each other's clients, or could by one key: the rule that says so.
#[must_use]
pub fn shared_trust(one: &[Certificate], other: &[Certificate]) -> Option<Rule> {
    let [one, other] = [one, other].map(|certificates| Trusted {
        by: "",
        file: "",
        certificates,
    });
    let shared = || shared(&one, &other).map(|_| Rule::SharedTrust);
    let related = related(&one, &other).map(|(rule, _)| rule);
    let key = || same_key(&one, &other).map(|_| Rule::SharedAuthorityKey);
    let known = related.filter(|rule| *rule == Rule::SharedTrust);
    known.or_else(shared).or_else(key).or(related)
}

/// One finding of each rule for a file, whatever it shares with how many.
fn compare<'a>(
    findings: &mut Findings,
    this: &Trusted<'_>,
    others: impl Iterator<Item = &'a Trusted<'a>>,
) {
    let mut messages: BTreeMap<Rule, Vec<String>> = BTreeMap::new();
    for other in others {
        let both = shared(this, other).map(|message| (Rule::SharedTrust, message));
        let trust = both.or_else(|| related(this, other));
        let key = same_key(this, other).map(|message| (Rule::SharedAuthorityKey, message));
        for (rule, message) in trust.into_iter().chain(key) {
            messages.entry(rule).or_default().push(message);
        }
    }
    let place = Place {
        file: this.file,
        name: None,
    };
    for (rule, messages) in messages {
        findings.file(rule, place, messages.join("; "));
    }
}

/// Authorities that are in both files.
fn shared(this: &Trusted<'_>, other: &Trusted<'_>) -> Option<String> {
    let identity = |one: &Certificate| (one.subject().as_der().to_vec(), one.spki_der().to_vec());
    let known: std::collections::BTreeSet<_> = other.certificates.iter().map(identity).collect();
    let both = this.certificates.iter();
    let both: Vec<&Certificate> = both.filter(|one| known.contains(&identity(one))).collect();
    let names = both.iter().map(|one| one.subject().to_string());
    (!both.is_empty()).then(|| {
        format!(
            "{} is trusted in {} too: its clients are accepted by {} and by {}",
            listed(names, ", "),
            other.file,
            this.by,
            other.by
        )
    })
}

/// An authority below one that the other place trusts: its clients are accepted there, if they
/// bring its certificate along. Where that is not known, it is said.
fn related(this: &Trusted<'_>, other: &Trusted<'_>) -> Option<(Rule, String)> {
    let below = issued(this.certificates, other.certificates);
    if let Issued::By(lower, upper) = below {
        let message = format!(
            "{} is issued by {}, which {} trusts: its clients are accepted by {} too",
            lower.subject(),
            upper.subject(),
            other.file,
            other.by
        );
        return Some((Rule::SharedTrust, message));
    }
    let above = issued(other.certificates, this.certificates);
    if let Issued::By(lower, upper) = above {
        let message = format!(
            "{} has issued {}, which {} trusts: the clients of {} are accepted by {} too",
            upper.subject(),
            lower.subject(),
            other.file,
            other.by,
            this.by
        );
        return Some((Rule::SharedTrust, message));
    }
    let why = match (above, below) {
        (Issued::TooMany, _) | (_, Issued::TooMany) => format!(
            "more than {MOST_SIGNATURES} authorities here may be issued by those of {}, or the \
             other way round, and no more were compared",
            other.file
        ),
        (Issued::Unknown(lower, upper), _) | (_, Issued::Unknown(lower, upper)) => format!(
            "whether {} has signed {} is not checked",
            upper.subject(),
            lower.subject()
        ),
        (Issued::Not | Issued::By(..), _) => return None,
    };
    let message = format!(
        "{why}: whether clients of {} are accepted by {} too is not known",
        other.by, this.by
    );
    Some((Rule::NotChecked, message))
}

/// Whether one of some authorities has signed one of others.
#[derive(Clone, Copy)]
enum Issued<'a> {
    /// The first such pair, the lower one first.
    By(&'a Certificate, &'a Certificate),
    /// None of them.
    Not,
    /// None that is known; of these two it is not, the lower one first.
    Unknown(&'a Certificate, &'a Certificate),
    /// None of those that were compared, and there are more.
    TooMany,
}

fn issued<'a>(lower: &'a [Certificate], upper: &'a [Certificate]) -> Issued<'a> {
    let mut by_name: BTreeMap<&[u8], Vec<&Certificate>> = BTreeMap::new();
    for one in upper {
        by_name.entry(one.subject().as_der()).or_default().push(one);
    }
    let candidates = lower.iter().flat_map(|one| {
        let all = by_name.get(one.issuer().as_der()).into_iter().flatten();
        all.filter(move |above| **above != one && one.may_name_key_of(above))
            .map(move |above| (one, *above))
    });
    let mut found = Issued::Not;
    for (count, (one, above)) in candidates.enumerate() {
        if count == MOST_SIGNATURES {
            return Issued::TooMany;
        }
        match signature(one, above) {
            Signature::Valid => return Issued::By(one, above),
            Signature::Invalid => {}
            Signature::Unsupported => found = Issued::Unknown(one, above),
        }
    }
    found
}

/// Authorities of different names with one key.
fn same_key(this: &Trusted<'_>, other: &Trusted<'_>) -> Option<String> {
    let mut by_key: BTreeMap<&[u8], &Certificate> = BTreeMap::new();
    for one in other.certificates {
        by_key.insert(one.spki_der(), one);
    }
    let (one, known) = this.certificates.iter().find_map(|one| {
        let known = by_key.get(one.spki_der())?;
        (known.subject() != one.subject()).then_some((one, known))
    })?;
    Some(format!(
        "the key of {} is also that of {} in {}, where the clients of {} come from",
        one.subject(),
        known.subject(),
        other.file,
        other.by
    ))
}
