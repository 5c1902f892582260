//! What is to be done about every finding of every case, done in a node of its own: then it is
//! gone, and neither `audit` nor `verify` finds anything new. Where there is nothing to run and
//! nothing to change a person is asked: of which cases that is so is here too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pki_layout::audit::AuditRule;
use pki_layout::table::cis::{Ask, CIS_ITEMS};
use serde_json::Value;

use super::{Case, KUBELET, Node, certificates, files, flags, manifest_path, settings, sources};
use crate::support::Tree;
use crate::support::remedy::{carry_out, executable, is_root};
use crate::verify::remedies::GOOD;

/// Who is told what by a finding: rule, component, flag and file.
type Key = (String, String, String, String);

/// What is found on a node, and the same with what `verify` says of it.
pub(super) struct Found {
    /// Findings and warnings of `audit`.
    pub(super) rows: Vec<Value>,
    all: BTreeSet<Key>,
}

impl Found {
    pub(super) fn on(tree: &Tree, arguments: &[&str]) -> Self {
        let audit = tree.pkigen(&[&["audit", "-o", "json"], arguments].concat());
        let at = arguments.iter().skip_while(|one| **one != "--at").take(2);
        let verify = [
            &["verify", "-o", "json"][..],
            &at.copied().collect::<Vec<_>>(),
        ]
        .concat();
        let verify = tree.pkigen(&verify);
        let [rows, verified] = [audit, verify].map(|run| {
            let report = run.json();
            let lists =
                ["findings", "warnings"].map(|list| report[list].as_array().unwrap().clone());
            lists.concat()
        });
        let all = rows.iter().chain(&verified).map(key).collect();
        Self { rows, all }
    }
}

fn key(row: &Value) -> Key {
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    (text("rule"), text("component"), text("flag"), text("file"))
}

/// What came of a finding's remedy.
pub(super) enum Outcome {
    Helps,
    Asks,
    Problem(String),
}

/// Tries what is said to be done about one of these findings, which are of this node, by this
/// configuration. `answer` does what a person is asked to do on the way.
pub(super) fn tried(
    tree: &Tree,
    arguments: &[&str],
    config: &Path,
    (found, at): (&Found, usize),
    answer: impl Fn(&Tree, &str),
) -> Outcome {
    // The files are named as they are in this tree.
    let fresh = Found::on(tree, arguments);
    let row = &fresh.rows[at];
    let said = row["remedy"].as_str().unwrap();
    let Some(way) = executable(row) else {
        return Outcome::Asks;
    };
    for step in way {
        if let Some(question) = step["ask"].as_str() {
            answer(tree, question);
        }
        if let Err(run) = carry_out(tree, config, said, step) {
            return Outcome::Problem(format!("{said}: {run:#?}"));
        }
    }
    let after = Found::on(tree, arguments).all;
    if after.contains(&key(row)) {
        return Outcome::Problem(format!("{said}: it is still there"));
    }
    let more: Vec<&Key> = after.difference(&found.all).collect();
    if more.is_empty() {
        Outcome::Helps
    } else {
        Outcome::Problem(format!("{said}: there is something new: {more:?}"))
    }
}

/// What a person adds to the configuration, or changes in it, where they are asked to.
const ADDED: &[(&str, &str)] = &[
    (
        "an address that the API server does not serve",
        "[apiserver]\nsans = [\"192.0.2.99\"]\n",
    ),
    (
        "an address that etcd does not serve",
        "[etcd.local]\nserver-sans = [\"192.0.2.77\"]\n",
    ),
    (
        "an address that members do not serve",
        "[etcd.local]\npeer-sans = [\"192.0.2.77\"]\n",
    ),
    (
        "a service network that the certificate does not know",
        "service-cidrs = [\"10.200.0.0/16\"]\n",
    ),
    (
        "an address that its certificate does not have",
        "node-name = \"cp1\"\nadvertise-address = \"192.0.2.99\"\n",
    ),
];

/// What a person does who is asked on the way.
fn answer(tree: &Tree, question: &str) {
    if question.starts_with("give the kubelet a configuration file") {
        let unit = tree.at(sources::DROP_IN);
        let text = std::fs::read_to_string(&unit).unwrap();
        let told = format!("KUBELET_CONFIG_ARGS=--config={KUBELET}");
        std::fs::write(
            &unit,
            text.replace("KUBELET_CONFIG_ARGS=\"", &format!("{told}\"")),
        )
        .unwrap();
    }
}

/// What came of every case.
#[derive(Default)]
struct Account {
    problems: Vec<String>,
    /// Of which cases somebody is asked, how many times.
    asked: BTreeMap<&'static str, usize>,
    /// The rules and items that there was a finding of.
    seen: BTreeSet<String>,
}

impl Account {
    /// Tries everything that is found of a node that is broken in one way.
    fn case(&mut self, name: &'static str, arguments: &[&str], breaks: &dyn Fn(&Node)) {
        let broken = || {
            let node = Node::good();
            breaks(&node);
            node
        };
        let found = Found::on(broken().tree(), arguments);
        for (at, row) in found.rows.iter().enumerate() {
            let node = broken();
            let added = ADDED.iter().find(|(case, _)| *case == name);
            let config = match added {
                Some((_, whole)) if whole.starts_with("node-name") => (*whole).to_owned(),
                Some((_, more)) => format!("{GOOD}{more}"),
                None => GOOD.to_owned(),
            };
            let config = node.tree().put_beside("want.toml", config);
            match tried(node.tree(), arguments, &config, (&found, at), answer) {
                Outcome::Helps => {}
                Outcome::Asks => *self.asked.entry(name).or_default() += 1,
                Outcome::Problem(problem) => self.problems.push(format!("{name}: {problem}")),
            }
            self.seen.insert(row["rule"].as_str().unwrap().to_owned());
            let items = row["cis"].as_array().unwrap().iter();
            self.seen
                .extend(items.map(|item| item["number"].as_str().unwrap().to_owned()));
        }
    }
}

