//! What was found: parsed facts of a machine's files, gathered by whoever can read them. Nothing
//! here judges.

mod authority;
mod file_state;
mod inventory;
mod needed;
mod node;
mod pem;
mod relation;
mod renewed_by;
mod rotated;
mod told;
mod whereabouts;

pub use authority::{AuthorityFacts, CertificateFile, Places};
pub use inventory::{
    ClientFacts, FilePair, Found, Inventory, KubeconfigFacts, KubeconfigUser, RowFacts,
};
pub use needed::{is_control_plane, needed};
pub use node::{ClientFiles, FileFacts, FileKind, KubeletFacts, NodeFacts, OddKey};
pub use relation::{End, Relation};
pub use renewed_by::RenewedBy;
pub use rotated::{Lapse, Rotated};
pub use told::{ToldFile, ToldPart};
pub use whereabouts::{Elsewhere, NothingFound, Whereabouts};
