//! What is written, and read back.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{all, builder, cluster, external, lines, node, set, set_of, setup};
use crate::Directories;
use crate::flags::{
    FlagOptions, FlagSet, FlagsError, Format, Override, kubelet_configuration_yaml, render,
};
use crate::table::Component;

/// Directories whose names mean something to YAML, to shells or to systemd.
const ODD: [&str; 8] = [
    "/srv/a b",
    "/srv/a: b # c",
    "/srv/\"q\" 'q' \\q",
    "/srv/%h/${HOME}/$HOME",
    "/srv/ünï\u{2028}cöde\u{feff}",
    "/srv/{x}, [y] & *z | > !t @u `v`",
    "/srv/a-very-long-name with spaces in it that a folding writer would break over several lines/pki",
    "/srv/trailing ",
];

fn odd_sets() -> impl Iterator<Item = Vec<FlagSet>> {
    ODD.into_iter().map(|path| {
        FlagSet::all(
            cluster().site(),
            &Directories::new(path, path),
            &FlagOptions::new(),
        )
        .unwrap()
    })
}

fn documents(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap()
}

#[test]
fn formats_are_read_back_by_name() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    assert!("toml".parse::<Format>().is_err());
}

#[test]
fn one_component_is_one_argument_a_line() {
    let set = set(Component::KubeScheduler);
    assert_eq!(
        render(&[set], Format::Args).unwrap(),
        "--authentication-kubeconfig=/etc/kubernetes/scheduler.conf\n\
         --authorization-kubeconfig=/etc/kubernetes/scheduler.conf\n\
         --kubeconfig=/etc/kubernetes/scheduler.conf\n"
    );
    let nothing = set_of(Component::Etcd, &external(None, None), &FlagOptions::new());
    assert_eq!(render(&[nothing], Format::Args).unwrap(), "");
}

#[test]
fn several_components_have_headers() {
    let text = render(&all(), Format::Args).unwrap();
    let headers: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .collect();
    assert_eq!(headers, Component::ALL.map(Component::name));
    let arguments = text.lines().filter(|line| line.starts_with("--")).count();
    assert_eq!(arguments + headers.len(), text.lines().count());
}

#[test]
fn arguments_stay_one_line_each_whatever_the_paths() {
    for sets in odd_sets() {
        for set in sets {
            let wanted = lines(&set);
            let text = render(&[set], Format::Args).unwrap();
            assert_eq!(text.split_terminator('\n').collect::<Vec<_>>(), wanted);
        }
    }
}

#[test]
fn yaml_of_one_component_is_a_list() {
    let text = render(&[set(Component::KubeControllerManager)], Format::Yaml).unwrap();
    assert!(
        text.starts_with("- --authentication-kubeconfig=/etc/kubernetes/controller-manager.conf\n")
    );
    assert!(text.contains("\n- --controllers=*,bootstrapsigner,tokencleaner\n"));
    let list: Vec<String> = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(list, lines(&set(Component::KubeControllerManager)));
}

#[test]
fn yaml_is_read_back_whatever_the_paths() {
    for sets in odd_sets() {
        let wanted: BTreeMap<_, _> = sets
            .iter()
            .map(|set| (set.component().name(), lines(set)))
            .collect();
        let documents = documents(&render(&sets, Format::Yaml).unwrap());
        let [components, kubelet] = documents.as_slice() else {
            panic!("{documents:?}")
        };
        assert_eq!(components, &json!(wanted));
        assert_eq!(kubelet["kind"], "KubeletConfiguration");
        for set in sets {
            let text = render(std::slice::from_ref(&set), Format::Yaml).unwrap();
            assert_eq!(self::documents(&text).first(), Some(&json!(lines(&set))));
        }
    }
}

