//! Reading: one certificate, one key, a whole tree, and what a second `init` costs.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "criterion's macros make a public function; a benchmark stops where it cannot go on, \
              and its files are its own"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pkigen::cluster::NodeBuilder;
use pkigen::key::PrivateKey;
use pkigen::{
    Certificate, Cluster, Directories, FlagOptions, KeyAlgorithm, Node, Outcome, Plan, Provider,
    Root, Setup, SoftwareKeys, SystemRandom,
};
use time::OffsetDateTime;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

fn node() -> NodeBuilder {
    let node = "cp1".parse().expect("a node name");
    let address = "192.0.2.10".parse().expect("an address");
    Node::builder(node, address)
}

fn benches(criterion: &mut Criterion) {
    for (name, algorithm) in [
        ("p256", KeyAlgorithm::EcdsaP256),
        ("rsa2048", KeyAlgorithm::Rsa2048),
    ] {
        let directory = tempfile::tempdir().expect("a directory");
        let root = Root::new(directory.path(), Directories::default()).expect("a root");
        let provider = Provider::new(&SoftwareKeys, &SystemRandom);
        let init = || {
            let cluster = Cluster::builder().key_algorithm(algorithm);
            root.init(cluster, node(), &FlagOptions::new(), NOW, &provider)
        };
        init().expect("a tree");

        let pki = directory.path().join("etc/kubernetes/pki");
        let certificate = std::fs::read(pki.join("apiserver.crt")).expect("a certificate");
        let key = std::fs::read(pki.join("apiserver.key")).expect("a key");
        let der = Certificate::all_from_pem(&certificate).expect("a certificate");
        let der = der[0].as_der().to_vec();

        let mut group = criterion.benchmark_group(name);
        group.bench_function("certificate-der", |bencher| {
            bencher.iter(|| Certificate::from_der(black_box(&der)).expect("a certificate"));
        });
        group.bench_function("certificate-pem", |bencher| {
            bencher.iter(|| Certificate::all_from_pem(black_box(&certificate)).expect("one"));
        });
        group.bench_function("key-pem", |bencher| {
            bencher.iter(|| PrivateKey::from_pem(black_box(&key)).expect("a key"));
        });
        group.bench_function("inventory", |bencher| {
            bencher.iter(|| black_box(root.observe().inventory()));
        });
        let inventory = root.observe().inventory();
        let cluster = Cluster::builder().key_algorithm(algorithm).build();
        let cluster = cluster.expect("a cluster");
        let node = node().build(&cluster).expect("a node");
        let setup = Setup::new(cluster, node);
        group.bench_function("plan-of-a-complete-tree", |bencher| {
            bencher.iter(|| Plan::init(&setup, black_box(&inventory), NOW).expect("a plan"));
        });
        group.bench_function("init-unchanged", |bencher| {
            bencher.iter(|| assert_eq!(init().expect("a run").outcome, Outcome::Unchanged));
        });
        group.finish();
    }
}

criterion_group!(all, benches);
criterion_main!(all);
