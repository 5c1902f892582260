//! Invariants of the table, and the page of kubernetes.io it stands on.

use std::collections::BTreeSet;

use pkigen::flags::{Component, FlagSet};
use pkigen::pki_core::spec::{CommonNameRule, Form, HostRule, Need};
use pkigen::pki_core::{CertSpec, Purpose};
use pkigen::pki_layout::mode_of;
use pkigen::table::{CERTS, Part, Table, Usage};
use pkigen::{Directories, FlagOptions, KeyAlgorithm, Profile, RowId};

use crate::support::full_cluster;

type Path = (&'static str, &'static str, &'static str, Flags, Flags);
type Flags = &'static [&'static str];

/// The rows of "PKI certificates and requirements", section "Certificate paths": common name,
/// stem, who reads it, its flags for the key, its flags for the certificate.
#[rustfmt::skip]
const KUBERNETES_IO: [Path; 14] = [
    ("etcd-ca", "etcd/ca", "kube-apiserver", &[], &["etcd-cafile"]),
    ("kube-apiserver-etcd-client", "apiserver-etcd-client", "kube-apiserver",
        &["etcd-keyfile"], &["etcd-certfile"]),
    ("kubernetes-ca", "ca", "kube-apiserver", &[], &["client-ca-file"]),
    ("kubernetes-ca", "ca", "kube-controller-manager",
        &["cluster-signing-key-file"],
        &["client-ca-file", "root-ca-file", "cluster-signing-cert-file"]),
    ("kube-apiserver", "apiserver", "kube-apiserver",
        &["tls-private-key-file"], &["tls-cert-file"]),
    ("kube-apiserver-kubelet-client", "apiserver-kubelet-client", "kube-apiserver",
        &["kubelet-client-key"], &["kubelet-client-certificate"]),
    ("kubernetes-front-proxy-ca", "front-proxy-ca", "kube-apiserver",
        &[], &["requestheader-client-ca-file"]),
    ("kubernetes-front-proxy-ca", "front-proxy-ca", "kube-controller-manager",
        &[], &["requestheader-client-ca-file"]),
    ("front-proxy-client", "front-proxy-client", "kube-apiserver",
        &["proxy-client-key-file"], &["proxy-client-cert-file"]),
    ("etcd-ca", "etcd/ca", "etcd", &[], &["trusted-ca-file", "peer-trusted-ca-file"]),
    ("kube-etcd", "etcd/server", "etcd", &["key-file"], &["cert-file"]),
    ("kube-etcd-peer", "etcd/peer", "etcd", &["peer-key-file"], &["peer-cert-file"]),
    ("etcd-ca", "etcd/ca", "etcdctl", &[], &["cacert"]),
    ("kube-etcd-healthcheck-client", "etcd/healthcheck-client", "etcdctl", &["key"], &["cert"]),
];

/// The same page, section "All certificates": common name, authority, purposes.
const KINDS: [(&str, &str, &[Purpose]); 7] = {
    use Purpose::{ClientAuth, ServerAuth};
    [
        ("kube-etcd", "etcd-ca", &[ServerAuth, ClientAuth]),
        ("kube-etcd-peer", "etcd-ca", &[ServerAuth, ClientAuth]),
        ("kube-etcd-healthcheck-client", "etcd-ca", &[ClientAuth]),
        ("kube-apiserver-etcd-client", "etcd-ca", &[ClientAuth]),
        ("kube-apiserver", "kubernetes-ca", &[ServerAuth]),
        (
            "kube-apiserver-kubelet-client",
            "kubernetes-ca",
            &[ClientAuth],
        ),
        (
            "front-proxy-client",
            "kubernetes-front-proxy-ca",
            &[ClientAuth],
        ),
    ]
};

#[test]
fn the_fourteen_rows_of_kubernetes_io_are_there() {
    let cluster = full_cluster(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256);
    let cluster = cluster.build().unwrap();
    for (common_name, stem, component, key_flags, certificate_flags) in KUBERNETES_IO {
        let spec = Table::kubernetes().find(stem).unwrap().spec();
        assert_eq!(cluster.site().common_name(spec), common_name);
        let component: Component = component.parse().unwrap();
        let (directories, options) = (Directories::default(), FlagOptions::new());
        let set = FlagSet::of(component, cluster.site(), &directories, &options).unwrap();
        let lines: Vec<String> = set.arguments().iter().map(ToString::to_string).collect();
        let keys = key_flags.iter().map(|flag| (flag, "key"));
        let certificates = certificate_flags.iter().map(|flag| (flag, "crt"));
        for (flag, ending) in keys.chain(certificates) {
            let wanted = format!("--{flag}=/etc/kubernetes/pki/{stem}.{ending}");
            assert!(lines.contains(&wanted), "{component} has no {wanted}");
        }
    }
}

#[test]
fn every_certificate_is_of_the_kind_kubernetes_io_says() {
    let cluster = full_cluster(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256);
    let cluster = cluster.build().unwrap();
    for (common_name, authority, purposes) in KINDS {
        let named = |spec: &&CertSpec| {
            matches!(spec.form, Form::Pair { .. })
                && cluster.site().common_name(spec) == common_name
        };
        let spec = CERTS.iter().copied().find(named).unwrap();
        let issuer = spec.issuer.unwrap().spec();
        assert_eq!(
            cluster.site().common_name(issuer),
            authority,
            "{common_name}"
        );
        assert_eq!(spec.usage.unwrap().purposes(), purposes, "{common_name}");
    }
    let hosts = |id: RowId| cluster.site().hosts(id.spec()).to_string();
    assert_eq!(
        hosts(RowId::Apiserver),
        "*.lb.example.org, api.example.org, cp1, kubernetes, kubernetes.default, \
         kubernetes.default.svc, kubernetes.default.svc.cluster.local, 10.96.0.1, fd00:10:96::1, \
         192.0.2.10, 2001:db8::9"
    );
    let own = "cp1, etcd.example.org, localhost, 192.0.2.10, 127.0.0.1, ::1";
    assert_eq!(hosts(RowId::EtcdServer), own);
    let own = "cp1, localhost, 192.0.2.10, 127.0.0.1, ::1, 10.0.0.9";
    assert_eq!(hosts(RowId::EtcdPeer), own);
}

