//! Flags by themselves: gone, unknown, unreadable, given twice.

use pki_core::remedy::{Edit, EditPlace, Remedy};
use pki_core::text::{Near, nearest};

use super::finding::{Findings, Subject, shown};
use super::{AuditRule, edits, questions};
use crate::observe::{Form, Instance, Machine, ObservedFlag};
use crate::table::{
    Component, FlagKind, FlagSpec, GatedFlag, GoneGate, KubernetesVersion, ObsoleteFlag, Place,
    RecordedFlag, Running, Unavailable,
};

/// What flags about certificates have in their names.
const MARKS: &[&str] = &["tls-", "cert", "cafile", "ca-file", "keyfile", "key-file"];

/// So many letters may differ between a flag and the one that was meant, where nothing else says
/// that it is about certificates.
const SLIP: usize = 2;

pub(super) fn judge(findings: &mut Findings, machine: &Machine, version: KubernetesVersion) {
    for instance in &machine.instances {
        for misread in &instance.misread {
            let subject = Subject {
                component: Some(instance.component),
                name: misread.name.clone(),
                shown: misread.name.as_ref().map(|name| format!("--{name}")),
                spot: Some(misread.spot.clone()),
                file: misread.name.is_none().then(|| misread.spot.file.clone()),
                ..Subject::default()
            };
            findings.about_flag(
                AuditRule::MalformedFlag,
                subject,
                misread.message.clone(),
                misread.remedy.clone(),
            );
        }
        for flag in &instance.flags {
            if let Form::Flag(written) = &flag.form {
                one(findings, instance, flag, written, version);
            }
        }
        gates(findings, instance, version);
        doubles(findings, instance);
    }
}

fn one(
    findings: &mut Findings,
    instance: &Instance,
    flag: &ObservedFlag,
    written: &str,
    version: KubernetesVersion,
) {
    let component = instance.component;
    let written = written.replace('_', "-");
    let running = Running::kubernetes(version);
    let running = match component {
        Component::Etcd => running.with_etcd(instance.release.as_deref()),
        _ => running,
    };
    if let Some(obsolete) = ObsoleteFlag::find(component, &written) {
        let instead = obsolete.successor().map(shown);
        let remedy = match instead {
            Some(instead) => Remedy::ask_about(&questions::INSTEAD, instead),
            None => take_away(flag, &written),
        };
        let remedy = remedy.because(obsolete.note);
        let gone = running.lacks(component, &written);
        let gone = gone.filter(|lacks| matches!(lacks, Unavailable::Gone(_)));
        let (rule, says) = match (gone, obsolete.deprecated) {
            (Some(gone), _) => (AuditRule::RemovedFlag, running.says(gone)),
            (None, Some(since)) => (
                AuditRule::DeprecatedFlag,
                format!("is deprecated since {since}"),
            ),
            (None, None) => (AuditRule::DeprecatedFlag, "is deprecated".to_owned()),
        };
        let message = format!("--{written} {says}");
        findings.about_flag(rule, Subject::flag(instance, flag), message, remedy);
        return;
    }
    if let Some(lacks) = running.lacks(component, &written) {
        let rule = match lacks {
            Unavailable::Gone(_) => AuditRule::RemovedFlag,
            Unavailable::NotYet(_) => AuditRule::UnknownFlag,
        };
        let message = format!("--{written} {}", running.says(lacks));
        let subject = Subject::flag(instance, flag);
        findings.about_flag(rule, subject, message, take_away(flag, &written));
        return;
    }
    if let Some(row) = GatedFlag::find(component, &written) {
        let gates: Vec<&str> = instance.items("feature-gates").collect();
        if !row.is_on(version, gates.into_iter()) {
            let message = format!("--{written} {}", row.says(version));
            let subject = Subject::flag(instance, flag);
            let remedy = take_away(flag, &written).because("nothing is passed on without the gate");
            findings.about_flag(AuditRule::UnknownFlag, subject, message, remedy);
        }
        return;
    }
    let is_known =
        FlagSpec::find(component, &written).is_some_and(|spec| spec.place == Place::Flag);
    if is_known || RecordedFlag::find(component, &written).is_some() {
        return;
    }
    let nearest = meant(component, &written);
    let looks = MARKS.iter().any(|mark| written.contains(mark));
    let is_slip = nearest.is_some_and(|near| near.distance <= SLIP);
    if looks || is_slip {
        let remedy = match nearest {
            Some(Near { name, .. }) => {
                let word = EditPlace::Word(format!("--{written}"));
                let meant = Some(format!("--{name}"));
                Remedy::edit(Edit::new(&flag.spot.file, word, meant)).or(take_away(flag, &written))
            }
            None => take_away(flag, &written).or(Remedy::ask(&questions::MEANT)),
        };
        let mut subject = Subject::flag(instance, flag);
        // What is missing by the slip is said with it.
        if let Some(Near { name, .. }) = nearest
            && instance.flag(name).is_none()
        {
            subject.name = Some(name.to_owned());
        }
        let message = format!("{component} has no flag --{written}");
        findings.about_flag(AuditRule::UnknownFlag, subject, message, remedy);
    }
}

