//! Private keys, for those who sign with them: from the look that the plan was made by.

use std::path::Path;

use pki_core::key::{PrivateKey, SigningKey};
use pki_core::observation::Inventory;
use pki_core::{Authorities, Authority, Certificate, Part, Plan, RowId};

use super::Observation;
use crate::LayoutError;
use crate::error::Operation;

impl Observation {
    /// Opens the authorities that a plan needs to sign with. The one call that keeps an
    /// authority's private key in memory; it takes a look that keeps them,
    /// [`Root::observe_to_write`](crate::Root::observe_to_write).
    ///
    /// # Errors
    ///
    /// [`LayoutError::Changed`] when an authority is not what the plan was made from;
    /// [`LayoutError::Key`] and [`LayoutError::Authority`] when it cannot be used.
    pub fn authorities(
        &self,
        plan: &Plan,
        inventory: &Inventory,
    ) -> Result<Authorities, LayoutError> {
        let signers = plan.signers().into_iter();
        signers
            .map(|row| Ok((row, self.authority(row, plan, inventory)?)))
            .collect()
    }

    /// An authority as the plan found it.
    fn authority(
        &self,
        id: RowId,
        plan: &Plan,
        inventory: &Inventory,
    ) -> Result<Authority, LayoutError> {
        let authority = self.load_authority(id, inventory)?;
        let found = inventory.certificates(id).iter();
        let found = found.map(Certificate::fingerprint);
        let expected = plan.step(&plan.setup().site().id(id));
        if expected.is_some_and(|step| found.eq(step.expects.iter().copied())) {
            Ok(authority)
        } else {
            Err(LayoutError::Changed {
                path: self.root().path(id.part(Part::Certificate)),
            })
        }
    }

    /// An authority with its key.
    pub(crate) fn load_authority(
        &self,
        id: RowId,
        inventory: &Inventory,
    ) -> Result<Authority, LayoutError> {
        let path = self.root().path(id.part(Part::Certificate));
        let facts = inventory.authority(id);
        if inventory.certificates(id).is_empty() {
            return Err(LayoutError::Changed { path });
        }
        let key: Box<dyn SigningKey> = match self.root().signers().get(id.spec().name) {
            Some(key) => Box::new(key),
            None => Box::new(self.load_key(id)?),
        };
        let authority = facts.open(key);
        authority.map_err(|source| LayoutError::Authority { path, source })
    }

    /// The private key file of a row.
    pub(crate) fn load_key(&self, id: RowId) -> Result<PrivateKey, LayoutError> {
        self.load_key_file(&self.directories().path(id.part(Part::Key)))
    }

    /// A private key file at a path of the running system.
    pub(crate) fn load_key_file(&self, file: &Path) -> Result<PrivateKey, LayoutError> {
        let path = self.root().on_disk(file);
        let text = self
            .read_file(file)
            .map_err(LayoutError::io(Operation::Read, &path))?;
        PrivateKey::from_pem(&text).map_err(|source| LayoutError::Key { path, source })
    }
}
