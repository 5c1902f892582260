//! `docs/reload.md`.

use std::fmt::Write as _;

use pkigen::flags::Component;
use pkigen::pki_layout::table::reload::{Behaviour, Material, RELOADS, ReloadSpec, restart};
use pkigen::pki_layout::table::{FlagSpec, KubernetesVersion, Party};

use super::{NOTICE, code, header, label, row};

pub(super) fn page() -> String {
    let mut page = format!("# What is read again, and what has to be restarted\n\n{NOTICE}");
    let newest = KubernetesVersion::NEWEST;
    let _ = writeln!(
        page,
        "For Kubernetes {newest} with kubeadm's flags; what was different before, down to {}, is in \
         the last column but one. `pkigen renew` and `pkigen explain` go by this table, for the version \
         that the configuration or the images of the manifests say, or `--kubernetes-version`; for \
         which versions and how surely is in [versions.md](versions.md). Nothing is announced of {} to \
         {} that would change a row.\n",
        KubernetesVersion::OLDEST,
        KubernetesVersion::all()
            .find(|version| *version > newest)
            .unwrap(),
        KubernetesVersion::ANNOUNCED,
    );
    header(
        &mut page,
        &[
            "what",
            "reader",
            "named by",
            "read again",
            "open connections",
            "note",
            "before",
            "source",
        ],
    );
    for reload in RELOADS {
        let now = reload.behaviour(newest);
        let component = match reload.reader {
            Party::Component(component) => Some(component),
            _ => None,
        };
        let named = reload
            .flags
            .iter()
            .filter_map(|name| FlagSpec::find(component?, name));
        let named: Vec<String> = named.map(|flag| code(label(flag))).collect();
        row(
            &mut page,
            &[
                &what(reload),
                reload.reader.called(),
                &named.join(", "),
                &restarted(&now),
                now.connections.words(),
                now.note,
                &before(reload),
                &code(reload.source),
            ],
        );
    }
    page.push_str("\n## How each is restarted\n\n");
    for component in Component::ALL {
        if let Some(command) = restart(component) {
            let _ = writeln!(page, "- {component}: `{command}`");
        }
    }
    page.push_str(
        "\nStatic pods are started again by the kubelet, with their files as they are then. \
         Restart one member of etcd after the other, each when the one before it is healthy.\n",
    );
    page
}

pub(super) fn what(reload: &ReloadSpec) -> String {
    let files: Vec<String> = reload.material.artifacts().iter().map(code).collect();
    let files = files.join(", ");
    match reload.material {
        Material::Trust(_) => format!("{files}, as trust"),
        Material::Issuing(_) => format!("{files}, to issue with"),
        Material::Identity(_) => format!("{files}, its certificate"),
        Material::IdentityFiles(_) => format!("{files} that names files"),
        Material::KubeconfigTrust(_) => format!("{files}, its authorities"),
        Material::KubeletFile(name) => code(name),
        Material::Named => "the file that is named".to_owned(),
        _ => files,
    }
}

fn restarted(behaviour: &Behaviour) -> String {
    match &behaviour.restart {
        Some(_) => format!("{}: **restart**", behaviour.reload.words()),
        None => behaviour.reload.words().to_owned(),
    }
}

fn before(reload: &ReloadSpec) -> String {
    let older = reload.older.iter().map(|older| {
        let words = older.reload.words();
        match older.note {
            "" => format!("before {}: {words}", older.before),
            note => format!("before {}: {words}; {note}", older.before),
        }
    });
    older.collect::<Vec<_>>().join("; ")
}