/// Feature gates that the version does not have any more.
fn gates(findings: &mut Findings, instance: &Instance, version: KubernetesVersion) {
    let name = "feature-gates";
    let gone = |item: &str| GoneGate::of_item(instance.component, item, version);
    let found: Vec<&GoneGate> = instance.items(name).filter_map(gone).collect();
    for row in &found {
        let mut subject = edits::subject(instance, name);
        subject.shown = Some(format!("--{name}"));
        let message = format!("--{name} has {}, which {}", row.gate, row.says());
        let remedy = edits::without(instance, name, |item| gone(item).is_some());
        findings.about_flag(AuditRule::RemovedFlag, subject, message, remedy);
    }
}

/// Without the flag, as it is written there.
fn take_away(flag: &ObservedFlag, written: &str) -> Remedy {
    let place = EditPlace::Flag(written.to_owned());
    Remedy::edit(Edit::new(&flag.spot.file, place, None))
}

/// The flag of a component that is written most like this.
fn meant(component: Component, written: &str) -> Option<Near<'static>> {
    let rows = FlagSpec::of(component).filter(|spec| spec.place == Place::Flag);
    let obsolete = crate::table::OBSOLETE_FLAGS
        .iter()
        .filter(|flag| flag.component == component && flag.removed.is_none());
    let names = rows
        .map(|spec| spec.name)
        .chain(obsolete.map(|flag| flag.name));
    nearest(written, names)
}

fn doubles(findings: &mut Findings, instance: &Instance) {
    for (at, flag) in instance.flags.iter().enumerate() {
        let same = |other: &&ObservedFlag| other.name == flag.name && is_flag(other);
        let before = instance.flags.iter().take(at).rfind(same);
        let is_last = !instance.flags.iter().skip(at + 1).any(|other| same(&other));
        let adds = instance.kind(flag) == FlagKind::List;
        let has_row = FlagSpec::find(instance.component, &flag.name).is_some();
        let Some(before) = before.filter(|_| has_row && is_flag(flag) && is_last && !adds) else {
            continue;
        };
        let counts = if instance.flag(&flag.name) == Some(flag) {
            "which counts"
        } else {
            "which is passed over: it is among the first, and all of those count"
        };
        let message = format!(
            "{} is given as {:?} in {} and again as {:?}, {counts}",
            flag.shown(),
            before.text(),
            before.spot,
            flag.text()
        );
        let subject = Subject::flag(instance, flag);
        findings.about_flag(
            AuditRule::DuplicateFlag,
            subject,
            message,
            Remedy::ask(&questions::ONE),
        );
    }
}

fn is_flag(flag: &ObservedFlag) -> bool {
    matches!(flag.form, Form::Flag(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_flag() {
        let near = |name| meant(Component::KubeApiserver, name).map(|near| near.name);
        assert_eq!(near("client-ca-flie"), Some("client-ca-file"));
        assert_eq!(near("etcd-ca-file"), Some("etcd-cafile"));
        assert_eq!(near("secure-port"), None);
    }
}
