use pki_core::{CERTS, Form, RowId};

use super::*;
use crate::table::{FLAGS, FlagSpec, Role, Takes};

const NEWEST: KubernetesVersion = KubernetesVersion::NEWEST;

#[test]
fn every_certificate_that_can_be_renewed_has_a_reader() {
    for spec in CERTS.iter().filter(|spec| spec.issuer.is_some()) {
        let renewed = RELOADS.iter().any(|row| row.material.changes_with(spec.id));
        assert!(renewed, "{}", spec.id);
    }
}

#[test]
fn every_file_of_the_table_has_a_reader() {
    for spec in CERTS {
        for artifact in spec.artifacts() {
            // The keys of the other authorities are read by nobody but this command.
            let idle = [RowId::FrontProxyCa, RowId::EtcdCa].contains(&spec.id)
                && artifact.part == Part::Key;
            let read =
                ReloadSpec::of(spec.id).any(|row| row.material.artifacts().contains(&artifact));
            assert_ne!(read, idle, "{artifact}");
        }
        let trusted = matches!(spec.form, Form::Kubeconfig { .. });
        let trust =
            ReloadSpec::of(spec.id).any(|row| matches!(row.material, Material::KubeconfigTrust(_)));
        assert_eq!(trust, trusted, "{}", spec.id);
    }
}

/// What a flag names is read as the flag's role says, and by the row's flags alone.
#[test]
fn every_flag_that_names_a_file_of_the_table_has_a_row() {
    for flag in FLAGS {
        let Some(artifact) = flag.artifact() else {
            continue;
        };
        let rows: Vec<_> = ReloadSpec::of_flag(flag.component, flag.name).collect();
        assert!(!rows.is_empty(), "{} {}", flag.component, flag.name);
        for row in rows {
            let fits = match flag.role().unwrap() {
                Role::PrivateKey | Role::OwnCertificate => {
                    matches!(row.material, Material::Pair(_) | Material::Issuing(_))
                }
                Role::ClientTrust | Role::ServerTrust => matches!(row.material, Material::Trust(_)),
                Role::IssuingCertificate => matches!(row.material, Material::Issuing(_)),
                Role::Kubeconfig => matches!(
                    row.material,
                    Material::Identity(_)
                        | Material::IdentityFiles(_)
                        | Material::KubeconfigTrust(_)
                ),
                _ => matches!(row.material, Material::Key(_)),
            };
            assert!(fits, "{} {}", flag.component, flag.name);
            assert!(
                row.material.artifacts().contains(&artifact),
                "{}",
                flag.name
            );
        }
    }
}

#[test]
fn the_flags_of_rows_exist_and_name_files() {
    for row in RELOADS {
        assert!(!row.source.is_empty());
        let Party::Component(component) = row.reader else {
            assert!(row.flags.is_empty());
            continue;
        };
        for name in row.flags {
            let flag = FlagSpec::find(component, name);
            let flag = flag.unwrap_or_else(|| panic!("{component} has no {name}"));
            let by_name = ["cert-dir", "serverTLSBootstrap"].contains(name);
            assert!(by_name || matches!(flag.takes(), Takes::File(_)), "{name}");
        }
    }
}

#[test]
fn what_is_read_once_is_restarted_and_nothing_else() {
    for row in RELOADS {
        for version in 25..40 {
            let behaviour = row.behaviour(KubernetesVersion::minor(version));
            let restarts = behaviour.reload == Reload::AtStart;
            assert_eq!(behaviour.connections == Connections::Restart, restarts);
            let component = matches!(row.reader, Party::Component(_));
            assert_eq!(behaviour.restart.is_some(), restarts && component);
        }
    }
}

/// Those that have an authority.
fn leaves() -> Vec<RowId> {
    let leaves = CERTS.iter().filter(|spec| spec.issuer.is_some());
    leaves.map(|spec| spec.id).collect()
}

/// Who has an authority's old certificate in memory goes on with it.
#[test]
fn a_new_certificate_of_an_authority_restarts_who_read_the_old_one_at_start() {
    for (authority, expected) in [
        (
            RowId::ClusterCa,
            &[
                "kubelet",
                "kube-controller-manager",
                "kube-controller-manager",
                "kube-scheduler",
            ][..],
        ),
        (RowId::EtcdCa, &["etcd", "kube-apiserver"]),
        (RowId::FrontProxyCa, &[]),
    ] {
        let all = advice(&[authority], NEWEST);
        let restarted = all.iter().filter(|one| one.behaviour.restart.is_some());
        let readers: Vec<&str> = restarted.map(|one| one.reader).collect();
        assert_eq!(readers, expected, "{authority}");
    }
}

