use clap::CommandFactory as _;
use clap_mangen::Man;

use crate::args::{Arguments, CompletionsArguments, ManArguments};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;

/// `pkigen completions`.
pub(crate) fn completions(
    arguments: &CompletionsArguments,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "pkigen", &mut script);
    printer.data(&String::from_utf8_lossy(&script))?;
    Ok(ExitStatus::Done)
}

/// `pkigen man`.
pub(crate) fn man(arguments: &ManArguments, printer: &Printer) -> Result<ExitStatus, CliError> {
    let mut command = Arguments::command();
    command.build();
    let page = match &arguments.command {
        None => command,
        Some(name) => command.find_subcommand(name).cloned().ok_or_else(|| {
            let verbs: Vec<&str> = command
                .get_subcommands()
                .map(clap::Command::get_name)
                .collect();
            CliError::Value {
                place: "COMMAND".to_owned(),
                problem: format!(
                    "{name:?} is no verb of pkigen; there are {}",
                    verbs.join(", ")
                ),
            }
        })?,
    };
    let mut text = Vec::new();
    Man::new(page).render(&mut text).map_err(CliError::Output)?;
    printer.data(&String::from_utf8_lossy(&text))?;
    Ok(ExitStatus::Done)
}
