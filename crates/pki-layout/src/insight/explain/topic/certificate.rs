use pki_core::spec::CommonNameRule;
use pki_core::{Artifact, CertSpec, Form, Part, Profile, RowId, Table};

use super::super::{Question, disk, texts};
use super::sections::{
    Draft, checked_on, checker, file_name, holding, presenter, qualified, shown_on,
};
use crate::report::ExplainedTopic;
use crate::table::Role;
use crate::table::paths::PathSpec;
use crate::table::reload::{Material, RELOADS, ReloadSpec, advice};

pub(super) fn explained(
    id: RowId,
    file: Option<Artifact>,
    question: &Question<'_>,
) -> ExplainedTopic {
    let spec = id.spec();
    let Some(text) = texts::certificate(id) else {
        return Draft::new("certificate", spec.name, spec.title.to_owned()).finish();
    };
    let called = file.map_or_else(|| spec.name.to_owned(), |file| file.to_string());
    let answer = match file.map(|file| file.part) {
        Some(Part::Key) if matches!(spec.form, Form::Pair { .. }) => {
            format!(
                "{called}: the private key of {}, {}",
                file_name(id),
                text.answer
            )
        }
        _ => format!("{called}: {}", text.answer),
    };
    let mut draft = Draft::new("certificate", spec.name, answer);
    draft.about(id);
    for flag in crate::table::FlagSpec::reading(id) {
        draft.with_flag(flag);
    }
    draft.section("files", "Files", files(spec, question));
    draft.section("identity", "Says", identity(spec));
    if spec.is_authority() {
        authority(&mut draft, id);
    } else if matches!(spec.form, Form::KeyPair { .. }) {
        key_pair(&mut draft, id);
    } else {
        leaf(&mut draft, id);
    }
    draft
        .section("missing", "If missing", [text.missing])
        .section("stolen", "If stolen", [text.stolen])
        .reloads(reloads(id), question)
        .expires(disk::row(id, question));
    renewal(&mut draft, spec, text.renewal, question);
    let used = if spec.is_authority() {
        checked_on(id)
    } else {
        shown_on(id)
    };
    let mut paths: Vec<&'static PathSpec> = Vec::new();
    for (path, _, _) in used {
        if !paths.iter().any(|known| known.name() == path.name()) {
            paths.push(path);
        }
    }
    draft.paths_in_short("Paths", &paths);
    draft.finish()
}

/// The readers of a row, and of an authority also the kubeconfigs that hold it.
fn reloads(id: RowId) -> impl Iterator<Item = &'static ReloadSpec> {
    let holds = move |row: &&ReloadSpec| match row.material {
        Material::KubeconfigTrust(holder) => holder.spec().issuer == Some(id),
        _ => false,
    };
    ReloadSpec::of(id).chain(RELOADS.iter().filter(holds))
}

fn files(spec: &CertSpec, question: &Question<'_>) -> Vec<String> {
    let directories = question.observation.directories();
    let paths = spec.artifacts().into_iter();
    let paths = paths.map(|artifact| directories.path(artifact));
    // Only below a root, or where there are several generations.
    let derived = question.observation.derived(spec.id).into_iter();
    let derived = derived.filter(|path| spec.is_authority() && question.observation.is_taken(path));
    paths
        .chain(derived)
        .map(|path| path.display().to_string())
        .collect()
}

/// What is written in the certificate.
fn identity(spec: &CertSpec) -> Vec<String> {
    let name = |profile| match spec.common_name.of(profile) {
        CommonNameRule::Fixed(name) => Some(format!("CN {name}")),
        CommonNameRule::NodeName => Some("CN the node's name".to_owned()),
        CommonNameRule::NodeUser => Some("CN system:node: and the node's name".to_owned()),
        _ => None,
    };
    let mut lines = Vec::new();
    if let Some(ours) = name(Profile::KubernetesIo) {
        let mut line = ours.clone();
        match name(Profile::Kubeadm) {
            Some(theirs) if theirs != ours => {
                line = format!("{line} (kubeadm: {theirs})");
            }
            _ => {}
        }
        if !spec.groups.is_empty() {
            line = format!("{line}, O {}", spec.groups.join(", "));
        }
        lines.push(line);
    }
    let signer = match (spec.issuer, spec.is_authority()) {
        (Some(issuer), _) => format!("signed by {issuer}"),
        (None, true) => "signed by itself, or by a root above it".to_owned(),
        (None, false) => return lines,
    };
    let usage = spec.usage.map(|usage| format!(", for use as {usage}"));
    lines.push(signer + &usage.unwrap_or_default());
    if !spec.hosts.is_empty() {
        let mut hosts: Vec<&str> = spec.hosts.iter().map(|rule| rule.words()).collect();
        hosts.dedup();
        lines.push(format!("serves {}", hosts.join("; ")));
    }
    lines
}

