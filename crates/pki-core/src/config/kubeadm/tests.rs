use super::super::settings::EtcdSettings;
use super::testing::*;
use super::*;

const RSA: &str = include_str!("../fixtures/rsa-2048.yaml");
const FULL_4: &str = include_str!("../fixtures/full-v1beta4.yaml");
const FULL_3: &str = include_str!("../fixtures/full-v1beta3.yaml");

#[test]
fn what_made_the_fixtures_is_read_whole() {
    for (text, algorithm) in [(ECDSA, "ecdsa-p256"), (RSA, "rsa-2048")] {
        let expected = Settings {
            kubernetes_version: Some(on(8, "kubernetesVersion", "v1.36.2")),
            node_name: Some(of_node(4, "nodeRegistration.name", "cp1")),
            advertise_address: Some(of_node(
                3,
                "localAPIEndpoint.advertiseAddress",
                "192.168.10.11",
            )),
            bind_port: Some(at(3, "InitConfiguration.localAPIEndpoint.bindPort", 6443)),
            control_plane_endpoint: Some(on(11, "controlPlaneEndpoint", "api.example.org:6443")),
            dns_domain: Some(on(12, "networking.dnsDomain", "cluster.local")),
            cluster_name: Some(on(9, "clusterName", "kubernetes")),
            key_algorithm: Some(on(10, "encryptionAlgorithm", algorithm)),
            service_cidrs: vec![on(12, "networking.serviceSubnet", "10.96.0.0/12")],
            apiserver_sans: vec![
                on(13, "apiServer.certSANs[0]", "lb.example.org"),
                on(13, "apiServer.certSANs[1]", "203.0.113.9"),
            ],
            etcd: Some(at(
                14,
                "ClusterConfiguration.etcd.local",
                EtcdSettings::Local {
                    server_sans: vec![on(14, "etcd.local.serverCertSANs[0]", "etcd.example.org")],
                    peer_sans: vec![on(14, "etcd.local.peerCertSANs[0]", "10.0.0.9")],
                },
            )),
            ..nothing()
        };
        assert_eq!(quiet(text), expected);
    }
}

#[test]
fn every_v1beta4_field_is_known_and_ours_are_read() {
    let expected = Settings {
        format: Some(super::super::settings::Format::Kubeadm),
        authority_keys: std::collections::BTreeMap::new(),
        kubernetes_version: Some(on(61, "kubernetesVersion", "v1.36.2")),
        node_name: Some(of_node(13, "nodeRegistration.name", "cp1.example.org")),
        advertise_address: Some(of_node(27, "localAPIEndpoint.advertiseAddress", "10.0.0.1")),
        bind_port: Some(at(28, "InitConfiguration.localAPIEndpoint.bindPort", 7443)),
        control_plane_endpoint: Some(on(62, "controlPlaneEndpoint", "api.example.org:6443")),
        dns_domain: Some(on(60, "networking.dnsDomain", "k8s.example.org")),
        cluster_name: Some(on(99, "clusterName", "prod")),
        profile: None,
        key_algorithm: Some(on(100, "encryptionAlgorithm", "ecdsa-p384")),
        certificate_validity: Some(on(101, "certificateValidityPeriod", "4380h")),
        ca_validity: Some(on(102, "caCertificateValidityPeriod", "43800h")),
        cert_dir: Some(on(95, "certificatesDir", "/etc/pki")),
        kubeconfig_dir: None,
        service_cidrs: vec![
            on(58, "networking.serviceSubnet", "10.96.0.0/12"),
            on(58, "networking.serviceSubnet", "fd00:10:96::/112"),
        ],
        apiserver_sans: vec![
            on(78, "apiServer.certSANs[0]", "lb.example.org"),
            on(78, "apiServer.certSANs[1]", "203.0.113.9"),
        ],
        etcd: Some(at(
            45,
            "ClusterConfiguration.etcd.local",
            EtcdSettings::Local {
                server_sans: vec![on(55, "etcd.local.serverCertSANs[0]", "etcd.example.org")],
                peer_sans: vec![on(56, "etcd.local.peerCertSANs[0]", "10.0.0.9")],
            },
        )),
        joins: false,
        extra_args: vec![
            argument(
                "kubelet",
                "node-ip",
                of_node(22, "nodeRegistration.kubeletExtraArgs[0].value", "10.0.0.1"),
            ),
            argument(
                "kube-apiserver",
                "authorization-mode",
                on(66, "apiServer.extraArgs[0].value", "Node,RBAC"),
            ),
            argument(
                "kube-apiserver",
                "tls-min-version",
                on(68, "apiServer.extraArgs[1].value", "VersionTLS13"),
            ),
            argument(
                "kube-controller-manager",
                "cluster-signing-duration",
                on(81, "controllerManager.extraArgs[0].value", "8760h"),
            ),
            argument(
                "kube-scheduler",
                "v",
                on(86, "scheduler.extraArgs[0].value", "2"),
            ),
            argument(
                "etcd",
                "listen-metrics-urls",
                on(51, "etcd.local.extraArgs[0].value", "http://127.0.0.1:2381"),
            ),
        ],
    };
    assert_eq!(quiet(FULL_4), expected);
}

