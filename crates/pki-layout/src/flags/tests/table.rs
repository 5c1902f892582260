//! What holds of the rows themselves.

use pki_core::{Form, Part, RowId};

use crate::table::Component::{Etcd, Etcdctl, KubeApiserver, KubeControllerManager};
use crate::table::{Component, FLAGS, FlagSpec, FlagValue, OBSOLETE_FLAGS, Place, Role, When};

/// Rows of kubernetes.io "PKI certificates and requirements", its table "Certificate paths": who
/// reads the pair, its stem, the flags that take the key, the flags that take the certificate.
const KUBERNETES_IO: [(Component, &str, &[&str], &[&str]); 14] = [
    (KubeApiserver, "etcd/ca", &[], &["etcd-cafile"]),
    (
        KubeApiserver,
        "apiserver-etcd-client",
        &["etcd-keyfile"],
        &["etcd-certfile"],
    ),
    (KubeApiserver, "ca", &[], &["client-ca-file"]),
    (
        KubeControllerManager,
        "ca",
        &["cluster-signing-key-file"],
        &[
            "client-ca-file",
            "root-ca-file",
            "cluster-signing-cert-file",
        ],
    ),
    (
        KubeApiserver,
        "apiserver",
        &["tls-private-key-file"],
        &["tls-cert-file"],
    ),
    (
        KubeApiserver,
        "apiserver-kubelet-client",
        &["kubelet-client-key"],
        &["kubelet-client-certificate"],
    ),
    (
        KubeApiserver,
        "front-proxy-ca",
        &[],
        &["requestheader-client-ca-file"],
    ),
    (
        KubeControllerManager,
        "front-proxy-ca",
        &[],
        &["requestheader-client-ca-file"],
    ),
    (
        KubeApiserver,
        "front-proxy-client",
        &["proxy-client-key-file"],
        &["proxy-client-cert-file"],
    ),
    (
        Etcd,
        "etcd/ca",
        &[],
        &["trusted-ca-file", "peer-trusted-ca-file"],
    ),
    (Etcd, "etcd/server", &["key-file"], &["cert-file"]),
    (Etcd, "etcd/peer", &["peer-key-file"], &["peer-cert-file"]),
    (Etcdctl, "etcd/ca", &[], &["cacert"]),
    (Etcdctl, "etcd/healthcheck-client", &["key"], &["cert"]),
];

/// The page's service-account rows.
const SERVICE_ACCOUNT: [(Component, &str, &str, Role); 3] = [
    (
        KubeControllerManager,
        "service-account-private-key-file",
        "sa.key",
        Role::TokenSigningKey,
    ),
    (
        KubeApiserver,
        "service-account-signing-key-file",
        "sa.key",
        Role::TokenSigningKey,
    ),
    (
        KubeApiserver,
        "service-account-key-file",
        "sa.pub",
        Role::TokenVerificationKey,
    ),
];

#[test]
fn the_rows_of_kubernetes_io_are_all_there() {
    let holds = |component, name: &str, file: String| {
        let spec = FlagSpec::find(component, name)
            .unwrap_or_else(|| panic!("{component} has no --{name}"));
        assert_eq!(spec.place, Place::Flag, "{component} --{name}");
        let artifact = spec.artifact().map(|artifact| artifact.to_string());
        assert_eq!(artifact, Some(file), "{component} --{name}");
    };
    for (component, stem, key_flags, cert_flags) in KUBERNETES_IO {
        for name in key_flags {
            holds(component, name, format!("{stem}.key"));
        }
        for name in cert_flags {
            holds(component, name, format!("{stem}.crt"));
        }
    }
    for (component, name, file, role) in SERVICE_ACCOUNT {
        holds(component, name, file.to_owned());
        assert_eq!(FlagSpec::find(component, name).unwrap().role(), Some(role));
    }
}

#[test]
fn rows_are_sorted_and_unique() {
    for pair in FLAGS.windows(2) {
        let [before, after] = pair else {
            unreachable!()
        };
        assert!(
            (before.component, before.name) < (after.component, after.name),
            "{} --{} is out of place",
            after.component,
            after.name
        );
    }
    for component in Component::ALL {
        assert!(
            FlagSpec::of(component).next().is_some(),
            "{component} has no row"
        );
    }
}

