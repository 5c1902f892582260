//! What the cluster and its directories decide.

use pki_core::{Node, Profile};

use super::{all, builder, cluster, external, lines, node, set, set_of, setup, value};
use crate::Directories;
use crate::flags::{Field, FlagOptions, FlagSet, FlagsError};
use crate::table::Component;

#[test]
fn without_kubelet_serving_nothing_checks_or_names_a_serving_certificate() {
    let apiserver = set(Component::KubeApiserver);
    assert_eq!(value(&apiserver, "kubelet-certificate-authority"), None);
    let kubelet = set(Component::Kubelet);
    assert_eq!(
        lines(&kubelet),
        [
            "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf",
            "--kubeconfig=/etc/kubernetes/kubelet.conf",
        ]
    );
    let fields: Vec<_> = kubelet
        .settings()
        .iter()
        .map(|setting| setting.spec.name)
        .collect();
    assert_eq!(
        fields,
        [
            "authentication.anonymous.enabled",
            "authentication.webhook.enabled",
            "authentication.x509.clientCAFile",
            "authorization.mode",
            "rotateCertificates",
        ]
    );
}

#[test]
fn kubelet_serving_adds_one_flag_and_two_fields() {
    for profile in Profile::ALL {
        let cluster = setup(builder().profile(profile), node().kubelet_serving(true));
        let apiserver = set_of(Component::KubeApiserver, &cluster, &FlagOptions::new());
        let mut with = lines(&apiserver);
        with.retain(|line| line != "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt");
        assert_eq!(with.len() + 1, apiserver.arguments().len());
        assert_eq!(with, lines(&set(Component::KubeApiserver)));
        let fields =
            set_of(Component::Kubelet, &cluster, &FlagOptions::new()).kubelet_configuration();
        let text = |path: &str| Some(Field::Text(path.to_owned()));
        let pki = "/etc/kubernetes/pki/kubelet-serving";
        assert_eq!(
            fields.get("tlsCertFile").cloned(),
            text(&format!("{pki}.crt"))
        );
        assert_eq!(
            fields.get("tlsPrivateKeyFile").cloned(),
            text(&format!("{pki}.key"))
        );
    }
}

#[test]
fn fields_are_nested_and_none_is_lost() {
    fn leaves(field: &Field) -> usize {
        match field {
            Field::Group(inner) => inner.values().map(leaves).sum(),
            _ => 1,
        }
    }
    let set = set(Component::Kubelet);
    let fields = set.kubelet_configuration();
    assert_eq!(
        fields.values().map(leaves).sum::<usize>(),
        set.settings().len()
    );
    assert_eq!(
        serde_json::to_value(&fields).unwrap(),
        serde_json::json!({
            "authentication": {
                "anonymous": {"enabled": false},
                "webhook": {"enabled": true},
                "x509": {"clientCAFile": "/etc/kubernetes/pki/ca.crt"},
            },
            "authorization": {"mode": "Webhook"},
            "rotateCertificates": true,
        })
    );
    for other in all()
        .iter()
        .filter(|set| set.component() != Component::Kubelet)
    {
        assert!(other.kubelet_configuration().is_empty());
    }
}

#[test]
fn external_etcd_is_reached_with_its_own_files() {
    let cluster = external(
        Some("/etc/etcd/ca.pem"),
        Some(("/etc/etcd/client.pem", "/etc/etcd/client-key.pem")),
    );
    let endpoints = "https://192.0.2.20:2379,https://[2001:db8::20]:2379";
    let apiserver = set_of(Component::KubeApiserver, &cluster, &FlagOptions::new());
    assert_eq!(value(&apiserver, "etcd-cafile"), Some("/etc/etcd/ca.pem"));
    assert_eq!(
        value(&apiserver, "etcd-certfile"),
        Some("/etc/etcd/client.pem")
    );
    assert_eq!(
        value(&apiserver, "etcd-keyfile"),
        Some("/etc/etcd/client-key.pem")
    );
    assert_eq!(value(&apiserver, "etcd-servers"), Some(endpoints));
    assert!(lines(&apiserver).is_sorted());
    let etcdctl = set_of(Component::Etcdctl, &cluster, &FlagOptions::new());
    assert_eq!(
        lines(&etcdctl),
        [
            "--cacert=/etc/etcd/ca.pem".to_owned(),
            "--cert=/etc/etcd/client.pem".to_owned(),
            format!("--endpoints={endpoints}"),
            "--key=/etc/etcd/client-key.pem".to_owned(),
        ]
    );
    let etcd = set_of(Component::Etcd, &cluster, &FlagOptions::new());
    assert!(etcd.arguments().is_empty());
}

