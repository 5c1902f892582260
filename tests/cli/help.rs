//! Help texts, word for word, at 80 columns; completions and manual pages.

use crate::support::{Tree, pkigen, run};

const VERBS: [&str; 5] = ["init", "flags", "inspect", "completions", "man"];

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
    for verb in VERBS {
        for option in ["--help", "-h"] {
            for width in [80, 60] {
                let mut command = tree.command(&[verb, option]);
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
    for verb in VERBS {
        for option in ["--help", "-h"] {
            pkigen([verb, option]).exits(0).shows(&[
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
    for verb in VERBS {
        let run = pkigen([verb, "--help"]);
        assert!(!run.stdout.contains("--at"), "{verb}");
    }
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = pkigen(["completions", shell]).exits(0);
        assert_eq!(run.stderr, "");
        for verb in VERBS {
            assert!(run.stdout.contains(verb), "{verb} of {shell}");
        }
    }
}

#[test]
fn bash_accepts_its_completions() {
    let tree = Tree::empty();
    let script = tree.put_beside("completions", pkigen(["completions", "bash"]).stdout);
    let status = std::process::Command::new("bash")
        .arg("-n")
        .arg(script)
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn every_verb_has_a_manual_page() {
    let page = pkigen(["man"]).exits(0);
    assert!(page.stdout.contains(".TH pkigen 1"), "{page:#?}");
    for verb in VERBS {
        let page = pkigen(["man", verb]).exits(0).stdout;
        assert!(page.contains(".SH SYNOPSIS"), "{verb}");
        assert!(page.contains("Exit codes"), "{verb}");
    }
}
