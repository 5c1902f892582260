//! `readdress`: a control-plane node gets another address. What has the old one in the two directories
//! and in the kubelet's arguments changes in one transaction, manifests last: the kubelet starts their
//! pods anew by them. What has it elsewhere is listed, with the order that keeps the cluster alive.

mod outside;
mod replaced;
mod report;

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use outside::{Phase, Task};
use pki_core::cluster::no_host;
use pki_core::config::{EtcdSettings, Settings, Source, Sourced};
use pki_core::judge::Offence;
use pki_core::plan::renew::{RenewAction, RenewPlan, RenewRule};
use pki_core::spec::OwnerKind;
use pki_core::{Form, Host, Part, Provider, RowId, Setup};
use replaced::{has, replaced};
pub use report::ReaddressReport;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::error::Operation;
use crate::flags::FlagOptions;
use crate::observe::{Observation, Sources};
use crate::record::{ARGUMENTS, ARGUMENTS_DIRECTORY, Issued};
use crate::store::{Commit, Finished, LateWrite, Session, Target, Write};
use crate::table::Component;
use crate::verb::gate::Verdict;
use crate::verb::outdated;
use crate::{LayoutError, Outcome};

/// Two addresses of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Move {
    /// What it is reached at until now.
    pub old: IpAddr,
    /// What it is to be reached at.
    pub new: IpAddr,
}

/// Why a node does not get another address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoveError {
    /// They are one.
    #[error("{address} is the old address and the new one")]
    Same {
        /// The address.
        address: IpAddr,
    },
    /// The new one is no host's.
    #[error("{address} is {why}, and no node is reached at it")]
    NoHost {
        /// The address.
        address: IpAddr,
        /// What it is.
        why: &'static str,
    },
    /// One is of IPv4, and the other of IPv6.
    #[error(
        "{old} and {new} are of different families: the service networks and those of the pods would have \
         to change too, and that is another cluster"
    )]
    OtherFamily {
        /// The old one.
        old: IpAddr,
        /// The new one.
        new: IpAddr,
    },
}

impl Move {
    /// From one address to another one of its family.
    ///
    /// ```
    /// use pki_layout::Move;
    ///
    /// assert!(Move::new("192.0.2.10".parse()?, "192.0.2.20".parse()?).is_ok());
    /// assert!(Move::new("192.0.2.10".parse()?, "2001:db8::20".parse()?).is_err());
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`MoveError`].
    pub fn new(old: IpAddr, new: IpAddr) -> Result<Self, MoveError> {
        let (old, new) = (old.to_canonical(), new.to_canonical());
        if old == new {
            return Err(MoveError::Same { address: old });
        }
        let loopback = new.is_loopback().then_some("every host's own");
        if let Some(why) = no_host(new).or(loopback) {
            return Err(MoveError::NoHost { address: new, why });
        }
        if old.is_ipv4() != new.is_ipv4() {
            return Err(MoveError::OtherFamily { old, new });
        }
        Ok(Self { old, new })
    }
}

/// What was done.
#[derive(Debug)]
#[non_exhaustive]
pub struct Readdressed {
    /// How it ended.
    pub outcome: Outcome,
    /// Which addresses.
    pub addresses: Move,
    /// The node, where its name is known.
    pub node: Option<String>,
    /// What was issued anew.
    pub renewed: Vec<RowId>,
    /// The files that changed, in their order.
    pub files: Vec<PathBuf>,
    /// Why nothing was done: what cannot be issued, and what the change would make worse.
    pub refusals: Vec<String>,
    /// What is left to be done elsewhere, in order.
    pub tasks: Vec<Task>,
    /// Its number in the history.
    pub transaction: Option<u64>,
    /// What other programs wrote to files while they were replaced.
    pub late: Vec<LateWrite>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<Finished>,
    /// Whether nothing was to be written.
    pub dry_run: bool,
}

/// What would be written.
struct Prepared {
    writes: Vec<Write>,
    renewed: Vec<RowId>,
    issued: Vec<Issued>,
    halves: crate::observe::halves::PublicHalves,
    refusals: Vec<String>,
}

