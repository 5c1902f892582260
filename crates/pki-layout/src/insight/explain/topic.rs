//! One explanation for each kind of thing.

mod certificate;
mod flag;
mod party;
mod path;

use pki_core::judge::{Holder, RuleSpec};
use sections::{Draft, qualified};

use super::{Question, Topic, disk, sections, texts};
use crate::report::ExplainedTopic;
use crate::table::cis::CisItem;
use crate::table::reload::{Material, RELOADS};
use crate::table::{FlagSpec, KubeletFile};
use crate::verb::offence::in_a_sentence;

/// What there is to say of a thing.
pub(super) fn explained(topic: Topic, question: &Question<'_>) -> ExplainedTopic {
    match topic {
        Topic::Certificate { id, file } => certificate::explained(id, file, question),
        Topic::KubeletFile(file) => kubelet_file(file, question),
        Topic::Flag(spec) => flag::explained(spec, question),
        Topic::Obsolete(spec) => flag::obsolete(spec),
        Topic::Party(party) => party::explained(party, question),
        Topic::Path { path, reversed } => path::explained(path, reversed, question),
        Topic::Cis(item) => cis(item),
        Topic::Rule(rule) => rule_of_verify(rule, question),
    }
}

fn kubelet_file(file: &'static KubeletFile, question: &Question<'_>) -> ExplainedTopic {
    let path = file.path(
        question.observation.directories(),
        &question.observation.kubelet().directory,
    );
    let Some(text) = texts::kubelet_file(file) else {
        return Draft::new("kubelet-file", file.name, file.title.to_owned()).finish();
    };
    let answer = format!("{}: {}", file.name, text.answer);
    let mut draft = Draft::new("kubelet-file", file.name, answer);
    let pair = file.name.replace(".key", ".crt");
    let rows = RELOADS
        .iter()
        .filter(|row| matches!(row.material, Material::KubeletFile(name) if name == pair));
    draft
        .section("file", "File", [path.display().to_string()])
        .section("presented-by", "Used", [text.used])
        .section("missing", "If missing", [text.missing])
        .reloads(rows, question)
        .expires(disk::kubelet_file(file, question))
        .section("renew", "Renew", [text.renewal]);
    draft.finish()
}

fn rule_of_verify(rule: &'static RuleSpec, question: &Question<'_>) -> ExplainedTopic {
    let is_warning = rule.refused_by.is_empty() && !rule.counts;
    let kind = if is_warning { "warning" } else { "finding" };
    let answer = format!("{}: a {kind} of `pkigen verify`: {}.", rule.id, rule.title);
    let refused: Vec<&str> = rule.refused_by.iter().map(|one| one.name()).collect();
    let refused = match (refused.as_slice(), is_warning) {
        ([], true) => "nobody; with --strict it counts all the same".to_owned(),
        ([], false) => "nobody; it counts all the same".to_owned(),
        (refused, _) => refused.join(", "),
    };
    let advice = rule.remedy.in_general().into_iter();
    let advice = advice.map(|(holder, remedy)| {
        let text = (question.words)(&remedy).text;
        let whom = match holder {
            Holder::Authority => "For an authority: ",
            Holder::Other => "For what is no row of the table: ",
            _ => return text,
        };
        whom.to_owned() + &in_a_sentence(text)
    });
    let mut draft = Draft::new("rule", rule.id, answer);
    draft
        .section("missing", "Means", [rule.meaning])
        .section("refused-by", "Refused by", [refused])
        .section("advice", "Do this", advice)
        .section("reference", "Reference", [rule.reference]);
    draft.finish()
}

fn cis(item: &'static CisItem) -> ExplainedTopic {
    let name = item.number;
    let before = match item.in_1_5 {
        Some(old) if old != name => format!(" ({old} in 1.5)"),
        Some(_) => String::new(),
        None => " (not in 1.5)".to_owned(),
    };
    let answer = format!(
        "CIS Kubernetes Benchmark 2.0.1, {name}{before}: {}.",
        item.expectation
    );
    let mut draft = Draft::new("rule", name, answer);
    let flags: Vec<&FlagSpec> = item
        .flags
        .iter()
        .filter_map(|name| FlagSpec::find(item.component, name))
        .collect();
    for flag in &flags {
        draft.with_flag(flag);
        if let Some(artifact) = flag.artifact() {
            draft.about(artifact.id);
        }
    }
    let looks = flags
        .iter()
        .map(|flag| format!("{}: {}", qualified(flag), flag.purpose));
    let verdict = if item.kubeadm_passes {
        "What kubeadm sets up passes it."
    } else {
        "What kubeadm sets up does not pass it."
    };
    draft
        .section("looks-at", "Looks at", looks)
        .section(
            "missing",
            "If not",
            flags.iter().map(|flag| texts::flags::text(flag)),
        )
        .section("by-default", "By default", [verdict]);
    draft.finish()
}
