//! The text for node-exporter.

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

/// Every metric that an alert names is one that is written.
#[test]
fn the_alerts_are_about_our_metrics() {
    let tree = Tree::kubeadm("rsa-2048");
    let metrics = tree
        .pkigen(&["check-expiration", "-o", "openmetrics"])
        .stdout;
    let alerts = std::fs::read_to_string("../../examples/prometheus/alerts.yml").unwrap();
    let named = alerts.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let ours: Vec<&str> = named.filter(|word| word.starts_with("pkigen_")).collect();
    assert!(ours.len() >= 6, "{ours:?}");
    for metric in ours {
        assert!(
            metrics.contains(&format!("# TYPE {metric} gauge")),
            "{metric}"
        );
    }
}
