//! Files of the table that are symbolic links, which are never written through: what is beneath may be
//! somebody else's.

use super::Inventory;
use crate::spec::{Artifact, RowId};

impl Inventory {
    /// Records that a file is a symbolic link to one.
    pub fn set_link(&mut self, file: Artifact) {
        self.links.insert(file);
    }

    /// The files of a row at hand that are symbolic links.
    pub fn links(&self, row: RowId) -> impl Iterator<Item = Artifact> {
        let links = self.links.iter().copied();
        links.filter(move |file| file.id == row)
    }
}
