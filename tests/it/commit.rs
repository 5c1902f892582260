//! What an embedder has made itself, in the same transaction and before the same gate.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use pkigen::disk::{Changes, Committed, Writing};
use pkigen::pki_core::judge::{Rule, tree};
use pkigen::pki_core::plan::renew::RenewRule;
use pkigen::table::Part;
use pkigen::{
    Directories, FlagOptions, KeyAlgorithm, LayoutError, Outcome, Profile, Provider, Root, RowId,
    SoftwareKeys, SystemRandom, TreeFile,
};
use sha2::{Digest as _, Sha256};

use crate::support::{Described, NOW, Tree, cluster, cluster_of};

fn file(name: &str, contents: &[u8]) -> TreeFile {
    TreeFile::new(format!("/etc/kubernetes/{name}"), contents)
}

fn commit(root: &Root, changes: &Changes) -> Result<Committed, LayoutError> {
    root.commit(changes, NOW, &SystemRandom)
}

fn sha256(contents: &[u8]) -> [u8; 32] {
    Sha256::digest(contents).into()
}

#[test]
fn files_are_made_replaced_and_removed_in_one_transaction_and_that_is_taken_back() {
    let tree = Tree::initialised(cluster());
    tree.write("pki/old.txt", b"old");
    tree.write("pki/gone.key", b"-----BEGIN EC PRIVATE KEY-----");
    let before = tree.files_for_others();
    let changes = Changes::new()
        .with_file(file("pki/webhook/new.txt", b"new"))
        .with_file(file("pki/old.txt", b"other"))
        .without_file("/etc/kubernetes/pki/gone.key")
        .without_file("/etc/kubernetes/pki/never-there.crt");
    let shown = tree.root.rehearse_commit(&changes, NOW).unwrap();
    assert_eq!((shown.outcome, shown.dry_run), (Outcome::Planned, true));
    assert_eq!(tree.files_for_others(), before);

    let done = commit(&tree.root, &changes).unwrap();
    assert_eq!((done.outcome, done.transaction), (Outcome::Done, Some(2)));
    let name = |name: &str| vec![PathBuf::from("/etc/kubernetes/pki").join(name)];
    assert_eq!(done.created, name("webhook/new.txt"));
    assert_eq!(done.replaced, name("old.txt"));
    assert_eq!(done.removed, name("gone.key"));
    assert_eq!(shown.created, done.created);
    assert_eq!(tree.read("pki/webhook/new.txt"), b"new");
    assert_eq!(tree.mode("pki/webhook/new.txt"), 0o644);
    assert_eq!(tree.read("pki/old.txt"), b"other");
    // Of what is replaced the mode stays.
    assert_eq!(tree.mode("pki/old.txt"), 0o600);
    assert!(!tree.path("pki/gone.key").exists());

    let again = commit(&tree.root, &changes).unwrap();
    assert_eq!(
        (again.outcome, again.transaction),
        (Outcome::Unchanged, None)
    );
    let undone = tree.root.undo(None, NOW).unwrap();
    assert_eq!(undone.transaction.unwrap().number, 2);
    assert_eq!(tree.files_for_others(), before);
    assert_eq!(tree.mode("pki/gone.key"), 0o600);
}

#[test]
fn what_readers_would_refuse_is_not_written() {
    let tree = Tree::initialised(cluster());
    let other = cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP384);
    let other = Tree::initialised(other);
    let before = tree.files();
    let changes = Changes::new().with_file(file("pki/ca.crt", &other.read("pki/ca.crt")));
    let done = commit(&tree.root, &changes).unwrap();
    assert_eq!(done.outcome, Outcome::Refused);
    assert!(!done.offences.is_empty() && done.replaced.is_empty());
    assert_eq!(tree.files(), before);
    // Unless somebody takes the responsibility, for each of the rules.
    let mut writing = Writing::default();
    writing.accept = done
        .offences
        .iter()
        .map(|one| one.rule)
        .collect::<Vec<Rule>>();
    let root = tree.root.with_writing(writing);
    assert_eq!(commit(&root, &changes).unwrap().outcome, Outcome::Done);
    assert!(!root.history().unwrap().last().unwrap().accepted.is_empty());
}

#[test]
fn what_is_missed_is_not_removed() {
    let tree = Tree::initialised(cluster());
    let before = tree.files();
    for name in [
        "pki/ca.crt",
        "pki/apiserver.crt",
        "pki/apiserver.key",
        "pki/etcd/ca.crt",
        "pki/sa.pub",
        "pki/sa.key",
        "controller-manager.conf",
    ] {
        let changes = Changes::new().without_file(format!("/etc/kubernetes/{name}"));
        let done = commit(&tree.root, &changes).unwrap();
        assert_eq!(done.outcome, Outcome::Refused, "{name}");
        assert_eq!(tree.files(), before);
    }
    let both = Changes::new()
        .without_file("/etc/kubernetes/pki/apiserver.crt")
        .without_file("/etc/kubernetes/pki/apiserver.key");
    let done = commit(&tree.root, &both).unwrap();
    assert_eq!(done.outcome, Outcome::Refused);
    // Of what is of no use already, the rest may go.
    tree.remove("pki/apiserver.crt");
    let rest = Changes::new().without_file("/etc/kubernetes/pki/apiserver.key");
    let done = commit(&tree.root, &rest).unwrap();
    assert_eq!(done.outcome, Outcome::Done, "{:?}", done.offences);
}

