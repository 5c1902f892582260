//! Reading the tree: every file of the table becomes a fact, and none of them stops the others.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use pki_core::key::{KeyError, PrivateKey, PublicKey, SigningKey as _};
use pki_core::observation::{CertificateFile, Found, Inventory, Places, RowFacts};
use pki_core::spec::Form;
use pki_core::{Artifact, Authorities, Authority, Certificate, Part, Plan, RowId, Table};
use rustix::fs::{AtFlags, Mode, OFlags, ResolveFlags, Stat, StatxFlags};
use zeroize::Zeroizing;

use super::obstacle::obstacle;
use crate::error::Operation;
use crate::kubeconfig::Keys;
use crate::{LayoutError, Root};

/// The largest certificate, key or kubeconfig that is read, in bytes.
const MAX_SIZE: u64 = 1 << 20;

impl Root {
    /// Reads every file of the table. Never fails: what cannot be read is a fact too. Of private
    /// keys only the public halves are kept.
    #[must_use]
    pub fn read(&self) -> Inventory {
        self.read_rows(&Table::kubernetes())
    }

    /// As [`read`](Self::read), of the rows of another table.
    #[must_use]
    pub fn read_rows(&self, table: &Table) -> Inventory {
        let mut inventory = Inventory::empty();
        for spec in table.rows() {
            let path = |part| self.directories().path(spec.id.part(part));
            let facts = match spec.form {
                Form::Pair { .. } => RowFacts::Pair {
                    certificate: self.parsed(&path(Part::Certificate), parse_certificates),
                    key: self.parsed(&path(Part::Key), parse_public_half),
                },
                Form::KeyPair { .. } => RowFacts::KeyPair {
                    private: self.parsed(&path(Part::Key), parse_public_half),
                    public: self.parsed(&path(Part::PublicKey), |text| {
                        PublicKey::all_from_pem(text).map_err(|error| error.to_string())
                    }),
                },
                _ => RowFacts::Kubeconfig(self.parsed(&path(Part::Kubeconfig), |text| {
                    crate::kubeconfig::read(text, Keys::Open, |file| self.referenced(file))
                        .map(|facts| self.with_own_files(facts))
                })),
            };
            inventory.insert(spec.id, facts);
        }
        for spec in table.rows().filter(|spec| spec.is_authority()) {
            if let Some(domain) = spec.id.domain() {
                inventory.set_places(domain, self.places(spec.id));
            }
        }
        inventory
    }

    /// The files of an authority that are not the table's: what kube-controller-manager was told
    /// to sign with, and what lies where this project puts them.
    fn places(&self, id: RowId) -> Places {
        let directories = self.directories();
        let file = |path: PathBuf| {
            self.is_taken(&path).then(|| CertificateFile {
                certificates: self.parsed(&path, parse_certificates),
                path: path.display().to_string(),
            })
        };
        let own = directories.path(id.part(Part::Certificate));
        let told = (id == RowId::ClusterCa)
            .then(|| self.signing_file().map(PathBuf::from))
            .flatten()
            .filter(|path| !path.as_os_str().is_empty() && *path != own);
        Places {
            issuing: told
                .and_then(file)
                .or_else(|| file(directories.issuing_file(id))),
            servers: file(directories.callers_file(id)),
        }
    }

    /// A file that a kubeconfig names: absolute, or relative to the kubeconfig.
    pub(crate) fn referenced(&self, file: &Path) -> Found<Vec<Certificate>> {
        self.parsed(
            &self.directories().kubeconfigs.join(file),
            parse_certificates,
        )
    }

