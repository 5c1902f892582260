//! What explains rather than makes: `explain`, `audit`, `map`, and the CIS items. Views of what was
//! observed.

pub(crate) mod audit;
pub mod explain;
pub mod map;
