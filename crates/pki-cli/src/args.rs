//! The command line. One struct for each verb, below; what all of them share is here.

mod audit;
mod bundle;
mod cluster;
mod csr;
mod explain;
mod identities;
mod keys;
mod map;
mod offline;
mod verb;
mod verify;
mod writing;

use std::path::{Path, PathBuf};

pub(crate) use audit::{AuditArguments, AuditFormat};
pub(crate) use bundle::{
    BundleArguments, BundleCommand, BundleExportArguments, BundleImportArguments,
};
use clap::{Parser, Subcommand, ValueEnum};
pub(crate) use cluster::ClusterArguments;
pub(crate) use csr::{
    CsrArguments, CsrCommand, CsrCreateArguments, CsrImportArguments, CsrSignArguments,
};
pub(crate) use explain::{ExplainArguments, ExplainFormat, with_flags_as_words};
pub(crate) use identities::{
    BootstrapArguments, CompareArguments, EntranceArguments, IssuedArguments, KubeconfigArguments,
    NodeArguments, UserArguments,
};
pub(crate) use keys::TokenArguments;
pub(crate) use map::{EtcdArgument, MapArguments, MapFormat, SetupArgument};
pub(crate) use offline::RootCaArguments;
use pki_core::config::Settings;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
pub(crate) use verb::{
    CheckExpirationArguments, CompletionsArguments, ExpirationFormat, FlagsArguments, FlagsFormat,
    InitArguments, InspectArguments, ManArguments, RenewArguments, ReportFormat,
};
pub(crate) use verify::{LooseArguments, VerifyArguments};
pub(crate) use writing::{
    HistoryArguments, ReaddressArguments, RecoverArguments, UndoArguments, WritingArguments,
};

use crate::exit;

/// Makes, checks, explains and renews the certificates of a Kubernetes control plane.
#[derive(Debug, Parser)]
#[command(
    name = "pkigen",
    version,
    about = "Makes the certificates, kubeconfigs and flags that Kubernetes components use to trust each other",
    after_help = exit::HELP,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a control-plane node's certificates, keys, kubeconfigs and flags.
    #[command(long_about = verb::INIT_LONG)]
    Init(Box<InitArguments>),
    /// Show when certificates expire.
    #[command(long_about = verb::CHECK_EXPIRATION_LONG)]
    CheckExpiration(CheckExpirationArguments),
    /// Give certificates a new life.
    #[command(long_about = verb::RENEW_LONG)]
    Renew(Box<RenewArguments>),
    /// Ask for, sign and take certificates of a CA whose key is elsewhere.
    #[command(long_about = csr::LONG)]
    Csr(CsrArguments),
    /// Make the certificates of further nodes, ready to be copied there.
    #[command(long_about = identities::NODE_LONG)]
    Node(Box<NodeArguments>),
    /// Carry what control-plane nodes share to the next one.
    #[command(long_about = bundle::LONG)]
    Bundle(BundleArguments),
    /// Let a node ask for its certificates itself, with a token.
    #[command(long_about = identities::BOOTSTRAP_LONG)]
    Bootstrap(Box<BootstrapArguments>),
    /// Issue a certificate for somebody who logs in, as kubeconfig.
    #[command(long_about = identities::USER_LONG)]
    User(Box<UserArguments>),
    /// Make a kubeconfig of another one: other server, other user, files, merged.
    #[command(long_about = identities::KUBECONFIG_LONG)]
    Kubeconfig(Box<KubeconfigArguments>),
    /// List the certificates that were issued here, and by what each is known.
    #[command(long_about = identities::ISSUED_LONG)]
    Issued(IssuedArguments),
    /// Give this control-plane node another address.
    #[command(long_about = writing::READDRESS_LONG)]
    Readdress(Box<ReaddressArguments>),
    /// Put back what the last transaction replaced.
    #[command(long_about = writing::UNDO_LONG)]
    Undo(UndoArguments),
    /// List what has been done here, by which command.
    History(HistoryArguments),
    /// Complete what an interrupted run had decided.
    #[command(long_about = writing::RECOVER_LONG)]
    Recover(RecoverArguments),
    /// Check that every certificate, key and kubeconfig will be accepted.
    #[command(long_about = verify::LONG)]
    Verify(Box<VerifyArguments>),
    /// Check what components were told about certificates, and what that protects.
    #[command(long_about = audit::LONG)]
    Audit(Box<AuditArguments>),
    /// Compare control-plane nodes: what they must share, and what must differ.
    #[command(long_about = identities::COMPARE_LONG)]
    Compare(CompareArguments),
    /// Print the flags that tell components about their certificates.
    #[command(long_about = verb::FLAGS_LONG)]
    Flags(Box<FlagsArguments>),
    /// Explain a file, flag, component, certificate or path.
    #[command(long_about = explain::EXPLAIN_LONG)]
    Explain(ExplainArguments),
    /// Draw who talks to whom and what protects it.
    #[command(long_about = map::LONG)]
    Map(MapArguments),
    /// Show what certificate, key and kubeconfig files hold.
    Inspect(InspectArguments),
    /// Print a completion script for a shell.
    Completions(CompletionsArguments),
    /// Print a manual page.
    Man(ManArguments),
}

