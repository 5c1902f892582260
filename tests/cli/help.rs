//! Help texts, word for word, at 80 columns; completions and manual pages.

use std::path::Path;

use crate::support::{Tree, pkigen, run};

/// The verbs, as the command itself lists them, so that a new one is not forgotten here.
fn verbs() -> Vec<String> {
    let help = pkigen(["-h"]).exits(0).stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap();
    let commands = commands.split("\n\n").next().unwrap().lines();
    // What is further in belongs to the line before.
    let verbs = commands.filter(|line| !line.starts_with("   "));
    let verbs: Vec<String> = verbs
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect();
    assert!(verbs.contains(&"init".to_owned()), "{verbs:?}");
    verbs
}

#[test]
fn every_verb_s_text_is_written_down() {
    let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/cmd");
    for verb in verbs() {
        let text = texts.join(format!("{verb}.md"));
        assert!(text.is_file(), "{} is missing", text.display());
    }
}

/// One file for each text. `TRYCMD=overwrite` writes what the command says now.
#[test]
fn texts_are_as_written_down() {
    trycmd::TestCases::new()
        .env("COLUMNS", "80")
        .env("TERM", "dumb")
        .case("../../tests/cli/cmd/*.md");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let tree = Tree::empty();
    for verb in verbs() {
        for option in ["--help", "-h"] {
            for width in [80, 60] {
                let mut command = tree.command(&[verb.as_str(), option]);
                let run = run(command.env("COLUMNS", width.to_string())).exits(0);
                let widest = run.stdout.lines().max_by_key(|line| line.chars().count());
                let widest = widest.unwrap_or_default();
                assert!(widest.chars().count() <= width, "{verb} {option}: {widest}");
            }
        }
    }
}

#[test]
fn every_help_lists_the_exit_codes() {
    for verb in verbs() {
        for option in ["--help", "-h"] {
            pkigen([verb.as_str(), option]).exits(0).shows(&[
                "Exit codes:\n  0  done",
                "  1  findings",
                "  2  wrong usage",
                "  3  the environment failed",
            ]);
        }
    }
}

/// What is there to test with is not for users.
#[test]
fn the_testing_aid_is_not_shown() {
    for verb in verbs() {
        let run = pkigen([verb.as_str(), "--help"]);
        assert!(!run.stdout.contains("--at"), "{verb}");
    }
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = pkigen(["completions", shell]).exits(0);
        assert_eq!(run.stderr, "");
        for verb in verbs() {
            assert!(run.stdout.contains(&verb), "{verb} of {shell}");
        }
    }
}

#[test]
fn every_verb_has_a_manual_page() {
    let page = pkigen(["man"]).exits(0);
    assert!(page.stdout.contains(".TH pkigen 1"), "{page:#?}");
    for verb in verbs() {
        let page = pkigen(["man", verb.as_str()]).exits(0).stdout;
        assert!(page.contains(".SH SYNOPSIS"), "{verb}");
        assert!(page.contains("Exit codes"), "{verb}");
    }
}
