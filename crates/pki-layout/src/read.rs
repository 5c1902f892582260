//! Reading the tree: every file of the table becomes a fact, and none of them stops the others.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use pki_core::inventory::{Found, Inventory, RowFacts};
use pki_core::key::{KeyError, PrivateKey, PublicKey, SigningKey as _};
use pki_core::spec::Form;
use pki_core::{Artifact, Authorities, Authority, CERTS, CertId, Certificate, Part, Plan};
use rustix::fs::{Mode, OFlags};
use zeroize::Zeroizing;

use crate::error::Operation;
use crate::{LayoutError, Root};

/// The largest certificate, key or kubeconfig that is read, in bytes.
const MAX_SIZE: u64 = 1 << 20;

impl Root {
    /// Reads every file of the table. Never fails: what cannot be read is a fact too. Of private
    /// keys only the public halves are kept.
    #[must_use]
    pub fn read(&self) -> Inventory {
        let mut inventory = Inventory::empty();
        for spec in CERTS {
            let path = |part| self.path(spec.id.part(part));
            let facts = match spec.form {
                Form::Pair { .. } => RowFacts::Pair {
                    certificate: certificates(&path(Part::Certificate)),
                    key: public_half(&path(Part::Key)),
                },
                Form::KeyPair { .. } => RowFacts::KeyPair {
                    private: public_half(&path(Part::Key)),
                    public: parsed(&path(Part::PublicKey), |text| {
                        PublicKey::all_from_pem(text).map_err(|error| error.to_string())
                    }),
                },
                _ => RowFacts::Kubeconfig(parsed(&path(Part::Kubeconfig), |text| {
                    crate::kubeconfig::read(text, |file| self.referenced(file))
                })),
            };
            inventory.insert(spec.id, facts);
        }
        inventory
    }

    /// A file that a kubeconfig names: absolute, or relative to the kubeconfig.
    fn referenced(&self, file: &Path) -> Found<Vec<Certificate>> {
        certificates(&self.on_disk(&self.directories().kubeconfigs.join(file)))
    }

    /// Opens the authorities that a plan needs to sign with. The one call that keeps an
    /// authority's private key in memory.
    ///
    /// # Errors
    ///
    /// [`LayoutError`] when one does not load, or is not what it was when the plan was made.
    pub fn authorities(&self, plan: &Plan) -> Result<Authorities, LayoutError> {
        let mut authorities = Authorities::new();
        for (id, _) in plan.creations() {
            let Some(issuer) = id.spec().issuer else {
                continue;
            };
            let is_new = plan.creations().any(|(created, _)| created == issuer);
            if !is_new && !authorities.contains_key(&issuer) {
                authorities.insert(issuer, self.authority(issuer, plan)?);
            }
        }
        Ok(authorities)
    }

    fn authority(&self, id: CertId, plan: &Plan) -> Result<Authority, LayoutError> {
        let path = self.path(id.part(Part::Certificate));
        let changed = || LayoutError::Changed { path: path.clone() };
        let Found::Present(generations) = certificates(&path) else {
            return Err(changed());
        };
        let expected = plan.steps().iter().find(|step| step.id == id);
        let fingerprints: Vec<[u8; 32]> =
            generations.iter().map(Certificate::fingerprint).collect();
        if expected.is_none_or(|step| step.expects != fingerprints) {
            return Err(changed());
        }
        let key_path = self.path(id.part(Part::Key));
        let text = read_file(&key_path).map_err(LayoutError::io(Operation::Read, &key_path))?;
        let key = PrivateKey::from_pem(&text).map_err(|source| LayoutError::Key {
            path: key_path,
            source,
        })?;
        Authority::open(generations, Box::new(key)).map_err(|source| LayoutError::Authority {
            path: path.clone(),
            source,
        })
    }

    /// Whether a file of the table is there, whatever it is.
    #[must_use]
    pub fn exists(&self, artifact: Artifact) -> bool {
        self.path(artifact).symlink_metadata().is_ok()
    }
}

pub(crate) fn certificates(path: &Path) -> Found<Vec<Certificate>> {
    parsed(path, |text| {
        Certificate::all_from_pem(text).map_err(|error| error.to_string())
    })
}

fn public_half(path: &Path) -> Found<PublicKey> {
    parsed(path, |text| {
        let key = PrivateKey::from_pem(text).map_err(|error: KeyError| error.to_string())?;
        Ok(key.public_key().clone())
    })
}

fn parsed<T>(path: &Path, parse: impl FnOnce(&[u8]) -> Result<T, String>) -> Found<T> {
    match read_file(path) {
        Ok(text) => match parse(&text) {
            Ok(content) => Found::Present(content),
            Err(reason) => Found::Broken { reason },
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // A name that leads nowhere is not a free name.
            if path.symlink_metadata().is_ok() {
                Found::Broken {
                    reason: "is a symbolic link to a file that is not there".to_owned(),
                }
            } else {
                Found::Absent
            }
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Found::Broken {
            reason: error.to_string(),
        },
        Err(error) => Found::Unreadable {
            reason: error.to_string(),
        },
    }
}

/// The content of a regular file of bounded size, wiped when dropped. Anything else, such as a
/// directory or a pipe, is [`io::ErrorKind::InvalidData`].
pub(crate) fn read_file(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    // NONBLOCK: opening a pipe must not wait for a writer.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    let metadata = file.metadata()?;
    let invalid = |reason: &str| io::Error::new(io::ErrorKind::InvalidData, reason);
    if metadata.is_dir() {
        return Err(invalid("is a directory, not a file"));
    }
    if !metadata.is_file() {
        return Err(invalid("is not a regular file"));
    }
    if metadata.len() > MAX_SIZE {
        return Err(invalid("is larger than 1 MiB"));
    }
    // Reserved once: growing would leave copies of a key behind.
    let capacity = usize::try_from(metadata.len()).unwrap_or(0) + 1;
    let mut content = Zeroizing::new(Vec::with_capacity(capacity));
    file.take(MAX_SIZE).read_to_end(&mut content)?;
    Ok(content)
}

/// A text file of at most 1 MiB, such as a configuration.
///
/// # Errors
///
/// [`LayoutError::Io`] when it cannot be read, [`LayoutError::NotText`] when it is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, LayoutError> {
    let bytes = read_file(path).map_err(LayoutError::io(Operation::Read, path))?;
    String::from_utf8(bytes.to_vec()).map_err(|_| LayoutError::NotText {
        path: path.to_owned(),
    })
}
