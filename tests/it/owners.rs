//! Credentials of many owners, and rows of one's own.

use std::collections::{BTreeMap, BTreeSet};

use pkigen::cluster::User;
use pkigen::issue::{Authorities, Authority, Content, IssueError};
use pkigen::key::{KeyRequest, KeySource, SigningKey};
use pkigen::pki_core::plan::renew::{RenewPlan, RenewRule};
use pkigen::pki_core::spec::{CertSpec, CommonNameRule, Form, HostRule, OwnerKind, TableError};
use pkigen::plan::{Action, Found, RowFacts};
use pkigen::table::{CERTS, CredentialId, Owner, Table, Usage};
use pkigen::{
    Bundle, Cluster, Inventory, KeyAlgorithm, Node, Plan, Provider, RowId, Setup, SoftwareKeys,
    SystemRandom, pki_core,
};

use crate::support::{Counting, FixtureKeys, NOW};

static WEBHOOK_CA: CertSpec =
    CertSpec::own(&WEBHOOK_CA, "webhook-ca", Form::Pair { stem: "webhook/ca" })
        .authority()
        .named("webhook-ca");
static WEBHOOK: CertSpec = CertSpec::own(
    &WEBHOOK,
    "webhook",
    Form::Pair {
        stem: "webhook/server",
    },
)
.titled("what our admission webhook presents")
.owned_by(OwnerKind::Node)
.issued_by(RowId::Own(&WEBHOOK_CA), Usage::Server)
.named_by(CommonNameRule::NodeName)
.serving(&[HostRule::NodeName, HostRule::AdvertiseAddress]);
static PERSON: CertSpec = CertSpec::own(&PERSON, "person", Form::Pair { stem: "person" })
    .owned_by(OwnerKind::User)
    .issued_by(RowId::ClusterCa, Usage::Client)
    .named_by(CommonNameRule::UserName)
    .in_groups(&["people"]);

fn cluster(table: Table) -> Cluster {
    let builder = Cluster::builder().key_algorithm(KeyAlgorithm::EcdsaP256);
    builder.table(table).build().unwrap()
}

fn node(cluster: &Cluster, number: u32, worker: bool) -> Node {
    let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + number + 1);
    let name = format!("n{number}").parse().unwrap();
    let node = Node::builder(name, address.into()).worker(worker);
    node.build(cluster).unwrap()
}

fn setup_of(table: Table, workers: u32) -> Setup {
    let cluster = cluster(table);
    let others: Vec<Node> = (1..=workers).map(|one| node(&cluster, one, true)).collect();
    let first = node(&cluster, 0, false);
    Setup::new(cluster, first).with_nodes(others).unwrap()
}

/// What a reader would find of a pair, had the bundle been written.
fn pair(bundle: &Bundle, id: &CredentialId) -> RowFacts {
    let Some(Content::Pair { chain, key }) = bundle.get(id) else {
        panic!("{id:#} is no pair");
    };
    RowFacts::Pair {
        certificate: Found::Present(chain.clone()),
        key: Found::Present(key.public_key().clone()),
    }
}

/// Every node and user gets their own, each once, and the plan that it makes is done afterwards.
#[test]
fn thousands_of_owners_are_planned_and_issued_one_after_the_other() {
    let setup = setup_of(Table::kubernetes(), 2_000);
    let plan = Plan::init(&setup, &Inventory::empty(), NOW).unwrap();
    assert_eq!(plan.refusals(), &[]);
    assert_eq!(plan.creations().count(), 16 + 2_000);

    let mut inventory = Inventory::empty();
    let mut subjects = BTreeSet::new();
    let planned: Vec<CredentialId> = plan.creations().map(|(id, _)| id.clone()).collect();
    let mut made = Vec::new();
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    plan.issue_each(Authorities::new(), &provider, |credential| {
        if credential.id.row == RowId::KubeletConf {
            let subject = credential.content.certificate().unwrap().subject();
            assert!(subjects.insert(subject.to_string()));
        }
        if credential.id.row == RowId::ClusterCa {
            let Content::Pair { chain, key } = credential.content else {
                panic!("an authority is a pair");
            };
            let key = key.public_key().clone();
            let facts = RowFacts::Pair {
                certificate: Found::Present(chain),
                key: Found::Present(key),
            };
            inventory.insert(RowId::ClusterCa, facts);
        }
        made.push(credential.id);
        Ok::<(), IssueError>(())
    })
    .unwrap();
    assert_eq!(made, planned, "in the order of the plan");
    assert_eq!(subjects.len(), 2_001);
}

