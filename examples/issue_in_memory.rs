//! Make a cluster's certificates in memory and hand them on, to a secret store for instance.
//!
//! `cargo run --example issue_in_memory`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and asks for the time"
)]

use pkigen::issue::{Authorities, Content};
use pkigen::{
    Certificate, Cluster, Inventory, Node, Plan, Provider, Setup, SoftwareKeys, SystemRandom,
};
use time::OffsetDateTime;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = Cluster::builder().build()?;
    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
    let setup = Setup::new(cluster, node);
    let plan = Plan::init(&setup, &Inventory::empty(), OffsetDateTime::now_utc())?;

    // No authority exists yet, so none is given: the plan makes them.
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let bundle = plan.issue(Authorities::new(), &provider)?;

    // Every certificate in the bundle has been verified as its readers will verify it.
    for credential in bundle.credentials() {
        match &credential.content {
            Content::Pair { chain, key } => {
                let pem: String = chain.iter().map(Certificate::to_pem).collect();
                let secret = key.to_pem()?; // wiped when dropped
                println!(
                    "{}: {} + {} bytes of PEM",
                    credential.id,
                    pem.len(),
                    secret.len()
                );
            }
            Content::Kubeconfig { user, server, .. } => {
                println!("{}: {user} at {server}", credential.id);
            }
            _ => println!("{}: a key pair", credential.id),
        }
    }
    Ok(())
}
