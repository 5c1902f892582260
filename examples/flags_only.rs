//! Take only the flags, for an installer that has its certificates from elsewhere.
//!
//! `cargo run --example flags_only`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and asks for the time"
)]

use pkigen::flags::{Component, FlagSet, Format, render};
use pkigen::{Cluster, Directories, FlagOptions, Node};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = Cluster::builder()
        .dns_domain("example.internal".parse()?)
        .build()?;
    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?)
        .kubelet_serving(true)
        .build(&cluster)?;
    let site = cluster.at(&node);
    let directories = Directories::new("/srv/k8s/pki", "/srv/k8s");
    let options = FlagOptions::new();

    // One component's flags as data, each with its purpose ...
    let set = FlagSet::of(Component::KubeApiserver, site, &directories, &options)?;
    for argument in set.arguments() {
        println!("{argument}    # {}", argument.spec.purpose);
    }

    // ... or all of them in a form that something else reads.
    let sets = FlagSet::all(site, &directories, &options)?;
    print!("{}", render(&sets, Format::Kubeadm)?);
    Ok(())
}
