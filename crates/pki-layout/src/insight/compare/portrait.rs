//! What is compared of a node.

use std::collections::BTreeSet;

use pki_core::config::Settings;
use pki_core::observation::{ClientFacts, Found, RowFacts};
use pki_core::text::hex;
use pki_core::{CertSpec, Certificate, Inventory, RowId};

use crate::Root;
use crate::observe::{Machine, Observation, Sources};

/// A node, looked at once.
pub(super) struct Portrait {
    /// What it is called here.
    pub(super) label: String,
    /// Its own name, where something there says it and no other node here has it; else what it is
    /// called here.
    pub(super) shown: String,
    /// Its own name, where something there says it.
    pub(super) name: Option<String>,
    pub(super) inventory: Inventory,
    pub(super) settings: Settings,
    pub(super) machine: Machine,
    pub(super) observation: Observation,
}

impl Portrait {
    pub(super) fn of(label: &str, root: &Root) -> Self {
        let observation = root.observe();
        let settings = observation.settings();
        let name = settings.node_name.as_ref().map(|name| name.value.clone());
        Self {
            label: label.to_owned(),
            shown: name.clone().unwrap_or_else(|| label.to_owned()),
            name,
            inventory: observation.inventory(),
            settings,
            machine: observation.components(&Sources::on_disk()),
            observation,
        }
    }

    /// The certificate of a row that is no authority, be it in a kubeconfig.
    pub(super) fn leaf(&self, spec: &CertSpec) -> Option<&Certificate> {
        match self.inventory.facts(spec.id)? {
            RowFacts::Pair { certificate, .. } => certificate.present()?.first(),
            RowFacts::Kubeconfig(found) => match &found.present()?.client {
                ClientFacts::Embedded { certificate, .. } => certificate.present()?.first(),
                ClientFacts::Files {
                    rotated: Some(rotated),
                    ..
                } => rotated.pair.certificate.present()?.first(),
                _ => None,
            },
            _ => None,
        }
    }

    /// The authorities that a kubeconfig believes.
    pub(super) fn kubeconfig_trust(&self, row: RowId) -> Option<Vec<Certificate>> {
        match self.inventory.facts(row)? {
            RowFacts::Kubeconfig(found) => found.present()?.trust.present().cloned(),
            _ => None,
        }
    }

    /// Its name and addresses, which others of its kind have not.
    pub(super) fn own_hosts(&self) -> BTreeSet<String> {
        let address = self.settings.advertise_address.as_ref();
        let address = address.map(|address| address.value.clone());
        self.name.iter().cloned().chain(address).collect()
    }

    /// Whether its own components dial it at this.
    pub(super) fn dials_itself_at(&self, endpoint: &str) -> bool {
        let server = match self.inventory.facts(RowId::ControllerManagerConf) {
            Some(RowFacts::Kubeconfig(found)) => found.present().map(|facts| facts.server.as_str()),
            _ => None,
        };
        let host = |text: &str| pki_core::Host::of_url(text);
        server.is_some_and(|server| host(server).is_some() && host(server) == host(endpoint))
    }

    /// Whether a row is there, whatever it is.
    pub(super) fn has(&self, row: RowId) -> bool {
        self.inventory.facts(row).is_some_and(RowFacts::is_there)
    }
}

/// A certificate as people tell it from others: its subject, and the beginning of its fingerprint.
pub(super) fn shown(certificate: &Certificate) -> String {
    let fingerprint = hex::plain(&certificate.fingerprint());
    let begin: String = fingerprint.chars().take(16).collect();
    format!(
        "{} (SHA-256 {begin}…, ends {})",
        certificate.subject(),
        pki_core::text::instant::readable(certificate.validity().not_after)
    )
}

/// Several, each once.
pub(super) fn shown_all(certificates: &[Certificate]) -> String {
    let each: Vec<String> = certificates.iter().map(shown).collect();
    each.join(" + ")
}

/// What was found, where it is what is expected.
pub(super) fn there<T>(found: &Found<T>) -> Option<&T> {
    found.present()
}
