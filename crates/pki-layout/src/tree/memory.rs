//! A tree of files that are given as values: an archive that nobody has packed.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use time::OffsetDateTime;

use super::archive::{Archive, Node};
use super::file::TreeFile;
use super::mode::DIRECTORY;
use super::source::{Identity, Kind, MAX_SIZE, Status};

impl Archive {
    /// Of what is in one of the known directories everything is known; of others, only that these
    /// files are in them. Of two files by one name the last counts.
    pub(super) fn of_files(
        files: impl IntoIterator<Item = TreeFile>,
        known: &[impl AsRef<Path>],
    ) -> Self {
        let known: Vec<PathBuf> = known.iter().map(|path| plain(path.as_ref())).collect();
        let directory = |path: &Path| {
            let is_known = known.iter().any(|known| path.starts_with(known));
            Node::Directory(is_known.then(|| status(Kind::Directory, DIRECTORY, None)))
        };
        let mut nodes = BTreeMap::from([(PathBuf::new(), directory(Path::new("")))]);
        let add_directories = |nodes: &mut BTreeMap<PathBuf, Node>, path: &Path| {
            for path in path.ancestors() {
                let node = nodes.entry(path.to_owned());
                node.or_insert_with(|| directory(path));
            }
        };
        for path in &known {
            add_directories(&mut nodes, path);
        }
        for (number, file) in files.into_iter().enumerate() {
            let path = plain(&file.path);
            if let Some(directory) = path.parent() {
                add_directories(&mut nodes, directory);
            }
            let size = u64::try_from(file.contents.len()).unwrap_or(u64::MAX);
            let identity = Identity {
                file: (0, u64::try_from(number).unwrap_or_default()),
                size,
                changed: [(0, 0); 2],
            };
            let status = status(Kind::File, file.mode & 0o7777, Some(identity));
            let contents = (size <= MAX_SIZE).then(|| Arc::new(file.contents));
            nodes.insert(path, Node::File(status, contents));
        }
        Self { nodes }
    }
}

/// Everything in memory is the superuser's.
fn status(kind: Kind, mode: u32, identity: Option<Identity>) -> Status {
    Status {
        kind,
        mode,
        owner: (0, 0),
        modified: OffsetDateTime::UNIX_EPOCH,
        obstacle: (kind != Kind::File).then_some("not a regular file"),
        identity,
    }
}

/// A path below `/` without its detours.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::ParentDir => {
                plain.pop();
            }
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;
    use crate::tree::source::{Links, NotObserved, Tree as _};

    fn tree() -> Archive {
        let files = [
            TreeFile::new("/etc/kubernetes/pki/ca.crt", b"one".to_vec()),
            TreeFile::new("/var/lib/kubelet/config.yaml", b"two".to_vec()),
        ];
        Archive::of_files(files, &["/etc/kubernetes"])
    }

    #[test]
    fn in_a_known_directory_there_is_nothing_else() {
        let tree = tree();
        let pki = Path::new("/etc/kubernetes/pki");
        assert_eq!(tree.names(pki).unwrap(), ["ca.crt"]);
        assert_eq!(&**tree.read(&pki.join("ca.crt")).unwrap(), b"one");
        for absent in [
            "/etc/kubernetes/admin.conf",
            "/etc/kubernetes/pki/etcd/ca.crt",
        ] {
            let error = tree.read(Path::new(absent)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound, "{absent}");
        }
        assert_eq!(tree.status(pki, Links::Stay).unwrap().mode, 0o755);
    }

    #[test]
    fn elsewhere_nobody_has_looked() {
        let tree = tree();
        assert!(tree.read(Path::new("/var/lib/kubelet/config.yaml")).is_ok());
        for unknown in ["/var/lib/kubelet/pki", "/etc/systemd", "/run"] {
            let error = tree.status(Path::new(unknown), Links::Follow).unwrap_err();
            assert!(NotObserved::of(&error).is_some(), "{unknown}: {error}");
        }
    }

    #[test]
    fn nowhere_there_is_nothing() {
        let tree = Archive::of_files([], &["/"]);
        let error = tree
            .read(Path::new("/etc/kubernetes/pki/ca.crt"))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
