//! What is to be done about dates.

use crate::remedy::{Command, Remedy, Step};
use crate::spec::RowId;

/// The renewal of what has expired; authorities come first, because what is below them lives no
/// longer.
#[must_use]
pub fn renewal_of(expired: &[RowId]) -> Remedy {
    let (authorities, leaves): (Vec<RowId>, Vec<RowId>) =
        expired.iter().partition(|row| row.spec().is_authority());
    let authorities: Vec<String> = authorities.iter().map(ToString::to_string).collect();
    let leaves = (!leaves.is_empty()).then(|| renew(vec!["all".to_owned()]));
    let authorities = (!authorities.is_empty()).then(|| renew(authorities));
    Remedy::steps(authorities.into_iter().chain(leaves))
}

fn renew(names: Vec<String>) -> Step {
    Step::Run(Command::Renew {
        names,
        reconcile: false,
        reuse_key: false,
        accept: Vec::new(),
    })
}
