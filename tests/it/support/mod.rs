//! What the tests share: trees in temporary directories, prepared keys, countable randomness.
//!
//! The instant is always an argument and the keys come from files, so that no test depends on
//! the day it runs on and RSA costs nothing.
#![allow(dead_code, unused_imports, reason = "each target uses its part of it")]

mod authorities;
mod certificate;
mod described;
mod keys;
mod presented;
mod random;
mod tree;

use std::path::PathBuf;

pub(crate) use authorities::{PLACES, with_authority};
pub(crate) use certificate::{decoded, der_blocks, embedded, labels};
pub(crate) use described::Described;
pub(crate) use keys::FixtureKeys;
use pkigen::cluster::Lifetime;
use pkigen::{KeyAlgorithm, Profile};
pub(crate) use presented::{Presented, presented, webpki_accepts};
pub(crate) use random::{Counting, Scripted};
use time::OffsetDateTime;
use time::macros::datetime;
pub(crate) use tree::{Tree, files_below};

/// The instant of every test that does not need another.
pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

/// A file of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// Its bytes.
pub(crate) fn fixture_bytes(name: &str) -> Vec<u8> {
    let path = fixture(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The smallest cluster: one node.
pub(crate) fn cluster() -> Described {
    Described::new("cp1".parse().unwrap(), "192.0.2.10".parse().unwrap())
}

/// The same, with a profile and an algorithm.
pub(crate) fn cluster_of(profile: Profile, algorithm: KeyAlgorithm) -> Described {
    cluster().profile(profile).key_algorithm(algorithm)
}

/// So many years.
pub(crate) const YEARS: fn(i64) -> Lifetime =
    |years| Lifetime::new(time::Duration::days(365 * years)).unwrap();

/// Certificates that live for 40 years.
pub(crate) fn beyond_2050(algorithm: KeyAlgorithm) -> Described {
    full_cluster(Profile::KubernetesIo, algorithm)
        .authority_lifetime(YEARS(50))
        .certificate_lifetime(YEARS(40))
}

/// A cluster that has something in every place: every row of the table applies.
pub(crate) fn full_cluster(profile: Profile, algorithm: KeyAlgorithm) -> Described {
    let host = |text: &str| text.parse().unwrap();
    cluster_of(profile, algorithm)
        .control_plane_endpoint("api.example.org:6443".parse().unwrap())
        .service_cidrs(["10.96.0.0/12", "fd00:10:96::/112"].map(|cidr| cidr.parse().unwrap()))
        .apiserver_hosts([host("*.lb.example.org"), host("2001:db8::9")])
        .etcd_server_hosts([host("etcd.example.org")])
        .etcd_peer_hosts([host("10.0.0.9")])
        .kubelet_serving(true)
}
