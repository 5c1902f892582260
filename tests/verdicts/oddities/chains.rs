//! Paths that are odd, each certificate of them as usual.

use crate::parts::{
    AKI, BASIC, CONSTRAINTS, Parts, SAN, TRUE, UTC, common_name, oid, sequence, validity,
};
use crate::scene::{Case, HOST, authority, below, key, key_identifier, leaf};
use crate::support::Presented;
use crate::support::forge::tlv;

/// A server's chain, leaf first, and who is trusted.
pub(super) fn case(name: impl Into<String>, chain: &[String], anchors: &[String]) -> Case {
    dialled(name, chain, anchors, HOST)
}

pub(super) fn dialled(
    name: impl Into<String>,
    chain: &[String],
    anchors: &[String],
    host: &str,
) -> Case {
    Case {
        name: name.into(),
        presented: Presented {
            chain: chain.concat(),
            anchors: anchors.concat(),
            serves: true,
            dials: false,
            host: Some(host.to_owned()),
        },
    }
}

pub(super) fn client(name: impl Into<String>, chain: &[String], anchors: &[String]) -> Case {
    Case {
        name: name.into(),
        presented: Presented {
            chain: chain.concat(),
            anchors: anchors.concat(),
            serves: false,
            dials: true,
            host: None,
        },
    }
}

pub(super) fn root() -> String {
    authority("root", "root").sign(&key("root"))
}

pub(super) fn server() -> Parts {
    leaf(&[1])
}

pub(super) fn signed(parts: &Parts, by: &str) -> String {
    parts.sign(&key(by))
}

/// Of so many authorities, the last one below `root`.
fn ladder(count: usize) -> Vec<String> {
    let name = |rung: usize| match rung {
        0 => "root".to_owned(),
        rung => format!("rung {rung}"),
    };
    let own = below(server(), &name(count));
    let mut chain = vec![signed(&own, &name(count))];
    for rung in (1..=count).rev() {
        let above = name(rung - 1);
        chain.push(signed(&authority(&name(rung), &above), &above));
    }
    chain
}

pub(super) fn with_names(mut parts: Parts, names: &[Vec<u8>]) -> Parts {
    parts.put(SAN, false, sequence(names));
    parts
}

pub(super) fn dns(name: &str) -> Vec<u8> {
    tlv(0x82, name.as_bytes())
}

fn limited(mut parts: Parts, length: u8) -> Parts {
    parts.put(BASIC, true, sequence(&[TRUE.to_vec(), vec![2, 1, length]]));
    parts
}

fn expired(mut parts: Parts) -> Parts {
    parts.validity = validity((UTC, "200101000000Z"), (UTC, "210101000000Z"));
    parts.serial[1] ^= 1;
    parts
}

pub(super) fn constrained(mut parts: Parts, permitted: bool, names: &[Vec<u8>]) -> Parts {
    let side = if permitted { 0xa0 } else { 0xa1 };
    let subtrees: Vec<Vec<u8>> = names.iter().map(|name| tlv(0x30, name)).collect();
    parts.put(
        CONSTRAINTS,
        true,
        sequence(&[tlv(side, &subtrees.concat())]),
    );
    parts
}

pub(super) fn cases() -> Vec<Case> {
    let other = || authority("other", "other").sign(&key("other"));
    let between = || authority("between", "root");
    let from_between = || signed(&below(server(), "between"), "between");
    let mut all = Vec::new();
    for count in 1..=20 {
        let chain = ladder(count);
        all.push(case(
            format!("path of {count} authorities"),
            &chain,
            &[root()],
        ));
        all.push(case(
            format!("path of {count} authorities to nobody"),
            &chain,
            &[other()],
        ));
    }
    all.extend([
        case(
            "a root that allows none below it",
            &ladder(1),
            &[signed(&limited(authority("root", "root"), 0), "root")],
        ),
        case(
            "a root that allows one below it",
            &ladder(2),
            &[signed(&limited(authority("root", "root"), 1), "root")],
        ),
        case(
            "an authority between that allows none below it",
            &[
                signed(&below(server(), "lower"), "lower"),
                signed(&authority("lower", "between"), "between"),
                signed(&limited(between(), 0), "root"),
            ],
            &[root()],
        ),
        case(
            "an authority between that is trusted alone",
            &[from_between()],
            &[signed(&between(), "root")],
        ),
        case(
            "an authority between that is trusted beside its root",
            &[from_between()],
            &[signed(&between(), "root"), root()],
        ),
        case(
            "without the authority between",
            &[from_between()],
            &[root()],
        ),
        case(
            "with its root behind",
            &[from_between(), signed(&between(), "root"), root()],
            &[root()],
        ),
        case(
            "with one that has nothing to do with it",
            &[from_between(), other(), signed(&between(), "root")],
            &[root()],
        ),
        case(
            "with the authority between twice",
            &[
                from_between(),
                signed(&between(), "root"),
                signed(&between(), "root"),
            ],
            &[root()],
        ),
        case(
            "in a circle",
            &[
                signed(&below(server(), "one"), "one"),
                signed(&authority("one", "two"), "two"),
                signed(&authority("two", "one"), "one"),
            ],
            &[root()],
        ),
        case(
            "another way that leads nowhere, first",
            &[
                from_between(),
                signed(&authority("between", "other"), "other"),
                signed(&between(), "root"),
            ],
            &[root()],
        ),
        case(
            "another way that leads nowhere, last",
            &[
                from_between(),
                signed(&between(), "root"),
                signed(&authority("between", "other"), "other"),
            ],
            &[root()],
        ),
        case(
            "out of order",
            &{
                let mut chain = ladder(3);
                chain.swap(1, 3);
                chain
            },
            &[root()],
        ),
        case("nobody is right among the trusted", &ladder(0), &[other()]),
        case(
            "two of one name, the right one first",
            &ladder(0),
            &[root(), namesake()],
        ),
        case(
            "two of one name, the right one last",
            &ladder(0),
            &[namesake(), root()],
        ),
        case(
            "two of one name and no key identifiers",
            &[unnamed()],
            &[namesake(), root()],
        ),
        case(
            "an expired authority and the same again",
            &ladder(0),
            &[signed(&expired(authority("root", "root")), "root"), root()],
        ),
        case(
            "an authority and the same again, expired",
            &ladder(0),
            &[root(), signed(&expired(authority("root", "root")), "root")],
        ),
        case(
            "an expired authority between and the same again",
            &[
                from_between(),
                signed(&expired(between()), "root"),
                signed(&between(), "root"),
            ],
            &[root()],
        ),
        case(
            "an authority between and the same again, expired",
            &[
                from_between(),
                signed(&between(), "root"),
                signed(&expired(between()), "root"),
            ],
            &[root()],
        ),
        case(
            "a cross certificate beside a trusted root",
            &[
                from_between(),
                signed(&between(), "root"),
                signed(&authority("root", "other"), "other"),
            ],
            &[root()],
        ),
        case(
            "a cross certificate to a trusted root",
            &[
                from_between(),
                signed(&between(), "root"),
                signed(&authority("root", "other"), "other"),
            ],
            &[other()],
        ),
        case("a leaf that has signed itself", &[itself()], &[root()]),
        case(
            "a leaf that has signed itself and is trusted",
            &[itself()],
            &[itself()],
        ),
        case("a leaf that is trusted", &ladder(0), &ladder(0)),
        case(
            "a leaf that is trusted beside its root",
            &ladder(0),
            &[ladder(0).concat(), root()],
        ),
    ]);
    all.extend(twins());
    all
}

