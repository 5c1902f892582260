//! The console blocks of the README, run in order in one scratch directory: what it says the
//! command prints is what the command prints. Dates are the day's, so they are masked.

use std::process::Command;

use tempfile::TempDir;

const README: &str = include_str!("../../README.md");

/// A command of a console block, the exit code it is said to have, and its output.
struct Step {
    command: String,
    code: i32,
    output: String,
}

fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for block in README.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step {
                    command: command.to_owned(),
                    code: 0,
                    output: String::new(),
                });
            } else if let Some(code) = line.strip_prefix("? ") {
                steps.last_mut().unwrap().code = code.parse().unwrap();
            } else {
                let output = &mut steps.last_mut().unwrap().output;
                output.push_str(line);
                output.push('\n');
            }
        }
    }
    steps
}

/// `Nov 23, 2027 12:00 UTC` becomes `DATE`, blanks in front of it stay.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    for line in text.lines() {
        let mut words: Vec<&str> = line.split(' ').collect();
        while let Some(at) = words.iter().position(|word| *word == "UTC") {
            let start = at.checked_sub(4).expect("a date has four words before UTC");
            words.splice(start..=at, ["DATE"]);
        }
        masked.push_str(&words.join(" "));
        masked.push('\n');
    }
    masked
}

#[test]
fn the_readme_says_what_the_command_prints() {
    let scratch = TempDir::new().unwrap();
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_pkigen"));
    let path = format!(
        "{}:{}",
        binary.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let steps = steps();
    assert!(steps.len() >= 4, "the README has console blocks");
    for step in steps {
        // The order of the two streams is the terminal's; a block shows one or the other.
        let run = Command::new("sh")
            .args(["-c", &format!("{} 2>&1", step.command)])
            .current_dir(scratch.path())
            .env("PATH", &path)
            .output()
            .unwrap();
        let output = String::from_utf8(run.stdout).unwrap();
        assert_eq!(masked(&output), masked(&step.output), "{}", step.command);
        assert_eq!(run.status.code(), Some(step.code), "{}", step.command);
    }
}
