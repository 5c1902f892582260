//! Pieces that several kinds of explanation are made of.

use pki_core::RowId;

use super::Question;
use super::disk::OnDisk;
use crate::report::{ExplainedSection, ExplainedTopic};
use crate::table::paths::{PATHS, PathSpec, Proof, Side};
use crate::table::reload::ReloadSpec;
use crate::table::{FLAGS, FlagSpec, Place, Role};

/// How many paths are told with their purposes.
const FEW: usize = 4;

/// An explanation that grows section by section; empty sections are left out.
pub(super) struct Draft(ExplainedTopic);

impl Draft {
    pub(super) fn new(kind: &'static str, name: impl Into<String>, answer: String) -> Self {
        Self(ExplainedTopic {
            kind,
            name: name.into(),
            answer,
            sections: Vec::new(),
            certificates: Vec::new(),
            flags: Vec::new(),
            paths: Vec::new(),
            expirations: Vec::new(),
            restarts: Vec::new(),
        })
    }

    pub(super) fn section(
        &mut self,
        id: &'static str,
        title: &'static str,
        lines: impl IntoIterator<Item = impl Into<String>>,
    ) -> &mut Self {
        let mut all: Vec<String> = Vec::new();
        for line in lines {
            let line = line.into();
            if !line.is_empty() && !all.contains(&line) {
                all.push(line);
            }
        }
        if !all.is_empty() {
            self.0.sections.push(ExplainedSection {
                id,
                title,
                lines: all,
            });
        }
        self
    }

    pub(super) fn about(&mut self, id: RowId) -> &mut Self {
        push(&mut self.0.certificates, id.to_string());
        self
    }

    pub(super) fn with_flag(&mut self, flag: &FlagSpec) -> &mut Self {
        push(&mut self.0.flags, qualified(flag));
        self
    }

    /// Names the paths, each with what is said of it.
    pub(super) fn paths<'a>(
        &mut self,
        title: &'static str,
        paths: impl IntoIterator<Item = (&'a PathSpec, String)>,
    ) -> &mut Self {
        let mut lines = Vec::new();
        for (path, words) in paths {
            push(&mut self.0.paths, path.name());
            lines.push(format!("{}: {words}", path.name()));
        }
        self.section(
            if title == "Guards" { "guards" } else { "paths" },
            title,
            lines,
        )
    }

    /// Names the paths, with their purposes as long as they are few.
    pub(super) fn paths_in_short(&mut self, title: &'static str, paths: &[&PathSpec]) -> &mut Self {
        if paths.len() <= FEW {
            let purposes = paths.iter().map(|path| (*path, path.purpose.to_owned()));
            return self.paths(title, purposes);
        }
        for path in paths {
            push(&mut self.0.paths, path.name());
        }
        let names: Vec<String> = paths.iter().map(|path| path.name()).collect();
        self.section("paths", title, [names.join(", ")])
    }

    pub(super) fn expires(&mut self, found: Vec<OnDisk>) -> &mut Self {
        let mut lines = Vec::new();
        for OnDisk { fact, words } in found {
            self.0.expirations.push(fact);
            lines.push(words);
        }
        self.section("expires", "Expires here", lines)
    }

    pub(super) fn reloads<'a>(
        &mut self,
        rows: impl IntoIterator<Item = &'a ReloadSpec>,
        question: &Question<'_>,
    ) -> &mut Self {
        let mut lines = Vec::new();
        for row in rows {
            let behaviour = row.behaviour(question.version);
            if let Some(restart) = &behaviour.restart {
                push(&mut self.0.restarts, restart.clone());
            }
            lines.push(reload_words(row, question));
        }
        self.section("read-again", "Read again", lines)
    }

    pub(super) fn restart(&mut self, commands: impl IntoIterator<Item = String>) -> &mut Self {
        let mut lines = Vec::new();
        for command in commands {
            push(&mut self.0.restarts, command.clone());
            lines.push(command);
        }
        self.section("restart", "Restart", lines)
    }

    /// Shows every restart that was told of so far: what a change of all of it needs.
    pub(super) fn restart_all(&mut self) -> &mut Self {
        let mut lines = Vec::new();
        if !self.0.restarts.is_empty() {
            lines.push("after a change:".to_owned());
        }
        lines.extend(self.0.restarts.iter().cloned());
        self.section("restart", "Restart", lines)
    }

    pub(super) fn finish(self) -> ExplainedTopic {
        self.0
    }
}

