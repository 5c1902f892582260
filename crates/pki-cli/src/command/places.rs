//! Where the values were given that turn out wrong only together with others.

use pki_core::ClusterError;
use pki_core::config::{Settings, Source, Sourced};
use pki_layout::LayoutError;

use crate::exit::CliError;

/// The places of values that [`ClusterError`] is about. `None` where a default was taken.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) node_name: Option<Source>,
    pub(crate) advertise_address: Option<Source>,
    dns_domain: Option<Source>,
    cluster_name: Option<Source>,
    lifetime: Option<Source>,
    service_cidrs: Option<Source>,
    etcd: Option<Source>,
}

impl Places {
    pub(super) fn of(settings: &Settings) -> Self {
        let place = |value: &Option<Sourced<String>>| value.as_ref().map(|one| one.source.clone());
        Self {
            node_name: place(&settings.node_name),
            advertise_address: place(&settings.advertise_address),
            dns_domain: place(&settings.dns_domain),
            cluster_name: place(&settings.cluster_name),
            lifetime: place(&settings.certificate_validity).or(place(&settings.ca_validity)),
            // The later ones are too many.
            service_cidrs: settings.service_cidrs.last().map(|one| one.source.clone()),
            etcd: settings.etcd.as_ref().map(|one| one.source.clone()),
        }
    }

    /// Puts the place before the message.
    pub(crate) fn locate(&self, error: ClusterError) -> CliError {
        let place = match &error {
            ClusterError::NodeNamedAsAuthority { .. } => &self.node_name,
            ClusterError::AdvertiseAddress { .. } => &self.advertise_address,
            ClusterError::DnsDomain { .. } => &self.dns_domain,
            ClusterError::ClusterName { .. } => &self.cluster_name,
            ClusterError::OutlivesAuthority { .. } => &self.lifetime,
            ClusterError::ServiceCidrFamilies { .. } => &self.service_cidrs,
            ClusterError::ExternalEtcd { .. } => &self.etcd,
            _ => &None,
        };
        match place {
            Some(place) => CliError::Value {
                place: place.to_string(),
                problem: error.to_string(),
            },
            None => error.into(),
        }
    }

    /// As [`locate`](Self::locate), where the disk may have failed as well.
    pub(crate) fn locate_any(&self, error: LayoutError) -> CliError {
        match error {
            LayoutError::Cluster(error) => self.locate(error),
            other => other.into(),
        }
    }
}
