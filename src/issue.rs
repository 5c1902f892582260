//! Plans carried out in memory, and the files of what they made.
//!
//! # Example
//!
//! ```
//! use pkigen::issue::{
//!     Authorities, Authority, Bundle, Certificate, Content, Credential, IssueError, Progress,
//!     TreeFile, bundle_files, credential_files, derived_files,
//! };
//! use pkigen::key::SeededRandom;
//! use pkigen::{
//!     Cluster, Directories, FlagOptions, Inventory, Node, Plan, Provider, Setup, SoftwareKeys,
//! };
//! use time::macros::datetime;
//!
//! let cluster = Cluster::builder().build()?;
//! let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
//! let setup = Setup::new(cluster, node);
//! let plan = Plan::init(&setup, &Inventory::empty(), datetime!(2026-11-23 12:00 UTC))?;
//!
//! // No authority is there yet, so none is given: the plan makes them.
//! let random = SeededRandom::new([7; 32]);
//! let told = |progress: Progress| eprintln!("{} of {}", progress.done, progress.total);
//! let provider = Provider::new(&SoftwareKeys, &random).with_progress(&told);
//! let bundle: Result<Bundle, IssueError> = plan.issue(Authorities::new(), &provider);
//! let bundle = bundle?;
//! let expires = |credential: &Credential| {
//!     let certificate: &Certificate = credential.content.certificate()?;
//!     Some(certificate.validity().not_after)
//! };
//! assert_eq!(bundle.credentials().iter().filter_map(expires).count(), 15);
//!
//! // Each by its parts, for Secrets; or all of them by their paths.
//! let first = bundle.credentials().first().ok_or("nothing was made")?;
//! assert_eq!(credential_files(first)?.len(), 2);
//! let directories = Directories::default();
//! let mut files: Vec<TreeFile> =
//!     bundle_files(&bundle, &directories, setup.cluster().profile())?;
//! let options = FlagOptions::new();
//! files.extend(derived_files(setup.site(), &Inventory::empty(), &directories, &options)?);
//!
//! // An authority that is there issues what a later plan asks for.
//! if let Content::Pair { chain, .. } = &first.content {
//!     let signer = pkigen::key::PrivateKey::from_pem(&credential_files(first)?[0].1)?;
//!     let authority = Authority::open(chain.clone(), Box::new(signer))?;
//!     assert!(authority.issuing().is_authority());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use pki_core::issue::{Content, Credential};
pub use pki_core::{
    Authorities, Authority, AuthorityError, Bundle, Certificate, IssueError, Progress, Provider,
    SignError, Template, Validity,
};
pub use pki_layout::{TreeFile, bundle_files, credential_files, derived_files};