/// Two of one name and key, one of which is of no use.
fn twins() -> Vec<Case> {
    type Fault = (&'static str, fn(&mut Parts));
    let faults: [Fault; 12] = [
        ("is of version 1", |parts| parts.version.clear()),
        ("is of version 4", |parts| {
            parts.version = tlv(0xa0, &[2, 1, 3]);
        }),
        ("has a compressed key", |parts| {
            let point = parts.spki[parts.spki.len() - 64..].to_vec();
            let kind = [oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")];
            let key = [&[0, 2 | (point[63] & 1)], &point[..32]].concat();
            parts.spki = sequence(&[sequence(&kind), tlv(3, &key)]);
        }),
        ("has a key that no handshake takes", |parts| {
            parts.spki = sequence(&[sequence(&[oid("1.3.101.110")]), tlv(3, &[0; 33])]);
        }),
        ("has a name that its type cannot have", |parts| {
            parts.put(SAN, false, sequence(&[tlv(0x86, b"https://exa mple.org/")]));
        }),
        ("is for code alone", |parts| {
            parts.put(
                crate::parts::EKU,
                false,
                sequence(&[crate::scene::purpose(3)]),
            );
        }),
        ("names no authority with its path length", |parts| {
            parts.put(BASIC, true, sequence(&[vec![2, 2, 1, 0]]));
        }),
        ("is no authority", |parts| {
            parts.put(BASIC, true, sequence(&[]));
        }),
        ("may not sign", |parts| {
            parts.put(crate::parts::KEY_USAGE, true, vec![3, 2, 7, 0x80]);
        }),
        ("has no key usage", |parts| {
            parts.remove(crate::parts::KEY_USAGE);
        }),
        ("has an extension that nobody knows", |parts| {
            parts.put("1.2.3.4.5", true, vec![5, 0]);
        }),
        ("has a serial number below zero", |parts| {
            parts.serial = vec![0xff, 1];
        }),
    ];
    let mut all = Vec::new();
    for (name, fault) in faults {
        let spoiled = |label: &str| {
            let mut parts = authority(label, "root");
            parts.serial[1] ^= 1;
            fault(&mut parts);
            signed(&parts, "root")
        };
        let leaf = || signed(&below(server(), "between"), "between");
        let between = || signed(&authority("between", "root"), "root");
        let own = || signed(&server(), "root");
        all.extend([
            case(
                format!("a twin between that {name}, first"),
                &[leaf(), spoiled("between"), between()],
                &[root()],
            ),
            case(
                format!("a twin between that {name}, last"),
                &[leaf(), between(), spoiled("between")],
                &[root()],
            ),
            case(
                format!("a trusted twin that {name}, first"),
                &[own()],
                &[spoiled("root"), root()],
            ),
            case(
                format!("a trusted twin that {name}, last"),
                &[own()],
                &[root(), spoiled("root")],
            ),
            case(
                format!("beside the path one that {name}"),
                &[own(), spoiled("beside")],
                &[root()],
            ),
        ]);
    }
    all
}

/// Another authority with the root's name.
fn namesake() -> String {
    let mut parts = authority("namesake", "namesake");
    parts.subject = common_name("root");
    parts.issuer = common_name("root");
    signed(&parts, "namesake")
}

fn unnamed() -> String {
    let mut parts = server();
    parts.remove(AKI);
    signed(&parts, "root")
}

fn itself() -> String {
    let mut parts = server();
    parts.subject = common_name("itself");
    parts.issuer = common_name("itself");
    parts.put(AKI, false, key_identifier("web.example.org"));
    signed(&parts, "web.example.org")
}
