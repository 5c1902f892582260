//! What `init` did.

use std::path::PathBuf;

use pki_core::judge::Offence;
use pki_core::{CredentialId, Plan};
use time::OffsetDateTime;

use crate::store::{Finished, LateWrite};
use crate::table::KubernetesVersion;

/// What [`Root::init`](crate::Root::init) did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Initialised {
    /// The plan it executed, or refused to.
    pub plan: Plan,
    /// How it ended.
    pub outcome: Outcome,
    /// What executing the plan would make worse; nothing was written then.
    pub offences: Vec<Offence>,
    /// What was written, or would be.
    pub receipt: Receipt,
    /// What other programs wrote to files while they were replaced.
    pub late: Vec<LateWrite>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<Finished>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// What the files are for, and so what comes next.
    pub situation: Situation,
    /// The version of Kubernetes that they are for, where anybody says.
    pub version: Option<KubernetesVersion>,
}

impl Initialised {
    /// How many certificates are asked for of an authority that is elsewhere, and have not come.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let steps = self.plan.steps().iter();
        steps.filter(|step| step.action.is_pending()).count()
    }
}

/// What comes after a node's files are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Situation {
    /// Somebody starts the components.
    New,
    /// `kubeadm init` does, with files in the form that it makes itself.
    KubeadmInit,
    /// `kubeadm join` does.
    KubeadmJoin,
    /// It becomes a further node of a cluster that is there.
    Further,
    /// They run: an API server is told of here.
    Running,
}

/// How a command that writes ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The plan was executed.
    Done,
    /// The plan would be executed: it was only asked for.
    Planned,
    /// Something that is there is wrong; nothing was written.
    Refused,
    /// Everything is as it should be; nothing was written.
    Unchanged,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// Files that were not there, as paths of the running system.
    pub created: Vec<PathBuf>,
    /// Derived files that were replaced.
    pub replaced: Vec<PathBuf>,
    /// The certificates that were issued.
    pub certificates: Vec<IssuedCertificate>,
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuedCertificate {
    /// Which.
    pub id: CredentialId,
    /// SHA-256 of its DER.
    pub sha256: [u8; 32],
    /// When it expires.
    pub not_after: OffsetDateTime,
}
