//! Judge a node by a tar of its files, in memory: what is wrong, and in which file.
//!
//! `cargo run --example judge_archive --no-default-features`

#![allow(clippy::print_stdout, reason = "an example prints")]

use pkigen::issue::{Authorities, bundle_files};
use pkigen::key::SeededRandom;
use pkigen::verify::tree;
use pkigen::{
    Cluster, Directories, Inventory, Node, Plan, Provider, Root, Setup, SoftwareKeys, TreeFile,
};
use time::macros::datetime;

/// Stands for a node: the files of one that was made three months before.
fn files() -> Result<Vec<TreeFile>, Box<dyn std::error::Error>> {
    let cluster = Cluster::builder().build()?;
    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
    let setup = Setup::new(cluster, node);
    let now = datetime!(2026-08-23 12:00 UTC);
    let plan = Plan::init(&setup, &Inventory::empty(), now)?;
    let random = SeededRandom::new([7; 32]);
    let bundle = plan.issue(Authorities::new(), &Provider::new(&SoftwareKeys, &random))?;
    let profile = setup.cluster().profile();
    Ok(bundle_files(&bundle, &Directories::default(), profile)?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut archive = tar::Builder::new(Vec::new());
    for file in files()? {
        // Somebody ran out of space.
        let is_cut = file.path.ends_with("front-proxy-client.crt");
        let whole = file.contents.as_slice();
        let contents = if is_cut { &[] } else { whole };
        let mut header = tar::Header::new_gnu();
        header.set_mode(file.mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(u64::try_from(contents.len())?);
        let path = file.path.strip_prefix("/")?;
        archive.append_data(&mut header, path, contents)?;
    }
    let archive = archive.into_inner()?;

    // Packed by gzip or not, from any reader; nothing is unpacked to a disk.
    let root = Root::of_archive(archive.as_slice(), Directories::default())?;
    let observation = root.observe();
    for finding in tree(&observation.facts(), datetime!(2026-11-23 12:00 UTC)) {
        println!("{}: {} [{}]", finding.file, finding.message, finding.rule);
    }
    // What the archive does not have is neither there nor absent.
    for path in observation.not_observed() {
        println!("{path} was not looked at");
    }
    Ok(())
}
