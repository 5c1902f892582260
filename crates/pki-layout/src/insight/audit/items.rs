//! The items of the benchmark that ask something of flags.

use pki_core::remedy::{Command, Init, Remedy, Step};

use super::edits::{named, set, step, subject, without};
use super::finding::{Findings, shown};
use super::{AuditRule, questions};
use crate::Directories;
use crate::observe::{Contents, FileUse, Form, HostPath, Instance, Machine};
use crate::table::cis::{Ask, CIS_ITEMS, CisItem};
use crate::table::{Component, FlagSpec};

/// The suites of the benchmark 1.12, as Go calls them: those of TLS 1.3, and below it what agrees
/// on a key afresh and encrypts with authentication.
const STRONG: &[&str] = &[
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
];

/// Flags that no item asks for and that a component needs for its certificates to mean anything.
const NEEDED: &[(Component, &str)] = &[
    (Component::KubeApiserver, "service-account-issuer"),
    (Component::KubeApiserver, "service-account-signing-key-file"),
    (Component::Etcd, "peer-trusted-ca-file"),
    (Component::KubeControllerManager, "kubeconfig"),
    (Component::KubeScheduler, "kubeconfig"),
    (Component::Kubelet, "kubeconfig"),
];

pub(super) fn judge(findings: &mut Findings, machine: &Machine) {
    for instance in &machine.instances {
        if instance.component == Component::Etcdctl {
            continue;
        }
        for item in CIS_ITEMS
            .iter()
            .filter(|item| item.component == instance.component)
        {
            ask(findings, machine, instance, item);
        }
        for (component, name) in NEEDED {
            if *component == instance.component {
                missing(findings, &machine.directories, instance, name, &[]);
            }
        }
        super::settings::judge(findings, instance);
    }
}

/// What counts where nothing is given. A kubelet without a configuration file has other defaults
/// than one with: those of its flags.
fn default_of(instance: &Instance, name: &str) -> Option<&'static str> {
    if instance.component != Component::Kubelet || has_configuration(instance) {
        return None;
    }
    match name {
        "authentication.anonymous.enabled" => Some("true"),
        "authorization.mode" => Some("AlwaysAllow"),
        "readOnlyPort" => Some("10255"),
        _ => None,
    }
}

fn has_configuration(instance: &Instance) -> bool {
    let fields = |form: &Form| matches!(form, Form::Field(_));
    instance.flag("config").is_some() || instance.flags.iter().any(|one| fields(&one.form))
}

