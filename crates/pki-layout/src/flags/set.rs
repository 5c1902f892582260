use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use pki_core::Site;
use serde::Serialize;

use super::described::Described;
use super::resolve::Source;
use super::{FlagOptions, FlagsError};
use crate::Directories;
use crate::table::{Component, FlagSpec, Place};

/// What one component is told about certificates.
///
/// Every value is one line of printable text: [`FlagSet::of`] refuses others, so that no format
/// needs to.
#[derive(Debug, Clone)]
pub struct FlagSet {
    component: Component,
    arguments: Vec<Argument>,
    settings: Vec<Setting>,
    described: Arc<Described>,
}

/// One flag with its value. Displays as `--name=value`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Argument {
    /// The row of the table.
    pub spec: &'static FlagSpec,
    /// What it is set to, as one argument holds it: not quoted for any shell.
    pub value: String,
}

impl Argument {
    /// Name of the flag, without dashes.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.spec.name
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--{}={}", self.name(), self.value)
    }
}

/// One field of the kubelet's configuration.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Setting {
    /// The row of the table; its name is the dotted path.
    pub spec: &'static FlagSpec,
    /// What it is set to, never [`Field::Group`].
    pub value: Field,
}

/// A field of the kubelet's configuration, nested as in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Field {
    /// Yes or no.
    Switch(bool),
    /// Text.
    Text(String),
    /// Fields within a field.
    Group(BTreeMap<&'static str, Self>),
}

impl Field {
    /// As a flag takes it. The table gives groups to no flag.
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Switch(on) => on.to_string(),
            Self::Text(text) => text,
            Self::Group(_) => String::new(),
        }
    }
}

impl FlagSet {
    /// What the table says for a component on this node.
    ///
    /// The base is sorted by name. Overrides replace every base flag of their name and follow
    /// after it in the order given, as kubeadm does with `extraArgs`. The set of a component
    /// that does not run here is empty: etcd's with external etcd.
    ///
    /// # Errors
    ///
    /// [`FlagsError::ControlCharacter`] and [`FlagsError::NotUtf8`] for values that no flag file
    /// can hold, such as a path with a line break.
    pub fn of(
        component: Component,
        site: Site<'_>,
        directories: &Directories,
        options: &FlagOptions,
    ) -> Result<Self, FlagsError> {
        let described = Described::of(site, directories, options);
        Self::described(component, site, directories, options, Arc::new(described))
    }

    fn described(
        component: Component,
        site: Site<'_>,
        directories: &Directories,
        options: &FlagOptions,
        described: Arc<Described>,
    ) -> Result<Self, FlagsError> {
        let mut set = Self {
            component,
            arguments: Vec::new(),
            settings: Vec::new(),
            described,
        };
        let source = Source::new(component, site, directories, options);
        if !source.is_used() {
            return Ok(set);
        }
        for (spec, value) in source.base()? {
            match spec.place {
                Place::Flag => set.arguments.push(Argument {
                    spec,
                    value: value.into_text(),
                }),
                Place::KubeletConfiguration => set.settings.push(Setting { spec, value }),
                // Nothing of ours is in the files that flags name.
                Place::FileOf(_) => {}
            }
        }
        for (spec, value) in source.given()? {
            set.arguments.push(Argument { spec, value });
        }
        Ok(set)
    }

    /// The sets of every component, in the order of [`Component::ALL`].
    ///
    /// # Errors
    ///
    /// As [`FlagSet::of`].
    pub fn all(
        site: Site<'_>,
        directories: &Directories,
        options: &FlagOptions,
    ) -> Result<Vec<Self>, FlagsError> {
        let described = Arc::new(Described::of(site, directories, options));
        let each = Component::ALL.into_iter().map(|component| {
            let described = Arc::clone(&described);
            Self::described(component, site, directories, options, described)
        });
        each.collect()
    }

    /// The cluster and the node that it is for.
    pub(super) fn cluster(&self) -> &Described {
        &self.described
    }

    /// Whose set it is.
    #[must_use]
    pub fn component(&self) -> Component {
        self.component
    }

    /// The flags, in the order they are to be given.
    #[must_use]
    pub fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    /// The fields of the kubelet's configuration one by one, sorted by path. Empty for others.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The fields of the kubelet's configuration, nested. Empty for others.
    #[must_use]
    pub fn kubelet_configuration(&self) -> BTreeMap<&'static str, Field> {
        let mut fields = BTreeMap::new();
        for setting in &self.settings {
            insert(&mut fields, setting.spec.name, setting.value.clone());
        }
        fields
    }
}

/// Puts a field at its dotted path.
fn insert(fields: &mut BTreeMap<&'static str, Field>, path: &'static str, value: Field) {
    match path.split_once('.') {
        None => {
            fields.insert(path, value);
        }
        Some((group, rest)) => {
            let empty = || Field::Group(BTreeMap::new());
            if let Field::Group(inner) = fields.entry(group).or_insert_with(empty) {
                insert(inner, rest, value);
            }
        }
    }
}
