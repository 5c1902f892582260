use std::path::PathBuf;

use clap::{Args, ValueEnum};
use pki_core::Lifetime;
use pki_layout::table::KubernetesVersion;

use super::{ClusterArguments, RootCaArguments, TokenArguments, WritingArguments};
use crate::exit;

/// A report for people or for programs.
#[derive(Debug, Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    /// For people.
    Text,
    /// For programs: one object with a schema version.
    Json,
}

pub(super) const INIT_LONG: &str = "\
Makes a control-plane node's certificates, keys, kubeconfigs and flags.

Writes 10 certificate pairs, the service-account key pair and 5 kubeconfigs, and in the kubeconfig \
directory's pkigen/ the bindings that give the certificates' names their rights (rbac.yaml) and the \
flags of every component (flags/).

What is there and right is kept byte for byte, so a second run changes nothing. What is there but \
wrong is refused with the reason, and then nothing at all is written; so is what its readers would \
not accept once it was there. For a further control-plane \
node, copy ca.crt, ca.key, front-proxy-ca.crt, front-proxy-ca.key, etcd/ca.crt, etcd/ca.key, sa.key \
and sa.pub from the first one before: one that is missing beside others is taken for forgotten and \
refused, unless --new-cluster says that there is no other node.

What neither configuration nor flags say is as the tree has it: the node in kubelet.conf, addresses \
in kubeconfigs, certificates and manifests. On an empty tree the node is called as this host is, and \
reached at the address of its default route. Each of these is said.";

/// Make a control-plane node's certificates, keys, kubeconfigs and flags.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct InitArguments {
    /// Print the plan and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Leave out what `kubeadm join` makes itself: super-admin.conf and kubelet.conf.
    #[arg(long, conflicts_with_all = ["new_cluster", "super_admin"])]
    pub(crate) for_join: bool,
    /// This is the first node: make what the nodes share where it is missing, whatever else is there.
    #[arg(long)]
    pub(crate) new_cluster: bool,
    /// Make super-admin.conf, or with =false do not [default: where no administrator's kubeconfig is].
    #[arg(
        long,
        value_name = "true|false",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true
    )]
    pub(crate) super_admin: Option<bool>,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) root_ca: RootCaArguments,
    #[command(flatten)]
    pub(crate) keys: TokenArguments,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
    // Last: its heading holds for everything after it.
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
}

/// Forms of the expiration report.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExpirationFormat {
    /// kubeadm's tables, and one for what kubeadm leaves out.
    Text,
    /// kubeadm's object (output.kubeadm.k8s.io/v1alpha3), and more in it.
    Json,
    /// The object of json as YAML.
    Yaml,
    /// For the textfile collector of node-exporter.
    Openmetrics,
}

pub(super) const CHECK_EXPIRATION_LONG: &str = "\
Shows when the certificates of this node expire: kubeadm's two tables, and a third for what kubeadm \
leaves out: the kubelet's certificates, further ones in bundles and of other users of kubeconfigs, \
files that flags, their configurations or --config name, and what else is in the directory.

Needs no configuration and no private key, works on a tree of kubeadm's or of pkigen's, whole or \
broken, and writes nothing. Ends with 1 when a certificate is expired, not yet valid, unreadable, or \
within --within of its end, when nothing is where it was looked for, and when something is missing \
that this node cannot do without. A certificate that the kubelet renews by itself counts as due only \
past nine tenths of its life.

The last line counts them by how much of their life is left: green is more than a quarter, yellow a \
quarter or less, red a tenth or less. The colours change no exit code.";

/// Show when certificates expire.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct CheckExpirationArguments {
    /// Also end with 1 when a certificate expires within this time, such as 30d.
    #[arg(long, value_name = "DURATION")]
    pub(crate) within: Option<Lifetime>,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ExpirationFormat::Text)]
    pub(crate) output: ExpirationFormat,
}

pub(super) const RENEW_LONG: &str = "\
Gives certificates a new key, a new serial number and new dates. What they say stays: subject, every \
alternative name, usages, unknown extensions, the type and size of the key; in a kubeconfig every \
byte but the certificate and its key. Needs no configuration.

Names are those of check-expiration, such as apiserver or admin.conf. What is missing or signed by \
an authority whose key is elsewhere is said, and is a finding where it was named, where this node \
cannot do without it, and where it is due; so is that nothing is there at all. What cannot \
be renewed does not stop the rest; everything that can is written in one go, key first and \
certificate last. What a reader would refuse that accepts the old one is left out, and ends with 1: \
the message says who, and what to do. A group that an earlier kubeadm put a client into stays with \
--reconcile too; --accept right-removed takes it out, and writes the bindings that give the right \
instead (pkigen/rbac.yaml). Ends with what has to be restarted and what need not.

