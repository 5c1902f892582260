use std::path::PathBuf;

use clap::Args;
use pki_core::config::Sourced;
use pki_layout::PassphraseSource;

use super::cluster::given;
use crate::exit::CliError;

/// What signs the authorities of the tree, where they do not sign themselves.
#[derive(Debug, Args)]
pub(crate) struct RootCaArguments {
    /// Directory of the CA that signs the cluster's CAs, which are intermediates then: ca.crt and
    /// ca.key, of a company or made here before. Where it is not there, `init` makes a root in it.
    #[arg(long, value_name = "DIR")]
    pub(crate) root_ca: Option<PathBuf>,
    /// Where the passphrase of its key is.
    // Read by hand: whoever gives the passphrase itself is not to find it in an error.
    #[arg(
        long,
        value_name = "SOURCE",
        requires = "root_ca",
        help = "Where its key's passphrase is: file:PATH, fd:NUMBER, or credential:NAME of systemd"
    )]
    root_ca_passphrase: Option<String>,
    /// Its key in a token, instead of ca.key: a URI as --ca-key has it.
    #[arg(
        long,
        value_name = "URI",
        requires = "root_ca",
        conflicts_with = "root_ca_passphrase"
    )]
    root_ca_key: Option<String>,
}

impl RootCaArguments {
    /// Its key in a token, if that was said.
    pub(crate) fn key(&self) -> Option<Sourced<String>> {
        given(self.root_ca_key.as_ref(), "--root-ca-key")
    }

    /// Where the passphrase is, if that was said.
    pub(crate) fn passphrase(&self) -> Result<Option<PassphraseSource>, CliError> {
        passphrase_source("--root-ca-passphrase", self.root_ca_passphrase.as_deref())
    }
}

/// Where a passphrase is, as a flag says it.
pub(super) fn passphrase_source(
    flag: &str,
    text: Option<&str>,
) -> Result<Option<PassphraseSource>, CliError> {
    let wrong = |problem| CliError::Value {
        place: flag.to_owned(),
        problem,
    };
    text.map(|text| source(text).map_err(wrong)).transpose()
}

/// Never the passphrase itself: arguments and the environment are seen by others.
fn source(text: &str) -> Result<PassphraseSource, String> {
    let wrong = || {
        "it is where the passphrase is, and not the passphrase: file:PATH, fd:NUMBER or \
         credential:NAME"
            .to_owned()
    };
    match text.split_once(':') {
        Some(("file", path)) if !path.is_empty() => Ok(PassphraseSource::File(path.into())),
        Some(("fd", number)) => number
            .parse()
            .map(PassphraseSource::Descriptor)
            .map_err(|_| wrong()),
        Some(("credential", name)) if !name.is_empty() && !name.contains('/') => {
            // systemd.exec(5): the directory is the service's own, and holds no secret itself.
            let directory = std::env::var_os("CREDENTIALS_DIRECTORY").ok_or_else(|| {
                "there are no credentials: systemd names their directory in CREDENTIALS_DIRECTORY, \
                 by LoadCredential= of the service"
                    .to_owned()
            })?;
            Ok(PassphraseSource::File(PathBuf::from(directory).join(name)))
        }
        _ => Err(wrong()),
    }
}