fn push(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// `--tls-cert-file`, or the field's path.
pub(super) fn label(flag: &FlagSpec) -> String {
    match flag.place {
        Place::Flag => format!("--{}", flag.name),
        Place::KubeletConfiguration | Place::FileOf(_) => flag.name.to_owned(),
    }
}

/// With its component before it.
pub(super) fn qualified(flag: &FlagSpec) -> String {
    format!("{} {}", flag.component, label(flag))
}

fn labels(path: &PathSpec, side: Side, names: &[&str]) -> String {
    let flags = names.iter().filter_map(|name| path.flag(side, name));
    flags.map(label).collect::<Vec<_>>().join(", ")
}

/// Who shows it: `kube-apiserver, by --tls-cert-file`.
pub(super) fn presenter(path: &PathSpec, side: Side, proof: &Proof) -> String {
    let who = path.party(side).title();
    match labels(path, side, proof.presented_by) {
        flags if flags.is_empty() => who.to_owned(),
        flags => format!("{who}, by {flags}"),
    }
}

/// Who checks it: `kubelet, by authentication.x509.clientCAFile, against ca`.
pub(super) fn checker(path: &PathSpec, side: Side, proof: &Proof) -> String {
    let mut words = path.party(side.other()).title().to_owned();
    let flags = labels(path, side.other(), proof.checked_by);
    if !flags.is_empty() {
        words.push_str(", by ");
        words.push_str(&flags);
    }
    if let Some(authority) = proof.authority {
        words.push_str(", against ");
        words.push_str(authority.spec().name);
    }
    words
}

/// The paths on which a row is shown, with the proof and who gives it.
pub(super) fn shown_on(id: RowId) -> Vec<(&'static PathSpec, Side, &'static Proof)> {
    let mut found = Vec::new();
    for path in PATHS {
        let proofs = path.proofs();
        let of_row = proofs.filter(|(_, proof)| proof.credential == Some(id));
        found.extend(of_row.map(|(side, proof)| (path, side, proof)));
    }
    found
}

/// The paths on which an authority is what a check goes by.
pub(super) fn checked_on(id: RowId) -> Vec<(&'static PathSpec, Side, &'static Proof)> {
    let mut found = Vec::new();
    for path in PATHS {
        let proofs = path.proofs();
        let of_row = proofs.filter(|(_, proof)| proof.authority == Some(id));
        found.extend(of_row.map(|(side, proof)| (path, side, proof)));
    }
    found
}

/// What a path loses without a flag, and which side's it is, in words.
pub(super) fn losses(path: &PathSpec, flag: &FlagSpec) -> Option<String> {
    let guard = path.safeguards.iter().find(|guard| {
        guard.flag == flag.name && path.party(guard.side).component() == Some(flag.component)
    })?;
    let losses: Vec<&str> = guard
        .loses
        .iter()
        .map(|property| property.words())
        .collect();
    Some(losses.join(", "))
}

/// The flags of a role that hold a file of a row.
pub(super) fn holding(id: RowId, roles: &[Role]) -> Vec<&'static FlagSpec> {
    FLAGS
        .iter()
        .filter(|flag| flag.artifact().is_some_and(|artifact| artifact.id == id))
        .filter(|flag| flag.role().is_some_and(|role| roles.contains(&role)))
        .collect()
}

/// How a row of the reload table is, in a line.
fn reload_words(row: &ReloadSpec, question: &Question<'_>) -> String {
    let behaviour = row.behaviour(question.version);
    let flags: Vec<String> = match row.reader {
        crate::table::Party::Component(component) => row
            .flags
            .iter()
            .filter_map(|name| FlagSpec::find(component, name))
            .map(label)
            .collect(),
        _ => Vec::new(),
    };
    let mut words = row.reader.called().to_owned();
    if let Some(first) = flags.first() {
        words.push_str(" (");
        words.push_str(first);
        words.push(')');
    }
    words.push(' ');
    words.push_str(match row.material {
        crate::table::reload::Material::KubeconfigTrust(_) => match behaviour.reload {
            crate::table::reload::Reload::AtStart => {
                "reads the authority in its kubeconfig at start only"
            }
            _ => "reads the authority in its kubeconfig at every call",
        },
        crate::table::reload::Material::IdentityFiles(_) => "where it names files:",
        _ => behaviour.reload.words(),
    });
    if let crate::table::reload::Material::IdentityFiles(_) = row.material {
        words.push(' ');
        words.push_str(behaviour.reload.words());
    }
    words.push_str("; ");
    words.push_str(behaviour.connections.words());
    if !behaviour.note.is_empty() {
        words.push_str("; ");
        words.push_str(behaviour.note);
    }
    words
}

/// What a row is called where its first file is meant.
pub(super) fn file_name(id: RowId) -> String {
    let artifacts = id.spec().artifacts();
    artifacts
        .first()
        .map(ToString::to_string)
        .unwrap_or_default()
}
