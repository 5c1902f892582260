//! The decision: what to keep, what to make, what to refuse. Pure, ordered, printable.

mod keep;
mod problem;
pub mod renew;
mod step;
mod warning;

pub use problem::{Problem, Refusal};
pub use step::{Action, Creation, Step};
use time::OffsetDateTime;
pub use warning::Warning;

use crate::cluster::{Cluster, Etcd, NodeName};
use crate::observation::{Inventory, RowFacts};
use crate::spec::{CERTS, CertSpec, Need, RowId};
use crate::x509::NameError;

/// What a command is going to do, decided before anything is done. `--dry-run` prints the same
/// object that the real run executes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    cluster: Cluster,
    now: OffsetDateTime,
    steps: Vec<Step>,
    refusals: Vec<Refusal>,
    warnings: Vec<Warning>,
}

impl Plan {
    /// Decides how to complete a control-plane node's files: what is there and right is kept,
    /// what is missing is made, what is there but wrong is refused.
    ///
    /// ```
    /// use pki_core::{Cluster, Inventory, Plan};
    /// use time::macros::datetime;
    ///
    /// let cluster = Cluster::builder("cp1".parse()?, "192.0.2.10".parse()?).build()?;
    /// let plan = Plan::init(&cluster, &Inventory::empty(), datetime!(2026-11-23 12:00 UTC))?;
    /// assert_eq!(plan.creations().count(), 16); // 10 pairs, the sa pair, 5 kubeconfigs
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NameError`] when a subject cannot be encoded. Everything that is wrong with what
    /// exists is a [`Refusal`] of the plan, not an error.
    pub fn init(
        cluster: &Cluster,
        inventory: &Inventory,
        now: OffsetDateTime,
    ) -> Result<Self, NameError> {
        let mut plan = Self {
            cluster: cluster.clone(),
            now,
            steps: Vec::new(),
            refusals: Vec::new(),
            warnings: Vec::new(),
        };
        if cluster.advertise_address().is_loopback() {
            plan.warnings.push(Warning::LoopbackAddress {
                address: cluster.advertise_address(),
            });
        }
        for spec in CERTS {
            let facts = inventory.row(spec.id);
            if plan.concerns(spec, &facts, inventory) {
                keep::judge(&mut plan, spec, &facts, inventory)?;
            }
        }
        Ok(plan)
    }

    /// Whether a row is made here, or is there and so has to be right.
    fn concerns(&self, spec: &CertSpec, facts: &RowFacts, inventory: &Inventory) -> bool {
        let wanted = match spec.need {
            Need::Always => true,
            Need::FirstNode => {
                !self.cluster.for_join() && inventory.row(RowId::ClusterCa).is_absent()
            }
            Need::NotForJoin => !self.cluster.for_join(),
            Need::KubeletServing => self.cluster.kubelet_serving(),
            // With etcd run elsewhere, what lies in etcd/ is not this tree's to judge.
            Need::LocalEtcd => return matches!(self.cluster.etcd(), Etcd::Local { .. }),
        };
        wanted || !facts.is_absent()
    }

    /// The node it is for.
    #[must_use]
    pub fn node(&self) -> &NodeName {
        self.cluster.node_name()
    }

    /// The cluster it was made for.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The instant it was made for.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.now
    }

    /// What is to be done, in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The rows that are to be made.
    pub fn creations(&self) -> impl Iterator<Item = (RowId, &Creation)> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::Create(creation) => Some((step.id, creation)),
            Action::Keep { .. } => None,
        })
    }

    /// Whether everything is there already.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.refusals.is_empty() && self.creations().next().is_none()
    }

    /// What is there but wrong. While there is any, nothing can be issued.
    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// What is worth knowing and does not stop anything.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}
