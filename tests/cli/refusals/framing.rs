//! PEM that Go does not find, which every reader of a cluster's files is written in: what `init` and
//! `renew` say of it is what `verify` says, and helps.

use serde_json::Value;

use crate::support::remedy::{carry_out, executable};
use crate::support::{Run, Tree};
use crate::verify::remedies::GOOD;

type Misframes = fn(&str) -> String;

const FRAMINGS: &[(&str, Misframes)] = &[
    ("a byte order mark", |text| format!("\u{feff}{text}")),
    ("blanks", |text| text.replace("-----BEGIN", "  -----BEGIN")),
    ("glued blocks", |text| format!("{}{text}", text.trim_end())),
    ("carriage returns", |text| text.replace('\n', "\r")),
    ("one line", |text| text.replace('\n', "")),
    ("text after the end", |text| {
        format!("{} end", text.trim_end())
    }),
    ("no end", |text| text[..text.len() / 2].to_owned()),
];

const FILES: &[(&str, &str)] = &[
    ("apiserver.crt", "apiserver"),
    ("apiserver.key", "apiserver"),
    ("etcd/ca.crt", "etcd-peer"),
    ("etcd/ca.key", "etcd-peer"),
];

const REFRAME: &str = "rite the file anew: every marker alone at the start of its line";

fn only(run: &Run, list: &str) -> Vec<Value> {
    let report = run.json();
    let rows = report[list].as_array().unwrap().iter();
    let is_wrong = |row: &&Value| list != "rows" || row["action"] == "failed";
    rows.filter(is_wrong).cloned().collect()
}

/// What each of the three says of it.
fn said(tree: &Tree, row: &str) -> [Vec<Value>; 3] {
    [
        only(&tree.pkigen(&["verify", "-o", "json"]).exits(1), "findings"),
        only(&tree.init(&["-o", "json"]).exits(1), "refusals"),
        only(
            &tree.pkigen(&["renew", row, "--dry-run", "-o", "json"]),
            "rows",
        ),
    ]
}

#[test]
fn what_is_said_is_what_verify_says_and_helps() {
    let mut executed = 0;
    let cases = FRAMINGS.iter();
    for (framing, misframes) in cases {
        for (file, row) in FILES {
            let broken = || {
                let tree = Tree::good();
                let text = tree.text(file);
                tree.put(file, misframes(&text));
                (tree, text)
            };
            for by in 0..3 {
                let (tree, text) = broken();
                let found = said(&tree, row);
                assert_eq!(found[0][0]["rule"], "pem-framing", "{framing} {file}");
                // A leaf's key is made anew with its certificate.
                let is_renewed = *file == "apiserver.key";
                assert_eq!(found[2].is_empty(), is_renewed, "{framing} {file}");
                let Some(said) = found[by].first() else {
                    continue;
                };
                let remedy = said["remedy"].as_str().unwrap();
                assert!(remedy.contains(REFRAME), "{framing} {file}: {remedy}");
                let config = tree.put_beside("want.toml", GOOD);
                match executable(said) {
                    Some(way) => {
                        executed += 1;
                        for step in way {
                            carry_out(&tree, &config, remedy, step).unwrap();
                        }
                    }
                    // That is for a person to do.
                    None => tree.put(file, &text),
                }
                tree.pkigen(&["verify"]).exits(0);
                tree.init(&[]).exits(0);
            }
        }
    }
    assert!(executed > 20, "{executed}");
}
