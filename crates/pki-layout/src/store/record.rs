//! What a transaction is going to do, as it is written down: the journal before the first name
//! changes, and the entry of the history afterwards. Holds digests and names, no secrets.
//!
//! Three lines: what it is and in which version, one JSON object, and the SHA-256 of the lines
//! before. A record that was cut short or changed is recognised and never acted upon.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use pki_core::text::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{STAGED_PREFIX, STAGING};

const MAGIC: &str = "pkigen-transaction 1";
/// More files than any tree has; a longer list is no record of ours.
const MAX_CHANGES: usize = 1024;
/// Of the command that is remembered.
const MAX_COMMAND: usize = 1024;

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
    /// The directory that the journal is in, as the running system names it.
    pub(crate) certificates: PathBuf,
    /// The directory that the copies of what was replaced are in.
    pub(crate) kubeconfigs: PathBuf,
    /// The name that the copies have until the transaction is done; none are kept of one that
    /// only takes back what could not be finished.
    pub(crate) copies: Option<String>,
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
    /// The record as it is written.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, String> {
        let json = serde_json::to_string(self).map_err(|error| error.to_string())?;
        let mut text = format!("{MAGIC}\n{json}\n");
        let sum = digest(text.as_bytes());
        text.push_str(&sum);
        text.push('\n');
        Ok(text.into_bytes())
    }

    /// Whether it only takes back what could not be finished.
    pub(crate) fn takes_back(&self) -> bool {
        self.copies.is_none()
    }

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
        if !copies || !is_plain(&self.certificates) || !is_plain(&self.kubeconfigs) {
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
}

impl Change {
    fn check(&self, record: &Record) -> Result<(), &'static str> {
        if !record.covers(&self.path) {
            return Err("it is outside the directories");
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
            Some(staged) if !record.covers(&staged.beside) => Err("it is staged elsewhere"),
            _ => Ok(()),
        }
    }
}

/// The order in which changes are taken back: what was replaced as it was, of a pair the key first
/// and the certificate last; what was created goes, and what went comes, in the opposite order.
pub(crate) fn reversal<T>(items: &[T], change: impl Fn(&T) -> &Change) -> Vec<&T> {
    let is_replaced = |item: &&T| {
        let change = change(item);
        change.before.is_some() && change.after.is_some()
    };
    let replaced = items.iter().filter(is_replaced);
    let others = items.iter().rev().filter(|item| !is_replaced(item));
    replaced.chain(others).collect()
}

/// A command as it is remembered: one line of bounded length.
pub(crate) fn remembered(command: &str) -> String {
    let line = command
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c });
    line.take(MAX_COMMAND).collect()
}

/// Absolute, straight down, and in nothing that is ours alone.
fn is_plain(path: &Path) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let version = |content: &[u8]| Version {
            sha256: digest(content),
            mode: 0o600,
            owner: 0,
            group: 0,
        };
        Record {
            number: 7,
            command: "pkigen renew all".to_owned(),
            at: "2026-11-24T12:00:00Z".to_owned(),
            undoes: None,
            accepted: vec!["expired".to_owned()],
            certificates: PathBuf::from("/etc/kubernetes/pki"),
            kubeconfigs: PathBuf::from("/etc/kubernetes"),
            copies: Some("stage-0a".to_owned()),
            changes: vec![Change {
                path: PathBuf::from("/etc/kubernetes/pki/apiserver.key"),
                secret: true,
                before: Some(version(b"old")),
                after: Some(version(b"new")),
                staged: Some(StagedName {
                    beside: PathBuf::from("/etc/kubernetes/pki"),
                    name: "stage-0a-1".to_owned(),
                }),
                copy: Some("0".to_owned()),
            }],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let record = record();
        assert_eq!(Record::decode(&record.encode().unwrap()), Ok(record));
    }

    #[test]
    fn one_changed_byte_or_one_that_is_missing_is_noticed() {
        let whole = record().encode().unwrap();
        for position in 0..whole.len() {
            assert!(
                Record::decode(&whole[..position]).is_err(),
                "cut at {position}"
            );
            let mut changed = whole.clone();
            changed[position] ^= 1;
            assert!(Record::decode(&changed).is_err(), "changed at {position}");
        }
    }

    #[test]
    fn another_version_is_said() {
        let text = String::from_utf8(record().encode().unwrap()).unwrap();
        let newer = text.replace("transaction 1", "transaction 2");
        let why = Record::decode(newer.as_bytes()).unwrap_err();
        assert_eq!(why, "was not written by this version of pkigen");
    }

    /// A checksum is no signature: what it covers may still be nonsense.
    #[test]
    fn nothing_leads_out_of_the_directories() {
        let mut wrong: Vec<(&str, Record)> = Vec::new();
        let mut add = |what, change: fn(&mut Record)| {
            let mut record = record();
            change(&mut record);
            wrong.push((what, record));
        };
        add("a path elsewhere", |r| {
            r.changes[0].path = "/etc/shadow".into();
        });
        add("a path upwards", |r| {
            r.changes[0].path = "/etc/kubernetes/../shadow".into();
        });
        add("a relative path", |r| {
            r.changes[0].path = "etc/kubernetes/x".into();
        });
        add("a path in .pkigen", |r| {
            r.changes[0].path = "/etc/kubernetes/.pkigen/lock".into();
        });
        add("staged elsewhere", |r| {
            r.changes[0].staged.as_mut().unwrap().beside = "/tmp".into();
        });
        add("staged under a path", |r| {
            r.changes[0].staged.as_mut().unwrap().name = "stage-../x".into();
        });
        add("staged under a foreign name", |r| {
            r.changes[0].staged.as_mut().unwrap().name = "lock".into();
        });
        add("nothing staged", |r| r.changes[0].staged = None);
        add("copies elsewhere", |r| r.copies = Some("../..".to_owned()));
        add("a copy elsewhere", |r| {
            r.changes[0].copy = Some("../0".to_owned());
        });
        add("a relative directory", |r| r.kubeconfigs = "etc".into());
        add("nothing at all", |r| {
            r.changes[0].before = None;
            r.changes[0].after = None;
            r.changes[0].staged = None;
        });
        add("too many", |r| {
            let one = r.changes[0].clone();
            r.changes = vec![one; MAX_CHANGES + 1];
        });
        for (what, record) in wrong {
            assert!(Record::decode(&record.encode().unwrap()).is_err(), "{what}");
        }
    }

    #[test]
    fn a_command_is_one_line() {
        assert_eq!(remembered("pkigen\nrenew\x1b[1m"), "pkigen renew [1m");
        assert_eq!(remembered(&"x".repeat(5000)).len(), MAX_COMMAND);
    }
}