/// A batch of further nodes needs nothing of the first one but what signs.
#[test]
fn a_batch_of_further_nodes_is_planned_without_the_first() {
    let cluster = cluster(Table::kubernetes());
    let first = node(&cluster, 0, false);
    let site = cluster.at(&first);
    let ca = site
        .template(RowId::ClusterCa.spec(), NOW)
        .unwrap()
        .unwrap();
    let key = || {
        SoftwareKeys.generate(
            KeyRequest::new("ca", KeyAlgorithm::EcdsaP256),
            &SystemRandom,
        )
    };
    let key = key().unwrap();
    let public = key.public_key().clone();
    let authority = Authority::create(&ca, Box::new(key), &SystemRandom).unwrap();
    let mut inventory = Inventory::empty();
    let facts = RowFacts::Pair {
        certificate: Found::Present(vec![authority.issuing().clone()]),
        key: Found::Present(public),
    };
    inventory.insert(RowId::ClusterCa, facts);

    let workers = [1, 2, 3].map(|number| node(&cluster, number, true));
    let setup = Setup::further(cluster, first).with_nodes(workers).unwrap();
    let plan = Plan::init(&setup, &inventory, NOW).unwrap();
    assert_eq!(plan.refusals(), &[]);
    let made: Vec<String> = plan.creations().map(|(id, _)| format!("{id:#}")).collect();
    let wanted = ["n1", "n2", "n3"].map(|name| format!("kubelet.conf of {name}"));
    assert_eq!(made, wanted);
    assert_eq!(plan.signers(), BTreeSet::from([RowId::ClusterCa]));
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let bundle = plan.issue(BTreeMap::from([(RowId::ClusterCa, authority)]), &provider);
    for credential in bundle.unwrap().credentials() {
        let Content::Kubeconfig { server, user, .. } = &credential.content else {
            panic!("{:?}", credential.id);
        };
        assert_eq!(server, "https://10.0.0.1:6443", "the node it is reached by");
        assert_eq!(*user, format!("system:node:{}", credential.id.owner));
    }
    // Without what signs there is nothing to be had.
    let alone = Plan::init(&setup, &Inventory::empty(), NOW).unwrap();
    let owners: Vec<&Owner> = alone.refusals().iter().map(|one| &one.owner).collect();
    let wanted = ["n1", "n2", "n3"].map(|name| Owner::Node(name.parse().unwrap()));
    assert_eq!(owners, wanted.iter().collect::<Vec<_>>());
}

#[test]
fn rows_of_ones_own_are_issued_like_the_tables() {
    let table = Table::kubernetes().with([&WEBHOOK_CA, &WEBHOOK, &PERSON]);
    let table = table.unwrap();
    assert_eq!(table.find("webhook/server"), Some(RowId::Own(&WEBHOOK)));
    let groups = vec!["oncall".to_owned()];
    let setup = setup_of(table, 0);
    let jane = User::new("jane".parse().unwrap(), groups);
    let setup = setup.with_users([jane]).unwrap();
    let plan = Plan::init(&setup, &Inventory::empty(), NOW).unwrap();
    assert_eq!(plan.creations().count(), 16 + 3);
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let bundle = plan.issue(Authorities::new(), &provider).unwrap();

    let id = setup.site().id(RowId::Own(&WEBHOOK));
    assert_eq!(
        (id.to_string(), format!("{id:#}")),
        ("webhook".into(), "webhook of n0".into())
    );
    let certificate = bundle.get(&id).unwrap().certificate().unwrap();
    assert_eq!(certificate.issuer().to_string(), "CN=webhook-ca");
    assert_eq!(certificate.hosts().to_string(), "n0, 10.0.0.1");

    let id = CredentialId::new(RowId::Own(&PERSON), Owner::User("jane".parse().unwrap()));
    let certificate = bundle.get(&id).unwrap().certificate().unwrap();
    let subject = certificate.subject();
    assert_eq!(subject.common_name(), Some("jane"));
    let groups: Vec<&str> = subject.groups().collect();
    assert_eq!(groups, ["oncall", "people"]);
    // A row shows its name and not itself, which it holds.
    assert_eq!(format!("{:?}", RowId::Own(&WEBHOOK)), "webhook");
    assert!(format!("{WEBHOOK:?}").contains("id: webhook"));
}

