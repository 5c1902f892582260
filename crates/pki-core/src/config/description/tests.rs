#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops when it is not so"
)]

use super::super::parse;
use super::*;
use crate::cluster::ClusterError;

/// What a node has to say.
const NODE: &str = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";

fn settings(text: &str) -> Settings {
    parse("f", text).unwrap().settings
}

fn error(text: &str) -> SettingsError {
    let host = HostFacts::default();
    let described = settings(text).describe(&host);
    described.and_then(Description::build).unwrap_err()
}

fn built(text: &str) -> (Cluster, Node) {
    let described = settings(text).describe(&HostFacts::default());
    described.and_then(Description::build).unwrap()
}

fn line(line: usize, key: &str) -> Source {
    Source::File {
        path: "f".to_owned(),
        line,
        key: key.to_owned(),
    }
}

/// One cluster in TOML, and in both versions of kubeadm's format as kubeadm reads it.
#[test]
fn three_formats_describe_one_cluster() {
    let toml = "
node-name = \"cp1.example.org\"
advertise-address = \"192.0.2.10\"
bind-port = 7443
control-plane-endpoint = \"api.example.org\"
service-cidrs = [\"10.96.0.0/12\", \"fd00:10:96::/112\"]
dns-domain = \"k8s.example.org\"
cluster-name = \"prod\"
profile = \"kubeadm\"
[apiserver]
sans = [\"lb.example.org\", \"203.0.113.9\"]
[etcd.local]
server-sans = [\"etcd.example.org\"]
peer-sans = [\"10.0.0.9\"]
";
    let kubeadm = |version: &str| {
        format!(
            "
apiVersion: kubeadm.k8s.io/{version}
kind: InitConfiguration
nodeRegistration: {{name: \"  CP1.Example.org \"}}
localAPIEndpoint: {{advertiseAddress: 192.0.2.10, bindPort: 7443}}
---
apiVersion: kubeadm.k8s.io/{version}
kind: ClusterConfiguration
controlPlaneEndpoint: api.example.org
networking: {{serviceSubnet: \"10.96.0.0/12, fd00:10:96::/112\", dnsDomain: k8s.example.org}}
clusterName: prod
apiServer: {{certSANs: [LB.Example.org, 203.0.113.9, lb.example.org]}}
etcd: {{local: {{serverCertSANs: [etcd.example.org], peerCertSANs: [10.0.0.9]}}}}
"
        )
    };
    let (cluster, node) = built(toml);
    assert_eq!(node.name().as_str(), "cp1.example.org");
    for version in ["v1beta3", "v1beta4"] {
        assert_eq!(
            built(&kubeadm(version)),
            (cluster.clone(), node.clone()),
            "{version}"
        );
    }
}

#[test]
fn what_only_v1beta4_has_means_what_it_means_in_toml() {
    let toml = format!(
        "{NODE}profile = \"kubeadm\"\nkey-algorithm = \"ecdsa-p384\"\n\
         certificate-validity = \"4380h\"\nca-validity = \"43800h\"\n"
    );
    let kubeadm = "
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: {name: cp1}
localAPIEndpoint: {advertiseAddress: 192.0.2.10}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
encryptionAlgorithm: ECDSA-P384
certificateValidityPeriod: 4380h
caCertificateValidityPeriod: 43800h
";
    assert_eq!(built(kubeadm), built(&toml));
}

#[test]
fn an_external_etcd_is_described() {
    let (cluster, _) = built(&format!(
        "{NODE}[etcd.external]\nendpoints = [\"https://192.0.2.20:2379\"]\nca-file = \"/ca.crt\"\n\
         cert-file = \"/client.crt\"\nkey-file = \"/client.key\"\n"
    ));
    let expected = Etcd::External {
        endpoints: vec!["https://192.0.2.20:2379".to_owned()],
        ca_file: Some("/ca.crt".to_owned()),
        client_pair: Some(("/client.crt".to_owned(), "/client.key".to_owned())),
    };
    assert_eq!(*cluster.etcd(), expected);
}

#[test]
fn the_format_decides_the_profile_and_what_is_left_to_the_host() {
    let kubeadm = settings("apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n");
    let host = HostFacts::new(" CP1\n", "192.0.2.10".parse().unwrap());
    let assumed = vec![
        Assumption::NodeName {
            name: "cp1".parse().unwrap(),
            source: Source::Detected("the host's name"),
        },
        Assumption::AdvertiseAddress {
            address: "192.0.2.10".parse().unwrap(),
            source: Source::Detected("the address of the default route"),
            stands_for: None,
        },
    ];
    for (settings, profile) in [
        (kubeadm.clone(), Profile::Kubeadm),
        (Settings::default(), Profile::KubernetesIo),
    ] {
        let described = settings.describe(&host).unwrap();
        assert_eq!(described.assumed, assumed);
        let (cluster, node) = described.build().unwrap();
        assert_eq!(cluster.profile(), profile);
        assert_eq!(node.name().as_str(), "cp1");
    }
    let mut both = kubeadm;
    both.profile = Some(Sourced::new(
        "kubernetes-io".to_owned(),
        Source::Given("profile".into()),
    ));
    let (cluster, _) = both.describe(&host).unwrap().build().unwrap();
    assert_eq!(cluster.profile(), Profile::KubernetesIo);

    let said = settings(NODE).describe(&host).unwrap();
    assert_eq!(said.assumed, []);
    for (text, setting) in [
        ("# nothing", Setting::NodeName),
        ("node-name = \"cp1\"", Setting::AdvertiseAddress),
    ] {
        assert_eq!(
            settings(text).describe(&host).unwrap_err(),
            SettingsError::Missing { setting }
        );
    }
}

#[test]
fn a_host_that_knows_nothing_is_no_answer() {
    let nothing = HostFacts::default();
    let mut settings = Settings::default();
    let error = settings.describe(&nothing).unwrap_err();
    let setting = Setting::NodeName;
    assert_eq!(error, SettingsError::HostUnknown { setting });
    assert_eq!(
        error.to_string(),
        "the configuration leaves node-name to the host, which does not know it"
    );
    let name = Sourced::new("cp1".to_owned(), Source::Given("name".into()));
    settings.node_name = Some(name);
    let setting = Setting::AdvertiseAddress;
    assert_eq!(
        settings.describe(&nothing).unwrap_err(),
        SettingsError::HostUnknown { setting }
    );
}

/// Settings of a tree, with these files.
fn tree() -> Settings {
    let of = |value: &str, file: &str| {
        Some(Sourced::new(
            value.to_owned(),
            Source::Tree(file.to_owned()),
        ))
    };
    Settings {
        node_name: of("cp1", "kubelet.conf"),
        advertise_address: of("192.0.2.10", "scheduler.conf"),
        control_plane_endpoint: of("api.example.org:6443", "admin.conf"),
        ..Settings::default()
    }
}

#[test]
fn what_a_tree_says_comes_before_the_host_and_after_the_configuration() {
    let host = HostFacts::new("elsewhere", "203.0.113.1".parse().unwrap());
    let kubeadm = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";
    let (file, nothing) = (settings(kubeadm), Settings::default());
    for (given, endpoint) in [(file, None), (nothing, Some("api.example.org:6443"))] {
        let settings = given.over_tree(tree());
        for described in [settings.describe(&host), settings.describe_tree()] {
            let described = described.unwrap();
            let said: Vec<String> = described.assumed.iter().map(ToString::to_string).collect();
            assert_eq!(
                said[..2],
                [
                    "the node is called cp1, as kubelet.conf has it",
                    "the node is reached at 192.0.2.10, as scheduler.conf has it",
                ]
            );
            // A file describes the cluster whole.
            let cluster = said.get(2).map(String::as_str);
            let expected = endpoint.map(|endpoint| {
                format!("the cluster is as this tree has it: control-plane-endpoint {endpoint}")
            });
            assert_eq!(cluster, expected.as_deref());
            let (cluster, _) = described.build().unwrap();
            let built = cluster.control_plane_endpoint().map(ToString::to_string);
            assert_eq!(built.as_deref(), endpoint);
        }
    }
    let said = settings(NODE).over_tree(tree()).describe_tree().unwrap();
    assert_eq!(said.assumed, []);
}

#[test]
fn what_nobody_says_of_a_tree_that_is_there_is_an_error() {
    for (text, setting) in [
        ("# nothing", Setting::NodeName),
        ("node-name = \"cp1\"", Setting::AdvertiseAddress),
    ] {
        assert_eq!(
            settings(text).describe_tree().unwrap_err(),
            SettingsError::Unsaid { setting }
        );
    }
}

#[test]
fn every_address_stands_for_that_of_the_default_route() {
    let mut host = HostFacts::new("cp1", "192.0.2.10".parse().unwrap());
    for (given, ipv6, expected) in [
        ("0.0.0.0", None, "192.0.2.10"),
        ("0.0.0.0", Some("2001:db8::10"), "192.0.2.10"),
        ("::", None, "192.0.2.10"),
        ("::", Some("2001:db8::10"), "2001:db8::10"),
    ] {
        host.ipv6_address = ipv6.map(|address| address.parse().unwrap());
        let text = format!("node-name = \"cp1\"\nadvertise-address = \"{given}\"");
        let described = settings(&text).describe(&host).unwrap();
        let said: Vec<String> = described.assumed.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [format!(
                "the node is reached at {expected}, the address of the default route, for the {given} \
                 of f:2: advertise-address"
            )]
        );
        let (_, node) = described.build().unwrap();
        assert_eq!(node.advertise_address().to_string(), expected);
        // In a tree it stands for the one that this was made for.
        let described = settings(&text).over_tree(tree()).describe_tree().unwrap();
        let (_, node) = described.build().unwrap();
        assert_eq!(node.advertise_address().to_string(), "192.0.2.10");
    }
}

#[test]
fn a_fact_of_the_host_that_cannot_be_meant_is_named() {
    let host = HostFacts::new("a_b", "0.0.0.0".parse().unwrap());
    let error = Settings::default().describe(&host).unwrap_err();
    assert!(
        error.to_string().starts_with("the host's name: "),
        "{error}"
    );
    let host = HostFacts::new("cp1", "0.0.0.0".parse().unwrap());
    let described = Settings::default().describe(&host).unwrap();
    assert_eq!(
        described.build().unwrap_err().to_string(),
        "the address of the default route: 0.0.0.0 cannot be advertised: it is every address, \
         not one"
    );
}

#[test]
fn a_value_that_cannot_be_read_is_quoted_with_its_place() {
    for (text, place) in [
        (
            "node-name = \"a_b\"\nadvertise-address = \"::1\"",
            "f:1: node-name: ",
        ),
        (
            &format!("{NODE}control-plane-endpoint = \"a b\""),
            "f:3: control-plane-endpoint: ",
        ),
        (&format!("{NODE}dns-domain = \"a b\""), "f:3: dns-domain: "),
        (&format!("{NODE}profile = \"a b\""), "f:3: profile: "),
        (
            &format!("{NODE}key-algorithm = \"a b\""),
            "f:3: key-algorithm: ",
        ),
        (
            &format!("{NODE}certificate-validity = \"a b\""),
            "f:3: certificate-validity: ",
        ),
        (
            &format!("{NODE}ca-validity = \"a b\""),
            "f:3: ca-validity: ",
        ),
        (
            &format!("{NODE}service-cidrs = [\"a b\"]"),
            "f:3: service-cidrs[0]: ",
        ),
        (
            &format!("{NODE}[apiserver]\nsans = [\"a b\"]"),
            "f:4: apiserver.sans[0]: ",
        ),
        (
            &format!("{NODE}[etcd.local]\nserver-sans = [\"a b\"]"),
            "f:4: etcd.local.server-sans[0]: ",
        ),
        (
            &format!("{NODE}[etcd.local]\npeer-sans = [\"a b\"]"),
            "f:4: etcd.local.peer-sans[0]: ",
        ),
    ] {
        let error = error(text);
        let SettingsError::Value { value, .. } = &error else {
            panic!("{error:?}");
        };
        let message = error.to_string();
        assert!(message.starts_with(place), "{message}");
        assert!(message.contains(value.as_str()), "{message}");
    }
}

#[test]
fn what_is_no_address_is_told_what_one_looks_like() {
    let error = error("node-name = \"cp1\"\nadvertise-address = \"cp1.example.org\"");
    let expected = SettingsError::NotAnAddress {
        at: line(2, "advertise-address"),
        value: "cp1.example.org".to_owned(),
    };
    assert_eq!(error, expected);
    assert_eq!(
        error.to_string(),
        "f:2: advertise-address: \"cp1.example.org\" is not an IP address; write one such as \
         192.0.2.10 or 2001:db8::10"
    );
}

#[test]
fn a_name_given_twice_is_named_where_it_is_the_second_time() {
    let error = error(&format!("{NODE}[apiserver]\nsans = [\"ok\", \"OK\"]"));
    let expected = SettingsError::GivenTwice {
        at: line(4, "apiserver.sans[1]"),
        host: "ok".parse().unwrap(),
    };
    assert_eq!(error, expected);
}

#[test]
fn half_a_pair_is_none() {
    for (file, key) in [
        ("cert-file", "etcd.external.cert-file"),
        ("key-file", "etcd.external.key-file"),
    ] {
        let error = error(&format!(
            "{NODE}[etcd.external]\nendpoints = [\"https://e:2379\"]\n{file} = \"/f\""
        ));
        assert_eq!(error, SettingsError::HalfPair { at: line(5, key) });
    }
}

#[test]
fn values_that_do_not_fit_together_are_named_with_their_place() {
    for (text, place) in [
        (
            "node-name = \"etcd-ca\"\nadvertise-address = \"192.0.2.10\"",
            line(1, "node-name"),
        ),
        (
            "node-name = \"cp1\"\nadvertise-address = \"224.0.0.1\"",
            line(2, "advertise-address"),
        ),
        (
            &format!("{NODE}dns-domain = \"*.example.org\""),
            line(3, "dns-domain"),
        ),
        (
            &format!("{NODE}cluster-name = \"\""),
            line(3, "cluster-name"),
        ),
        (
            &format!("{NODE}certificate-validity = \"87601h\""),
            line(3, "certificate-validity"),
        ),
        (
            &format!("{NODE}ca-validity = \"24h\""),
            line(3, "ca-validity"),
        ),
        (
            &format!("{NODE}service-cidrs = [\"10.96.0.0/12\", \"10.0.0.0/16\"]"),
            line(3, "service-cidrs[1]"),
        ),
        (
            &format!("{NODE}[etcd.external]\nendpoints = [\"e:2379\"]"),
            line(3, "etcd.external"),
        ),
    ] {
        let error = error(text);
        let SettingsError::Cluster { at, error: cause } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(at.as_ref(), Some(&place), "{text}");
        assert_eq!(error.to_string(), format!("{place}: {cause}"));
    }
}

#[test]
fn what_concerns_no_setting_has_no_place() {
    let described = settings(NODE).describe(&HostFacts::default()).unwrap();
    let error = described.places.locate(ClusterError::NoServiceCidr);
    assert_eq!(
        error.to_string(),
        "a cluster has at least one service network"
    );
}
