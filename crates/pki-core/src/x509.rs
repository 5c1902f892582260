//! Certificates: reading them, and the one seam that writes them.

mod algorithm;
mod contents;
pub(crate) mod elements;
pub(crate) mod encode;
mod error;
mod extension;
mod fault;
#[cfg(test)]
pub(crate) mod forge;
mod host;
#[cfg(test)]
mod hostile_tests;
mod name;
pub(crate) mod oid;
mod parse;
mod pem;
mod profile;
mod request;
mod san;
mod serial;
mod signature;
mod structure;
pub(crate) mod url;
mod usage;
mod validity;

pub(crate) use algorithm::ALL as SIGNATURE_ALGORITHMS;
pub use contents::KeyUsageBits;
pub use encode::Template;
pub use error::{CertificateError, EncodeError, Malformed};
pub use extension::Extension;
pub use host::{Host, HostError};
pub use name::{DistinguishedName, NameError};
pub use oid::{InvalidOid, Oid};
pub use parse::Certificate;
pub use pem::pem_with_renewed;
pub use profile::{Profile, UnknownProfile};
pub use request::{Asked, CertificateRequest};
pub use san::{DnsName, SubjectAltNames};
pub use serial::SerialNumber;
pub(crate) use signature::{Signature, is_of_kind, signature};
pub use signature::{SignatureError, verify_signature};
pub(crate) use structure::Signed;
pub use usage::{KeyUsage, Purpose, Usage};
pub use validity::{BACKDATE, Lifetime, LifetimeError, Validity};
