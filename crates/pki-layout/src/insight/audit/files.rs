//! The files that components were told of: there, readable, and what they should be.

use pki_core::judge;
use pki_core::observation::Found;

use super::AuditRule;
use super::finding::{Findings, Subject};
use crate::observe::{Contents, FileUse, HostPath, Instance, Machine, ObservedFlag, paths};
use crate::{Component, FlagSpec, Role};

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
                "Mount the directory into the container, or name a file that is mounted.",
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
            if facts.skips_verification {
                findings.about_flag(
                    AuditRule::UnverifiedServer,
                    subject(),
                    format!("{host} has insecure-skip-tls-verify"),
                    "Take it away, and put the cluster's authorities into \
                     certificate-authority-data.",
                );
            } else if let Some(reason) = reason(trust) {
                kubeconfig_unusable(findings, subject(), format!("{host} {reason}"));
            }
            if let Some(reason) = client.as_ref().and_then(reason) {
                kubeconfig_unusable(findings, subject(), format!("{host} {reason}"));
            }
        }
        Found::Absent if !may_be_absent(machine, instance, spec) => {
            let message = format!("{} names {host}, which is not there", flag.shown());
            let rule = AuditRule::Check(judge::Rule::MissingFile);
            findings.about_flag(
                rule,
                subject(),
                message,
                "Restore the file, or name the right one.",
            );
        }
        Found::Unreadable { reason } => {
            let message = format!("{host} cannot be read: {reason}");
            let rule = AuditRule::Check(judge::Rule::UnreadableFile);
            findings.about_flag(rule, subject(), message, "Run the command as root.");
        }
        Found::Broken { reason } => {
            let message = format!("{} names {host}, which {reason}", flag.shown());
            let rule = if as_what == FileUse::Kubeconfig {
                judge::Rule::KubeconfigUnusable
            } else {
                judge::Rule::MalformedFile
            };
            findings.about_flag(
                AuditRule::Check(rule),
                subject(),
                message,
                "Restore the file, or name the right one.",
            );
        }
        _ => {}
    }
}

fn kubeconfig_unusable(findings: &mut Findings, subject: Subject, message: String) {
    let rule = judge::Rule::KubeconfigUnusable;
    let remedy = rule.spec().remedy;
    findings.about_flag(AuditRule::Check(rule), subject, message, remedy);
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
