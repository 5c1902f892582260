//! What lies in a node's two directories under names that are not the table's.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Observation;
use super::permission::MOST_LEVELS;
use crate::record::STAGING;
use crate::tree::source::{Kind, Links};

/// How the names of files of certificates end.
const CERTIFICATES: [&str; 4] = ["crt", "pem", "cer", "cert"];
/// How the names of kubeconfigs end.
const KUBECONFIGS: [&str; 3] = ["conf", "config", "kubeconfig"];

impl Observation {
    /// Files of other names below the directory of certificates, and in that of kubeconfigs.
    pub(super) fn strays(&self) -> Vec<PathBuf> {
        let directories = self.directories();
        let mut all = Vec::new();
        self.add_strays(&directories.certificates, 0, &mut all);
        self.add_strays(&directories.kubeconfigs, MOST_LEVELS, &mut all);
        let known: Vec<PathBuf> = self
            .root()
            .table()
            .artifacts()
            .map(|one| directories.path(one))
            .collect();
        all.retain(|path| !known.contains(path));
        all
    }

    fn add_strays(&self, directory: &Path, level: usize, all: &mut Vec<PathBuf>) {
        for name in self.names_in(directory).unwrap_or_default() {
            let path = directory.join(&name);
            // Round in circles leads no link to a directory: none is followed.
            match self.status(&path, Links::Stay).map(|status| status.kind) {
                Ok(Kind::Directory) if level < MOST_LEVELS && name != STAGING => {
                    self.add_strays(&path, level + 1, all);
                }
                Ok(Kind::File | Kind::Link) if self.is_regular(&path) => all.push(path),
                _ => {}
            }
        }
    }

    fn is_regular(&self, path: &Path) -> bool {
        let status = self.status(path, Links::Follow);
        status.is_ok_and(|status| status.kind == Kind::File)
    }
}

/// Whether a file is called as one of certificates is.
pub(super) fn is_of_certificates(path: &Path) -> bool {
    ends(path, &CERTIFICATES)
}

/// Whether a file is called as a kubeconfig is.
pub(super) fn is_of_kubeconfig(path: &Path) -> bool {
    ends(path, &KUBECONFIGS)
}

fn ends(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| endings.contains(&ending))
}
