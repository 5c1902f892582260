use pki_core::Lifetime;
use pki_core::judge::expiration::{Threshold, judge};
use pki_layout::report::ExpirationReport;
use time::OffsetDateTime;

use super::root;
use crate::args::{CheckExpirationArguments, ExpirationFormat, Global};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render::expiration;

/// `pkigen check-expiration`.
pub(crate) fn run(
    global: &Global,
    arguments: &CheckExpirationArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let root = root(global, printer)?;
    let survey = root.survey();
    let threshold = Threshold {
        within: arguments.within.map(Lifetime::duration),
    };
    let judged = judge(&survey, now, threshold);
    let report = ExpirationReport::new(&survey, &judged, root.pending().as_ref());
    let text = match arguments.output {
        ExpirationFormat::Text => expiration::text(&report, now)?,
        ExpirationFormat::Json => expiration::json(&report)?,
        ExpirationFormat::Yaml => expiration::yaml(&report)?,
        ExpirationFormat::Openmetrics => expiration::open_metrics(&report)?,
    };
    printer.data(&text)?;
    Ok(if judged.has_findings() {
        ExitStatus::Findings
    } else {
        ExitStatus::Done
    })
}
