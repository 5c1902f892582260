//! Whether a tree, or a few files, would be accepted by everybody who reads them.
//!
//! The verdict is the intersection of Go, OpenSSL when it is strict, GnuTLS and rustls-webpki, and
//! of what the components of Kubernetes want beside. Each [`Finding`] names the [`Rule`] that is
//! broken and who refuses; what each rule means is a row of [`RULES`]. A finding stands where its
//! cause is: an authority that has expired is one finding, and not one for each certificate below
//! it.
//!
//! Pure functions from facts to findings: the facts are [`NodeFacts`](crate::observation::NodeFacts), gathered by somebody else.

mod authority;
mod certificate;
mod chain;
mod copies;
mod drift;
pub mod expiration;
mod extension;
mod files;
mod finding;
mod framing;
pub mod gate;
mod identifier;
mod identity;
mod keys;
mod kubeconfig;
mod leaf;
mod loose;
mod malformed;
mod manifest;
mod missing;
mod node;
mod object;
mod public_key;
mod purpose;
mod relation;
mod remedies;
mod rule;
mod rules;
mod serial;
mod served;
mod standing;
mod subject;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod told;
mod tree;
mod trust;
mod wanted;

pub use finding::Finding;
pub use gate::{Offence, Picture};
pub use identity::{excess, identity};
pub use loose::{LooseFiles, certificates_file, key_file, loose};
pub use manifest::manifests;
pub use missing::where_to_look;
pub use relation::Reader;
pub use remedies::{Holder, Remedies};
pub use rule::{RULES, Rule, RuleGroup, RuleSpec, UnknownRule};
pub use told::told;
pub use tree::tree;
pub use trust::shared_trust;
