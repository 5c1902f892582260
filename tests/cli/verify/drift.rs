//! A configuration that differs from the tree in one field.

use super::configured::CONFIGURATION;
use crate::corpus::bench::KUBECONFIGS;
use crate::corpus::finds;
use crate::support::{LEAVES, Tree};

const APISERVER: &str = "pki/apiserver.crt";
const SERVER: &str = "pki/etcd/server.crt";
const PEER: &str = "pki/etcd/peer.crt";

/// Files of every leaf, in the order of the report.
fn leaves() -> Vec<&'static str> {
    LEAVES.iter().map(|(_, file, _)| *file).collect()
}

/// A line of the configuration, the files that lack a name it wants, and those that differ
/// otherwise. What no certificate depends on is here too.
fn fields() -> Vec<(&'static str, Vec<&'static str>, Vec<&'static str>)> {
    let names = |field, files: &[&'static str]| (field, files.to_vec(), vec![]);
    let administrators = ["admin.conf", "super-admin.conf"];
    vec![
        (
            "advertise-address = \"192.0.2.11\"",
            vec![APISERVER, SERVER, PEER],
            KUBECONFIGS.to_vec(),
        ),
        (
            "control-plane-endpoint = \"api.example.org:6443\"",
            vec![APISERVER],
            administrators.to_vec(),
        ),
        names("service-cidrs = [\"10.0.0.0/16\"]", &[APISERVER]),
        names("dns-domain = \"example.local\"", &[APISERVER]),
        names("[apiserver]\nsans = [\"x.example.org\"]", &[APISERVER]),
        names("[etcd.local]\nserver-sans = [\"x.example.org\"]", &[SERVER]),
        names("[etcd.local]\npeer-sans = [\"192.0.2.9\"]", &[PEER]),
        ("bind-port = 7443", vec![], KUBECONFIGS.to_vec()),
        ("profile = \"kubeadm\"", vec![], leaves()),
        ("key-algorithm = \"ecdsa-p384\"", vec![], leaves()),
        ("certificate-validity = \"30d\"", vec![], leaves()),
        names("ca-validity = \"30y\"", &[]),
        names("cluster-name = \"other\"", &[]),
    ]
}

#[test]
fn drift_of_every_field() {
    let tree = Tree::good();
    for (field, names, others) in fields() {
        let key = field.split(' ').next().unwrap();
        let kept = CONFIGURATION.lines().filter(|line| !line.starts_with(key));
        let kept = kept.collect::<Vec<_>>().join("\n") + "\n";
        let path = tree.put_beside("cluster.toml", format!("{kept}{field}\n"));
        let names = names.into_iter().map(|file| ("name-not-served", file));
        let others = others.into_iter().map(|file| ("configuration-drift", file));
        let expected: Vec<(&str, &str)> = names.chain(others).collect();
        eprintln!("{field}");
        finds(&tree, &["--config", &path.display().to_string()], &expected);
    }
}

/// A name that goes is refused at once: it goes when it is asked to, and not in passing.
#[test]
fn a_name_too_many_goes_when_it_is_told_to() {
    let tree = Tree::good();
    let more = format!("{CONFIGURATION}\n[apiserver]\nsans = [\"old.example.org\"]\n");
    tree.put_beside("more.toml", more);
    tree.put_beside("cluster.toml", CONFIGURATION);
    let renew = ["renew", "apiserver", "--reconcile", "--config"];
    tree.pkigen(&[&renew[..], &["more.toml"]].concat()).exits(0);
    let surplus = [("surplus-names", APISERVER)];
    finds(&tree, &["--config", "cluster.toml"], &surplus);
    // As it is it stays.
    tree.pkigen(&[&renew[..], &["cluster.toml"]].concat())
        .exits(0)
        .shows(&["as configured  apiserver"]);
    finds(&tree, &["--config", "cluster.toml"], &surplus);
    // Beside another that comes it stays too.
    let other = format!("{CONFIGURATION}\n[apiserver]\nsans = [\"new.example.org\"]\n");
    tree.put_beside("other.toml", other);
    tree.pkigen(&[&renew[..], &["other.toml"]].concat())
        .exits(0)
        .shows(&[
            "missing alternative names: new.example.org",
            "kept alternative names: old.example.org",
        ]);
    let drop = ["cluster.toml", "--drop-names"];
    tree.pkigen(&[&renew[..], &drop].concat())
        .exits(0)
        .shows(&["surplus alternative names: new.example.org, old.example.org"]);
    finds(&tree, &["--config", "cluster.toml"], &[]);
    let usage = ["renew", "apiserver", "--drop-names"];
    tree.pkigen(&usage).exits(2);
}

/// What is wrong anyway is not said again.
#[test]
fn one_fault_is_one_finding() {
    let tree = Tree::good();
    tree.forge("scheduler.conf", |forge| forge.subject("jane", &[]));
    let path = tree.put_beside("cluster.toml", CONFIGURATION);
    let config = path.display().to_string();
    finds(
        &tree,
        &["--config", &config],
        &[("wrong-identity", "scheduler.conf")],
    );
}
