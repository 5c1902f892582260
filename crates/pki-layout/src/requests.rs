//! Certificates of authorities whose keys are elsewhere: asked for here, signed there, taken here.
//!
//! A request and its key wait in `requests` of the certificate directory, with a manifest of them,
//! until the certificate has come: state on disk, written and taken away in transactions as
//! everything is. What is carried is the requests and the certificates, never a key. Whatever has
//! signed, what it has made is compared with what was asked for.

mod carried;
mod create;
mod finished;
mod import;
mod sign;
mod signed;

pub use crate::error::RequestError;
pub use crate::manifest::{CertificateManifest, CertificateRow, RequestManifest, RequestRow};
pub use carried::{Carried, carry, check_place, read_carried, read_certificates};
pub use create::{CreateReport, Requested};
pub use import::{ImportReport, Imported, ImportedRow};
pub use sign::Signing;
pub use signed::{SignReport, Signed, SignedRow};
