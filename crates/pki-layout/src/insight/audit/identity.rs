//! Whether the names in client certificates are those that their servers expect.

use pki_core::remedy::{Remedy, Step};
use pki_core::{Certificate, RowId, Usage, judge};

use super::edits::{set, step};
use super::finding::Findings;
use super::relation::relations;
use super::{AuditRule, questions};
use crate::observe::{Instance, Machine};
use crate::table::Component;

const ALLOWED: &str = "requestheader-allowed-names";

pub(super) fn judge(findings: &mut Findings, machine: &Machine) {
    for relation in relations(machine) {
        let id = relation.credential;
        let Some(leaf) = relation.presenter.end.certificates.first() else {
            continue;
        };
        if relation.usage != Usage::Client {
            continue;
        }
        let wrong = if id == RowId::FrontProxyClient {
            proxy(machine, leaf)
        } else {
            judge::identity(id, leaf)
        };
        let excess = || Some((judge::Rule::ExcessRights, judge::excess(id, leaf)?));
        let wrong = wrong.map(|message| (judge::Rule::WrongIdentity, message));
        // A certificate of something else altogether has been said to be that.
        let presenter = relation.presenter.key();
        let blamed = presenter.0.zip(presenter.1);
        if blamed.is_some_and(|(component, name)| findings.blames(component, name)) {
            continue;
        }
        if let Some((rule, message)) = wrong.or_else(excess) {
            let mut subject = relation.presenter.subject();
            subject.certificate = Some(leaf.subject().to_string());
            let anew = if relation.presenter.usual() {
                rule.spec().remedy_for(Some(id), relation.presenter.file())
            } else {
                Remedy::ask(&questions::NAME_MEANT)
            };
            let told = machine.instance(Component::KubeApiserver);
            let remedy = match told.filter(|_| id == RowId::FrontProxyClient) {
                Some(told) => allow(told, leaf, id.spec().name, anew),
                None => anew,
            };
            findings.about_flag(AuditRule::Check(rule), subject, message, remedy);
        }
    }
}

/// Where the certificate is as the table has it, the flag is what is wrong; of another one, either
/// may be. A name that is allowed already may be that of a proxy which is not here.
fn allow(told: &Instance, leaf: &Certificate, ours: &str, anew: Remedy) -> Remedy {
    let allowed: Vec<&str> = told.items(ALLOWED).collect();
    let shown = leaf.subject().common_name().unwrap_or_default();
    let with = |name: &str| [&allowed[..], &[name]].concat().join(",");
    let too = |question, name| {
        let more = step(told, ALLOWED, Some(with(name)));
        Remedy::steps([Step::Ask(question, None), more])
    };
    if shown == ours {
        return set(told, ALLOWED, ours).or(too(&questions::OTHER_PROXY, ours));
    }
    if allowed.contains(&ours) && !shown.is_empty() {
        return anew.or(too(&questions::MEANT_PROXY, shown));
    }
    let mut anew = anew;
    for way in &mut anew.ways {
        way.push(step(told, ALLOWED, Some(with(ours))));
    }
    if shown.is_empty() {
        anew
    } else {
        anew.or(too(&questions::MEANT_PROXY, shown))
    }
}

/// A proxy's name is what the flag says.
fn proxy(machine: &Machine, leaf: &Certificate) -> Option<String> {
    let apiserver = machine.instance(Component::KubeApiserver)?;
    let allowed: Vec<&str> = apiserver.items(ALLOWED).collect();
    let name = leaf.subject().common_name().unwrap_or_default();
    let accepted = allowed.is_empty() || allowed.contains(&name);
    (!accepted).then(|| {
        format!(
            "it stands for {name}; --{ALLOWED} takes the word of {} only",
            allowed.join(", ")
        )
    })
}
