//! What `init` would do, from what was observed.

use pki_core::{ClusterBuilder, Inventory, NodeBuilder, Plan, Setup};
use time::OffsetDateTime;

use crate::{LayoutError, Observation};

impl Observation {
    /// Decides what is to be made for a node of a cluster, and says what that was decided from.
    /// The profile is the builder's, else that of the tree that is there, else the default.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Cluster`] when the description of the cluster does not hold together;
    /// [`LayoutError::OtherTable`] when it is one of other rows than were looked for.
    pub fn plan_init(
        &self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        now: OffsetDateTime,
    ) -> Result<(Plan, Inventory), LayoutError> {
        let inventory = self.inventory();
        let table = self.root().table();
        let cluster = cluster.table_or(table).profile_or(inventory.profile());
        let cluster = cluster.build()?;
        if cluster.table() != table {
            return Err(LayoutError::OtherTable);
        }
        let node = node.build(&cluster)?;
        let plan = Plan::init(&Setup::new(cluster, node), &inventory, now)?;
        Ok((plan, inventory))
    }
}
