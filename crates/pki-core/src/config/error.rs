//! Why a configuration file cannot be used. Every message starts with the place.

use super::settings::Source;
use crate::spec::Since;

/// A configuration file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is too long to be a configuration.
    #[error("{path}: the file has {size} bytes, and a configuration has at most {limit}")]
    TooLarge {
        /// The file.
        path: String,
        /// Its length in bytes.
        size: usize,
        /// The longest accepted length in bytes.
        limit: usize,
    },

    /// The file holds a private key, of which nothing is quoted.
    #[error("{path}: the file holds a private key, and is no configuration")]
    PrivateKey {
        /// The file.
        path: String,
    },

    /// The text breaks the rules of its language.
    #[error("{path}:{line}:{column}: not valid {language}: {problem}")]
    Syntax {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// `TOML` or `YAML`.
        language: &'static str,
        /// What the parser says.
        problem: String,
    },

    /// A TOML key that there is not.
    #[error("{path}:{line}: unknown key `{key}`; {advice}")]
    UnknownKey {
        /// The file.
        path: String,
        /// Line of the key, from 1.
        line: usize,
        /// The dotted key.
        key: String,
        /// The nearest known key, or all of them.
        advice: String,
    },

    /// A value of the wrong type or outside its range.
    #[error("{at} expects {expected}, found {found}")]
    Unexpected {
        /// The value's place.
        at: Source,
        /// What belongs there.
        expected: String,
        /// What is there.
        found: String,
    },

    /// A key algorithm that kubeadm takes, or will take, and that no keys are made by here.
    #[error(
        "{at} is {algorithm}, {since} as a value of kubeadm's; pkigen does not make such keys yet: \
         set it to {made}"
    )]
    NotMade {
        /// The value's place.
        at: Source,
        /// What is there.
        algorithm: &'static str,
        /// Which kubeadm takes it.
        since: Since,
        /// What keys are made by.
        made: String,
    },

    /// A list or mapping longer than any configuration's.
    #[error("{at} has {count} entries, and a configuration has at most {limit}")]
    TooMany {
        /// The list's place.
        at: Source,
        /// How many there are.
        count: usize,
        /// The limit.
        limit: usize,
    },

    /// A string longer than any that means something.
    #[error("{at} has {size} bytes, and a value has at most {limit}")]
    TooLong {
        /// The string's place.
        at: Source,
        /// Its length in bytes.
        size: usize,
        /// The limit.
        limit: usize,
    },

    /// Local and external etcd at once.
    #[error("{at} and {other} (line {other_line}) exclude each other; remove one of them")]
    Exclusive {
        /// The place of the later one.
        at: Source,
        /// The dotted key of the earlier one.
        other: String,
        /// The line of the earlier one.
        other_line: usize,
    },

    /// A YAML document without `apiVersion` or `kind`.
    #[error(
        "{path}:{line}: the document has no {field}; a kubeadm configuration starts with \
         `apiVersion: kubeadm.k8s.io/v1beta4` and `kind: ClusterConfiguration` or \
         `kind: InitConfiguration`"
    )]
    NoType {
        /// The file.
        path: String,
        /// Line at which the document starts.
        line: usize,
        /// `apiVersion` or `kind`.
        field: &'static str,
    },

    /// A YAML document that is no part of a kubeadm configuration.
    #[error(
        "{path}:{line}: {kind} of {api_version} does not belong in a kubeadm configuration; \
         accepted kinds: {accepted}"
    )]
    UnknownKind {
        /// The file.
        path: String,
        /// Line of the `kind`.
        line: usize,
        /// The document's kind.
        kind: String,
        /// The document's apiVersion.
        api_version: String,
        /// The kinds that are accepted, those that are read first.
        accepted: String,
    },

    /// A kubeadm document of a version that is not read.
    #[error(
        "{path}:{line}: {kind} is written in {api_version}, which is not read; of kubeadm.k8s.io \
         {accepted} are"
    )]
    UnknownVersion {
        /// The file.
        path: String,
        /// Line of the `apiVersion`.
        line: usize,
        /// The document's kind.
        kind: String,
        /// The document's apiVersion.
        api_version: Box<str>,
        /// The versions that are read.
        accepted: Box<str>,
        /// The last kubeadm that reads this one and writes a newer one, where it is known to be
        /// that old.
        migrated_by: Option<&'static str>,
    },

    /// Two documents that describe two nodes.
    #[error(
        "{at} is {value:?}, and {other} (line {other_line}) is {other_value:?}: a configuration \
         describes one node; remove one of them"
    )]
    TwoNodes {
        /// The place of the later one.
        at: Source,
        /// What it says.
        value: Box<str>,
        /// The dotted key of the earlier one.
        other: Box<str>,
        /// The line of the earlier one.
        other_line: usize,
        /// What that says.
        other_value: Box<str>,
    },

    /// A `ConfigMap` that holds no configuration of kubeadm's.
    #[error(
        "{path}:{line}: there is no ClusterConfiguration in this {kind}; kubeadm's own is the \
         ConfigMap kubeadm-config in kube-system: `kubectl -n kube-system get cm kubeadm-config -o \
         yaml` prints it"
    )]
    OtherConfigMap {
        /// The file.
        path: String,
        /// Line of the `kind`.
        line: usize,
        /// `ConfigMap`, or a list.
        kind: String,
    },

    /// Two documents of one kind.
    #[error("{path}:{line}: a second {kind}; the first is at line {first}")]
    RepeatedKind {
        /// The file.
        path: String,
        /// Line of the second one's `kind`.
        line: usize,
        /// The kind.
        kind: String,
        /// Line of the first one's `kind`.
        first: usize,
    },

    /// A file without anything in it.
    #[error(
        "{path}: there is nothing in this file; where a command was to write it, that has failed"
    )]
    Empty {
        /// The file.
        path: String,
    },

    /// A `JoinConfiguration` of a node that runs no part of the control plane.
    #[error(
        "{path}:{line}: this JoinConfiguration has no controlPlane, and so is a worker's, which has \
         nothing to be configured: its kubelet gets what it needs from `kubeadm join --config {path}`; \
         of a control-plane node it has controlPlane, and in it localAPIEndpoint"
    )]
    Worker {
        /// The file.
        path: String,
        /// Line of the document.
        line: usize,
    },

    /// A `JoinConfiguration` alone: what the nodes of a cluster share is not in it.
    #[error(
        "{path}:{line}: a JoinConfiguration says nothing of the cluster, and there is no \
         ClusterConfiguration: add it to this file as a document of its own, after a line with \
         three dashes; `kubectl -n kube-system get cm kubeadm-config -o yaml` prints that of a \
         cluster that runs"
    )]
    NoCluster {
        /// The file.
        path: String,
        /// Line of the document.
        line: usize,
    },

    /// YAML that says nothing about a cluster.
    #[error(
        "{path}: neither a ClusterConfiguration nor an InitConfiguration nor a JoinConfiguration of \
         kubeadm.k8s.io in this file; add one of them, or write the configuration as TOML"
    )]
    NoConfiguration {
        /// The file.
        path: String,
    },
}
