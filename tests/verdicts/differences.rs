//! Where who refuses is not who is said to: each with its reason.

use std::collections::BTreeSet;

use crate::Refusers;

/// A part of the names of cases, who judges differently, and why.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    // What is seen in a handshake only.
    ("key usage keyencipherment alone", "gnutls", HANDSHAKE),
    ("key usage keyagreement alone", "gnutls", HANDSHAKE),
    ("key usage dataencipherment alone", "gnutls", HANDSHAKE),
    ("key usage contentcommitment alone", "gnutls", HANDSHAKE),
    ("key usage crlsign alone", "gnutls", HANDSHAKE),
    ("key usage keycertsign alone", "gnutls", HANDSHAKE),
    ("key usage encipheronly alone", "gnutls", HANDSHAKE),
    ("key usage without bits", "gnutls", HANDSHAKE),
    ("key usage of zeros", "gnutls", HANDSHAKE),
    ("key on p-224", "go", HANDSHAKE),
    ("key on p-224", "webpki", HANDSHAKE),
    ("key for x25519", "go", HANDSHAKE),
    ("key for x25519", "webpki", HANDSHAKE),
    ("key of an algorithm that nobody knows", "go", HANDSHAKE),
    ("key of an algorithm that nobody knows", "webpki", HANDSHAKE),
    ("key rsa of pss", "go", HANDSHAKE),
    ("key rsa of pss", "webpki", HANDSHAKE),
    ("key rsa with exponent 1", "go", HANDSHAKE),
    ("key rsa with exponent 1", "webpki", HANDSHAKE),
    ("key rsa with an even exponent", "go", HANDSHAKE),
    ("key rsa with an even exponent", "webpki", HANDSHAKE),
    ("key rsa with an even modulus", "go", HANDSHAKE),
    ("key rsa with an even modulus", "webpki", HANDSHAKE),
    ("server: key rsa 1024", "webpki", HANDSHAKE),
    ("key rsa 8200", "go", HANDSHAKE),
    ("key rsa 8200", "webpki", HANDSHAKE),
    ("key rsa 16384", "go", HANDSHAKE),
    ("key rsa 16384", "webpki", HANDSHAKE),
    ("key rsa 16392", "go", HANDSHAKE),
    ("key rsa 16392", "webpki", HANDSHAKE),
    ("path of 16 authorities", "gnutls", MANY),
    ("path of 17 authorities", "gnutls", MANY),
    ("path of 18 authorities", "gnutls", MANY),
    ("path of 19 authorities", "gnutls", MANY),
    ("path of 20 authorities", "gnutls", MANY),
    // What others read otherwise than their rule says.
    (
        "root: two signature algorithms",
        "openssl",
        "of what is trusted OpenSSL looks when it is strict",
    ),
    (
        "root: signature algorithm that nobody knows",
        "openssl",
        ROOT,
    ),
    ("root: signature of another kind of key", "openssl", ROOT),
    (
        "key in hybrid form",
        "openssl",
        "its signatures are not checked here, and OpenSSL checks them",
    ),
    (
        "key with unused bits",
        "openssl",
        "OpenSSL takes such a key from an authority that is presented",
    ),
    (
        "root: two signature algorithms",
        "openssl-strict",
        "of what is trusted OpenSSL looks when it is strict",
    ),
    ("key with unused bits", "gnutls", "GnuTLS takes such a key"),
    ("name that is a universalstring", "go", STRING),
    ("name that is a universalstring", "openssl", STRING),
    ("name that is a universalstring", "gnutls", STRING),
    ("a.example.org. at", "openssl", DOT),
    ("a.example.org. at", "gnutls", DOT),
    ("12345 at 12345", "webpki", "rustls dials no such name"),
    (
        "a-.example.org at a-.example.org",
        "webpki",
        "rustls dials no such name",
    ),
    ("::ffff:192.0.2.7", "openssl", MAPPED),
    ("::ffff:192.0.2.7", "gnutls", MAPPED),
    ("::ffff:192.0.2.7", "webpki", MAPPED),
    // Object identifiers.
    ("root: identifier of its signature", "openssl", ROOT),
    ("identifier of its key", "go", HANDSHAKE),
    ("identifier of its key", "webpki", HANDSHAKE),
    ("identifier of a critical extension", "webpki", FURTHER),
    ("identifier of its signature", "webpki", FURTHER),
    (
        "that is cut off",
        "gnutls",
        "GnuTLS takes one that does not end",
    ),
    (
        "SHA-1 of one above what is trusted",
        "gnutls",
        "GnuTLS goes on through what is presented, to the root",
    ),
    // Dates that DER has no room for.
    ("life long ago", "go", DATE),
    ("life long ago", "openssl", DATE),
    ("life long ago", "gnutls", DATE),
    ("root: life", "webpki", DATE),
    ("life without seconds", "go", DATE),
    ("life without seconds", "gnutls", DATE),
    ("life on february 30", "gnutls", DATE),
    ("life a leap second", "gnutls", DATE),
];

const HANDSHAKE: &str = "it refuses in the handshake, where the key is used";
const FURTHER: &str = "what does not decode is not looked at any further here";
const MANY: &str = "it refuses in the handshake: a peer presents at most 16 certificates";
const ROOT: &str = "nobody looks at a root's own signature; OpenSSL reads how strong its kind is";
const STRING: &str = "names with this type of string are not read here, and Go alone refuses them";
const DOT: &str = "a dot at the end is dropped by whoever dials, before the name is compared";
const MAPPED: &str = "it is an address of version 4 to us and to Go, however it is written";
const DATE: &str = "it is not read here, and each of the others reads some of those";

/// Where rustls with ring judges otherwise than with aws-lc-rs, of which the findings speak.
const RING: &[(&str, &str, &str)] = &[
    (
        "signed with sha-512",
        "webpki",
        "ring knows ECDSA P-256 with SHA-256 and SHA-384 alone",
    ),
    (
        "key that is compressed",
        "webpki",
        "ring takes uncompressed points alone",
    ),
    ("key p-521", "webpki", "ring knows no P-521"),
];

/// A list, and which of it was met.
pub(crate) struct Differences {
    list: &'static [(&'static str, &'static str, &'static str)],
    met: BTreeSet<usize>,
}

impl Differences {
    fn of(list: &'static [(&'static str, &'static str, &'static str)]) -> Self {
        Self {
            list,
            met: BTreeSet::new(),
        }
    }

    pub(crate) fn of_refusers() -> Self {
        Self::of(DIFFERENCES)
    }

    pub(crate) fn of_providers() -> Self {
        Self::of(RING)
    }

    /// What differs without a reason, of which nothing is to be said but that.
    pub(crate) fn between(
        &mut self,
        name: &str,
        measured: &Refusers,
        said: &Refusers,
    ) -> Option<String> {
        let mut open: Vec<&str> = measured.symmetric_difference(said).copied().collect();
        for (position, (case, who, _)) in self.list.iter().enumerate() {
            if open.contains(who) && name.contains(case) {
                open.retain(|one| one != who);
                self.met.insert(position);
            }
        }
        (!open.is_empty()).then(String::new)
    }

    /// The reasons that nobody needs any more.
    pub(crate) fn stale(&self) -> String {
        let mut text = String::new();
        for (position, one) in self.list.iter().enumerate() {
            if !self.met.contains(&position) {
                text += &format!("{one:?} is stale\n");
            }
        }
        text
    }
}