#[test]
fn rows_that_make_no_table_are_refused() {
    static TWIN: CertSpec = CertSpec::own(&TWIN, "apiserver", Form::KeyPair { stem: "twin" });
    static SAME_FILE: CertSpec = CertSpec::own(&SAME_FILE, "same", Form::KeyPair { stem: "ca" });
    static OTHER: CertSpec = CertSpec::own(&TWIN, "other", Form::KeyPair { stem: "other" });
    static BY_LEAF: CertSpec = CertSpec::own(&BY_LEAF, "by-leaf", Form::Pair { stem: "by-leaf" })
        .issued_by(RowId::Apiserver, Usage::Client);
    static UNSIGNED: CertSpec = CertSpec::own(&UNSIGNED, "bare", Form::Pair { stem: "bare" });
    let with = |row: &'static CertSpec| Table::kubernetes().with([row]).unwrap_err();
    assert!(matches!(with(&TWIN), TableError::Duplicate { .. }));
    assert!(matches!(with(&SAME_FILE), TableError::Duplicate { .. }));
    assert!(matches!(with(&OTHER), TableError::Identity { .. }));
    assert!(matches!(with(&BY_LEAF), TableError::Issuer { .. }));
    assert!(
        matches!(with(&WEBHOOK), TableError::Issuer { .. }),
        "its authority comes first"
    );
    assert!(matches!(with(&UNSIGNED), TableError::Form { .. }));
}

#[test]
fn two_owners_of_one_name_are_refused() {
    let cluster = cluster(Table::kubernetes());
    let twins = [0, 1].map(|_| node(&cluster, 1, true));
    let first = node(&cluster, 0, false);
    let error = Setup::new(cluster, first).with_nodes(twins).unwrap_err();
    assert_eq!(error.to_string(), "n1 is given twice");
    for name in ["", "a\nb", "system:admin"] {
        assert!(name.parse::<pki_core::UserName>().is_err(), "{name:?}");
    }
}

/// What one node's certificate says of it makes it that node's.
#[test]
fn the_owner_column_goes_with_the_other_columns() {
    for spec in CERTS {
        let is_local =
            |rule: &HostRule| matches!(rule, HostRule::NodeName | HostRule::AdvertiseAddress);
        let name = spec.common_name.kubernetes_io;
        let names_node = matches!(name, CommonNameRule::NodeName | CommonNameRule::NodeUser);
        let is_nodes = spec.owner == OwnerKind::Node;
        if names_node || spec.hosts.iter().any(is_local) {
            assert!(is_nodes, "{}", spec.name);
        }
        if spec.is_authority() || matches!(spec.form, Form::KeyPair { .. }) {
            assert!(!is_nodes, "{}", spec.name);
        }
    }
}

/// What is there of one node says nothing of another.
#[test]
fn facts_are_of_their_owner() {
    let cluster = cluster(Table::kubernetes());
    let (one, two) = (node(&cluster, 1, false), node(&cluster, 2, false));
    let setup = Setup::new(cluster, one.clone())
        .with_nodes([two.clone()])
        .unwrap();
    let plan = Plan::init(&setup, &Inventory::empty(), NOW).unwrap();
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let bundle = plan.issue(Authorities::new(), &provider).unwrap();
    let facts = |id: &CredentialId| pair(&bundle, id);
    let mut inventory = Inventory::of_node(one.name().clone());
    inventory.insert(RowId::ClusterCa, facts(&setup.site().id(RowId::ClusterCa)));
    let of = |node: &Node| CredentialId::new(RowId::Apiserver, Owner::Node(node.name().clone()));
    inventory.insert_of(of(&two), facts(&of(&two)));

    let plan = Plan::init(&setup, &inventory, NOW).unwrap();
    let action = |node: &Node| &plan.step(&of(node)).unwrap().action;
    assert!(matches!(action(&one), Action::Create(_)));
    assert!(matches!(action(&two), Action::Keep { .. }));
}

