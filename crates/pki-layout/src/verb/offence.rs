//! What a refused change is told to do.

use std::path::Path;

use pki_core::judge::Offence;
use pki_core::judge::gate::{remedies, responsibility};
use pki_core::remedy::{Command, Question, Remedy, Step};

use crate::Root;
use crate::report::{RemedyRow, StepRow, Words};

static CORRECT: Question = Question::new(
    "correct the configuration",
    "what it is meant to say is for a person to decide",
);

/// What to do about offences, all of it, or to have it all the same. `running` says what has just
/// been run, which to run again mends nothing.
pub(crate) fn what_to_do(
    offences: &[Offence],
    running: impl Fn(&Command) -> bool,
    root: &Root,
    words: Words<'_>,
) -> RemedyRow {
    let on_disk = |file: &str| root.on_disk(Path::new(file)).display().to_string();
    let all = remedies(offences).into_iter();
    let all = all.map(|one| without(one, &running));
    let all: Vec<RemedyRow> = all.map(|one| words(&one.with_files(on_disk))).collect();
    let texts: Vec<&str> = all.iter().map(|one| one.text.as_str()).collect();
    let otherwise = words(&responsibility(offences));
    let most = all.iter().map(|one| one.ways.len()).max();
    let way = |at: usize| -> Vec<StepRow> {
        let each = all
            .iter()
            .filter_map(|one| one.ways.get(at).or(one.ways.first()));
        each.flatten().cloned().collect()
    };
    let mut ways: Vec<Vec<StepRow>> = (0..most.unwrap_or_default()).map(way).collect();
    ways.extend(otherwise.ways);
    RemedyRow {
        text: format!("{} Or, {}", texts.join(" "), in_a_sentence(otherwise.text)),
        ways,
    }
}

/// Without the ways that only run what has been run.
fn without(mut remedy: Remedy, running: &impl Fn(&Command) -> bool) -> Remedy {
    let is_run = |step: &Step| matches!(step, Step::Run(command) if running(command));
    remedy.ways.retain(|way| !way.iter().all(is_run));
    if remedy.ways.is_empty() {
        return Remedy::ask(&CORRECT);
    }
    remedy
}

/// A sentence that others words begin.
pub(crate) fn in_a_sentence(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}
