use super::node::check_duplicates;
use super::{Cluster, ClusterError, Endpoint, Etcd, ServiceCidr};
use crate::key::KeyAlgorithm;
use crate::spec::{KubernetesVersion, Table};
use crate::x509::{DnsName, Host, Lifetime, Profile};

/// Collects what describes a cluster; [`build`](Self::build) checks it as a whole.
///
/// ```
/// use pki_core::{Cluster, Profile};
///
/// let cluster = Cluster::builder()
///     .control_plane_endpoint("api.example.org:6443".parse()?)
///     .profile(Profile::Kubeadm)
///     .build()?;
/// assert_eq!(cluster.service_account_issuer(), "https://kubernetes.default.svc.cluster.local");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct ClusterBuilder {
    table: Option<Table>,
    kubernetes_version: Option<KubernetesVersion>,
    control_plane_endpoint: Option<Endpoint>,
    service_cidrs: Option<Vec<ServiceCidr>>,
    dns_domain: Option<DnsName>,
    cluster_name: String,
    profile: Option<Profile>,
    key_algorithm: Option<KeyAlgorithm>,
    certificate_lifetime: Lifetime,
    authority_lifetime: Lifetime,
    apiserver_hosts: Vec<Host>,
    etcd: Etcd,
}

impl ClusterBuilder {
    pub(super) fn new() -> Self {
        Self {
            table: None,
            kubernetes_version: None,
            control_plane_endpoint: None,
            service_cidrs: None,
            dns_domain: None,
            cluster_name: "kubernetes".to_owned(),
            profile: None,
            key_algorithm: None,
            certificate_lifetime: Lifetime::YEAR,
            authority_lifetime: Lifetime::DECADE,
            apiserver_hosts: Vec::new(),
            etcd: Etcd::default(),
        }
    }

    /// The rows that certificates are made of. Default those of Kubernetes.
    pub fn table(mut self, table: Table) -> Self {
        self.table = Some(table);
        self
    }

    /// The rows that certificates are made of, where none were set.
    pub fn table_or(mut self, table: &Table) -> Self {
        self.table.get_or_insert_with(|| table.clone());
        self
    }

    /// The version of Kubernetes. Default none, which is taken for the newest.
    pub fn kubernetes_version(mut self, version: KubernetesVersion) -> Self {
        self.kubernetes_version = Some(version);
        self
    }

    /// The stable address of the control plane, such as a load balancer's. Default none.
    pub fn control_plane_endpoint(mut self, endpoint: Endpoint) -> Self {
        self.control_plane_endpoint = Some(endpoint);
        self
    }

    /// The service networks: one, or one of each family. Default 10.96.0.0/12.
    pub fn service_cidrs(mut self, cidrs: impl IntoIterator<Item = ServiceCidr>) -> Self {
        self.service_cidrs = Some(cidrs.into_iter().collect());
        self
    }

    /// The cluster's DNS domain. Default `cluster.local`.
    pub fn dns_domain(mut self, domain: DnsName) -> Self {
        self.dns_domain = Some(domain);
        self
    }

    /// Name of the cluster in kubeconfigs. Default `kubernetes`.
    pub fn cluster_name(mut self, name: impl Into<String>) -> Self {
        self.cluster_name = name.into();
        self
    }

    /// Which profile new certificates follow. Default [`Profile::KubernetesIo`].
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// Takes this profile where none was set: that of a tree that is there already.
    pub fn profile_or(mut self, profile: Option<Profile>) -> Self {
        self.profile = self.profile.or(profile);
        self
    }

    /// Algorithm of new keys. Default the profile's.
    pub fn key_algorithm(mut self, algorithm: KeyAlgorithm) -> Self {
        self.key_algorithm = Some(algorithm);
        self
    }

    /// Life of new leaf certificates. Default a year.
    pub fn certificate_lifetime(mut self, lifetime: Lifetime) -> Self {
        self.certificate_lifetime = lifetime;
        self
    }

    /// Life of new authorities. Default ten years.
    pub fn authority_lifetime(mut self, lifetime: Lifetime) -> Self {
        self.authority_lifetime = lifetime;
        self
    }

