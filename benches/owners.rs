//! A hundred, a thousand and ten thousand nodes: planning, issuing, renewing, judging and flags.
//!
//! The budget: the time for each owner does not grow with how many there are, and in batches the
//! memory does not either. Each credential gets a key of its own.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark stops where it cannot go on, measures time and memory, and says it"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pkigen::flags::FlagSet;
use pkigen::issue::{Authorities, Authority, Content, Credential, IssueError};
use pkigen::key::{PrivateKey, SigningKey as _};
use pkigen::pki_core::judge::tree;
use pkigen::pki_core::observation::NodeFacts;
use pkigen::pki_core::plan::renew::{RenewPlan, RenewRule};
use pkigen::plan::{Found, RowFacts};
use pkigen::table::CredentialId;
use pkigen::{
    Cluster, Directories, FlagOptions, Inventory, KeyAlgorithm, Node, Plan, Provider, RowId, Setup,
    SoftwareKeys, SystemRandom,
};
use time::OffsetDateTime;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);
const SIZES: [u32; 3] = [100, 1_000, 10_000];
/// How many owners are planned at a time, where memory is to be flat.
const BATCH: u32 = 250;

/// A cluster, the node it is reached by, and what signs there.
struct There {
    cluster: Cluster,
    entrance: Node,
    ca: (CredentialId, RowFacts),
    ca_key: Arc<PrivateKey>,
}

impl There {
    fn new() -> Self {
        let algorithm = KeyAlgorithm::EcdsaP256;
        let cluster = Cluster::builder().key_algorithm(algorithm).build();
        let cluster = cluster.expect("a cluster");
        let name = "cp1".parse().expect("a name");
        let entrance = Node::builder(name, Ipv4Addr::new(192, 0, 2, 10).into());
        let entrance = entrance.build(&cluster).expect("a node");
        let setup = Setup::new(cluster.clone(), entrance.clone());
        let plan = Plan::init(&setup, &Inventory::empty(), NOW).expect("a plan");
        let bundle = plan
            .issue(
                Authorities::new(),
                &Provider::new(&SoftwareKeys, &SystemRandom),
            )
            .expect("a bundle");
        let ca = setup.site().id(RowId::ClusterCa);
        let made = bundle.get(&ca).expect("an authority");
        let facts = facts(made);
        let Content::Pair { key, .. } = made else {
            unreachable!("an authority is a pair")
        };
        Self {
            ca_key: Arc::clone(key),
            cluster,
            entrance,
            ca: (ca, facts),
        }
    }

    fn inventory(&self) -> Inventory {
        let mut inventory = Inventory::of_node(self.entrance.name().clone());
        inventory.insert_of(self.ca.0.clone(), self.ca.1.clone());
        inventory
    }

    fn authorities(&self) -> Authorities {
        let RowFacts::Pair {
            certificate: Found::Present(chain),
            ..
        } = &self.ca.1
        else {
            return Authorities::new();
        };
        let key = Box::new(Arc::clone(&self.ca_key));
        let authority = Authority::open(chain.clone(), key).expect("an authority");
        BTreeMap::from([(RowId::ClusterCa, authority)])
    }

    /// Further workers, whose kubelets serve with a certificate of their own.
    fn setup(&self, numbers: std::ops::Range<u32>) -> Setup {
        let nodes = numbers.map(|number| {
            let name = format!("worker-{number}").parse().expect("a name");
            let address = Ipv4Addr::from_bits(0x0a00_0000 + number + 1);
            let node = Node::builder(name, address.into()).worker(true);
            let node = node.kubelet_serving(true).build(&self.cluster);
            node.expect("a node")
        });
        Setup::further(self.cluster.clone(), self.entrance.clone())
            .with_nodes(nodes)
            .expect("distinct names")
    }

    fn plan(&self, setup: &Setup) -> Plan {
        Plan::init(setup, &self.inventory(), NOW).expect("a plan")
    }

