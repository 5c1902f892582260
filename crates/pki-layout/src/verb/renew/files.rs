//! The files of a renewal: key and certificate in the places of the old ones, or in a kubeconfig.

use std::path::PathBuf;

use pki_core::issue::Renewed;
use pki_core::key::PrivateKey;
use pki_core::plan::renew::{RenewAction, RenewPlan};
use pki_core::{Certificate, Form, Part, RowId};
use zeroize::Zeroizing;

use crate::LayoutError;
use crate::error::Operation;
use crate::observe::Observation;
use crate::store::{Target, Write};
use crate::tree::mode::{PUBLIC, SECRET};
use crate::verb::client_files::ClientFiles;

impl Observation {
    /// The files of one row, key first and certificate last.
    pub(super) fn renewal_writes(
        &self,
        renewed: &Renewed,
        plan: &RenewPlan,
    ) -> Result<Vec<Write>, String> {
        let id = renewed.id.row;
        let mut writes = Vec::new();
        let directories = self.directories();
        let write = |path: PathBuf, contents: Zeroizing<Vec<u8>>, mode: u32| {
            if let Some(what) = self.root().obstacle(&path) {
                return Err(format!(
                    "{} is {what}",
                    self.root().on_disk(&path).display()
                ));
            }
            // A key that was lost has nothing to replace.
            let target = if self.is_taken(&path) {
                Target::Replaced
            } else {
                Target::New
            };
            Ok(Write {
                path,
                contents,
                mode,
                owner: None,
                attributes: None,
                secret: mode == SECRET,
                target,
            })
        };
        let files = self.client_files(id);
        let Some(key) = &renewed.key else {
            // Of an authority the certificate alone is new, wherever it is: that follows.
            let path = directories.path(id.part(Part::Certificate));
            let text = self.read_file(&path);
            let text = text.map_err(|error| format!("{} {error}", path.display()))?;
            writes.push(write(path, Zeroizing::new(text.to_vec()), PUBLIC)?);
            return Ok(writes);
        };
        if let (Form::Kubeconfig { .. }, None) = (id.spec().form, &files) {
            let text = self
                .kubeconfig_text(id)
                .map_err(|error| error.to_string())?;
            let change = match plan.action(&renewed.id) {
                Some(RenewAction::Reissue(reissue)) => reissue.kubeconfig.as_ref(),
                _ => None,
            };
            let spliced = crate::kubeconfig::splice(&text, &renewed.chain, key, change)
                .map_err(|error| format!("it {error}"))?;
            let contents = Zeroizing::new(spliced.as_bytes().to_vec());
            let path = directories.path(id.part(Part::Kubeconfig));
            writes.push(write(path, contents, SECRET)?);
            return Ok(writes);
        }
        let files = files.unwrap_or_else(|| ClientFiles {
            certificate: directories.path(id.part(Part::Certificate)),
            key: directories.path(id.part(Part::Key)),
        });
        // With the key kept, renewal is a change of one file: no reader ever sees a mismatch.
        if !plan.rule().reuse_key {
            let pem = key.to_pem().map_err(|error| error.to_string())?;
            let contents = Zeroizing::new(pem.as_bytes().to_vec());
            writes.push(write(files.key, contents, SECRET)?);
        }
        let pem: String = renewed.chain.iter().map(Certificate::to_pem).collect();
        let contents = Zeroizing::new(pem.into_bytes());
        writes.push(write(files.certificate, contents, PUBLIC)?);
        Ok(writes)
    }

    fn kubeconfig_text(&self, id: RowId) -> Result<Zeroizing<String>, LayoutError> {
        let file = self.directories().path(id.part(Part::Kubeconfig));
        let path = self.root().on_disk(&file);
        let bytes = self
            .read_file(&file)
            .map_err(LayoutError::io(Operation::Read, &path))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| LayoutError::NotText { path })?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// The private key of a row, to be kept.
    pub(super) fn own_key(&self, id: RowId) -> Result<PrivateKey, LayoutError> {
        if let Some(files) = self.client_files(id) {
            return self.load_key_file(&files.key);
        }
        if let Form::Kubeconfig { .. } = id.spec().form {
            let text = self.kubeconfig_text(id)?;
            return crate::kubeconfig::own_key(&text).map_err(|reason| LayoutError::Encode {
                path: self.root().path(id.part(Part::Kubeconfig)),
                source: reason.into(),
            });
        }
        self.load_key(id)
    }
}
