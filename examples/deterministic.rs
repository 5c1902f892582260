//! Inject clock, randomness and keys: the same inputs give the same bytes, for tests.
//!
//! `cargo run --example deterministic`

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::sync::atomic::{AtomicU8, Ordering};

use pkigen::{
    Authorities, Certificate, Cluster, Inventory, KeyAlgorithm, KeyError, KeyRequest, KeySource,
    Node, Plan, PrivateKey, Provider, Random, RandomError, RowId, Setup, SoftwareKeys,
    SystemRandom,
};
use time::macros::datetime;

/// Counts instead of drawing: serial numbers become predictable. For tests alone.
#[derive(Debug, Default)]
struct Counting(AtomicU8);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(())
    }
}

/// Always the same key. A real fixture would hold one for each row of the table.
#[derive(Debug)]
struct OneKey(String);

impl KeySource for OneKey {
    fn generate(&self, _: KeyRequest<'_>, _: &dyn Random) -> Result<PrivateKey, KeyError> {
        PrivateKey::from_pem(self.0.as_bytes())
    }
}

fn issue(keys: &dyn KeySource) -> Result<Option<Certificate>, Box<dyn std::error::Error>> {
    let cluster = Cluster::builder().build()?;
    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
    let setup = Setup::new(cluster, node);
    let now = datetime!(2026-11-23 12:00 UTC);
    let plan = Plan::init(&setup, &Inventory::empty(), now)?;
    let random = Counting::default();
    let bundle = plan.issue(Authorities::new(), &Provider::new(keys, &random))?;
    let content = bundle.get(&setup.site().id(RowId::Apiserver));
    Ok(content.and_then(|content| content.certificate()).cloned())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP256);
    let key = SoftwareKeys.generate(request, &SystemRandom)?;
    let keys = OneKey(key.to_pem()?.to_string());
    let (first, second) = (issue(&keys)?, issue(&keys)?);
    assert_eq!(first, second, "the same inputs give the same bytes");
    println!("{first:?}");
    Ok(())
}
