//! How files of the table are there: as symbolic links, which are never written through, because what
//! is beneath may be somebody else's; as PEM that its readers do not find.

use super::{Found, Inventory, RowFacts};
use crate::spec::{Artifact, RowId};

impl Inventory {
    /// Records that a file is a symbolic link to one.
    pub fn set_link(&mut self, file: Artifact) {
        self.links.insert(file);
    }

    /// Records that nothing is read of a file for the sake of its framing.
    pub fn set_misframed(&mut self, file: Artifact) {
        self.misframed.insert(file);
    }

    /// Whether nothing is read of a file for the sake of its framing: what it holds may be right.
    #[must_use]
    pub fn is_misframed(&self, file: Artifact) -> bool {
        self.misframed.contains(&file)
    }

    /// The files of a row at hand that are symbolic links.
    pub fn links(&self, row: RowId) -> impl Iterator<Item = Artifact> {
        let links = self.links.iter().copied();
        links.filter(move |file| file.id == row)
    }
}

impl RowFacts {
    /// Whether a file of it is there and is not what belongs there.
    #[must_use]
    pub const fn has_broken_file(&self) -> bool {
        match self {
            Self::Pair { certificate, key } => {
                matches!(certificate, Found::Broken { .. }) || matches!(key, Found::Broken { .. })
            }
            Self::KeyPair { private, public } => {
                matches!(private, Found::Broken { .. }) || matches!(public, Found::Broken { .. })
            }
            Self::Kubeconfig(_) => false,
        }
    }
}
