//! Of how many transactions the replaced files are kept: remembered with the tree, so that a run to
//! which nobody says it does not take away what another has been told to keep.

use super::stage::write_new;
use crate::LayoutError;
use crate::error::Operation;
use crate::record::STAGED_PREFIX;
use crate::store::directory::{Directory, Entry};

/// Holds a number.
const NAME: &str = "keep";
/// Where nobody has said.
const DEFAULT: usize = 3;

/// How many. Where it does not say so any more, somebody may have wanted all of them.
pub(super) fn remembered(staging: &Directory) -> Result<usize, LayoutError> {
    let Some(text) = staging.read(NAME)? else {
        return Ok(DEFAULT);
    };
    let number = std::str::from_utf8(&text).ok();
    let number = number.and_then(|text| text.trim().parse().ok());
    Ok(number.unwrap_or(usize::MAX))
}

/// From now on so many.
pub(super) fn remember(staging: &Directory, keep: usize) -> Result<(), LayoutError> {
    if remembered(staging)? == keep {
        return Ok(());
    }
    let path = staging.path.join(NAME);
    let fresh = format!("{STAGED_PREFIX}{NAME}");
    let text = format!("{keep}\n");
    write_new(staging, &fresh, &path, text.as_bytes())?.settle()?;
    let placed = rustix::fs::renameat(&staging.fd, &fresh, &staging.fd, NAME);
    placed
        .inspect_err(|_| staging.remove(&fresh, Entry::File))
        .map_err(LayoutError::io(Operation::Place, &path))
}
