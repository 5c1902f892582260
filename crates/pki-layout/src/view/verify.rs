//! What `verify` found, as programs read it; the judging is `pki_core::judge::tree`.

use pki_core::NodeName;
use pki_core::judge::{Finding, Rule};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::owner::CredentialRow;
use super::remedy::{RemedyRow, Words};
use super::schema::SCHEMA_VERSION;

/// Whether a tree, or a few files, would be accepted by everybody who reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct VerifyReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `VerifyReport`.
    pub kind: &'static str,
    /// `clean`: nothing to be done, warnings aside. `findings`: something.
    pub outcome: &'static str,
    /// The instant that everything was judged by.
    pub at: String,
    /// The configuration file that was compared with.
    pub configuration: Option<String>,
    /// How many files were looked at.
    pub files: usize,
    /// How many certificates are in them, none counted twice.
    pub certificates: usize,
    /// Directories and files that were asked for and could not be looked at, because the archive
    /// does not have them. Nothing is said of what is in them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_observed: Vec<String>,
    /// What is wrong: somebody refuses, a key is exposed, something needed is missing.
    pub findings: Vec<FindingRow>,
    /// What nobody refuses, and what is wrong by rules that were asked to be warnings.
    pub warnings: Vec<FindingRow>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FindingRow {
    /// Stable id of the rule; `docs/rules.md` has a section for each.
    pub rule: &'static str,
    /// What the rule is about, in a few words.
    pub title: &'static str,
    /// The file or directory.
    pub file: String,
    /// Name of the credential that it is about, and whose that is; `null` where it is about none.
    pub credential: Option<CredentialRow>,
    /// Subject and serial number of the certificate in it.
    pub certificate: Option<String>,
    /// What is wrong, with both sides of the comparison.
    pub message: String,
    /// Who refuses: `go`, `openssl`, `openssl-strict`, `gnutls`, `webpki`, or a component.
    pub refused_by: Vec<&'static str>,
    /// What to do.
    #[serde(flatten)]
    pub remedy: RemedyRow,
    /// Where the rule is written down.
    pub reference: &'static str,
}

/// What counts as a finding, and what is a warning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// Rules that only warn.
    pub warn_only: Vec<Rule>,
    /// Whether all others count, also where nobody refuses.
    pub strict: bool,
}

impl Levels {
    fn warns(&self, finding: &Finding) -> bool {
        self.warn_only.contains(&finding.rule) || !(self.strict || finding.counts())
    }
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Looked {
    /// How many files.
    pub files: usize,
    /// How many certificates.
    pub certificates: usize,
    /// The configuration file that was compared with.
    pub configuration: Option<String>,
    /// The node's name, where something there says it.
    pub node: Option<NodeName>,
}

impl VerifyReport {
    /// The report on findings, what are warnings apart.
    #[must_use]
    pub fn new(
        findings: &[Finding],
        levels: &Levels,
        looked: Looked,
        at: OffsetDateTime,
        words: Words<'_>,
    ) -> Self {
        let (warnings, findings): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| levels.warns(finding));
        let Looked {
            files,
            certificates,
            configuration,
            node,
        } = looked;
        let row = |finding| FindingRow::of(finding, node.as_ref(), words);
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "VerifyReport",
            outcome: if findings.is_empty() {
                "clean"
            } else {
                "findings"
            },
            at: at.format(&Rfc3339).unwrap_or_default(),
            configuration,
            files,
            certificates,
            not_observed: Vec::new(),
            findings: findings.into_iter().map(row).collect(),
            warnings: warnings.into_iter().map(row).collect(),
        }
    }
}

impl FindingRow {
    pub(crate) fn of(finding: &Finding, here: Option<&NodeName>, words: Words<'_>) -> Self {
        let spec = finding.rule.spec();
        Self {
            rule: spec.id,
            title: spec.title,
            file: finding.file.clone(),
            credential: finding.row.map(|row| CredentialRow::at_hand(row, here)),
            certificate: finding.certificate.clone(),
            message: finding.message.clone(),
            refused_by: finding.refused_by.iter().map(|one| one.called()).collect(),
            remedy: words(&finding.remedy),
            reference: spec.reference,
        }
    }
}