    /// Further names and addresses of the API server.
    pub fn apiserver_hosts(mut self, hosts: impl IntoIterator<Item = Host>) -> Self {
        self.apiserver_hosts = hosts.into_iter().collect();
        self
    }

    /// Where the cluster keeps its state. Default a local member.
    pub fn etcd(mut self, etcd: Etcd) -> Self {
        self.etcd = etcd;
        self
    }

    /// Checks everything.
    ///
    /// # Errors
    ///
    /// [`ClusterError`] names what is wrong and what was given.
    pub fn build(self) -> Result<Cluster, ClusterError> {
        let profile = self.profile.unwrap_or_default();
        let service_cidrs = match self.service_cidrs {
            Some(cidrs) => cidrs,
            None => vec!["10.96.0.0/12".parse()?],
        };
        let dns_domain = match self.dns_domain {
            Some(domain) => domain,
            None => "cluster.local"
                .parse()
                .map_err(|error: crate::x509::HostError| ClusterError::DnsDomain {
                    domain: error.text,
                })?,
        };
        check_service_cidrs(&service_cidrs)?;
        check_etcd(&self.etcd)?;
        check_duplicates(&self.apiserver_hosts, "the API server")?;
        if dns_domain.as_str().starts_with('*') {
            return Err(ClusterError::DnsDomain {
                domain: dns_domain.to_string(),
            });
        }
        if self.cluster_name.is_empty() || self.cluster_name.chars().any(char::is_control) {
            return Err(ClusterError::ClusterName {
                name: self.cluster_name,
            });
        }
        if self.certificate_lifetime > self.authority_lifetime {
            return Err(ClusterError::OutlivesAuthority {
                leaf: self.certificate_lifetime,
                authority: self.authority_lifetime,
            });
        }
        Ok(Cluster {
            table: self.table.unwrap_or_default(),
            kubernetes_version: self.kubernetes_version,
            control_plane_endpoint: self.control_plane_endpoint,
            service_cidrs,
            dns_domain,
            cluster_name: self.cluster_name,
            profile,
            key_algorithm: self.key_algorithm.unwrap_or(profile.default_algorithm()),
            certificate_lifetime: self.certificate_lifetime,
            authority_lifetime: self.authority_lifetime,
            apiserver_hosts: self.apiserver_hosts,
            etcd: self.etcd,
        })
    }
}

fn check_service_cidrs(cidrs: &[ServiceCidr]) -> Result<(), ClusterError> {
    match cidrs {
        [] => Err(ClusterError::NoServiceCidr),
        [_] => Ok(()),
        [first, second] if first.is_ipv6() != second.is_ipv6() => Ok(()),
        [first, second] | [first, _, second, ..] => Err(ClusterError::ServiceCidrFamilies {
            first: *first,
            second: *second,
        }),
    }
}

fn check_etcd(etcd: &Etcd) -> Result<(), ClusterError> {
    let invalid = |why: String| Err(ClusterError::ExternalEtcd { why });
    match etcd {
        Etcd::Local => Ok(()),
        Etcd::External { endpoints, .. } if endpoints.is_empty() => {
            invalid("give at least one endpoint".to_owned())
        }
        Etcd::External {
            endpoints,
            ca_file,
            client_pair,
        } => {
            for endpoint in endpoints {
                let host = endpoint
                    .strip_prefix("https://")
                    .or_else(|| endpoint.strip_prefix("http://"));
                if host.is_none_or(|host| host.starts_with([':', '/']) || host.is_empty())
                    || endpoint.contains([',', ' '])
                {
                    return invalid(format!(
                        "{endpoint:?} is not a URL such as https://192.0.2.20:2379"
                    ));
                }
                if client_pair.is_some() && endpoint.starts_with("http://") {
                    return invalid(format!(
                        "{endpoint} is plain HTTP, and a client certificate needs https"
                    ));
                }
            }
            let pair = client_pair.iter().flat_map(|(cert, key)| [cert, key]);
            for file in ca_file.iter().chain(pair) {
                if !file.starts_with('/') {
                    return invalid(format!("{file:?} is not an absolute path"));
                }
            }
            Ok(())
        }
    }
}
