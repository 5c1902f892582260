use pki_core::Lifetime;
use pki_core::config::Sourced;
use pki_core::judge::expiration::{Threshold, judge};
use pki_layout::report::ExpirationReport;
use time::OffsetDateTime;

use super::{file_settings, root_to_look_at, say_not_observed};
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
    let settings = file_settings(global, printer)?;
    let root = root_to_look_at(global, &settings)?;
    let observation = root.observe_for_dates().with_settings(&settings);
    let mut expirations = observation.expirations();
    let lifetime = settings.certificate_validity.as_ref();
    expirations.lifetime = lifetime.map(Sourced::parse).transpose()?;
    let threshold = Threshold {
        within: arguments.within.map(Lifetime::duration),
    };
    let judged = judge(&expirations, now, threshold);
    let mut report = ExpirationReport::new(
        &expirations,
        &judged,
        observation.pending().as_ref(),
        &|remedy| printer.typed().words_of_finding(remedy),
    );
    report.not_observed = observation.not_observed();
    if matches!(arguments.output, ExpirationFormat::Text) {
        say_not_observed(&observation, printer);
    }
    let text = match arguments.output {
        ExpirationFormat::Text => expiration::text(&report, now, printer.typed())?,
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
