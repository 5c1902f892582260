//! Further nodes, one or ten thousand: each one's files in a directory or a tar of its own, ready to
//! be copied there.
//!
//! Nodes are made in batches: a batch is staged beside its place and forced to disk at once, then it
//! is decided, its certificates are remembered, and its nodes get their names. A run that is killed
//! leaves a batch that goes or one that is completed, and the next run makes what is not there.

mod files;
mod install;
mod output;

use std::path::PathBuf;
use std::sync::mpsc::sync_channel;

use files::{MadeNode, Shared};
use output::{Batch, Output};
use pki_core::issue::Credential;
use pki_core::spec::KUBE_PROXY;
use pki_core::x509::Host;
use pki_core::{
    CertSpec, ClusterBuilder, Node, NodeBuilder, NodeName, Owner, Plan, Provider, RowId,
};
use serde::Serialize;
use time::OffsetDateTime;

use super::further::{Entrance, refusals};
use crate::report::{RecoveredRow, RefusalRow, SCHEMA_VERSION, Words};
use crate::store::{Finished, Line, Session, batch};
use crate::view::schema::rfc3339;
use crate::{FlagOptions, LayoutError, Observation, Root};

/// How many nodes are made at a time: enough for every processor, and few enough that memory does not
/// grow with how many there are.
const BATCH: usize = 128;

/// Addresses for documentation (RFC 5737): of a node whose address no certificate has.
const NOWHERE: std::net::Ipv4Addr = std::net::Ipv4Addr::new(192, 0, 2, 1);

/// A node that is to have files.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewNode {
    /// Its name.
    pub name: NodeName,
    /// What its kubelet is reached at, besides that name.
    pub hosts: Vec<Host>,
}

impl NewNode {
    /// A node, and what it is reached at.
    #[must_use]
    pub fn new(name: NodeName, hosts: Vec<Host>) -> Self {
        Self { name, hosts }
    }
}

/// What one node's files are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum NodeForm {
    /// A directory of the node's name.
    #[default]
    Directory,
    /// A tar of the node's name.
    Archive,
}

/// Which nodes, and what each is to have.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NodesOrder {
    /// The nodes. No two have one name.
    pub nodes: Vec<NewNode>,
    /// The directory that theirs are in.
    pub to: PathBuf,
    /// What one node's files are in.
    pub form: NodeForm,
    /// Whether kubelets get serving certificates.
    pub serving: bool,
    /// Whether kube-proxy gets a kubeconfig.
    pub kube_proxy: bool,
}

impl NodesOrder {
    /// Kubelets' client and serving certificates, in a directory for each node below this one.
    #[must_use]
    pub fn new(nodes: Vec<NewNode>, to: impl Into<PathBuf>) -> Self {
        Self {
            nodes,
            to: to.into(),
            form: NodeForm::default(),
            serving: true,
            kube_proxy: false,
        }
    }
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodesProgress {
    /// Nodes whose files are in their places, those of earlier runs too.
    pub done: usize,
    /// All of them.
    pub total: usize,
}

/// What was made.
#[derive(Debug)]
#[non_exhaustive]
pub struct NodesIssued {
    /// The plan of the first nodes; where it refuses anything, nothing was issued.
    pub plan: Plan,
    /// Nodes whose files were made.
    pub made: usize,
    /// Nodes whose files an earlier run had decided and not put in their places.
    pub completed: usize,
    /// Nodes whose files were there.
    pub kept: usize,
    /// Certificates that were issued.
    pub certificates: usize,
    /// What an earlier run had left undone in the tree, and was completed first.
    pub recovered: Option<Finished>,
}

/// The same for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NodesReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `NodeReport`.
    pub kind: &'static str,
    /// `done`, `unchanged` where every node's files were there, or `refused`.
    pub outcome: &'static str,
    /// The directory that they are in.
    pub directory: String,
    /// How many nodes were asked for.
    pub nodes: usize,
    /// Nodes whose files were made.
    pub made: usize,
    /// Nodes whose files an earlier run had decided and not put in their places.
    pub completed: usize,
    /// Nodes whose files were there and stay as they are.
    pub kept: usize,
    /// Certificates that were issued.
    pub certificates: usize,
    /// URL of the API server in their kubeconfigs.
    pub server: String,
    /// When their certificates expire.
    pub expires: Option<String>,
    /// What is worth knowing.
    pub warnings: Vec<String>,
    /// What is there and wrong, so that nothing was issued.
    pub refusals: Vec<RefusalRow>,
    /// What was completed first, because it had been interrupted.
    pub recovered: Option<RecoveredRow>,
}