    fn issue(&self, plan: &Plan, mut each: impl FnMut(Credential)) {
        let provider = Provider::new(&SoftwareKeys, &SystemRandom);
        let take = |made| {
            each(made);
            Ok::<_, IssueError>(())
        };
        let issued = plan.issue_each(self.authorities(), &provider, take);
        issued.expect("credentials");
    }
}

/// What a reader finds of a pair.
fn facts(content: &Content) -> RowFacts {
    match content {
        Content::Pair { chain, key } => RowFacts::Pair {
            certificate: Found::Present(chain.clone()),
            key: Found::Present(key.public_key().clone()),
        },
        _ => RowFacts::absent(RowId::KubeletConf.spec().form),
    }
}

/// Everything in batches; nothing is kept.
fn batches(there: &There, owners: u32) {
    let mut begin = 0;
    while begin < owners {
        let setup = there.setup(begin..owners.min(begin + BATCH));
        let plan = there.plan(&setup);
        there.issue(&plan, |made| drop(black_box(made)));
        begin += BATCH;
    }
}

/// Everything at once, a line for each step.
fn at_once(there: &There, owners: u32) {
    let line = |what: &str, begun: Instant| say(what, owners, begun.elapsed());
    let begun = Instant::now();
    let setup = there.setup(0..owners);
    line("nodes", begun);

    let begun = Instant::now();
    let plan = there.plan(&setup);
    line("plan", begun);

    let begun = Instant::now();
    let mut inventory = there.inventory();
    there.issue(&plan, |made| {
        if made.id.row == RowId::KubeletServing {
            let facts = facts(&made.content);
            inventory.insert_of(made.id, facts);
        }
    });
    line("issue", begun);

    let begun = Instant::now();
    for (id, _) in plan.creations() {
        black_box(plan.step(id).is_some() && inventory.facts_of(id).is_some());
    }
    line("look up", begun);

    let begun = Instant::now();
    let renewal = RenewPlan::new(&inventory, RenewRule::all(), NOW);
    line("plan renewal", begun);

    let begun = Instant::now();
    let no_key = |id: &CredentialId| Err(IssueError::NoKey { id: id.clone() });
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let renewed = renewal.issue_each(&there.authorities(), no_key, &provider, |_, one| {
        black_box(one).map(drop)
    });
    renewed.expect("renewals");
    line("renew", begun);

    let begun = Instant::now();
    for site in setup.others() {
        let id = site.id(RowId::KubeletServing);
        let mut own = Inventory::of_node(site.node().name().clone());
        own.insert_of(there.ca.0.clone(), there.ca.1.clone());
        own.insert_of(id.clone(), inventory.facts_of(&id).expect("a pair").clone());
        let etc = "/etc/kubernetes";
        let facts = NodeFacts::of(own, format!("{etc}/pki"), etc.to_owned());
        black_box(tree(&facts, NOW));
    }
    line("judge", begun);

    let begun = Instant::now();
    let (directories, options) = (Directories::default(), FlagOptions::new());
    for site in setup.others() {
        black_box(FlagSet::all(site, &directories, &options).expect("flags"));
    }
    line("flags", begun);
}

fn say(what: &str, owners: u32, took: Duration) {
    let each = took / owners;
    println!("{owners:>6} owners  {what:<14}{took:>12.2?}  {each:>10.2?} for each");
}

/// The most memory that was in use so far, where the kernel says it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let peak = lines.find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(|| "unknown".to_owned(), |peak| peak.trim().to_owned())
}

fn main() {
    let there = There::new();
    // In batches first: the peak is the whole run's.
    for owners in SIZES {
        let begun = Instant::now();
        batches(&there, owners);
        say("in batches", owners, begun.elapsed());
        println!("               peak memory {}", peak());
    }
    for owners in SIZES {
        at_once(&there, owners);
        println!("               peak memory {}", peak());
    }
}
