//! The text for node-exporter, read by the programs that would read it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::check;
use crate::support::Tree;

fn metrics() -> String {
    let tree = Tree::kubeadm("rsa-2048");
    tree.put("etcd/peer.crt", "junk");
    check(&tree, &["-o", "openmetrics"]).exits(1).stdout
}

#[test]
fn gauges_without_timestamps() {
    let text = metrics();
    assert!(text.ends_with("\n# EOF\n"), "{text}");
    assert_eq!(text.matches("# EOF").count(), 1);
    let mut family = "";
    for line in text.lines().filter(|line| *line != "# EOF") {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(kind, "gauge");
            family = name;
        } else if !line.starts_with("# HELP ") {
            let (labels, value) = line.rsplit_once(' ').unwrap();
            let labelled = labels.starts_with(&format!("{family}{{certificate=\""));
            let pending = labels == "pkigen_transaction_pending" && labels == family;
            assert!(labelled || pending, "{line}");
            assert!(value.parse::<i64>().is_ok(), "{value:?} is one number");
        }
    }
    let lines: Vec<&str> = text.lines().collect();
    let distinct: std::collections::BTreeSet<&str> = lines.iter().copied().collect();
    assert_eq!(distinct.len(), lines.len(), "a line twice in {text}");
    assert_eq!(text, metrics(), "two runs differ");
}

#[test]
fn the_values_are_the_certificates() {
    let text = metrics();
    let labels = "certificate=\"apiserver\",authority=\"ca\",path=\"/etc/kubernetes/pki/apiserver.crt\",renewed_by=\"operator\"";
    for (name, value) in [("not_before", 1_795_458_347), ("not_after", 1_826_994_647)] {
        let line = format!("pkigen_certificate_{name}_timestamp_seconds{{{labels}}} {value}\n");
        assert!(text.contains(&line), "{line} in {text}");
    }
    assert_eq!(text.matches("} 1\n").count(), 1, "{text}");
}

/// Gives a program the text. One that is absent fails the test by the name of its package.
fn read_by(program: &str, arguments: &[&str], package: &str) -> (bool, String) {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} of Debian's package {package}: {error}"));
    // A program that fails at once reads nothing.
    let _ = child.stdin.take().unwrap().write_all(metrics().as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
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
assert len(families) == 4, families
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
