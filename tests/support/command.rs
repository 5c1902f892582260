use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// How a run of the command ended, and what it said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The command, in an environment that decides nothing about its output.
pub(crate) fn command() -> Command {
    clean(Command::new(env!("CARGO_BIN_EXE_pkigen")))
}

/// Takes away what colours, folds or traces.
pub(crate) fn clean(mut command: Command) -> Command {
    for name in [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "LINES",
        "CI",
    ] {
        command.env_remove(name);
    }
    command.env("TERM", "xterm").stdin(Stdio::null());
    command
}

/// Runs the command with these arguments.
pub(crate) fn pkigen<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    run(command().args(arguments))
}

/// Runs a prepared command. Whatever it was asked, it must neither panic nor show a private key.
pub(crate) fn run(command: &mut Command) -> Run {
    let output = command.output().expect("pkigen starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("pkigen prints text");
    let run = Run {
        code: output.status.code().expect("pkigen is not killed"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    for text in [&run.stdout, &run.stderr] {
        for forbidden in ["panicked", "stack backtrace", "PRIVATE KEY-----"] {
            assert!(!text.contains(forbidden), "{forbidden} in {run:#?}");
        }
    }
    run
}

impl Run {
    /// Fails the test unless the exit code is this one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code of {self:#?}");
        self
    }

    /// Fails the test unless standard error says all of this.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "{text:?} is not said in {self:#?}"
            );
        }
        self
    }

    /// Fails the test unless standard output shows all of this.
    #[track_caller]
    pub(crate) fn shows(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(
                self.stdout.contains(text),
                "{text:?} is not shown in {self:#?}"
            );
        }
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!("{error} in {self:#?}"),
        }
    }
}
