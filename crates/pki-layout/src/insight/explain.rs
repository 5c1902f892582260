//! What a file, flag, component, certificate, path or rule is, in plain sentences.
//!
//! Everything that can be told from the tables is; the texts beside them say why it matters.
//! [`explain`] finds what somebody means, [`ExplainReport`] is what there is to say.

pub(crate) mod report;

mod content;
mod disk;
mod lookup;
mod overview;
mod sections;
#[cfg(test)]
mod tests;
mod texts;
mod topic;

use std::fmt;

pub use lookup::names;
use pki_core::judge::RuleSpec;
use pki_core::remedy::{Command, Remedy};
use pki_core::{Artifact, RowId};
use time::OffsetDateTime;

use crate::Observation;
use crate::report::{ExplainReport, ExplainedTopic, SCHEMA_VERSION, Words};
use crate::table::cis::CisItem;
use crate::table::paths::PathSpec;
use crate::table::{FlagSpec, KubeletFile, KubernetesVersion, ObsoleteFlag, Party};

/// Something that can be explained: a row of a table.
///
/// A new kind of thing is a variant here, an arm in `lookup::one`, and one in `topic::explained`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Topic {
    /// A row of the certificate table.
    Certificate {
        /// Which.
        id: RowId,
        /// The file that was asked about, where it was one.
        file: Option<Artifact>,
    },
    /// A file that the kubelet keeps for itself.
    KubeletFile(&'static KubeletFile),
    /// A flag or field.
    Flag(&'static FlagSpec),
    /// A flag of earlier days.
    Obsolete(&'static ObsoleteFlag),
    /// A component, or another end of a path.
    Party(Party),
    /// A path.
    Path {
        /// Which.
        path: &'static PathSpec,
        /// Whether its ends were given the other way round.
        reversed: bool,
    },
    /// An item of the CIS benchmark.
    Cis(&'static CisItem),
    /// A rule of `verify`.
    Rule(&'static RuleSpec),
}

impl Topic {
    /// A row of the certificate table as a whole.
    #[must_use]
    pub const fn certificate(id: RowId) -> Self {
        Self::Certificate { id, file: None }
    }

    pub(crate) const fn file(artifact: Artifact) -> Self {
        Self::Certificate {
            id: artifact.id,
            file: Some(artifact),
        }
    }
}

impl Topic {
    /// What there is to say of it.
    #[must_use]
    pub fn explained(self, question: &Question<'_>) -> ExplainedTopic {
        topic::explained(self, question)
    }
}

/// What an explanation is made from, beside the tables.
#[non_exhaustive]
pub struct Question<'a> {
    /// The node whose files are looked at. No private key is opened.
    pub observation: &'a Observation,
    /// The version of Kubernetes.
    pub version: KubernetesVersion,
    /// When.
    pub now: OffsetDateTime,
    /// How remedies are worded.
    pub words: Words<'a>,
}

impl fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Question");
        shown
            .field("version", &self.version)
            .field("now", &self.now);
        shown.finish_non_exhaustive()
    }
}

impl<'a> Question<'a> {
    /// A question about this node.
    #[must_use]
    pub const fn new(
        observation: &'a Observation,
        version: KubernetesVersion,
        now: OffsetDateTime,
        words: Words<'a>,
    ) -> Self {
        Self {
            observation,
            version,
            now,
            words,
        }
    }

    /// How one row is renewed: a command as it is typed for this tree.
    fn renewal_of(&self, row: RowId) -> String {
        let command = Command::Renew {
            names: vec![row.to_string()],
            reconcile: false,
            reuse_key: false,
            accept: Vec::new(),
        };
        let text = (self.words)(&Remedy::run(command)).text;
        text.trim_end_matches('.').trim_matches('`').to_owned()
    }
}

/// Why there is no explanation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownTopic {
    /// A word names nothing.
    #[error("{word:?} is none of what is known here")]
    Word {
        /// The first such word.
        word: String,
    },
    /// A file holds nothing that is known.
    #[error("{path} {holds}")]
    Content {
        /// The file, as it was given.
        path: String,
        /// What it holds.
        holds: String,
    },
}

/// Explains what the words name; without words, the whole picture.
///
/// A word that names nothing may be the path of a file as the caller sees it, which is then told
/// by its content.
///
/// # Errors
///
/// [`UnknownTopic`] when a word names nothing, and no file whose content is known.
pub fn explain(words: &[String], question: &Question<'_>) -> Result<ExplainReport, UnknownTopic> {
    let mut notes: Vec<String> = question.version.caveat().into_iter().collect();
    let topics = if words.is_empty() {
        vec![overview::overview()]
    } else {
        explained(words, question, &mut notes)?
    };
    Ok(ExplainReport {
        schema_version: SCHEMA_VERSION,
        kind: "ExplainReport",
        kubernetes_version: question.version.to_string(),
        not_observed: question.observation.not_observed(),
        notes,
        topics,
    })
}

fn explained(
    words: &[String],
    question: &Question<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<ExplainedTopic>, UnknownTopic> {
    let split: Vec<&str> = words
        .iter()
        .flat_map(|word| word.split_whitespace())
        .collect();
    let by_name = lookup::topics(&split);
    // A file is told by its content, one at a time, where its name says nothing or it is one.
    if let [word] = words
        && let Some(content) = content::of(std::path::Path::new(word), question)
    {
        match &by_name {
            Ok(topics) => notes.extend(content.contradiction(topics, word)),
            Err(_) => return content.explained(word, question, notes),
        }
    }
    let topics = by_name.map_err(|word| UnknownTopic::Word {
        word: word.to_owned(),
    })?;
    if topics.is_empty() {
        return Ok(vec![overview::overview()]);
    }
    Ok(topics
        .into_iter()
        .map(|topic| topic::explained(topic, question))
        .collect())
}