/// kube-proxy's kubeconfig, where it is on the node.
const PROXY_CONF: &str = "/var/lib/kube-proxy/kubeconfig.conf";

/// Further cases, of the items that no other is about.
const FURTHER: &[Case] = &[
    (
        "1.1.1",
        |node| node.chmod(&manifest_path("kube-apiserver"), 0o644),
        &[],
    ),
    (
        "1.1.3",
        |node| node.chmod(&manifest_path("kube-controller-manager"), 0o644),
        &[],
    ),
    (
        "1.1.5",
        |node| node.chmod(&manifest_path("kube-scheduler"), 0o644),
        &[],
    ),
    (
        "1.2.30",
        |node| {
            node.set(
                "kube-apiserver",
                "service-account-extend-token-expiration",
                None,
            );
        },
        &[],
    ),
    (
        "no component at all",
        |node| {
            std::fs::remove_dir_all(node.tree().etc("manifests")).unwrap();
            std::fs::remove_dir_all(node.tree().at("/var/lib/kubelet")).unwrap();
        },
        &[],
    ),
    (
        "4.1.3",
        |node| {
            node.write(PROXY_CONF, "apiVersion: v1\nkind: Config\n");
            node.chmod(PROXY_CONF, 0o644);
        },
        &[],
    ),
];

/// What is given to somebody else, and where that is looked for.
const GIVEN: &[(&str, &[&str])] = &[
    ("/etc/kubernetes/manifests/kube-apiserver.yaml", &[]),
    (
        "/etc/kubernetes/manifests/kube-controller-manager.yaml",
        &[],
    ),
    ("/etc/kubernetes/manifests/kube-scheduler.yaml", &[]),
    ("/etc/kubernetes/manifests/etcd.yaml", &[]),
    ("/etc/cni/net.d/10-net.conf", &[]),
    ("/var/lib/etcd", &[]),
    ("/etc/kubernetes/admin.conf", &[]),
    ("/etc/kubernetes/scheduler.conf", &[]),
    ("/etc/kubernetes/controller-manager.conf", &[]),
    ("/etc/kubernetes/pki/apiserver.crt", &[]),
    (sources::DROP_IN, &["--systemd"]),
    (PROXY_CONF, &[]),
    ("/etc/kubernetes/kubelet.conf", &[]),
    ("/etc/kubernetes/pki/ca.crt", &[]),
    (KUBELET, &[]),
];

fn give_away(node: &Node, path: &str) {
    sources::kubelet_unit(node);
    node.write("/etc/cni/net.d/10-net.conf", "{}\n");
    node.write(PROXY_CONF, "apiVersion: v1\nkind: Config\n");
    std::os::unix::fs::chown(node.tree().at(path), Some(0), Some(65534)).unwrap();
}

fn tables() -> Vec<(&'static [&'static str], &'static [Case])> {
    vec![
        (&[], flags::FLAGS),
        (&[], settings::MISSING),
        (&[], settings::WRONG),
        (&[], settings::ADDRESSES),
        (&[], files::CONTENT),
        (&[], files::MODES),
        (&[], certificates::WRONG_AUTHORITIES),
        (&[], certificates::WRONG_CERTIFICATES),
        (&["--systemd"], sources::UNITS),
        (&[], FURTHER),
    ]
}

#[test]
fn what_is_said_helps() {
    let mut account = Account::default();
    for (arguments, cases) in tables() {
        for (name, breaks, _) in cases {
            account.case(name, arguments, breaks);
        }
    }
    for (path, arguments) in GIVEN.iter().filter(|_| is_root()) {
        account.case(path, arguments, &|node| give_away(node, path));
    }
    let Account {
        problems,
        asked,
        seen,
    } = account;
    let asked: Vec<(&str, usize)> = asked.into_iter().collect();
    let own = AuditRule::all().filter(|rule| rule.spec().is_some());
    let items = CIS_ITEMS.iter().filter(|item| item.ask != Ask::ByHand);
    let missed = own
        .map(AuditRule::id)
        .chain(items.map(|item| item.number))
        .filter(|one| !seen.contains(*one));
    let missed: Vec<&str> = missed.collect();
    assert!(
        problems.is_empty() && missed.is_empty() && asked == ASKED,
        "{}\nmissed: {missed:?}\nasked: {asked:#?}",
        problems.join("\n")
    );
}

/// Cases of which somebody is asked, and of how many of their findings.
const ASKED: &[(&str, usize)] = &[
    ("a broken manifest beside others that are wrong", 1),
    ("a client's certificate for the API server", 2),
    ("a configuration that is not there", 1),
    ("a flag in a drop-in of one's own", 1),
    ("a flag of etcd's that is on its way out", 1),
    ("a kubeconfig that is not there, on a line that goes on", 1),
    ("a kubelet that waits for its serving certificate", 1),
    ("a kubelet's configuration that is none", 1),
    ("a manifest that is no YAML", 1),
    ("a path that the container does not have", 1),
    ("all authorities of the cluster replaced", 1),
    ("anonymous-auth", 1),
    ("clients of the cluster speak for others", 1),
    ("etcd accepts clients of the cluster", 1),
    ("etcd's certificate for the API server", 1),
    ("etcd's client for kubelets", 1),
    ("etcd's for signing", 1),
    ("no component at all", 1),
    ("no configuration at all: the defaults of flags count", 5),
    ("public keys that are none", 1),
    ("the kubelets' client for etcd", 1),
    ("the same twice, the last one right", 1),
    ("the same twice, the last one wrong", 1),
];
