use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pki_layout::table::KubernetesVersion;

use crate::exit;

pub(super) const LONG: &str = "\
Reads what the components of this machine are told, in manifests of static pods and in the kubelet's \
configuration, on request in units of systemd and on the command lines of processes, and the files that \
this names. Says for every communication path what protects it, what is wrong, and what to set; and \
how the items of the CIS Kubernetes Benchmark that are about certificates come out, by content: a flag \
that names the wrong authority fails as one that is missing does.

Changes nothing, dials nobody and opens no private key. What is not there is not audited; that is said. \
Ends with 1 when there is a finding that is no warning. An ID is that of a rule, or the number of an item: \
1.2.5, or 1.5:1.2.6 in an older benchmark. docs/audit.md lists them.";

/// Forms of the audit.
#[derive(Debug, Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum AuditFormat {
    /// For people.
    Text,
    /// For programs: one object with a schema version.
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// A page that needs nothing else, to be read, printed and kept.
    Html,
}

/// Check what components were told about certificates, and what that protects.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct AuditArguments {
    /// Directory of the static pods' manifests [default: manifests in that of kubeconfigs].
    #[arg(long, value_name = "DIR")]
    pub(crate) manifests: Option<PathBuf>,
    /// Look at units of systemd too.
    #[arg(long)]
    pub(crate) systemd: bool,
    /// Look at command lines of running processes too.
    #[arg(long)]
    pub(crate) proc: bool,
    /// The kubelet's configuration [default: the one it is told, else
    /// /var/lib/kubelet/config.yaml].
    #[arg(long, value_name = "FILE")]
    pub(crate) kubelet_config: Option<PathBuf>,
    /// Kubernetes version whose flags count [default: that of the images, else the
    /// configuration's, else the newest known].
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<KubernetesVersion>,
    /// Show findings of this rule or item only; repeatable.
    #[arg(long, value_name = "ID")]
    pub(crate) only: Vec<String>,
    /// Show no findings of this rule or item; repeatable.
    #[arg(long, value_name = "ID")]
    pub(crate) skip: Vec<String>,
    /// Show findings of this rule or item as warnings that do not count; repeatable.
    #[arg(long, value_name = "ID")]
    pub(crate) warn_only: Vec<String>,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = AuditFormat::Text)]
    pub(crate) output: AuditFormat,
}
