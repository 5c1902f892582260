//! What another program writes between the look at a tree and the decision to change it.

use std::fmt;
use std::sync::Mutex;

use pkigen::disk::{Changes, Initialised, Renewal};
use pkigen::key::Random;
use pkigen::pki_core::RandomError;
use pkigen::pki_core::plan::renew::RenewRule;
use pkigen::{FlagOptions, LayoutError, Outcome, Provider, TreeFile};

use crate::support::{Counting, Described, FixtureKeys, NOW, Tree, cluster};

type Edit<'a> = dyn Fn() + Send + Sync + 'a;

/// Randomness whose first name for a staged file is drawn while another program writes: everything
/// has been read and signed then, and nothing is staged.
struct Meanwhile<'a> {
    random: Counting,
    edit: Mutex<Option<&'a Edit<'a>>>,
}

impl fmt::Debug for Meanwhile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meanwhile")
    }
}

impl Random for Meanwhile<'_> {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        if bytes.len() == 8
            && let Some(edit) = self.edit.lock().unwrap().take()
        {
            edit();
        }
        self.random.fill(bytes)
    }
}

fn meanwhile<T>(edit: &Edit<'_>, run: impl FnOnce(&Provider<'_>) -> T) -> T {
    let random = Meanwhile {
        random: Counting::default(),
        edit: Mutex::new(Some(edit)),
    };
    let done = run(&Provider::new(&FixtureKeys, &random));
    assert!(random.edit.lock().unwrap().is_none(), "nothing was drawn");
    done
}

/// A renewal of everything while a file is edited; what the tree is then but for the edit.
fn renewed_meanwhile(tree: &Tree, edit: &Edit<'_>) -> Result<Renewal, LayoutError> {
    meanwhile(edit, |provider| {
        tree.root.renew(&RenewRule::all(), NOW, provider)
    })
}

/// The name of a file, and how another program changes it.
type Case = (&'static str, fn(&Tree, &str));

const CASES: [Case; 6] = [
    // As `kubeadm certs renew` does, in place.
    ("pki/apiserver.crt", |tree, name| in_place(tree, name)),
    // As an editor does.
    ("admin.conf", |tree, name| by_rename(tree, name)),
    // What signs, what is trusted, what is named by nothing that is renewed.
    ("pki/ca.crt", |tree, name| by_rename(tree, name)),
    ("pki/etcd/ca.crt", |tree, name| in_place(tree, name)),
    ("pki/ca.key", |tree, name| in_place(tree, name)),
    ("pki/etcd/peer.crt", |tree, name| tree.remove(name)),
];

fn in_place(tree: &Tree, name: &str) {
    let changed = [b"# changed\n".as_slice(), &tree.read(name)].concat();
    std::fs::write(tree.path(name), changed).unwrap();
}

fn by_rename(tree: &Tree, name: &str) {
    let beside = tree.path(name).with_extension("swap");
    std::fs::copy(tree.path(name), &beside).unwrap();
    let text = [tree.read(name).as_slice(), b"\n# changed\n"].concat();
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(&beside, tree.path(name)).unwrap();
}

#[test]
fn what_a_renewal_is_made_from_has_not_changed_when_it_is_decided() {
    for (name, edit) in CASES {
        let tree = Tree::initialised(cluster());
        let before = tree.files_for_others();
        let refused = renewed_meanwhile(&tree, &|| edit(&tree, name));
        let error = refused.unwrap_err();
        let is_said = matches!(&error, LayoutError::Changed { path } if *path == tree.path(name));
        assert!(is_said, "{name}: {error}");
        let mut after = tree.files_for_others();
        let edited = after.remove(name);
        assert_ne!(edited.as_ref(), before.get(name), "{name} was put back");
        let mut before = before;
        before.remove(name);
        assert_eq!(after, before, "{name}");
        // Nothing is left lying about, keys least of all.
        let left = tree.files().into_keys();
        let left: Vec<String> = left.filter(|name| name.contains("stage-")).collect();
        assert!(left.is_empty(), "{name}: {left:?}");
    }
}

/// A manifest is no input: another program may write it while certificates are renewed.
#[test]
fn what_a_renewal_is_not_made_from_may_change() {
    let tree = Tree::initialised(cluster());
    let edit = || tree.write("manifests/other.yaml", b"kind: Pod\n");
    let done = renewed_meanwhile(&tree, &edit).unwrap();
    assert!(!done.renewed.is_empty());
    assert!(done.late.is_empty());
}

fn init(tree: &Tree, provider: &Provider<'_>) -> Result<Initialised, LayoutError> {
    let Described { cluster, node } = cluster();
    let options = FlagOptions::new();
    tree.root.init(cluster, node, &options, NOW, provider)
}

/// What is kept is an input as well: what is missing is signed by it, or found beside it.
#[test]
fn what_init_keeps_has_not_changed_when_it_is_decided() {
    for name in ["pki/ca.crt", "pki/apiserver.crt", "scheduler.conf"] {
        let tree = Tree::initialised(cluster());
        tree.remove("controller-manager.conf");
        let refused = meanwhile(&|| in_place(&tree, name), |provider| init(&tree, provider));
        let error = refused.unwrap_err();
        let is_said = matches!(&error, LayoutError::Changed { path } if *path == tree.path(name));
        assert!(is_said, "{name}: {error}");
        assert!(!tree.path("controller-manager.conf").exists());
        tree.init(cluster());
    }
}

/// What appears where nothing was is somebody else's, be it an authority's.
#[test]
fn what_was_not_there_is_not_there_when_it_is_decided() {
    let tree = Tree::initialised(cluster());
    tree.remove("pki/apiserver-etcd-client.crt");
    tree.remove("pki/apiserver-etcd-client.key");
    let edit = || tree.write("pki/apiserver-etcd-client.key", b"somebody else's");
    let error = meanwhile(&edit, |provider| init(&tree, provider)).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("apiserver-etcd-client.key has"), "{said}");
    assert_eq!(
        tree.read("pki/apiserver-etcd-client.key"),
        b"somebody else's"
    );
    assert!(!tree.path("pki/apiserver-etcd-client.crt").exists());
}

#[test]
fn what_an_embedder_has_based_its_changes_on_is_an_input() {
    let tree = Tree::initialised(cluster());
    tree.write("pki/policy.txt", b"one");
    let changes = Changes::new()
        .based_on("/etc/kubernetes/pki/policy.txt", Some(sha256(b"one")))
        .with_file(TreeFile::new(
            "/etc/kubernetes/pki/other.txt",
            b"new".to_vec(),
        ));
    let edit = || tree.write("pki/policy.txt", b"two");
    let random = Meanwhile {
        random: Counting::default(),
        edit: Mutex::new(Some(&edit)),
    };
    let error = tree.root.commit(&changes, NOW, &random).unwrap_err();
    assert!(matches!(error, LayoutError::Changed { .. }), "{error}");
    assert!(!tree.path("pki/other.txt").exists());
    let again = Changes::new()
        .based_on("/etc/kubernetes/pki/policy.txt", Some(sha256(b"two")))
        .with_file(TreeFile::new(
            "/etc/kubernetes/pki/other.txt",
            b"new".to_vec(),
        ));
    let done = tree.root.commit(&again, NOW, &Counting::default()).unwrap();
    assert_eq!(done.outcome, Outcome::Done);
}

fn sha256(contents: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(contents).into()
}
