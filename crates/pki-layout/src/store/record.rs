//! Writing records, and what is done with them.

use crate::record::{Change, MAGIC, MAX_CHANGES, Record, digest};
use crate::tree::source::MAX_SIZE;

/// Of the command that is remembered.
const MAX_COMMAND: usize = 1024;

impl Record {
    /// The record as it is written.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, String> {
        if self.changes.len() > MAX_CHANGES {
            return Err(format!("would change more than {MAX_CHANGES} files"));
        }
        let json = serde_json::to_string(self).map_err(|error| error.to_string())?;
        let mut text = format!("{MAGIC}\n{json}\n");
        let sum = digest(text.as_bytes());
        text.push_str(&sum);
        text.push('\n');
        // It could not be read again.
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_SIZE {
            return Err("would be larger than 1 MiB".to_owned());
        }
        Ok(text.into_bytes())
    }

    /// Whether it only takes back what could not be finished.
    pub(crate) fn takes_back(&self) -> bool {
        self.copies.is_none()
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::record::{MAX_CHANGES, StagedName, Version};

    fn record() -> Record {
        let version = |content: &[u8]| Version {
            link: false,
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
            issued: Vec::new(),
            certificates: PathBuf::from("/etc/kubernetes/pki"),
            kubeconfigs: PathBuf::from("/etc/kubernetes"),
            kubelet: None,
            arguments: None,
            copies: Some("stage-0a".to_owned()),
            withdrawn: false,
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
        for (what, record) in wrong {
            assert!(Record::decode(&record.encode().unwrap()).is_err(), "{what}");
        }
    }

    /// In the kubelet's directory what it rotates changes, a link among it, and nothing else.
    #[test]
    fn of_the_kubelet_only_what_it_rotates() {
        let decoded = |path: &str, link: bool| {
            let mut record = record();
            record.kubelet = Some("/var/lib/kubelet/pki".into());
            record.changes[0].path = path.into();
            record.changes[0].after.as_mut().unwrap().link = link;
            Record::decode(&record.encode().unwrap())
        };
        let current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
        assert!(decoded(current, true).is_ok() && decoded(current, false).is_ok());
        for (path, link) in [
            ("/var/lib/kubelet/pki/kubelet.crt", false),
            ("/var/lib/kubelet/pki/x/kubelet-client-current.pem", false),
            ("/etc/kubelet-client-current.pem", true),
            ("/etc/kubernetes/pki/apiserver.key", true),
        ] {
            assert!(decoded(path, link).is_err(), "{path}");
        }
    }

    /// What could not be read again is not written either.
    #[test]
    fn a_record_has_a_largest_size() {
        let mut record = record();
        let one = record.changes[0].clone();
        record.changes = vec![one.clone(); MAX_CHANGES];
        assert!(Record::decode(&record.encode().unwrap()).is_ok());
        record.changes.push(one);
        assert!(record.encode().is_err());
        record.changes.truncate(MAX_CHANGES);
        for change in &mut record.changes {
            let name = "x".repeat(2_000);
            change.path = format!("/etc/kubernetes/pki/{name}").into();
        }
        assert!(record.encode().is_err());
    }

    #[test]
    fn a_command_is_one_line() {
        assert_eq!(remembered("pkigen\nrenew\x1b[1m"), "pkigen renew [1m");
        assert_eq!(remembered(&"x".repeat(5000)).len(), MAX_COMMAND);
    }
}
