//! The examples that are no programs: systemd units and alerts, used as whoever copies them would.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::command::clean;
use crate::support::{Tree, program, run};

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// The values of a key of a unit, continued lines joined.
fn unit(name: &str, key: &str) -> Vec<String> {
    let text = std::fs::read_to_string(examples().join("systemd").join(name)).unwrap();
    let text = text.replace("\\\n", " ");
    let values = text.lines().filter_map(|line| line.strip_prefix(key));
    values.map(str::to_owned).collect()
}

/// A unit's command, with this build of pkigen and on a tree in a scratch directory.
fn command(name: &str, tree: &Tree) -> Command {
    let [line] = unit(name, "ExecStart=").try_into().unwrap();
    let here = format!(
        "{} --root {}",
        env!("CARGO_BIN_EXE_pkigen"),
        tree.root().display()
    );
    assert!(line.contains("/usr/local/bin/pkigen"), "{line}");
    let mut shell = clean(Command::new("sh"));
    shell.args(["-c", &line.replace("/usr/local/bin/pkigen", &here)]);
    shell
}

#[test]
fn the_units_commands_run() {
    let tree = Tree::kubeadm("ecdsa-p256");
    run(&mut command("pkigen-recover.service", &tree))
        .exits(0)
        .shows(&["Nothing to recover"]);
    run(command("pkigen-renew.service", &tree).args(["--at", "2026-12-01T00:00:00Z"])).exits(0);
    // The condition is the place where the journal is.
    let condition = unit("pkigen-recover.service", "ConditionPathExists=");
    let places = [
        "|/etc/kubernetes/pki/.pkigen/journal",
        "|/etc/kubernetes/.pkigen/journal-in",
    ];
    assert_eq!(condition, places);
}

#[test]
fn the_metrics_appear_whole_or_stay_as_they_were() {
    let tree = Tree::kubeadm("rsa-2048");
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("pkigen.prom");
    let write = |tree: &Tree| {
        run(command("pkigen-metrics.service", tree).env("TEXTFILES", directory.path()))
    };
    write(&tree);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    // A node without a root is no reason to say that all is well.
    let gone = Tree::empty();
    std::fs::remove_dir_all(gone.root()).unwrap();
    write(&gone).exits(3);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn the_alerts_are_prometheuss() {
    for arguments in [
        ["check", "rules", "alerts.yml"],
        ["test", "rules", "alerts-test.yml"],
    ] {
        let mut promtool = Command::new("promtool");
        promtool
            .args(arguments)
            .current_dir(examples().join("prometheus"));
        let output = program(&mut promtool, "prometheus", "");
        assert!(output.status.success(), "{output:?}");
    }
}
