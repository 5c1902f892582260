use std::path::PathBuf;

use pki_layout::report::InspectReport;
use time::OffsetDateTime;

use crate::args::{InspectArguments, ReportFormat};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// `pkigen inspect`.
pub(crate) fn run(
    arguments: &InspectArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let files: Vec<_> = arguments
        .files
        .iter()
        .map(|path| pki_layout::inspect(path))
        .collect();
    let paths = arguments.files.iter().map(PathBuf::as_path);
    let report = InspectReport::new(paths.zip(&files), now);
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::inspect::print(&report, printer)?,
    }
    let worst = files.iter().filter_map(|file| file.as_ref().err());
    let worst = worst.map(pki_layout::InspectError::is_environment).max();
    let mut inspected = files.iter().filter_map(|file| file.as_ref().ok());
    Ok(match worst {
        None if inspected.any(pki_layout::Inspected::has_wrong_signature) => ExitStatus::Findings,
        None => ExitStatus::Done,
        Some(false) => ExitStatus::Usage,
        Some(true) => ExitStatus::Environment,
    })
}
