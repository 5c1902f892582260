//! RSA signatures with the padding PSS, whose salt is as long as it likes.

use std::fs::read_to_string;

use super::chains::{case, server};
use crate::scene::{Case, authority};
use crate::support::{OddKey, Scheme, fixture};

pub(super) fn cases() -> Vec<Case> {
    let mut root = authority("root", "root");
    let pem = read_to_string(fixture("keys/rsa-2048/01.pem")).unwrap();
    root.key(OddKey::from_pem(&pem));
    let anchor = [root.sign(&root.key)];
    let salts = [0, 20, 31, 32, 33, 48, 64, 127];
    let cases = salts.map(|octets| {
        let mut parts = server();
        parts.scheme = Scheme::PssOfSalt(octets);
        let name = format!("PSS with a salt of {octets} octets");
        case(name, &[parts.sign(&root.key)], &anchor)
    });
    cases.into()
}
