//! What the command adds to the meaning of settings: what this host says about itself.

use pki_core::config::{Description, HostFacts, Settings};

use crate::exit::CliError;
use crate::host;

/// Reads the meaning of every setting; what no setting says is asked of this host.
pub(super) fn describe(settings: &Settings) -> Result<Description, CliError> {
    let mut facts = HostFacts::default();
    if settings.node_name.is_none() {
        facts.name = host::name();
    }
    if settings.advertise_address.is_none() {
        facts.address = host::address();
    }
    Ok(settings.describe(&facts)?)
}

/// What was assumed, and the flags that say otherwise.
pub(super) fn assumptions(description: &Description) -> impl Iterator<Item = String> {
    let assumed = description.assumed.iter();
    assumed.map(|one| format!("{one}; --{} names another", one.setting()))
}