fn ask(findings: &mut Findings, machine: &Machine, instance: &Instance, item: &'static CisItem) {
    let Some(name) = item.flags.first().copied() else {
        return;
    };
    let items = || vec![item];
    match item.ask {
        Ask::Given | Ask::OwnAuthority => {
            let replaced = name == "service-account-key-file"
                && instance.value("service-account-signing-endpoint").is_some();
            let lacking = item
                .flags
                .iter()
                .filter(|name| instance.value(name).is_none());
            let lacking: Vec<&str> = lacking.copied().collect();
            if let Some(first) = lacking.first().filter(|_| !replaced) {
                let others = lacking.get(1..).unwrap_or_default();
                missing_with(
                    findings,
                    &machine.directories,
                    instance,
                    first,
                    others,
                    item,
                );
            }
        }
        Ask::ServingCertificate => serving(findings, machine, instance, item),
        Ask::NotGiven => {
            if instance.value(name).is_some() {
                let message = format!("{} is given", named(instance, name));
                let remedy = Remedy::step(step(instance, name, None)).because(item.expectation);
                setting(findings, instance, name, items(), message, remedy);
            }
        }
        Ask::On { unset } | Ask::Off { unset } => {
            let wanted_on = matches!(item.ask, Ask::On { .. });
            if name == "anonymous-auth" && anonymous_is_limited(machine, instance) {
                return;
            }
            let default = default_of(instance, name).map_or(unset, |text| text == "true");
            let is_on = instance.switch(name).unwrap_or(default);
            if is_on != wanted_on {
                let state = if instance.flag(name).is_some() {
                    format!("{} is {is_on}", named(instance, name))
                } else {
                    format!("{} is not given, which is {is_on}", named(instance, name))
                };
                let is_probed = instance.component == Component::KubeApiserver;
                let remedy = if name == "anonymous-auth" && is_probed {
                    Remedy::ask(&questions::PROBES)
                } else {
                    set(instance, name, &wanted_on.to_string())
                };
                setting(findings, instance, name, items(), state, remedy);
            }
        }
        Ask::Has(word) | Ask::HasNot(word) => {
            has(findings, machine, instance, item, name, word);
        }
        Ask::NoPort => {
            let port = instance
                .value(name)
                .or_else(|| default_of(instance, name))
                .unwrap_or("0");
            if port != "0" {
                let message = format!("{} is {port}", named(instance, name));
                let remedy = set(instance, name, "0");
                setting(findings, instance, name, items(), message, remedy);
            }
        }
        Ask::StrongCiphers => {
            let weak: Vec<&str> = instance
                .items(name)
                .filter(|suite| !STRONG.contains(suite))
                .collect();
            if !weak.is_empty() {
                let message = format!("{} has {}", named(instance, name), weak.join(", "));
                let away = Remedy::step(step(instance, name, None));
                let remedy = without(instance, name, |suite| weak.contains(&suite)).or(away);
                findings.about_item(
                    AuditRule::WeakTls,
                    subject(instance, name),
                    items(),
                    message,
                    remedy,
                );
            }
        }
        Ask::GateNotOff(gate) => {
            let off = format!("{gate}=false");
            if instance.items("feature-gates").any(|one| one == off) {
                let mut subject = subject(instance, "feature-gates");
                subject.shown = Some("--feature-gates".to_owned());
                let message = format!("--feature-gates has {off}");
                let remedy = without(instance, "feature-gates", |one| one == off);
                findings.about_item(AuditRule::UnsafeSetting, subject, items(), message, remedy);
            }
        }
        Ask::Mode(..) | Ask::Owner(_) | Ask::ByHand => {}
    }
}

fn has(
    findings: &mut Findings,
    machine: &Machine,
    instance: &Instance,
    item: &'static CisItem,
    name: &str,
    word: &str,
) {
    // The file decides, and what is in it is not a matter of certificates.
    if name == "authorization-mode" && instance.value("authorization-config").is_some() {
        return;
    }
    let wanted = matches!(item.ask, Ask::Has(_));
    let flag = instance.value(name).is_some();
    let default = default_of(instance, name);
    let is_there = instance
        .items(name)
        .chain(default.filter(|_| !flag))
        .any(|one| one == word);
    let is_kubelet = instance.component == Component::Kubelet;
    if !flag && !is_kubelet {
        // One cause, whatever asks for it.
        missing_with(findings, &machine.directories, instance, name, &[], item);
    } else if is_there != wanted {
        let state = if is_there { "has" } else { "has not" };
        let message = format!("{} {state} {word}", named(instance, name));
        let remedy = match FlagSpec::find(instance.component, name).map(|spec| spec.value) {
            Some(crate::table::FlagValue::Text(text)) => set(instance, name, text),
            _ => without(instance, name, |one| one == word),
        };
        setting(findings, instance, name, vec![item], message, remedy);
    }
}

/// The kubelet's own certificate: from files, or asked for.
fn serving(
    findings: &mut Findings,
    machine: &Machine,
    instance: &Instance,
    item: &'static CisItem,
) {
    let from_files = item.flags.iter().all(|name| instance.value(name).is_some());
    let asked_for = instance.switch("serverTLSBootstrap") == Some(true);
    if from_files || asked_for {
        return;
    }
    let lacking = item
        .flags
        .iter()
        .copied()
        .filter(|name| instance.value(name).is_none());
    let lacking: Vec<&str> = lacking.collect();
    if let Some((first, others)) = lacking.split_first() {
        missing_with(
            findings,
            &machine.directories,
            instance,
            first,
            others,
            item,
        );
    }
}

