//! What a refused change is told to do.

use std::path::Path;

use pki_core::judge::Offence;
use pki_core::judge::gate::{remedies, responsibility};

use crate::Root;
use crate::report::{RemedyRow, StepRow, Words};

/// What to do about offences, all of it, or to have it all the same.
pub(crate) fn what_to_do(offences: &[Offence], root: &Root, words: Words) -> RemedyRow {
    let on_disk = |file: &str| root.on_disk(Path::new(file)).display().to_string();
    let all = remedies(offences).into_iter();
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

/// A sentence that others words begin.
pub(crate) fn in_a_sentence(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}
