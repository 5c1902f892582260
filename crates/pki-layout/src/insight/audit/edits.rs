//! What a flag or field is to be, as a remedy.

use pki_core::remedy::{Edit, EditPlace, Remedy};

use super::finding::Subject;
use crate::observe::{Instance, told_instead};
use crate::table::FlagSpec;

pub(super) fn subject(instance: &Instance, name: &str) -> Subject {
    match instance.flag(name) {
        Some(flag) => Subject::flag(instance, flag),
        None => Subject::missing(instance, name),
    }
}

pub(super) fn named(instance: &Instance, name: &str) -> String {
    subject(instance, name).shown.unwrap_or_default()
}

/// Another value for a flag or field, where it is or would be; none takes it away.
pub(super) fn edit(instance: &Instance, name: &str, value: Option<String>) -> Edit {
    if let Some((file, field)) = told_instead(instance, name) {
        return Edit::new(&file, EditPlace::Field(field.to_owned()), value);
    }
    let spec = FlagSpec::find(instance.component, name);
    let is_field = spec.is_some_and(|spec| spec.place == crate::table::Place::KubeletConfiguration);
    let given = instance.flag(name).map(|flag| flag.spot.file.as_str());
    let file = given.or_else(|| instance.value("config").filter(|_| is_field));
    let place = if is_field {
        EditPlace::Field(name.to_owned())
    } else {
        EditPlace::Flag(name.to_owned())
    };
    Edit::new(file.unwrap_or(&instance.source.file), place, value)
}

/// Gives a flag or field this value.
pub(super) fn set(instance: &Instance, name: &str, value: &str) -> Remedy {
    Remedy::edit(edit(instance, name, Some(value.to_owned())))
}

/// Takes items out of a list; the flag or field goes with the last.
pub(super) fn without(instance: &Instance, name: &str, is_out: impl Fn(&str) -> bool) -> Remedy {
    let kept: Vec<&str> = instance.items(name).filter(|item| !is_out(item)).collect();
    let value = (!kept.is_empty()).then(|| kept.join(","));
    Remedy::edit(edit(instance, name, value))
}