impl Command {
    /// Whether what it does or says depends on what time it is. What was decided is completed
    /// whenever it is.
    pub(crate) const fn needs_clock(&self) -> bool {
        !matches!(
            self,
            Self::Flags(_)
                | Self::History(_)
                | Self::Kubeconfig(_)
                | Self::Recover(_)
                | Self::Completions(_)
                | Self::Man(_)
        )
    }

    /// Whether a program reads how it ended.
    pub(crate) fn wants_json(&self) -> bool {
        let json = ReportFormat::Json;
        match self {
            Self::Init(arguments) => arguments.output == json,
            Self::Renew(arguments) => arguments.output == json,
            Self::Csr(arguments) => arguments.wants_json(),
            Self::Node(arguments) => arguments.output == json,
            Self::Bundle(arguments) => arguments.wants_json(),
            Self::Compare(arguments) => arguments.output == json,
            Self::Readdress(arguments) => arguments.output == json,
            Self::Bootstrap(arguments) => arguments.output == json,
            Self::User(arguments) => arguments.output == json,
            Self::Issued(arguments) => arguments.output == json,
            Self::Undo(arguments) => arguments.output == json,
            Self::Recover(arguments) => arguments.output == json,
            Self::History(arguments) => arguments.output == json,
            Self::Verify(arguments) => arguments.output == json,
            Self::Inspect(arguments) => arguments.output == json,
            Self::CheckExpiration(arguments) => matches!(arguments.output, ExpirationFormat::Json),
            Self::Audit(arguments) => arguments.output == AuditFormat::Json,
            Self::Explain(arguments) => matches!(arguments.output, ExplainFormat::Json),
            Self::Flags(arguments) => matches!(arguments.output, FlagsFormat::Json),
            Self::Kubeconfig(_) | Self::Map(_) | Self::Completions(_) | Self::Man(_) => false,
        }
    }
}

/// Accepted before and after the verb.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Configuration: pkigen's TOML, kubeadm's YAML (v1beta1 to v1beta4, v1), or the `ConfigMap`
    /// kubeadm-config as kubectl prints it.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Directory that stands for / on disk; printed paths and flags stay without it. For commands
    /// that only read also a tar of another machine: FILE.tar, FILE.tar.gz, or - for standard
    /// input.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Directory of certificates and keys [default: /etc/kubernetes/pki].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) cert_dir: Option<String>,
    /// Directory of kubeconfigs [default: /etc/kubernetes].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) kubeconfig_dir: Option<String>,
    /// The instant to judge by, instead of now.
    #[arg(long, global = true, value_name = "RFC3339", hide = true, value_parser = instant)]
    pub(crate) at: Option<OffsetDateTime>,
    /// Say nothing but errors and what was asked for.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more.
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// The whole command line, for the history and for whoever waits for this run.
    #[arg(skip)]
    pub(crate) line: String,
}

impl Global {
    /// The directory that stands for / on disk.
    pub(crate) fn root(&self) -> &Path {
        self.root.as_deref().unwrap_or(Path::new("/"))
    }

    /// What the flags say, to be laid over what the configuration file says.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        settings.cert_dir = cluster::given(self.cert_dir.as_ref(), "--cert-dir");
        settings.kubeconfig_dir = cluster::given(self.kubeconfig_dir.as_ref(), "--kubeconfig-dir");
        settings
    }
}

/// When to use colour.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn instant(text: &str) -> Result<OffsetDateTime, String> {
    let told = "write it as 2026-11-23T12:00:00Z";
    let instant =
        OffsetDateTime::parse(text, &Rfc3339).map_err(|error| format!("{error}; {told}"))?;
    // The last hours of the year 9999 have no name in every zone.
    instant
        .checked_to_offset(time::UtcOffset::UTC)
        .ok_or_else(|| format!("in UTC it is beyond the year 9999; {told}"))
}
