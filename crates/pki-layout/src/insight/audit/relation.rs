//! The relations of a machine of which both ends were found, with what they were told.

use pki_core::remedy::Step;
use pki_core::{Host, RowId, Usage, observation};

use super::edits::step;
use super::finding::Subject;
use super::items::usual;
use crate::Directories;
use crate::observe::{Instance, Machine, ObservedFlag};
use crate::table::kubelet_files::SERVER;
use crate::table::paths::PathSpec;
use crate::table::{Component, FlagSpec};

/// A certificate that is shown, and the authorities that it has to come from.
#[derive(Debug)]
pub(super) struct Relation<'a> {
    pub(super) path: &'static PathSpec,
    pub(super) presenter: End<'a>,
    pub(super) checker: End<'a>,
    pub(super) usage: Usage,
    pub(super) credential: RowId,
    /// The names that a server is dialled by, each with who does.
    pub(super) hosts: &'a [(Host, String)],
}

/// A file of one side.
#[derive(Debug)]
pub(super) struct End<'a> {
    pub(super) end: &'a observation::End,
    told: Option<(&'a Instance, Option<&'a ObservedFlag>)>,
}

impl<'a> End<'a> {
    /// `None` where the component was not found.
    fn of(machine: &'a Machine, end: &'a observation::End) -> Option<Self> {
        let instance = end
            .instance
            .and_then(|number| machine.instances.get(number));
        if end.component.is_some() && instance.is_none() {
            return None;
        }
        let flag = |one: &'a Instance| end.flag.and_then(|name| one.flag(name));
        Some(Self {
            end,
            told: instance.map(|one| (one, flag(one))),
        })
    }

    /// The file on the host.
    pub(super) fn file(&self) -> &'a str {
        self.end.named()
    }

    pub(super) fn is_kubeconfig(&self) -> bool {
        self.end.kubeconfig.is_some()
    }

    /// Whether it is the table's own file.
    pub(super) fn usual(&self) -> bool {
        let (Some(component), Some(flag)) = (self.end.component, self.end.flag) else {
            // What the kubelet makes or asks for itself is in the place of a row, and is none.
            return self.end.component != Some(Component::Kubelet) || self.end.row.is_some();
        };
        let artifact = FlagSpec::find(component, flag).and_then(FlagSpec::artifact);
        artifact.is_some_and(|artifact| Some(artifact.id) == self.end.row)
    }

    /// Whether it is what a kubelet asks the API server for.
    pub(super) fn is_asked_for(&self) -> bool {
        self.end.component == Some(Component::Kubelet)
            && std::path::Path::new(self.file()).ends_with(SERVER)
    }

    pub(super) fn subject(&self) -> Subject {
        let subject = match self.told {
            Some((instance, Some(flag))) => Subject::flag(instance, flag),
            Some((instance, None)) => Subject {
                component: Some(instance.component),
                ..Subject::default()
            },
            None => Subject::default(),
        };
        subject.file(self.file())
    }

    /// Which flag of which component, or which file.
    pub(super) fn named(&self) -> String {
        match self.told {
            Some((instance, Some(flag))) => format!("{} {}", instance.component, flag.shown()),
            _ => self.file().to_owned(),
        }
    }

    /// Its flag, as it would name another file.
    pub(super) fn naming(&self, file: &str) -> Option<Step> {
        let (instance, flag) = self.told?;
        Some(step(instance, &flag?.name, Some(file.to_owned())))
    }

    /// What the table sets its flag to.
    pub(super) fn own_file(&self, directories: &Directories) -> Option<String> {
        let (instance, flag) = self.told?;
        let spec = FlagSpec::find(instance.component, &flag?.name)?;
        usual(directories, spec)
    }

    /// What tells it from others.
    pub(super) fn key(&self) -> (Option<Component>, Option<&str>, &str) {
        (self.end.component, self.end.flag, self.file())
    }
}

/// Every relation of which both ends were found.
pub(super) fn relations(machine: &Machine) -> Vec<Relation<'_>> {
    let relations = machine.relations.iter().filter_map(|relation| {
        Some(Relation {
            path: PathSpec::find(relation.client, relation.server)?,
            presenter: End::of(machine, &relation.presenter)?,
            checker: End::of(machine, &relation.reader)?,
            usage: relation.usage,
            credential: relation.credential,
            hosts: &relation.hosts,
        })
    });
    relations.collect()
}
