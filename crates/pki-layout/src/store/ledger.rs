//! What was issued for others to carry away: a line for each certificate, in the kubeconfig
//! directory's `.pkigen/issued`. Lines are only added, each before its certificate is handed out, so
//! that none is in use that is not in it. What transactions issued is in their records.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};

use pki_core::Random;
use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};

use super::copies::{HOME, RECORD};
use super::{Session, nonce, record};
use crate::error::Operation;
use crate::record::{Issued, Record, STAGING};
use crate::{LayoutError, Root};

/// Name of the file.
const LEDGER: &str = "issued";
/// More than a million certificates; beyond that it is no ledger of ours.
const LARGEST: u64 = 1 << 30;

/// A line as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// When, in RFC 3339.
    pub(crate) at: String,
    /// The command that issued it.
    pub(crate) command: String,
    /// What tells the lines of one run from those of another, where it is resumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) batch: Option<String>,
    #[serde(flatten)]
    pub(crate) issued: Issued,
}

/// What was issued, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Ledger {
    /// The certificates.
    pub rows: Vec<LedgerRow>,
    /// What cannot be read, in sentences: it may hide certificates.
    pub unreadable: Vec<String>,
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerRow {
    /// When, in RFC 3339.
    pub at: String,
    /// The command that issued it.
    pub command: String,
    /// The transaction that it was issued for, where it was put in a place of the tree.
    pub transaction: Option<u64>,
    /// The certificate.
    pub issued: Issued,
}

impl Line {
    /// Of a certificate that this run has issued.
    pub(crate) fn new(root: &Root, at: String, batch: Option<String>, issued: Issued) -> Self {
        Self {
            at,
            command: record::remembered(&root.writing().command),
            batch,
            issued,
        }
    }
}

/// A name for the lines of one run.
pub(crate) fn batch(random: &dyn Random) -> Result<String, LayoutError> {
    nonce::hex(random)
}

impl Session {
    /// Adds lines, on disk when this returns. What is there already of a batch, because a run was cut
    /// short, is not added again; a line that was cut short is taken away.
    pub(crate) fn add_issued(&self, lines: &[Line]) -> Result<(), LayoutError> {
        let home = &self.bases.kubeconfigs.staging;
        let path = home.path.join(LEDGER);
        let failed = |error: std::io::Error| LayoutError::io(Operation::Stage, &path)(error);
        let flags = OFlags::RDWR
            | OFlags::CREATE
            | OFlags::APPEND
            | OFlags::NOFOLLOW
            | OFlags::NONBLOCK
            | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(super::mode::STAGED);
        let file = rustix::fs::openat(&home.fd, LEDGER, flags, mode)
            .map_err(|error| failed(error.into()))?;
        let mut file = File::from(file);
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(LayoutError::NotReplaceable {
                path,
                what: "no regular file",
            });
        }
        let whole = whole_lines(&mut file).map_err(failed)?;
        file.set_len(whole).map_err(failed)?;
        let known = match lines.first().and_then(|line| line.batch.as_deref()) {
            Some(batch) => of_batch(&mut file, batch).map_err(failed)?,
            None => BTreeSet::new(),
        };
        let mut text = Vec::new();
        for line in lines
            .iter()
            .filter(|line| !known.contains(&line.issued.sha256))
        {
            serde_json::to_writer(&mut text, line).map_err(|error| failed(error.into()))?;
            text.push(b'\n');
        }
        file.write_all(&text)
            .and_then(|()| file.sync_all())
            .map_err(failed)?;
        home.sync()
    }
}

/// How long the file is up to the end of its last whole line.
fn whole_lines(file: &mut File) -> std::io::Result<u64> {
    const STEP: u64 = 4096;
    let mut end = file.seek(SeekFrom::End(0))?;
    while end > 0 {
        let begin = end.saturating_sub(STEP);
        file.seek(SeekFrom::Start(begin))?;
        let mut block = vec![0; usize::try_from(end - begin).unwrap_or_default()];
        file.read_exact(&mut block)?;
        if let Some(last) = block.iter().rposition(|byte| *byte == b'\n') {
            let last = u64::try_from(last).unwrap_or_default();
            return Ok(begin + last + 1);
        }
        end = begin;
    }
    Ok(0)
}

