use std::io::{self, Write as _};
use std::process::{Command, Output, Stdio};

/// Runs another program to its end, with this text to read. One that is not there fails the test
/// by the name of its Debian package.
#[track_caller]
pub(crate) fn program(command: &mut Command, package: &str, text: &str) -> Output {
    command.stdin(Stdio::piped());
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            panic!("{command:?}: install Debian's package {package} (apt-get install {package})")
        }
        Err(error) => panic!("{command:?}: {error}"),
    };
    let mut input = child.stdin.take().unwrap();
    let text = text.to_owned();
    // A program that fails at once reads nothing.
    let writer = std::thread::spawn(move || drop(input.write_all(text.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// What a program said, on either stream.
pub(crate) fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8_lossy(&both).into_owned()
}
