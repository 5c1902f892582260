//! The files that components were told of: there, readable, and what they should be.

use pki_core::observation::Found;
use pki_core::remedy::{Edit, EditPlace, Remedy, Step};
use pki_core::spec::{Part, Party};
use pki_core::{Artifact, CERTS, RowId, judge};

use super::edits::set;
use super::finding::{AuditFinding, Concern, Findings, Subject};
use super::items::usual;
use super::{AuditRule, questions};
use crate::observe::{Contents, FileUse, HostPath, Instance, Machine, ObservedFlag, paths};
use crate::table::paths::{CHANNEL, PathSpec};
use crate::table::{Component, FlagSpec, Role};

pub(super) fn judge(findings: &mut Findings, machine: &Machine) {
    for instance in &machine.instances {
        let mut files: Vec<(&ObservedFlag, &FlagSpec)> = instance.named_files().collect();
        // The identity itself before the other uses of it.
        files.sort_by_key(|(_, spec)| spec.name != "kubeconfig");
        for (flag, spec) in files {
            for (path, as_what) in paths(flag, spec) {
                one(findings, machine, instance, (flag, spec), &path, as_what);
            }
        }
    }
    people(findings, machine);
}

/// The kubeconfigs of people, which no component is told of.
fn people(findings: &mut Findings, machine: &Machine) {
    for id in [RowId::AdminConf, RowId::SuperAdminConf] {
        let path = machine.directories.path(id.part(Part::Kubeconfig));
        let host = path.display().to_string();
        let Some(Found::Present(Contents::Kubeconfig { facts, .. })) = machine
            .file(&host, FileUse::Kubeconfig)
            .map(|file| &file.found)
        else {
            continue;
        };
        if !facts.skips_verification || findings.blames_file(&host) {
            continue;
        }
        let apiserver = Party::Component(Component::KubeApiserver);
        let path = PathSpec::find(Party::Administrator, apiserver);
        let concern = |path| Concern {
            path,
            loses: CHANNEL.to_vec(),
        };
        let rule = AuditRule::Check(judge::Rule::UnverifiedServer);
        findings.add(AuditFinding {
            rule,
            level: rule.level(),
            items: Vec::new(),
            subject: Subject::default().file(&host),
            message: format!("{host} has insecure-skip-tls-verify"),
            remedy: unverified(machine, &host),
            concerns: path.into_iter().map(concern).collect(),
        });
    }
}

fn one(
    findings: &mut Findings,
    machine: &Machine,
    instance: &Instance,
    (flag, spec): (&ObservedFlag, &FlagSpec),
    path: &str,
    as_what: FileUse,
) {
    let subject = || Subject::flag(instance, flag).file(path);
    let host = match instance.on_host(path) {
        HostPath::At(host) => host,
        HostPath::Elsewhere => return,
        HostPath::NotMounted => {
            let message = format!(
                "{} names {path}, and its container has no such path",
                flag.shown()
            );
            findings.about_flag(
                AuditRule::NotMounted,
                subject(),
                message,
                Remedy::ask(&questions::MOUNT),
            );
            return;
        }
    };
    let subject = || Subject::flag(instance, flag).file(&host);
    // A file of several flags is at fault once.
    if findings.blames_file(&host) && !flag.spot.file.is_empty() && is_kubeconfig(spec) {
        return;
    }
    let Some(file) = machine.file(&host, as_what) else {
        return;
    };
    match &file.found {
        Found::Present(Contents::Kubeconfig { facts, client }) => {
            let trust = &facts.trust;
            if let Some(reason) = reason(trust) {
                kubeconfig_unusable(
                    findings,
                    (machine, &host),
                    subject(),
                    format!("{host} {reason}"),
                );
            } else if facts.skips_verification {
                findings.about_flag(
                    AuditRule::Check(judge::Rule::UnverifiedServer),
                    subject(),
                    format!("{host} has insecure-skip-tls-verify"),
                    unverified(machine, &host),
                );
            }
            if let Some(reason) = client.as_ref().and_then(reason) {
                kubeconfig_unusable(
                    findings,
                    (machine, &host),
                    subject(),
                    format!("{host} {reason}"),
                );
            }
        }
        Found::Absent if !may_be_absent(machine, instance, spec) => {
            let message = format!("{} names {host}, which is not there", flag.shown());
            let rule = AuditRule::Check(judge::Rule::MissingFile);
            findings.about_flag(
                rule,
                subject(),
                message,
                put_right(machine, (instance, spec), &host, missing(machine, &host)),
            );
        }
        Found::Unreadable { reason } => {
            let message = format!("{host} cannot be read: {reason}");
            let rule = AuditRule::Check(judge::Rule::UnreadableFile);
            let remedy = Remedy::ask(&questions::PRIVILEGE);
            findings.about_flag(rule, subject(), message, remedy);
        }
        Found::Broken { reason } => {
            let message = format!("{} names {host}, which {reason}", flag.shown());
            let rule = if as_what == FileUse::Kubeconfig {
                judge::Rule::KubeconfigUnusable
            } else if file.framing.is_some() {
                judge::Rule::PemFraming
            } else {
                judge::Rule::MalformedFile
            };
            findings.about_flag(
                AuditRule::Check(rule),
                subject(),
                message,
                put_right(machine, (instance, spec), &host, rule),
            );
        }
        _ => {}
    }
}