#[test]
fn every_v1beta3_field_is_known_and_ours_are_read() {
    let read = quiet(FULL_3);
    assert_eq!(
        read.node_name,
        Some(of_node(12, "nodeRegistration.name", "cp1"))
    );
    assert_eq!(read.key_algorithm, None);
    let key = |name| format!("etcd.external.{name}");
    let external = EtcdSettings::External {
        endpoints: vec![
            on(32, &key("endpoints[0]"), "https://10.0.0.11:2379"),
            on(33, &key("endpoints[1]"), "https://10.0.0.12:2379"),
        ],
        ca_file: Some(on(34, &key("caFile"), "/etc/etcd/ca.crt")),
        cert_file: Some(on(35, &key("certFile"), "/etc/etcd/client.crt")),
        key_file: Some(on(36, &key("keyFile"), "/etc/etcd/client.key")),
    };
    assert_eq!(
        read.etcd,
        Some(at(30, "ClusterConfiguration.etcd.external", external))
    );
    assert_eq!(
        read.extra_args,
        [
            argument(
                "kubelet",
                "node-ip",
                of_node(16, "nodeRegistration.kubeletExtraArgs.node-ip", "10.0.0.1"),
            ),
            argument(
                "kube-apiserver",
                "tls-min-version",
                on(45, "apiServer.extraArgs.tls-min-version", "VersionTLS13"),
            ),
            argument(
                "kube-apiserver",
                "authorization-mode",
                on(46, "apiServer.extraArgs.authorization-mode", "Node,RBAC"),
            ),
            argument(
                "kube-controller-manager",
                "v",
                on(56, "controllerManager.extraArgs.v", "2"),
            ),
            argument("kube-scheduler", "v", on(59, "scheduler.extraArgs.v", "3"),),
        ]
    );
}

#[test]
fn empty_and_null_mean_not_set() {
    let fields = "localAPIEndpoint: {advertiseAddress: '', bindPort: 0}\nnodeRegistration: {name: '', taints: null, kubeletExtraArgs: ~}";
    assert_eq!(quiet(&init("v1beta4", fields)), nothing());
    let fields = "clusterName:\nnetworking: {serviceSubnet: '', dnsDomain: null}\ncertificatesDir: ''\napiServer: {certSANs: ~, extraArgs: ~}\nscheduler: ~\netcd: {local: null, external: ~}\nencryptionAlgorithm: ''\nfeatureGates: ~\ncertificateValidityPeriod: ~\n";
    assert_eq!(quiet(&cluster("v1beta4", fields)), nothing());
}

