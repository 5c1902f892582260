//! What is to be made, and why: from a description and what there is, without touching either.
//!
//! # Example
//!
//! ```
//! use pkigen::plan::{Action, Creation, Found, Inventory, Plan, Refusal, RowFacts, Step, Warning};
//! use pkigen::{Cluster, Node, RowId, Setup};
//! use time::macros::datetime;
//!
//! let cluster = Cluster::builder().build()?;
//! let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).new_cluster(true);
//! let node = node.build(&cluster)?;
//! // Somebody has put a certificate there that is none.
//! let mut inventory = Inventory::empty();
//! let certificate = Found::Broken { reason: "is not PEM".to_owned() };
//! inventory.insert(RowId::Apiserver, RowFacts::Pair { certificate, key: Found::Absent });
//!
//! let now = datetime!(2026-11-23 12:00 UTC);
//! let plan = Plan::init(&Setup::new(cluster, node), &inventory, now)?;
//! let shown = |step: &Step| match &step.action {
//!     Action::Create(Creation::KeyPair) => format!("{}: a key pair", step.id),
//!     Action::Create(creation) => format!("{}: {:?}", step.id, creation.template()),
//!     _ => format!("{} stays", step.id),
//! };
//! assert!(plan.steps().iter().map(shown).all(|line| !line.is_empty()));
//! let refused = |refusal: &Refusal| format!("{}: {}", refusal.file, refusal.problem);
//! let refused: Vec<String> = plan.refusals().iter().map(refused).collect();
//! assert_eq!(refused, ["apiserver.crt: it is not PEM"]);
//! let warnings: &[Warning] = plan.warnings();
//! assert!(warnings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use pki_core::observation::{ClientFacts, Found, KubeconfigFacts, RowFacts};
pub use pki_core::plan::{Action, Creation, Problem, Refusal, Step, Warning};
pub use pki_core::{Inventory, Plan};
