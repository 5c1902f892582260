//! Addresses: which are dialled, which are served, and which of them without TLS.

use pki_core::Host;
use pki_core::remedy::{Edit, EditPlace, Remedy};

use super::edits::set;
use super::finding::{Findings, Subject};
use super::{AuditRule, questions};
use crate::observe::{
    Contents, FileUse, HostPath, Instance, Machine, ObservedFlag, is_loopback as is_loopback_host,
};
use crate::table::Component;
use crate::table::cis::Level;

/// Lists of URLs that others reach a component by, or that it reaches others by.
const URLS: &[(Component, &str)] = &[
    (Component::KubeApiserver, "etcd-servers"),
    (Component::Etcd, "advertise-client-urls"),
    (Component::Etcd, "initial-advertise-peer-urls"),
    (Component::Etcd, "listen-client-urls"),
    (Component::Etcd, "listen-metrics-urls"),
    (Component::Etcd, "listen-peer-urls"),
];

/// etcd's health and metrics. On the loopback only this node's processes see them.
const METRICS: &str = "listen-metrics-urls";

pub(super) fn judge(findings: &mut Findings, machine: &Machine) {
    for instance in &machine.instances {
        for (component, name) in URLS {
            if *component == instance.component
                && let Some(flag) = instance.flag(name)
            {
                plain(findings, instance, flag);
            }
        }
        kubeconfigs(findings, machine, instance);
        metrics_ports(findings, instance);
    }
}

fn plain(findings: &mut Findings, instance: &Instance, flag: &ObservedFlag) {
    let urls = instance.items(&flag.name);
    let plain: Vec<&str> = urls
        .filter(|url| url.starts_with("http://") || url.starts_with("unix://"))
        .filter(|url| flag.name != METRICS || !is_loopback(url))
        .collect();
    if plain.is_empty() {
        return;
    }
    let message = format!("{} has {}", flag.shown(), plain.join(" and "));
    let secure: Vec<String> = instance
        .items(&flag.name)
        .map(|url| url.replacen("http://", "https://", 1))
        .map(|url| url.replacen("unix://", "unixs://", 1))
        .collect();
    let secure = set(instance, &flag.name, &secure.join(","));
    let remedy = if flag.name == METRICS {
        Remedy::ask(&questions::LOOPBACK).or(secure)
    } else {
        secure
    };
    let level = if flag.name == METRICS {
        Level::Warning
    } else {
        Level::Failure
    };
    let subject = Subject::flag(instance, flag);
    findings.about_flag_as(AuditRule::PlainHttp, level, subject, message, remedy);
}

/// kubeconfigs whose server is dialled without TLS.
fn kubeconfigs(findings: &mut Findings, machine: &Machine, instance: &Instance) {
    let Some(flag) = instance.flag("kubeconfig") else {
        return;
    };
    let HostPath::At(path) = instance.on_host(flag.text()) else {
        return;
    };
    let file = machine.file(&path, FileUse::Kubeconfig);
    if let Some(Contents::Kubeconfig { facts, .. }) = file.and_then(|file| file.found.present())
        && facts.server.starts_with("http://")
    {
        let message = format!("{path} dials {}", facts.server);
        let server = facts.server.replacen("http://", "https://", 1);
        let place = EditPlace::Field("server".to_owned());
        let remedy = Remedy::edit(Edit::new(&path, place, Some(server)));
        let subject = Subject::flag(instance, flag).file(&path);
        findings.about_flag(AuditRule::PlainHttp, subject, message, remedy);
    }
}

/// The ports of kube-controller-manager and kube-scheduler, which have a certificate that nobody
/// signed unless they are given one: harmless on the loopback, where kubeadm has them.
fn metrics_ports(findings: &mut Findings, instance: &Instance) {
    let is_one = matches!(
        instance.component,
        Component::KubeControllerManager | Component::KubeScheduler
    );
    let open = match instance.value("bind-address") {
        Some(address) => !is_loopback(address),
        None => true,
    };
    if is_one && open && instance.value("tls-cert-file").is_none() && instance.whole {
        let message = format!(
            "it serves metrics on {} with a certificate that nobody signed",
            instance.value("bind-address").unwrap_or("every address")
        );
        let mut subject = Subject::missing(instance, "tls-cert-file");
        if let Some(flag) = instance.flag("bind-address") {
            subject.spot = Some(flag.spot.clone());
        }
        findings.about_flag_as(
            AuditRule::MissingFlag,
            Level::Warning,
            subject,
            message,
            set(instance, "bind-address", "127.0.0.1").or(Remedy::ask(&questions::GIVE_PAIR)),
        );
    }
}

fn is_loopback(url: &str) -> bool {
    Host::of_url(url).is_some_and(|host| is_loopback_host(&host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_other_addresses() {
        assert!(is_loopback("http://localhost:2381"));
        assert!(is_loopback("http://127.8.0.1"));
        assert!(!is_loopback("http://0.0.0.0:2381"));
    }
}
