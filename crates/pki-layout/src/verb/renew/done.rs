//! What a renewal did.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use pki_core::issue::Renewed;
use pki_core::judge::Offence;
use pki_core::judge::expiration::Expirations;
use pki_core::plan::renew::RenewPlan;
use pki_core::{Certificate, CredentialId, NodeName, RowId};
use time::OffsetDateTime;

use crate::store::{Finished, LateWrite};

/// What [`Root::renew`](crate::Root::renew) did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Renewal {
    /// The plan it executed.
    pub plan: RenewPlan,
    /// The node's name, where something there says it.
    pub node: Option<NodeName>,
    /// What was issued, in the order of the plan.
    pub renewed: Vec<RenewedCertificate>,
    /// Files that were replaced, as paths of the running system.
    pub replaced: Vec<PathBuf>,
    /// What could not be written in its place, and was left as it is.
    pub failures: Vec<RenewFailure>,
    /// What was left as it is because somebody would refuse the new one, who accepts the old.
    pub left_out: BTreeMap<RowId, Vec<Offence>>,
    /// Authorities whose certificate and copies are in their places already.
    pub unchanged: BTreeSet<RowId>,
    /// Files that hold the old certificate of a renewed authority and are not written.
    pub copies_left: Vec<CopyLeft>,
    /// Files of which nobody knows whether they hold one: each with why not.
    pub not_searched: Vec<String>,
    /// When the first old certificate of an authority ends that is replaced.
    pub first_end: Option<OffsetDateTime>,
    /// Files with a private key that others could read, and no longer can.
    pub narrowed: Vec<PathBuf>,
    /// Replaced files that have another name too, which keeps what they held.
    pub linked: Vec<PathBuf>,
    /// What other programs wrote to files while they were replaced.
    pub late: Vec<LateWrite>,
    /// The flags here that still say names which the configuration does not have, by the file they
    /// stand in.
    pub told_names: BTreeMap<String, BTreeSet<String>>,
    /// An authority above which an older certificate is here than the one that was given to sign.
    pub older_above: Option<RowId>,
    /// Whether this node runs no part of the control plane.
    pub on_worker: bool,
    /// What has expired beside: a component that is restarted and shows it, or checks by it, does
    /// not come back.
    pub expired: Vec<RowId>,
    /// What is due or over, and is no row's to renew, though somebody here is told of it: where rows
    /// were named, nothing.
    pub named_elsewhere: Expirations,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<Finished>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
}

/// A row that could not be issued again, or not be put in its place. The others were renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewFailure {
    /// Which.
    pub id: CredentialId,
    /// Why.
    pub reason: String,
}

/// A file that holds the old certificate of a renewed authority and is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyLeft {
    /// Whose.
    pub authority: RowId,
    /// The file, as a path of the running system.
    pub path: PathBuf,
    /// Why it is not written.
    pub why: &'static str,
}

/// A certificate that was renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewedCertificate {
    /// Which.
    pub id: CredentialId,
    /// The new certificate.
    pub certificate: Certificate,
    /// How many certificates of the old file are no part of the path and were kept.
    pub kept: usize,
}

impl RenewedCertificate {
    pub(super) fn of(renewed: &Renewed) -> Option<Self> {
        Some(Self {
            id: renewed.id.clone(),
            certificate: renewed.chain.first()?.clone(),
            kept: renewed.kept,
        })
    }
}
