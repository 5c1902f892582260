//! Certificates: reading them, and the one seam that writes them.

pub(crate) mod encode;
mod error;
mod extension;
mod parse;
mod pem;
mod structure;

pub use encode::Template;
pub use error::{CertificateError, EncodeError};
pub use extension::Extension;
pub use parse::Certificate;
pub(crate) use structure::Signed;
