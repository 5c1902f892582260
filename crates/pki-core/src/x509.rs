//! Certificates: reading them, and the one seam that writes them.

mod contents;
pub(crate) mod encode;
mod error;
mod extension;
mod fault;
#[cfg(test)]
mod hostile_tests;
mod parse;
mod pem;
mod request;
mod structure;

pub use contents::KeyUsageBits;
pub use encode::Template;
pub use error::{CertificateError, EncodeError};
pub use extension::Extension;
pub use parse::Certificate;
pub use request::CertificateRequest;
pub(crate) use structure::Signed;
