//! Keep a cluster's certificates in Kubernetes Secrets, without a disk: make them, read them back.
//!
//! `cargo run --example secrets --no-default-features --features system-random`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and asks for the time"
)]

use std::collections::BTreeMap;

use pkigen::issue::{Authorities, credential_files};
use pkigen::table::{CredentialId, Part};
use pkigen::{
    Cluster, Inventory, Node, Plan, Provider, Setup, SoftwareKeys, SystemRandom, kubeconfig,
};
use time::OffsetDateTime;

/// Stands for the API server: the data of a Secret for each credential.
type Secrets = BTreeMap<CredentialId, Vec<(Part, Vec<u8>)>>;

fn inventory(setup: &Setup, secrets: &Secrets) -> Inventory {
    let kept = secrets.iter().flat_map(|(id, data)| {
        let data = data.iter();
        data.map(move |(part, bytes)| (id.clone(), *part, bytes))
    });
    let (kubeconfigs, pem): (Vec<_>, Vec<_>) =
        kept.partition(|(_, part, _)| *part == Part::Kubeconfig);
    let mut inventory = Inventory::from_pem(setup.node().name().clone(), pem);
    for (id, _, text) in kubeconfigs {
        inventory.insert_of(id, kubeconfig::facts(text));
    }
    inventory
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = Cluster::builder().build()?;
    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
    let setup = Setup::new(cluster, node);
    let now = OffsetDateTime::now_utc();
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let mut secrets = Secrets::new();

    let plan = Plan::init(&setup, &inventory(&setup, &secrets), now)?;
    let bundle = plan.issue(Authorities::new(), &provider)?;
    for credential in bundle.credentials() {
        let files = credential_files(credential)?.into_iter();
        let data = files.map(|(part, bytes)| (part, bytes.to_vec()));
        secrets.insert(credential.id.clone(), data.collect());
    }
    println!("{} Secrets", secrets.len());

    // An authority's key among them is what `Inventory::authority(row).open(key)` signs with.
    let again = Plan::init(&setup, &inventory(&setup, &secrets), now)?;
    println!("nothing to do: {}", again.is_empty());
    Ok(())
}
