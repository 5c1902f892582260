//! What a change is made from: the bytes that were read, which have to be the same when it is
//! decided.

use std::io::ErrorKind;
use std::path::Path;

use super::Observation;
use crate::record::STAGING;
use crate::store::{Inputs, Write};

impl Observation {
    /// What was read of certificates, keys and kubeconfigs, wherever they are, and what was there
    /// of the files that are to be written. Not what the kubelet rotates, which changes when it
    /// will, nor manifests and command lines: a change of theirs is another change.
    pub(crate) fn inputs(&self, writes: &[Write]) -> Inputs {
        let kubelet = self.kubelet().directory;
        let certificates = &self.directories().certificates;
        let is_ours = |path: &Path| path.components().any(|part| part.as_os_str() == STAGING);
        let mut inputs = Inputs::default();
        for (path, content) in &self.seen().files {
            let is_written = || writes.iter().any(|write| write.path == *path);
            let matters =
                path.starts_with(certificates) || content.has_secret() || content.has_certificate();
            let matters = (matters || is_written()) && !path.starts_with(&kubelet);
            let failure = content.failure().map(|error| error.kind());
            let is_known = content.sha256.is_some() || failure == Some(ErrorKind::NotFound);
            if matters && !is_ours(path) && is_known {
                inputs.insert(path, content.sha256.clone());
            }
        }
        inputs
    }
}