impl Observation {
    /// Makes the files of nodes, and goes on where an earlier run was cut short. Of this tree only
    /// the ledger is written to.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. What is in its place then is whole, and the next run makes the rest.
    pub fn issue_nodes(
        self,
        (cluster, node): (ClusterBuilder, NodeBuilder),
        order: &NodesOrder,
        options: &FlagOptions,
        now: OffsetDateTime,
        provider: &Provider<'_>,
        progress: &dyn Fn(NodesProgress),
    ) -> Result<NodesIssued, LayoutError> {
        let root = self.root().clone();
        root.check_directories()?;
        root.check_provider(provider)?;
        let rows: Vec<&'static CertSpec> = order
            .kube_proxy
            .then_some(&KUBE_PROXY)
            .into_iter()
            .collect();
        let entrance = self.entrance(cluster, node, rows)?;
        let first = order.nodes.get(..1).unwrap_or_default();
        let mut issued = NodesIssued {
            plan: entrance.plan_nodes(first, order, now)?,
            made: 0,
            completed: 0,
            kept: 0,
            certificates: 0,
            recovered: None,
        };
        if !issued.plan.refusals().is_empty() {
            return Ok(issued);
        }
        for one in &order.nodes {
            entrance.node(one, order)?;
        }
        let signs = entrance.inventory.certificates(RowId::ClusterCa);
        let output = Output::open(&order.to, root.writing(), signs)?;
        let session = Session::open(&root, self.kubelet().directory)?;
        issued.recovered = session.recovered().cloned();
        drop(session);
        let work = Work {
            observation: self.refreshed(),
            entrance,
            order,
            options,
            now,
            provider,
        };
        work.carry_out(&output, &mut issued, progress)?;
        Ok(issued)
    }
}

/// What every batch is made with.
struct Work<'a> {
    observation: Observation,
    entrance: Entrance,
    order: &'a NodesOrder,
    options: &'a FlagOptions,
    now: OffsetDateTime,
    provider: &'a Provider<'a>,
}

impl Entrance {
    /// A worker of this cluster.
    fn node(&self, new: &NewNode, order: &NodesOrder) -> Result<Node, LayoutError> {
        let mut hosts = new.hosts.clone();
        let address = hosts.iter().position(|host| matches!(host, Host::Ip(_)));
        let address = match address.map(|at| hosts.remove(at)) {
            Some(Host::Ip(address)) => address,
            _ if order.serving => {
                return Err(LayoutError::NoAddress {
                    node: new.name.clone(),
                });
            }
            _ => NOWHERE.into(),
        };
        // A name that is the node's own is there already.
        hosts.retain(|host| host.to_string() != new.name.as_str());
        if new.name == *self.node.name() {
            return Err(LayoutError::OwnNode {
                node: new.name.clone(),
            });
        }
        let node = Node::builder(new.name.clone(), address).worker(true);
        let node = node.kubelet_hosts(hosts).kubelet_serving(order.serving);
        Ok(node.build(&self.cluster)?)
    }

    fn plan_nodes(
        &self,
        nodes: &[NewNode],
        order: &NodesOrder,
        now: OffsetDateTime,
    ) -> Result<Plan, LayoutError> {
        let nodes = nodes.iter().map(|one| self.node(one, order));
        let nodes = nodes.collect::<Result<Vec<Node>, _>>()?;
        let setup = self.setup().with_nodes(nodes)?;
        self.plan(&setup, now)
    }
}