#[test]
fn every_issuer_is_there_before_what_it_signs() {
    for (position, spec) in CERTS.iter().enumerate() {
        let Some(issuer) = spec.issuer else {
            let alone = spec.is_authority() || matches!(spec.form, Form::KeyPair { .. });
            assert!(alone, "{} has no issuer", spec.name);
            continue;
        };
        let above = CERTS.iter().position(|other| other.id == issuer).unwrap();
        assert!(above < position, "{} is before its issuer", spec.name);
        assert!(
            CERTS[above].is_authority(),
            "{} signs {}",
            CERTS[above].name,
            spec.name
        );
    }
}

/// Issuing sorts by id, and reports follow the table: the two orders are one.
#[test]
fn rows_are_in_the_order_of_their_ids() {
    assert!(CERTS.is_sorted_by_key(|spec| spec.id));
}

#[test]
fn ids_names_stems_and_titles_are_unique() {
    let unique = |texts: Vec<String>| {
        let all = texts.len();
        assert_eq!(texts.into_iter().collect::<BTreeSet<_>>().len(), all);
    };
    unique(CERTS.iter().map(|spec| format!("{:?}", spec.id)).collect());
    unique(CERTS.iter().map(|spec| spec.name.to_owned()).collect());
    unique(CERTS.iter().map(|spec| spec.stem().to_owned()).collect());
    unique(CERTS.iter().map(|spec| spec.title.to_owned()).collect());
    let files = CERTS.iter().copied().flat_map(CertSpec::artifacts);
    unique(files.map(|artifact| artifact.to_string()).collect());
}

#[test]
fn every_row_is_found_by_its_name_and_its_stem() {
    let table = Table::kubernetes();
    for spec in CERTS {
        assert_eq!(table.find(spec.name), Some(spec.id));
        assert_eq!(table.find(spec.stem()), Some(spec.id));
    }
    assert_eq!(table.find("nothing"), None);
}

#[test]
fn usage_form_and_hosts_agree() {
    for spec in CERTS {
        let serves = spec.usage.is_some_and(Usage::serves);
        assert_eq!(
            serves,
            !spec.hosts.is_empty(),
            "{}: servers have hosts",
            spec.name
        );
        let has_key_alone = matches!(spec.form, Form::KeyPair { .. });
        assert_eq!(spec.usage.is_none(), has_key_alone, "{}", spec.name);
        if matches!(spec.form, Form::Kubeconfig { .. }) {
            assert_eq!(spec.usage, Some(Usage::Client), "{}", spec.name);
            assert_eq!(spec.issuer, Some(RowId::ClusterCa), "{}", spec.name);
        }
        let is_authority = spec.is_authority();
        assert_eq!(
            is_authority,
            Table::kubernetes().signed_by(spec.id).next().is_some(),
            "{} signs",
            spec.name
        );
        assert!(!is_authority || spec.groups.is_empty(), "{}", spec.name);
        for profile in Profile::ALL {
            let rule = spec.common_name.of(profile);
            let nameless = rule == CommonNameRule::None;
            assert_eq!(nameless, spec.usage.is_none(), "{} in {profile}", spec.name);
        }
        let mut hosts = BTreeSet::new();
        assert!(
            spec.hosts
                .iter()
                .all(|rule| hosts.insert(format!("{rule:?}"))),
            "{}",
            spec.name
        );
    }
}

/// A health check or a scheduler on the same node dials by a loopback name; clients elsewhere
/// by the node's.
#[test]
fn servers_are_reachable_by_their_nodes_name() {
    for spec in CERTS.iter().filter(|spec| !spec.hosts.is_empty()) {
        for rule in [HostRule::NodeName, HostRule::AdvertiseAddress] {
            assert!(
                spec.hosts.contains(&rule),
                "{} does not serve {rule:?}",
                spec.name
            );
        }
    }
}

/// Only the break-glass kubeconfig may bypass RBAC.
#[test]
fn one_row_holds_system_masters() {
    let masters = CERTS
        .iter()
        .filter(|spec| spec.groups.contains(&"system:masters"));
    let masters: Vec<RowId> = masters.map(|spec| spec.id).collect();
    assert_eq!(masters, [RowId::SuperAdminConf]);
    assert_eq!(RowId::SuperAdminConf.spec().need, Need::FirstNode);
}

/// With external etcd nothing of etcd is left, and nothing else is.
#[test]
fn etcds_rows_are_those_its_authority_signs() {
    for spec in CERTS {
        let of_etcd = spec.id == RowId::EtcdCa || spec.issuer == Some(RowId::EtcdCa);
        assert_eq!(of_etcd, spec.need == Need::LocalEtcd, "{}", spec.name);
    }
}

#[test]
fn files_have_the_modes_of_their_contents() {
    for profile in Profile::ALL {
        for artifact in CERTS.iter().copied().flat_map(CertSpec::artifacts) {
            let mode = mode_of(artifact, profile);
            let wanted = match (artifact.part, profile) {
                (Part::Certificate, _) | (Part::PublicKey, Profile::KubernetesIo) => 0o644,
                _ => 0o600,
            };
            assert_eq!(mode, wanted, "{artifact} in {profile}");
        }
    }
}
