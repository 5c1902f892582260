//! What a change is made from, by the digests of the bytes that were read. Between reading and
//! deciding somebody else may have been at them: then nothing is done.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::Write;
use crate::error::Operation;
use crate::record::digest;
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
        let mut others = self.clone();
        others.0.retain(|path, _| !writes.iter().any(|write| write.path == *path));
        others.check(root)
    }

    /// Whether everything is what it was.
    pub(super) fn check(&self, root: &Root) -> Result<(), LayoutError> {
        let tree = root.tree().held();
        let tree = tree.as_ref().unwrap_or_else(|| root.tree());
        for (path, sha256) in &self.0 {
            let now = match tree.read(path) {
                Ok(content) => Some(digest(&content)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => {
                    let path = root.on_disk(path);
                    return Err(LayoutError::io(Operation::Read, &path)(error));
                }
            };
            if now != *sha256 {
                let path = root.on_disk(path);
                return Err(LayoutError::Changed { path });
            }
        }
        Ok(())
    }
}
