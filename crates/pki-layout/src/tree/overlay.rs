//! The tree as it would become: new contents, and files that are gone, over another tree.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::source::{Kind, Links, Status, Tree};

/// Contents that are read in the place of those below; nothing where a file is as good as gone.
pub(crate) type Changes = BTreeMap<PathBuf, Option<Zeroizing<Vec<u8>>>>;

pub(crate) struct Overlay {
    pub(crate) below: Arc<dyn Tree>,
    pub(crate) changes: Changes,
}

impl Tree for Overlay {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        match self.changes.get(path) {
            Some(Some(content)) => Ok(content.clone()),
            Some(None) => Err(io::ErrorKind::NotFound.into()),
            None => self.below.read(path),
        }
    }

    fn status(&self, path: &Path, links: Links) -> io::Result<Status> {
        match self.changes.get(path) {
            // It keeps mode and owner of what it replaces.
            Some(Some(_)) => match self.below.status(path, links) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Status {
                    kind: Kind::File,
                    mode: 0o600,
                    owner: (0, 0),
                    modified: OffsetDateTime::UNIX_EPOCH,
                    obstacle: None,
                    identity: None,
                }),
                status => Ok(Status {
                    identity: None,
                    ..status?
                }),
            },
            Some(None) => Err(io::ErrorKind::NotFound.into()),
            None => self.below.status(path, links),
        }
    }

    fn names(&self, directory: &Path) -> io::Result<Vec<String>> {
        let mut names = self.below.names(directory)?;
        for (path, content) in &self.changes {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if path.parent() == Some(directory) {
                names.retain(|known| known != name);
                names.extend(content.as_ref().map(|_| name.to_owned()));
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}
