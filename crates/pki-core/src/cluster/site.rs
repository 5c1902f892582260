use std::net::IpAddr;

use time::OffsetDateTime;

use super::{Cluster, Node, User, hosts};
use crate::spec::{
    CertSpec, CommonNameRule, CredentialId, Owner, OwnerKind, RowId, ServerRule, UserName,
};
use crate::x509::{
    DistinguishedName, DnsName, Host, NameError, Profile, SubjectAltNames, Template, Usage,
    Validity,
};

/// For whom the rules of the table are resolved: a node of a cluster, or a user of it.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    cluster: &'a Cluster,
    node: &'a Node,
    /// The control-plane node that is dialled where there is no endpoint.
    entrance: &'a Node,
    user: Option<&'a User>,
}

impl<'a> Site<'a> {
    pub(super) fn new(cluster: &'a Cluster, node: &'a Node) -> Self {
        Self {
            cluster,
            node,
            entrance: node,
            user: None,
        }
    }

    /// The control-plane node by which the cluster is reached where it has no endpoint. Without
    /// this the node itself.
    #[must_use]
    pub fn through(self, entrance: &'a Node) -> Self {
        Self { entrance, ..self }
    }

    /// A user of the cluster, who reaches it by this node.
    #[must_use]
    pub fn user(self, user: &'a User) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }

    /// The cluster.
    #[must_use]
    pub fn cluster(&self) -> &'a Cluster {
        self.cluster
    }

    /// The node.
    #[must_use]
    pub fn node(&self) -> &'a Node {
        self.node
    }

    /// Whether it is a node or a user.
    #[must_use]
    pub fn kind(&self) -> OwnerKind {
        match self.user {
            Some(_) => OwnerKind::User,
            None => OwnerKind::Node,
        }
    }

    /// The node or the user.
    #[must_use]
    pub fn owner(&self) -> Owner {
        match self.user {
            Some(user) => Owner::User(user.name().clone()),
            None => Owner::Node(self.node.name().clone()),
        }
    }

    /// The credential of a row here: the cluster's, or this node's or user's.
    #[must_use]
    pub fn id(&self, row: RowId) -> CredentialId {
        let owner = match row.spec().owner {
            OwnerKind::Cluster => Owner::Cluster,
            OwnerKind::Node | OwnerKind::User => self.owner(),
        };
        CredentialId::new(row, owner)
    }

    /// URL that a kubeconfig dials.
    #[must_use]
    pub fn server_url(&self, rule: ServerRule) -> String {
        self.url(match rule {
            ServerRule::ControlPlaneEndpoint => false,
            ServerRule::LocalEndpoint => true,
            ServerRule::LocalEndpointSince(since) => {
                let version = self.cluster.kubernetes_version();
                self.cluster.profile() != Profile::Kubeadm
                    || version.is_none_or(|version| version >= since.version)
            }
        })
    }

    /// Whether a kubeconfig that is there dials what it should, or what the kubeadm of another
    /// version has it dial: a cluster outlives the version that made it.
    #[must_use]
    pub fn is_right_server(&self, rule: ServerRule, url: &str) -> bool {
        let is_kubeadms = matches!(rule, ServerRule::LocalEndpointSince(_))
            && self.cluster.profile() == Profile::Kubeadm;
        url == self.server_url(rule)
            || is_kubeadms && [true, false].iter().any(|local| url == self.url(*local))
    }

    fn url(&self, is_local: bool) -> String {
        // A worker has no API server of its own.
        let is_local = is_local && !self.node.is_worker();
        let node = if is_local { self.node } else { self.entrance };
        let endpoint = self.cluster.control_plane_endpoint();
        let (host, port) = match endpoint.filter(|_| !is_local) {
            Some(endpoint) => (
                endpoint.host().clone(),
                endpoint.port().unwrap_or(node.bind_port()),
            ),
            None => (Host::Ip(node.advertise_address()), node.bind_port()),
        };
        match host {
            Host::Ip(IpAddr::V6(address)) => format!("https://[{address}]:{port}"),
            host => format!("https://{host}:{port}"),
        }
    }

    /// The names a row's certificate serves here. An authority has none, except that kubeadm
    /// gives its own a DNS name equal to the common name.
    #[must_use]
    pub fn hosts(&self, spec: &CertSpec) -> SubjectAltNames {
        if spec.is_authority() {
            return match (
                self.cluster.profile(),
                self.common_name(spec).parse::<DnsName>(),
            ) {
                (Profile::Kubeadm, Ok(name)) => [Host::Dns(name)].into_iter().collect(),
                _ => SubjectAltNames::none(),
            };
        }
        spec.hosts
            .iter()
            .flat_map(|rule| hosts::hosts(*rule, self.cluster, self.node))
            .collect()
    }

    /// The user name a row's certificate carries here.
    #[must_use]
    pub fn common_name(&self, spec: &CertSpec) -> String {
        match spec.common_name.of(self.cluster.profile()) {
            CommonNameRule::Fixed(name) => name.to_owned(),
            CommonNameRule::NodeName => self.node.name().to_string(),
            CommonNameRule::NodeUser => format!("system:node:{}", self.node.name()),
            CommonNameRule::UserName => self
                .user
                .map(User::name)
                .map_or_else(String::new, UserName::to_string),
            CommonNameRule::None => String::new(),
        }
    }

    /// The groups a row's certificate carries here: the row's, and the user's.
    #[must_use]
    pub fn groups(&self, spec: &CertSpec) -> Vec<&'a str> {
        let user = self.user.filter(|_| spec.owner == OwnerKind::User);
        let further = user.into_iter().flat_map(User::groups);
        spec.groups.iter().copied().chain(further).collect()
    }

    /// Everything a row's certificate says here when it is issued at `now`, at its full
    /// configured life; `None` for a bare key pair.
    ///
    /// # Errors
    ///
    /// [`NameError`] when its subject cannot be encoded.
    pub fn template(
        &self,
        spec: &CertSpec,
        now: OffsetDateTime,
    ) -> Result<Option<Template>, NameError> {
        let Some(usage) = spec.usage else {
            return Ok(None);
        };
        let lifetime = match usage {
            Usage::Authority => self.cluster.authority_lifetime(),
            _ => self.cluster.certificate_lifetime(),
        };
        Ok(Some(Template::new(
            self.subject(spec)?,
            usage,
            self.hosts(spec),
            Validity::starting(now, lifetime),
            self.cluster.profile(),
        )))
    }

    /// The subject a row's certificate carries here.
    ///
    /// # Errors
    ///
    /// [`NameError`] when it cannot be encoded.
    pub fn subject(&self, spec: &CertSpec) -> Result<DistinguishedName, NameError> {
        DistinguishedName::new(&self.common_name(spec), &self.groups(spec))
    }
}
