//! Certificates: reading them, and the one seam that writes them.

pub(crate) mod encode;
mod error;
mod extension;
#[cfg(test)]
pub(crate) mod forge;
mod parse;
mod pem;
mod structure;

pub use encode::Template;
pub use error::{CertificateError, EncodeError};
pub use extension::Extension;
pub use parse::{Certificate, KeyUsageBits};
pub(crate) use structure::Signed;