    /// Opens the authorities that a plan needs to sign with. The one call that keeps an
    /// authority's private key in memory.
    ///
    /// # Errors
    ///
    /// [`LayoutError`] when one does not load, or is not what it was when the plan was made.
    pub fn authorities(&self, plan: &Plan) -> Result<Authorities, LayoutError> {
        let inventory = self.read_rows(plan.cluster().table());
        let signers = plan.signers().into_iter();
        signers
            .map(|row| Ok((row, self.authority(row, plan, &inventory)?)))
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
                path: self.path(id.part(Part::Certificate)),
            })
        }
    }

    /// An authority with its key.
    pub(crate) fn load_authority(
        &self,
        id: RowId,
        inventory: &Inventory,
    ) -> Result<Authority, LayoutError> {
        let path = self.on_disk(&self.directories().path(id.part(Part::Certificate)));
        let facts = inventory.authority(id);
        if inventory.certificates(id).is_empty() {
            return Err(LayoutError::Changed { path });
        }
        let key = self.load_key(id)?;
        facts
            .issuer()
            .and_then(|issuer| Authority::new(issuer, facts.trust(), Box::new(key)))
            .map_err(|source| LayoutError::Authority { path, source })
    }

    /// The private key file of a row.
    pub(crate) fn load_key(&self, id: RowId) -> Result<PrivateKey, LayoutError> {
        self.load_key_file(&self.directories().path(id.part(Part::Key)))
    }

    /// A private key file at a path of the running system.
    pub(crate) fn load_key_file(&self, file: &Path) -> Result<PrivateKey, LayoutError> {
        let path = self.on_disk(file);
        let text = self
            .read_file(file)
            .map_err(LayoutError::io(Operation::Read, &path))?;
        PrivateKey::from_pem(&text).map_err(|source| LayoutError::Key { path, source })
    }

    /// Whether a file of the table is there, whatever it is.
    #[must_use]
    pub fn exists(&self, artifact: Artifact) -> bool {
        self.is_taken(&self.directories().path(artifact))
    }

    /// Whether a path of the running system is a name of something, be it of a link to nothing.
    pub(crate) fn is_taken(&self, path: &Path) -> bool {
        if let Some(overlaid) = self.overlaid(path) {
            return overlaid.is_ok();
        }
        self.open(path, OFlags::PATH | OFlags::NOFOLLOW).is_ok()
    }

    /// Why a file cannot be replaced by renaming another over it, if it cannot: what reads a
    /// link's target would go on reading the old one.
    pub(crate) fn obstacle(&self, path: &Path) -> Option<&'static str> {
        let file = self.open(path, OFlags::PATH | OFlags::NOFOLLOW).ok()?;
        let flags = AtFlags::EMPTY_PATH;
        let status = rustix::fs::statx(&file, "", flags, StatxFlags::BASIC_STATS).ok()?;
        obstacle(&status)
    }

    /// Fails where no file can be, so that this is said once and not of each file: the prefix is
    /// missing, or a directory is a file.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`] names it.
    pub fn check_directories(&self) -> Result<(), LayoutError> {
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        rustix::fs::open(self.prefix(), flags | OFlags::CLOEXEC, Mode::empty())
            .map_err(LayoutError::io(Operation::Open, self.prefix()))?;
        let directories = self.directories();
        for directory in [&directories.kubeconfigs, &directories.certificates] {
            if let Err(error) = self.open(directory, flags)
                && error.kind() == io::ErrorKind::NotADirectory
            {
                return Err(LayoutError::io(Operation::Open, &self.on_disk(directory))(
                    error,
                ));
            }
        }
        Ok(())
    }

    /// Whether a file grants anything to everybody.
    pub(crate) fn is_open_to_others(&self, path: &Path) -> bool {
        let is_open = |stat: Stat| Mode::from_raw_mode(stat.st_mode).intersects(Mode::RWXO);
        self.stat(path).is_some_and(is_open)
    }

    /// Whether a file has another name too.
    pub(crate) fn is_linked(&self, path: &Path) -> bool {
        self.stat(path).is_some_and(|stat| stat.st_nlink > 1)
    }

    fn stat(&self, path: &Path) -> Option<Stat> {
        let file = self.open(path, OFlags::PATH | OFlags::NOFOLLOW).ok()?;
        rustix::fs::fstat(&file).ok()
    }

    /// The content of a file at a path of the running system, as [`read_file`].
    pub(crate) fn read_file(&self, path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
        if let Some(overlaid) = self.overlaid(path) {
            return overlaid.cloned();
        }
        content(File::from(self.open(path, READ)?))
    }

    /// Opens a path of the running system. Links in it, absolute ones too, stay below the
    /// prefix: what is read is what the node would see, and what would be written.
    pub(crate) fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        let top_flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let top = rustix::fs::open(self.prefix(), top_flags, Mode::empty())?;
        let relative = path.strip_prefix("/").unwrap_or(path);
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let flags = flags | OFlags::CLOEXEC;
        Ok(rustix::fs::openat2(
            &top,
            relative,
            flags,
            Mode::empty(),
            resolve,
        )?)
    }

    pub(crate) fn parsed<T>(
        &self,
        path: &Path,
        parse: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Found<T> {
        match self.read_file(path) {
            // A name that leads nowhere is not a free name.
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.is_taken(path) => {
                Found::Broken {
                    reason: "is a symbolic link to a file that is not there".to_owned(),
                }
            }
            read => found(read, parse),
        }
    }
}

/// The fact that reading and parsing make.
pub(crate) fn found<T>(
    read: io::Result<Zeroizing<Vec<u8>>>,
    parse: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Found<T> {
    match read {
        Ok(text) => match parse(&text) {
            Ok(content) => Found::Present(content),
            Err(reason) => Found::Broken { reason },
        },
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound => Found::Absent,
            io::ErrorKind::InvalidData => Found::Broken {
                reason: error.to_string(),
            },
            _ => Found::Unreadable {
                reason: error.to_string(),
            },
        },
    }
}

pub(crate) fn parse_certificates(text: &[u8]) -> Result<Vec<Certificate>, String> {
    Certificate::all_from_pem(text).map_err(|error| error.to_string())
}

pub(crate) fn parse_public_half(text: &[u8]) -> Result<PublicKey, String> {
    let key = PrivateKey::from_pem(text).map_err(|error: KeyError| error.to_string())?;
    Ok(key.public_key().clone())
}

/// NONBLOCK: opening a pipe must not wait for a writer.
const READ: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK);

/// The content of a regular file of bounded size, wiped when dropped. Anything else, such as a
/// directory or a pipe, is [`io::ErrorKind::InvalidData`].
pub(crate) fn read_file(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    content(File::from(rustix::fs::open(
        path,
        READ | OFlags::CLOEXEC,
        Mode::empty(),
    )?))
}

/// See [`read_file`].
pub(crate) fn content(file: File) -> io::Result<Zeroizing<Vec<u8>>> {
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
