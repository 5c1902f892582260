//! Where others judge a certificate of the corpus differently from what its rule says.

use serde_json::Value;

/// A case, the letter of who judges differently, and why.
pub(crate) const DIFFERENCES: &[(&str, char, &str)] = &[
    (
        "an extension that is there twice",
        'W',
        "Go cannot read it, which is what the finding is about",
    ),
    (
        "an authority on P-521",
        'W',
        "it is asked with ring, which knows no P-521; rustls' usual cryptography does",
    ),
    ("no names", 'O', COMMON_NAME),
    ("no names", 'G', COMMON_NAME),
    ("a mail address for a name", 'O', COMMON_NAME),
    ("a mail address for a name", 'G', COMMON_NAME),
    ("RSA with 1024 bits", 'W', HANDSHAKE),
    ("keyEncipherment alone for a server", 'G', GNUTLS),
    ("keyEncipherment alone for a client", 'G', GNUTLS),
];

const COMMON_NAME: &str =
    "its common name is the one that is asked for, and not all that are dialled";
const GNUTLS: &str = "GnuTLS looks in the handshake";
const HANDSHAKE: &str = "rustls refuses the key when it is used, in the handshake";

/// Who is asked: the letter in the tables, and the names in a finding's `refusedBy`.
const ASKED: [(char, &[&str]); 3] = [
    ('O', &["openssl", "openssl-strict"]),
    ('G', &["gnutls"]),
    ('W', &["webpki"]),
];

/// Whether the rule says that this one refuses.
fn ruled(refused_by: &Value, names: &[&str]) -> bool {
    let mut refusers = refused_by.as_array().unwrap().iter();
    refusers.any(|one| names.contains(&one.as_str().unwrap()))
}

/// Whether somebody judges differently from what the rule says.
pub(crate) fn differs(refused_by: &Value, refused: &str) -> bool {
    let mut all = ASKED.into_iter();
    all.any(|(letter, names)| ruled(refused_by, names) != refused.contains(letter))
}

/// Compares who refuses with who the rule says refuses, difference by difference.
pub(crate) fn compare(name: &str, refused_by: &Value, refused: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for (letter, names) in ASKED {
        let ruled = ruled(refused_by, names);
        let differs = ruled != refused.contains(letter);
        let listed = DIFFERENCES
            .iter()
            .any(|(case, other, _)| (*case, *other) == (name, letter));
        if differs && !listed {
            let does = if ruled { "refuse" } else { "accept" };
            problems.push(format!("{name}: the rule says that {names:?} {does} it"));
        }
        if listed && !differs {
            problems.push(format!("{name}: {names:?} do not differ any more"));
        }
    }
    problems
}