#[test]
fn what_was_read_for_it_must_be_as_it_was() {
    let tree = Tree::initialised(cluster());
    tree.write("pki/read.txt", b"one");
    let read = "/etc/kubernetes/pki/read.txt";
    let wanted = || Changes::new().with_file(file("pki/new.txt", b"new"));
    let before = tree.files();
    for changes in [
        wanted().based_on(read, Some(sha256(b"two"))),
        wanted().based_on(read, None),
        wanted().based_on("/etc/kubernetes/pki/none.txt", Some(sha256(b""))),
    ] {
        let done = commit(&tree.root, &changes);
        assert!(matches!(done, Err(LayoutError::Changed { .. })), "{done:?}");
        assert_eq!(tree.files(), before);
    }
    let changes = wanted()
        .based_on(read, Some(sha256(b"one")))
        .based_on("/etc/kubernetes/pki/none.txt", None);
    assert_eq!(commit(&tree.root, &changes).unwrap().outcome, Outcome::Done);
}

#[test]
fn it_writes_in_the_two_directories_alone() {
    let tree = Tree::empty();
    for path in [
        "/etc/passwd",
        "/etc/kubernetes",
        "/etc/kubernetes/pki",
        "/etc/kubernetes/../passwd",
        "/etc/kubernetes/pki/.pkigen/journal",
        "/etc/kubernetes/.pkigen/backup/000001/record",
        "etc/kubernetes/x",
        "",
    ] {
        let changes = Changes::new().with_file(TreeFile::new(path, b"x".to_vec()));
        let done = commit(&tree.root, &changes);
        let is_refused = matches!(
            done,
            Err(LayoutError::Elsewhere { .. } | LayoutError::NotReplaceable { .. })
        );
        assert!(is_refused, "{path}: {done:?}");
        assert!(tree.files().is_empty(), "{path}: {:?}", tree.files().keys());
    }
    tree.write("pki/there.txt", b"x");
    std::os::unix::fs::symlink("there.txt", tree.path("pki/link.txt")).unwrap();
    let changes = Changes::new().with_file(file("pki/link.txt", b"y"));
    let done = commit(&tree.root, &changes);
    assert!(matches!(done, Err(LayoutError::NotReplaceable { .. })));
}

/// The other half of a pair is judged with the half that is written, whatever the file is called
/// and however its path is spelled.
#[test]
fn a_pair_stays_one() {
    let other = cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP384);
    let other = Tree::initialised(other);
    let named = Directories::default()
        .with_name(
            RowId::ClusterCa.part(Part::Certificate),
            "authorities/ca.crt",
        )
        .with_name(RowId::ClusterCa.part(Part::Key), "authorities/ca.key")
        .with_name(RowId::Apiserver.part(Part::Certificate), "serving/tls.crt")
        .with_name(RowId::Apiserver.part(Part::Key), "serving/private.pem");
    for (directories, ca_key, serving_key, serving) in [
        (
            Directories::default(),
            "ca.key",
            "apiserver.key",
            "apiserver.crt",
        ),
        (
            named,
            "authorities/ca.key",
            "serving/private.pem",
            "serving/tls.crt",
        ),
    ] {
        let mut tree = Tree::empty();
        tree.root = Root::new(tree.root.prefix(), directories).unwrap();
        tree.init(cluster());
        let before = tree.files();
        let refused = |changes: Changes| {
            let done = commit(&tree.root, &changes).unwrap();
            assert_eq!(done.outcome, Outcome::Refused, "{changes:?}");
            assert_eq!(tree.files(), before);
        };
        for (name, from) in [(ca_key, "ca"), (serving_key, "apiserver"), ("sa.key", "sa")] {
            let foreign = other.read(&format!("pki/{from}.key"));
            refused(Changes::new().with_file(file(&format!("pki/{name}"), &foreign)));
        }
        for spelling in ["pki/{}", "pki//{}", "pki/./{}", "pki/{}/"] {
            let name = spelling.replace("{}", serving);
            refused(Changes::new().with_file(file(&name, b"nonsense")));
        }
    }
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let tree = Tree::initialised(cluster());
    let before = tree.files_for_others();
    let large = vec![b'x'; (1 << 20) + 1];
    let changes = Changes::new().with_file(file("pki/large.txt", &large));
    let done = commit(&tree.root, &changes);
    assert!(
        matches!(done, Err(LayoutError::TooLarge { .. })),
        "{done:?}"
    );
    let many = (0..1025).map(|number| file(&format!("pki/many/{number}.txt"), b"x"));
    let changes = many.fold(Changes::new(), Changes::with_file);
    let done = commit(&tree.root, &changes);
    assert!(matches!(done, Err(LayoutError::TooMany { .. })), "{done:?}");
    assert_eq!(tree.files_for_others(), before);
    tree.write("pki/large.txt", &large);
    let changes = Changes::new().without_file("/etc/kubernetes/pki/large.txt");
    let done = commit(&tree.root, &changes);
    assert!(matches!(done, Err(LayoutError::NotReplaceable { .. })));
}

