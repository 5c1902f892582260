//! Issuing a whole control plane in memory, beside what the provider alone costs.
//!
//! The budget: `issue` takes at most three times `raw` for P-256. The self-check is part of
//! issuing; `check` is that part by itself, and `issue` less `check` at most twice `raw`.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "criterion's macros make a public function; a benchmark stops where it cannot go \
              on, measures time and says it"
)]

use std::hint::black_box;
use std::net::Ipv4Addr;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use pkigen::issue::{Authorities, Content};
use pkigen::key::{KeyRequest, KeySource as _, PrivateKey, SigningKey as _};
use pkigen::pki_core::CertSpec;
use pkigen::pki_core::authority::path;
use pkigen::table::CERTS;
use pkigen::{
    Bundle, Cluster, Inventory, KeyAlgorithm, Node, Plan, Provider, Setup, SoftwareKeys,
    SystemRandom,
};
use time::OffsetDateTime;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

fn plan(algorithm: KeyAlgorithm) -> Plan {
    let cluster = Cluster::builder().key_algorithm(algorithm);
    let cluster = cluster.build().expect("a cluster");
    let name = "cp1".parse().expect("a node name");
    let node = Node::builder(name, Ipv4Addr::new(192, 0, 2, 10).into());
    let node = node.build(&cluster).expect("a node");
    let setup = Setup::new(cluster, node);
    Plan::init(&setup, &Inventory::empty(), NOW).expect("a plan")
}

fn provider() -> Provider<'static> {
    Provider::new(&SoftwareKeys, &SystemRandom)
}

fn issue(plan: &Plan) -> Bundle {
    let bundle = plan.issue(Authorities::new(), &provider());
    bundle.expect("a bundle")
}

/// As many keys and signatures as the plan wants, and nothing else.
fn raw(algorithm: KeyAlgorithm, keys: usize, signatures: usize) -> Vec<Vec<u8>> {
    // About as long as what is signed in a certificate.
    let message = [0x30; 500];
    let request = KeyRequest::new("ca", algorithm);
    let make = |_| SoftwareKeys.generate(request, &SystemRandom);
    let keys: Result<Vec<PrivateKey>, _> = (0..keys).map(make).collect();
    let keys = keys.expect("keys");
    let signing = keys.iter().take(signatures);
    let signed: Result<Vec<Vec<u8>>, _> = signing.map(|key| key.sign(&message)).collect();
    signed.expect("signatures")
}

/// What issuing checks of a bundle: every leaf's path for every purpose, and every name.
fn check(plan: &Plan, bundle: &Bundle) {
    for (id, creation) in plan.creations() {
        let Some(template) = creation.template() else {
            continue;
        };
        let spec: &CertSpec = id.row.spec();
        let (Some(Content::Pair { chain, .. } | Content::Kubeconfig { chain, .. }), Some(issuer)) =
            (bundle.get(id), spec.issuer)
        else {
            continue;
        };
        let Some(Content::Pair { chain: anchors, .. }) =
            bundle.get(&plan.setup().site().id(issuer))
        else {
            continue;
        };
        path::verify_usage(chain, anchors, template.usage, NOW).expect("a path");
        for host in template.hosts.hosts() {
            assert!(path::serves_host(&chain[0], &host), "{host}");
        }
    }
}

fn ecdsa(criterion: &mut Criterion) {
    for (name, algorithm) in [
        ("p256", KeyAlgorithm::EcdsaP256),
        ("p384", KeyAlgorithm::EcdsaP384),
    ] {
        let plan = plan(algorithm);
        let wanted = plan
            .creations()
            .filter(|(_, creation)| creation.needs_key());
        let keys = wanted.count();
        let certificates = plan.creations();
        let certificates = certificates.filter(|(_, creation)| creation.template().is_some());
        let certificates = certificates.count();
        assert_eq!((keys, certificates), (16, 15), "{} rows", CERTS.len());
        let mut group = criterion.benchmark_group(name);
        group.bench_function("raw", |bencher| {
            bencher.iter(|| black_box(raw(algorithm, keys, certificates)));
        });
        group.bench_function("raw-keys", |bencher| {
            bencher.iter(|| black_box(raw(algorithm, keys, 0)));
        });
        group.bench_function("issue", |bencher| bencher.iter(|| black_box(issue(&plan))));
        let bundle = issue(&plan);
        group.bench_function("check", |bencher| bencher.iter(|| check(&plan, &bundle)));
        group.bench_function("pem", |bencher| {
            bencher.iter_batched(
                || issue(&plan),
                |bundle| black_box(pem(&bundle)),
                BatchSize::SmallInput,
            );
        });
        group.finish();
    }
}

fn pem(bundle: &Bundle) -> usize {
    let credentials = bundle.credentials().iter();
    let lengths = credentials.map(|credential| match &credential.content {
        Content::Pair { chain, key } | Content::Kubeconfig { chain, key, .. } => {
            let chain: usize = chain.iter().map(|one| one.to_pem().len()).sum();
            chain + key.to_pem().expect("PEM").len()
        }
        Content::KeyPair { key } => key.to_pem().expect("PEM").len(),
        _ => 0,
    });
    lengths.sum()
}

fn rsa(criterion: &mut Criterion) {
    let plan = plan(KeyAlgorithm::Rsa2048);
    let mut group = criterion.benchmark_group("rsa2048");
    group.sample_size(10);
    group.bench_function("raw-one-key", |bencher| {
        bencher.iter(|| black_box(raw(KeyAlgorithm::Rsa2048, 1, 0)));
    });
    group.bench_function("issue", |bencher| bencher.iter(|| black_box(issue(&plan))));
    let bundle = issue(&plan);
    group.bench_function("check", |bencher| bencher.iter(|| check(&plan, &bundle)));
    group.finish();
}

criterion_group!(benches, ecdsa, rsa);
criterion_main!(benches);
