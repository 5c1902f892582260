//! The tree as it would become: new contents, and files that are gone, over another tree.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::source::{Kind, Links, Status, Tree};

/// What is read in the place of what is below.
pub(crate) type Changes = BTreeMap<PathBuf, Changed>;

/// What a path is as good as.
#[cfg_attr(
    not(feature = "disk"),
    expect(
        dead_code,
        reason = "what nobody writes is neither taken away nor a link"
    )
)]
pub(crate) enum Changed {
    Gone,
    File(Zeroizing<Vec<u8>>),
    /// A link, with the content of what it leads to, if anything is there.
    Link(Option<Zeroizing<Vec<u8>>>),
}

impl Changed {
    fn content(&self) -> Option<&Zeroizing<Vec<u8>>> {
        match self {
            Self::Gone => None,
            Self::File(content) => Some(content),
            Self::Link(content) => content.as_ref(),
        }
    }
}

pub(crate) struct Overlay {
    pub(crate) below: Arc<dyn Tree>,
    pub(crate) changes: Changes,
}

impl Tree for Overlay {
    fn read(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        match self.changes.get(path) {
            Some(changed) => {
                let content = changed.content().cloned();
                content.ok_or_else(|| io::ErrorKind::NotFound.into())
            }
            None => self.below.read(path),
        }
    }

    fn status(&self, path: &Path, links: Links) -> io::Result<Status> {
        let new = Status {
            kind: Kind::File,
            mode: 0o600,
            owner: (0, 0),
            modified: OffsetDateTime::UNIX_EPOCH,
            obstacle: None,
            identity: None,
        };
        match (self.changes.get(path), links) {
            (None, _) => self.below.status(path, links),
            (Some(Changed::Gone), _) | (Some(Changed::Link(None)), Links::Follow) => {
                Err(io::ErrorKind::NotFound.into())
            }
            (Some(Changed::Link(_)), Links::Stay) => Ok(Status {
                kind: Kind::Link,
                ..new
            }),
            // It keeps mode and owner of what it replaces, unless that is a link.
            (Some(_), _) => match self.below.status(path, links) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(new),
                Ok(status) if status.kind == Kind::Link => Ok(new),
                status => Ok(Status {
                    identity: None,
                    ..status?
                }),
            },
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
                let is_there = !matches!(content, Changed::Gone);
                names.extend(is_there.then(|| name.to_owned()));
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}