/// Says that a flag is not given, unless a slip or a misreading says so already.
fn missing(
    findings: &mut Findings,
    directories: &Directories,
    instance: &Instance,
    name: &str,
    items: &[&'static CisItem],
) {
    let unknown = !instance.whole && matches!(name, "kubeconfig");
    let by_service = name == "service-account-signing-key-file"
        && instance.value("service-account-signing-endpoint").is_some();
    let bootstraps = name == "kubeconfig" && instance.value("bootstrap-kubeconfig").is_some();
    if instance.value(name).is_none() && !unknown && !by_service && !bootstraps {
        say_missing(findings, directories, instance, name, &[], items);
    }
}

fn missing_with(
    findings: &mut Findings,
    directories: &Directories,
    instance: &Instance,
    name: &str,
    others: &[&str],
    item: &'static CisItem,
) {
    say_missing(findings, directories, instance, name, others, &[item]);
}

fn say_missing(
    findings: &mut Findings,
    directories: &Directories,
    instance: &Instance,
    name: &str,
    others: &[&str],
    items: &[&'static CisItem],
) {
    if findings.blames(instance.component, name) {
        findings.tag(instance.component, name, items);
        return;
    }
    let names: Vec<&str> = std::iter::once(name)
        .chain(others.iter().copied())
        .collect();
    let rows = names
        .iter()
        .filter_map(|name| FlagSpec::find(instance.component, name));
    let rows: Vec<&FlagSpec> = rows.collect();
    let shown_names = rows.iter().map(|spec| named(instance, spec.name));
    let shown_names: Vec<String> = shown_names.collect();
    let verb = if shown_names.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} not given", shown_names.join(" and "));
    let settings = rows.iter().map(|spec| match usual(directories, spec) {
        Some(value) => step(instance, spec.name, Some(value)),
        None => Step::Ask(&questions::GIVE, Some(shown(spec))),
    });
    let remedy = with_serving(instance, name, settings.collect());
    let subject = subject(instance, name);
    findings.about_item(
        AuditRule::MissingFlag,
        subject,
        items.to_vec(),
        message,
        remedy,
    );
}

/// With what has to be there before: a kubelet that has a certificate, and kubelets that show one
/// before it is asked for.
fn with_serving(instance: &Instance, name: &str, mut settings: Vec<Step>) -> Remedy {
    match (instance.component, name) {
        (Component::KubeApiserver, "kubelet-certificate-authority") => {
            settings.insert(0, Step::Ask(&questions::SERVING, None));
            Remedy::steps(settings)
        }
        (Component::Kubelet, "tlsCertFile" | "tlsPrivateKeyFile") => {
            let init = Init {
                kubelet_serving: true,
                ..Init::default()
            };
            settings.insert(0, Step::Run(Command::Init(init)));
            let ask = step(instance, "serverTLSBootstrap", Some("true".to_owned()));
            let ask = [ask, Step::Ask(&questions::APPROVE, None)];
            Remedy::steps(settings).or(Remedy::steps(ask))
        }
        _ => Remedy::steps(settings),
    }
}

/// What the table sets a flag to.
pub(super) fn usual(directories: &Directories, spec: &FlagSpec) -> Option<String> {
    match spec.value {
        crate::table::FlagValue::Text(text) => Some(text.to_owned()),
        crate::table::FlagValue::Switch(on) => Some(on.to_string()),
        crate::table::FlagValue::File { artifact, .. } => {
            Some(directories.path(artifact).display().to_string())
        }
        _ => None,
    }
}

fn setting(
    findings: &mut Findings,
    instance: &Instance,
    name: &str,
    items: Vec<&'static CisItem>,
    message: String,
    remedy: Remedy,
) {
    if findings.blames(instance.component, name) {
        findings.tag(instance.component, name, &items);
        return;
    }
    findings.about_item(
        AuditRule::UnsafeSetting,
        subject(instance, name),
        items,
        message,
        remedy,
    );
}

/// Whether the file that configures authentication keeps who shows nothing out, or to some paths.
fn anonymous_is_limited(machine: &Machine, instance: &Instance) -> bool {
    let HostPath::At(path) =
        instance.on_host(instance.value("authentication-config").unwrap_or_default())
    else {
        return false;
    };
    let file = machine.file(&path, FileUse::Authentication);
    let Some(Contents::Authentication {
        anonymous,
        conditions,
    }) = file.and_then(|file| file.found.present())
    else {
        return false;
    };
    *anonymous == Some(false) || (*anonymous == Some(true) && *conditions)
}
