//! Whether those who read the files would accept them, and what mends it.
//!
//! # Example
//!
//! ```
//! use pkigen::verify::{Command, Edit, Finding, Remedy, Rule, Step, tree};
//! use pkigen::{Directories, Root, TreeFile};
//! use time::macros::datetime;
//!
//! let nonsense = TreeFile::new("/etc/kubernetes/pki/ca.crt", b"nonsense".to_vec());
//! let root = Root::of_files([nonsense], Directories::default())?;
//! let findings: Vec<Finding> = tree(&root.observe().facts(), datetime!(2026-11-23 12:00 UTC));
//! let broken = findings.iter().find(|finding| finding.file.ends_with("/ca.crt"));
//! let broken = broken.ok_or("it is accepted")?;
//! assert_eq!(broken.rule, Rule::MalformedFile);
//!
//! let remedy: &Remedy = &broken.remedy;
//! // Any one of the ways will do; this is the first of them.
//! for step in remedy.ways.iter().take(1).flatten() {
//!     match step {
//!         Step::Run(Command::Recover) => println!("complete what was interrupted"),
//!         Step::Run(command) => println!("do {command:?}"),
//!         Step::Edit(Edit { file, .. }) => println!("change {file}"),
//!         Step::Ask(question, _) => println!("{}, since {}", question.text, question.why),
//!         Step::Accept(_) => {}
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use pki_core::judge::{
    Finding, LooseFiles, Offence, RULES, Rule, RuleGroup, RuleSpec, loose, tree,
};
pub use pki_core::remedy::{Command, Edit, EditPlace, Question, Remedy, Step};
