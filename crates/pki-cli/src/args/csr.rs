use std::path::PathBuf;

use clap::{Args, Subcommand};
use pki_core::Lifetime;
use pki_layout::PassphraseSource;

use super::offline::passphrase_source;
use super::{ClusterArguments, ReportFormat, RootCaArguments, TokenArguments, WritingArguments};
use crate::exit::{self, CliError};

pub(super) const LONG: &str = "\
Certificates of a CA whose key is not on this node: asked for here, signed there, taken here.

1. on the node: `pkigen csr create --to requests.tar`
2. where the key is: `pkigen csr sign requests.tar --authorities DIR --to certificates.tar`
3. on the node: `pkigen csr import certificates.tar`

Keys never leave the node, and what is carried is two files. Any other CA may sign as well: what comes \
back is compared with what was asked for.";

/// Ask for, sign and take certificates of a CA whose key is elsewhere.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct CsrArguments {
    #[command(subcommand)]
    pub(crate) command: CsrCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CsrCommand {
    /// Make keys and requests for what is missing or due.
    #[command(long_about = CREATE_LONG)]
    Create(Box<CsrCreateArguments>),
    /// Sign requests that were made elsewhere.
    #[command(long_about = SIGN_LONG)]
    Sign(Box<CsrSignArguments>),
    /// Take the certificates that have come, and finish the kubeconfigs.
    #[command(long_about = IMPORT_LONG)]
    Import(CsrImportArguments),
}

impl CsrArguments {
    pub(super) fn wants_json(&self) -> bool {
        let output = match &self.command {
            CsrCommand::Create(arguments) => arguments.output,
            CsrCommand::Sign(arguments) => arguments.output,
            CsrCommand::Import(arguments) => arguments.output,
        };
        output == ReportFormat::Json
    }
}

const CREATE_LONG: &str = "\
Makes a key and a request for every certificate that is missing here or ends soon, of the CAs whose key \
is not here, and keeps both in the certificate directory's requests/ until the certificate has come. \
Writes the requests, with a manifest of their digests and no key, to a tar or a directory.

What waits already is not asked for again, and is in the file with the rest. NAME asks for one anew, \
whatever it is. A CA that is below another one, such as ca, asks that for its own new dates, for the \
key that it has: `pkigen renew NAME --certificate FILE` takes the answer.";

#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct CsrCreateArguments {
    /// Certificates to ask for, such as apiserver or scheduler.conf [default: what is missing or
    /// due].
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// What is carried to whoever signs: FILE.tar, or a directory that is not there yet.
    #[arg(long, value_name = "FILE.tar | DIR")]
    pub(crate) to: PathBuf,
    /// Ask for what ends within this time.
    #[arg(long, value_name = "DURATION", default_value = "30d")]
    pub(crate) within: Lifetime,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
    #[command(flatten)]
    pub(crate) keys: TokenArguments,
    // Last: its heading holds for everything after it.
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
}

const SIGN_LONG: &str = "\
Signs what `pkigen csr create` has made, by the CAs in a directory that is laid out as a certificate \
directory: ca.crt and ca.key, front-proxy-ca.crt and front-proxy-ca.key, etcd/ca.crt and etcd/ca.key, \
as far as they are needed. The keys may be encrypted.

Of a request only its key counts: names, groups and purposes are the table's, and with --config the \
served names are too; without it they are taken as they are asked for, and shown. Where a request asks \
for anything else, both sides are shown and nothing is signed, unless --accept names its certificate.

A CA's own certificate is signed by the one that --root-ca names.";

#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct CsrSignArguments {
    /// What came from the node: a tar or a directory.
    #[arg(value_name = "FROM")]
    pub(crate) from: PathBuf,
    /// Directory of the CAs.
    #[arg(long, value_name = "DIR")]
    pub(crate) authorities: Option<PathBuf>,
    // Read by hand: whoever gives the passphrase itself is not to find it in an error.
    #[arg(
        long,
        value_name = "SOURCE",
        help = "Where their keys' passphrase is: file:PATH, fd:NUMBER, or credential:NAME of systemd"
    )]
    authorities_passphrase: Option<String>,
    /// What is carried back to the node: FILE.tar, or a directory that is not there yet.
    #[arg(long, value_name = "FILE.tar | DIR")]
    pub(crate) to: PathBuf,
    /// A certificate that is signed as it is asked for, whatever the table says; repeatable.
    #[arg(long, value_name = "NAME")]
    pub(crate) accept: Vec<String>,
    /// Life of the certificates.
    #[arg(long, value_name = "DURATION", default_value = "8760h")]
    pub(crate) certificate_validity: Lifetime,
    /// Life of CAs' own certificates.
    #[arg(long, value_name = "DURATION", default_value = "87600h")]
    pub(crate) ca_validity: Lifetime,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) root_ca: RootCaArguments,
    #[command(flatten)]
    pub(crate) keys: TokenArguments,
}

impl CsrSignArguments {
    /// Where the passphrase is, if that was said.
    pub(crate) fn passphrase(&self) -> Result<Option<PassphraseSource>, CliError> {
        passphrase_source(
            "--authorities-passphrase",
            self.authorities_passphrase.as_deref(),
        )
    }
}

const IMPORT_LONG: &str = "\
Takes the certificates that have come, in a tar or a directory, in whatever PEM files: each is found by \
the key of its request. It must be what was asked for and no more: another key, a further group or name, \
another purpose, CA:TRUE, a path that does not lead to the CA here, all are refused with both sides, and \
then nothing is written. Certificates, keys and finished kubeconfigs are written in one transaction, \
judged as the tree would become; `pkigen undo` takes it back.";

#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct CsrImportArguments {
    /// What came back: a tar or a directory.
    #[arg(value_name = "FROM")]
    pub(crate) from: PathBuf,
    /// Form of the report.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) output: ReportFormat,
    #[command(flatten)]
    pub(crate) writing: WritingArguments,
}
