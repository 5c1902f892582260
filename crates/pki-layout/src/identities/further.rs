//! A plan of what is issued for others: of this tree only its authorities count.

use pki_core::cluster::{Cluster, Node};
use pki_core::spec::CertSpec;
use pki_core::{ClusterBuilder, Inventory, NodeBuilder, Plan, Setup};
use time::OffsetDateTime;

use crate::report::{RefusalRow, Words};
use crate::{LayoutError, Observation, Root};

/// A cluster that is there, the control-plane node by which it is reached, and what is there of it.
pub(super) struct Entrance {
    pub(super) cluster: Cluster,
    pub(super) node: Node,
    pub(super) inventory: Inventory,
}

impl Observation {
    /// What is there, for rows that are in no tree.
    pub(super) fn entrance(
        &self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        rows: impl IntoIterator<Item = &'static CertSpec>,
    ) -> Result<Entrance, LayoutError> {
        let inventory = self.inventory();
        let table = self.root().table().clone().with(rows)?;
        let cluster = cluster.table(table).profile_or(inventory.profile());
        let cluster = cluster.build()?;
        let node = node.build(&cluster)?;
        Ok(Entrance {
            cluster,
            node,
            inventory,
        })
    }
}

impl Entrance {
    /// For whom to plan.
    pub(super) fn setup(&self) -> Setup {
        Setup::further(self.cluster.clone(), self.node.clone())
    }

    pub(super) fn plan(&self, setup: &Setup, now: OffsetDateTime) -> Result<Plan, LayoutError> {
        Ok(Plan::init(setup, &self.inventory, now)?)
    }
}

/// What is there and wrong, so that nothing was issued.
pub(super) fn refusals(plan: &Plan, root: &Root, words: Words<'_>) -> Vec<RefusalRow> {
    let on_disk = |artifact| root.path(artifact).display().to_string();
    let refusals = plan.refusals().iter().map(|refusal| RefusalRow {
        file: on_disk(refusal.file),
        problem: refusal.problem.to_string(),
        remedy: words(&refusal.remedy(on_disk)),
    });
    refusals.collect()
}
