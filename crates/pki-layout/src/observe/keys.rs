//! Private keys, for those who sign with them: from the look that the plan was made by.

use std::path::Path;

use pki_core::key::PrivateKey;
use pki_core::observation::Found;
use pki_core::{Authorities, Authority, Certificate, Part, Plan, RowId};

use super::Observation;
use crate::LayoutError;
use crate::error::Operation;

impl Observation {
    /// Opens the authorities that a plan needs to sign with. The one call that keeps an
    /// authority's private key in memory.
    pub(crate) fn authorities(&self, plan: &Plan) -> Result<Authorities, LayoutError> {
        let signers = plan.signers().into_iter();
        signers
            .map(|row| Ok((row, self.authority(row, plan)?)))
            .collect()
    }

    /// An authority as the plan found it.
    fn authority(&self, id: RowId, plan: &Plan) -> Result<Authority, LayoutError> {
        let authority = self.load_authority(id)?;
        let found = authority.generations().iter().map(Certificate::fingerprint);
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
    pub(crate) fn load_authority(&self, id: RowId) -> Result<Authority, LayoutError> {
        let file = self.directories().path(id.part(Part::Certificate));
        let path = self.root().on_disk(&file);
        let Found::Present(generations) = self.certificates(&file) else {
            return Err(LayoutError::Changed { path });
        };
        let key = self.load_key(id)?;
        Authority::open(generations, Box::new(key))
            .map_err(|source| LayoutError::Authority { path, source })
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
