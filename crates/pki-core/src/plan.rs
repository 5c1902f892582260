//! The decision: what to keep, what to make, what to refuse. Pure, ordered, printable. What a
//! reader would refuse afterwards is not decided here but in `judge::gate`.

mod draft;
mod keep;
mod problem;
pub(crate) mod remedies;
pub mod renew;
pub mod request;
mod seen;
mod step;
mod warning;

use std::collections::{BTreeMap, BTreeSet};

use draft::Draft;
pub use problem::{Problem, Refusal};
pub(crate) use seen::SeenAuthorities;
pub use step::{Action, Creation, Step};
use time::OffsetDateTime;
pub use warning::Warning;

use crate::cluster::{Cluster, NodeName, Setup};
use crate::observation::Inventory;
use crate::spec::{CredentialId, Owner, OwnerKind, RowId};
use crate::x509::{DnsName, Host, NameError};

/// ub-common-name of X.520.
const MOST_IN_COMMON_NAME: usize = 64;

/// What a command is going to do, decided before anything is done. `--dry-run` prints the same
/// object that the real run executes.
///
/// Time and memory grow with the number of credentials; who has more owners than memory plans
/// them in batches, with [`Setup::further`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    setup: Setup,
    now: OffsetDateTime,
    steps: Vec<Step>,
    by_id: BTreeMap<CredentialId, usize>,
    refusals: Vec<Refusal>,
    warnings: Vec<Warning>,
    seen: SeenAuthorities,
}

impl Plan {
    /// Decides how to complete the files of the cluster, of its nodes and its users: what is
    /// there and right is kept, what is missing is made, what is there but wrong is refused.
    ///
    /// What the inventory says of a node without a name is of the node at hand.
    ///
    /// ```
    /// use pki_core::cluster::{Cluster, Node, Setup};
    /// use pki_core::{Inventory, Plan};
    /// use time::macros::datetime;
    ///
    /// let cluster = Cluster::builder().build()?;
    /// let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
    /// let setup = Setup::new(cluster, node);
    /// let plan = Plan::init(&setup, &Inventory::empty(), datetime!(2026-11-23 12:00 UTC))?;
    /// assert_eq!(plan.creations().count(), 16); // 10 pairs, the sa pair, 5 kubeconfigs
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NameError`] when a subject cannot be encoded. Everything that is wrong with what
    /// exists is a [`Refusal`] of the plan, not an error.
    pub fn init(
        setup: &Setup,
        inventory: &Inventory,
        now: OffsetDateTime,
    ) -> Result<Self, NameError> {
        let mut draft = Draft::new(setup, inventory, now);
        let address = setup.node().advertise_address();
        if setup.is_whole() && address.is_loopback() {
            draft.warnings.push(Warning::LoopbackAddress { address });
        }
        draft.warnings.extend(wildcards(setup));
        let own = setup.is_whole().then(|| setup.node().name().clone());
        let others = setup.others().filter_map(|site| match site.owner() {
            Owner::Node(node) => Some(node),
            _ => None,
        });
        for node in own.into_iter().chain(others) {
            let length = "system:node:".len() + node.as_str().len();
            if length > MOST_IN_COMMON_NAME {
                draft
                    .warnings
                    .push(Warning::LongCommonName { node, length });
            }
        }
        let rows: Vec<_> = setup.cluster().table().rows().collect();
        let is_for_users = rows.iter().any(|spec| spec.owner == OwnerKind::User);
        if let Some(user) = setup.users().next().filter(|_| !is_for_users) {
            let user = Owner::User(user.name().clone());
            draft.warnings.push(Warning::NoRowForUser { user });
        }
        // Nothing is made beside what is in use.
        let is_beside = setup.is_whole() && draft.is_elsewhere();
        let rows: Vec<_> = rows.into_iter().filter(|_| !is_beside).collect();
        for spec in rows.iter().filter(|spec| spec.owner != OwnerKind::User) {
            // Of a cluster that is there, what signs is looked at and the rest is not.
            let signs = || spec.is_authority() && inventory.facts(spec.id).is_some();
            if setup.is_whole() || signs() {
                draft.judge(spec)?;
            }
        }
        for site in setup.others() {
            draft.turn_to(site);
            for spec in rows.iter().filter(|spec| spec.owner == site.kind()) {
                draft.judge(spec)?;
            }
        }
        let ids = draft.steps.iter().map(|step| step.id.clone());
        Ok(Self {
            by_id: ids.enumerate().map(|(at, id)| (id, at)).collect(),
            setup: setup.clone(),
            now,
            steps: draft.steps,
            refusals: draft.refusals,
            warnings: draft.warnings,
            seen: SeenAuthorities::of(inventory),
        })
    }

    /// The node at hand.
    #[must_use]
    pub fn node(&self) -> &NodeName {
        self.setup.node().name()
    }

    /// The cluster it was made for.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        self.setup.cluster()
    }

    /// Whom it was made for.
    #[must_use]
    pub fn setup(&self) -> &Setup {
        &self.setup
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

    /// What is to be done with a credential, if anything.
    #[must_use]
    pub fn step(&self, id: &CredentialId) -> Option<&Step> {
        self.steps.get(*self.by_id.get(id)?)
    }

    /// The credentials that are to be made.
    pub fn creations(&self) -> impl Iterator<Item = (&CredentialId, &Creation)> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::Create(creation) => Some((&step.id, creation)),
            Action::Keep { .. } | Action::Wait { .. } => None,
        })
    }

    /// The authorities that have to be there already, to sign what is made.
    #[must_use]
    pub fn signers(&self) -> BTreeSet<RowId> {
        let issuers = self.creations().filter_map(|(id, _)| id.row.spec().issuer);
        let mut signers: BTreeSet<RowId> = issuers.collect();
        for (made, _) in self.creations() {
            signers.remove(&made.row);
        }
        signers
    }

    /// The authorities that were there when it was made.
    pub(crate) fn seen(&self) -> &SeenAuthorities {
        &self.seen
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

/// Wildcards that not everybody takes for what they say, among the names that are asked for.
fn wildcards(setup: &Setup) -> Vec<Warning> {
    let node = setup.is_whole().then(|| setup.node());
    let etcd = node.map(|node| [node.etcd_server_hosts(), node.etcd_peer_hosts()].concat());
    let hosts = setup.cluster().apiserver_hosts().iter().cloned();
    let names = hosts.chain(etcd.into_iter().flatten());
    let names: BTreeSet<DnsName> = names
        .filter_map(|host| match host {
            Host::Dns(name) if DnsName::is_wildcard_of_top(name.as_str()) => Some(name),
            _ => None,
        })
        .collect();
    names
        .into_iter()
        .map(|name| Warning::WildcardOfTop { name })
        .collect()
}
