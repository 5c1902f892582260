use pki_core::text::nearest_few;
use pki_layout::explain::{Question, UnknownTopic, explain, names};
use time::OffsetDateTime;

use super::{file_settings, root_to_look_at, say_not_observed};
use crate::args::{ExplainArguments, ExplainFormat, Global};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// `pkigen explain`.
pub(crate) fn run(
    global: &Global,
    arguments: &ExplainArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let settings = file_settings(global, printer)?;
    let root = root_to_look_at(global, &settings)?;
    let observation = root.observe();
    let version = arguments.kubernetes_version;
    let version = version.unwrap_or_else(|| observation.kubernetes_version(&settings));
    let words = |remedy: &_| printer.typed().words_of_finding(remedy);
    let question = Question::new(&observation, version, now, &words);
    let report = explain(&arguments.what, &question).map_err(|error| unknown(&error))?;
    if !matches!(arguments.output, ExplainFormat::Json) {
        say_not_observed(&observation, printer);
    }
    let text = match arguments.output {
        ExplainFormat::Json => render::json(&report)?,
        ExplainFormat::Markdown => render::explain::markdown(&report),
        ExplainFormat::Text => {
            for note in &report.notes {
                printer.note(note);
            }
            render::explain::text(&report)
        }
    };
    printer.data(&text)?;
    Ok(ExitStatus::Done)
}

/// The error with the nearest names.
fn unknown(error: &UnknownTopic) -> CliError {
    let known = names();
    let near = match error {
        UnknownTopic::Word { word } => nearest_few(word, &known),
        _ => Vec::new(),
    };
    let advice = if near.is_empty() {
        "`pkigen explain` alone shows what there is".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    CliError::Value {
        place: "WHAT".to_owned(),
        problem: format!("{error}; {advice}"),
    }
}