#[test]
fn every_file_is_one_of_its_row_and_fits_its_role() {
    for spec in FLAGS {
        let FlagValue::File { artifact, role } = spec.value else {
            continue;
        };
        let cert = artifact.id.spec();
        assert_eq!(cert.id, artifact.id);
        assert!(
            cert.artifacts().contains(&artifact),
            "{} --{}: {} has no such file",
            spec.component,
            spec.name,
            cert.name
        );
        let fits = match role {
            Role::PrivateKey => {
                artifact.part == Part::Key && matches!(cert.form, Form::Pair { .. })
            }
            Role::OwnCertificate => artifact.part == Part::Certificate && !cert.is_authority(),
            Role::ClientTrust | Role::ServerTrust | Role::IssuingCertificate => {
                artifact.part == Part::Certificate && cert.is_authority()
            }
            Role::Kubeconfig => artifact.part == Part::Kubeconfig,
            Role::TokenSigningKey => artifact == RowId::ServiceAccount.part(Part::Key),
            Role::TokenVerificationKey => artifact == RowId::ServiceAccount.part(Part::PublicKey),
            Role::CertificateAndKey
            | Role::TokenList
            | Role::RevocationList
            | Role::Configuration => false,
        };
        assert!(
            fits,
            "{} --{}: {role:?} of {artifact}",
            spec.component, spec.name
        );
    }
}

/// A component that presents a certificate needs its key, and the other way round.
#[test]
fn certificates_and_keys_come_together() {
    for component in Component::ALL {
        let ids = |wanted: &[Role]| -> Vec<RowId> {
            let mut ids: Vec<_> = FlagSpec::of(component)
                .filter(|spec| spec.role().is_some_and(|role| wanted.contains(&role)))
                .filter_map(|spec| Some(spec.artifact()?.id))
                .collect();
            ids.sort();
            ids
        };
        assert_eq!(
            ids(&[Role::OwnCertificate, Role::IssuingCertificate]),
            ids(&[Role::PrivateKey]),
            "{component}"
        );
    }
}

#[test]
fn the_certificate_of_every_row_has_a_reader() {
    for spec in pki_core::CERTS {
        // kubectl finds its kubeconfig by $KUBECONFIG or at home.
        let kubectl = [RowId::AdminConf, RowId::SuperAdminConf].contains(&spec.id);
        let read = FlagSpec::reading(spec.id).next().is_some();
        assert_ne!(read, kubectl, "{}", spec.name);
    }
}

#[test]
fn purposes_are_one_plain_line() {
    for spec in FLAGS {
        assert!(
            !spec.purpose.is_empty() && spec.purpose.len() <= 100,
            "{}",
            spec.name
        );
        assert!(
            !spec.purpose.contains('\n') && !spec.purpose.ends_with('.'),
            "{}",
            spec.name
        );
    }
}

#[test]
fn fields_are_the_kubelets_and_flags_have_no_dashes_before() {
    for spec in FLAGS {
        assert!(
            !spec.name.starts_with('-') && !spec.name.contains('='),
            "{}",
            spec.name
        );
        match spec.place {
            Place::Flag => assert!(!spec.name.contains('.'), "{}", spec.name),
            Place::KubeletConfiguration => assert_eq!(spec.component, Component::Kubelet),
            Place::FileOf(named) => {
                let file = FlagSpec::find(spec.component, named).unwrap();
                assert_eq!(file.role(), Some(Role::Configuration), "{}", spec.name);
                assert!(!spec.is_ours(), "{}", spec.name);
            }
        }
        if let When::UnlessGiven(other) = spec.when {
            assert!(FlagSpec::find(spec.component, other).is_some(), "{other}");
        }
    }
}

#[test]
fn obsolete_flags_are_sorted_and_have_successors() {
    for pair in OBSOLETE_FLAGS.windows(2) {
        let (before, after) = (&pair[0], &pair[1]);
        assert!((before.component, before.name) < (after.component, after.name));
    }
    for flag in OBSOLETE_FLAGS {
        assert!(
            FlagSpec::find(flag.component, flag.name).is_none(),
            "{}",
            flag.name
        );
        assert_eq!(
            flag.successor().is_some(),
            flag.replacement.is_some(),
            "{}",
            flag.name
        );
        assert!(
            flag.note.len() > 20 && !flag.note.ends_with('.'),
            "{}",
            flag.name
        );
    }
}
