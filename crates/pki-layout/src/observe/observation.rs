//! One look at a machine: each file is opened at most once for its content, whoever asks how
//! often for what.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, io};

use pki_core::key::PublicKey;
use pki_core::observation::{Found, KubeconfigFacts, OddKey};
use pki_core::text::FramingError;
use pki_core::x509::CertificateError;
use pki_core::{Artifact, Certificate};
use zeroize::Zeroizing;

#[cfg(feature = "config")]
use super::configured::ConfiguredFile;
use super::content::{Content, Keys, Text};
use super::halves::PublicHalves;
use super::parse::found;
use crate::kubeconfig::trust_of_file;
use crate::tree::overlay::{Changes, Overlay};
use crate::tree::source::{Identity, Links, NotObserved, Status, Tree};
use crate::{Directories, Root};

/// What a machine's files say, each opened once. Everything that reports on a machine is a view
/// of one of these: [`inventory`](Self::inventory), [`facts`](Self::facts),
/// [`expirations`](Self::expirations), [`machine`](Self::machine), `map_facts`.
///
/// What changes on disk afterwards is not seen. Of private keys only the public halves are kept.
pub struct Observation {
    root: Root,
    tree: Arc<dyn Tree>,
    keep_secrets: bool,
    halves: Arc<PublicHalves>,
    /// Whether the keys of certificates are of no interest, but for those in files of their own.
    dates_only: bool,
    #[cfg(feature = "config")]
    pub(super) configured: Vec<ConfiguredFile>,
    /// Whether a configuration says that etcd is elsewhere.
    pub(super) external_etcd: bool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
pub(super) struct Seen {
    pub(super) files: HashMap<PathBuf, Arc<Content>>,
    names: HashMap<PathBuf, Known<Vec<String>>>,
    statuses: BTreeMap<Links, HashMap<PathBuf, Known<Status>>>,
    not_observed: BTreeSet<PathBuf>,
}

/// An answer that is given again.
type Known<T> = Result<T, (io::ErrorKind, String)>;

fn known<T: Clone>(answer: &io::Result<T>) -> Known<T> {
    match answer {
        Ok(answer) => Ok(answer.clone()),
        Err(error) => Err((error.kind(), error.to_string())),
    }
}

fn again<T: Clone>(known: &Known<T>) -> io::Result<T> {
    known
        .clone()
        .map_err(|(kind, reason)| io::Error::new(kind, reason))
}

impl Root {
    /// Looks at this tree. Nothing is opened before it is asked for.
    #[must_use]
    pub fn observe(&self) -> Observation {
        Observation::of(self, false)
    }

    /// Looks at it for [`Observation::expirations`] and nothing else: what keys are beside certificates
    /// is not worked out, which takes longer than all the rest, and to every other question they are
    /// of no use.
    #[must_use]
    pub fn observe_for_dates(&self) -> Observation {
        Observation {
            dates_only: true,
            ..Observation::of(self, false)
        }
    }

    /// Looks at it to change it: private keys stay in memory, for signing.
    #[must_use]
    pub fn observe_to_write(&self) -> Observation {
        Observation::of(self, true)
    }
}

impl Observation {
    fn of(root: &Root, keep_secrets: bool) -> Self {
        Self {
            root: root.clone(),
            tree: root
                .tree()
                .held()
                .unwrap_or_else(|| Arc::clone(root.tree())),
            keep_secrets,
            halves: Arc::default(),
            dates_only: false,
            #[cfg(feature = "config")]
            configured: Vec::new(),
            external_etcd: false,
            seen: Mutex::default(),
        }
    }

    /// The same tree as it would be with other contents. What does not change is not opened
    /// again, and of the private keys whose halves are known none is computed again.
    #[must_use]
    pub(crate) fn with_changes(&self, changes: Changes, halves: Arc<PublicHalves>) -> Self {
        let (mut files, mut names, mut statuses) = {
            let seen = self.seen();
            let Seen {
                files,
                names,
                statuses,
                not_observed: _,
            } = &*seen;
            (files.clone(), names.clone(), statuses.clone())
        };
        for path in changes.keys() {
            path.parent().map(|directory| names.remove(directory));
            for known in statuses.values_mut() {
                known.remove(path);
            }
        }
        // A file that is found by another name too is not known to stay.
        let gone: Vec<Identity> = changes
            .keys()
            .filter_map(|path| files.remove(path)?.identity)
            .collect();
        files.retain(|_, content| content.identity.is_none_or(|one| !gone.contains(&one)));
        Self {
            root: self.root.clone(),
            tree: Arc::new(Overlay {
                below: Arc::clone(&self.tree),
                changes,
            }),
            keep_secrets: self.keep_secrets,
            halves,
            dates_only: self.dates_only,
            #[cfg(feature = "config")]
            configured: self.configured.clone(),
            external_etcd: self.external_etcd,
            seen: Mutex::new(Seen {
                files,
                names,
                statuses,
                not_observed: BTreeSet::new(),
            }),
        }
    }