impl Work<'_> {
    fn carry_out(
        &self,
        output: &Output,
        issued: &mut NodesIssued,
        progress: &dyn Fn(NodesProgress),
    ) -> Result<(), LayoutError> {
        let root = self.observation.root();
        issued.completed = self.complete(output)?;
        let mut missing = Vec::new();
        for one in &self.order.nodes {
            if !output.has(one.name.as_str())? {
                missing.push(one.clone());
            }
        }
        let total = self.order.nodes.len();
        issued.kept = total - missing.len() - issued.completed.min(total - missing.len());
        let mut done = total - missing.len();
        progress(NodesProgress { done, total });
        let shared = Shared::new(&self.entrance, self.order, self.options, root.directories())?;
        // One is issued while the one before is written.
        let (send, receive) = sync_channel::<Result<Vec<MadeNode>, LayoutError>>(1);
        std::thread::scope(|scope| {
            let shared = &shared;
            scope.spawn(move || {
                for nodes in missing.chunks(BATCH) {
                    let made = self.make(nodes, shared);
                    let is_over = made.is_err();
                    // Nobody takes it any more where writing has failed.
                    if send.send(made).is_err() || is_over {
                        return;
                    }
                }
            });
            for made in receive {
                let made = made?;
                issued.certificates += self.write(output, &made)?;
                issued.made += made.len();
                done += made.len();
                progress(NodesProgress { done, total });
            }
            Ok(())
        })
    }

    /// The files of some nodes, in memory.
    fn make(&self, nodes: &[NewNode], shared: &Shared) -> Result<Vec<MadeNode>, LayoutError> {
        let plan = self.entrance.plan_nodes(nodes, self.order, self.now)?;
        let provider = self
            .provider
            .with_signers(self.observation.root().signers());
        let authorities = self
            .observation
            .authorities(&plan, &self.entrance.inventory)?;
        let mut made: Vec<MadeNode> = Vec::with_capacity(nodes.len());
        let mut of_one: Vec<Credential> = Vec::new();
        plan.issue_each(authorities, &provider, |credential| {
            let is_next = of_one
                .first()
                .is_some_and(|one| one.id.owner != credential.id.owner);
            if is_next {
                made.push(shared.node(&std::mem::take(&mut of_one), self.now)?);
            }
            of_one.push(credential);
            Ok::<(), LayoutError>(())
        })?;
        if !of_one.is_empty() {
            made.push(shared.node(&of_one, self.now)?);
        }
        Ok(made)
    }

    /// Puts a batch in its place. How many certificates are in it.
    fn write(&self, output: &Output, made: &[MadeNode]) -> Result<usize, LayoutError> {
        let root = self.observation.root();
        let name = batch(self.provider.random)?;
        let at = rfc3339(self.now);
        let issued = made.iter().flat_map(|node| &node.issued);
        let lines = issued.map(|one| Line::new(root, at.clone(), Some(name.clone()), one.clone()));
        let lines: Vec<Line> = lines.collect();
        let decided = output.stage(made, self.order.form, &lines)?;
        self.place(output, &decided)?;
        Ok(lines.len())
    }

    /// Completes what an earlier run had decided. How many nodes that were.
    fn complete(&self, output: &Output) -> Result<usize, LayoutError> {
        match output.decided()? {
            Some(decided) => self.place(output, &decided),
            None => Ok(0),
        }
    }

    fn place(&self, output: &Output, decided: &Batch) -> Result<usize, LayoutError> {
        let root = self.observation.root();
        let session = Session::open(root, self.observation.kubelet().directory)?;
        session.add_issued(&decided.lines)?;
        drop(session);
        output.place(decided)
    }
}

impl NodesIssued {
    /// The report of this run.
    #[must_use]
    pub fn report(&self, order: &NodesOrder, root: &Root, words: Words<'_>) -> NodesReport {
        let is_refused = !self.plan.refusals().is_empty();
        let expires = self.plan.creations().filter_map(|(id, creation)| {
            let is_node = matches!(id.owner, Owner::Node(_));
            let template = creation.template().filter(|_| is_node)?;
            Some(template.validity.not_after)
        });
        let server = match RowId::KubeletConf.spec().form {
            pki_core::Form::Kubeconfig { server, .. } => {
                let site = self.plan.setup().others().next();
                site.map_or_else(String::new, |site| site.server_url(server))
            }
            _ => String::new(),
        };
        NodesReport {
            schema_version: SCHEMA_VERSION,
            kind: "NodeReport",
            outcome: if is_refused {
                "refused"
            } else if self.made + self.completed == 0 {
                "unchanged"
            } else {
                "done"
            },
            directory: order.to.display().to_string(),
            nodes: order.nodes.len(),
            made: self.made,
            completed: self.completed,
            kept: self.kept,
            certificates: self.certificates,
            server,
            expires: expires.min().map(rfc3339),
            warnings: self
                .plan
                .warnings()
                .iter()
                .map(ToString::to_string)
                .collect(),
            refusals: refusals(&self.plan, root, words),
            recovered: self.recovered.as_ref().map(Finished::row),
        }
    }
}
