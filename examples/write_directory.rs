//! Complete a control-plane node's files below a directory, as `pkigen init` does.
//!
//! `cargo run --example write_directory -- /tmp/node`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and asks for the time"
)]

use pkigen::verify::Step;
use pkigen::{
    Cluster, Directories, FlagOptions, Node, Outcome, Provider, Root, SoftwareKeys, SystemRandom,
};
use time::OffsetDateTime;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scratch = tempfile::tempdir()?;
    let prefix = std::env::args().nth(1).map(std::path::PathBuf::from);
    let root = Root::new(
        prefix.unwrap_or_else(|| scratch.path().to_owned()),
        Directories::default(),
    )?;

    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?);
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let now = OffsetDateTime::now_utc();

    // One transaction: the whole tree, or nothing. Run it twice: the second time finds nothing
    // to do.
    let result = root.init(
        Cluster::builder(),
        node,
        &FlagOptions::new(),
        now,
        &provider,
    )?;
    match result.outcome {
        Outcome::Done => println!("wrote {} files", result.receipt.created.len()),
        Outcome::Unchanged => println!("everything is there already"),
        // Something is there but wrong: nothing was written, and here is why.
        _ => {
            for refusal in result.plan.refusals() {
                let path = |file| root.path(file).display().to_string();
                println!("{}: {}", path(refusal.file), refusal.problem);
                // Any one of the ways will do.
                for step in refusal.remedy(path).ways.iter().take(1).flatten() {
                    println!("  {}", told(step));
                }
            }
        }
    }
    Ok(())
}

/// What mends something is data: its words are the installer's.
fn told(step: &Step) -> String {
    match step {
        Step::Edit(edit) => format!("move {} away", edit.file),
        Step::Ask(question, about) => {
            format!("{} {}", question.text, about.as_deref().unwrap_or_default())
        }
        Step::Run(command) => format!("do it again: {command:?}"),
        Step::Accept(rules) => format!("take the responsibility for {}", rules.join(", ")),
    }
}
