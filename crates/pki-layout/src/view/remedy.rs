//! Remedies in reports. What pkigen's own commands are called is the command's to say: it gives
//! the words.

use pki_core::remedy::{Edit, EditPlace, Remedy};
use serde::Serialize;

/// Words a remedy, and names the commands that it runs.
pub type Words<'a> = &'a dyn Fn(&Remedy) -> RemedyRow;

/// What to do about a finding, a refusal or a failure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RemedyRow {
    /// In words.
    #[serde(rename = "remedy")]
    pub text: String,
    /// The same for programs. Any one of the ways will do; each is a row of steps.
    pub ways: Vec<Vec<StepRow>>,
}

impl RemedyRow {
    /// A remedy in words, and its ways.
    #[must_use]
    pub const fn new(text: String, ways: Vec<Vec<StepRow>>) -> Self {
        Self { text, ways }
    }
}

/// One step of a way: an object with one field, which says what kind it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum StepRow {
    /// A command, word by word. Where `FILE` is one, the configuration's path belongs there.
    Run(Vec<String>),
    /// A change to a file.
    Edit(EditRow),
    /// What only a person can do.
    Ask(String),
    /// The same command once more, by which these rules may be broken.
    Accept(Vec<&'static str>),
}

/// A change to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EditRow {
    /// The file, as the running system sees it; in what `init` and `renew` refuse, as it is on
    /// disk.
    pub file: String,
    /// What of it: `file` (which is moved away), `mode`, `owner`, `flag`, `field`, `variable` (of the
    /// environment) or `word` (of a command line).
    pub place: &'static str,
    /// Which flag, field, variable or word.
    pub name: Option<String>,
    /// What it is to be; `null` where it is to go.
    pub value: Option<String>,
}

impl EditRow {
    /// A change to a file, as it is to be made.
    #[must_use]
    pub fn of(edit: &Edit) -> Self {
        let (place, name) = match &edit.place {
            EditPlace::File => ("file", None),
            EditPlace::Mode => ("mode", None),
            EditPlace::Owner => ("owner", None),
            EditPlace::Flag(name) => ("flag", Some(name)),
            EditPlace::Field(name) => ("field", Some(name)),
            EditPlace::Variable(name) => ("variable", Some(name)),
            EditPlace::Word(word) => ("word", Some(word)),
        };
        Self {
            file: edit.file.clone(),
            place,
            name: name.cloned(),
            value: edit.value.clone(),
        }
    }
}
