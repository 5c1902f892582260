use std::collections::BTreeMap;
use std::path::PathBuf;

use pki_core::Lifetime;
use pki_core::authority::Domain;
#[cfg(feature = "config")]
use pki_core::config::{ExtraArgument, Settings};

use crate::table::{Component, GatedFlag, GoneGate, KubernetesVersion, Role, Running};

/// What else than the cluster decides about flags.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlagOptions {
    /// Whether the cluster authority's key is on this node. Without it, kube-controller-manager
    /// signs no certificates. Default yes.
    pub cluster_ca_key_present: bool,
    /// Longest life of the certificates that kube-controller-manager signs. Default none, which
    /// leaves Kubernetes' own default of a year.
    pub cluster_signing_duration: Option<Lifetime>,
    /// The files that take the place of the table's for one role of an authority. Default none:
    /// an authority's certificate is one file.
    pub places: BTreeMap<(Domain, Role), PathBuf>,
    /// Version of Kubernetes, such as `v1.36.2`: for kubeadm's configuration, which is written as
    /// its kubeadm reads it. Default none, which leaves it to kubeadm.
    pub kubernetes_version: Option<String>,
    /// What an administrator sets instead, in the order given. Default none.
    pub overrides: Vec<Override>,
}

impl Default for FlagOptions {
    fn default() -> Self {
        Self {
            cluster_ca_key_present: true,
            cluster_signing_duration: None,
            places: BTreeMap::new(),
            kubernetes_version: None,
            overrides: Vec::new(),
        }
    }
}

impl FlagOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The version that settings have, and the further arguments of components, as overrides.
    #[cfg(feature = "config")]
    #[must_use]
    pub fn from_settings(settings: &Settings) -> Self {
        let given = |one: &ExtraArgument| Override::new(one.component, &one.name, &one.value.value);
        Self {
            kubernetes_version: settings
                .kubernetes_version
                .as_ref()
                .map(|version| version.value.clone()),
            overrides: settings.extra_args.iter().map(given).collect(),
            ..Self::default()
        }
    }

    /// Says whether the cluster authority's key is on this node.
    #[must_use]
    pub fn with_cluster_ca_key_present(mut self, present: bool) -> Self {
        self.cluster_ca_key_present = present;
        self
    }

    /// Limits the life of the certificates that kube-controller-manager signs.
    #[must_use]
    pub fn with_cluster_signing_duration(mut self, duration: Lifetime) -> Self {
        self.cluster_signing_duration = Some(duration);
        self
    }

    /// Gives one role of a domain's authority a file of its own.
    #[must_use]
    pub fn with_place(mut self, domain: Domain, role: Role, path: PathBuf) -> Self {
        self.places.insert((domain, role), path);
        self
    }

    /// The version of Kubernetes that the flags are for; `None` where it is not said.
    #[must_use]
    pub fn version(&self) -> Option<KubernetesVersion> {
        self.kubernetes_version.as_ref()?.parse().ok()
    }

    /// Of the overrides those that their component refuses in this version, in sentences.
    #[must_use]
    pub fn unavailable(&self) -> Vec<String> {
        let Some(version) = self.version() else {
            return Vec::new();
        };
        let running = Running::kubernetes(version);
        let each = self.overrides.iter().filter_map(|given| {
            let (component, name) = (given.component, given.name.as_str());
            let lacks = running.lacks(component, name);
            let gated = || {
                let row = GatedFlag::find(component, name)?;
                let on = row.is_on(version, self.gates(component));
                (!on).then(|| row.says(version))
            };
            let gone = || {
                let mut items = given.value.split(',').filter(|_| name == "feature-gates");
                let row = items.find_map(|item| GoneGate::of_item(component, item, version))?;
                Some(format!("has {}, which {}", row.gate, row.says()))
            };
            let says = lacks.map(|lacks| running.says(lacks));
            let says = says.or_else(gated).or_else(gone)?;
            Some(format!("--{name} of {component} {says}"))
        });
        each.collect()
    }

    /// The items of a component's `--feature-gates`.
    fn gates(&self, component: Component) -> impl DoubleEndedIterator<Item = &str> {
        let gates = self
            .overrides
            .iter()
            .filter(move |given| given.component == component && given.name == "feature-gates");
        gates.flat_map(|given| given.value.split(',').map(str::trim))
    }

    /// Adds one override after those already there.
    #[must_use]
    pub fn with_override(mut self, given: Override) -> Self {
        self.overrides.push(given);
        self
    }
}

/// A flag as an administrator wants it: one of kubeadm's `extraArgs`.
///
/// All overrides of one name together replace the value of the table. Those whose name the
/// table does not know for the component have nothing to do with certificates, and are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Override {
    /// Whose flag.
    pub component: Component,
    /// Its name, without dashes.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Override {
    /// Gives a flag this value.
    #[must_use]
    pub fn new(component: Component, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            component,
            name: name.into(),
            value: value.into(),
        }
    }
}
