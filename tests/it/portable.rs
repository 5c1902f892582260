//! Trees as values: what is made, read back, judged and changed without a disk.

mod sources;

use std::collections::BTreeMap;
use std::path::PathBuf;

use pkigen::cluster::NodeBuilder;
use pkigen::issue::{Authorities, bundle_files, credential_files, derived_files};
use pkigen::key::{PrivateKey, SeededRandom};
use pkigen::pki_core::judge::{Rule, tree};
use pkigen::pki_core::plan::renew::RenewRule;
use pkigen::plan::{Found, RowFacts};
use pkigen::table::{CredentialId, Owner, Part};
use pkigen::{
    Bundle, Cluster, Directories, FlagOptions, Inventory, KeyAlgorithm, LayoutError, Node, Outcome,
    Plan, Profile, Provider, Root, RowId, Setup, SoftwareKeys, TreeFile, kubeconfig,
};

use crate::support::{Described, NOW, Tree, full_cluster};

fn node() -> NodeBuilder {
    Node::builder("cp1".parse().unwrap(), "192.0.2.10".parse().unwrap())
}

/// Every file of a control-plane node, as `init` would write it, made from nothing.
fn made() -> Vec<TreeFile> {
    let cluster = Cluster::builder().build().unwrap();
    let node = node().build(&cluster).unwrap();
    let setup = Setup::new(cluster, node);
    let directories = Directories::default();
    let plan = Plan::init(&setup, &Inventory::empty(), NOW).unwrap();
    let random = SeededRandom::new([7; 32]);
    let provider = Provider::new(&SoftwareKeys, &random);
    let bundle = plan.issue(Authorities::new(), &provider).unwrap();
    let profile = setup.cluster().profile();
    let mut files = bundle_files(&bundle, &directories, profile).unwrap();
    let options = FlagOptions::new();
    let empty = Inventory::empty();
    files.extend(derived_files(setup.site(), &empty, &directories, &options).unwrap());
    files
}

fn in_memory(files: Vec<TreeFile>) -> Root {
    Root::of_files(files, Directories::default()).unwrap()
}

#[test]
fn what_is_made_in_memory_is_what_is_written() {
    let tree = Tree::empty();
    let random = SeededRandom::new([7; 32]);
    let provider = Provider::new(&SoftwareKeys, &random);
    let done = tree
        .root
        .init(
            Cluster::builder(),
            node(),
            &FlagOptions::new(),
            NOW,
            &provider,
        )
        .unwrap();
    assert_eq!(done.outcome, Outcome::Done);
    let files = made();
    assert_eq!(files.len(), done.receipt.created.len());
    for file in files {
        use std::os::unix::fs::PermissionsExt as _;
        let path = tree.root.on_disk(&file.path);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, file.mode, "{}", path.display());
        assert!(
            std::fs::read(&path).unwrap() == *file.contents,
            "{}",
            path.display()
        );
    }
}

#[test]
fn it_is_judged_planned_for_and_issued_again() {
    let root = in_memory(made());
    let observation = root.observe();
    assert_eq!(tree(&observation.facts(), NOW), []);
    let (plan, _) = observation
        .plan_init(Cluster::builder(), node(), NOW)
        .unwrap();
    assert!(plan.is_empty() && plan.refusals().is_empty());

    let mut files = made();
    files.retain(|file| !file.path.ends_with("pki/apiserver.crt"));
    files.retain(|file| !file.path.ends_with("pki/apiserver.key"));
    let root = in_memory(files);
    let missing = tree(&root.observe().facts(), NOW);
    assert!(missing.iter().any(|one| one.rule == Rule::MissingFile));
    let observation = root.observe_to_write();
    let (plan, inventory) = observation
        .plan_init(Cluster::builder(), node(), NOW)
        .unwrap();
    let authorities = observation.authorities(&plan, &inventory).unwrap();
    let random = SeededRandom::new([8; 32]);
    let bundle = plan
        .issue(authorities, &Provider::new(&SoftwareKeys, &random))
        .unwrap();
    let profile = plan.cluster().profile();
    let new = bundle_files(&bundle, root.directories(), profile).unwrap();
    assert_eq!(new.len(), 2);
    assert_eq!(tree(&observation.with_files(new).facts(), NOW), []);
}

/// What is kept of a bundle by somebody who has no tree: each part of each credential.
type Kept = BTreeMap<(CredentialId, Part), Vec<u8>>;

fn kept(bundle: &Bundle) -> Kept {
    let credentials = bundle.credentials().iter();
    let kept = credentials.flat_map(|one| {
        let files = credential_files(one).unwrap().into_iter();
        files.map(|(part, contents)| ((one.id.clone(), part), contents.to_vec()))
    });
    kept.collect()
}

fn inventory(kept: &Kept) -> Inventory {
    let all = kept.iter();
    let pem = all.map(|((id, part), contents)| (id.clone(), *part, contents));
    let mut inventory = Inventory::from_pem("cp1".parse().unwrap(), pem);
    for ((id, part), text) in kept {
        if *part == Part::Kubeconfig {
            inventory.insert_of(id.clone(), kubeconfig::facts(text));
        }
    }
    inventory
}

