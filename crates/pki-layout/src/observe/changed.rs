//! The tree as it would become, observed before anything is written.

use std::sync::Arc;

use super::Observation;
use crate::TreeFile;
use crate::tree::overlay::Changed;

impl Observation {
    /// The same tree as it would be with these files, each new or in the place of another. What
    /// does not change is not opened again. To be judged before they are written.
    ///
    /// ```
    /// use pki_layout::Directories;
    /// use pki_layout::Root;
    /// use pki_layout::TreeFile;
    ///
    /// let before = Root::of_files([], Directories::default())?.observe();
    /// let ca = TreeFile::new("/etc/kubernetes/pki/ca.crt", b"nonsense".to_vec());
    /// let after = before.with_files([ca]);
    /// let ca = |one: &pki_layout::Observation| one.inventory().row(pki_core::RowId::ClusterCa);
    /// assert!(ca(&before).is_absent() && ca(&after).is_there());
    /// # Ok::<(), pki_layout::LayoutError>(())
    /// ```
    #[must_use]
    pub fn with_files(&self, files: impl IntoIterator<Item = TreeFile>) -> Self {
        let files = files.into_iter();
        let changes = files.map(|file| (file.path, Changed::File(file.contents)));
        self.with_changes(changes.collect(), Arc::default())
    }
}
