//! What an embedder does with a plan: show it, execute it, with keys that are kept elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pkigen::issue::{Authorities, IssueError};
use pkigen::key::{
    KeyError, KeyRequest, KeySource as _, PrivateKey, PublicKey, SeededRandom, Signers, SigningKey,
};
use pkigen::pki_core::judge::tree;
use pkigen::pki_core::plan::renew::RenewRule;
use pkigen::{
    FlagOptions, Inventory, KeyAlgorithm, LayoutError, Outcome, Plan, Provider, RowId, Setup,
    SoftwareKeys, SystemRandom,
};

use crate::support::{Described, NOW, Tree, cluster};

/// A key somewhere else, which counts what is asked of it.
#[derive(Debug)]
struct Service {
    key: PrivateKey,
    signatures: AtomicUsize,
}

impl SigningKey for Service {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.signatures.fetch_add(1, Ordering::Relaxed);
        self.key.sign(message)
    }
}

fn service() -> Arc<Service> {
    let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP384);
    let key = SoftwareKeys.generate(request, &SystemRandom).unwrap();
    let signatures = AtomicUsize::new(0);
    Arc::new(Service { key, signatures })
}

fn provider() -> Provider<'static> {
    Provider::new(&SoftwareKeys, &SystemRandom)
}

#[test]
fn what_was_shown_is_what_is_done() {
    let tree = Tree::empty();
    let Described { cluster, node } = cluster();
    let plan = tree.root.plan_init(cluster, node, NOW).unwrap();
    let shown: Vec<String> = plan.creations().map(|(id, _)| id.to_string()).collect();
    let options = FlagOptions::new();
    let done = tree.root.execute(&plan, &options, &provider()).unwrap();
    assert_eq!(done.outcome, Outcome::Done);
    let issued = done.receipt.certificates.iter();
    let issued: Vec<String> = issued.map(|one| one.id.to_string()).collect();
    let certificates: Vec<String> = shown.into_iter().filter(|name| name != "sa").collect();
    assert_eq!(issued, certificates);
    // A second time there is nothing of it left to do.
    let before = tree.files();
    let again = tree.root.execute(&plan, &options, &provider());
    assert!(matches!(again, Err(LayoutError::PlanOutdated)), "{again:?}");
    assert_eq!(tree.files(), before);
}

#[test]
fn a_plan_of_what_has_changed_since_is_not_executed() {
    let tree = Tree::initialised(cluster());
    tree.remove("pki/apiserver.crt");
    tree.remove("pki/apiserver.key");
    let Described { cluster, node } = cluster();
    let plan = tree.root.plan_init(cluster, node, NOW).unwrap();
    assert_eq!(plan.creations().count(), 1);
    tree.remove("scheduler.conf");
    let before = tree.files();
    let done = tree.root.execute(&plan, &FlagOptions::new(), &provider());
    assert!(matches!(done, Err(LayoutError::PlanOutdated)), "{done:?}");
    assert_eq!(tree.files(), before);
}

#[test]
fn keys_that_are_kept_elsewhere_sign_and_no_file_of_them_is_written() {
    let tree = Tree::empty();
    let (ours, etcd) = (service(), service());
    let signers = Signers::new().with("ca", ours.clone());
    let signers = signers.with("etcd-ca", etcd.clone());
    let root = tree.root.clone().with_signers(signers);
    let Described { cluster, node } = cluster();
    let plan = root.plan_init(cluster.clone(), node.clone(), NOW).unwrap();
    let options = FlagOptions::new();
    let done = root.execute(&plan, &options, &provider()).unwrap();
    assert_eq!(done.outcome, Outcome::Done);
    let files = tree.files();
    assert!(files.contains_key("pki/ca.crt") && !files.contains_key("pki/ca.key"));
    assert!(!files.contains_key("pki/etcd/ca.key"));
    assert!(files.contains_key("pki/front-proxy-ca.key"));
    assert_eq!(
        done.receipt.created.len(),
        files.len() - kept_for_itself(&tree)
    );
    let of_init = ours.signatures.load(Ordering::Relaxed);
    // Itself, two of the API server's, five kubeconfigs.
    assert_eq!(of_init, 8);
    assert_eq!(etcd.signatures.load(Ordering::Relaxed), 5);
    assert_eq!(tree_findings(&root), Vec::<String>::new());

    let again = root
        .init(cluster, node, &options, NOW, &provider())
        .unwrap();
    assert_eq!(again.outcome, Outcome::Unchanged);
    let renewal = root.renew(&RenewRule::all(), NOW, &provider()).unwrap();
    assert_eq!(renewal.renewed.len(), 12);
    assert_eq!(ours.signatures.load(Ordering::Relaxed), of_init + 7);
    assert_eq!(tree_findings(&root), Vec::<String>::new());
    // Without them, nothing is due to anybody else than their keeper.
    let renewal = tree
        .root
        .renew(&RenewRule::all(), NOW, &provider())
        .unwrap();
    assert_eq!(renewal.renewed.len(), 1);
}

