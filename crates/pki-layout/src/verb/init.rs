//! `init`: from what is there to a complete tree, in one go or not at all.

mod done;
pub(crate) mod report;

use std::sync::Arc;

pub use done::{Initialised, IssuedCertificate, Outcome, Receipt, Situation};
use pki_core::issue::Content;
use pki_core::key::{PremadeKeys, SigningKey as _};
use pki_core::observation::{CertificateFile, Found, Places, RowFacts};
use pki_core::plan::Action;
use pki_core::{Bundle, ClusterBuilder, Inventory, NodeBuilder, Plan, Profile, Provider, RowId};
use time::OffsetDateTime;

use super::gate::Verdict;
use super::outdated;
use crate::files::bundle::bundle_files;
use crate::flags::FlagOptions;
use crate::observe::Sources;
use crate::observe::halves::PublicHalves;
use crate::record::Issued;
use crate::store::{Commit, Session, Target, Write};
use crate::table::Component;
use crate::{Directories, LayoutError, Observation, Root};

impl Root {
    /// Decides what [`init`](Self::init) would do, and writes nothing. The profile is the
    /// builder's, else that of the tree that is there, else the default.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Cluster`] when the description of the cluster does not hold together;
    /// [`LayoutError::Io`] when the prefix is not there, or one of the directories is a file.
    pub fn plan_init(
        &self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        now: OffsetDateTime,
    ) -> Result<Plan, LayoutError> {
        self.check_directories()?;
        self.check_signers()?;
        Ok(self.observe().plan_init(cluster, node, now)?.0)
    }

