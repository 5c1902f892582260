//! The files that flags name and that say more of whom a component talks to: each field that the
//! table has is told as if it were a flag.

use std::path::Path;

use super::flag::{Form, HostPath, Instance, ObservedFlag, Spot};
use super::yaml::{self, Node, Value};
use super::{Machine, Observation, Unread};
use crate::table::{Component, FlagSpec, Place};
use crate::tree::source::NotObserved;

/// Fields that stand for a flag, which is ignored where the file is given: the component, the flag
/// that names the file, the field, and the flag.
const STANDS_FOR: &[(Component, &str, &str, &str)] = &[(
    Component::KubeScheduler,
    "config",
    "clientConnection.kubeconfig",
    "kubeconfig",
)];

/// A list whose items may be in files of their own: the flag that names the file, the list, the
/// item's field with the file's name, and the item's field that it stands for.
const APART: (&str, &str, &str, &str) = (
    "admission-control-config-file",
    "plugins",
    "path",
    "configuration",
);

/// Where a flag is told instead, because the file is given that has a field for it: the file on
/// the host, and the field.
#[cfg(feature = "insight")]
pub(crate) fn told_instead(instance: &Instance, name: &str) -> Option<(String, &'static str)> {
    let mut stands = STANDS_FOR.iter();
    let (_, named, field, _) =
        stands.find(|(component, _, _, flag)| (*component, *flag) == (instance.component, name))?;
    match instance.on_host(instance.value(named)?) {
        HostPath::At(file) => Some((file, *field)),
        _ => None,
    }
}

impl Observation {
    /// Adds what the files say that flags name. What is said of a file that is not there is said
    /// of its flag.
    pub(super) fn add_told_files(&self, machine: &mut Machine) {
        let Machine {
            instances, unread, ..
        } = machine;
        for instance in instances {
            for named in files_of(instance.component) {
                match self.told_fields(instance, named) {
                    Ok(Some(fields)) => {
                        for (component, file, _, flag) in STANDS_FOR {
                            if (*component, *file) == (instance.component, named) {
                                instance.flags.retain(|one| one.name != *flag);
                            }
                        }
                        instance.flags.extend(fields);
                    }
                    Ok(None) => {}
                    Err((file, reason)) => unread.push(Unread { file, reason }),
                }
            }
        }
    }

    /// The fields of a file, where it is given and there; else the file with what is wrong.
    fn told_fields(
        &self,
        instance: &mut Instance,
        named: &'static str,
    ) -> Result<Option<Vec<ObservedFlag>>, (String, String)> {
        let Some(HostPath::At(path)) = instance.value(named).map(|path| instance.on_host(path))
        else {
            return Ok(None);
        };
        let Some(document) = self.told_document(instance, &path)? else {
            return Ok(None);
        };
        let mut fields = Vec::new();
        for (field, flag) in fields_of(instance.component, named) {
            for (shown, node) in every(&document.value, field) {
                fields.extend(observed(flag, shown, node, &path));
            }
        }
        let (file, list, apart, inside) = APART;
        if file == named {
            let before = format!("{list}[].{inside}.");
            for (_, node) in every(&document.value, &format!("{list}[].{apart}")) {
                let Some(name) = node.value.text() else {
                    continue;
                };
                let beside = Path::new(&path).parent().unwrap_or(Path::new("/"));
                let path = beside.join(name).display().to_string();
                let Some(document) = self.told_document(instance, &path)? else {
                    continue;
                };
                for (field, flag) in fields_of(instance.component, named) {
                    let field = field.strip_prefix(&before).unwrap_or(field);
                    for (shown, node) in every(&document.value, field) {
                        fields.extend(observed(flag, shown, node, &path));
                    }
                }
            }
        }
        Ok(Some(fields))
    }

    /// A file that is told; `None` where it is not there or was not looked at.
    fn told_document(
        &self,
        instance: &mut Instance,
        path: &str,
    ) -> Result<Option<Node>, (String, String)> {
        match self.read_file(Path::new(path)) {
            Ok(text) => yaml::parse(&text)
                .map(Some)
                .map_err(|reason| (path.to_owned(), reason)),
            Err(error) => {
                if NotObserved::of(&error).is_some() {
                    instance.whole = false;
                }
                Ok(None)
            }
        }
    }
}

/// The flags of a component whose files have rows.
fn files_of(component: Component) -> Vec<&'static str> {
    let named = FlagSpec::of(component).filter_map(|spec| match spec.place {
        Place::FileOf(named) => Some(named),
        _ => None,
    });
    let mut named: Vec<&str> = named.collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// The fields of such a file, each with the name that it is told by.
fn fields_of(component: Component, named: &str) -> Vec<(&'static str, &'static str)> {
    let is_in = |spec: &&FlagSpec| matches!(spec.place, Place::FileOf(file) if file == named);
    let rows = FlagSpec::of(component).filter(is_in);
    let rows = rows.map(|spec| (spec.name, spec.name));
    let others = STANDS_FOR.iter();
    let others = others.filter(|(one, file, _, _)| (*one, *file) == (component, named));
    let others = others.map(|(_, _, field, flag)| (*field, *flag));
    rows.chain(others).collect()
}

fn observed(name: &str, shown: String, node: &Node, file: &str) -> Option<ObservedFlag> {
    Some(ObservedFlag {
        name: name.to_owned(),
        value: Some(node.value.as_flag()?),
        form: Form::Field(shown),
        spot: Spot::new(file, yaml::line(node)),
    })
}

/// Everything at a dotted path in which `[]` stands for each item of a list, with where it is:
/// `[1]` for the second.
fn every<'a>(value: &'a Value, path: &str) -> Vec<(String, &'a Node)> {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let below = |shown: String, node: &'a Node| match rest {
        None => vec![(shown, node)],
        Some(rest) => {
            let deeper = every(&node.value, rest).into_iter();
            deeper
                .map(|(more, node)| (format!("{shown}.{more}"), node))
                .collect()
        }
    };
    match first.strip_suffix("[]") {
        None => value
            .field(first)
            .map(|node| below(first.to_owned(), node))
            .unwrap_or_default(),
        Some(list) => {
            let items = value.field(list).map_or(&[][..], |node| node.value.items());
            let items = items.iter().enumerate();
            items
                .flat_map(|(at, node)| below(format!("{list}[{at}]"), node))
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_lists_are_found_where_they_are() {
        let text = b"a:\n- {b: {c: 1}}\n- {b: {d: 2}}\n- {b: {c: 3}}\nx: {y: 4}\n";
        let document = yaml::parse(text).unwrap();
        let found = |path: &str| {
            let found = every(&document.value, path).into_iter();
            let text = |node: &Node| node.value.as_flag().unwrap();
            found
                .map(|(shown, node)| format!("{shown}={}", text(node)))
                .collect::<Vec<_>>()
        };
        assert_eq!(found("a[].b.c"), ["a[0].b.c=1", "a[2].b.c=3"]);
        assert_eq!(found("x.y"), ["x.y=4"]);
        assert_eq!(found("x[].y"), [""; 0]);
        assert_eq!(found("a.b"), [""; 0]);
    }

    /// Every file is read by the flag that names it.
    #[test]
    fn every_such_file_is_named_by_a_flag_of_the_table() {
        let mut count = 0;
        for component in Component::ALL {
            for named in files_of(component) {
                let spec = FlagSpec::find(component, named).unwrap();
                assert_eq!(spec.place, Place::Flag, "{component} {named}");
                assert!(!fields_of(component, named).is_empty());
                count += 1;
            }
        }
        assert!(count > 3);
    }
}