fn kubeconfig_unusable(
    findings: &mut Findings,
    (machine, file): (&Machine, &str),
    subject: Subject,
    message: String,
) {
    let rule = judge::Rule::KubeconfigUnusable;
    let remedy = rule.spec().remedy_for(row(machine, file), file);
    findings.about_flag(AuditRule::Check(rule), subject, message, remedy);
}

/// What is to be done where a flag names a file that is of no use: to the file, as for who looks at
/// files alone, where it is the table's own; else the flag is what may be wrong.
fn put_right(
    machine: &Machine,
    (instance, spec): (&Instance, &FlagSpec),
    file: &str,
    rule: judge::Rule,
) -> Remedy {
    let own = usual(&machine.directories, spec);
    let remedy = match (row(machine, file), own) {
        (row @ Some(_), Some(own)) if own == file => rule.spec().remedy_for(row, file),
        (_, Some(own)) if is_there(machine, &own) => {
            let named = set(instance, spec.name, &own);
            return named.or(Remedy::ask(&questions::RESTORE));
        }
        _ => Remedy::ask(&questions::RESTORE),
    };
    remedy.or(Remedy::ask(&questions::NAME_RIGHT))
}

fn is_there(machine: &Machine, path: &str) -> bool {
    let mut files = machine.files.iter();
    files.any(|((one, _), file)| one == path && file.found.present().is_some())
}

/// What is wrong where a file is missing: of a pair whose other half is there, that it is half.
fn missing(machine: &Machine, file: &str) -> judge::Rule {
    let pair = row(machine, file).map(|id| id.spec().artifacts());
    let mut others = pair.iter().flatten().filter_map(|one| {
        let path = machine.directories.path(*one).display().to_string();
        (path != file).then_some(path)
    });
    if others.any(|path| is_there(machine, &path)) {
        judge::Rule::HalfPair
    } else {
        judge::Rule::MissingFile
    }
}

/// The row that a file is of.
fn row(machine: &Machine, file: &str) -> Option<RowId> {
    let is_it = |artifact: Artifact| machine.directories.path(artifact).as_os_str() == file;
    let mut rows = CERTS.iter().copied();
    let row = rows.find(|spec| spec.artifacts().into_iter().any(is_it));
    row.map(|spec| spec.id)
}

/// A row is made afresh, which trusts the cluster's authorities. Of another one both is to be done,
/// or the server is believed by nobody.
fn unverified(machine: &Machine, file: &str) -> Remedy {
    if let row @ Some(_) = row(machine, file) {
        return judge::Rule::UnverifiedServer.spec().remedy_for(row, file);
    }
    let skip = EditPlace::Field("insecure-skip-tls-verify".to_owned());
    Remedy::steps([
        Step::Edit(Edit::new(file, skip, None)),
        Step::Ask(&questions::EMBED, None),
    ])
}

fn is_kubeconfig(spec: &FlagSpec) -> bool {
    spec.role() == Some(Role::Kubeconfig)
}

/// Of a kubelet's two kubeconfigs one is enough: the first is made with the second, which is then
/// taken away. Of etcdctl's pair nobody is told.
fn may_be_absent(machine: &Machine, instance: &Instance, spec: &FlagSpec) -> bool {
    let other = match (instance.component, spec.name) {
        (Component::Kubelet, "kubeconfig") => "bootstrap-kubeconfig",
        (Component::Kubelet, "bootstrap-kubeconfig") => "kubeconfig",
        _ => return false,
    };
    let other = instance
        .value(other)
        .and_then(|path| machine.file(path, FileUse::Kubeconfig));
    other.is_some_and(|file| file.found.present().is_some())
}

fn reason<T>(found: &Found<T>) -> Option<&str> {
    match found {
        Found::Broken { reason } | Found::Unreadable { reason } => Some(reason),
        _ => None,
    }
}
