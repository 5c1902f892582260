//! Settings over settings: those of flags over those of a file, a node's over its cluster's.

use super::description::SettingsError;
use super::settings::{EtcdSettings, ExtraArgument, Settings, Sourced};

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
            etcd: etcd(self.etcd, over.etcd)?,
            extra_args: arguments(self.extra_args, over.extra_args),
        })
    }
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
