//! Rows of one's own beside those of Kubernetes: what an admission webhook presents, and the
//! kubeconfig that konnectivity's server dials the API server with. They are planned, issued,
//! written, renewed and verified like the others.
//!
//! `cargo run --example own_rows`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints, and asks for the time"
)]

use pkigen::disk::RenewRule;
use pkigen::pki_core::spec::{CertSpec, Form, HostRule, OwnerKind, ServerRule};
use pkigen::table::{Table, Usage};
use pkigen::verify::tree;
use pkigen::{
    Cluster, Directories, FlagOptions, Node, Provider, Root, RowId, SoftwareKeys, SystemRandom,
};
use time::OffsetDateTime;

static WEBHOOK: CertSpec = CertSpec::own(
    &WEBHOOK,
    "webhook",
    Form::Pair {
        stem: "webhook/server",
    },
)
.titled("what our admission webhook presents to the API server")
.owned_by(OwnerKind::Node)
.issued_by(RowId::ClusterCa, Usage::Server)
.named("webhook.example.svc")
.serving(&[HostRule::Own("webhook.example.svc"), HostRule::NodeName]);

static KONNECTIVITY: CertSpec = CertSpec::own(
    &KONNECTIVITY,
    "konnectivity-server.conf",
    Form::Kubeconfig {
        file: "konnectivity-server.conf",
        server: ServerRule::LocalEndpoint,
    },
)
.titled("what konnectivity's server dials the API server with")
.owned_by(OwnerKind::Node)
.issued_by(RowId::ClusterCa, Usage::Client)
.named("system:konnectivity-server");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = tempfile::tempdir()?;
    let root = Root::new(directory.path(), Directories::default())?
        .with_table(Table::kubernetes().with([&WEBHOOK, &KONNECTIVITY])?);
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let now = OffsetDateTime::now_utc();

    let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?);
    let plan = root.plan_init(Cluster::builder(), node, now)?;
    root.execute(&plan, &FlagOptions::new(), &provider)?;
    let own = [RowId::Own(&WEBHOOK), RowId::Own(&KONNECTIVITY)];
    for file in own.iter().flat_map(|row| row.spec().artifacts()) {
        println!("{}", root.directories().path(file).display());
    }

    let mut rule = RenewRule::all();
    rule.names = own.to_vec();
    for one in root.renew(&rule, now, &provider)?.renewed {
        println!("renewed {}: {}", one.id, one.certificate.subject());
    }
    let findings = tree(&root.observe().facts(), now);
    println!("{} findings", findings.len());
    Ok(())
}