impl Observation {
    /// Gives a node another address, in one transaction.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. Nothing has changed then.
    pub fn readdress(
        self,
        settings: &Settings,
        addresses: Move,
        now: OffsetDateTime,
        provider: &Provider<'_>,
        dry_run: bool,
    ) -> Result<Readdressed, LayoutError> {
        let root = self.root().clone();
        root.check_directories()?;
        root.check_provider(provider)?;
        if dry_run {
            let prepared = self.prepare_move(settings, addresses, now, provider)?;
            return Ok(self.judged_move(prepared, addresses, now, true).0);
        }
        // Without the lock first: it is a file, and a refusal writes none.
        if self.pending().is_none() {
            let prepared = self.prepare_move(settings, addresses, now, provider)?;
            let (result, ..) = self.judged_move(prepared, addresses, now, false);
            if result.outcome != Outcome::Planned {
                return Ok(result);
            }
        }
        let session = Session::open(&root, self.kubelet().directory)?;
        let recovered = session.recovered().cloned();
        let observation = self.refreshed();
        let prepared = observation.prepare_move(settings, addresses, now, provider);
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                session.abandon();
                return Err(error);
            }
        };
        let issued = prepared.issued.clone();
        let (mut result, writes, accepted) =
            observation.judged_move(prepared, addresses, now, false);
        result.recovered = recovered;
        if result.outcome != Outcome::Planned {
            session.abandon();
            return Ok(result);
        }
        let inputs = observation.inputs(&writes);
        let done = session.commit(&Commit {
            writes: &writes,
            inputs: &inputs,
            now,
            undoes: None,
            accepted: &accepted,
            issued: &issued,
            random: provider.random,
        })?;
        Ok(Readdressed {
            outcome: Outcome::Done,
            transaction: root.writing().backups.then_some(done.number),
            late: done.late,
            ..result
        })
    }

    fn judged_move(
        &self,
        prepared: Prepared,
        addresses: Move,
        now: OffsetDateTime,
        dry_run: bool,
    ) -> (Readdressed, Vec<Write>, BTreeSet<pki_core::judge::Rule>) {
        let Prepared {
            writes,
            renewed,
            halves,
            mut refusals,
            ..
        } = prepared;
        let verdict = if refusals.is_empty() {
            self.gate(&writes, &Arc::new(halves), now)
        } else {
            Verdict::default()
        };
        let offence = |one: &Offence| format!("{}: {}", one.file, one.message);
        refusals.extend(verdict.offences.iter().map(offence));
        let outcome = if !refusals.is_empty() {
            Outcome::Refused
        } else if writes.is_empty() {
            Outcome::Unchanged
        } else {
            Outcome::Planned
        };
        let result = Readdressed {
            outcome,
            addresses,
            node: self.node_name().map(|name| name.to_string()),
            renewed,
            files: writes.iter().map(|write| write.path.clone()).collect(),
            refusals,
            tasks: self.tasks_of_move(addresses),
            transaction: None,
            late: Vec::new(),
            recovered: None,
            dry_run,
        };
        (result, writes, verdict.accepted)
    }

    /// The member of etcd that has this address already, as `--initial-cluster` lists it.
    fn member_at(&self, address: IpAddr) -> Option<String> {
        let machine = self.components(&Sources::on_disk());
        let etcd = machine.instance(Component::Etcd)?;
        let is_at = |member: &&str| {
            let named = member.split_once('=');
            named.is_some_and(|(name, url)| {
                etcd.value("name") != Some(name) && Host::of_url(url) == Some(Host::Ip(address))
            })
        };
        etcd.items("initial-cluster").find(is_at).map(str::to_owned)
    }

    fn prepare_move(
        &self,
        settings: &Settings,
        addresses: Move,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<Prepared, LayoutError> {
        let mut refusals = Vec::new();
        let told = settings.clone().over_tree(self.settings());
        let current = told.advertise_address.as_ref();
        let current: Option<IpAddr> = current.and_then(|one| one.value.parse().ok());
        let serving = self.serving(addresses.old);
        match current {
            Some(current) if current == addresses.new && serving.is_empty() => {}
            Some(current) if current != addresses.old && current != addresses.new => {
                refusals.push(format!(
                    "this node is reached at {current}, and not at {}",
                    addresses.old
                ));
            }
            _ => {}
        }
        if current != Some(addresses.new)
            && let Some(other) = self.member_at(addresses.new)
        {
            refusals.push(format!(
                "{} is the address of another member of etcd: {other}",
                addresses.new
            ));
        }
        let mut prepared = Prepared {
            writes: Vec::new(),
            renewed: Vec::new(),
            issued: Vec::new(),
            halves: crate::observe::halves::PublicHalves::default(),
            refusals,
        };
        if !prepared.refusals.is_empty() {
            return Ok(prepared);
        }
        let moved = moved(told, addresses);
        let setup = self.setup_of_move(&moved, addresses)?;
        self.certificates_of_move(&setup, serving, now, provider, &mut prepared)?;
        if !prepared.refusals.is_empty() {
            return Ok(prepared);
        }
        let mut texts = Vec::new();
        texts.extend(self.kubeconfig_files().into_iter().map(|path| (path, true)));
        texts.push((Path::new(ARGUMENTS_DIRECTORY).join(ARGUMENTS), false));
        texts.extend(self.manifest_files().into_iter().map(|path| (path, false)));
        let options = self.flag_options(&FlagOptions::from_settings(&moved));
        let site = setup.site();
        let derived = outdated::derived(site, self, &self.inventory(), &options)?;
        // What was never written by us is not begun with now.
        let derived = derived
            .into_iter()
            .filter(|write| write.target == Target::Replaced);
        let mut later = Vec::new();
        for (path, secret) in texts {
            if let Some(write) = self.readdressed(&path, secret, addresses)? {
                if secret {
                    prepared.writes.push(write);
                } else {
                    later.push(write);
                }
            }
        }
        prepared.writes.extend(derived);
        prepared.writes.extend(later);
        Ok(prepared)
    }

    /// The node at its new address, with every name that it has otherwise.
    fn setup_of_move(&self, moved: &Settings, addresses: Move) -> Result<Setup, LayoutError> {
        let description = moved.describe_tree();
        let description = description.map_err(|error| LayoutError::Settings(Box::new(error)))?;
        let cluster = description.cluster.table_or(self.root().table());
        let cluster = cluster.profile_or(self.inventory().profile()).build()?;
        let kubelet = RowId::KubeletServing;
        let served = self.inventory().certificates(kubelet).first().cloned();
        let mut node = description.node;
        if let Some(leaf) = served {
            let own = moved.node_name.as_ref().map(|name| name.value.clone());
            let served = leaf.hosts();
            let further = served.hosts().filter(|host| {
                let text = host.to_string();
                Some(&text) != own.as_ref()
                    && *host != Host::Ip(addresses.old)
                    && *host != Host::Ip(addresses.new)
            });
            let further: Vec<Host> = further.collect();
            node = node.kubelet_hosts(further).kubelet_serving(true);
        }
        let node = node.build(&cluster)?;
        Ok(Setup::new(cluster, node))
    }

    /// The rows of this node whose certificates serve an address.
    fn serving(&self, address: IpAddr) -> Vec<RowId> {
        let inventory = self.inventory();
        let rows = self.root().table().rows();
        let rows = rows.filter(|spec| spec.owner == OwnerKind::Node);
        let serves = |row: RowId| {
            let leaf = inventory.certificates(row).first();
            leaf.is_some_and(|leaf| leaf.hosts().addresses().contains(&address))
        };
        rows.map(|spec| spec.id)
            .filter(|row| serves(*row))
            .collect()
    }

    fn certificates_of_move(
        &self,
        setup: &Setup,
        serving: Vec<RowId>,
        now: OffsetDateTime,
        provider: &Provider<'_>,
        prepared: &mut Prepared,
    ) -> Result<(), LayoutError> {
        if serving.is_empty() {
            return Ok(());
        }
        let mut rule = RenewRule::all();
        rule.names.clone_from(&serving);
        rule.lifetime = setup.cluster().certificate_lifetime();
        rule.reconcile = Some(Box::new(setup.clone()));
        rule.drop_names = true;
        let plan = RenewPlan::new(&self.inventory(), rule, now);
        let made = self.prepare_renewal(&plan, provider)?;
        for failure in &made.failures {
            prepared
                .refusals
                .push(format!("{}: {}", failure.id, failure.reason));
        }
        for row in serving {
            if !made.rows.iter().any(|one| one.id == row)
                && !made.failures.iter().any(|one| one.id.row == row)
            {
                let step = plan.steps().iter().find(|step| step.id.row == row);
                let why = match step.map(|step| &step.action) {
                    Some(RenewAction::Broken { problem }) => problem.to_string(),
                    Some(RenewAction::External { authority }) => format!(
                        "the key of {authority} is kept elsewhere: put it there for this, or name it where \
                         it is in a token"
                    ),
                    _ => "it cannot be issued with the new address".to_owned(),
                };
                prepared.refusals.push(format!("{row}: {why}"));
            }
        }
        for row in made.rows {
            prepared.renewed.push(row.id);
            let issued = row
                .renewed
                .iter()
                .map(|one| Issued::of(&one.id, &one.certificate));
            prepared.issued.extend(issued);
            prepared.writes.extend(row.writes);
        }
        prepared.halves = made.halves;
        Ok(())
    }

    /// The kubeconfigs of the table, and the one that a kubelet asks for its first certificate with.
    fn kubeconfig_files(&self) -> Vec<PathBuf> {
        let rows = self.root().table().rows();
        let rows = rows.filter(|spec| matches!(spec.form, Form::Kubeconfig { .. }));
        let files = rows.map(|spec| self.directories().path(spec.id.part(Part::Kubeconfig)));
        let bootstrap = crate::table::kubelet_files::BOOTSTRAP;
        let bootstrap = self.directories().kubeconfigs.join(bootstrap);
        files.chain([bootstrap]).collect()
    }

    /// The manifests of the control plane, etcd's first: the others need it.
    fn manifest_files(&self) -> Vec<PathBuf> {
        let machine = self.components(&Sources::on_disk());
        let order = [
            Component::Etcd,
            Component::KubeApiserver,
            Component::KubeControllerManager,
            Component::KubeScheduler,
        ];
        let files = order.into_iter().flat_map(|component| {
            let manifests = machine.manifests.iter();
            manifests
                .filter(move |(own, _)| *own == component)
                .map(|(_, file)| PathBuf::from(file))
                .collect::<Vec<_>>()
        });
        let mut files: Vec<PathBuf> = files.collect();
        files.dedup();
        files
    }

    /// A file with the new address in the place of the old one; `None` where it is not there, or does
    /// not have it.
    fn readdressed(
        &self,
        path: &Path,
        secret: bool,
        addresses: Move,
    ) -> Result<Option<Write>, LayoutError> {
        let text = match self.read_file(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(LayoutError::io(Operation::Read, &self.root().on_disk(path)))?,
        };
        let text = std::str::from_utf8(&text).map_err(|_| LayoutError::NotText {
            path: self.root().on_disk(path),
        })?;
        if !has(text, addresses.old) {
            return Ok(None);
        }
        if let Some(what) = self.root().obstacle(path) {
            let path = self.root().on_disk(path);
            return Err(LayoutError::NotReplaceable { path, what });
        }
        let new = Zeroizing::new(replaced(text, addresses).into_bytes());
        Ok(Some(Write {
            path: path.to_owned(),
            contents: new,
            mode: crate::tree::mode::SECRET,
            owner: None,
            attributes: None,
            secret,
            link: false,
            target: Target::Replaced,
        }))
    }
}

/// The settings with the new address wherever they have the old one.
fn moved(mut settings: Settings, addresses: Move) -> Settings {
    let (old, new) = (addresses.old, addresses.new);
    let given = || Source::Given("the new address".into());
    settings.advertise_address = Some(Sourced::new(new.to_string(), given()));
    let change = |list: &mut Vec<Sourced<String>>, is_own: bool| {
        let is = |one: &Sourced<String>, address: IpAddr| one.value.parse() == Ok(address);
        // What is served as the node's own address is not a further name too.
        list.retain(|one| !is_own || !(is(one, old) || is(one, new)));
        for one in list.iter_mut() {
            one.value = replaced(&one.value, addresses);
        }
    };
    change(&mut settings.apiserver_sans, true);
    if let Some(etcd) = &mut settings.etcd {
        match &mut etcd.value {
            EtcdSettings::Local {
                server_sans,
                peer_sans,
            } => {
                change(server_sans, true);
                change(peer_sans, true);
            }
            EtcdSettings::External { endpoints, .. } => change(endpoints, false),
            _ => {}
        }
    }
    if let Some(endpoint) = &mut settings.control_plane_endpoint {
        endpoint.value = replaced(&endpoint.value, addresses);
    }
    settings
}
