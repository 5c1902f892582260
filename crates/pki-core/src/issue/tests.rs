use time::macros::datetime;

use super::*;
use crate::cluster::{Cluster, Node, Setup};
use crate::key::{
    KeyAlgorithm, KeyRequest, KeySource, KeyType, Random, RandomError, SigningKey as _,
    SoftwareKeys, SystemRandom,
};
use crate::observation::{Found, Inventory, RowFacts};
use crate::plan::Plan;
use crate::plan::renew::{RenewPlan, RenewRule};

const NOW: time::OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

fn setup(algorithm: KeyAlgorithm) -> Setup {
    let cluster = Cluster::builder().key_algorithm(algorithm);
    let cluster = cluster.build().unwrap();
    let node = Node::builder("cp1".parse().unwrap(), "192.0.2.10".parse().unwrap());
    // What is there of the cluster are its authorities, without the key for tokens.
    let node = node.new_cluster(true).build(&cluster).unwrap();
    Setup::new(cluster, node)
}

fn planned(algorithm: KeyAlgorithm, inventory: &Inventory) -> Plan {
    Plan::init(&setup(algorithm), inventory, NOW).unwrap()
}

fn provider() -> Provider<'static> {
    Provider::new(&SoftwareKeys, &SystemRandom)
}

/// A cluster's authorities as they are found, and what signs for them.
fn cluster() -> (Inventory, Authorities) {
    let plan = planned(KeyAlgorithm::EcdsaP256, &Inventory::empty());
    let bundle = plan.issue(Authorities::new(), &provider()).unwrap();
    let mut inventory = Inventory::empty();
    let mut authorities = Authorities::new();
    for credential in bundle.credentials() {
        if let Content::Pair { chain, key } = &credential.content {
            let row = credential.id.row;
            let facts = RowFacts::Pair {
                certificate: Found::Present(chain.clone()),
                key: Found::Present(key.public_key().clone()),
            };
            let leaves = [RowId::Apiserver, RowId::ApiserverKubeletClient];
            if row.spec().is_authority() || leaves.contains(&row) {
                inventory.insert(row, facts);
            }
            if row.spec().is_authority() {
                let authority = Authority::open(chain.clone(), Box::new(Arc::clone(key)));
                authorities.insert(row, authority.unwrap());
            }
        }
    }
    (inventory, authorities)
}

#[test]
fn a_plan_takes_the_authorities_that_it_saw_and_no_others() {
    let (inventory, mut ours) = cluster();
    let (_, theirs) = cluster();
    let plan = planned(KeyAlgorithm::EcdsaP256, &inventory);
    let renewal = RenewPlan::new(&inventory, RenewRule::all(), NOW);
    let renew = |authorities: &Authorities| {
        let no_key = |_: &CredentialId| unreachable!("keys are made anew");
        renewal.issue_each(authorities, no_key, &provider(), |_, _| {
            Ok::<(), IssueError>(())
        })
    };
    let refused = |error: &IssueError, row: RowId| matches!(error, IssueError::OtherAuthority { authority, .. } if *authority == row);
    renew(&ours).unwrap();
    let error = renew(&theirs).unwrap_err();
    assert!(refused(&error, RowId::ClusterCa), "{error}");
    let error = plan.issue(theirs, &provider()).unwrap_err();
    assert!(refused(&error, RowId::ClusterCa), "{error}");
    // The cluster's own under etcd's name.
    let (etcd, cluster) = (ours.remove(&RowId::EtcdCa), ours.remove(&RowId::ClusterCa));
    ours.insert(RowId::EtcdCa, cluster.unwrap());
    ours.insert(RowId::ClusterCa, etcd.unwrap());
    let error = plan.issue(ours, &provider()).unwrap_err();
    assert!(refused(&error, RowId::ClusterCa), "{error}");
}

#[test]
fn renewals_of_one_serial_number_are_an_error() {
    let (inventory, authorities) = cluster();
    let mut rule = RenewRule::all();
    rule.reuse_key = true;
    let renewal = RenewPlan::new(&inventory, rule, NOW);
    let kept = |_: &CredentialId| {
        let request = KeyRequest::new("kept", KeyAlgorithm::EcdsaP256);
        let key = SoftwareKeys.generate(request, &SystemRandom);
        Ok::<_, IssueError>(key.unwrap())
    };
    let mut renewed = Vec::new();
    let stuck = Stuck(0x55);
    let provider = Provider::new(&SoftwareKeys, &stuck);
    let issued = renewal.issue_each(&authorities, kept, &provider, |_, one| {
        renewed.push(one.is_ok());
        Ok::<(), IssueError>(())
    });
    issued.unwrap();
    assert_eq!(renewed, [true, false]);
}

/// Makes keys of one kind, whatever is asked for.
#[derive(Debug)]
struct AlwaysP384;

impl KeySource for AlwaysP384 {
    fn generate(
        &self,
        request: KeyRequest<'_>,
        random: &dyn Random,
    ) -> Result<PrivateKey, KeyError> {
        SoftwareKeys.generate(
            KeyRequest::new(request.name, KeyAlgorithm::EcdsaP384),
            random,
        )
    }
}

#[test]
fn a_key_of_another_kind_than_was_asked_for() {
    let plan = planned(KeyAlgorithm::EcdsaP256, &Inventory::empty());
    let provider = Provider::new(&AlwaysP384, &SystemRandom);
    let error = plan.issue(Authorities::new(), &provider).unwrap_err();
    let IssueError::Key { source, .. } = error else {
        panic!("{error:?}");
    };
    assert!(
        matches!(
            source,
            KeyError::OtherAlgorithm {
                expected: KeyType::EcdsaP256,
                actual: KeyType::EcdsaP384
            }
        ),
        "{source}"
    );
}

/// Gives the same octet for ever.
#[derive(Debug)]
struct Stuck(u8);

impl Random for Stuck {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        bytes.fill(self.0);
        Ok(())
    }
}

#[test]
fn randomness_that_repeats_itself_ends_in_an_error() {
    for algorithm in [
        KeyAlgorithm::EcdsaP256,
        KeyAlgorithm::EcdsaP384,
        KeyAlgorithm::Rsa2048,
    ] {
        let plan = planned(algorithm, &Inventory::empty());
        for octet in [0, 0x55, 0xff] {
            let stuck = Stuck(octet);
            let issued = plan.issue(Authorities::new(), &Provider::new(&SoftwareKeys, &stuck));
            let error = issued.unwrap_err();
            let mut text = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                text = format!("{text}: {cause}");
                source = cause.source();
            }
            assert!(text.contains("the source repeats itself"), "{text}");
        }
    }
}
