//! Renewals as values: which credentials, why, and their new certificates in memory. On disk it is
//! [`Root::renew`](crate::Root).
//!
//! # Example
//!
//! ```
//! use pkigen::issue::{Authorities, IssueError, credential_files};
//! use pkigen::key::{PrivateKey, SeededRandom};
//! use pkigen::renew::{RenewAction, RenewPlan, RenewRule, Threshold, renewed_files};
//! use pkigen::table::Part;
//! use pkigen::{Cluster, Inventory, Node, Plan, Provider, RowId, Setup, SoftwareKeys};
//! use time::{Duration, macros::datetime};
//!
//! let cluster = Cluster::builder().build()?;
//! let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
//! let setup = Setup::new(cluster, node);
//! let made = datetime!(2026-01-01 12:00 UTC);
//! let random = SeededRandom::new([7; 32]);
//! let provider = Provider::new(&SoftwareKeys, &random);
//! let plan = Plan::init(&setup, &Inventory::empty(), made)?;
//! let bundle = plan.issue(Authorities::new(), &provider)?;
//!
//! // What is kept somewhere, by credential and part.
//! let mut kept = Vec::new();
//! for credential in bundle.credentials() {
//!     for (part, bytes) in credential_files(credential)? {
//!         kept.push((credential.id.clone(), part, bytes));
//!     }
//! }
//! let inventory = Inventory::from_pem("cp1".parse()?, kept.iter().cloned());
//!
//! let mut rule = RenewRule::all();
//! rule.names = vec![RowId::Apiserver];
//! rule.threshold = Threshold { within: Some(Duration::days(30)) };
//! let plan = RenewPlan::new(&inventory, rule, datetime!(2026-12-20 12:00 UTC));
//! for step in plan.steps() {
//!     if let RenewAction::Renew { chain, validity, .. } = &step.action {
//!         println!("{}: {} until {}", step.id, chain[0].subject(), validity.not_after);
//!     }
//! }
//!
//! let ca = setup.site().id(RowId::ClusterCa);
//! let key = kept.iter().find(|(id, part, _)| *id == ca && *part == Part::Key);
//! let key = PrivateKey::from_pem(&key.ok_or("no key of the authority")?.2)?;
//! let authority = inventory.authority(RowId::ClusterCa).open(Box::new(key))?;
//! let authorities = Authorities::from([(RowId::ClusterCa, authority)]);
//! let no_key_is_kept = |_: &_| unreachable!("the rule asks for new keys");
//! let mut parts = 0;
//! plan.issue_each::<IssueError>(&authorities, no_key_is_kept, &provider, |_, renewed| {
//!     // Of a kubeconfig, the text there is goes with it.
//!     parts += renewed_files(&renewed?, None).map_or(0, |files| files.len());
//!     Ok(())
//! })?;
//! assert_eq!(parts, 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use pki_core::issue::Renewed;
pub use pki_core::plan::renew::{
    RenewAction, RenewPlan, RenewProblem, RenewRule, RenewStep, Threshold,
};
pub use pki_layout::renewed_files;