    /// The same look now, such as under the lock: what has changed meanwhile is forgotten, and what
    /// has not is not opened again.
    #[must_use]
    pub fn refreshed(self) -> Self {
        {
            let mut seen = self.seen();
            seen.names.clear();
            seen.statuses.clear();
            seen.files.retain(|path, content| {
                let now = self.tree.status(path, Links::Follow).ok();
                content.identity.is_some() && now.and_then(|now| now.identity) == content.identity
            });
        }
        self
    }

    /// The directories as the running system sees them.
    #[must_use]
    pub fn directories(&self) -> &Directories {
        self.root.directories()
    }

    /// The tree that is looked at.
    #[must_use]
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// What was asked for and could not be looked at, because the tree does not go so far: the
    /// uppermost directories, and single files.
    #[must_use]
    pub fn not_observed(&self) -> Vec<String> {
        let seen = self.seen();
        let paths = seen.not_observed.iter();
        paths.map(|path| path.display().to_string()).collect()
    }

    /// Whether a file of the table is there, whatever it is.
    #[must_use]
    pub fn exists(&self, artifact: Artifact) -> bool {
        self.is_taken(&self.directories().path(artifact))
    }

    /// Whether the tree goes as far as this path.
    pub(crate) fn is_observed(&self, path: &Path) -> bool {
        match self.status(path, Links::Follow) {
            Ok(_) => true,
            Err(error) => NotObserved::of(&error).is_none(),
        }
    }

    /// Whether a path of the running system is a name of something, be it of a link to nothing.
    pub(crate) fn is_taken(&self, path: &Path) -> bool {
        self.status(path, Links::Stay).is_ok()
    }

    /// What is at a path, without opening it.
    pub(crate) fn status(&self, path: &Path, links: Links) -> io::Result<Status> {
        if let Some(known) = self.seen().statuses.get(&links).and_then(|of| of.get(path)) {
            return again(known);
        }
        let status = if self.is_in_nothing(path) {
            Err(io::ErrorKind::NotFound.into())
        } else {
            let status = self.noted(self.tree.status(path, links));
            if status.as_ref().is_err_and(is_absent)
                && let Some(parent) = path.parent()
                && parent.parent().is_some()
            {
                // Most of what is asked for on a disk where nothing is yet is in one directory. The
                // uppermost one is there.
                let _ = self.status(parent, Links::Follow);
            }
            status
        };
        if !status.as_ref().is_err_and(is_beyond) {
            let mut seen = self.seen();
            let of = seen.statuses.entry(links).or_default();
            of.insert(path.to_owned(), known(&status));
        }
        status
    }

    /// Whether the directory of a path is known not to be there, which answers for everything in it.
    fn is_in_nothing(&self, path: &Path) -> bool {
        let seen = self.seen();
        let known = path
            .parent()
            .and_then(|parent| seen.statuses.get(&Links::Follow)?.get(parent));
        let absent = matches!(known, Some(Err((io::ErrorKind::NotFound, _))));
        absent && self.tree.is_disk()
    }

    /// The names in a directory of the running system, sorted. Of one that is not there, none.
    pub(crate) fn names_in(&self, directory: &Path) -> io::Result<Vec<String>> {
        if let Some(known) = self.seen().names.get(directory) {
            return again(known);
        }
        let names = self.noted(self.tree.names(directory));
        if names.as_ref().is_err_and(is_beyond) {
            return names;
        }
        if names.is_ok() {
            // Of a directory that the tree has only in part, no more is known than that.
            let _ = self.status(directory, Links::Follow);
        }
        self.seen()
            .names
            .insert(directory.to_owned(), known(&names));
        names
    }

    /// The bytes of a file without secrets, or of any while they are kept.
    pub(crate) fn read_file(&self, path: &Path) -> io::Result<Text> {
        self.content(path).bytes()
    }

