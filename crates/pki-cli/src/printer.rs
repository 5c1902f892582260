//! Data to standard output, messages to standard error. Their labels are worded here: `refused:`,
//! `error:`, `to mend it:`.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pki_core::Progress;

use crate::args::{Color, Global};
use crate::error;
use crate::exit::CliError;
use crate::typed::Typed;

/// Bold, for headings.
pub(crate) const HEADING: Style = Style::new().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// Where output goes, and how much of it there is.
#[derive(Debug)]
pub(crate) struct Printer {
    quiet: bool,
    verbose: bool,
    typed: Typed,
}

impl Printer {
    pub(crate) fn new(global: &Global) -> Self {
        match global.color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
        .write_global();
        Self {
            quiet: global.quiet,
            verbose: global.verbose,
            typed: Typed::of(global),
        }
    }

    /// How commands are typed that do what this one was asked to.
    pub(crate) fn typed(&self) -> &Typed {
        &self.typed
    }

    /// Whether details are wanted.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Prints data: what was asked for. That whoever reads it has gone is no failure: how the
    /// command ends is a matter of what was found.
    #[expect(clippy::unused_self, reason = "every line goes through the printer")]
    pub(crate) fn data(&self, text: &str) -> Result<(), CliError> {
        let mut output = anstream::stdout().lock();
        output
            .write_all(text.as_bytes())
            .and_then(|()| output.flush())
            .or_else(|error| match error.kind() {
                io::ErrorKind::BrokenPipe => Ok(()),
                _ => Err(CliError::Output(error)),
            })
    }

    /// Prints a secret that was asked for. Who should have read it and did not will ask again: that
    /// nobody reads it is a failure.
    #[expect(clippy::unused_self, reason = "every line goes through the printer")]
    pub(crate) fn secret(&self, bytes: &[u8]) -> Result<(), CliError> {
        let mut output = io::stdout().lock();
        let written = output.write_all(bytes).and_then(|()| output.flush());
        written.map_err(CliError::Output)
    }

    /// Prints the report of something that was `done`, if it was. Where that cannot be printed,
    /// standard error says what a person has to know of it.
    pub(crate) fn report(&self, text: &str, done: Option<&str>) -> Result<(), CliError> {
        match (self.data(text), done) {
            (Err(CliError::Output(source)), Some(account)) => {
                self.plain(account.trim_matches('\n'));
                Err(CliError::Unreported(source))
            }
            (printed, _) => printed,
        }
    }

    /// Prints an account of what was done, unless nobody wants to hear it.
    pub(crate) fn account(&self, text: &str) -> Result<(), CliError> {
        if self.quiet { Ok(()) } else { self.data(text) }
    }

    /// The same of something that was `done`, or not.
    pub(crate) fn account_of(&self, text: &str, done: bool) -> Result<(), CliError> {
        if self.quiet {
            Ok(())
        } else {
            self.report(text, done.then_some(text))
        }
    }

    /// Tells what was assumed.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.message(NOTE, "note", text);
        }
    }

    /// Tells what is worth knowing.
    pub(crate) fn warning(&self, text: &str) {
        if !self.quiet {
            self.message(WARNING, "warning", text);
        }
    }

    /// Tells what is wrong and what to do. Not silenced by anything.
    pub(crate) fn refusal_with_remedy(&self, text: &str, remedy: &str) {
        self.refusal(text);
        self.remedy(remedy);
    }

    /// Tells what to do about what was said last.
    pub(crate) fn remedy(&self, remedy: &str) {
        self.plain(&format!("  to mend it: {remedy}"));
    }

    /// Tells why something was not done.
    pub(crate) fn refusal(&self, text: &str) {
        self.message(ERROR, "refused", text);
    }

    /// Tells why the command failed, with every cause.
    pub(crate) fn error(&self, error: &CliError) {
        self.failure(&error::with_causes(error, &self.typed));
    }

    /// Tells that one of several things could not be done.
    pub(crate) fn failure(&self, text: &str) {
        self.message(ERROR, "error", text);
    }

    /// A line on standard error without a label.
    #[expect(clippy::unused_self, reason = "every line goes through the printer")]
    pub(crate) fn plain(&self, text: &str) {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    fn message(&self, style: Style, label: &str, text: &str) {
        self.plain(&format!("{style}{label}:{style:#} {text}"));
    }

    /// A bar with how many there are, how many are done in a second, and how long it takes yet. Nothing in
    /// a pipe, nor for a few.
    pub(crate) fn progress_bar(&self, things: &'static str) -> Bar {
        let target = if self.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let template =
            format!("{{wide_bar}} {{pos}} of {{len}} {things}, {{per_sec:.0}}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Bar(bar)
    }

    /// A line that follows slow work. Nothing in a pipe, and nothing for what takes no longer
    /// than a blink.
    pub(crate) fn progress_line(&self) -> ProgressLine {
        let wanted = !self.quiet && io::stderr().is_terminal();
        ProgressLine {
            started: Instant::now(),
            state: Mutex::new(if wanted {
                Line::Waiting
            } else {
                Line::Unwanted
            }),
        }
    }
}

/// See [`Printer::progress_bar`].
#[derive(Debug)]
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// So many are done, of so many.
    pub(crate) fn update(&self, done: usize, total: usize) {
        // They are made in a blink.
        if total < 100 {
            return;
        }
        let count = |number: usize| number.try_into().unwrap_or(u64::MAX);
        if self.0.length() != Some(count(total)) {
            self.0.set_length(count(total));
            // What was there before was not made in no time.
            self.0.set_position(count(done));
            self.0.reset_eta();
        }
        self.0.set_position(count(done));
    }

    /// Wipes it away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

const BLINK: Duration = Duration::from_millis(200);

/// See [`Printer::progress_line`].
#[derive(Debug)]
pub(crate) struct ProgressLine {
    started: Instant,
    state: Mutex<Line>,
}

#[derive(Debug, PartialEq, Eq)]
enum Line {
    Unwanted,
    Waiting,
    Shown,
}

impl ProgressLine {
    /// Called from several threads.
    pub(crate) fn update(&self, progress: Progress) {
        let Ok(mut state) = self.state.lock() else {
            return;
        };
        if *state == Line::Unwanted || self.started.elapsed() < BLINK {
            return;
        }
        *state = Line::Shown;
        let Progress { done, total, .. } = progress;
        let _ = write!(io::stderr(), "\rgenerating keys: {done} of {total}");
    }

    /// Wipes the line away.
    pub(crate) fn finish(&self) {
        if let Ok(mut state) = self.state.lock()
            && *state == Line::Shown
        {
            *state = Line::Unwanted;
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
