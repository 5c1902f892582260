use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pki_core::{Host, Usage};

use super::ReportFormat;
use crate::exit;

pub(super) const LONG: &str = "\
Checks that every certificate, key and kubeconfig of this node will be accepted by everybody who \
reads it: pairs, chains, usages, names, keys, dates, modes, and what Kubernetes wants beside. The \
verdict is that of Go, OpenSSL when it is strict, GnuTLS and rustls together; each finding says who \
refuses, and what to do.

Findings count: somebody refuses, a key is exposed, something needed is missing, an item of the CIS \
benchmark fails. What nobody refuses is a warning, such as drift from a configuration, and does not \
change the exit status, unless --strict is given.

Needs no configuration; with --config it also says where the tree differs from it, and takes the \
node's name and address from the tree where the configuration has none. Opens private keys \
for their public halves only, writes nothing and takes no lock. What does not apply, such as etcd's \
files with an external etcd, may be missing.

With --ca and --cert it checks one certificate in files of its own instead of the node. A file may be \
a pipe, and one of them - for standard input.";

/// Check that every certificate, key and kubeconfig will be accepted.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct VerifyArguments {
    /// A rule whose findings are shown as warnings and do not count; repeatable.
    #[arg(long, value_name = "RULE")]
    pub(crate) warn_only: Vec<String>,
    /// Count warnings as findings, but for those of --warn-only.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    // Last: its heading holds for everything after it.
    #[command(flatten)]
    pub(crate) loose: LooseArguments,
}

/// Files that are no tree.
#[derive(Debug, Args)]
#[command(next_help_heading = "One certificate in files of its own")]
pub(crate) struct LooseArguments {
    /// The certificates of the authorities that are trusted.
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) ca: Option<PathBuf>,
    /// The certificate, and what follows it on the way to its authority.
    #[arg(long, value_name = "FILE", requires = "ca", conflicts_with = "config")]
    pub(crate) cert: Option<PathBuf>,
    /// Further authorities between the two.
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) intermediates: Option<PathBuf>,
    /// The certificate's private key.
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    /// A name or address that it must serve, as clients dial it; repeatable.
    #[arg(long = "host", value_name = "NAME|IP", requires = "cert", value_parser = Host::dialled)]
    pub(crate) hosts: Vec<Host>,
    /// What it is for [default: what it says itself].
    #[arg(long, value_enum, value_name = "USAGE", requires = "cert")]
    pub(crate) usage: Option<UsageArgument>,
}

/// What a certificate is for.
#[derive(Debug, Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum UsageArgument {
    /// Presented by the side that is dialled.
    Server,
    /// Presented by the side that dials.
    Client,
    /// Presented by both, as etcd's members do.
    Peer,
}

impl From<UsageArgument> for Usage {
    fn from(usage: UsageArgument) -> Self {
        match usage {
            UsageArgument::Server => Self::Server,
            UsageArgument::Client => Self::Client,
            UsageArgument::Peer => Self::Peer,
        }
    }
}
