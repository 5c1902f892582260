//! What is above the cluster's authorities.

use std::path::Path;
use std::sync::Arc;

use pki_core::key::Passphrase;
use pki_core::{Authority, ClusterBuilder, Provider, SystemRandom};
use pki_layout::token::Tokens;
use pki_layout::{Directories, LayoutError, NewRoot, OfflineAuthority, PassphraseSource, Root};
use time::OffsetDateTime;

use super::keys::signer;
use crate::args::{Global, RenewArguments, ReportFormat, RootCaArguments};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// What signs, and what of it is still to be written.
pub(super) struct Above {
    pub(super) authority: Arc<Authority>,
    pub(super) new: Option<NewRoot>,
}

/// Opens what is there, which is outside of a tree.
pub(super) fn existing(
    arguments: &RootCaArguments,
    root: Option<&Root>,
    modules: &mut Tokens,
) -> Result<Option<Arc<Authority>>, CliError> {
    let Some((directory, offline)) = offline(arguments, modules)? else {
        return Ok(None);
    };
    let passphrase = passphrase(arguments)?;
    if let Some(root) = root {
        offline.check_apart(root)?;
    }
    // What is there and of no use is wrong input, and not the machine's fault.
    match offline.open(passphrase.as_ref()).map_err(of_input)? {
        Some(authority) => Ok(Some(authority)),
        None => Err(CliError::Value {
            place: format!("--root-ca {}", directory.display()),
            problem: "there is no CA: neither ca.crt nor ca.key".to_owned(),
        }),
    }
}

/// What was named.
fn offline<'a>(
    arguments: &'a RootCaArguments,
    modules: &mut Tokens,
) -> Result<Option<(&'a Path, OfflineAuthority)>, CliError> {
    let Some(directory) = arguments.root_ca.as_deref() else {
        return Ok(None);
    };
    let offline = OfflineAuthority::new(directory);
    Ok(Some(match arguments.key() {
        Some(uri) => (directory, offline.with_signer(signer(&uri, modules)?)),
        None => (directory, offline),
    }))
}

fn of_input(error: LayoutError) -> CliError {
    match error {
        LayoutError::Key { .. }
        | LayoutError::Certificate { .. }
        | LayoutError::Authority { .. }
        | LayoutError::Sign { .. } => CliError::Input(error),
        other => other.into(),
    }
}

fn passphrase(arguments: &RootCaArguments) -> Result<Option<Passphrase>, CliError> {
    let source = arguments.passphrase()?;
    Ok(source.as_ref().map(PassphraseSource::read).transpose()?)
}

/// Opens what is there, or makes a root as the cluster's authorities are made, for twice as long.
pub(super) fn above(
    arguments: &RootCaArguments,
    root: &Root,
    cluster: &ClusterBuilder,
    now: OffsetDateTime,
    provider: &Provider<'_>,
    modules: &mut Tokens,
) -> Result<Option<Above>, CliError> {
    let Some((directory, offline)) = offline(arguments, modules)? else {
        return Ok(None);
    };
    offline.check_apart(root)?;
    let passphrase = passphrase(arguments)?;
    if let Some(authority) = offline.open(passphrase.as_ref()).map_err(of_input)? {
        return Ok(Some(Above {
            authority,
            new: None,
        }));
    }
    if passphrase.is_none() && arguments.key().is_none() {
        return Err(CliError::Value {
            place: format!("--root-ca {}", directory.display()),
            problem: "there is no CA yet, and the key of a new one is encrypted; say where its \
                      passphrase is with --root-ca-passphrase"
                .to_owned(),
        });
    }
    let cluster = cluster.clone().build()?;
    let wanted = (cluster.key_algorithm(), cluster.root_lifetime());
    let new = offline.make_root(wanted, passphrase.as_ref(), now, provider)?;
    Ok(Some(Above {
        authority: Arc::clone(new.authority()),
        new: Some(new),
    }))
}

/// `pkigen renew root-ca`: new dates for what is above the tree's authorities.
pub(super) fn renew(
    global: &Global,
    arguments: &RenewArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let wrong = |place: &str, problem: &str| CliError::Value {
        place: place.to_owned(),
        problem: problem.to_owned(),
    };
    if arguments.names.len() > 1 {
        return Err(wrong("NAME", "\"root-ca\" goes alone: it is in no tree"));
    }
    let mut modules = Tokens::default();
    let Some((_, root)) = offline(&arguments.root_ca, &mut modules)? else {
        return Err(wrong(
            "NAME",
            "where the root is has to be said with --root-ca DIR",
        ));
    };
    let of_tree = [
        (arguments.within.is_some(), "--within"),
        (arguments.certificate.is_some(), "--certificate"),
        (
            arguments.certificate_validity.is_some(),
            "--certificate-validity",
        ),
        (arguments.reuse_key, "--reuse-key"),
        (arguments.reconcile, "--reconcile"),
        (!arguments.keys.given().is_empty(), "a key in a token"),
    ];
    if let Some((_, flag)) = of_tree.into_iter().find(|(is_given, _)| *is_given) {
        return Err(wrong(flag, "a root is not renewed with it"));
    }
    let passphrase = passphrase(&arguments.root_ca)?;
    root.check_apart(&Root::new(global.root(), Directories::default())?)?;
    let renewed = root.renew(
        passphrase.as_ref(),
        arguments.ca_validity,
        now,
        &SystemRandom,
    );
    let renewed = renewed.map_err(of_input)?;
    if !arguments.dry_run {
        renewed.write()?;
    }
    let report = renewed.report(arguments.dry_run);
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::renew::root(&report, printer)?,
    }
    Ok(ExitStatus::Done)
}
