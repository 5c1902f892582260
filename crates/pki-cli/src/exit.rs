//! Exit codes, and the errors that lead to them.

use std::io::ErrorKind;
use std::process::ExitCode;

use pki_core::config::{ConfigError, SettingsError};
use pki_core::key::KeyError;
use pki_core::{ClusterError, IssueError};
use pki_layout::LayoutError;

/// How the command ends. Every `--help` lists these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// Done, nothing to report.
    Done,
    /// Findings: a refused plan.
    Findings,
    /// Wrong usage, configuration or input.
    Usage,
    /// The environment failed: I/O, permission, lock held.
    Environment,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(match status {
            ExitStatus::Done => 0,
            ExitStatus::Findings => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Environment => 3,
        })
    }
}

/// The section of every help text.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done, nothing to report
  1  findings: something that is there is wrong, and was left as it is
  2  wrong usage, configuration or input
  3  the environment failed: I/O, permission, lock held";

/// Why the command cannot do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum CliError {
    /// Output cannot be written.
    #[error("cannot write the output")]
    Output(#[source] std::io::Error),
    /// A change was made, and its report cannot be written.
    #[error(
        "this was done, and is not to be done again; only its report could not be written to \
         standard output"
    )]
    Unreported(#[source] std::io::Error),
    /// The machine does not know what time it is.
    #[error(
        "the clock of this machine says {now}, which is long past: no certificate would be valid; set \
         the clock first, by hand (`date --set`) or with an NTP service, for many machines start \
         without a clock of their own"
    )]
    Clock {
        /// What it says.
        now: String,
    },
    /// The configuration file cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration file cannot be read.
    #[error(transparent)]
    ConfigFile(LayoutError),
    /// A list of nodes cannot be used.
    #[error(transparent)]
    Nodes(#[from] pki_core::config::NodeListError),
    /// What nodes share cannot be packed, or what came is not it.
    #[error(transparent)]
    Bundle(#[from] pki_layout::bundle::BundleError),
    /// A value is wrong.
    #[error("{place}: {problem}")]
    Value {
        /// Where it was given.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A value is missing.
    #[error("{0}")]
    Missing(String),
    /// The values describe no cluster.
    #[error(transparent)]
    Settings(SettingsError),
    /// The values do not fit together.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The disk got in the way.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A file that was named cannot be used.
    #[error("{0}")]
    File(pki_layout::InspectError),
    /// An authority that was named is none.
    #[error(transparent)]
    Input(LayoutError),
    /// A token cannot be used.
    #[error("{place}")]
    Token {
        /// The flag, and the key.
        place: String,
        /// Why.
        #[source]
        source: pki_layout::token::TokenError,
    },
    /// The flag sets cannot be written in this form.
    #[error(transparent)]
    Flags(#[from] pki_layout::flags::FlagsError),
    /// A report cannot be written as JSON.
    #[error("cannot write JSON")]
    Json(#[from] serde_json::Error),
}

impl CliError {
    /// How the command ended, as reports for programs say it.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::Layout(LayoutError::Locked { .. }) => "locked",
            Self::Layout(LayoutError::Unfinished { .. } | LayoutError::OtherDirectories { .. }) => {
                "recovery-needed"
            }
            Self::Layout(LayoutError::Conflict { .. } | LayoutError::Journal { .. }) => "conflict",
            _ => "failed",
        }
    }

    /// The exit code.
    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            Self::Output(_)
            | Self::Unreported(_)
            | Self::Clock { .. }
            | Self::Json(_)
            | Self::Token { .. } => ExitStatus::Environment,
            Self::File(error) if error.is_environment() => ExitStatus::Environment,
            Self::Config(_)
            | Self::File(_)
            | Self::Input(_)
            | Self::Value { .. }
            | Self::Missing(_)
            | Self::Bundle(_)
            | Self::Nodes(_)
            | Self::Settings(_)
            | Self::Cluster(_)
            | Self::Flags(_) => ExitStatus::Usage,
            Self::ConfigFile(error) | Self::Layout(error) => match error {
                LayoutError::Cluster(_)
                | LayoutError::Settings(_)
                | LayoutError::Archive { .. }
                | LayoutError::ArchiveIsNotWritten { .. }
                | LayoutError::Directory { .. }
                | LayoutError::Flags(_)
                | LayoutError::NoKey { .. }
                | LayoutError::NoPassphrase { .. }
                | LayoutError::Request(_)
                | LayoutError::Bundle(_)
                | LayoutError::Kubeconfig { .. }
                | LayoutError::NoAuthority { .. }
                | LayoutError::NoAddress { .. }
                | LayoutError::OwnNode { .. }
                | LayoutError::NotText { .. }
                | LayoutError::PassphraseExposed { .. }
                | LayoutError::Untrusted { .. }
                | LayoutError::Key {
                    source: KeyError::NoPassphrase,
                    ..
                }
                | LayoutError::Name(_) => ExitStatus::Usage,
                // What was made in memory nobody would accept: a plan that is refused.
                LayoutError::Issue(IssueError::Check { .. }) | LayoutError::OtherShared { .. } => {
                    ExitStatus::Findings
                }
                // A directory or something huge: there is a file, and it is not the right one.
                LayoutError::Io { source, .. } if source.kind() == ErrorKind::InvalidData => {
                    ExitStatus::Usage
                }
                _ => ExitStatus::Environment,
            },
        }
    }
}

/// Prints what clap has to say: help and version are data, everything else is wrong usage.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // There is nothing left to do when even this cannot be printed.
    let _ = error.print();
    if error.use_stderr() {
        ExitStatus::Usage.into()
    } else {
        ExitStatus::Done.into()
    }
}
