//! Authorities that have signed themselves under a new key, and old signatures above what is
//! trusted.

use super::chains::{case, client, root, server, signed};
use crate::parts::{AKI, BASIC, KEY_USAGE, Parts, SKI, TRUE, common_name, sequence};
use crate::scene::{Case, authority, below, key_identifier};
use crate::support::Scheme;

fn limited(mut parts: Parts, length: u8) -> Parts {
    parts.put(BASIC, true, sequence(&[TRUE.to_vec(), vec![2, 1, length]]));
    parts
}

/// `label` is the key of; its name and its issuer's are another's.
fn rolled(label: &str, name: &str, old: &str) -> Parts {
    let mut parts = authority(label, old);
    parts.subject = common_name(name);
    parts.issuer = common_name(name);
    parts.put(AKI, false, key_identifier(old));
    parts
}

/// A server below the one with this key, which is called so.
fn from(label: &str, name: &str) -> String {
    let mut parts = below(server(), name);
    parts.put(AKI, false, key_identifier(label));
    signed(&parts, label)
}

fn unnamed(mut parts: Parts) -> Parts {
    parts.remove(AKI);
    parts.remove(SKI);
    parts
}

fn by_sha1(mut parts: Parts) -> Parts {
    parts.scheme = Scheme::Sha1;
    parts
}

pub(super) fn cases() -> Vec<Case> {
    let between = || authority("between", "root");
    let new = || rolled("new", "between", "between");
    let mut all = Vec::new();
    for length in [0, 1] {
        all.push(case(
            format!("a new key of an authority that allows {length} below it"),
            &[
                from("new", "between"),
                signed(&new(), "between"),
                signed(&limited(between(), length), "root"),
            ],
            &[root()],
        ));
        all.push(case(
            format!("a new key, the old one's authority allows {length} below it"),
            &[
                from("new", "between"),
                signed(&new(), "between"),
                signed(&between(), "root"),
            ],
            &[signed(&limited(authority("root", "root"), length), "root")],
        ));
        all.push(case(
            format!("a new key of a root that allows {length} below it"),
            &[
                from("new root", "root"),
                signed(&rolled("new root", "root", "root"), "root"),
            ],
            &[signed(&limited(authority("root", "root"), length), "root")],
        ));
        all.push(case(
            format!("a new key that allows {length} below it, and one below"),
            &[
                signed(&below(server(), "lower"), "lower"),
                signed(
                    &{
                        let mut parts = below(authority("lower", "between"), "between");
                        parts.put(AKI, false, key_identifier("new"));
                        parts
                    },
                    "new",
                ),
                signed(&limited(new(), length), "between"),
                signed(&between(), "root"),
            ],
            &[root()],
        ));
    }
    all.push(case(
        "two new keys of an authority that allows none below it",
        &[
            from("newer", "between"),
            signed(&rolled("newer", "between", "new"), "new"),
            signed(&new(), "between"),
            signed(&limited(between(), 0), "root"),
        ],
        &[root()],
    ));
    all.push(case(
        "a new key without identifiers",
        &[
            signed(&unnamed(below(server(), "between")), "new"),
            signed(&unnamed(new()), "between"),
            signed(&unnamed(between()), "root"),
        ],
        &[root()],
    ));
    let bare = |mut parts: Parts| {
        parts.remove(BASIC);
        parts
    };
    all.push(case(
        "one without basic constraints that is trusted beside its root",
        &[from("between", "between")],
        &[signed(&bare(between()), "root"), root()],
    ));
    let mut own = authority("root", "root");
    own.put(KEY_USAGE, true, vec![3, 2, 1, 0b1000_0110]);
    let own = signed(&own, "root");
    all.push(client(
        "a root that is presented, and trusted",
        std::slice::from_ref(&own),
        std::slice::from_ref(&own),
    ));
    // What is trusted is not asked for its own signature, but by who goes on to the root.
    let old = || signed(&by_sha1(between()), "root");
    let leaf = || from("between", "between");
    all.extend([
        case("SHA-1 of one that is trusted alone", &[leaf()], &[old()]),
        case(
            "SHA-1 of one that is trusted beside its root",
            &[leaf()],
            &[old(), root()],
        ),
        case(
            "SHA-1 of one that is presented, and trusted alone",
            &[leaf(), old()],
            &[old()],
        ),
        case(
            "SHA-1 of one that is presented, and trusted beside its root",
            &[leaf(), old()],
            &[old(), root()],
        ),
        case(
            "SHA-1 of one above what is trusted",
            &[
                from("lower", "lower"),
                signed(&authority("lower", "between"), "between"),
                old(),
            ],
            &[signed(&authority("lower", "between"), "between"), root()],
        ),
    ]);
    all
}
