use pki_layout::audit;
use pki_layout::audit::{AuditOptions, Selection};
use pki_layout::observe::Sources;
use time::OffsetDateTime;

use super::{file_settings, root_to_look_at, say_not_observed};
use crate::args::{AuditArguments, AuditFormat, Global};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// `pkigen audit`.
pub(crate) fn run(
    global: &Global,
    arguments: &AuditArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let selection = Selection::new(&arguments.only, &arguments.skip, &arguments.warn_only)
        .map_err(|error| CliError::Value {
            place: "--only, --skip or --warn-only".to_owned(),
            problem: error.to_string(),
        })?;
    let settings = file_settings(global, printer)?;
    let root = root_to_look_at(global, &settings)?;
    let sources = Sources::default()
        .with_manifests(arguments.manifests.clone())
        .with_kubelet_configuration(arguments.kubelet_config.clone())
        .with_units(arguments.systemd)
        .with_processes(arguments.proc);
    let observation = root.observe();
    let machine = observation.machine(&sources);
    let mut options = AuditOptions::at(now);
    let running = machine.kubernetes_version();
    let version = arguments.kubernetes_version.or(running);
    options.version = Some(version.unwrap_or_else(|| observation.kubernetes_version(&settings)));
    let mut audited = audit::audit(&machine, &options);
    selection.apply(&mut audited);
    if let Some(caveat) = audited.version.caveat() {
        printer.note(&caveat);
    }
    let mut report = audited.report(&machine, now, &|remedy| {
        printer.typed().words_of_finding(remedy)
    });
    report.not_observed = observation.not_observed();
    if !matches!(arguments.output, AuditFormat::Json) {
        say_not_observed(&observation, printer);
    }
    match arguments.output {
        AuditFormat::Json => printer.data(&render::json(&report)?)?,
        AuditFormat::Text => render::audit::print(&report, now, printer)?,
        AuditFormat::Sarif => printer.data(&render::json(&render::audit::sarif(&report))?)?,
        AuditFormat::Html => printer.data(&render::audit::html(&report, now))?,
    }
    Ok(if report.findings.is_empty() {
        ExitStatus::Done
    } else {
        ExitStatus::Findings
    })
}
