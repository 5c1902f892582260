//! An installer: it reads a kubeadm configuration, shows what is to be done, does exactly that,
//! renews and takes it back. The cluster authority's key is in hardware, or behind a service.
//!
//! `cargo run --example installer`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and asks for the time"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pkigen::config::{self, HostFacts};
use pkigen::disk::RenewRule;
use pkigen::key::{
    KeyError, KeyRequest, KeySource as _, PrivateKey, PublicKey, Signers, SigningKey,
};
use pkigen::{Directories, FlagOptions, KeyAlgorithm, Provider, Root, SoftwareKeys, SystemRandom};
use time::OffsetDateTime;

const KUBEADM: &str = "
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
controlPlaneEndpoint: api.example.org:6443
encryptionAlgorithm: ECDSA-P256
apiServer: {certSANs: [LB.example.org]}
";

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
    let settings = config::parse("kubeadm.yaml", KUBEADM)?.settings;
    let cluster = settings.describe(&HostFacts::new("cp1", "192.0.2.10".parse()?))?;
    let inside = KeyRequest::new("ca", KeyAlgorithm::EcdsaP256);
    let (inside, calls) = (SoftwareKeys.generate(inside, &SystemRandom)?, 0.into());
    let service = Arc::new(Service { inside, calls });
    let directory = tempfile::TempDir::new()?;
    let root = Root::new(directory.path(), Directories::from_settings(&settings))?
        .with_signers(Signers::new().with("ca", service.clone()));
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let now = OffsetDateTime::now_utc();

    let plan = root.plan_init(cluster.cluster, cluster.node, now)?;
    for (id, creation) in plan.creations() {
        for file in creation.artifacts(id.row) {
            println!("create {file} of {id}");
        }
    }
    // Fails when the disk has changed since; what signs is checked with its own public key.
    let done = root.execute(&plan, &FlagOptions::from_settings(&settings), &provider)?;
    println!("made {} files, no ca.key", done.receipt.created.len());

    let renewed = root.renew(&RenewRule::all(), now, &provider)?.renewed;
    println!("renewed {}", renewed.len());
    let undone = root.undo(None, now)?.transaction;
    println!("took back transaction {:?}", undone.map(|one| one.number));
    println!("{} signatures", service.calls.load(Ordering::Relaxed));
    Ok(())
}
