//! Arguments of what is issued for others: users and nodes.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use pki_core::Lifetime;
use pki_core::config::Settings;

use super::cluster::given;
use super::writing::wait;
use super::{ReportFormat, TokenArguments};
use crate::exit;

/// How others reach the cluster, and what signs for them.
#[derive(Debug, Args)]
pub(crate) struct EntranceArguments {
    /// Address of the API server in kubeconfigs [default: the control plane's endpoint, else that of
    /// this node].
    #[arg(long, value_name = "HOST[:PORT]")]
    server: Option<String>,
    /// Algorithm of new keys: ecdsa-p256, ecdsa-p384, rsa-2048, rsa-3072, rsa-4096 [default: the
    /// tree's].
    #[arg(long, value_name = "ALGORITHM")]
    key_algorithm: Option<String>,
    /// How long to wait for another run to finish; 0 is not at all.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = wait)]
    pub(crate) lock_timeout: Duration,
    #[command(flatten)]
    pub(crate) keys: TokenArguments,
}

impl EntranceArguments {
    /// What the flags say, to be laid over what the configuration file says.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        settings.control_plane_endpoint = given(self.server.as_ref(), "--server");
        settings.key_algorithm = given(self.key_algorithm.as_ref(), "--key-algorithm");
        settings
    }
}

pub(super) const USER_LONG: &str = "\
Issues a certificate for somebody who logs in, and prints their kubeconfig. It lives for 8 hours \
unless --for says otherwise: Kubernetes has no revocation of certificates, and until it ends whoever \
has the file is that user.

What the user may do is RBAC's to say: --bind prints the binding to a ClusterRole, for kubectl apply. \
Names that begin with system: and groups of Kubernetes' own are refused, above all system:masters, \
whose rights bypass RBAC; --break-glass REASON issues them all the same, and the reason is remembered.

`pkigen issued` lists what was issued, with the credential id by which the API server's audit log and \
its authorization rules name a certificate.";

/// Issue a certificate for somebody who logs in.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct UserArguments {
    /// Who: the user name that RBAC knows them by.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// A group that RBAC knows them by; repeatable.
    #[arg(long = "group", value_name = "GROUP")]
    pub(crate) groups: Vec<String>,
    /// How long it lives.
    #[arg(long = "for", value_name = "DURATION", default_value = "8h")]
    pub(crate) lifetime: Lifetime,
    /// File that the kubeconfig is written to, with mode 0600 [default: standard output].
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Print the binding of the user to this ClusterRole, such as view; with --to.
    #[arg(long, value_name = "CLUSTERROLE", requires = "to")]
    pub(crate) bind: Option<String>,
    /// The namespace that the binding is for [default: all].
    #[arg(long, value_name = "NAMESPACE", requires = "bind")]
    pub(crate) namespace: Option<String>,
    /// Issue it though the name or a group is Kubernetes' own; the reason is remembered.
    #[arg(long, value_name = "REASON")]
    pub(crate) break_glass: Option<String>,
    /// Form of the report; json with --to.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) entrance: EntranceArguments,
}

pub(super) const ISSUED_LONG: &str = "\
Lists the certificates that were issued here: those for users and nodes, all of them, and those of this \
node by the last hundred transactions. With each are the names that it logs in with, its serial number, \
and its credential id: what kube-apiserver's audit log (1.32 and later) says of every request that it \
was used for, and what an authorization rule can deny it by.

A ledger is kept where the certificate was issued; --from adds those of other nodes.";

/// List the certificates that were issued here.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct IssuedArguments {
    /// Only this one: a user name, a node, a serial number, a fingerprint or a credential id.
    #[arg(value_name = "WHO")]
    pub(crate) who: Option<String>,
    /// Only what is valid now.
    #[arg(long)]
    pub(crate) valid: bool,
    /// What another node has issued too: its tree as DIR, FILE.tar or FILE.tar.gz, or its
    /// .pkigen/issued; repeatable.
    #[arg(long, value_name = "DIR | FILE")]
    pub(crate) from: Vec<PathBuf>,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
}
