//! Where others judge a certificate of the corpus differently from what its rule says.

use super::all;
use super::oracle::Oracle;

/// A case, the letter of who judges differently, and why.
const DIFFERENCES: &[(&str, char, &str)] = &[
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
    ("an authority for servers alone", 'G', ANCHOR),
    ("an authority for servers alone", 'W', ANCHOR),
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
        "a root that expired above one that did not",
        'G',
        "the lower one is in the trust file too, and GnuTLS goes no further",
    ),
    (
        "a root that allows none below it",
        'G',
        "the lower one is in the trust file too, and GnuTLS goes no further",
    ),
    (
        "an expired authority in the leaf's file",
        'W',
        "an intermediate is no anchor: webpki looks at its dates",
    ),
    (
        "a root that names another key",
        'G',
        "it is in the trust file, and GnuTLS looks for nothing above it",
    ),
    (
        "another authority's serial number",
        'G',
        "GnuTLS goes by the key identifier where there is one",
    ),
];

const HANDSHAKE: &str = "rustls refuses the key when it is used, in the handshake";
const OTHER_NAMES: &str = "the other names are matched; Go alone refuses the whole certificate";
const ANCHOR: &str = "it looks at the purposes of what stands below an anchor only";

/// Whether the rule says that this one refuses.
fn ruled(rule: &str, oracle: Oracle) -> bool {
    let rule: pki_core::judge::Rule = rule.parse().unwrap();
    let mut refusers = rule.spec().refused_by.iter();
    refusers.any(|one| oracle.names().contains(&one.name()))
}

/// Whether somebody judges differently from what the rule says.
pub(super) fn differs(rule: &str, refused: &str) -> bool {
    let mut all = Oracle::ALL.into_iter();
    all.any(|oracle| ruled(rule, oracle) != refused.contains(oracle.letter()))
}

/// Compares who refuses with who the rule says refuses, difference by difference.
pub(super) fn compare(name: &str, rule: &str, refused: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for oracle in Oracle::ALL {
        let letter = oracle.letter();
        let ruled = ruled(rule, oracle);
        let differs = ruled != refused.contains(letter);
        let listed = DIFFERENCES
            .iter()
            .any(|(case, other, _)| (*case, *other) == (name, letter));
        if differs && !listed {
            let does = if ruled { "refuses" } else { "accepts" };
            problems.push(format!("{name}: {rule} says that {oracle:?} {does} it"));
        }
        if listed && !differs {
            problems.push(format!("{name}: {oracle:?} does not differ any more"));
        }
    }
    problems
}

#[test]
fn every_difference_is_of_a_case_and_has_its_reason() {
    for (name, letter, reason) in DIFFERENCES {
        assert!(all().any(|case| case.name == *name), "{name} is no case");
        assert!(Oracle::ALL.iter().any(|one| one.letter() == *letter));
        assert!(!reason.is_empty(), "{name}");
    }
}
