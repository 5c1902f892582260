//! The map for a terminal: the paths as a list, the certificates as a tree, 80 columns wide.

use std::fmt::Write as _;

use pki_core::judge::expiration::{State, residual};
use pki_core::{RowId, Table};
use pki_layout::map::{CertificateFact, EtcdPlace, MapFacts, Source, UNNAMED};

use super::scene::{Scene, port, roots, shown_by};
use super::style::{LOOKS, look, sign};
use crate::printer::HEADING;
use crate::render::{lines, table};

/// The map as text.
pub(crate) fn text(facts: &MapFacts) -> String {
    let scene = Scene::of(facts);
    let mut text = format!(
        "{HEADING}Who talks to whom{HEADING:#}, {} (Kubernetes {})\n\n",
        scene.heading(),
        facts.version
    );
    for look in &LOOKS {
        let style = look.style;
        let _ = writeln!(
            text,
            "  {style}{}{style:#}  {style}{:<20}{style:#}  {}",
            look.arrow,
            look.word,
            wrapped(look.meaning, 29)
        );
    }
    text.push('\n');
    text.push_str(&places(facts));
    let _ = writeln!(text, "\n{HEADING}Paths{HEADING:#}");
    for fact in &facts.paths {
        let look = look(fact.protection);
        let style = look.style;
        let _ = writeln!(
            text,
            "  {:<18} {style}{}{style:#} {:<19}  {:<8}  {style}{}{style:#}",
            fact.path.client.name(),
            look.arrow,
            fact.path.server.name(),
            port(fact),
            look.word
        );
        for gap in &fact.gaps {
            let _ = writeln!(text, "{:22} {}", "", wrapped(gap, 23));
        }
        for fault in &fact.faults {
            let fault = format!("does not work: {fault}");
            let _ = writeln!(text, "{:22} {}", "", wrapped(&fault, 23));
        }
    }
    let _ = writeln!(
        text,
        "\n{HEADING}Authorities, what they sign, and who shows it{HEADING:#}"
    );
    for root in roots() {
        tree(&mut text, facts, root);
    }
    let others: Vec<&CertificateFact> = facts
        .certificates
        .iter()
        .filter(|fact| fact.id.is_none())
        .collect();
    if !others.is_empty() {
        text.push_str("  beside the table\n");
        let last = others.len() - 1;
        for (position, fact) in others.into_iter().enumerate() {
            certificate(&mut text, facts, fact, branch(position == last));
        }
    }
    text
}

/// Who is where.
fn places(facts: &MapFacts) -> String {
    let etcd = match &facts.etcd {
        EtcdPlace::Local if facts.outside.is_some() => "on this node".to_owned(),
        EtcdPlace::Local => "on every control-plane node".to_owned(),
        EtcdPlace::External(members) if members.is_empty() => "external".to_owned(),
        EtcdPlace::External(members) => format!("external: {}", members.join(", ")),
        _ if facts.outside.is_some() => "not on this node".to_owned(),
        _ => "not found".to_owned(),
    };
    let mut rows = table();
    rows.set_width(80);
    let mut nodes = facts.nodes.join(", ");
    if let Some(node) = &facts.outside {
        let what = match facts.etcd {
            EtcdPlace::Local => "a member of etcd alone",
            _ => "a worker",
        };
        rows.add_row(["  this node".to_owned(), format!("{node}, {what}")]);
        if nodes == UNNAMED {
            "not on this node".clone_into(&mut nodes);
        }
    }
    rows.add_row(["  control plane".to_owned(), nodes]);
    rows.add_row(["  etcd".to_owned(), etcd]);
    for missing in &facts.missing {
        rows.add_row(["  not found here".to_owned(), missing.to_string()]);
    }
    lines(rows)
}

fn tree(text: &mut String, facts: &MapFacts, root: RowId) {
    let Some(fact) = facts.certificate(root) else {
        return;
    };
    certificate(text, facts, fact, "  ");
    let signed: Vec<RowId> = Table::kubernetes()
        .signed_by(root)
        .map(|spec| spec.id)
        .collect();
    for (position, id) in signed.iter().enumerate() {
        if let Some(fact) = facts.certificate(*id) {
            let last = position + 1 == signed.len();
            certificate(text, facts, fact, branch(last));
        }
    }
}

const fn branch(last: bool) -> &'static str {
    if last { "  `- " } else { "  |- " }
}

fn certificate(text: &mut String, facts: &MapFacts, fact: &CertificateFact, branch: &str) {
    let parties = fact.id.map(shown_by).unwrap_or_default();
    let parties: Vec<&str> = parties
        .into_iter()
        .map(pki_layout::table::Party::name)
        .collect();
    let users = match (fact.id, &fact.below) {
        (Some(RowId::ServiceAccount), _) => "signs the tokens of pods".to_owned(),
        (_, Some(above)) => format!("below {above}"),
        _ => parties.join(", "),
    };
    let name = format!("{branch}{}", fact.name);
    let expiry = expiry(facts, fact);
    let line = format!("{name:<32} {users:<24} {expiry}");
    let _ = writeln!(text, "{}", line.trim_end());
}

/// How much is left, with a sign before it.
fn expiry(facts: &MapFacts, fact: &CertificateFact) -> String {
    let Some(state) = fact.state else {
        return String::new();
    };
    if facts.source != Source::Disk {
        return String::new();
    }
    let mark = sign(state);
    match (state, fact.validity) {
        (State::Valid | State::Due, Some((_, not_after))) => {
            format!("{mark} {} left", residual(not_after - facts.at))
        }
        _ => format!("{mark} {}", state.name()),
    }
}

/// Text that is folded so that it fits beside what is `indent` columns wide.
fn wrapped(text: &str, indent: usize) -> String {
    let mut folded = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > indent && column + 1 + length > 80 {
            let _ = write!(folded, "\n{:indent$}", "");
            column = indent;
        } else if column > indent {
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += length;
    }
    folded
}
