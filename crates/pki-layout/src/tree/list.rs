//! What is in a directory.

use std::io;
use std::path::Path;

use rustix::fs::OFlags;

use crate::Root;

/// More names than any directory that is looked at here has; a full one must not take for ever.
const MOST_NAMES: usize = 10_000;

impl Root {
    /// The names in a directory of the running system, sorted. Of one that is not there, none.
    pub(crate) fn names_in(&self, directory: &Path) -> io::Result<Vec<String>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let directory = match self.open(directory, flags) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            opened => opened?,
        };
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&directory)?.take(MOST_NAMES) {
            if let Ok(name) = entry?.file_name().to_str()
                && !matches!(name, "." | "..")
            {
                names.push(name.to_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}