/// Time and randomness go as before where there is one node: in the order of the table.
#[test]
fn one_nodes_credentials_come_in_the_order_of_the_table() {
    let setup = setup_of(Table::kubernetes(), 0);
    let plan = Plan::init(&setup, &Inventory::empty(), NOW).unwrap();
    let rows: Vec<RowId> = plan.steps().iter().map(|step| step.id.row).collect();
    assert!(rows.is_sorted());
    let random = Counting::default();
    let provider = Provider::new(&FixtureKeys, &random);
    let bundle = plan.issue(Authorities::new(), &provider).unwrap();
    let made: Vec<RowId> = bundle.credentials().iter().map(|one| one.id.row).collect();
    assert_eq!(made, rows);
}

/// Beyond one batch, each in its place, and what is named alone.
#[test]
fn every_nodes_certificate_is_renewed_as_its_own() {
    let cluster = cluster(Table::kubernetes());
    let node = |number: u32| {
        let name = format!("n{number}").parse().unwrap();
        let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + number + 1);
        let node = Node::builder(name, address.into()).worker(number > 0);
        node.kubelet_serving(true).build(&cluster).unwrap()
    };
    let (first, workers): (Node, Vec<Node>) = (node(0), (1..=300).map(node).collect());
    let setup = Setup::new(cluster, first).with_nodes(workers).unwrap();
    let plan = Plan::init(&setup, &Inventory::empty(), NOW).unwrap();
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let bundle = plan.issue(Authorities::new(), &provider).unwrap();
    let here = setup.site();
    let mut inventory = Inventory::of_node(setup.node().name().clone());
    let ca = here.id(RowId::ClusterCa);
    inventory.insert_of(ca.clone(), pair(&bundle, &ca));
    let serving = |made: &&pki_core::issue::Credential| made.id.row == RowId::KubeletServing;
    for made in bundle.credentials().iter().filter(serving) {
        inventory.insert_of(made.id.clone(), pair(&bundle, &made.id));
    }

    let mut rule = RenewRule::all();
    rule.names = vec![RowId::KubeletServing];
    let plan = RenewPlan::new(&inventory, rule, NOW);
    assert_eq!(plan.renewals().count(), 301);
    let Some(Content::Pair { chain, key }) = bundle.get(&ca) else {
        panic!("an authority is a pair");
    };
    let authority = Authority::open(chain.clone(), Box::new(std::sync::Arc::clone(key)));
    let authorities = BTreeMap::from([(RowId::ClusterCa, authority.unwrap())]);
    let no_key = |id: &CredentialId| panic!("{id:#} gets a new key");
    let mut renewed = Vec::new();
    plan.issue_each(&authorities, no_key, &provider, |id, one| {
        let new = one.unwrap();
        let old = bundle.get(id).unwrap().certificate().unwrap();
        assert_eq!(new.chain[0].subject(), old.subject());
        assert_ne!(new.chain[0].serial_number(), old.serial_number());
        renewed.push(id.clone());
        Ok::<(), IssueError>(())
    })
    .unwrap();
    assert!(renewed.iter().eq(plan.renewals()));
}

#[test]
fn users_without_a_row_are_told_of() {
    let setup = setup_of(Table::kubernetes(), 0);
    let jane = User::new("jane".parse().unwrap(), []);
    let setup = setup.with_users([jane]).unwrap();
    let plan = Plan::init(&setup, &Inventory::empty(), NOW).unwrap();
    let warnings: Vec<String> = plan.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].contains("no row of the table is for users"),
        "{warnings:?}"
    );
}
