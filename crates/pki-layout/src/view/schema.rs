//! What every object for programs has, and what is printed where there is nothing to report.

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The version of every object in this module.
pub const SCHEMA_VERSION: u32 = 1;

/// A command that writes and failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FailureReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `FailureReport`.
    pub kind: &'static str,
    /// `failed`: nothing has changed. `locked`: another run is writing, and nothing has changed.
    /// `recovery-needed`: `recover` completes what was decided. `conflict`: it cannot, because
    /// somebody else has changed a file.
    pub outcome: &'static str,
    /// What went wrong, with every cause.
    pub error: String,
}

impl FailureReport {
    /// A failure that ended like this, and what went wrong.
    #[must_use]
    pub const fn new(outcome: &'static str, error: String) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            kind: "FailureReport",
            outcome,
            error,
        }
    }
}

/// How every object writes an instant.
pub(crate) fn rfc3339(instant: OffsetDateTime) -> String {
    instant.format(&Rfc3339).unwrap_or_default()
}
