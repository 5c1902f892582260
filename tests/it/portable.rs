//! Trees as values: what is made, read back, judged and changed without a disk.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pkigen::pki_core::judge::{Rule, tree};
use pkigen::pki_core::plan::renew::RenewRule;
use pkigen::pki_layout::{TreeFile, bundle_files, derived_files};
use pkigen::{
    Authorities, Cluster, Directories, FlagOptions, Inventory, LayoutError, Node, NodeBuilder,
    Outcome, Part, Plan, Provider, Root, RowId, SeededRandom, Setup, SoftwareKeys,
};

use crate::support::{NOW, Tree};

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