/// Plan, issue, values, and the same again after a loss.
#[test]
fn what_is_kept_as_pem_is_an_inventory() {
    for algorithm in [KeyAlgorithm::EcdsaP256, KeyAlgorithm::Rsa2048] {
        let Described { cluster, node } = full_cluster(Profile::Kubeadm, algorithm);
        let cluster = cluster.build().unwrap();
        let node = node.build(&cluster).unwrap();
        let setup = Setup::new(cluster, node);
        let random = SeededRandom::new([7; 32]);
        let provider = Provider::new(&SoftwareKeys, &random);
        let plan = Plan::init(
            &setup,
            &Inventory::of_node(setup.node().name().clone()),
            NOW,
        );
        let plan = plan.unwrap();
        let mut values = kept(&plan.issue(Authorities::new(), &provider).unwrap());
        let again = Plan::init(&setup, &inventory(&values), NOW).unwrap();
        assert!(
            again.is_empty() && again.refusals().is_empty(),
            "{again:#?}"
        );

        let lost = setup.site().id(RowId::Apiserver);
        let admin = setup.site().id(RowId::AdminConf);
        values.retain(|(id, _), _| *id != lost && *id != admin);
        let found = inventory(&values);
        let plan = Plan::init(&setup, &found, NOW).unwrap();
        let wanted: Vec<&CredentialId> = plan.creations().map(|(id, _)| id).collect();
        assert_eq!(wanted, [&lost, &admin]);
        let open = |row: RowId| {
            let key = &values[&(setup.site().id(row), Part::Key)];
            let key = Box::new(PrivateKey::from_pem(key).unwrap());
            (row, found.authority(row).open(key).unwrap())
        };
        let authorities = plan.signers().into_iter().map(open).collect();
        values.extend(kept(&plan.issue(authorities, &provider).unwrap()));
        let again = Plan::init(&setup, &inventory(&values), NOW).unwrap();
        assert!(
            again.is_empty() && again.refusals().is_empty(),
            "{again:#?}"
        );
    }
}

#[test]
fn what_is_kept_and_broken_is_a_fact() {
    let ca = CredentialId::new(RowId::ClusterCa, Owner::Cluster);
    let conf = CredentialId::new(RowId::AdminConf, Owner::Cluster);
    let kept = Kept::from([
        ((ca.clone(), Part::Certificate), b"nonsense".to_vec()),
        ((ca, Part::PublicKey), b"of no such row".to_vec()),
        ((conf.clone(), Part::Kubeconfig), b"nonsense".to_vec()),
    ]);
    let found = inventory(&kept);
    let RowFacts::Pair { certificate, key } = found.row(RowId::ClusterCa) else {
        panic!("the authority is a pair");
    };
    assert!(certificate.is_there() && certificate.present().is_none());
    assert_eq!(key, Found::Absent);
    let broken = |facts: RowFacts| match facts {
        RowFacts::Kubeconfig(Found::Broken { reason }) => reason,
        other => panic!("{other:?}"),
    };
    let not_one = broken(found.row(RowId::AdminConf));
    assert!(not_one.starts_with("is not a kubeconfig"), "{not_one}");
    // Not silently absent, where nobody has read it.
    let pem = [(conf, Part::Kubeconfig, b"apiVersion: v1")];
    let unread = Inventory::from_pem("cp1".parse().unwrap(), pem);
    assert!(broken(unread.row(RowId::AdminConf)).contains("read as PEM"));
}

#[test]
fn what_would_be_wrong_is_known_before_it_is_written() {
    let before = in_memory(made()).observe();
    let path = before.directories().path(RowId::Apiserver.part(Part::Key));
    let other = before
        .directories()
        .path(RowId::FrontProxyClient.part(Part::Key));
    let contents: BTreeMap<PathBuf, TreeFile> = made()
        .into_iter()
        .map(|file| (file.path.clone(), file))
        .collect();
    let key = TreeFile::new(path, contents[&other].contents.to_vec());
    let found = tree(&before.with_files([key]).facts(), NOW);
    assert!(found.iter().any(|one| one.rule == Rule::PairMismatch));
    assert_eq!(tree(&before.facts(), NOW), []);
}

#[test]
fn it_is_never_written_to() {
    let root = in_memory(Vec::new());
    let random = SeededRandom::new([7; 32]);
    let provider = Provider::new(&SoftwareKeys, &random);
    let options = FlagOptions::new();
    let refused = root.init(Cluster::builder(), node(), &options, NOW, &provider);
    assert!(matches!(refused, Err(LayoutError::InMemory)), "{refused:?}");
    let refused = root.history();
    assert!(matches!(refused, Err(LayoutError::InMemory)), "{refused:?}");
    let refused = in_memory(made()).renew(&RenewRule::all(), NOW, &provider);
    assert!(matches!(refused, Err(LayoutError::InMemory)), "{refused:?}");
}
