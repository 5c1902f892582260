//! What is said to be done about what is due, over, missing or not readable, done in the order in
//! which it is said: then it is said no more, and nothing else is.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::check_at;
use crate::bad_inputs::files::ROWS;
use crate::corpus;
use crate::corpus::trees::kubelet;
use crate::support::remedy::{carry_out, executable, is_root, shell};
use crate::support::tree::copy;
use crate::support::{AUTHORITY, How, Tree, day, run};
use crate::verify::remedies::GOOD;

/// When every leaf of a good tree has expired, and no authority has.
const LEAVES_ENDED: &str = "2032-05-06T07:08:09Z";
/// When everything has.
const ALL_ENDED: &str = "2050-05-06T07:08:09Z";

/// Half a year before the authorities of a good tree end.
fn early() -> String {
    day(3460)
}

/// A state of a node, when it is looked at, and with which threshold.
struct Situation {
    name: &'static str,
    breaks: fn(&Tree),
    at: String,
    within: Option<&'static str>,
    /// The certificates of which a person is asked, where nothing else is to be done.
    asked: &'static [&'static str],
}

impl Situation {
    /// Tomorrow: what a case makes is valid by then.
    fn now(name: &'static str, breaks: fn(&Tree)) -> Self {
        Self::at(name, breaks, &day(1))
    }

    fn at(name: &'static str, breaks: fn(&Tree), at: &str) -> Self {
        Self {
            name,
            breaks,
            at: at.to_owned(),
            within: None,
            asked: &[],
        }
    }

    fn within(mut self, within: &'static str) -> Self {
        self.within = Some(within);
        self
    }

    fn asking(mut self, asked: &'static [&'static str]) -> Self {
        self.asked = asked;
        self
    }

    fn arguments(&self, format: &'static str) -> Vec<&'static str> {
        let within = self.within.map(|within| ["--within", within]);
        let format = ["-o", format];
        format
            .into_iter()
            .chain(within.into_iter().flatten())
            .collect()
    }

    fn report(&self, tree: &Tree) -> Value {
        check_at(tree, &self.at, &self.arguments("json")).json()
    }
}

/// What is said to be wrong: a name, and what with it.
fn said(report: &Value) -> BTreeSet<(String, String)> {
    let lists = [
        "certificates",
        "certificateAuthorities",
        "otherCertificates",
    ];
    let nothing = report["nothingFound"].as_str();
    let rows = lists
        .iter()
        .flat_map(|list| report[list].as_array().unwrap());
    let is_said = |row: &&Value| match row["state"].as_str().unwrap() {
        "missing" => row["needed"] != false && nothing.is_none(),
        state => !["valid", "no certificate", "not checked"].contains(&state),
    };
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = rows.filter(is_said);
    let rows = rows.map(|row| (text(row, "name"), text(row, "state")));
    let directory = nothing.map(|told| told.split_once(": ").unwrap().0.to_owned());
    let notes = report["notes"].as_array().unwrap().iter();
    let notes = notes.map(|note| (text(note, "name"), "note".to_owned()));
    let directory = directory.map(|one| (one, "nothing".to_owned()));
    rows.chain(notes).chain(directory).collect()
}

fn names(advice: &Value) -> Vec<&str> {
    let names = advice["names"].as_array().unwrap().iter();
    names.map(|name| name.as_str().unwrap()).collect()
}

/// Carries everything out, and says what was not right. Counts what was carried out.
fn tried(situation: &Situation, executed: &mut usize) -> Vec<String> {
    let tree = Tree::good();
    (situation.breaks)(&tree);
    let config = tree.put_beside("want.toml", GOOD);
    tree.put_beside("at", format!("--at {}", situation.at));
    let report = situation.report(&tree);
    let before = said(&report);
    let mut problems = Vec::new();
    let remedies = report["remedies"].as_array().unwrap();
    let told: BTreeSet<&str> = remedies.iter().flat_map(names).collect();
    let untold: Vec<_> = before
        .iter()
        .filter(|(name, _)| !told.contains(name.as_str()))
        .collect();
    if !untold.is_empty() || told.len() > before.len() {
        problems.push(format!(
            "{untold:?} of {before:?} are not told what to do: {told:?}"
        ));
    }
    let text = check_at(&tree, &situation.at, &situation.arguments("text")).stdout;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut asked = Vec::new();
    for advice in remedies {
        let printed = advice["remedy"].as_str().unwrap();
        if !text.contains(printed) {
            problems.push(format!("{printed} is not in {text}"));
        }
        let Some(way) = executable(advice) else {
            asked.extend(names(advice));
            continue;
        };
        *executed += 1;
        for step in way {
            if let Err(run) = carry_out(&tree, &config, printed, step) {
                problems.push(format!("{printed}: {run:#?}"));
            }
        }
        let after = said(&situation.report(&tree));
        let left = after
            .iter()
            .filter(|(name, _)| names(advice).contains(&name.as_str()));
        let left: Vec<_> = left.collect();
        if !left.is_empty() || !after.is_subset(&before) {
            problems.push(format!(
                "{printed}: {left:?} is left of {before:?}: {after:?}"
            ));
        }
    }
    if asked != situation.asked {
        problems.push(format!("a person is asked about {asked:?}"));
    }
    let name = situation.name;
    problems
        .into_iter()
        .map(|problem| format!("{name}: {problem}"))
        .collect()
}

fn remove(tree: &Tree, names: &[&str]) {
    for name in names {
        fs::remove_file(tree.etc(name)).unwrap();
    }
}

