//! What a tree was made with, where nothing else says it any more.

use pki_core::config::{self, Settings, Source, Sourced};

use super::Observation;

impl Observation {
    /// What neither a certificate of the API server nor its manifest says: what was derived for kubeadm
    /// when the tree was made. The node's name always, the rest only where it `is_open`.
    pub(super) fn add_as_made(&self, settings: &mut Settings, is_open: bool) {
        let path = self.directories().flags().join("kubeadm.yaml");
        let text = self.read_file(&path).ok();
        let text = text.as_deref().map(|text| String::from_utf8_lossy(text));
        let name = path.display().to_string();
        let derived = text.and_then(|text| config::parse(&name, &text).ok());
        let Some(derived) = derived.map(|parsed| parsed.settings) else {
            return;
        };
        let of_tree = |one: Sourced<String>| Sourced::new(one.value, Source::Tree(name.clone()));
        let each = |all: Vec<Sourced<String>>| all.into_iter().map(of_tree).collect();
        let or = |open: Option<Sourced<String>>, own: Option<Sourced<String>>| {
            open.or_else(|| own.map(of_tree))
        };
        settings.node_name = or(settings.node_name.take(), derived.node_name);
        if !is_open {
            return;
        }
        settings.dns_domain = or(settings.dns_domain.take(), derived.dns_domain);
        settings.control_plane_endpoint = or(
            settings.control_plane_endpoint.take(),
            derived.control_plane_endpoint,
        );
        if settings.service_cidrs.is_empty() {
            settings.service_cidrs = each(derived.service_cidrs);
        }
        if settings.apiserver_sans.is_empty() {
            settings.apiserver_sans = each(derived.apiserver_sans);
        }
    }
}
