//! Keys of authorities that never leave a token.

use std::sync::Arc;

use pki_core::Signers;
use pki_core::key::Passphrase;
use pki_layout::PassphraseSource;
use pki_layout::token::{TokenUri, Tokens};

use crate::args::TokenArguments;
use crate::exit::CliError;

/// Opens the keys that were named. `modules` goes on for as long as they are used.
pub(super) fn signers(
    arguments: &TokenArguments,
    modules: &mut Tokens,
) -> Result<Signers, CliError> {
    let mut signers = Signers::new();
    for (flag, name, uri) in arguments.given() {
        let wrong = |problem: String| CliError::Value {
            place: flag.to_owned(),
            problem,
        };
        let uri: TokenUri = uri
            .parse()
            .map_err(|error: pki_layout::token::UriError| wrong(error.to_string()))?;
        let pin: Option<Passphrase> = uri.pin.as_ref().map(PassphraseSource::read).transpose()?;
        let key = modules.open(&uri, pin.as_ref());
        let key = key.map_err(|error| {
            if error.is_input() {
                wrong(format!("{uri}: {error}"))
            } else {
                CliError::Token {
                    place: format!("{flag} {uri}"),
                    source: error,
                }
            }
        })?;
        signers = signers.with(name, Arc::new(key));
    }
    Ok(signers)
}