#[test]
fn renewals_restart_three_components() {
    let ids = leaves();
    let restarted: Vec<RowId> = advice(&ids, NEWEST)
        .into_iter()
        .filter(|advice| advice.behaviour.restart.is_some())
        .map(|advice| advice.id)
        .collect();
    assert_eq!(
        restarted,
        [
            RowId::KubeletConf,
            RowId::ControllerManagerConf,
            RowId::SchedulerConf
        ]
    );
}

/// A static pod that is stopped while the kubelet is down does not come back.
#[test]
fn the_kubelet_is_restarted_first() {
    let version = KubernetesVersion::OLDEST;
    let ids = leaves();
    let all = advice(&ids, version);
    let restarts = all.iter().filter(|one| one.behaviour.restart.is_some());
    let readers: Vec<&str> = restarts.map(|one| one.reader).collect();
    let expected = [
        "kubelet",
        "kubelet",
        "kube-controller-manager",
        "kube-scheduler",
    ];
    assert_eq!(readers, expected);
    let is_restarted = |one: &Advice| one.behaviour.restart.is_some();
    assert!(all.is_sorted_by_key(|one| !is_restarted(one)));
}

/// The differences that release notes and feature gates tell of.
#[test]
fn older_versions_read_less_often() {
    let reload = |component, name, minor| {
        let row = ReloadSpec::of_flag(component, name).next().unwrap();
        row.behaviour(KubernetesVersion::minor(minor)).reload
    };
    let authority = |minor| {
        let name = "kubelet-certificate-authority";
        reload(Component::KubeApiserver, name, minor)
    };
    assert_eq!(authority(36), Reload::EveryFiveMinutes);
    assert_eq!(authority(35), Reload::AtStart);
    let serving = |minor| reload(Component::Kubelet, "tlsCertFile", minor);
    assert_eq!(serving(36), Reload::OnChange);
    assert_eq!(serving(31), Reload::AtStart);
    let row = ReloadSpec::of_flag(Component::Kubelet, "tlsCertFile").next();
    let note = |minor| row.unwrap().behaviour(KubernetesVersion::minor(minor)).note;
    assert!(note(31).contains("by address"));
    assert_eq!(note(36), "");
    let client = ReloadSpec::of_flag(Component::Kubelet, "authentication.x509.clientCAFile");
    let client: Vec<_> = client.collect();
    let behaviour = client[0].behaviour(KubernetesVersion::minor(35));
    assert_eq!(behaviour.reload, Reload::OnChange);
    assert!(behaviour.note.contains("until it is restarted"));
    assert_eq!(serving(99), serving(36));
}

/// What `renew all` has restarted, version by version: what could not be checked is as the newest.
#[test]
fn each_version_has_its_restarts() {
    for version in KubernetesVersion::all() {
        let all = advice(&leaves(), version);
        let restarted = all.iter().filter(|one| one.behaviour.restart.is_some());
        let restarted: Vec<RowId> = restarted.map(|one| one.id).collect();
        let kubelet = (version < NEWEST).then_some(RowId::KubeletServing);
        let mut expected: Vec<RowId> = kubelet.into_iter().collect();
        expected.extend([
            RowId::KubeletConf,
            RowId::ControllerManagerConf,
            RowId::SchedulerConf,
        ]);
        assert_eq!(restarted, expected, "{version}");

        let authority = advice(&[RowId::ClusterCa], version);
        let restarted = authority
            .iter()
            .filter(|one| one.behaviour.restart.is_some());
        let apiserver = restarted
            .filter(|one| one.reader == "kube-apiserver")
            .count();
        assert_eq!(apiserver, usize::from(version < NEWEST), "{version}");
    }
}

#[test]
fn older_rows_are_in_order() {
    for row in RELOADS {
        assert!(
            row.older
                .windows(2)
                .all(|pair| pair[0].before > pair[1].before)
        );
        for older in row.older {
            assert!(older.before <= KubernetesVersion::ANNOUNCED);
            assert!(older.before > KubernetesVersion::OLDEST);
            assert!(!older.source.is_empty(), "{:?}", row.material);
        }
    }
}
