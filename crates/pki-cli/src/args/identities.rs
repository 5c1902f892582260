//! Arguments of what is issued for others: users and nodes.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use pki_core::Lifetime;
use pki_core::config::Settings;

use pki_layout::identities::JOINING_GROUP;
use pki_layout::table::KubernetesVersion;

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
    /// Print the binding of the user to this `ClusterRole`, such as view; with --to.
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

pub(super) const NODE_LONG: &str = "\
Makes the files of further nodes, one or ten thousand, each in a directory of its name below --to: its \
kubelet's client certificate, as the kubelet keeps it, and kubeconfig; its kubelet's serving \
certificate; the fields of the kubelet's configuration; INSTALL.md with the order, and SHA256SUMS. \
kubelet.conf dials the control plane's endpoint.

A run that is cut short is gone on with by the same command: what is there stays as it is, and what \
is missing is made. `pkigen issued` lists what was issued. Nodes that can reach the API server need \
none of this: `pkigen bootstrap` lets them ask for their certificates themselves.";

/// Make the certificates of further nodes.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct NodeArguments {
    /// A node: its name, and the addresses that its kubelet is reached at, such as `worker-1=192.0.2.21,2001:db8::21`;
    /// repeatable.
    #[arg(value_name = "NODE", required_unless_present = "from")]
    pub(crate) nodes: Vec<String>,
    /// A list of nodes: CSV, a line for each with its name first and its addresses after that, or
    /// TOML, a table [[node]] for each with name and addresses.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// Directory that theirs are made in: one that is not there yet, or an earlier run's.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Make a tar for each node instead of a directory.
    #[arg(long)]
    pub(crate) archive: bool,
    /// Make no serving certificates: kubelets ask for theirs, or make them themselves.
    #[arg(long)]
    pub(crate) no_serving: bool,
    /// Make a kubeconfig for each node's kube-proxy too, where it is no `DaemonSet`.
    #[arg(long)]
    pub(crate) kube_proxy: bool,
    /// Life of the certificates [default: the configuration's, else 8760h].
    #[arg(long, value_name = "DURATION")]
    pub(crate) certificate_validity: Option<Lifetime>,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) entrance: EntranceArguments,
}

pub(super) const BOOTSTRAP_LONG: &str = "\
Makes what a node needs to ask for its certificates itself, in a directory: a bootstrap token, which ends \
soon, in a Secret for kubectl apply, in a bootstrap-kubelet.conf, and in a configuration for `kubeadm \
join` that pins the cluster's CA; what a node that joins may do, and cluster-info, where kubeadm has not \
made the cluster; and INSTALL.md with the order. No CA's key is needed.";

/// Let a node ask for its certificates itself, with a token.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct BootstrapArguments {
    /// The node.
    #[arg(value_name = "NAME")]
    pub(crate) node: String,
    /// Directory that is made.
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// File with the token, instead of a new one: abcdef.0123456789abcdef.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// How long the token lives.
    #[arg(long, value_name = "DURATION", default_value = "24h")]
    pub(crate) ttl: Lifetime,
    /// The group that whoever shows it is in.
    #[arg(long, value_name = "GROUP", default_value = JOINING_GROUP)]
    pub(crate) group: String,
    /// Version of Kubernetes, which decides what kubeadm reads [default: the one in the tree, else the
    /// newest known].
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<KubernetesVersion>,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) entrance: EntranceArguments,
}

pub(super) const KUBECONFIG_LONG: &str = "\
Makes a kubeconfig of another one: with another server, user or names, with its certificates in files \
or all of them embedded, with nothing but what one context needs, or added to a file that has others \
already. Prints it, unless --to or --merge-into says where it goes.

What is in a file already under the same name and is something else is refused, unless --replace. The \
file that is written appears at once and whole, with mode 0600.";

/// Make a kubeconfig of another one.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct KubeconfigArguments {
    /// The kubeconfig.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The context that is meant, which becomes the current one [default: the current one].
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// The server that its cluster is reached at: HOST[:PORT], or a URL.
    #[arg(long, value_name = "SERVER")]
    pub(crate) server: Option<String>,
    /// Another user of the file, that the context has from then on.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// What the cluster is called from then on.
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster_name: Option<String>,
    /// What the user is called from then on.
    #[arg(long, value_name = "NAME")]
    pub(crate) user_name: Option<String>,
    /// What the context is called from then on.
    #[arg(long, value_name = "NAME")]
    pub(crate) context_name: Option<String>,
    /// Leave out everything that the context does not need.
    #[arg(long)]
    pub(crate) minify: bool,
    /// Embed the certificates and keys that it names.
    #[arg(long, conflicts_with = "files")]
    pub(crate) embed: bool,
    /// Put certificates and keys into files of this directory, which is made.
    #[arg(long, value_name = "DIR")]
    pub(crate) files: Option<PathBuf>,
    /// File that it is written to [default: standard output].
    #[arg(long, value_name = "FILE", conflicts_with = "merge_into")]
    pub(crate) to: Option<PathBuf>,
    /// File that it is added to.
    #[arg(long, value_name = "FILE")]
    pub(crate) merge_into: Option<PathBuf>,
    /// Replace what is there under the same names; with --merge-into.
    #[arg(long, requires = "merge_into")]
    pub(crate) replace: bool,
    /// Make its context the current one there; with --merge-into.
    #[arg(long = "use", requires = "merge_into")]
    pub(crate) make_current: bool,
}

pub(super) const COMPARE_LONG: &str = "\
Puts control-plane nodes of a cluster side by side, each as a directory that stands for its /, or a tar of \
it: what they must share and do not, such as authorities and sa.key; what must differ and does not, as \
where one node's whole directory was copied to another; and flags, versions, names and dates that are \
not alike. Whether each is right by itself is `verify`'s to say.

`tar -C / -czf cp1.tar.gz etc/kubernetes var/lib/kubelet/config.yaml var/lib/kubelet/pki` packs what is \
looked at. Private keys in it are compared by their public halves; leave them out, and that they are \
missing is said.

Ends with 1 where nodes are not as they should be to each other.";

/// Compare control-plane nodes of a cluster.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct CompareArguments {
    /// The nodes, two or more, each as DIR, FILE.tar or FILE.tar.gz.
    #[arg(value_name = "NODE", num_args = 2.., required = true)]
    pub(crate) nodes: Vec<PathBuf>,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
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
    /// Only this: a user name, a group, a node, a kind (user, apiserver), a serial number, a
    /// fingerprint or a credential id.
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
