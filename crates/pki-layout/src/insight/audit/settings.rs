//! Settings that no item of the benchmark asks for and paths depend on all the same.

use pki_core::remedy::{Remedy, Step};

use super::edits::{named, set, step, subject};
use super::finding::Findings;
use super::{AuditRule, questions};
use crate::observe::Instance;
use crate::table::Component;
use crate::table::cis::Level;

pub(super) fn judge(findings: &mut Findings, instance: &Instance) {
    versions(findings, instance);
    proxies(findings, instance);
}

/// Versions of TLS that are broken.
fn versions(findings: &mut Findings, instance: &Instance) {
    for name in ["tls-min-version", "tlsMinVersion"] {
        let version = instance.value(name);
        if let Some(version) = version
            .filter(|one| matches!(*one, "VersionTLS10" | "VersionTLS11" | "TLS1.0" | "TLS1.1"))
        {
            let message = format!("{} is {version}", named(instance, name));
            let better = if instance.component == Component::Etcd {
                "TLS1.2"
            } else {
                "VersionTLS12"
            };
            let remedy = set(instance, name, better);
            findings.about_item(
                AuditRule::WeakTls,
                subject(instance, name),
                Vec::new(),
                message,
                remedy,
            );
        }
    }
}

/// Whose word is taken about users, and whose address is not looked at.
fn proxies(findings: &mut Findings, instance: &Instance) {
    let accepts = instance.value("requestheader-client-ca-file").is_some();
    let names = "requestheader-allowed-names";
    if instance.component == Component::KubeApiserver
        && accepts
        && instance.items(names).next().is_none()
    {
        findings.about_flag_as(
            AuditRule::UnsafeSetting,
            Level::Warning,
            subject(instance, names),
            format!("--{names} is empty: the word of every client of the authority is taken"),
            set(instance, names, "front-proxy-client"),
        );
    }
    let skip = "peer-skip-client-san-verification";
    if instance.switch(skip) == Some(true) {
        findings.about_flag_as(
            AuditRule::UnsafeSetting,
            Level::Warning,
            subject(instance, skip),
            format!(
                "{} is true: members are accepted from any address",
                named(instance, skip)
            ),
            Remedy::steps([
                Step::Ask(&questions::MEMBERS, None),
                step(instance, skip, None),
            ]),
        );
    }
}
