//! Whether the names in client certificates are those that their servers expect.

use pki_core::remedy::Remedy;
use pki_core::{Certificate, RowId, Usage, judge};

use super::edits::set;
use super::finding::Findings;
use super::relation::relations;
use super::{AuditRule, questions};
use crate::observe::Machine;
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
        let message = if id == RowId::FrontProxyClient {
            proxy(machine, leaf)
        } else {
            judge::identity(id, leaf)
        };
        // A certificate of something else altogether has been said to be that.
        let presenter = relation.presenter.key();
        let blamed = presenter.0.zip(presenter.1);
        if blamed.is_some_and(|(component, name)| findings.blames(component, name)) {
            continue;
        }
        if let Some(message) = message {
            let mut subject = relation.presenter.subject();
            subject.certificate = Some(leaf.subject().to_string());
            let rule = judge::Rule::WrongIdentity;
            // Where the certificate is as the table has it, the flag is what is wrong.
            let name = leaf.subject().common_name();
            let is_ours = id == RowId::FrontProxyClient && name == Some(id.spec().name);
            let told = machine.instance(Component::KubeApiserver);
            let remedy = if let Some(told) = told.filter(|_| is_ours) {
                set(told, ALLOWED, id.spec().name)
            } else if relation.presenter.usual() {
                rule.spec().remedy_for(Some(id), relation.presenter.file())
            } else {
                Remedy::ask(&questions::NAME_MEANT)
            };
            findings.about_flag(AuditRule::Check(rule), subject, message, remedy);
        }
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
