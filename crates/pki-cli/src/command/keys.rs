//! Keys of authorities that never leave a token.

use std::sync::Arc;

use pki_core::Signers;
use pki_core::config::{Settings, Sourced};
use pki_core::key::{Passphrase, SigningKey};
use pki_layout::PassphraseSource;
use pki_layout::token::{TokenUri, Tokens, UriError};

use crate::args::TokenArguments;
use crate::exit::CliError;

/// Opens the keys that the flags name, else the configuration. `modules` goes on for as long as they
/// are used.
pub(super) fn signers(
    arguments: &TokenArguments,
    settings: &Settings,
    modules: &mut Tokens,
) -> Result<Signers, CliError> {
    let mut keys = settings.authority_keys.clone();
    keys.extend(arguments.given());
    let mut signers = Signers::new();
    for (row, uri) in &keys {
        signers = signers.with(row.spec().name, signer(uri, modules)?);
    }
    Ok(signers)
}

/// Opens one.
pub(super) fn signer(
    given: &Sourced<String>,
    modules: &mut Tokens,
) -> Result<Arc<dyn SigningKey>, CliError> {
    let wrong = |problem: String| CliError::Value {
        place: given.source.to_string(),
        problem,
    };
    let uri: TokenUri = given
        .value
        .parse()
        .map_err(|error: UriError| wrong(error.to_string()))?;
    let pin: Option<Passphrase> = uri.pin.as_ref().map(PassphraseSource::read).transpose()?;
    let key = modules.open(&uri, pin.as_ref());
    let key = key.map_err(|error| {
        if error.is_input() {
            wrong(format!("{uri}: {error}"))
        } else {
            CliError::Token {
                place: format!("{} {uri}", given.source),
                source: error,
            }
        }
    })?;
    Ok(Arc::new(key))
}
