use std::path::PathBuf;

use clap::{Args, Subcommand};
use pki_core::Lifetime;
use pki_layout::PassphraseSource;

use super::offline::passphrase_source;
use super::{ClusterArguments, ReportFormat, WritingArguments};
use crate::exit::{self, CliError};

pub(super) const LONG: &str = "\
What the control-plane nodes of a cluster share, carried from one to the next: the CAs with their keys, \
the key pair of service-account tokens, and with an external etcd the API server's client pair for it. \
Never a certificate that is a node's own: that is issued where it is used.

1. on a node of the cluster: `pkigen bundle export --to cluster.age --recipient age1...`
2. on the new node: `pkigen bundle import cluster.age --identity FILE`, with the new node's own \
configuration

In place of a file that age encrypts it may be kubeadm's Secret kubeadm-certs (--kubeadm-secret), or \
those of Cluster API (--capi CLUSTER).";

/// Carry what control-plane nodes share to the next one.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct BundleArguments {
    #[command(subcommand)]
    pub(crate) command: BundleCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BundleCommand {
    /// Pack what the nodes share.
    #[command(long_about = EXPORT_LONG)]
    Export(BundleExportArguments),
    /// Take it on another node, and issue that node's own certificates.
    #[command(long_about = IMPORT_LONG)]
    Import(Box<BundleImportArguments>),
}

impl BundleArguments {
    pub(super) fn wants_json(&self) -> bool {
        let output = match &self.command {
            BundleCommand::Export(arguments) => arguments.output,
            BundleCommand::Import(arguments) => arguments.output,
        };
        output == ReportFormat::Json
    }
}

const EXPORT_LONG: &str = "\
Packs what the nodes share into one file, that only the recipients of --recipient, or whoever knows the \
passphrase, can open. It can be taken for as long as --expires says.

With --kubeadm-secret it is kubeadm's Secret for `kubectl apply`, encrypted by --certificate-key, or by a \
new key that is printed: what `kubeadm join --control-plane --certificate-key` takes. With --capi it is \
the Secrets of Cluster API, which are not encrypted: the file has mode 0600.";

#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct BundleExportArguments {
    /// File that it is written to; one that is not there yet.
    #[arg(long, value_name = "FILE")]
    pub(crate) to: PathBuf,
    /// Who can open it: a recipient of age, age1...; repeatable.
    #[arg(long = "recipient", value_name = "RECIPIENT")]
    pub(crate) recipients: Vec<String>,
    #[command(flatten)]
    pub(crate) form: BundleFormArguments,
    /// How long it can be taken.
    #[arg(long, value_name = "DURATION", default_value = "24h")]
    pub(crate) expires: Lifetime,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
}

const IMPORT_LONG: &str = "\
Opens what `pkigen bundle export` has packed, sees that it is whole, that every key is its \
certificate's, and that nothing here is of another cluster; puts it in its place in one transaction, and \
makes this node's own certificates, as init does for a further node. The node is described by flags, by \
--config, or by what is there of it.

A run that is cut short is gone on with by the same command.";

#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct BundleImportArguments {
    /// What was exported.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// File with the identity that opens it: AGE-SECRET-KEY-1..., as age-keygen makes it.
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) form: BundleFormArguments,
    /// Open and check it, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Leave out what `kubeadm join` makes itself: kubelet.conf.
    #[arg(long)]
    pub(crate) for_join: bool,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
    // Last: its heading holds for everything after it.
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
}

/// What it is in.
#[derive(Debug, Args)]
pub(crate) struct BundleFormArguments {
    // Read by hand: whoever gives the passphrase itself is not to find it in an error.
    #[arg(
        long,
        value_name = "SOURCE",
        help = "Where the passphrase is: file:PATH, fd:NUMBER, or credential:NAME of systemd"
    )]
    passphrase: Option<String>,
    /// It is kubeadm's Secret kubeadm-certs, as YAML or JSON.
    #[arg(long, conflicts_with_all = ["passphrase", "capi"])]
    pub(crate) kubeadm_secret: bool,
    #[arg(
        long,
        value_name = "SOURCE",
        requires = "kubeadm_secret",
        help = "Where its key is, as `kubeadm certs certificate-key` prints it: file:PATH, fd:NUMBER, or \
                credential:NAME"
    )]
    certificate_key: Option<String>,
    /// It is the Secrets of Cluster API, of this cluster.
    #[arg(long, value_name = "CLUSTER", conflicts_with = "passphrase")]
    pub(crate) capi: Option<String>,
    /// The namespace of those.
    #[arg(long, value_name = "NAMESPACE", requires = "capi")]
    pub(crate) namespace: Option<String>,
}

impl BundleFormArguments {
    /// Where the passphrase is, if that was said.
    pub(crate) fn passphrase(&self) -> Result<Option<PassphraseSource>, CliError> {
        passphrase_source("--passphrase", self.passphrase.as_deref())
    }

    /// Where the key of kubeadm's Secret is, if that was said.
    pub(crate) fn certificate_key(&self) -> Result<Option<PassphraseSource>, CliError> {
        passphrase_source("--certificate-key", self.certificate_key.as_deref())
    }
}
