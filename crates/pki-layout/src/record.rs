//! What a transaction is going to do, as it is written down: the journal before the first name
//! changes, and the entry of the history afterwards. Holds digests and names, no secrets.
//!
//! Three lines: what it is and in which version, one JSON object, and the SHA-256 of the lines
//! before. A record that was cut short or changed is recognised and never acted upon.

mod issued;

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use pki_core::text::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use self::issued::Issued;

/// Holds lock, journal and copies, and private keys for a moment. Its name and those in it end in
/// nothing that a reader of certificate directories looks for.
pub(crate) const STAGING: &str = ".pkigen";
/// What is in there for a moment.
pub(crate) const STAGED_PREFIX: &str = "stage-";
/// Name of the journal, in there too.
pub(crate) const JOURNAL: &str = "journal";

pub(crate) const MAGIC: &str = "pkigen-transaction 1";
/// More files than any tree has; a longer list is no record of ours.
pub(crate) const MAX_CHANGES: usize = 1024;

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// Counts the transactions of a tree, from 1.
    pub(crate) number: u64,
    /// The command that made it.
    pub(crate) command: String,
    /// When, in RFC 3339.
    pub(crate) at: String,
    /// The transaction that this one takes back.
    pub(crate) undoes: Option<u64>,
    /// The rules that somebody took the responsibility for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) accepted: Vec<String>,
    /// The certificates that were issued for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) issued: Vec<Issued>,
    /// The directory that the journal is in, as the running system names it.
    pub(crate) certificates: PathBuf,
    /// The directory that the copies of what was replaced are in.
    pub(crate) kubeconfigs: PathBuf,
    /// The kubelet's directory, where its client certificate is among the files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kubelet: Option<PathBuf>,
    /// The directory with the kubelet's arguments, where they are among the files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) arguments: Option<PathBuf>,
    /// The name that the copies have until the transaction is done; none are kept of one that
    /// only takes back what could not be finished.
    pub(crate) copies: Option<String>,
    /// Whether it was taken back while it was made: somebody else had changed these of its files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) withdrawn: bool,
    /// The files, in the order in which they change.
    pub(crate) changes: Vec<Change>,
}

/// What happens to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// Its path in the running system.
    pub(crate) path: PathBuf,
    /// Whether it holds a private key.
    pub(crate) secret: bool,
    /// What is there before; nothing where it is new.
    pub(crate) before: Option<Version>,
    /// What is there afterwards; nothing where it goes.
    pub(crate) after: Option<Version>,
    /// Where its new content waits.
    pub(crate) staged: Option<StagedName>,
    /// Name of the copy of what was there before, among the copies.
    pub(crate) copy: Option<String>,
}

/// A file's content and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    /// Whether it is a symbolic link, whose content is where it leads to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) link: bool,
    /// SHA-256 of the content, in lower-case hexadecimal.
    pub(crate) sha256: String,
    /// Permissions.
    pub(crate) mode: u32,
    /// User id of the owner.
    pub(crate) owner: u32,
    /// Group id.
    pub(crate) group: u32,
}

/// A file that waits to be put in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StagedName {
    /// The directory whose `.pkigen` it is in, as the running system names it.
    pub(crate) beside: PathBuf,
    /// Its name there.
    pub(crate) name: String,
}

/// Digest of a content, as records hold it.
pub(crate) fn digest(content: &[u8]) -> String {
    hex::plain(&Sha256::digest(content))
}