    /// What is in a file, of whatever kind.
    pub(crate) fn parsed<T>(
        &self,
        path: &Path,
        parse: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Found<T> {
        self.or_dangling(path, found(self.read_file(path), parse))
    }

    /// The certificates of a PEM file.
    pub(crate) fn certificates(&self, path: &Path) -> Found<Vec<Certificate>> {
        let content = self.content(path);
        self.or_dangling(
            path,
            content.found(Content::certificates, ToString::to_string),
        )
    }

    /// The public half of a private key.
    pub(crate) fn public_half(&self, path: &Path) -> Found<PublicKey> {
        let content = self.content(path);
        let key = content.found(Content::key, |error| error.reason.clone());
        self.or_dangling(path, key)
    }

    /// Why a private key that was understood is of no use.
    pub(crate) fn odd_key(&self, path: &Path) -> Option<OddKey> {
        let content = self.content(path);
        content.key().as_ref().err()?.odd.clone()
    }

    /// Why certificates do not decode, by the files of those that were asked for.
    pub(super) fn malformed(&self) -> BTreeMap<String, CertificateError> {
        let seen = self.seen();
        let files = seen.files.iter().filter_map(|(path, content)| {
            let error = content.malformed()?;
            Some((path.display().to_string(), error.clone()))
        });
        files.collect()
    }

    /// How a file is framed, where it is PEM that not everybody reads alike.
    pub(crate) fn framing(&self, path: &Path) -> Option<FramingError> {
        self.content(path).framing()
    }

    /// The public keys of a PEM file.
    pub(crate) fn public_keys(&self, path: &Path) -> Found<Vec<PublicKey>> {
        let content = self.content(path);
        self.or_dangling(path, content.found(Content::public_keys, Clone::clone))
    }

    /// Whether there is a private key in a PEM file.
    pub(crate) fn is_private(&self, path: &Path) -> bool {
        self.content(path).is_private()
    }

    /// Whether there is a private key in a file, be it a kubeconfig's.
    pub(crate) fn has_secret(&self, path: &Path) -> bool {
        self.content(path).has_secret()
    }

    /// Whether there is a certificate in a PEM file, of whatever use it is.
    pub(crate) fn has_certificate(&self, path: &Path) -> bool {
        self.content(path).has_certificate()
    }

    /// What the current context of a kubeconfig says; names in it are relative to it.
    pub(crate) fn kubeconfig(&self, path: &Path) -> Found<KubeconfigFacts> {
        let content = self.content(path);
        let found = content.found(Content::kubeconfig, Clone::clone);
        let found = found.map(|kubeconfig| {
            let mut facts = kubeconfig.facts;
            if let Some(file) = kubeconfig.authorities {
                let at = path.parent().unwrap_or(path).join(&file);
                facts.trust = trust_of_file(&file, self.certificates(&at));
                facts.trust_file = Some(at.display().to_string());
            }
            facts
        });
        self.or_dangling(path, found)
    }

    fn content(&self, path: &Path) -> Arc<Content> {
        if let Some(content) = self.seen().files.get(path) {
            return Arc::clone(content);
        }
        let status = self.status(path, Links::Follow);
        let identity = status.as_ref().ok().and_then(|status| status.identity);
        let known = identity.and_then(|identity| {
            let seen = self.seen();
            let mut files = seen.files.values();
            files
                .find(|content| content.identity == Some(identity))
                .map(Arc::clone)
        });
        let content = known.unwrap_or_else(|| {
            let read: io::Result<Zeroizing<Vec<u8>>> = match status {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
                _ => self.noted(self.tree.read(path)),
            };
            let keys = if self.keep_secrets {
                Keys::Kept
            } else if self.dates_only {
                Keys::OfTheirOwn
            } else {
                Keys::Halved
            };
            Arc::new(Content::of(read, identity, keys, &self.halves))
        });
        self.seen()
            .files
            .insert(path.to_owned(), Arc::clone(&content));
        content
    }

    /// A name that leads nowhere is not a free name.
    fn or_dangling<T>(&self, path: &Path, found: Found<T>) -> Found<T> {
        if found.is_absent() && self.is_taken(path) {
            return Found::Broken {
                reason: "is a symbolic link to a file that is not there".to_owned(),
            };
        }
        found
    }

    /// Remembers what could not be looked at.
    fn noted<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && let Some(not_observed) = NotObserved::of(error)
        {
            self.seen().not_observed.insert(not_observed.path.clone());
        }
        result
    }

    pub(super) fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_absent(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

/// Whether the tree does not go so far: that is noted each time, and not known for good.
fn is_beyond(error: &io::Error) -> bool {
    NotObserved::of(error).is_some()
}

impl fmt::Debug for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What was read may hold private keys.
        f.debug_struct("Observation")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}
