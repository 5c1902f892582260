use std::collections::BTreeSet;

use super::{Cluster, ClusterError, Node, Site, User};
use crate::spec::Owner;

/// A cluster, and those whom credentials are planned for: the node at hand, further nodes, and
/// users. No two of them have one name.
///
/// ```
/// use pki_core::cluster::{Cluster, Node, Setup};
///
/// let cluster = Cluster::builder().build()?;
/// let node = |name: &str, address: &str| {
///     let node = Node::builder(name.parse()?, address.parse()?);
///     Ok::<_, Box<dyn std::error::Error>>(node.build(&cluster)?)
/// };
/// let (first, second) = (node("cp1", "192.0.2.10")?, node("cp2", "192.0.2.11")?);
/// let setup = Setup::new(cluster, first).with_nodes([second])?;
/// assert_eq!(setup.nodes().count(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    cluster: Cluster,
    node: Node,
    /// Whether the node at hand is planned for, and the cluster with it.
    is_whole: bool,
    others: Vec<Node>,
    users: Vec<User>,
}

impl Setup {
    /// A cluster and the node at hand, by which it is reached where it has no endpoint.
    #[must_use]
    pub fn new(cluster: Cluster, node: Node) -> Self {
        Self {
            cluster,
            node,
            is_whole: true,
            others: Vec::new(),
            users: Vec::new(),
        }
    }

    /// A cluster that is there, and the control-plane node by which it is reached where it has
    /// no endpoint: for a batch of further nodes and users alone.
    #[must_use]
    pub fn further(cluster: Cluster, entrance: Node) -> Self {
        Self {
            is_whole: false,
            ..Self::new(cluster, entrance)
        }
    }

    /// Further nodes.
    ///
    /// # Errors
    ///
    /// [`ClusterError::DuplicateOwner`] where two have one name.
    pub fn with_nodes(
        mut self,
        nodes: impl IntoIterator<Item = Node>,
    ) -> Result<Self, ClusterError> {
        self.others.extend(nodes);
        let nodes = std::iter::once(&self.node).chain(&self.others);
        distinct(nodes.map(|node| Owner::Node(node.name().clone())))?;
        Ok(self)
    }

    /// Users.
    ///
    /// # Errors
    ///
    /// [`ClusterError::DuplicateOwner`] where two have one name.
    pub fn with_users(
        mut self,
        users: impl IntoIterator<Item = User>,
    ) -> Result<Self, ClusterError> {
        self.users.extend(users);
        distinct(self.users().map(|user| Owner::User(user.name().clone())))?;
        Ok(self)
    }

    /// The cluster.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The node at hand.
    #[must_use]
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Whether the cluster and the node at hand are planned for too.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The nodes that are planned for, the one at hand first.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        let here = self.is_whole.then_some(&self.node);
        here.into_iter().chain(&self.others)
    }

    /// The users.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.iter()
    }

    /// For whom the rules of the table are resolved: the node at hand.
    #[must_use]
    pub fn site(&self) -> Site<'_> {
        self.cluster.at(&self.node)
    }

    /// The further nodes and the users, in the order of work.
    pub fn others(&self) -> impl Iterator<Item = Site<'_>> {
        let site = |node| self.cluster.at(node).through(&self.node);
        let users = self.users.iter().map(|user| self.site().user(user));
        self.others.iter().map(site).chain(users)
    }

    /// Whether every node's tree is made for `kubeadm join`, which completes it.
    #[must_use]
    pub fn joins(&self) -> bool {
        self.nodes().all(Node::for_join)
    }

    /// Whether every node is one of a cluster that is there, and shares what its first one has.
    #[must_use]
    pub fn is_further_nodes(&self) -> bool {
        self.nodes()
            .all(|node| node.for_join() || node.is_further())
    }
}

fn distinct(owners: impl Iterator<Item = Owner>) -> Result<(), ClusterError> {
    let mut seen = BTreeSet::new();
    for owner in owners {
        if !seen.insert(owner.clone()) {
            return Err(ClusterError::DuplicateOwner { owner });
        }
    }
    Ok(())
}
