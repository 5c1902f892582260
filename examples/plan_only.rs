//! Decide what a control-plane node needs, without touching a file.
//!
//! `cargo run --example plan_only`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and asks for the time"
)]

use pkigen::plan::Action;
use pkigen::{Cluster, Inventory, KeyAlgorithm, Node, Plan, Profile, Setup};
use time::macros::datetime;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What goes in: the cluster and its node, what is there already, and the instant to plan for.
    let cluster = Cluster::builder()
        .control_plane_endpoint("api.example.org:6443".parse()?)
        .profile(Profile::Kubeadm)
        .key_algorithm(KeyAlgorithm::EcdsaP384)
        .build()?;
    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
    let setup = Setup::new(cluster, node);
    let nothing = Inventory::empty();
    let now = datetime!(2026-11-23 12:00 UTC);

    // What comes out: steps in order, each with its reason. Nothing was made yet.
    let plan = Plan::init(&setup, &nothing, now)?;
    for step in plan.steps() {
        let Action::Create(creation) = &step.action else {
            continue;
        };
        match creation.template() {
            Some(template) => println!(
                "{:<25} {} [{}] until {}",
                step.id, template.subject, template.hosts, template.validity.not_after
            ),
            None => println!("{:<25} a key pair", step.id),
        }
    }

    // What can be wrong is data as well: with an empty inventory there is nothing to refuse.
    assert!(plan.refusals().is_empty());
    Ok(())
}
