//! What a change is made from, by the digests of the bytes that were read. Between reading and
//! deciding somebody else may have been at them: then nothing is done.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::Write;
use crate::error::Operation;
use crate::record::digest;
use crate::tree::source::Tree;
use crate::{LayoutError, Root};

/// Files as paths of the running system, each with the SHA-256 of its content; nothing of one that
/// was not there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inputs(BTreeMap<PathBuf, Option<String>>);

impl Inputs {
    pub(crate) fn insert(&mut self, path: &Path, sha256: Option<String>) {
        self.0.insert(path.to_owned(), sha256);
    }

    /// Whether a file with this content is what was read, or was not looked into.
    pub(super) fn allows(&self, path: &Path, sha256: &str) -> bool {
        let known = self.0.get(path);
        known.is_none_or(|known| known.as_deref() == Some(sha256))
    }

    /// Whether everything but these is what it was, when these have changed.
    pub(super) fn check_beside(&self, root: &Root, writes: &[Write]) -> Result<(), LayoutError> {
        // A file that has another name too has become the same under that.
        let became: BTreeSet<String> = writes.iter().map(|one| digest(&one.contents)).collect();
        let is_other = |path: &Path| !writes.iter().any(|write| write.path == path);
        let mut others = self.0.iter().filter(|(path, _)| is_other(path));
        others.try_for_each(|(path, sha256)| {
            compare(root.tree().as_ref(), root, path, sha256.as_deref(), &became)
        })
    }

    /// Whether everything is what it was.
    pub(super) fn check(&self, root: &Root) -> Result<(), LayoutError> {
        let tree = root.tree().held();
        let tree = tree.as_ref().unwrap_or_else(|| root.tree());
        let mut inputs = self.0.iter();
        inputs.try_for_each(|(path, sha256)| {
            compare(
                tree.as_ref(),
                root,
                path,
                sha256.as_deref(),
                &BTreeSet::new(),
            )
        })
    }
}

/// Whether a file is what it was, or one of what it may have become.
fn compare(
    tree: &dyn Tree,
    root: &Root,
    path: &Path,
    sha256: Option<&str>,
    became: &BTreeSet<String>,
) -> Result<(), LayoutError> {
    let now = match tree.read(path) {
        Ok(content) => Some(digest(&content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            let path = root.on_disk(path);
            return Err(LayoutError::io(Operation::Read, &path)(error));
        }
    };
    if now.as_deref() == sha256 || now.is_some_and(|now| became.contains(&now)) {
        return Ok(());
    }
    let path = root.on_disk(path);
    Err(LayoutError::Changed { path })
}