#[test]
fn backups_and_derived_files_are_the_embedder_s_to_choose() {
    let mut tree = Tree::empty();
    let mut writing = Writing::default();
    (writing.backups, writing.derived) = (false, false);
    tree.root = tree.root.with_writing(writing);
    tree.init(cluster());
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let renewed = tree.root.renew(&RenewRule::all(), NOW, &provider).unwrap();
    assert_eq!(renewed.renewed.len(), 12);
    let files = tree.files();
    let kept: Vec<&String> = files
        .keys()
        .filter(|name| name.contains("backup") || name.starts_with("pkigen/"))
        .collect();
    assert_eq!(kept, Vec::<&String>::new());
    assert!(tree.root.history().unwrap().transactions.is_empty());
    let undone = tree.root.undo(None, NOW).unwrap();
    assert_eq!(undone.refusals.len(), 1);
}

#[test]
fn new_files_belong_to_whom_the_embedder_says() {
    // Only the superuser gives files away.
    let mut tree = Tree::empty();
    let own = tree.root.prefix().metadata().unwrap();
    let (owner, group) = match own.uid() {
        0 => (4321, 1234),
        own_user => (own_user, own.gid()),
    };
    let mut writing = Writing::default();
    writing.owner = Some((owner, group));
    tree.root = tree.root.with_writing(writing);
    tree.init(cluster());
    for name in ["pki/ca.key", "pki/etcd/server.crt", "admin.conf"] {
        let metadata = tree.path(name).metadata().unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), (owner, group), "{name}");
    }
    // It is still a tree that can be written to.
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let renewed = tree.root.renew(&RenewRule::all(), NOW, &provider).unwrap();
    assert_eq!(renewed.renewed.len(), 12);
    assert_eq!(
        tree.path("pki/apiserver.key").metadata().unwrap().uid(),
        owner
    );
}

#[test]
fn files_have_the_names_that_the_embedder_gives_them() {
    let mut tree = Tree::empty();
    let (certificate, key) = (Part::Certificate, Part::Key);
    let directories = Directories::default()
        .with_name(
            RowId::ClusterCa.part(certificate),
            "authorities/cluster.pem",
        )
        .with_name(RowId::Apiserver.part(certificate), "serving/tls.crt")
        .with_name(RowId::Apiserver.part(key), "serving/tls.key")
        .with_name(
            RowId::AdminConf.part(Part::Kubeconfig),
            "administrator.yaml",
        );
    tree.root = Root::new(tree.root.prefix(), directories).unwrap();
    tree.init(cluster());
    let files = tree.files();
    for name in [
        "pki/serving/tls.key",
        "pki/authorities/cluster.pem",
        "administrator.yaml",
    ] {
        assert!(files.contains_key(name), "{name}");
    }
    assert!(!files.contains_key("pki/apiserver.crt") && !files.contains_key("admin.conf"));
    let flags = tree.text("pkigen/flags/kube-apiserver.args");
    for flag in [
        "--tls-cert-file=/etc/kubernetes/pki/serving/tls.crt",
        "--client-ca-file=/etc/kubernetes/pki/authorities/cluster.pem",
    ] {
        assert!(flags.contains(flag), "{flags}");
    }
    let findings = || {
        let findings = tree_findings(&tree.root);
        assert_eq!(findings, Vec::<String>::new());
    };
    findings();
    let old = tree.read("pki/serving/tls.crt");
    let provider = Provider::new(&SoftwareKeys, &SystemRandom);
    let renewed = tree.root.renew(&RenewRule::all(), NOW, &provider).unwrap();
    assert_eq!(renewed.renewed.len(), 12);
    assert_ne!(tree.read("pki/serving/tls.crt"), old);
    findings();
    let Described { cluster, node } = cluster();
    let options = FlagOptions::new();
    let again = tree.root.init(cluster, node, &options, NOW, &provider);
    assert_eq!(again.unwrap().outcome, Outcome::Unchanged);
}

#[test]
fn a_name_stays_in_its_directory_and_is_no_other_file_s() {
    let serving = RowId::Apiserver.part(Part::Certificate);
    for name in [
        "",
        "../x",
        "/x",
        "a/../b",
        ".pkigen/x",
        "./x",
        "x/",
        "a//b",
        "ca.crt",
        "etcd/ca.crt",
        "etcd",
        "ca.key/x",
        "ca-callers.crt",
        "ca-issuing.crt/x",
    ] {
        let directories = Directories::default().with_name(serving, name);
        let root = Root::new("/", directories);
        assert!(matches!(root, Err(LayoutError::Directory { .. })), "{name}");
    }
}

fn tree_findings(root: &Root) -> Vec<String> {
    let findings = tree(&root.observe().facts(), NOW);
    findings.iter().map(|one| format!("{one:?}")).collect()
}