#[test]
fn wrong_types_name_line_path_and_both_sides() {
    for (fields, message) in [
        (
            "\nclusterName: 10",
            "4: ClusterConfiguration.clusterName expects a string, found the integer 10; put it in quotes",
        ),
        (
            "clusterName: yes",
            "3: ClusterConfiguration.clusterName expects a string, found the boolean true; put it in quotes",
        ),
        (
            "controlPlaneEndpoint: 1.5",
            "3: ClusterConfiguration.controlPlaneEndpoint expects a string, found the number 1.5; put it in quotes",
        ),
        (
            "clusterName: .inf",
            "3: ClusterConfiguration.clusterName expects a string, found the number inf; put it in quotes",
        ),
        (
            "apiServer:\n  certSANs: a,b",
            "4: ClusterConfiguration.apiServer.certSANs expects a list of strings, found the string \"a,b\"",
        ),
        (
            "apiServer:\n  certSANs:\n  - a\n  - 5",
            "6: ClusterConfiguration.apiServer.certSANs[1] expects a string, found the integer 5; put it in quotes",
        ),
        (
            "apiServer:\n  certSANs:\n  - a\n  - ~",
            "6: ClusterConfiguration.apiServer.certSANs[1] expects a string, found nothing",
        ),
        (
            "networking: [a]",
            "3: ClusterConfiguration.networking expects a mapping, found a list",
        ),
        (
            "networking: {serviceSubnet: [a]}",
            "3: ClusterConfiguration.networking.serviceSubnet expects a string, found a list",
        ),
        (
            "featureGates: {PublicKeysECDSA: 'true'}",
            "3: ClusterConfiguration.featureGates.PublicKeysECDSA expects true or false, found the string \"true\"",
        ),
        (
            "certificateValidityPeriod: 8760",
            "3: ClusterConfiguration.certificateValidityPeriod expects a string, found the integer 8760; put it in quotes",
        ),
        (
            "etcd: {local: {peerCertSANs: {a: b}}}",
            "3: ClusterConfiguration.etcd.local.peerCertSANs expects a list of strings, found a mapping",
        ),
    ] {
        assert_eq!(
            error(&cluster("v1beta4", fields)),
            format!("k.yaml:{message}")
        );
    }
    for port in ["'6443'", "65536", "-1", "6443.5", "[1]"] {
        let text = init("v1beta4", &format!("localAPIEndpoint:\n  bindPort: {port}"));
        let start = "k.yaml:4: InitConfiguration.localAPIEndpoint.bindPort expects an integer \
                     between 1 and 65535, found ";
        assert!(error(&text).starts_with(start), "{}", error(&text));
    }
}

#[test]
fn arguments_in_the_other_versions_form_are_refused_with_the_reason() {
    let mapping = "apiServer:\n  extraArgs:\n    v: '2'";
    assert_eq!(
        error(&cluster("v1beta4", mapping)),
        "k.yaml:4: ClusterConfiguration.apiServer.extraArgs expects a list of {name, value} (a \
         mapping is v1beta3's form, which `kubeadm config migrate` converts), found a mapping"
    );
    let list = "nodeRegistration: {kubeletExtraArgs: [{name: v, value: '2'}]}";
    assert_eq!(
        error(&init("v1beta3", list)),
        "k.yaml:3: InitConfiguration.nodeRegistration.kubeletExtraArgs expects a mapping of flags \
         to values (a list of {name, value} is v1beta4's form), found a list"
    );
}

#[test]
fn arguments_need_names_and_string_values() {
    let arguments = |list: &str| cluster("v1beta4", &format!("scheduler: {{extraArgs: [{list}]}}"));
    let key = "k.yaml:3: ClusterConfiguration.scheduler.extraArgs[0]";
    assert_eq!(
        error(&arguments("{value: a}")),
        format!("{key}.name expects the name of a flag, found nothing")
    );
    assert_eq!(
        error(&arguments("{name: v, value: 2}")),
        format!("{key}.value expects a string, found the integer 2; put it in quotes")
    );
    assert_eq!(
        error(&arguments("v=2")),
        format!("{key} expects a mapping, found the string \"v=2\"")
    );
    let bare = quiet(&arguments("{name: v}, {name: v, value: '2'}"));
    let found: Vec<&str> = bare
        .extra_args
        .iter()
        .map(|argument| argument.value.value.as_str())
        .collect();
    assert_eq!(found, ["", "2"]);
}
