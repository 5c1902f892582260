//! Where the values were given that turn out wrong only together with others.

use super::super::settings::{Settings, Source, Sourced};
use super::SettingsError;
use crate::cluster::ClusterError;

/// The places of values that [`ClusterError`] is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    node_name: Source,
    advertise_address: Source,
    // `None` where a default was taken.
    dns_domain: Option<Source>,
    cluster_name: Option<Source>,
    lifetime: Option<Source>,
    service_cidrs: Option<Source>,
    etcd: Option<Source>,
}

impl Places {
    pub(super) fn of(settings: &Settings, node_name: Source, advertise_address: Source) -> Self {
        let place = |value: &Option<Sourced<String>>| value.as_ref().map(|one| one.source.clone());
        Self {
            node_name,
            advertise_address,
            dns_domain: place(&settings.dns_domain),
            cluster_name: place(&settings.cluster_name),
            lifetime: place(&settings.certificate_validity).or(place(&settings.ca_validity)),
            // The later ones are too many.
            service_cidrs: settings.service_cidrs.last().map(|one| one.source.clone()),
            etcd: settings.etcd.as_ref().map(|one| one.source.clone()),
        }
    }

    /// Puts its place to an error of the builders.
    #[must_use]
    pub fn locate(&self, error: ClusterError) -> SettingsError {
        let at = match &error {
            ClusterError::NodeNamedAsAuthority { .. } => Some(&self.node_name),
            ClusterError::AdvertiseAddress { .. } => Some(&self.advertise_address),
            ClusterError::DnsDomain { .. } => self.dns_domain.as_ref(),
            ClusterError::ClusterName { .. } => self.cluster_name.as_ref(),
            ClusterError::OutlivesAuthority { .. } => self.lifetime.as_ref(),
            ClusterError::ServiceCidrFamilies { .. } => self.service_cidrs.as_ref(),
            ClusterError::ExternalEtcd { .. } => self.etcd.as_ref(),
            _ => None,
        };
        SettingsError::Cluster {
            at: at.cloned(),
            error,
        }
    }
}