/// The fingerprints that are there of a batch.
fn of_batch(file: &mut File, batch: &str) -> std::io::Result<BTreeSet<String>> {
    file.seek(SeekFrom::Start(0))?;
    let mut known = BTreeSet::new();
    for line in BufReader::new(file).lines() {
        let line = line?;
        // Most lines are of other runs, and need not be understood for that.
        if !line.contains(batch) {
            continue;
        }
        if let Ok(line) = serde_json::from_str::<Line>(&line)
            && line.batch.as_deref() == Some(batch)
        {
            known.insert(line.issued.sha256);
        }
    }
    Ok(known)
}

impl Root {
    /// What was issued here, as far as it is remembered: for others to carry away, all of it; in
    /// place, by the last hundred transactions. Takes no lock and writes nothing.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Io`] when it cannot be read.
    pub fn issued(&self) -> Result<Ledger, LayoutError> {
        let mut ledger = Ledger::default();
        let home = self.directories().kubeconfigs.join(STAGING);
        self.of_records(&home.join(HOME), &mut ledger)?;
        let path = home.join(LEDGER);
        let failed =
            |error: std::io::Error| LayoutError::io(Operation::Read, &self.on_disk(&path))(error);
        let lines: Box<dyn std::io::BufRead> = if self.is_in_memory() {
            match self.tree().read(&path) {
                Ok(text) => Box::new(BufReader::new(std::io::Cursor::new(text.to_vec()))),
                Err(error) if is_absent(&error) => return Ok(sorted(ledger)),
                Err(error) => return Err(failed(error)),
            }
        } else {
            let flags = OFlags::RDONLY | OFlags::NONBLOCK;
            match self.open(&path, flags) {
                Ok(file) => Box::new(BufReader::new(File::from(file).take(LARGEST))),
                Err(error) if is_absent(&error) => return Ok(sorted(ledger)),
                Err(error) => return Err(failed(error)),
            }
        };
        read(
            lines,
            &self.on_disk(&path).display().to_string(),
            &mut ledger,
        )
        .map_err(failed)?;
        Ok(sorted(ledger))
    }

    fn of_records(&self, home: &std::path::Path, ledger: &mut Ledger) -> Result<(), LayoutError> {
        let names = match self.tree().names(home) {
            Err(error) if is_absent(&error) => Vec::new(),
            names => names.map_err(LayoutError::io(Operation::Read, &self.on_disk(home)))?,
        };
        for name in names {
            let path = home.join(&name).join(RECORD);
            let record = match self.tree().read(&path) {
                Ok(text) => Record::decode(&text),
                Err(error) if is_absent(&error) => continue,
                Err(error) => Err(error.to_string()),
            };
            let record = match record {
                Ok(record) => record,
                Err(problem) => {
                    let path = self.on_disk(&path);
                    ledger
                        .unreadable
                        .push(format!("{} {problem}", path.display()));
                    continue;
                }
            };
            ledger
                .rows
                .extend(record.issued.into_iter().map(|issued| LedgerRow {
                    at: record.at.clone(),
                    command: record.command.clone(),
                    transaction: Some(record.number),
                    issued,
                }));
        }
        Ok(())
    }
}

impl Ledger {
    /// What a ledger says that was carried here by itself.
    ///
    /// # Errors
    ///
    /// [`std::io::Error`] when it cannot be read.
    pub fn read(reader: impl std::io::Read, name: &str) -> std::io::Result<Self> {
        let mut ledger = Self::default();
        read(BufReader::new(reader.take(LARGEST)), name, &mut ledger)?;
        Ok(sorted(ledger))
    }
}

fn is_absent(error: &std::io::Error) -> bool {
    let is_beyond = crate::tree::source::NotObserved::of(error).is_some();
    is_beyond || matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn read(lines: impl std::io::BufRead, name: &str, ledger: &mut Ledger) -> std::io::Result<()> {
    for (number, line) in lines.split(b'\n').enumerate() {
        let line = line?;
        if line.is_empty() {
            continue;
        }
        match serde_json::from_slice::<Line>(&line) {
            Ok(line) => ledger.rows.push(LedgerRow {
                at: line.at,
                command: line.command,
                transaction: None,
                issued: line.issued,
            }),
            Err(error) => ledger
                .unreadable
                .push(format!("{name}, line {}: {error}", number + 1)),
        }
    }
    Ok(())
}

fn sorted(mut ledger: Ledger) -> Ledger {
    ledger.rows.sort_by(|one, other| one.at.cmp(&other.at));
    ledger
}
