//! Settings over settings: those of flags over those of a file, a node's over its cluster's.

use super::description::SettingsError;
use super::settings::{EtcdSettings, ExtraArgument, Settings, Source, Sourced};
use crate::cluster::{Endpoint, ServiceCidr};

/// The configuration of one node, for the tree of another. A node holds on to its name: with another
/// one it would be another node to the cluster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("it is {value:?}, and this tree is that of the node {:?}, as {} has it", tree.value, tree.source)]
pub struct OtherNode {
    /// Where the configuration names the node.
    pub at: Source,
    /// What it names it.
    pub value: String,
    /// What the tree does, and the file that says so.
    pub tree: Sourced<String>,
}

impl Settings {
    /// These settings with others laid over them. Single values and service networks are replaced
    /// where the others have them, an argument where they have one of that name; further names
    /// of certificates are added. The format stays, since it says what a file leaves to the host.
    ///
    /// ```
    /// use pki_core::config::{self, Settings, Source, Sourced};
    ///
    /// let file = config::parse("cluster.toml", "node-name = \"cp1\"\ncluster-name = \"prod\"")?;
    /// let mut flags = Settings::default();
    /// flags.node_name = Some(Sourced::new("cp2".to_owned(), Source::Given("--node".into())));
    /// let settings = file.settings.overlaid(flags)?;
    /// assert_eq!(settings.node_name.map(|name| name.value).as_deref(), Some("cp2"));
    /// assert_eq!(settings.cluster_name.map(|name| name.value).as_deref(), Some("prod"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`SettingsError::EtcdIsExternal`] for names of a local etcd over an external one.
    pub fn overlaid(self, over: Self) -> Result<Self, SettingsError> {
        let service_cidrs = if over.service_cidrs.is_empty() {
            self.service_cidrs
        } else {
            over.service_cidrs
        };
        Ok(Self {
            format: self.format.or(over.format),
            kubernetes_version: over.kubernetes_version.or(self.kubernetes_version),
            node_name: over.node_name.or(self.node_name),
            advertise_address: over.advertise_address.or(self.advertise_address),
            bind_port: over.bind_port.or(self.bind_port),
            control_plane_endpoint: over.control_plane_endpoint.or(self.control_plane_endpoint),
            dns_domain: over.dns_domain.or(self.dns_domain),
            cluster_name: over.cluster_name.or(self.cluster_name),
            profile: over.profile.or(self.profile),
            key_algorithm: over.key_algorithm.or(self.key_algorithm),
            certificate_validity: over.certificate_validity.or(self.certificate_validity),
            ca_validity: over.ca_validity.or(self.ca_validity),
            cert_dir: over.cert_dir.or(self.cert_dir),
            kubeconfig_dir: over.kubeconfig_dir.or(self.kubeconfig_dir),
            service_cidrs,
            apiserver_sans: joined(self.apiserver_sans, over.apiserver_sans),
            authority_keys: {
                let mut keys = self.authority_keys;
                keys.extend(over.authority_keys);
                keys
            },
            etcd: etcd(self.etcd, over.etcd)?,
            extra_args: arguments(self.extra_args, over.extra_args),
            joins: self.joins || over.joins,
        })
    }

