use serde::Serialize;

/// What `explain` has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExplainReport {
    /// [`SCHEMA_VERSION`](crate::report::SCHEMA_VERSION).
    pub schema_version: u32,
    /// `ExplainReport`.
    pub kind: &'static str,
    /// The minor version of Kubernetes that it is about.
    pub kubernetes_version: String,
    /// Directories and files that were asked for and could not be looked at, because the archive
    /// does not have them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_observed: Vec<String>,
    /// What is worth knowing about the answer.
    pub notes: Vec<String>,
    /// What was asked about; more than one where the words mean several things.
    pub topics: Vec<ExplainedTopic>,
}

/// One thing that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExplainedTopic {
    /// `certificate`, `kubelet-file`, `flag`, `obsolete-flag`, `party`, `path`, `rule`, `content`
    /// or `overview`.
    pub kind: &'static str,
    /// Its name in its table.
    pub name: String,
    /// The answer, in a sentence or two.
    pub answer: String,
    /// The rest, in the order in which it is read.
    pub sections: Vec<ExplainedSection>,
    /// Names of the rows of the certificate table that it is about.
    pub certificates: Vec<String>,
    /// Flags and fields that it is about, such as `kube-apiserver --tls-cert-file`.
    pub flags: Vec<String>,
    /// Names of the paths that it is about.
    pub paths: Vec<String>,
    /// When the certificates that it is about expire on this node.
    pub expirations: Vec<ExplainedExpiration>,
    /// Commands that restart what reads it at start only.
    pub restarts: Vec<String>,
}

/// A part of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExplainedSection {
    /// What it tells, such as `checked-by`; stable.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Sentences or rows, each of its own.
    pub lines: Vec<String>,
}

/// When something expires here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExplainedExpiration {
    /// Name of the row or of the kubelet's file.
    pub name: String,
    /// The file, as the running system names it.
    pub path: String,
    /// `valid`, `expired`, `not yet valid`, `unreadable`, `missing` or `no certificate`.
    pub state: &'static str,
    /// When it expires, where it is known.
    pub expiration_date: Option<String>,
}
