//! Kubeconfigs, new ones and those that are there already.

use base64ct::{Base64, Encoding as _};
use pkigen::{Lifetime, Outcome};
use time::Duration;

use super::{cluster, complete};
use crate::support::{NOW, Tree, decoded, embedded, fixture_bytes};

/// Puts another PEM text into a field of a kubeconfig.
fn replace(tree: &Tree, name: &str, field: &str, pem: &str) {
    let text = tree.text(name);
    let old = Base64::encode_string(embedded(&text, field).as_bytes());
    let new = Base64::encode_string(pem.as_bytes());
    tree.write(name, text.replacen(&old, &new, 1).as_bytes());
}

pub(super) fn bundle_in_kubeconfigs() {
    let tree = Tree::empty();
    for part in ["crt", "key"] {
        let contents = fixture_bytes(&format!("authorities/intermediate-and-root.{part}"));
        tree.write(&format!("pki/ca.{part}"), &contents);
    }
    tree.init(cluster());
    let bundle = decoded(&tree.text("pki/ca.crt"));
    assert_eq!(bundle.len(), 2);
    for name in ["admin.conf", "kubelet.conf", "scheduler.conf"] {
        let trust = embedded(&tree.text(name), "certificate-authority-data");
        assert_eq!(decoded(&trust), bundle, "{name}");
    }
}

pub(super) fn kubeconfig_begins_now() {
    let tree = Tree::empty();
    tree.init_at(cluster(), NOW - 30 * Duration::DAY);
    tree.remove("admin.conf");
    tree.init(cluster());
    let chain = decoded(&embedded(
        &tree.text("admin.conf"),
        "client-certificate-data",
    ));
    let begin = chain[0]
        .tbs_certificate()
        .validity()
        .not_before
        .to_unix_duration();
    let wanted = (NOW - Duration::minutes(5)).unix_timestamp();
    assert_eq!(i64::try_from(begin.as_secs()).unwrap(), wanted);
}

pub(super) fn kubeconfig_client_checked() {
    let tree = Tree::empty();
    let day = Lifetime::new(Duration::DAY).unwrap();
    tree.init_at(cluster(), NOW);
    let brief = Tree::copy_of(&tree);
    brief.remove("admin.conf");
    brief.init_at(cluster().certificate_lifetime(day), NOW);
    // Two days later it has expired.
    let done = brief.init_at(cluster(), NOW + 2 * Duration::DAY);
    assert_eq!(done.outcome, Outcome::Refused);
    let refusal = &done.plan.refusals()[0];
    let said = format!("{}: {}", refusal.file, refusal.problem);
    assert_eq!(said, "admin.conf: it expired on 2026-11-24 12:00:00 UTC");

    // Another authority's certificate, with its own key.
    let etcd = |part: &str| tree.text(&format!("pki/apiserver-etcd-client.{part}"));
    replace(
        &tree,
        "scheduler.conf",
        "client-certificate-data",
        &etcd("crt"),
    );
    replace(&tree, "scheduler.conf", "client-key-data", &etcd("key"));
    let said = tree.refusals(cluster());
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("scheduler.conf: "), "{said:?}");
}

/// Another authority's certificate stands before this cluster's.
pub(super) fn kubeconfig_trust_anywhere() {
    let tree = complete();
    let bundle = format!(
        "{}{}",
        tree.text("pki/etcd/ca.crt"),
        tree.text("pki/ca.crt")
    );
    replace(
        &tree,
        "scheduler.conf",
        "certificate-authority-data",
        &bundle,
    );
    let done = tree.init_at(cluster(), NOW);
    assert_eq!(done.outcome, Outcome::Unchanged);
}
