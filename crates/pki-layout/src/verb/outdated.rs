//! Which of the derived files are to be written: those that are missing or no longer right.

use pki_core::{Inventory, Site};

use crate::files::derived::{self, derived_files};
use crate::flags::{FlagOptions, FlagsError};
use crate::store::{Target, Write};
use crate::{Observation, TreeFile};

/// The derived files that are missing or no longer right.
pub(crate) fn derived(
    site: Site<'_>,
    observation: &Observation,
    inventory: &Inventory,
    options: &FlagOptions,
) -> Result<Vec<Write>, FlagsError> {
    let directories = observation.directories();
    let mut files = derived_files(site, inventory, directories, options)?;
    if !observation.root().writing().derived {
        let derived = directories.derived();
        files.retain(|file| !file.path.starts_with(&derived));
    }
    Ok(outdated(observation, files))
}

/// The bundles that are there and no longer right.
pub(crate) fn bundles(observation: &Observation, inventory: &Inventory) -> Vec<Write> {
    let mut writes = outdated(
        observation,
        derived::bundles(inventory, observation.directories()),
    );
    writes.retain(|write| write.target == Target::Replaced);
    writes
}

/// The bindings, where they are not there as they are to be.
pub(crate) fn bindings(observation: &Observation) -> Vec<Write> {
    outdated(
        observation,
        vec![derived::bindings(observation.directories())],
    )
}

fn outdated(observation: &Observation, files: Vec<TreeFile>) -> Vec<Write> {
    let outdated = files.into_iter().filter_map(|file| {
        let target = target(observation, &file)?;
        Some(Write::of(file, target))
    });
    outdated.collect()
}

/// `None` when the file is right as it is.
fn target(observation: &Observation, file: &TreeFile) -> Option<Target> {
    match observation.read_file(&file.path) {
        Ok(there) if *there == **file.contents => None,
        _ if observation.is_taken(&file.path) => Some(Target::Replaced),
        _ => Some(Target::New),
    }
}
