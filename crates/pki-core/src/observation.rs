//! What was found: parsed facts of a machine's files, gathered by whoever can read them. Nothing
//! here judges.

mod authority;
mod inventory;
mod node;
mod pem;
mod relation;
mod renewed_by;
mod rotated;

pub use authority::{AuthorityFacts, CertificateFile, Places};
pub use inventory::{ClientFacts, FilePair, Found, Inventory, KubeconfigFacts, RowFacts};
pub use node::{ClientFiles, FileFacts, FileKind, KubeletFacts, NodeFacts, OddKey, ToldFile};
pub use relation::{End, Relation};
pub use renewed_by::RenewedBy;
pub use rotated::{Lapse, Rotated};
