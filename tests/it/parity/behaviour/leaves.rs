//! Files of leaf certificates that are there already.

use pkigen::{Lifetime, Outcome};

use super::{cluster, complete, refuses};
use crate::support::{NOW, Tree};

/// etcd's authority is damaged, everything else is missing: nothing of the rest is made.
pub(super) fn nothing_by_halves() {
    let tree = Tree::empty();
    tree.write("pki/etcd/ca.crt", b"not a certificate\n");
    assert!(!tree.refusals(cluster()).is_empty());
    let names: Vec<String> = tree.files().into_keys().collect();
    assert_eq!(names, ["pki/etcd/ca.crt"]);
}

pub(super) fn missing_names_refused() {
    let tree = complete();
    let hosts = ["lb.example.org", "203.0.113.9"].map(|host| host.parse().unwrap());
    let said = tree.refusals(cluster().apiserver_hosts(hosts));
    let wanted = "apiserver.crt: it does not serve lb.example.org, 203.0.113.9";
    assert_eq!(said, [wanted]);
}

pub(super) fn foreign_key_refused() {
    let tree = complete();
    let foreign = tree.read("pki/front-proxy-client.key");
    tree.write("pki/apiserver.key", &foreign);
    let said = tree.refusals(cluster());
    assert_eq!(said.len(), 1, "{said:?}");
    let start = "apiserver.crt: the key belongs to another certificate: its identifier is ";
    assert!(said[0].starts_with(start), "{said:?}");
}

pub(super) fn missing_key_refused() {
    let tree = complete();
    tree.remove("pki/apiserver.key");
    refuses(
        &tree,
        &["apiserver.crt: the certificate is there, its key is not"],
    );
}

pub(super) fn expired_leaf_said() {
    let tree = Tree::empty();
    let day = Lifetime::new(time::Duration::DAY).unwrap();
    tree.init_at(
        cluster().certificate_lifetime(day),
        NOW - 2 * time::Duration::DAY,
    );
    let said = tree.refusals(cluster());
    assert_eq!(
        said.len(),
        12,
        "seven leaves and five kubeconfigs: {said:#?}"
    );
    assert_eq!(
        said[0],
        "apiserver.crt: it expired on 2026-11-22 12:00:00 UTC"
    );
}

pub(super) fn other_identity_said() {
    let tree = complete();
    // What health checks present, where the API server's certificate for etcd should be.
    for part in ["crt", "key"] {
        let other = tree.read(&format!("pki/etcd/healthcheck-client.{part}"));
        tree.write(&format!("pki/apiserver-etcd-client.{part}"), &other);
    }
    let done = tree.init_at(cluster(), NOW);
    assert_eq!(done.outcome, Outcome::Unchanged);
    let said: Vec<String> = done
        .plan
        .warnings()
        .iter()
        .map(ToString::to_string)
        .collect();
    let wanted = "apiserver-etcd-client.crt is for CN=kube-etcd-healthcheck-client, where the table \
                  says CN=kube-apiserver-etcd-client; it is kept";
    assert_eq!(said, [wanted]);
}

pub(super) fn dangling_link_refused() {
    let tree = complete();
    let outside = tree.root.prefix().join("outside.crt");
    for part in ["crt", "key"] {
        tree.remove(&format!("pki/apiserver.{part}"));
    }
    std::os::unix::fs::symlink(&outside, tree.path("pki/apiserver.crt")).unwrap();
    refuses(
        &tree,
        &["apiserver.crt: it is a symbolic link to a file that is not there"],
    );
    assert!(!outside.exists());
}
