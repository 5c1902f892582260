//! Scripts for shells.

use std::process::Command;

use crate::support::{pkigen, program};

#[test]
fn bash_accepts_its_completions() {
    let script = pkigen(["completions", "bash"]).exits(0).stdout;
    let output = program(Command::new("bash").arg("-n"), "bash", &script);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}
