//! A certificate for somebody who logs in, in a kubeconfig.

use pki_core::cluster::User;
use pki_core::spec::USER;
use pki_core::{Cluster, ClusterBuilder, Lifetime, NodeBuilder, Plan, Provider, Setup};
use serde::Serialize;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::further::{Entrance, refusals};
use crate::files::bundle::credential_files;
use crate::record::Issued;
use crate::report::{RecoveredRow, RefusalRow, SCHEMA_VERSION, Words};
use crate::store::{Finished, Line, Session};
use crate::view::schema::rfc3339;
use crate::{LayoutError, Observation, Root};

/// For whom, and for how long.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UserOrder {
    /// Who.
    pub user: User,
    /// Life of the certificate.
    pub lifetime: Lifetime,
    /// Why they get rights that nobody gets by the way.
    pub reason: Option<String>,
}

/// What was issued for a user.
#[derive(Debug)]
#[non_exhaustive]
pub struct UserIssued {
    /// What was decided; where it refuses anything, nothing was issued.
    pub plan: Plan,
    /// The kubeconfig.
    pub kubeconfig: Option<Zeroizing<Vec<u8>>>,
    /// The certificate in it.
    pub issued: Option<Issued>,
    /// What an earlier run had left undone, and was completed first.
    pub recovered: Option<Finished>,
}

/// The same for programs. The kubeconfig is not in it: it holds a private key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `UserReport`.
    pub kind: &'static str,
    /// `done`, or `refused`.
    pub outcome: &'static str,
    /// Who logs in with it.
    pub name: String,
    /// In which groups.
    pub groups: Vec<String>,
    /// URL of the API server.
    pub server: String,
    /// The certificate; `null` where none was issued.
    pub certificate: Option<Issued>,
    /// What the API server's audit log and authorization rules call it.
    pub credential_id: Option<String>,
    /// Where the kubeconfig was written; `null` where it was printed.
    pub kubeconfig: Option<String>,
    /// The binding that was asked for.
    pub rbac: Option<String>,
    /// What is worth knowing.
    pub warnings: Vec<String>,
    /// What is there and wrong, so that nothing was issued.
    pub refusals: Vec<RefusalRow>,
    /// What was completed first, because it had been interrupted.
    pub recovered: Option<RecoveredRow>,
}

impl UserOrder {
    /// For this long.
    #[must_use]
    pub fn new(user: User, lifetime: Lifetime) -> Self {
        Self {
            user,
            lifetime,
            reason: None,
        }
    }
}

impl Observation {
    /// Issues a certificate for a user, and gives it back in a kubeconfig; of this tree only the
    /// ledger is written to, before that.
    ///
    /// # Errors
    ///
    /// [`LayoutError`]. Nothing was issued then.
    pub fn issue_user(
        self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        order: &UserOrder,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<UserIssued, LayoutError> {
        self.root().check_directories()?;
        self.root().check_provider(provider)?;
        let cluster = cluster.certificate_lifetime(order.lifetime);
        let refused = |plan, recovered| UserIssued {
            plan,
            kubeconfig: None,
            issued: None,
            recovered,
        };
        // Without the lock first, which is a file: where nothing is done none is written.
        let (plan, _) = self.plan_user(cluster.clone(), node.clone(), order, now)?;
        if !plan.refusals().is_empty() && self.pending().is_none() {
            return Ok(refused(plan, None));
        }
        let root = self.root().clone();
        let session = Session::open(&root, self.kubelet().directory)?;
        let recovered = session.recovered().cloned();
        let observation = self.refreshed();
        let made = observation.make_user((cluster, node), order, now, provider);
        match made {
            Err(error) => {
                session.abandon();
                Err(error)
            }
            Ok((plan, None)) => {
                session.abandon();
                Ok(refused(plan, recovered))
            }
            Ok((plan, Some((kubeconfig, issued)))) => {
                let line = Line::new(&root, rfc3339(now), None, issued.clone());
                session.add_issued(&[line])?;
                Ok(UserIssued {
                    plan,
                    kubeconfig: Some(kubeconfig),
                    issued: Some(issued),
                    recovered,
                })
            }
        }
    }

    fn plan_user(
        &self,
        cluster: ClusterBuilder,
        node: NodeBuilder,
        order: &UserOrder,
        now: OffsetDateTime,
    ) -> Result<(Plan, Entrance), LayoutError> {
        let entrance = self.entrance(cluster, node, [&USER])?;
        let setup: Setup = entrance.setup().with_users([order.user.clone()])?;
        Ok((entrance.plan(&setup, now)?, entrance))
    }

    fn make_user(
        &self,
        (cluster, node): (ClusterBuilder, NodeBuilder),
        order: &UserOrder,
        now: OffsetDateTime,
        provider: &Provider<'_>,
    ) -> Result<(Plan, Option<Made>), LayoutError> {
        let (plan, entrance) = self.plan_user(cluster, node, order, now)?;
        if !plan.refusals().is_empty() {
            return Ok((plan, None));
        }
        let provider = provider.with_signers(self.root().signers());
        let authorities = self.authorities(&plan, &entrance.inventory)?;
        let bundle = plan.issue(authorities, &provider)?;
        let mut made = None;
        for credential in bundle.credentials() {
            let Some(certificate) = credential.content.certificate() else {
                continue;
            };
            let mut issued = Issued::of(&credential.id, certificate);
            issued.reason.clone_from(&order.reason);
            let files = credential_files(credential)?;
            made = files.into_iter().next().map(|(_, text)| (text, issued));
        }
        Ok((plan, made))
    }
}

/// A kubeconfig, and the certificate in it.
type Made = (Zeroizing<Vec<u8>>, Issued);

impl UserIssued {
    /// The report, but for where the kubeconfig went.
    #[must_use]
    pub fn report(&self, order: &UserOrder, root: &Root, words: Words<'_>) -> UserReport {
        let site = self.plan.setup().site();
        let spec = USER.form;
        let server = match spec {
            pki_core::Form::Kubeconfig { server, .. } => site.server_url(server),
            _ => String::new(),
        };
        let warnings = self.plan.warnings().iter().map(ToString::to_string);
        UserReport {
            schema_version: SCHEMA_VERSION,
            kind: "UserReport",
            outcome: if self.issued.is_some() {
                "done"
            } else {
                "refused"
            },
            name: order.user.name().to_string(),
            groups: order.user.groups().map(str::to_owned).collect(),
            server,
            credential_id: self.issued.as_ref().map(Issued::credential_id),
            certificate: self.issued.clone(),
            kubeconfig: None,
            rbac: None,
            warnings: warnings.chain(short_lived(self.plan.cluster())).collect(),
            refusals: refusals(&self.plan, root, words),
            recovered: self.recovered.as_ref().map(Finished::row),
        }
    }
}

/// What cannot be revoked should not live long.
fn short_lived(cluster: &Cluster) -> Option<String> {
    const LONG: time::Duration = time::Duration::days(31);
    let lifetime = cluster.certificate_lifetime();
    (lifetime.duration() > LONG).then(|| {
        format!(
            "it lives for {lifetime}, and Kubernetes has no revocation of certificates: whoever copies \
             the file can use it until then"
        )
    })
}
