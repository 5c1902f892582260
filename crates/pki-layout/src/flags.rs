//! The command-line flags that tell each component about its certificates.
//!
//! [`FLAGS`](crate::table::FLAGS) is the table, pure data. A [`FlagSet`] is what the table says for one component of
//! one cluster, and [`render`] writes it in the form an installer needs. Nothing here reads or
//! writes files. Paths are those of [`Directories`](crate::Directories), as the running system
//! sees them. Sets do not depend on the profile: profiles differ in what certificates hold, not
//! in where they are.

mod described;
mod elsewhere;
mod error;
mod options;
mod render;
mod resolve;
mod set;
#[cfg(test)]
mod tests;

pub use elsewhere::Elsewhere;
pub use error::FlagsError;
pub use options::{FlagOptions, Override};
pub use render::{Format, UnknownFormat, kubelet_configuration_yaml, render};
pub use set::{Argument, Field, FlagSet, Setting};
