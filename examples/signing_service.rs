//! Keep the cluster authority's key elsewhere: in a hardware module, or behind a service. Show
//! what is to be done, do exactly that, renew, and take it back.
//!
//! `cargo run --example signing_service`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and asks for the time"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pkigen::pki_core::plan::renew::RenewRule;
use pkigen::{
    Cluster, Directories, FlagOptions, KeyAlgorithm, KeyError, KeyRequest, KeySource as _, Node,
    PrivateKey, Provider, PublicKey, Root, Signers, SigningKey, SoftwareKeys, SystemRandom,
};
use time::OffsetDateTime;

/// Stands for the service's client: it knows the public half, asks for signatures, and waits.
#[derive(Debug)]
struct Service {
    inside: PrivateKey,
    calls: AtomicUsize,
}

impl SigningKey for Service {
    fn public_key(&self) -> &PublicKey {
        self.inside.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(20));
        self.inside.sign(message)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP256);
    let service = Arc::new(Service {
        inside: SoftwareKeys.generate(request, &SystemRandom)?,
        calls: AtomicUsize::new(0),
    });
    let directory = tempfile::TempDir::new()?;
    let root = Root::new(directory.path(), Directories::default())?
        .with_signers(Signers::new().with("ca", service.clone()));
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let now = OffsetDateTime::now_utc();

    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?);
    let plan = root.plan_init(Cluster::builder(), node, now)?;
    for (id, creation) in plan.creations() {
        let files = creation.artifacts(id.row).into_iter();
        let files: Vec<String> = files.map(|file| file.to_string()).collect();
        println!("create {id}: {}", files.join(", "));
    }
    // Fails when the disk has changed since; what signs is checked with its own public key.
    let done = root.execute(&plan, &FlagOptions::new(), &provider)?;
    println!("{} files, no ca.key", done.receipt.created.len());

    let renewal = root.renew(&RenewRule::all(), now, &provider)?;
    println!("renewed {}", renewal.renewed.len());
    let undone = root.undo(None, now)?;
    println!(
        "took back transaction {:?}",
        undone.transaction.map(|one| one.number)
    );
    println!("{} signatures", service.calls.load(Ordering::Relaxed));
    Ok(())
}