#[test]
fn external_etcd_without_files_gets_no_flags_for_them() {
    let cluster = external(None, None);
    let apiserver = set_of(Component::KubeApiserver, &cluster, &FlagOptions::new());
    let etcd: Vec<_> = apiserver
        .arguments()
        .iter()
        .map(super::super::Argument::name)
        .filter(|name| name.starts_with("etcd-"))
        .collect();
    assert_eq!(etcd, ["etcd-servers"]);
    for component in [Component::Etcd, Component::Etcdctl] {
        assert!(
            set_of(component, &cluster, &FlagOptions::new())
                .arguments()
                .is_empty()
        );
    }

    let cluster = external(Some("/etc/etcd/ca.pem"), None);
    let apiserver = set_of(Component::KubeApiserver, &cluster, &FlagOptions::new());
    assert_eq!(value(&apiserver, "etcd-cafile"), Some("/etc/etcd/ca.pem"));
    assert_eq!(value(&apiserver, "etcd-certfile"), None);
    assert_eq!(value(&apiserver, "etcd-keyfile"), None);
}

#[test]
fn nothing_points_into_our_etcd_directory_with_external_etcd() {
    for cluster in [
        external(None, None),
        external(Some("/x/ca.pem"), Some(("/x/c", "/x/k"))),
    ] {
        for set in
            FlagSet::all(cluster.site(), &Directories::default(), &FlagOptions::new()).unwrap()
        {
            for line in lines(&set) {
                assert!(!line.contains("/pki/etcd/"), "{line}");
                assert!(!line.contains("apiserver-etcd-client"), "{line}");
            }
        }
    }
}

#[test]
fn etcdctl_dials_the_local_member() {
    assert_eq!(
        lines(&set(Component::Etcdctl)),
        [
            "--cacert=/etc/kubernetes/pki/etcd/ca.crt",
            "--cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt",
            "--endpoints=https://127.0.0.1:2379",
            "--key=/etc/kubernetes/pki/etcd/healthcheck-client.key",
        ]
    );
    let v6 = Node::builder("cp1".parse().unwrap(), "2001:db8::1".parse().unwrap());
    let cluster = setup(builder(), v6);
    let etcdctl = set_of(Component::Etcdctl, &cluster, &FlagOptions::new());
    assert_eq!(value(&etcdctl, "endpoints"), Some("https://[::1]:2379"));
}

#[test]
fn the_issuer_is_of_the_clusters_domain() {
    let domain = "prod.example".parse().unwrap();
    let cluster = setup(builder().dns_domain(domain), node());
    let apiserver = set_of(Component::KubeApiserver, &cluster, &FlagOptions::new());
    let issuer = "https://kubernetes.default.svc.prod.example";
    assert_eq!(value(&apiserver, "service-account-issuer"), Some(issuer));
}

#[test]
fn paths_are_those_of_the_directories() {
    let directories = Directories::new("/srv/k8s/tls", "/srv/k8s/conf");
    for set in FlagSet::all(cluster().site(), &directories, &FlagOptions::new()).unwrap() {
        for argument in set.arguments() {
            let base = match argument.spec.artifact() {
                Some(artifact) if artifact.part == pki_core::Part::Kubeconfig => "/srv/k8s/conf/",
                Some(_) => "/srv/k8s/tls/",
                None => "",
            };
            assert!(argument.value.starts_with(base), "{argument}");
            assert!(!argument.value.contains("/etc/kubernetes"), "{argument}");
        }
    }
    let kubelet = FlagSet::of(
        Component::Kubelet,
        cluster().site(),
        &directories,
        &FlagOptions::new(),
    );
    let kubelet = kubelet.unwrap();
    let bootstrap = "/srv/k8s/conf/bootstrap-kubelet.conf";
    assert_eq!(value(&kubelet, "bootstrap-kubeconfig"), Some(bootstrap));
}

#[test]
fn paths_that_no_file_of_flags_can_hold_are_refused() {
    for path in [
        "/pki\n--anonymous-auth=true",
        "/pki\r",
        "/pki\0",
        "/p\u{85}ki",
    ] {
        let directories = Directories::new(path, "/etc/kubernetes");
        for component in [
            Component::KubeApiserver,
            Component::Kubelet,
            Component::Etcd,
        ] {
            let set = FlagSet::of(
                component,
                cluster().site(),
                &directories,
                &FlagOptions::new(),
            );
            let error = set.unwrap_err();
            assert!(
                matches!(error, FlagsError::ControlCharacter { .. }),
                "{error}"
            );
            assert!(!error.to_string().contains(['\n', '\r', '\0']), "{error}");
        }
    }
}

#[test]
#[cfg(unix)]
fn paths_that_are_no_text_are_refused() {
    use std::os::unix::ffi::OsStringExt as _;
    let path = std::ffi::OsString::from_vec(b"/pki\xff".to_vec());
    let directories = Directories::new(path, "/etc/kubernetes");
    let set = FlagSet::of(
        Component::Etcd,
        cluster().site(),
        &directories,
        &FlagOptions::new(),
    );
    let error = set.unwrap_err();
    assert!(
        matches!(
            error,
            FlagsError::NotUtf8 {
                name: "cert-file",
                ..
            }
        ),
        "{error}"
    );
}