#[test]
fn a_key_that_is_kept_elsewhere_has_to_be_the_authority_s() {
    let tree = Tree::initialised(cluster());
    tree.remove("pki/apiserver.crt");
    tree.remove("pki/apiserver.key");
    let before = tree.files();
    let signers = Signers::new().with("ca", service());
    let root = tree.root.clone().with_signers(signers);
    let Described { cluster, node } = cluster();
    let options = FlagOptions::new();
    let done = root
        .init(cluster, node, &options, NOW, &provider())
        .unwrap();
    assert_eq!(done.outcome, Outcome::Refused);
    let problem = done.plan.refusals()[0].problem.to_string();
    assert!(
        problem.contains("belongs to none of the certificates"),
        "{problem}"
    );
    assert_eq!(tree.files(), before);
}

#[test]
fn a_key_for_something_that_is_no_authority_is_an_error() {
    let tree = Tree::empty();
    for name in ["cluster-ca", "apiserver"] {
        let root = tree.root.clone();
        let root = root.with_signers(Signers::new().with(name, service()));
        let Described { cluster, node } = cluster();
        let planned = root.plan_init(cluster, node, NOW);
        let error = planned.unwrap_err();
        assert!(
            matches!(error, LayoutError::UnknownSigner { .. }),
            "{error}"
        );
        let renewed = root.renew(&RenewRule::all(), NOW, &provider());
        assert!(matches!(renewed, Err(LayoutError::UnknownSigner { .. })));
    }
}

fn tree_findings(root: &pkigen::Root) -> Vec<String> {
    let findings = tree(&root.observe().facts(), NOW);
    findings.iter().map(|one| format!("{one:?}")).collect()
}

fn kept_for_itself(tree: &Tree) -> usize {
    tree.files().len() - tree.files_for_others().len()
}

/// It would not be asked, and a key that nobody wants would be on disk.
#[test]
fn a_key_that_the_tree_or_the_plan_does_not_know_is_an_error() {
    let tree = Tree::empty();
    let signers = Signers::new().with("ca", service());
    let given = provider().with_signers(&signers);
    let Described { cluster, node } = cluster();
    let options = FlagOptions::new();
    let done = tree.root.init(cluster, node, &options, NOW, &given);
    assert!(matches!(done, Err(LayoutError::SignerOfProvider { .. })));
    assert!(tree.files().is_empty());

    let Described { cluster, node } = crate::support::cluster();
    let cluster = cluster.build().unwrap();
    let node = node.build(&cluster).unwrap();
    let setup = Setup::new(cluster, node);
    let mut inventory = Inventory::empty();
    let plan = Plan::init(&setup, &inventory, NOW).unwrap();
    let issued = plan.issue(Authorities::new(), &given);
    assert!(matches!(issued, Err(IssueError::SignerNotPlanned { .. })));
    let key = signers.get("ca").unwrap();
    inventory.set_signer(RowId::ClusterCa, key.public_key().clone());
    let plan = Plan::init(&setup, &inventory, NOW).unwrap();
    assert!(plan.issue(Authorities::new(), &given).is_ok());
}

/// A service that is out of order.
#[derive(Debug)]
struct OutOfOrder(PrivateKey);

impl SigningKey for OutOfOrder {
    fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, KeyError> {
        let source = "503 Service Unavailable".into();
        Err(KeyError::Sign { source })
    }
}

#[test]
fn what_a_service_says_is_passed_on() {
    let tree = Tree::empty();
    let key = |seed| {
        let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP256);
        let random = SeededRandom::new([seed; 32]);
        SoftwareKeys.generate(request, &random).unwrap()
    };
    let working = Signers::new().with("ca", Arc::new(key(1)));
    let root = tree.root.clone().with_signers(working);
    let Described { cluster, node } = cluster();
    let options = FlagOptions::new();
    let done = root.init(cluster, node, &options, NOW, &provider());
    assert_eq!(done.unwrap().outcome, Outcome::Done);
    let broken = Signers::new().with("ca", Arc::new(OutOfOrder(key(1))));
    let root = tree.root.with_signers(broken);
    let renewal = root.renew(&RenewRule::all(), NOW, &provider()).unwrap();
    assert_eq!((renewal.renewed.len(), renewal.failures.len()), (5, 7));
    for failure in &renewal.failures {
        assert_eq!(failure.reason, "cannot sign: 503 Service Unavailable");
    }
}
