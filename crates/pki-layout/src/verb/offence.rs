//! What a refused change is told to do, in words.

use pki_core::judge::Offence;
use pki_core::judge::gate::{remedies, responsibility};

use crate::report::Words;

/// What to do about offences, or to have it all the same, in words.
pub(crate) fn what_to_do(offences: &[Offence], words: Words) -> String {
    let all = remedies(offences);
    let texts: Vec<String> = all.iter().map(|remedy| words(remedy).text).collect();
    let otherwise = words(&responsibility(offences)).text;
    format!("{} Or, {}", texts.join(" "), in_a_sentence(otherwise))
}

/// A sentence that others words begin.
pub(crate) fn in_a_sentence(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}
