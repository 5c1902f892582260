//! A node's files in a temporary directory.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use pkigen::disk::Initialised;
use pkigen::plan::Refusal;
use pkigen::{Directories, FlagOptions, LayoutError, Outcome, Provider, Root};
use tempfile::TempDir;
use time::OffsetDateTime;

use super::{Counting, Described, FixtureKeys, NOW};

/// A node's root directory. Names of files are relative to `/etc/kubernetes`, as in
/// `pki/ca.crt`.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) root: Root,
    _directory: TempDir,
}

impl Tree {
    /// Of a node that has nothing yet.
    pub(crate) fn empty() -> Self {
        let directory = TempDir::new().unwrap();
        let root = Root::new(directory.path(), Directories::default()).unwrap();
        Self {
            root,
            _directory: directory,
        }
    }

    /// Of a node where `init` ran at [`NOW`].
    pub(crate) fn initialised(described: Described) -> Self {
        let tree = Self::empty();
        tree.init(described);
        tree
    }

    /// Runs `init` at [`NOW`], which has to succeed.
    pub(crate) fn init(&self, described: Described) -> Initialised {
        self.init_at(described, NOW)
    }

    /// Runs `init` with the prepared keys, which has to succeed.
    pub(crate) fn init_at(&self, described: Described, now: OffsetDateTime) -> Initialised {
        let done = self.try_init(described, now).unwrap();
        assert!(
            matches!(done.outcome, Outcome::Done | Outcome::Unchanged),
            "{:#?}",
            messages(done.plan.refusals())
        );
        done
    }

    /// Runs `init` with the prepared keys.
    pub(crate) fn try_init(
        &self,
        described: Described,
        now: OffsetDateTime,
    ) -> Result<Initialised, LayoutError> {
        let random = Counting::default();
        let provider = Provider::new(&FixtureKeys, &random);
        let Described { cluster, node } = described;
        let options = FlagOptions::new();
        self.root.init(cluster, node, &options, now, &provider)
    }

    /// Runs `init` at [`NOW`], which has to refuse and leave every file alone; what it says.
    pub(crate) fn refusals(&self, described: Described) -> Vec<String> {
        let before = self.files();
        let done = self.try_init(described, NOW).unwrap();
        assert_eq!(done.outcome, Outcome::Refused);
        assert_eq!(self.files(), before, "a refusal writes nothing");
        messages(done.plan.refusals())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.base().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// Puts a file there, its directories too.
    pub(crate) fn write(&self, name: &str, contents: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, contents).unwrap();
        let is_public = path.extension().is_some_and(|ending| ending == "crt");
        let mode = if is_public { 0o644 } else { 0o600 };
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    pub(crate) fn mode(&self, name: &str) -> u32 {
        let metadata = self.path(name).symlink_metadata().unwrap();
        metadata.permissions().mode() & 0o7777
    }

    /// Every file and its contents.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        files_below(&self.base())
    }

    /// Every file but those that pkigen keeps for itself: locks and the history.
    pub(crate) fn files_for_others(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.files();
        files.retain(|name, _| !name.split('/').any(|part| part == ".pkigen"));
        files
    }

    fn base(&self) -> PathBuf {
        self.root.prefix().join("etc/kubernetes")
    }
}

/// Every file below a directory and its contents, by path relative to it. None where the
/// directory is not there.
pub(crate) fn files_below(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(directory: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        let Ok(entries) = std::fs::read_dir(directory) else {
            return;
        };
        for entry in entries {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                collect(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, std::fs::read(entry.path()).unwrap_or_default());
            }
        }
    }
    let mut files = BTreeMap::new();
    collect(directory, "", &mut files);
    files
}

fn messages(refusals: &[Refusal]) -> Vec<String> {
    let message = |refusal: &Refusal| format!("{}: {}", refusal.file, refusal.problem);
    refusals.iter().map(message).collect()
}
