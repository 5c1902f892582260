//! Intermediates and their root with new dates: whoever holds what was there before and whoever holds
//! what is there now accepts what was presented before and what is presented now.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::ask;
use crate::support::{Presented, Tree};

const ABOVE: [&str; 4] = [
    "--root-ca",
    "offline",
    "--root-ca-passphrase",
    "file:secret",
];
/// File, the authority's, whether it serves and dials, and the name that is dialled.
const LEAVES: [(&str, &str, bool, bool, Option<&str>); 5] = [
    (
        "apiserver",
        "ca",
        true,
        false,
        Some("kubernetes.default.svc"),
    ),
    ("apiserver-kubelet-client", "ca", false, true, None),
    ("front-proxy-client", "front-proxy-ca", false, true, None),
    ("etcd/server", "etcd/ca", true, true, Some("cp1")),
    ("apiserver-etcd-client", "etcd/ca", false, true, None),
];

/// The text of files that are presented, or believed, now.
#[derive(Clone)]
struct Now {
    leaves: Vec<String>,
    /// The intermediates, and each with the root after it.
    alone: Vec<String>,
    with_root: Vec<String>,
}

fn now(tree: &Tree) -> Now {
    let root = fs::read_to_string(tree.beside("offline/ca.crt")).unwrap();
    let each = |of: fn(&(&str, &str, bool, bool, Option<&str>)) -> String| {
        LEAVES
            .iter()
            .map(|one| tree.text(&of(one)))
            .collect::<Vec<String>>()
    };
    let alone = each(|one| format!("{}.crt", one.1));
    Now {
        leaves: each(|one| format!("{}.crt", one.0)),
        with_root: alone.iter().map(|one| one.clone() + &root).collect(),
        alone,
    }
}

/// By everybody, whichever they hold. OpenSSL wants a path with an end: pods are given the root.
fn accepted(stage: &str, presented: &Now, believed: &[&Now]) {
    for (number, (name, _, serves, dials, host)) in LEAVES.iter().enumerate() {
        let judge = |anchors: String, with_root: bool| {
            let asked = ask::all(&Presented {
                chain: presented.leaves[number].clone(),
                anchors,
                serves: *serves,
                dials: *dials,
                host: host.map(str::to_owned),
            });
            let mut refusers = asked.refusers();
            if !with_root {
                refusers.retain(|who| !who.starts_with("openssl"));
            }
            assert!(refusers.is_empty(), "{stage}: {name}: {asked:?}");
            assert!(
                asked
                    .providers()
                    .iter()
                    .all(std::collections::BTreeSet::is_empty),
                "{stage}: {name}"
            );
        };
        for bundle in believed {
            judge(bundle.with_root[number].clone(), true);
            judge(bundle.alone[number].clone(), false);
        }
        // Both, in either order.
        for (one, other) in believed.iter().zip(believed.iter().rev()) {
            judge(
                one.with_root[number].clone() + &other.with_root[number],
                true,
            );
            judge(one.alone[number].clone() + &other.alone[number], false);
        }
    }
}

#[test]
fn intermediates_and_then_their_root() {
    let tree = Tree::empty();
    let secret = tree.put_beside("secret", "correct horse\n");
    fs::set_permissions(secret, fs::Permissions::from_mode(0o600)).unwrap();
    tree.init(&ABOVE).exits(0);
    let renew = |arguments: &[&str]| {
        tree.pkigen(&[&["renew"], arguments].concat()).exits(0);
    };
    let first = now(&tree);
    renew(&[&["ca", "front-proxy-ca", "etcd-ca"], &ABOVE[..]].concat());
    let renewed = now(&tree);
    assert!(
        first
            .alone
            .iter()
            .zip(&renewed.alone)
            .all(|(old, new)| old != new)
    );
    accepted("old leaves", &first, &[&first, &renewed]);
    renew(&["all"]);
    let leaves = now(&tree);
    accepted("new leaves", &leaves, &[&first, &renewed]);
    // The root last: nothing below it changes.
    renew(&[&["root-ca", "--ca-validity", "300000h"], &ABOVE[..]].concat());
    let root = now(&tree);
    assert_eq!(root.alone, leaves.alone);
    assert!(
        root.with_root
            .iter()
            .zip(&leaves.with_root)
            .all(|(new, old)| new != old)
    );
    accepted("new root", &leaves, &[&first, &renewed, &root]);
    accepted("old leaves and new root", &first, &[&renewed, &root]);
    // Who holds another domain's accepts none of it.
    for (number, (name, authority, serves, dials, host)) in LEAVES.iter().enumerate() {
        let stranger = LEAVES.iter().position(|other| other.1 != *authority);
        let asked = ask::all(&Presented {
            chain: leaves.leaves[number].clone(),
            anchors: root.alone[stranger.unwrap()].clone(),
            serves: *serves,
            dials: *dials,
            host: host.map(str::to_owned),
        });
        assert_eq!(asked.refusers().len(), 3, "{name}: {asked:?}");
    }
    // And back: what was there before is believed as well.
    for _ in 0..2 {
        tree.pkigen(&["undo"]).exits(0);
    }
    accepted("undone", &now(&tree), &[&first, &renewed, &root]);
}
