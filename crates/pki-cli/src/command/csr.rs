//! `pkigen csr`: certificates of authorities whose keys are elsewhere.

use pki_core::key::FastKeys;
use pki_core::plan::renew::Threshold;
use pki_core::plan::request::RequestRule;
use pki_core::{Provider, RowId, SystemRandom};
use pki_layout::requests::{Signing, carry, read_carried};
use pki_layout::token::Tokens;
use pki_layout::{Directories, LayoutError, PassphraseSource, Root};
use time::OffsetDateTime;

use super::description::describe_tree;
use super::keys::signers;
use super::renew::row;
use super::root_ca::existing;
use super::{Setting, existing_root, file_settings, new_place, setting, writing};
use crate::args::{
    CsrArguments, CsrCommand, CsrCreateArguments, CsrImportArguments, CsrSignArguments, Global,
    ReportFormat,
};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

pub(crate) fn run(
    global: &Global,
    arguments: &CsrArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    match &arguments.command {
        CsrCommand::Create(arguments) => create(global, arguments, now, printer),
        CsrCommand::Sign(arguments) => sign(global, arguments, now, printer),
        CsrCommand::Import(arguments) => import(global, arguments, now, printer),
    }
}

fn create(
    global: &Global,
    arguments: &CsrCreateArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    new_place("--to", &arguments.to)?;
    let writing = writing(global, &arguments.writing)?;
    let mut modules = Tokens::default();
    let Setting {
        observation,
        cluster,
        node,
        ..
    } = setting(
        global,
        &arguments.cluster,
        printer,
        |directories, settings| {
            let signers = signers(&arguments.keys, settings, &mut modules)?;
            let root = Root::new(global.root(), directories)?.with_writing(writing);
            Ok(root.with_signers(signers).observe_to_write())
        },
    )?;
    let mut rule = RequestRule::default();
    rule.names = rows(&arguments.names)?;
    rule.threshold = Threshold {
        within: Some(arguments.within.duration()),
    };
    let provider = Provider::new(&FastKeys, &SystemRandom);
    let requested = observation.create_requests(Some((cluster, node)), rule, now, &provider)?;
    let is_any = !requested.manifest.requests.is_empty();
    if is_any {
        carry(&arguments.to, &requested.carried)?;
    }
    let report = requested.report();
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => {
            render::csr::created(&report, is_any.then_some(arguments.to.as_path()), printer)?;
        }
    }
    Ok(findings(requested.has_findings()))
}

fn sign(
    global: &Global,
    arguments: &CsrSignArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    new_place("--to", &arguments.to)?;
    if arguments.authorities.is_none() && arguments.root_ca.root_ca.is_none() {
        return Err(CliError::Missing(
            "nobody is named who signs: say --authorities DIR, where the cluster's CAs are or, for \
             their own certificates, --root-ca DIR"
                .to_owned(),
        ));
    }
    let source = arguments.passphrase()?;
    let passphrase = source.as_ref().map(PassphraseSource::read).transpose()?;
    let carried = read_carried(&arguments.from)?;
    let settings = file_settings(global, printer)?;
    let mut modules = Tokens::default();
    let keys = signers(&arguments.keys, &settings, &mut modules)?;
    let described = if settings.describes() {
        // There is no node here: the configuration says all of it.
        let nowhere = Root::nowhere(Directories::from_settings(&settings))?;
        let described = describe_tree(settings, &nowhere.observe(), printer)?;
        Some((described.cluster, described.node))
    } else {
        if global.config.is_some() {
            printer
                .note("the configuration describes no node: names are taken as they are carried");
        }
        None
    };
    let authorities = arguments.authorities.as_deref();
    let mut signing = Signing::new(authorities, arguments.certificate_validity);
    signing.superior = existing(&arguments.root_ca, None, &mut modules)?;
    signing.authority_lifetime = arguments.ca_validity;
    signing.passphrase = passphrase.as_ref();
    signing.signers = keys;
    signing.described = described;
    signing.accept = rows(&arguments.accept)?.into_iter().collect();
    let signed = signing.sign(&carried, now, &SystemRandom);
    let signed = signed.map_err(|error| match error {
        LayoutError::Key { .. }
        | LayoutError::Certificate { .. }
        | LayoutError::Authority { .. } => CliError::Input(error),
        other => other.into(),
    })?;
    let report = signed.report();
    if !signed.is_refused() {
        carry(&arguments.to, &signed.carried)?;
    }
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::csr::signed(&report, &arguments.to, printer)?,
    }
    Ok(findings(signed.is_refused()))
}

fn import(
    global: &Global,
    arguments: &CsrImportArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let settings = file_settings(global, printer)?;
    let root = existing_root(global, &settings)?;
    let root = root.with_writing(writing(global, &arguments.writing)?);
    let carried = read_carried(&arguments.from)?;
    let observation = root.observe_to_write();
    let version = observation.kubernetes_version(&settings);
    let imported = observation.import_answers(&carried, now, &SystemRandom)?;
    let report = imported.report(version);
    match arguments.output {
        ReportFormat::Json => {
            let account = render::renew::advice(&report.readers, false);
            let done = (!report.readers.is_empty()).then_some(account.as_str());
            printer.report(&render::json(&report)?, done)?;
        }
        ReportFormat::Text => render::csr::imported(&report, printer)?,
    }
    Ok(findings(imported.has_findings()))
}

fn rows(names: &[String]) -> Result<Vec<RowId>, CliError> {
    names.iter().map(|name| row(name)).collect()
}

fn findings(found: bool) -> ExitStatus {
    if found {
        ExitStatus::Findings
    } else {
        ExitStatus::Done
    }
}
