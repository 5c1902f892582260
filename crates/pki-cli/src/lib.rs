//! The `pkigen` command as a library: arguments, configuration files, printing.
//!
//! Decides nothing about certificates; that is `pki-core`'s and `pki-layout`'s.

mod args;
mod command;
mod error;
mod exit;
mod hardening;
mod host;
mod printer;
mod render;
mod signal;
mod typed;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;
pub use render::remedy::words;
use time::OffsetDateTime;

use crate::args::{Arguments, Command, Global};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;

/// Runs the command with these arguments, the first being the program's name. `now` is the
/// instant that everything is judged by unless the arguments give another.
pub fn run(arguments: impl IntoIterator<Item = OsString>, now: OffsetDateTime) -> ExitCode {
    hardening::forbid_core_dumps();
    hardening::open_many_files();
    signal::outlive_file_size_limit();
    let line = args::with_flags_as_words(arguments.into_iter().collect());
    let arguments = match Arguments::try_parse_from(&line) {
        Ok(arguments) => arguments,
        Err(error) => return exit::usage(&error),
    };
    let Arguments {
        mut global,
        command,
    } = arguments;
    global.line = remembered(&line);
    let printer = Printer::new(&global);
    let wants_json = command.wants_json();
    let result = match (clock(&global, &command, now), command) {
        (Err(error), _) => Err(error),
        (Ok(now), command) => execute(&global, command, now, &printer),
    };
    match result {
        Ok(status) => status.into(),
        Err(error) => {
            printer.error(&error);
            if wants_json {
                // What went wrong is said above, should this not be printable either.
                let _ =
                    render::failure(&error, printer.typed()).and_then(|text| printer.data(&text));
            }
            error.status().into()
        }
    }
}

/// The instant to judge by. A clock that was never set says that nothing is valid yet, and what is
/// issued by it is refused by everybody else.
fn clock(
    global: &Global,
    command: &Command,
    now: OffsetDateTime,
) -> Result<OffsetDateTime, CliError> {
    match global.at {
        Some(at) => Ok(at),
        None if now < pki_core::EARLIEST_NOW && command.needs_clock() => Err(CliError::Clock {
            now: render::date(now),
        }),
        None => Ok(now),
    }
}

fn execute(
    global: &Global,
    command: Command,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    match command {
        Command::Init(init) => command::init::run(global, &init, now, printer),
        Command::CheckExpiration(arguments) => {
            command::check_expiration::run(global, &arguments, now, printer)
        }
        Command::Explain(arguments) => command::explain::run(global, &arguments, now, printer),
        Command::Flags(flags) => command::flags::run(global, &flags, printer),
        Command::Renew(renew) => command::renew::run(global, &renew, now, printer),
        Command::Csr(csr) => command::csr::run(global, &csr, now, printer),
        Command::Node(node) => command::nodes::run(global, &node, now, printer),
        Command::Bundle(bundle) => command::bundle::run(global, &bundle, now, printer),
        Command::Compare(compare) => command::compare::run(global, &compare, now, printer),
        Command::Bootstrap(node) => command::nodes::bootstrap(global, &node, now, printer),
        Command::User(user) => command::identities::user(global, &user, now, printer),
        Command::Kubeconfig(arguments) => command::kubeconfig::run(&arguments, printer),
        Command::Issued(issued) => command::identities::issued(global, &issued, now, printer),
        Command::Readdress(arguments) => command::readdress::run(global, &arguments, now, printer),
        Command::Undo(undo) => command::transaction::undo(global, &undo, now, printer),
        Command::History(history) => command::transaction::history(global, &history, printer),
        Command::Recover(recover) => command::transaction::recover(global, &recover, now, printer),
        Command::Verify(verify) => command::verify::run(global, &verify, now, printer),
        Command::Audit(audit) => command::audit::run(global, &audit, now, printer),
        Command::Map(map) => command::map::run(global, &map, now, printer),
        Command::Inspect(inspect) => command::inspect::run(&inspect, now, printer),
        Command::Completions(shell) => command::generate::completions(&shell, printer),
        Command::Man(man) => command::generate::man(&man, printer),
    }
}

/// The command as the history has it: what was typed, but for the program's path.
fn remembered(line: &[OsString]) -> String {
    let words = line.iter().skip(1).map(|word| word.to_string_lossy());
    let words: Vec<_> = std::iter::once("pkigen".into()).chain(words).collect();
    words.join(" ")
}
