//! Settings that no item of the benchmark asks for and paths depend on all the same.

use pki_core::remedy::{Edit, EditPlace, Remedy, Step};

use super::edits::{named, set, step, subject, without};
use super::finding::{Findings, Subject};
use super::{AuditRule, questions};
use crate::observe::Instance;
use crate::table::cis::Level;
use crate::table::{Component, REVOCATION_HEEDED};

pub(super) fn judge(findings: &mut Findings, instance: &Instance) {
    versions(findings, instance);
    proxies(findings, instance);
    always_allowed(findings, instance);
    profiles(findings, instance);
    extenders(findings, instance);
    revocation(findings, instance);
}

/// What kube-controller-manager and kube-scheduler serve to everyone: health, where nothing is said.
const HEALTH: &[&str] = &["/healthz", "/livez", "/readyz"];

/// Paths of a component's own port that are served to everyone.
fn always_allowed(findings: &mut Findings, instance: &Instance) {
    let name = "authorization-always-allow-paths";
    let beyond = |path: &str| {
        let path = path.strip_suffix("/*").unwrap_or(path);
        !HEALTH.iter().any(|one| {
            let rest = path.strip_prefix(one);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let open: Vec<&str> = instance.items(name).filter(|path| beyond(path)).collect();
    if open.is_empty() {
        return;
    }
    let everything = open.contains(&"/*");
    let message = if everything {
        format!("--{name} has /*: whoever reaches its port is served everything, unasked")
    } else {
        format!(
            "--{name} has {}: whoever reaches its port is served it",
            open.join(" and ")
        )
    };
    findings.about_flag_as(
        AuditRule::UnsafeSetting,
        if everything {
            Level::Failure
        } else {
            Level::Warning
        },
        subject(instance, name),
        message,
        without(instance, name, beyond),
    );
}

/// A socket that serves the memory of kube-apiserver to whoever opens it.
fn profiles(findings: &mut Findings, instance: &Instance) {
    let name = "debug-socket-path";
    if instance.component == Component::KubeApiserver
        && let Some(path) = instance.value(name)
    {
        findings.about_flag_as(
            AuditRule::UnsafeSetting,
            Level::Warning,
            subject(instance, name),
            format!(
                "--{name} is {path}: whoever opens it reads what kube-apiserver holds in memory"
            ),
            Remedy::step(step(instance, name, None)),
        );
    }
}

/// Extenders of the scheduler that are believed whoever they are.
fn extenders(findings: &mut Findings, instance: &Instance) {
    for flag in instance.counting("extenders[].tlsConfig.insecure") {
        if flag.text() == "true" {
            let word = EditPlace::Word("insecure: true".to_owned());
            let checked = Some("insecure: false".to_owned());
            findings.about_flag(
                AuditRule::UnsafeSetting,
                Subject::flag(instance, flag),
                format!("{} is true: whoever answers is believed", flag.shown()),
                Remedy::edit(Edit::new(&flag.spot.file, word, checked)),
            );
        }
    }
}

/// etcd passes revocation lists over where it speaks gRPC, while HTTP has addresses of its own.
fn revocation(findings: &mut Findings, instance: &Instance) {
    let (list, urls) = ("client-crl-file", "listen-client-http-urls");
    if instance.component != Component::Etcd
        || instance.value(list).is_none()
        || instance.value(urls).is_none()
    {
        return;
    }
    let (which, level) = match instance.release.as_deref().and_then(release) {
        Some(own) if REVOCATION_HEEDED.iter().any(|since| heeds(own, *since)) => return,
        Some((major, minor, patch)) => (format!("etcd {major}.{minor}.{patch}"), Level::Failure),
        None => (
            "etcd before 3.5.32, 3.6.13 and 3.7.0".to_owned(),
            Level::Warning,
        ),
    };
    findings.about_flag_as(
        AuditRule::UnsafeSetting,
        level,
        subject(instance, list),
        format!("{which} passes --{list} over where it speaks gRPC, as long as --{urls} is given"),
        Remedy::step(step(instance, urls, None)).or(Remedy::ask(&questions::NEWER_ETCD)),
    );
}

/// Whether a release has what came with another of its line, or is of a later line than all.
fn heeds(own: (u32, u32, u32), since: (u32, u32, u32)) -> bool {
    let line = |release: (u32, u32, u32)| (release.0, release.1);
    let newest = REVOCATION_HEEDED.iter().copied().max();
    own >= since && (line(own) == line(since) || newest.is_some_and(|newest| own >= newest))
}

/// The numbers of `v3.6.8-0`.
fn release(text: &str) -> Option<(u32, u32, u32)> {
    let text = text.trim_start_matches('v');
    let text = text.split(['-', '+']).next()?;
    let mut numbers = text.split('.').map(str::parse);
    Some((
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
        numbers.next()?.ok()?,
    ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_heeds_lists_from_its_own_line_on() {
        let heeds = |text: &str| {
            let own = release(text).unwrap();
            REVOCATION_HEEDED.iter().any(|since| heeds(own, *since))
        };
        for text in [
            "3.5.32-0",
            "v3.5.33",
            "3.6.13",
            "3.7.0",
            "3.8.0-alpha.0",
            "4.0.0",
        ] {
            assert!(heeds(text), "{text}");
        }
        for text in ["3.4.40", "3.5.31", "3.6.8-0", "3.6.12"] {
            assert!(!heeds(text), "{text}");
        }
        assert_eq!(release("latest"), None);
    }
}
