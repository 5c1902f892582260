//! Where others judge a certificate of the corpus differently from what its rule says.

use serde_json::Value;

/// A case, the letter of who judges differently, and why.
pub(crate) const DIFFERENCES: &[(&str, char, &str)] = &[
    (
        "an extension that is there twice",
        'O',
        "OpenSSL reads some that the rule is of too: a certificate behind a byte order mark",
    ),
    (
        "an extension that is there twice",
        'G',
        "GnuTLS reads some that the rule is of too: an indented certificate, one behind a byte order mark",
    ),
    (
        "an extension that is there twice",
        'W',
        "the rule is of the framing of PEM too, and webpki reads none",
    ),
    (
        "two signature algorithms",
        'O',
        "OpenSSL reads some that the rule is of too: a certificate behind a byte order mark",
    ),
    (
        "two signature algorithms",
        'G',
        "GnuTLS reads some that the rule is of too: an indented certificate, one behind a byte order mark",
    ),
    (
        "two signature algorithms",
        'W',
        "the rule is of the framing of PEM too, and webpki reads none",
    ),
    ("RSA with 1024 bits", 'W', HANDSHAKE),
    ("RSA without NULL", 'W', HANDSHAKE),
    ("P-521", 'W', HANDSHAKE),
    (
        "Ed25519",
        'W',
        "rustls takes it; kubeadm and service accounts do not",
    ),
    (
        "an authority with Ed25519",
        'W',
        "rustls takes it; kubeadm does not",
    ),
    (
        "version 1",
        'O',
        "OpenSSL, strict too, takes a version 1 without extensions for what it is",
    ),
    (
        "version 2 with extensions",
        'G',
        "GnuTLS refuses extensions before version 3, and only then looks at the version",
    ),
    (
        "a key identifier that is cut off",
        'W',
        "webpki does not read key identifiers",
    ),
    (
        "an empty list of names",
        'W',
        "webpki does not read a client's names",
    ),
    (
        "critical policies",
        'O',
        "OpenSSL knows certificate policies; webpki does not",
    ),
    (
        "critical policies",
        'G',
        "GnuTLS knows certificate policies; webpki does not",
    ),
    ("an address of 5 octets", 'O', OTHER_NAMES),
    ("an address of 5 octets", 'G', OTHER_NAMES),
    ("an address of 5 octets", 'W', OTHER_NAMES),
    (
        "keyEncipherment alone for a server",
        'O',
        "openssl verify takes it for RSA key exchange; a handshake of TLS 1.3 fails",
    ),
    (
        "an authority without basic constraints",
        'G',
        "GnuTLS passes over what a trusted authority says of itself, but for CA:FALSE",
    ),
    (
        "an authority without key usage",
        'G',
        "GnuTLS takes no key usage for every usage",
    ),
    (
        "an intermediate authority signed with SHA-1",
        'G',
        "it is in the trust file, and what signed it is not looked at",
    ),
    (
        "an intermediate authority signed with SHA-1",
        'W',
        "it is in the trust file, and what signed it is not looked at",
    ),
    (
        "another authority's serial number",
        'G',
        "GnuTLS goes by the key identifier where there is one",
    ),
];

const HANDSHAKE: &str = "rustls refuses the key when it is used, in the handshake";
const OTHER_NAMES: &str = "the other names are matched; Go alone refuses the whole certificate";

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
