//! When what expires, as `pkigen check-expiration` tells it.
//!
//! # Example
//!
//! ```
//! use pkigen::check::{Expirations, State, Threshold, judge};
//! use pkigen::{Directories, Root};
//! use time::macros::datetime;
//!
//! // Of a directory, with the feature `disk`: `Root::new(prefix, directories)`.
//! let root = Root::of_files([], Directories::default())?;
//! let expirations: Expirations = root.observe().expirations();
//! let now = datetime!(2026-11-23 12:00 UTC);
//! let within = Some(time::Duration::days(30));
//! let judged = judge(&expirations, now, Threshold { within });
//! for (row, state) in &judged.rows {
//!     if state.is_finding() {
//!         println!("{}: {state:?}", row.path);
//!     }
//! }
//! assert!(judged.rows.iter().all(|(_, state)| *state == State::Missing));
//! # Ok::<(), pkigen::LayoutError>(())
//! ```

pub use pki_core::judge::expiration::{
    ExpirationFacts, Expirations, FurtherExpiration, Judged, RowExpiration, State, Threshold, Zone,
    judge, percent_left, residual,
};
