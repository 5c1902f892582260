//! What is wrong with what a machine's components were told.
//!
//! A pure function from a [`Machine`] to an [`Audit`]: which paths are protected and how, what is
//! wrong, and how each item of the CIS benchmark came out. A finding stands where its cause is;
//! what it costs is told from [`PATHS`](crate::table::paths::PATHS). Certificates are judged by
//! [`pki_core::judge`].

mod address;
mod agreement;
mod blame;
mod edits;
mod files;
mod finding;
mod flags;
mod identity;
mod items;
mod permissions;
mod questions;
mod relation;
pub(crate) mod report;
mod rule;
mod select;
mod serving;
mod settings;
mod shown;
mod told;
mod verdict;

use finding::Findings;
pub use finding::{AuditFinding, Concern, Subject};
use pki_core::judge;
pub use rule::{AUDIT_RULES, AuditRule, AuditRuleSpec};
pub use select::{Selection, UnknownId};
use time::OffsetDateTime;
pub use verdict::{ItemVerdict, PathVerdict, Seen, Verdict};

use crate::observe::Machine;
use crate::table::{Component, KubernetesVersion};

/// What a machine is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditOptions {
    /// The instant that certificates have to be valid at.
    pub at: OffsetDateTime,
    /// The version of Kubernetes whose flags count; `None` takes it from images, else the newest.
    pub version: Option<KubernetesVersion>,
}

impl AuditOptions {
    /// By this instant, and by the versions that images have.
    #[must_use]
    pub const fn at(at: OffsetDateTime) -> Self {
        Self { at, version: None }
    }

    /// By this version, whatever images have.
    #[must_use]
    pub const fn with_version(mut self, version: KubernetesVersion) -> Self {
        self.version = Some(version);
        self
    }
}

/// What an audit came to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Audit {
    /// What is wrong, failures first.
    pub findings: Vec<AuditFinding>,
    /// Every row of [`PATHS`](crate::table::paths::PATHS), with what is left of it.
    pub paths: Vec<PathVerdict>,
    /// Every item of [`CIS_ITEMS`](crate::table::cis::CIS_ITEMS).
    pub items: Vec<ItemVerdict>,
    /// Components that were not found, and so not audited.
    pub absent: Vec<Component>,
    /// The version whose flags counted.
    pub version: KubernetesVersion,
}

/// Judges a machine.
#[must_use]
pub fn audit(machine: &Machine, options: &AuditOptions) -> Audit {
    let version = options.version.or_else(|| machine.kubernetes_version());
    let version = version.unwrap_or_default();
    let mut findings = Findings::default();
    sources(&mut findings, machine);
    flags::judge(&mut findings, machine, version);
    files::judge(&mut findings, machine);
    address::judge(&mut findings, machine);
    items::judge(&mut findings, machine);
    blame::judge(&mut findings, machine, options.at);
    told::judge(&mut findings, machine, options.at);
    manifests(&mut findings, machine);
    identity::judge(&mut findings, machine);
    serving::judge(&mut findings, machine);
    agreement::judge(&mut findings, machine);
    permissions::judge(&mut findings, machine);
    let findings = findings.finished();
    let judged = [
        Component::KubeApiserver,
        Component::KubeControllerManager,
        Component::KubeScheduler,
        Component::Kubelet,
        Component::Etcd,
    ];
    Audit {
        paths: verdict::paths(machine, &findings),
        items: verdict::items(machine, &findings),
        absent: judged
            .into_iter()
            .filter(|component| machine.instance(*component).is_none())
            .collect(),
        findings,
        version,
    }
}

/// The kubelet runs a copy of a manifest too.
fn manifests(findings: &mut Findings, machine: &Machine) {
    for finding in judge::manifests(&machine.manifests) {
        let rule = AuditRule::Check(finding.rule);
        findings.add(AuditFinding {
            rule,
            level: rule.level(),
            items: Vec::new(),
            subject: Subject::default().file(&finding.file),
            message: finding.message,
            remedy: finding.remedy,
            concerns: Vec::new(),
        });
    }
}

fn sources(findings: &mut Findings, machine: &Machine) {
    for unread in &machine.unread {
        findings.about_file(
            AuditRule::UnreadSource,
            &unread.file,
            format!("it {}", unread.reason),
            if unread.is_denied() {
                &questions::PRIVILEGE
            } else {
                &questions::CORRECT
            },
        );
    }
    let found = machine.instances.iter();
    let mut found = found.filter(|instance| instance.component != Component::Etcdctl);
    if found.next().is_none() && machine.unread.is_empty() && !machine.looked_at.is_empty() {
        let place = machine.looked_at.join(", ");
        findings.about_file(
            AuditRule::NothingFound,
            &place,
            "there is no component of Kubernetes in there".to_owned(),
            &questions::WHERE,
        );
    }
}