#[test]
fn the_kubelets_configuration_is_a_document_of_its_own() {
    let text = kubelet_configuration_yaml(&set(Component::Kubelet)).unwrap();
    assert_eq!(
        text,
        "apiVersion: kubelet.config.k8s.io/v1beta1\n\
         kind: KubeletConfiguration\n\
         authentication:\n  anonymous:\n    enabled: false\n  webhook:\n    enabled: true\n  \
         x509:\n    clientCAFile: /etc/kubernetes/pki/ca.crt\n\
         authorization:\n  mode: Webhook\n\
         rotateCertificates: true\n"
    );
    let error = kubelet_configuration_yaml(&set(Component::Etcd)).unwrap_err();
    assert!(matches!(
        error,
        FlagsError::NotKubelet {
            component: Component::Etcd
        }
    ));
}

#[test]
fn json_is_read_back_whatever_the_paths() {
    for sets in odd_sets() {
        let text = render(&sets, Format::Json).unwrap();
        let report: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["schemaVersion"], 1);
        let components = report["components"].as_array().unwrap();
        assert_eq!(components.len(), sets.len());
        for (written, set) in components.iter().zip(&sets) {
            let arguments: Vec<_> = set
                .arguments()
                .iter()
                .map(|argument| {
                    json!({
                        "name": argument.name(),
                        "value": argument.value,
                        "purpose": argument.spec.purpose,
                    })
                })
                .collect();
            assert_eq!(written["component"], set.component().name());
            assert_eq!(written["arguments"], json!(arguments));
            let fields = written.get("kubeletConfiguration");
            let wanted =
                (set.component() == Component::Kubelet).then(|| json!(set.kubelet_configuration()));
            assert_eq!(fields, wanted.as_ref());
        }
    }
}

#[test]
fn json_of_one_component_has_the_same_shape() {
    let report = render(&[set(Component::KubeScheduler)], Format::Json).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["components"][0]["component"], "kube-scheduler");
}

#[test]
fn kubeadm_gets_lists_of_names_and_values() {
    for sets in odd_sets() {
        let documents = documents(&render(&sets, Format::Kubeadm).unwrap());
        let [cluster, init, kubelet] = documents.as_slice() else {
            panic!("{documents:?}")
        };
        let list = |component: Component| -> Value {
            let set = sets
                .iter()
                .find(|set| set.component() == component)
                .unwrap();
            let list = set.arguments().iter();
            list.map(|argument| json!({"name": argument.name(), "value": argument.value}))
                .collect()
        };
        assert_eq!(
            cluster,
            &json!({
                "apiVersion": "kubeadm.k8s.io/v1beta4",
                "kind": "ClusterConfiguration",
                "clusterName": "kubernetes",
                "certificatesDir": cluster["certificatesDir"],
                "encryptionAlgorithm": "RSA-2048",
                "certificateValidityPeriod": "8760h",
                "caCertificateValidityPeriod": "87600h",
                "networking": {"serviceSubnet": "10.96.0.0/12", "dnsDomain": "cluster.local"},
                "apiServer": {"extraArgs": list(Component::KubeApiserver)},
                "controllerManager": {"extraArgs": list(Component::KubeControllerManager)},
                "scheduler": {"extraArgs": list(Component::KubeScheduler)},
                "etcd": {"local": {"extraArgs": list(Component::Etcd)}},
            })
        );
        assert_eq!(
            init,
            &json!({
                "apiVersion": "kubeadm.k8s.io/v1beta4",
                "kind": "InitConfiguration",
                "localAPIEndpoint": {"advertiseAddress": "192.168.10.11", "bindPort": 6443},
                "nodeRegistration": {"name": "cp1", "kubeletExtraArgs": list(Component::Kubelet)},
            })
        );
        assert_eq!(kubelet["apiVersion"], "kubelet.config.k8s.io/v1beta1");
        assert_eq!(kubelet["authorization"]["mode"], "Webhook");
    }
}

