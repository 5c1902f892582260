//! What a flag or field is to be, as a remedy.

use pki_core::remedy::{Edit, EditPlace, Remedy, Step};

use super::finding::Subject;
use super::questions;
use crate::observe::{Form, Instance, SourceKind, told_instead};
use crate::table::{FlagSpec, Place};

pub(super) fn subject(instance: &Instance, name: &str) -> Subject {
    match instance.flag(name) {
        Some(flag) => Subject::flag(instance, flag),
        None => Subject::missing(instance, name),
    }
}

pub(super) fn named(instance: &Instance, name: &str) -> String {
    subject(instance, name).shown.unwrap_or_default()
}

/// Another value for a flag or field, where it is or would be; none takes it away. What a kubelet
/// without a configuration file is not told has no place yet.
pub(super) fn step(instance: &Instance, name: &str, value: Option<String>) -> Step {
    if let Some((file, field)) = told_instead(instance, name) {
        return Step::Edit(Edit::new(&file, EditPlace::Field(field.to_owned()), value));
    }
    let spec = FlagSpec::find(instance.component, name);
    let is_field = spec.is_some_and(|spec| spec.place == Place::KubeletConfiguration);
    let field = || EditPlace::Field(name.to_owned());
    let (file, place) = match (instance.flag(name), instance.value("config")) {
        (Some(flag), _) => {
            // What a flag says counts, whatever the configuration file has.
            let place = match &flag.form {
                Form::Flag(written) if is_field => EditPlace::Flag(written.clone()),
                Form::Field(path) => EditPlace::Field(path.clone()),
                Form::Variable(name) => EditPlace::Variable(name.clone()),
                Form::Default if is_field => field(),
                Form::Flag(_) | Form::Default => EditPlace::Flag(name.to_owned()),
            };
            (flag.spot.file.as_str(), place)
        }
        (None, Some(file)) if is_field => (file, field()),
        (None, None) if is_field && instance.source.kind != SourceKind::Configuration => {
            let value = value.map_or_else(String::new, |value| format!(": {value}"));
            return Step::Ask(&questions::CONFIGURE, Some(format!("{name}{value}")));
        }
        (None, _) if is_field => (instance.source.file.as_str(), field()),
        _ => (
            instance.source.file.as_str(),
            EditPlace::Flag(name.to_owned()),
        ),
    };
    Step::Edit(Edit::new(file, place, value))
}

/// Gives a flag or field this value.
pub(super) fn set(instance: &Instance, name: &str, value: &str) -> Remedy {
    Remedy::step(step(instance, name, Some(value.to_owned())))
}

/// Takes items out of a list; the flag or field goes with the last.
pub(super) fn without(instance: &Instance, name: &str, is_out: impl Fn(&str) -> bool) -> Remedy {
    let kept: Vec<&str> = instance.items(name).filter(|item| !is_out(item)).collect();
    let value = (!kept.is_empty()).then(|| kept.join(","));
    Remedy::step(step(instance, name, value))
}