    /// These settings with what a tree says beneath them, for what they leave open. Settings of a
    /// file describe the cluster whole, so that of the tree only the node is taken: its name, its
    /// address and its port. An address that stands for every one of the host's is left open.
    ///
    /// ```
    /// use pki_core::config::{self, Settings, Source, Sourced};
    ///
    /// let text = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";
    /// let file = config::parse("kubeadm.yaml", text)?;
    /// let mut tree = Settings::default();
    /// let place = Source::Tree("/etc/kubernetes/kubelet.conf".into());
    /// tree.node_name = Some(Sourced::new("cp1".to_owned(), place));
    /// let settings = file.settings.over_tree(tree);
    /// assert_eq!(settings.node_name.map(|name| name.value).as_deref(), Some("cp1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn over_tree(mut self, tree: Self) -> Self {
        self.node_name = self.node_name.or(tree.node_name);
        self.bind_port = self.bind_port.or(tree.bind_port);
        let is_open = self.advertised_unspecified().is_some();
        self.advertise_address = match tree.advertise_address {
            Some(address) if is_open => Some(address),
            address => self.advertise_address.or(address),
        };
        self.kubernetes_version = self.kubernetes_version.or(tree.kubernetes_version);
        if self.format.is_some() {
            return self;
        }
        self.control_plane_endpoint = self.control_plane_endpoint.or(tree.control_plane_endpoint);
        self.dns_domain = self.dns_domain.or(tree.dns_domain);
        self.cluster_name = self.cluster_name.or(tree.cluster_name);
        self.key_algorithm = self.key_algorithm.or(tree.key_algorithm);
        if self.service_cidrs.is_empty() {
            self.service_cidrs = tree.service_cidrs;
        }
        self.apiserver_sans = united(tree.apiserver_sans, self.apiserver_sans);
        self.etcd = match (tree.etcd, self.etcd) {
            (
                Some(Sourced {
                    value:
                        EtcdSettings::Local {
                            server_sans,
                            peer_sans,
                        },
                    source,
                }),
                Some(Sourced {
                    value:
                        EtcdSettings::Local {
                            server_sans: server,
                            peer_sans: peer,
                        },
                    ..
                }),
            ) => {
                let local = EtcdSettings::Local {
                    server_sans: united(server_sans, server),
                    peer_sans: united(peer_sans, peer),
                };
                Some(Sourced::new(local, source))
            }
            (tree, own) => own.or(tree),
        };
        self.drop_explained();
        self
    }

    /// Sees that a configuration file is that of the node whose tree is there.
    ///
    /// # Errors
    ///
    /// [`OtherNode`] with both names. What a caller says itself is taken at its word.
    pub fn check_node(&self, tree: &Self) -> Result<(), Box<OtherNode>> {
        let (Some(own), Some(there)) = (&self.node_name, &tree.node_name) else {
            return Ok(());
        };
        let is_file = matches!(own.source, Source::File { .. });
        let name = own.value.trim();
        if !is_file || name.eq_ignore_ascii_case(&there.value) {
            return Ok(());
        }
        Err(Box::new(OtherNode {
            at: own.source.clone(),
            value: name.to_owned(),
            tree: there.clone(),
        }))
    }

    /// Takes away what a tree says twice: the names of its certificates that other settings give
    /// them already, and an endpoint that is the node.
    fn drop_explained(&mut self) {
        let single = [&self.node_name, &self.advertise_address];
        let single = single.into_iter().flatten();
        let mut explained: Vec<String> = single.map(|one| one.value.clone()).collect();
        let endpoint = self.control_plane_endpoint.as_ref();
        let host = endpoint.and_then(|one| one.parse::<Endpoint>().ok());
        if let Some(host) = host.map(|endpoint| endpoint.host().to_string()) {
            // What dials this node itself dials no endpoint.
            if explained.contains(&host)
                && endpoint.is_some_and(|one| matches!(one.source, Source::Tree(_)))
            {
                self.control_plane_endpoint = None;
            }
            explained.push(host);
        }
        let cidrs = self.service_cidrs.iter();
        let cidrs = cidrs.filter_map(|cidr| cidr.parse::<ServiceCidr>().ok());
        explained.extend(cidrs.map(|cidr| cidr.first_address().to_string()));
        let is_news = |name: &Sourced<String>| {
            let is_of_tree = matches!(name.source, Source::Tree(_));
            let mut explained = explained.iter();
            !(is_of_tree && explained.any(|one| one.trim().eq_ignore_ascii_case(&name.value)))
        };
        self.apiserver_sans.retain(is_news);
        if let Some(EtcdSettings::Local {
            server_sans,
            peer_sans,
        }) = self.etcd.as_mut().map(|etcd| &mut etcd.value)
        {
            server_sans.retain(is_news);
            peer_sans.retain(is_news);
        }
    }
}

/// Names that a tree has, and those that are asked for, without what it has already.
fn united(tree: Vec<Sourced<String>>, own: Vec<Sourced<String>>) -> Vec<Sourced<String>> {
    let same = |one: &str, other: &str| one.trim().eq_ignore_ascii_case(other.trim());
    let is_asked = |name: &Sourced<String>| own.iter().any(|one| same(&one.value, &name.value));
    let mut names: Vec<_> = tree.into_iter().filter(|name| !is_asked(name)).collect();
    names.extend(own);
    names
}

fn joined<T>(mut below: Vec<T>, over: Vec<T>) -> Vec<T> {
    below.extend(over);
    below
}

/// Further names of etcd mean a local etcd.
fn etcd(
    below: Option<Sourced<EtcdSettings>>,
    over: Option<Sourced<EtcdSettings>>,
) -> Result<Option<Sourced<EtcdSettings>>, SettingsError> {
    let (below, over) = match (below, over) {
        (Some(below), Some(over)) => (below, over),
        (one, None) | (None, one) => return Ok(one),
    };
    let source = below.source;
    let value = match (below.value, over.value) {
        (
            EtcdSettings::Local {
                server_sans,
                peer_sans,
            },
            EtcdSettings::Local {
                server_sans: server,
                peer_sans: peer,
            },
        ) => EtcdSettings::Local {
            server_sans: joined(server_sans, server),
            peer_sans: joined(peer_sans, peer),
        },
        (EtcdSettings::External { .. }, EtcdSettings::Local { .. }) => {
            return Err(SettingsError::EtcdIsExternal {
                at: over.source,
                external: source,
            });
        }
        (_, external @ EtcdSettings::External { .. }) => {
            return Ok(Some(Sourced::new(external, over.source)));
        }
    };
    Ok(Some(Sourced::new(value, source)))
}

/// One flag may be given several times, and all of its values together are replaced.
fn arguments(mut below: Vec<ExtraArgument>, over: Vec<ExtraArgument>) -> Vec<ExtraArgument> {
    let is = |one: &ExtraArgument, other: &ExtraArgument| {
        one.component == other.component && one.name == other.name
    };
    below.retain(|one| !over.iter().any(|other| is(one, other)));
    joined(below, over)
}

#[cfg(test)]
#[path = "overlay_tests.rs"]
mod tests;
