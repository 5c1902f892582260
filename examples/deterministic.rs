//! Inject clock, randomness and keys: the same inputs give the same bytes, for tests.
//!
//! `cargo run --example deterministic`

#![allow(clippy::print_stdout, reason = "an example prints")]

use pkigen::issue::Authorities;
use pkigen::key::SeededRandom;
use pkigen::{Certificate, Cluster, Inventory, Node, Plan, Provider, RowId, Setup, SoftwareKeys};
use time::macros::datetime;

fn issue(seed: [u8; 32]) -> Result<Option<Certificate>, Box<dyn std::error::Error>> {
    let cluster = Cluster::builder().build()?;
    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
    let setup = Setup::new(cluster, node);
    let now = datetime!(2026-11-23 12:00 UTC);
    let plan = Plan::init(&setup, &Inventory::empty(), now)?;
    let random = SeededRandom::new(seed);
    let bundle = plan.issue(Authorities::new(), &Provider::new(&SoftwareKeys, &random))?;
    let content = bundle.get(&setup.site().id(RowId::Apiserver));
    Ok(content.and_then(|content| content.certificate()).cloned())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (first, second) = (issue([7; 32])?, issue([7; 32])?);
    assert_eq!(first, second, "the same inputs give the same bytes");
    assert_ne!(first, issue([8; 32])?);
    println!("{first:?}");
    Ok(())
}
