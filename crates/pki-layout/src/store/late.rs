//! What another program writes to a file at the moment at which that is replaced. Between the last
//! look at a file and the call that gives its name to another is one instant in which nobody can
//! be kept from writing; what was written then is not lost without a word.

use std::fmt;
use std::path::PathBuf;

use super::stage::write_new;
use super::step::Step;
use crate::LayoutError;
use crate::store::directory::Directory;

/// A file that another program was writing to while it was replaced or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LateWrite {
    /// The file, on disk.
    pub path: PathBuf,
    /// Where what was written is kept, on disk; nothing where it could not be.
    pub kept: Option<PathBuf>,
}

impl fmt::Display for LateWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        write!(
            f,
            "another program wrote to {path} at the moment at which it was replaced; "
        )?;
        match &self.kept {
            Some(kept) => write!(f, "what it wrote is kept in {}", kept.display()),
            None => f.write_str("what it wrote could not be kept"),
        }
    }
}

/// Keeps what has been written late, among the copies of the transaction.
pub(super) fn keep(steps: &[Step], copies: Option<&Directory>) -> Vec<LateWrite> {
    let late = steps.iter().filter_map(|step| {
        let content = step.late_content()?;
        let kept = content.ok().zip(copies);
        let kept = kept.and_then(|(content, copies)| write(copies, step, &content).ok());
        Some(LateWrite {
            path: step.path(),
            kept,
        })
    });
    late.collect()
}

fn write(copies: &Directory, step: &Step, content: &[u8]) -> Result<PathBuf, LayoutError> {
    let copy = step.change.copy.as_deref().unwrap_or("other");
    let name = format!("{copy}-late");
    let path = copies.path.join(&name);
    write_new(copies, &name, &path, content)?.settle()?;
    copies.sync()?;
    Ok(path)
}
