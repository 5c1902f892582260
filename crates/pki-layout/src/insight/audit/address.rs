//! Addresses: which are dialled, which are served, and which of them without TLS.

use pki_core::Host;
use pki_core::remedy::{Edit, EditPlace, Remedy, Step};

use super::edits::set;
use super::finding::{Findings, Subject};
use super::{AuditRule, questions};
use crate::observe::{
    Contents, FileUse, HostPath, Instance, Machine, ObservedFlag, is_loopback as is_loopback_host,
};
use crate::table::cis::Level;
use crate::table::{Component, FlagSpec, Place, Role};

/// URLs, or lists of such, that others reach a component by, or that it reaches others by.
const URLS: &[(Component, &str)] = &[
    (Component::KubeApiserver, EGRESS),
    (Component::KubeApiserver, "etcd-servers"),
    (Component::KubeApiserver, "etcd-servers-overrides"),
    (Component::KubeControllerManager, "master"),
    (Component::KubeScheduler, "extenders[].urlPrefix"),
    (Component::KubeScheduler, "master"),
    (Component::Kubelet, "staticPodURL"),
    (Component::Etcd, "advertise-client-urls"),
    (Component::Etcd, "initial-advertise-peer-urls"),
    (Component::Etcd, "initial-cluster"),
    (Component::Etcd, "listen-client-http-urls"),
    (Component::Etcd, "listen-client-urls"),
    (Component::Etcd, "listen-metrics-urls"),
    (Component::Etcd, "listen-peer-urls"),
];

/// Collectors of traces, which are dialled without TLS.
const COLLECTORS: &[(Component, &str)] = &[
    (Component::KubeApiserver, "endpoint"),
    (Component::Kubelet, "tracing.endpoint"),
    (Component::Etcd, "distributed-tracing-address"),
];

/// The proxy to the nodes, which by TLS needs certificates.
const EGRESS: &str = "egressSelections[].connection.transport.tcp.url";

/// etcd's health and metrics. On the loopback only this node's processes see them.
const METRICS: &str = "listen-metrics-urls";

/// What is not encrypted, and how that begins with TLS.
const PLAIN: &[(&str, &str)] = &[("http://", "https://"), ("unix://", "unixs://")];

pub(super) fn judge(findings: &mut Findings, machine: &Machine) {
    for instance in &machine.instances {
        let is_its = |(component, _): &&(Component, &str)| *component == instance.component;
        for (_, name) in URLS.iter().filter(is_its) {
            if let Some(flag) = instance.flag(name) {
                plain(findings, instance, flag);
            }
        }
        for (_, name) in COLLECTORS.iter().filter(is_its) {
            if let Some(flag) = instance.flag(name) {
                collector(findings, instance, flag);
            }
        }
        kubeconfigs(findings, machine, instance);
        metrics_ports(findings, instance);
    }
}

fn is_plain(url: &str) -> bool {
    PLAIN.iter().any(|(plain, _)| url.contains(plain))
}

fn with_tls(urls: &str) -> String {
    PLAIN.iter().fold(urls.to_owned(), |urls, (plain, secure)| {
        urls.replace(plain, secure)
    })
}

fn plain(findings: &mut Findings, instance: &Instance, flag: &ObservedFlag) {
    let urls = instance.items(&flag.name);
    let plain: Vec<&str> = urls
        .filter(|url| is_plain(url))
        .filter(|url| flag.name != METRICS || !is_loopback(url))
        .collect();
    if plain.is_empty() {
        return;
    }
    let message = format!("{} has {}", flag.shown(), plain.join(" and "));
    let spec = FlagSpec::find(instance.component, &flag.name);
    let is_told = spec.is_some_and(|spec| matches!(spec.place, Place::FileOf(_)));
    let secure = if is_told {
        let words = plain.iter().map(|url| {
            let word = EditPlace::Word((*url).to_owned());
            Step::Edit(Edit::new(&flag.spot.file, word, Some(with_tls(url))))
        });
        Remedy::steps(words)
    } else {
        let all: Vec<&str> = instance.items(&flag.name).collect();
        set(instance, &flag.name, &with_tls(&all.join(",")))
    };
    let remedy = match flag.name.as_str() {
        METRICS => Remedy::ask(&questions::LOOPBACK).or(secure),
        EGRESS => Remedy::ask(&questions::PROXY),
        _ => secure,
    };
    let level = if flag.name == METRICS {
        Level::Warning
    } else {
        Level::Failure
    };
    let subject = Subject::flag(instance, flag);
    findings.about_flag_as(AuditRule::PlainHttp, level, subject, message, remedy);
}

/// Traces that leave the node.
fn collector(findings: &mut Findings, instance: &Instance, flag: &ObservedFlag) {
    let address = flag.text();
    let is_off = instance.component == Component::Etcd
        && instance.switch("enable-distributed-tracing") != Some(true);
    if is_off || address.is_empty() || address.starts_with("unix:") || is_loopback(address) {
        return;
    }
    let message = format!(
        "{} is {address}, and traces go there without TLS",
        flag.shown()
    );
    findings.about_flag_as(
        AuditRule::PlainHttp,
        Level::Warning,
        Subject::flag(instance, flag),
        message,
        Remedy::ask(&questions::COLLECTOR),
    );
}

/// kubeconfigs whose server is dialled without TLS.
fn kubeconfigs(findings: &mut Findings, machine: &Machine, instance: &Instance) {
    let named = instance.named_files();
    let named = named.filter(|(_, spec)| spec.role() == Some(Role::Kubeconfig));
    let mut named: Vec<(&ObservedFlag, &FlagSpec)> = named.collect();
    // The identity itself before the other uses of it.
    named.sort_by_key(|(_, spec)| spec.name != "kubeconfig");
    for (flag, _) in named {
        let HostPath::At(path) = instance.on_host(flag.text()) else {
            continue;
        };
        let file = machine.file(&path, FileUse::Kubeconfig);
        if let Some(Contents::Kubeconfig { facts, .. }) = file.and_then(|file| file.found.present())
            && facts.server.starts_with("http://")
            && !findings.says(AuditRule::PlainHttp, &path)
        {
            let message = format!("{path} dials {}", facts.server);
            let place = EditPlace::Field("server".to_owned());
            let remedy = Remedy::edit(Edit::new(&path, place, Some(with_tls(&facts.server))));
            let subject = Subject::flag(instance, flag).file(&path);
            findings.about_flag(AuditRule::PlainHttp, subject, message, remedy);
        }
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