    /// Completes the tree: keeps what is there and right, makes what is missing, and writes
    /// nothing at all when something that is there is wrong.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. No file of the table has changed then.
    pub fn init(
        &self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        options: &FlagOptions,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<Initialised, LayoutError> {
        self.observe_to_write()
            .init(cluster, node, options, now, provider)
    }

    /// Executes the plan that [`plan_init`](Self::plan_init) has made, and no other: what was
    /// shown is what is done.
    ///
    /// # Errors
    ///
    /// [`LayoutError::PlanOutdated`] when what is there now would make another plan; as
    /// [`init`](Self::init) else. No file of the table has changed then.
    pub fn execute(
        &self,
        plan: &Plan,
        options: &FlagOptions,
        provider: &Provider<'_>,
    ) -> Result<Initialised, LayoutError> {
        let shown = plan;
        let plan = |observation: &Observation| {
            let table = shown.cluster().table();
            if table != observation.root().table() {
                return Err(LayoutError::OtherTable);
            }
            let inventory = observation.inventory();
            let plan = Plan::init(shown.setup(), &inventory, shown.now())?;
            if plan == *shown {
                Ok((plan, inventory))
            } else {
                Err(LayoutError::PlanOutdated)
            }
        };
        self.observe_to_write().carry_out(&plan, options, provider)
    }

    /// What [`init`](Self::init) would do, up to what the gate would say of it: everything is
    /// made in memory, and nothing is written.
    ///
    /// # Errors
    ///
    /// As [`init`](Self::init).
    pub fn rehearse_init(
        &self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        options: &FlagOptions,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<Initialised, LayoutError> {
        self.observe_to_write()
            .rehearse_init(cluster, node, options, now, provider)
    }
}

impl Observation {
    /// As [`Root::init`], for those who looked before, such as for [`settings`](Self::settings):
    /// what has not changed since is not opened again.
    ///
    /// # Errors
    ///
    /// As [`Root::init`].
    pub fn init(
        self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        options: &FlagOptions,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<Initialised, LayoutError> {
        self.check_requests()?;
        let plan =
            move |observation: &Self| observation.plan_init(cluster.clone(), node.clone(), now);
        self.carry_out(&plan, options, provider)
    }

    /// Plans under the lock, issues, judges and writes.
    fn carry_out(
        self,
        plan: &Planner<'_>,
        options: &FlagOptions,
        provider: &Provider<'_>,
    ) -> Result<Initialised, LayoutError> {
        // Without the lock first: it is a file, and a refusal writes none. Unless an earlier run
        // is to be completed: its half of the work says nothing.
        let root = self.root().clone();
        root.check_directories()?;
        root.check_provider(provider)?;
        let mut observation = self;
        let mut premade = PremadeKeys::default();
        if observation.pending().is_none() {
            let mut planned = plan(&observation);
            let is_refused = |planned: &Planned| match planned {
                Ok((plan, _)) => !plan.refusals().is_empty(),
                Err(error) => matches!(error, LayoutError::PlanOutdated),
            };
            if is_refused(&planned) && root.wait_for_writer()? {
                // What looked wrong may have been half of what another run was putting in place.
                observation = observation.refreshed();
                planned = plan(&observation);
            }
            let (planned, inventory) = planned?;
            if let Some(outcome) = observation.idle(&planned, &inventory, options)? {
                return Ok(observation.without_writing(planned, outcome, options));
            }
            // Slow, and nobody has to wait for it.
            premade = planned.make_keys(provider)?;
        }
        let provider = &provider.with_premade(&premade);
        let session = Session::open(&root, observation.kubelet().directory)?;
        let recovered = session.recovered().cloned();
        // What was read before the lock may have changed since.
        let observation = observation.refreshed();
        let prepared =
            plan(&observation).and_then(|planned| observation.prepare(planned, options, provider));
        match prepared {
            Err(error) => {
                session.abandon();
                Err(error)
            }
            Ok(Prepared::Idle(plan, outcome)) => {
                session.abandon();
                Ok(Initialised {
                    recovered,
                    ..observation.without_writing(plan, outcome, options)
                })
            }
            Ok(Prepared::Work(plan, bundle, writes)) => {
                let Verdict { offences, accepted } =
                    observation.gate(&writes, &halves(&bundle), plan.now());
                if !offences.is_empty() {
                    session.abandon();
                    return Ok(Initialised {
                        offences,
                        recovered,
                        ..observation.without_writing(plan, Outcome::Refused, options)
                    });
                }
                let inputs = observation.inputs(&writes);
                let issued = bundle.credentials().iter().filter_map(|one| {
                    let certificate = one.content.certificate()?;
                    Some(Issued::of(&one.id, certificate))
                });
                let issued: Vec<Issued> = issued.collect();
                let done = session.commit(&Commit {
                    writes: &writes,
                    inputs: &inputs,
                    now: plan.now(),
                    undoes: None,
                    accepted: &accepted,
                    issued: &issued,
                    random: provider.random,
                })?;
                Ok(Initialised {
                    receipt: receipt(&bundle, &writes),
                    late: done.late,
                    recovered,
                    ..observation.without_writing(plan, Outcome::Done, options)
                })
            }
        }
    }

    /// As [`Root::rehearse_init`].
    ///
    /// # Errors
    ///
    /// As [`Root::init`].
    pub fn rehearse_init(
        &self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        options: &FlagOptions,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<Initialised, LayoutError> {
        self.root().check_directories()?;
        self.root().check_provider(provider)?;
        self.check_requests()?;
        let planned = self.plan_init(cluster, node, now)?;
        Ok(match self.prepare(planned, options, provider)? {
            Prepared::Idle(plan, outcome) => Initialised {
                dry_run: true,
                ..self.without_writing(plan, outcome, options)
            },
            Prepared::Work(plan, bundle, writes) => {
                let offences = self.gate(&writes, &halves(&bundle), now).offences;
                let outcome = match offences.as_slice() {
                    [] => Outcome::Planned,
                    _ => Outcome::Refused,
                };
                let mut receipt = receipt(&bundle, &writes);
                // They are gone with the memory that they were in.
                receipt.certificates.clear();
                Initialised {
                    offences,
                    receipt,
                    dry_run: true,
                    ..self.without_writing(plan, outcome, options)
                }
            }
        })
    }

    fn without_writing(&self, plan: Plan, outcome: Outcome, options: &FlagOptions) -> Initialised {
        Initialised {
            situation: self.situation(&plan),
            version: options.version(),
            plan,
            outcome,
            offences: Vec::new(),
            receipt: Receipt::default(),
            late: Vec::new(),
            recovered: None,
            dry_run: false,
        }
    }

    fn situation(&self, plan: &Plan) -> Situation {
        let machine = self.components(&Sources::on_disk());
        if machine.instance(Component::KubeApiserver).is_some() {
            Situation::Running
        } else if plan.setup().joins() {
            Situation::KubeadmJoin
        } else if is_further(plan) {
            Situation::Further
        } else if plan.cluster().profile() == Profile::Kubeadm {
            Situation::KubeadmInit
        } else {
            Situation::New
        }
    }

    /// How it ends without writing, if it does.
    fn idle(
        &self,
        plan: &Plan,
        inventory: &Inventory,
        options: &FlagOptions,
    ) -> Result<Option<Outcome>, LayoutError> {
        if !plan.refusals().is_empty() {
            return Ok(Some(Outcome::Refused));
        }
        let derived = outdated::derived(plan.setup().site(), self, inventory, options)?;
        let nothing = plan.is_empty() && derived.is_empty();
        Ok(nothing.then_some(Outcome::Unchanged))
    }

    fn prepare(
        &self,
        (plan, inventory): (Plan, Inventory),
        options: &FlagOptions,
        provider: &Provider<'_>,
    ) -> Result<Prepared, LayoutError> {
        if let Some(outcome) = self.idle(&plan, &inventory, options)? {
            return Ok(Prepared::Idle(plan, outcome));
        }
        let provider = provider.with_signers(self.root().signers());
        let provider = self.root().provided(&provider);
        let bundle = plan.issue(self.authorities(&plan, &inventory)?, &provider)?;
        let inventory = with_made(inventory, &bundle, self.directories());
        let profile = plan.cluster().profile();
        let files = bundle_files(&bundle, self.directories(), profile)?;
        let files = files.into_iter().map(|file| Write::of(file, Target::New));
        let mut writes: Vec<Write> = files.collect();
        let site = plan.setup().site();
        writes.extend(outdated::derived(site, self, &inventory, options)?);
        Ok(Prepared::Work(plan, bundle, writes))
    }
}

/// A plan of what is there, and what it was made from.
type Planned = Result<(Plan, Inventory), LayoutError>;

/// Makes one.
type Planner<'a> = dyn Fn(&Observation) -> Planned + 'a;

enum Prepared {
    Idle(Plan, Outcome),
    Work(Plan, Bundle, Vec<Write>),
}

fn halves(bundle: &Bundle) -> Arc<PublicHalves> {
    let credentials = bundle.credentials().iter();
    let mut halves = PublicHalves::default();
    for key in credentials.filter_map(|credential| credential.content.key()) {
        halves.add(key);
    }
    Arc::new(halves)
}

/// What there will be of the authorities that were made.
fn with_made(mut inventory: Inventory, bundle: &Bundle, directories: &Directories) -> Inventory {
    for credential in bundle.credentials() {
        let row = credential.id.row;
        let Some(certificate) = credential.content.certificate() else {
            continue;
        };
        if !row.spec().is_authority() {
            continue;
        }
        let key = credential.content.key();
        let key = key.map_or(Found::Absent, |key| {
            Found::Present(key.public_key().clone())
        });
        let believed = row.domain().filter(|domain| domain.callers_believe_above());
        if let (Some(superior), Some(domain)) = (inventory.superior(), believed) {
            let above = std::iter::once(superior.certificate()).chain(superior.above());
            let certificates = std::iter::once(certificate).chain(above);
            let servers = CertificateFile {
                path: directories.callers_file(row).display().to_string(),
                certificates: Found::Present(certificates.cloned().collect()),
            };
            let places = Places {
                servers: Some(servers),
                ..Places::default()
            };
            inventory.set_places(domain, places);
        }
        let certificate = Found::Present(vec![certificate.clone()]);
        inventory.insert(row, RowFacts::Pair { certificate, key });
    }
    inventory
}

fn receipt(bundle: &Bundle, writes: &[Write]) -> Receipt {
    let paths = |target| {
        let of_target = writes.iter().filter(move |write| write.target == target);
        of_target.map(|write| write.path.clone()).collect()
    };
    let certificates = bundle.credentials().iter().filter_map(|credential| {
        let content: &Content = &credential.content;
        let certificate = content.certificate()?;
        Some(IssuedCertificate {
            id: credential.id.clone(),
            sha256: certificate.fingerprint(),
            not_after: certificate.validity().not_after,
        })
    });
    Receipt {
        created: paths(Target::New),
        replaced: paths(Target::Replaced),
        certificates: certificates.collect(),
    }
}

/// Whether what the nodes of a cluster share is here, the key of its tokens too, which no company
/// gives, and what is the node's own is not.
fn is_further(plan: &Plan) -> bool {
    let is_kept = |row: RowId| {
        let mut steps = plan.steps().iter().filter(|step| step.id.row == row);
        steps.any(|step| matches!(step.action, Action::Keep { .. }))
    };
    let node = plan.setup().node();
    let waits = plan.steps().iter().any(|step| step.action.is_pending());
    let looks_so = !waits
        && is_kept(RowId::ClusterCa)
        && is_kept(RowId::ServiceAccount)
        && !is_kept(RowId::Apiserver);
    node.is_further() || looks_so && !node.new_cluster()
}