/// What kubeadm would ask the host for, or take a default for, is what the certificates have.
#[test]
fn kubeadm_gets_the_whole_cluster() {
    let cluster = builder()
        .control_plane_endpoint("api.example.org:6443".parse().unwrap())
        .apiserver_hosts(["lb.example.org".parse().unwrap()]);
    let node = node()
        .bind_port(7443)
        .etcd_server_hosts(["etcd.example.org".parse().unwrap()]);
    let mut options = FlagOptions::new();
    options.kubernetes_version = Some("v1.36.2".to_owned());
    let local = setup(cluster, node);
    for (setup, etcd) in [
        (&local, "local"),
        (
            &external(Some("/ca.crt"), Some(("/c.crt", "/c.key"))),
            "external",
        ),
    ] {
        let sets = FlagSet::all(setup.site(), &Directories::default(), &options).unwrap();
        let documents = documents(&render(&sets, Format::Kubeadm).unwrap());
        assert_eq!(documents[0]["kubernetesVersion"], "v1.36.2");
        let keys: Vec<&String> = documents[0]["etcd"].as_object().unwrap().keys().collect();
        assert_eq!(keys, [etcd]);
        if etcd == "external" {
            let external = &documents[0]["etcd"]["external"];
            assert_eq!(external["endpoints"][1], "https://[2001:db8::20]:2379");
            assert_eq!(external["certFile"], "/c.crt");
            continue;
        }
        assert_eq!(documents[0]["controlPlaneEndpoint"], "api.example.org:6443");
        assert_eq!(
            documents[0]["apiServer"]["certSANs"],
            json!(["lb.example.org"])
        );
        let etcd = &documents[0]["etcd"]["local"];
        assert_eq!(etcd["serverCertSANs"], json!(["etcd.example.org"]));
        assert_eq!(etcd.get("peerCertSANs"), None);
        assert_eq!(documents[1]["localAPIEndpoint"]["bindPort"], 7443);
    }
}

#[test]
fn kubeadm_gets_only_the_components_asked_for() {
    let kinds = |component| -> Vec<Value> {
        let text = render(&[set(component)], Format::Kubeadm).unwrap();
        documents(&text)
            .iter()
            .map(|document| document["kind"].clone())
            .collect()
    };
    assert_eq!(kinds(Component::KubeScheduler), ["ClusterConfiguration"]);
    assert_eq!(
        kinds(Component::Kubelet),
        ["InitConfiguration", "KubeletConfiguration"]
    );
    let alone = render(&[set(Component::Etcdctl)], Format::Kubeadm).unwrap_err();
    assert!(matches!(
        alone,
        FlagsError::NotInKubeadm {
            component: Component::Etcdctl
        }
    ));
    let both = [set(Component::KubeScheduler), set(Component::Etcdctl)];
    assert_eq!(
        render(&both, Format::Kubeadm).unwrap(),
        render(&both[..1], Format::Kubeadm).unwrap()
    );
}

#[test]
fn kubeadm_is_not_told_to_run_etcd_where_it_is_external() {
    let sets = FlagSet::all(
        external(None, None).site(),
        &Directories::default(),
        &FlagOptions::new(),
    );
    let text = render(&sets.unwrap(), Format::Kubeadm).unwrap();
    let etcd = &documents(&text)[0]["etcd"];
    assert_eq!(etcd.get("local"), None);
    assert_eq!(etcd["external"]["endpoints"][0], "https://192.0.2.20:2379");
}

/// Kubernetes reads YAML 1.1, to which a bare `yes` is no text; kubeadm wants texts.
#[test]
fn values_that_look_like_something_else_are_quoted() {
    let manager = Component::KubeControllerManager;
    for value in [
        "yes",
        "on",
        "true",
        "null",
        "~",
        "0x10",
        "1_000",
        "12:30",
        "1e3",
        "",
        "2024-01-01",
    ] {
        let given = Override::new(manager, "controllers", value);
        let options = FlagOptions::new().with_override(given);
        let text = render(&[set_of(manager, &cluster(), &options)], Format::Kubeadm).unwrap();
        let (_, written) = text.rsplit_once("value: ").unwrap();
        let written = written.trim_end();
        assert!(
            written == format!("'{value}'") || written == format!("\"{value}\""),
            "{written}"
        );
    }
}