An authority is renewed by name only: ca, etcd-ca or front-proxy-ca. It gets a new certificate for \
the same key and name, so that what it signed stays valid, and whoever trusts the old one trusts the \
new one and the other way round. One transaction puts it wherever this node holds the old one: \
ca.crt, bundles, kubeconfigs. It ends with what holds a copy elsewhere, and by when which component \
has to be restarted.

A kubelet.conf that names kubelet-client-current.pem is left to the kubelet while that certificate is \
valid. Once it has expired or is gone another is issued as the kubelet would: a file with the date in \
its name, and the link to it last. With --reconcile its server and authorities become the \
configuration's in any case.

With --reconcile a name that a certificate serves and the configuration does not have stays, because \
who dials it would be refused at once; --drop-names lets it go.";

/// Give certificates a new life.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(crate) struct RenewArguments {
    /// `all` but the authorities, or the certificates' names, authorities' too; `root-ca` for the
    /// one that --root-ca names.
    #[arg(value_name = "all | NAME", required = true)]
    pub(crate) names: Vec<String>,
    /// Only what expires within this time, such as 30d.
    #[arg(long, value_name = "DURATION")]
    pub(crate) within: Option<Lifetime>,
    /// Life of the new certificates [default: the configuration's, else 8760h].
    #[arg(long, value_name = "DURATION")]
    pub(crate) certificate_validity: Option<Lifetime>,
    /// Life of an authority's new certificate [default: as long as the old one's].
    #[arg(long, value_name = "DURATION")]
    pub(crate) ca_validity: Option<Lifetime>,
    /// Take the authority's new certificate from here, which was issued elsewhere with the key that
    /// it has: by an administrator who keeps the key, by the CA above, or on another node. A file, a
    /// directory or a tar; of what is in it, each authority that is named takes its own.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ca_validity", "within", "reconcile"])]
    pub(crate) certificate: Option<PathBuf>,
    /// Keep the keys: the change of a pair is then the change of one file.
    #[arg(long)]
    pub(crate) reuse_key: bool,
    /// Issue what differs from the configuration as it says; needs --config.
    #[arg(long, requires = "config", conflicts_with_all = ["reuse_key", "within"])]
    pub(crate) reconcile: bool,
    /// Let names go that the configuration does not have; else they are kept beside the new ones.
    #[arg(long, requires = "reconcile")]
    pub(crate) drop_names: bool,
    /// Kubernetes version that decides what has to be restarted [default: that of the images in
    /// manifests, else the configuration's, else the newest known].
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<KubernetesVersion>,
    /// Say what would be done and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) root_ca: RootCaArguments,
    #[command(flatten)]
    pub(crate) keys: TokenArguments,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}

/// Forms of the flag sets.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FlagsFormat {
    /// One --name=value per line.
    Args,
    /// A list for a static pod's command, and the kubelet's configuration.
    Yaml,
    /// An object with every flag and its purpose.
    Json,
    /// A systemd drop-in.
    Systemd,
    /// kubeadm's configuration, in the version of its API that kubeadm of --kubernetes-version reads.
    Kubeadm,
}

pub(super) const FLAGS_LONG: &str = "\
Prints the flags that tell components about their certificates, and those that make certificates \
mean anything. Paths are those of the running system, whatever --root says. Where ca.crt is there \
and ca.key is not, kube-controller-manager's signing flags are empty, as kubeadm has it.

The version of Kubernetes is --kubernetes-version's, else the configuration's, else that of the API \
server's image, else the newest known. It decides which flags there are, and which version of its API \
kubeadm reads: v1beta4 from 1.31 on, v1beta3 before. An argument that the component of this version \
refuses is a warning. What is said of 1.37 and 1.38 is by announcement.";

/// Print the flags that tell components about their certificates.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct FlagsArguments {
    /// kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, etcd or etcdctl
    /// [default: all].
    #[arg(value_name = "COMPONENT")]
    pub(crate) component: Option<String>,
    /// Form of the flags.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = FlagsFormat::Args)]
    pub(crate) output: FlagsFormat,
    // Last: its heading holds for everything after it.
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
}

/// Show what certificate, key and kubeconfig files hold.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct InspectArguments {
    /// PEM files and kubeconfigs, also pipes, and - for standard input. Of private keys only the
    /// public half is shown; requests for certificates are checked to be signed by their own key.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
}

/// Print a completion script for a shell.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Print a manual page.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct ManArguments {
    /// The verb whose page it is [default: pkigen itself].
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}
