//! Streams, colours, and where options stand.

use std::fs::File;
use std::process::Stdio;

use crate::support::{NODE, Tree, run};

const ESCAPE: char = '\u{1b}';

#[test]
fn options_stand_before_and_after_the_verb() {
    let tree = Tree::good();
    let root = tree.root();
    let root = root.to_str().unwrap();
    for arguments in [
        &["--root", root, "--color", "never", "-q", "init"][..],
        &["init", "--root", root, "--color=never", "--quiet"],
        &["-q", "init", "--root", root, "--color", "never"],
    ] {
        let run = crate::support::pkigen([arguments, NODE].concat()).exits(0);
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str()),
            ("", ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let tree = Tree::empty();
    // A warning and two notes would be said.
    let run = tree
        .pkigen(&["init", "-q", "--advertise-address", "127.0.0.1"])
        .exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert!(tree.pki("ca.crt").exists());
    // What was asked for is still printed.
    let run = tree.pkigen(&[
        "init",
        "-q",
        "--advertise-address",
        "127.0.0.1",
        "-o",
        "json",
    ]);
    assert_eq!(run.exits(0).json()["outcome"], "unchanged");
}

#[test]
fn verbose_gives_reasons_and_files() {
    let tree = Tree::good();
    tree.remove(&["sa.pub"]);
    tree.init(&["-v"]).exits(0).shows(&[
        "valid, and serves every name",
        "sa.pub is missing and rebuilt from sa.key",
        "/etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key",
    ]);
}

#[test]
fn the_account_tells_what_to_do_next() {
    let tree = Tree::empty();
    let run = tree.init(&[]).exits(0);
    assert_eq!(
        run.stderr, "",
        "nothing is wrong, and a pipe shows no progress"
    );
    run.shows(&[
        "Completed control-plane node cp1 (192.0.2.10)",
        "\n  created  ca ",
        "\n  created  9 files with flags and bindings\n",
        "Next:\n  1. Start the components with the flags in /etc/kubernetes/pkigen/flags/\n",
        "kubectl --kubeconfig /etc/kubernetes/super-admin.conf apply -f /etc/kubernetes/pkigen/rbac.yaml",
        "the first certificate expires ",
    ]);
}

/// Nobody is waiting at the other end of a pipe.
#[test]
fn slow_work_shows_no_progress_in_a_pipe() {
    let tree = Tree::empty();
    let run = tree.init(&["--key-algorithm", "rsa-2048"]).exits(0);
    assert_eq!(run.stderr, "");
    assert!(!run.stdout.contains('\r'));
}

#[test]
fn colours_are_for_terminals_and_on_request() {
    let tree = Tree::good();
    tree.put("apiserver.key", "");
    let refused = tree.init(&[]).exits(1);
    assert!(!refused.stderr.contains(ESCAPE));
    let coloured = tree.init(&["--color=always"]).exits(1);
    assert!(coloured.stderr.contains(ESCAPE));
    let plain = tree.init(&["--color=never"]).exits(1);
    assert_eq!(plain.stderr, refused.stderr);

    let tree = Tree::good();
    assert!(!tree.init(&[]).stdout.contains(ESCAPE));
    assert!(tree.init(&["--color=always"]).stdout.contains(ESCAPE));
}

#[test]
fn the_environment_speaks_of_colour_only_where_the_flag_does_not() {
    let tree = Tree::good();
    let coloured = |variable: (&str, &str), color: &str| {
        let mut command = tree.command(&["init", "--color", color]);
        let run = run(command.args(NODE).env(variable.0, variable.1));
        run.exits(0).stdout.contains(ESCAPE)
    };
    assert!(!coloured(("NO_COLOR", "1"), "auto"));
    assert!(
        coloured(("NO_COLOR", "1"), "always"),
        "the flag is nearer than the environment"
    );
    assert!(!coloured(("NO_COLOR", "1"), "never"));
    assert!(coloured(("CLICOLOR_FORCE", "1"), "auto"));
    assert!(!coloured(("CLICOLOR_FORCE", "1"), "never"));
}

/// JSON is for programs, whatever the colours.
#[test]
fn json_has_no_colours() {
    let tree = Tree::good();
    let run = tree.init(&["-o", "json", "--color=always"]).exits(0);
    assert!(!run.stdout.contains(ESCAPE));
    run.json();
}

#[test]
fn a_reader_that_goes_away_is_nobody_s_fault() {
    let tree = Tree::good();
    for arguments in [
        &["init"][..],
        &["init", "-o", "json"],
        &["flags"],
        &["flags", "-o", "json"],
        // Printed by somebody else's code.
        &["init", "--help"],
    ] {
        let mut command = tree.command(arguments);
        command.args(if arguments.contains(&"--help") {
            &[]
        } else {
            NODE
        });
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{arguments:?}: {output:?}"
        );
    }
}

/// The work is done by then; that its account is lost is said.
#[test]
fn a_full_disk_for_the_output_is_said() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        return;
    };
    let tree = Tree::good();
    let mut command = tree.command(&["init"]);
    let output = command
        .args(NODE)
        .stdout(Stdio::from(full))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("cannot write the output: No space left on device"),
        "{stderr}"
    );
}