impl Record {
    /// Reads a record and checks that it is whole and that nothing in it leads elsewhere.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "is not text")?;
        let mut lines = text.splitn(3, '\n');
        let (Some(magic), Some(json), Some(rest)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err("is cut short".to_owned());
        };
        if magic != MAGIC {
            return Err("was not written by this version of pkigen".to_owned());
        }
        let covered = magic.len() + 1 + json.len() + 1;
        let sum = digest(bytes.get(..covered).unwrap_or_default());
        if rest.strip_suffix('\n') != Some(sum.as_str()) {
            return Err("is cut short or was changed: its checksum is wrong".to_owned());
        }
        let record: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        record.check()?;
        Ok(record)
    }

    fn check(&self) -> Result<(), String> {
        if self.changes.len() > MAX_CHANGES {
            return Err(format!("changes more than {MAX_CHANGES} files"));
        }
        let copies = self.copies.as_deref().is_none_or(is_staged_name);
        let mut directories = [&self.certificates, &self.kubeconfigs]
            .into_iter()
            .chain(&self.kubelet)
            .chain(&self.arguments);
        if !copies || !directories.all(|directory| is_plain(directory)) {
            return Err("names directories that no transaction uses".to_owned());
        }
        for change in &self.changes {
            change.check(self).map_err(|why| {
                let path = change.path.display();
                format!("has an impossible entry for {path}: {why}")
            })?;
        }
        Ok(())
    }

    /// Whether a file is in one of the directories of the transaction.
    fn covers(&self, path: &Path) -> bool {
        let bases = [&self.certificates, &self.kubeconfigs];
        is_plain(path) && bases.iter().any(|base| path.starts_with(base))
    }

    /// Whether a file is the kubelet's arguments, as kubeadm writes them.
    fn is_arguments(&self, path: &Path) -> bool {
        is_plain(path)
            && self
                .arguments
                .as_ref()
                .is_some_and(|one| one.join(ARGUMENTS) == path)
    }

    /// Whether a file is one that the kubelet rotates, in its own directory: of what else is there
    /// no transaction changes anything.
    fn is_rotated(&self, path: &Path) -> bool {
        let kubelet = self.kubelet.as_deref();
        is_plain(path) && path.parent() == kubelet && is_rotated(path)
    }
}

impl Change {
    fn check(&self, record: &Record) -> Result<(), &'static str> {
        let is_rotated = record.is_rotated(&self.path);
        if !record.covers(&self.path) && !is_rotated && !record.is_arguments(&self.path) {
            return Err("it is outside the directories");
        }
        let mut versions = self.before.iter().chain(&self.after);
        if versions.any(|version| version.link) && !is_rotated {
            return Err("it is a link, and not the kubelet's");
        }
        if self.before.is_none() && self.after.is_none() {
            return Err("it is in neither version");
        }
        if self.after.is_some() != self.staged.is_some() {
            return Err("what is staged and what is to be there disagree");
        }
        let copy = self.copy.as_deref();
        if copy.is_some_and(|name| name.is_empty() || !name.bytes().all(|b| b.is_ascii_digit())) {
            return Err("its copy has no name of ours");
        }
        match &self.staged {
            Some(staged) if !is_staged_name(&staged.name) => {
                Err("it is staged under a foreign name")
            }
            Some(staged)
                if !record.covers(&staged.beside)
                    && Some(&staged.beside) != record.kubelet.as_ref()
                    && Some(&staged.beside) != record.arguments.as_ref() =>
            {
                Err("it is staged elsewhere")
            }
            _ => Ok(()),
        }
    }
}

/// Where kubeadm writes the kubelet's arguments: the directory, and the name in it.
#[cfg(feature = "disk")]
pub(crate) const ARGUMENTS_DIRECTORY: &str = "/var/lib/kubelet";
pub(crate) const ARGUMENTS: &str = "kubeadm-flags.env";

/// Whether it is named as the kubelet's client certificate is, by date or as the link to the
/// current one.
pub(crate) fn is_rotated(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let is_pem = path.extension().is_some_and(|extension| extension == "pem");
    is_pem && name.starts_with("kubelet-client-")
}

/// Absolute, straight down, and in nothing that is ours alone.
pub(crate) fn is_plain(path: &Path) -> bool {
    let mut parts = path.components();
    parts.next() == Some(Component::RootDir)
        && parts.all(|part| matches!(part, Component::Normal(name) if name != OsStr::new(STAGING)))
}

fn is_staged_name(name: &str) -> bool {
    let digits = name.strip_prefix(STAGED_PREFIX);
    digits.is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
    })
}
