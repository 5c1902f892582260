//! The text for node-exporter, read by the programs that would read it.

use std::process::Command;

use crate::support::{Tree, program, said};

/// Whether a program can read the text, and what it says.
fn read_by(name: &str, arguments: &[&str], package: &str) -> (bool, String) {
    let tree = Tree::kubeadm("rsa-2048");
    tree.put("etcd/peer.crt", "junk");
    let at = ["--at", "2026-12-01T00:00:00Z", "-o", "openmetrics"];
    let metrics = tree.pkigen(&[&["check-expiration"][..], &at].concat());
    let text = metrics.exits(1).stdout;
    let output = program(Command::new(name).args(arguments), package, &text);
    let said = said(&output);
    assert!(
        !said.contains("ModuleNotFoundError"),
        "install Debian's package {package}: {said}"
    );
    (output.status.success(), said)
}

const PARSE: &str = "
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
families = list(parse(sys.stdin.read()))
assert len(families) == 5, families
for family in families:
    assert family.type == 'gauge', family
    assert all(sample.timestamp is None for sample in family.samples), family
";

#[test]
fn prometheus_client_reads_it() {
    // Debian's own Python, which has Debian's packages, whatever else is on PATH.
    let python = "/usr/bin/python3";
    let (good, said) = read_by(python, &["-c", PARSE], "python3-prometheus-client");
    assert!(good, "{said}");
}

#[test]
fn promtool_reads_it() {
    let (good, said) = read_by("promtool", &["check", "metrics"], "prometheus");
    assert!(good, "{said}");
}
