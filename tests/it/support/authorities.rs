//! Trees whose authorities pkigen did not make; `tests/fixtures/authorities` says what is hard
//! about each.

use super::{Tree, fixture_bytes};

/// The places of authorities.
pub(crate) const PLACES: [&str; 3] = ["ca", "front-proxy-ca", "etcd/ca"];

/// A tree with this certificate and key in every place of an authority.
pub(crate) fn with_authority(certificate: &str, key: &str) -> Tree {
    let tree = Tree::empty();
    let contents = |name: &str| fixture_bytes(&format!("authorities/{name}"));
    for place in PLACES {
        tree.write(&format!("pki/{place}.crt"), &contents(certificate));
        tree.write(&format!("pki/{place}.key"), &contents(key));
    }
    tree
}