fn leaf(draft: &mut Draft, id: RowId) {
    let shown = shown_on(id);
    let by = shown
        .iter()
        .map(|(path, side, proof)| presenter(path, *side, proof));
    draft.section("presented-by", "Shown by", by.collect::<Vec<_>>());
    let checks = shown
        .iter()
        .map(|(path, side, proof)| noted(checker(path, *side, proof), proof.note));
    draft.section("checked-by", "Checked by", checks.collect::<Vec<_>>());
}

/// A fact with what is to be known of it.
fn noted(fact: String, note: &str) -> String {
    if note.is_empty() {
        fact
    } else {
        format!("{fact}; {note}")
    }
}

fn authority(draft: &mut Draft, id: RowId) {
    let signs: Vec<&str> = Table::kubernetes()
        .signed_by(id)
        .map(|spec| spec.name)
        .collect();
    draft.section("signs", "Signs", [signs.join(", ")]);
    let trusting = holding(id, &[Role::ClientTrust, Role::ServerTrust]);
    let lines = trusting
        .iter()
        .map(|flag| format!("{}: {}", qualified(flag), flag.purpose));
    draft.section("checked-by", "Trusted by", lines.collect::<Vec<_>>());
    let issuing = holding(id, &[Role::IssuingCertificate, Role::PrivateKey]);
    let lines = issuing
        .iter()
        .map(|flag| format!("{}: {}", qualified(flag), flag.purpose));
    draft.section("signed-with", "Signed with", lines.collect::<Vec<_>>());
}

fn key_pair(draft: &mut Draft, id: RowId) {
    let using = holding(id, &[Role::TokenSigningKey, Role::TokenVerificationKey]);
    let line = |flag: &&crate::table::FlagSpec| format!("{}: {}", qualified(flag), flag.purpose);
    let signing = using
        .iter()
        .filter(|flag| flag.role() == Some(Role::TokenSigningKey));
    draft.section(
        "signed-with",
        "Signs by",
        signing.map(line).collect::<Vec<_>>(),
    );
    let checking = using
        .iter()
        .filter(|flag| flag.role() == Some(Role::TokenVerificationKey));
    draft.section(
        "checked-by",
        "Checked by",
        checking.map(line).collect::<Vec<_>>(),
    );
}

fn renewal(draft: &mut Draft, spec: &CertSpec, words: &str, question: &Question<'_>) {
    let mut lines = Vec::new();
    if spec.issuer.is_some() {
        lines.push(question.renewal_of(spec.id));
    }
    lines.push(words.to_owned());
    draft.section("renew", "Renew", lines);
    if spec.issuer.is_none() {
        draft.restart_all();
        return;
    }
    let advice = advice(&[spec.id], question.version);
    let commands: Vec<String> = advice
        .into_iter()
        .filter_map(|advice| advice.behaviour.restart)
        .collect();
    if commands.is_empty() {
        draft.section("restart", "Restart", ["nothing after a renewal"]);
    } else {
        draft.restart(commands);
    }
}

/// A note of a row as a sentence.
pub(super) fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    match letters.next() {
        // What begins with a name keeps its letters.
        Some(first)
            if !note.starts_with("kube")
                && !note.starts_with("etcd")
                && !note.starts_with('-')
                && !note.starts_with('`') =>
        {
            format!("{}{}.", first.to_uppercase(), letters.as_str())
        }
        Some(_) => format!("{note}."),
        None => String::new(),
    }
}
