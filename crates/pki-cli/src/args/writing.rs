use std::time::Duration;

use clap::Args;
use pki_core::Lifetime;
use pki_layout::table::KubernetesVersion;

use super::{ReportFormat, TokenArguments};
use crate::exit;

/// What commands that write have in common.
#[derive(Debug, Clone, Args)]
pub(crate) struct WritingArguments {
    /// Write it though it breaks this rule where it did not before; recorded in the history;
    /// repeatable.
    #[arg(long, value_name = "RULE")]
    pub(crate) accept: Vec<String>,
    /// How long to wait for another run to finish; 0 is not at all.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = wait)]
    pub(crate) lock_timeout: Duration,
    /// Of how many transactions to keep what they replaced, for undo, from now on; at first of 3.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) keep: Option<u16>,
}

/// A lifetime is never nothing, a wait may be.
pub(super) fn wait(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0s") {
        return Ok(Duration::ZERO);
    }
    let wait: Result<Lifetime, _> = text.parse();
    wait.ok()
        .and_then(|wait| wait.duration().try_into().ok())
        .ok_or_else(|| format!("{text:?} is not a duration; write seconds or minutes, such as 30s"))
}

pub(super) const UNDO_LONG: &str = "\
Puts back what the last transaction replaced: what init or renew has overwritten is there again \
byte for byte, what they created goes. A further undo goes one transaction further back.

An undo is a transaction itself: what is there now is copied first, and `pkigen undo NUMBER` with \
its number takes it back. `pkigen history` lists the numbers.

Refused, with the reason, when a file has changed since, when what was replaced is not kept any \
more, or when somebody would refuse what would be back and accepts what is there: a certificate that \
has expired meanwhile, or an authority that certificates in use do not chain to.";

/// Put back what the last transaction replaced.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct UndoArguments {
    /// Number of the transaction [default: the last one that is not taken back yet].
    #[arg(value_name = "NUMBER")]
    pub(crate) number: Option<u64>,
    /// Say what would be done and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    /// Kubernetes version that decides what has to be restarted [default: that of the images in
    /// manifests, else the configuration's, else the newest known].
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<KubernetesVersion>,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}

/// List what has been done here, by which command.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct HistoryArguments {
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
}

pub(super) const READDRESS_LONG: &str = "\
Gives a control-plane node another address, in one transaction that undo takes back: certificates that \
serve the old one are issued for the new one, and kubeconfigs, manifests and the kubelet's arguments \
(/var/lib/kubelet/kubeadm-flags.env) name it. Manifests change last, because the kubelet starts their \
pods anew by them. Ends with what has the old address elsewhere, in the order that keeps the cluster \
alive: etcd's member, ConfigMaps, kubeconfigs of others.

A node's name cannot change: its Node object, its pods and volumes, its leases and its member of etcd go \
by it. Take the node out and let it join anew. Another endpoint or service network is for `pkigen renew \
all --reconcile`, with the configuration that has it.";

/// Give a control-plane node another address.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct ReaddressArguments {
    /// The address that the node is reached at until now.
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The address that it is to be reached at.
    #[arg(value_name = "NEW")]
    pub(crate) new: String,
    /// Say what would be done and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) keys: TokenArguments,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}

pub(super) const RECOVER_LONG: &str = "\
Completes what a run that was interrupted had decided. Every command that writes does the same \
first; this is for a boot, before the kubelet starts its static pods (examples/systemd), and for \
whoever does not want anything else done.

A run that is killed before it has decided leaves nothing but files in .pkigen, which go. One that \
is killed afterwards leaves a journal in the certificate directory's .pkigen, and the files are \
completed from it. Where somebody else has changed one of them meanwhile nothing is touched: put \
the file back as it was, or take back what was done with --abandon.

What a component would refuse afterwards is shown as by verify, and ends with 1.";

/// Complete what an interrupted run had decided.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct RecoverArguments {
    /// Take back what was done of it instead; what somebody else has changed stays.
    #[arg(long)]
    pub(crate) abandon: bool,
    /// How long to wait for another run to finish; 0 is not at all.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = wait)]
    pub(crate) lock_timeout: Duration,
    /// Kubernetes version that decides what has to be restarted [default: that of the images in
    /// manifests, else the configuration's, else the newest known].
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<KubernetesVersion>,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
}
