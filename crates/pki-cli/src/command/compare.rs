//! `pkigen compare`.

use pki_layout::compare::compare;
use pki_layout::{Directories, Root};
use time::OffsetDateTime;

use super::file_settings;
use crate::args::{CompareArguments, Global, ReportFormat};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// `pkigen compare`.
pub(crate) fn run(
    global: &Global,
    arguments: &CompareArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    if global.root.is_some() {
        return Err(CliError::Missing(
            "--root names one tree, and several are compared: name them all as arguments"
                .to_owned(),
        ));
    }
    let settings = file_settings(global, printer)?;
    let mut nodes = Vec::new();
    for path in &arguments.nodes {
        let directories = Directories::from_settings(&settings);
        let root = Root::to_look_at(path, std::io::empty(), directories)?;
        if !root.is_in_memory() {
            root.check_directories()?;
        }
        nodes.push((path.display().to_string(), root));
    }
    let report = compare(&nodes, now);
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::compare::print(&report, printer)?,
    }
    Ok(if report.divergences.is_empty() {
        ExitStatus::Done
    } else {
        ExitStatus::Findings
    })
}