fn keyless(tree: &Tree) {
    tree.remove(&["ca.key", "etcd/ca.key", "front-proxy-ca.key"]);
}

/// The leaves are of that time.
fn renewed(tree: &Tree) {
    tree.pkigen(&["renew", "all", "--at", &early()]).exits(0);
}

/// The keys of the authorities are not here; the cluster's was issued again where they are.
fn issued_again(tree: &Tree) {
    renewed(tree);
    let elsewhere = Tree::empty();
    copy(&tree.root(), &elsewhere.root());
    elsewhere
        .pkigen(&["renew", "ca", "--at", &early()])
        .exits(0);
    tree.put_beside("issued.crt", elsewhere.text("ca.crt"));
    tree.remove(&["ca.key"]);
    for name in ["etcd-ca", "front-proxy-ca"] {
        tree.pkigen(&["renew", name, "--at", &early()]).exits(0);
    }
}

fn situations() -> Vec<Situation> {
    const LEAVES: &[&str] = &[
        "apiserver",
        "apiserver-kubelet-client",
        "front-proxy-client",
        "etcd-server",
        "etcd-peer",
        "etcd-healthcheck-client",
        "apiserver-etcd-client",
        "admin.conf",
        "super-admin.conf",
        "controller-manager.conf",
        "scheduler.conf",
        "kubelet.conf",
    ];
    let nothing = |_: &Tree| {};
    vec![
        Situation::at("every leaf has expired", nothing, LEAVES_ENDED),
        Situation::at("every leaf is due", nothing, &day(300)).within("100d"),
        Situation::at("authorities too have expired", nothing, ALL_ENDED),
        Situation::at("authorities are due", nothing, &day(3400)).within("300d"),
        Situation::at("authorities end soon", renewed, &early()),
        Situation::at(
            "an authority of another that ends soon",
            issued_again,
            &early(),
        ),
        Situation::at("keys of authorities are elsewhere", keyless, LEAVES_ENDED).asking(LEAVES),
        Situation::at("a kubelet that renews its own", kubelet, LEAVES_ENDED),
        Situation::at(
            "some have expired and others are broken",
            |tree| {
                remove(
                    tree,
                    &["pki/etcd/peer.crt", "pki/etcd/peer.key", "scheduler.conf"],
                );
                tree.put("apiserver.crt", "junk\n");
                fs::write(tree.etc("admin.conf"), "junk\n").unwrap();
            },
            LEAVES_ENDED,
        ),
        Situation::now("nothing is there", |tree| {
            fs::remove_dir_all(tree.etc("")).unwrap();
        }),
        Situation::now("an authority that ended is beside its successor", |tree| {
            let shop = tree.workshop("ca");
            let old = shop.self_signed_as("ca", "/CN=kubernetes-ca", AUTHORITY, How::days(-3));
            let new = tree.text("ca.crt");
            tree.put("ca.crt", new + std::str::from_utf8(&old).unwrap());
        })
        .asking(&["ca.crt #2"]),
        Situation::now("a file of another name", |tree| {
            let (certificate, _) = crate::support::told::expired(tree, "/CN=one");
            tree.put("one.crt", certificate);
        })
        .asking(&["one.crt"]),
    ]
}

#[test]
fn what_is_said_helps() {
    let mut executed = 0;
    let problems = situations();
    let problems = problems.iter().flat_map(|one| tried(one, &mut executed));
    let problems: Vec<String> = problems.collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(executed > 10, "{executed}");
}

/// What was given to decide where is looked is in every command that is printed, in a shell's words.
#[test]
fn what_is_printed_does_the_same_tree() {
    let tree = Tree::good();
    fs::rename(tree.etc("pki"), tree.etc("its own")).unwrap();
    fs::rename(tree.root(), tree.beside("the node's")).unwrap();
    tree.put_beside("a b.toml", GOOD);
    tree.put_beside("at", format!("--at {LEAVES_ENDED}"));
    let given = "--root \"the node's\" --cert-dir '/etc/kubernetes/its own' --config 'a b.toml'";
    let look = |verb: &str| run(&mut shell(&tree, &format!("pkigen {verb} {given}")));
    let checked = look("check-expiration");
    let commands = |text: &str| {
        let parts = text.split('`').skip(1).step_by(2);
        parts.map(str::to_owned).collect::<Vec<String>>()
    };
    let said = commands(&checked.exits(1).stdout);
    assert_eq!(
        said,
        [
            "pkigen renew all --root 'the node'\\''s' --cert-dir '/etc/kubernetes/its own' \
          --config 'a b.toml'"
        ]
    );
    let said = commands(&look("verify").exits(1).stdout);
    assert!(said.len() > 10, "{said:?}");
    for line in &said {
        run(&mut shell(&tree, line)).exits(0);
    }
    look("verify").exits(0);
    look("check-expiration").exits(0);
}

/// Every file of the table that is not there, and every one in whose place there is something else.
#[test]
fn what_is_said_of_each_file_helps() {
    let mut executed = 0;
    let mut problems = Vec::new();
    let known = corpus::all().filter(|case| !case.by_root || is_root());
    let known = known.map(|case| (case.name, case.breaks));
    let rows = ROWS.iter().map(|(name, breaks, _)| (*name, *breaks));
    for (name, breaks) in known.chain(rows) {
        let situation = Situation::now(name, breaks);
        let mut found = tried(&situation, &mut executed);
        // Of whom a person is asked differs from case to case.
        found.retain(|problem| !problem.contains(": a person is asked about "));
        problems.extend(found);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(executed > 20, "{executed}");
}
