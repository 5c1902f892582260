use super::*;
use crate::spec::{Form, KubernetesVersion, RowId, ServerRule};
use crate::x509::Profile;

fn builder() -> ClusterBuilder {
    Cluster::builder()
}

fn node_builder() -> NodeBuilder {
    Node::builder("cp1".parse().unwrap(), "192.0.2.10".parse().unwrap())
}

fn hosts(cluster: &Cluster, id: RowId) -> String {
    let node = node_builder().build(cluster).unwrap();
    cluster.at(&node).hosts(id.spec()).to_string()
}

#[test]
fn the_api_server_serves_what_it_is_dialled_by() {
    let cluster = builder()
        .control_plane_endpoint("api.example.org:6443".parse().unwrap())
        .apiserver_hosts(["203.0.113.9".parse().unwrap()])
        .build()
        .unwrap();
    assert_eq!(
        hosts(&cluster, RowId::Apiserver),
        "api.example.org, cp1, kubernetes, kubernetes.default, kubernetes.default.svc, \
         kubernetes.default.svc.cluster.local, 10.96.0.1, 192.0.2.10, 203.0.113.9"
    );
}

#[test]
fn the_second_family_is_served_in_our_profile_and_not_in_kubeadms() {
    let dual = || {
        let cidrs = ["10.96.0.0/12", "fd00:10:96::/112"];
        builder().service_cidrs(cidrs.map(|cidr| cidr.parse().unwrap()))
    };
    let ours = dual().build().unwrap();
    let kubeadms = dual().profile(Profile::Kubeadm).build().unwrap();
    assert!(hosts(&ours, RowId::Apiserver).contains("fd00:10:96::1"));
    assert!(!hosts(&kubeadms, RowId::Apiserver).contains("fd00:10:96::1"));
}

#[test]
fn etcd_serves_the_node_and_the_loopback_addresses() {
    let cluster = builder().build().unwrap();
    let expected = "cp1, localhost, 192.0.2.10, 127.0.0.1, ::1";
    assert_eq!(hosts(&cluster, RowId::EtcdServer), expected);
    assert_eq!(hosts(&cluster, RowId::EtcdPeer), expected);
}

#[test]
fn only_kubeadms_authorities_have_a_name() {
    let kubeadms = builder().profile(Profile::Kubeadm).build().unwrap();
    assert_eq!(hosts(&kubeadms, RowId::ClusterCa), "kubernetes");
    assert_eq!(hosts(&builder().build().unwrap(), RowId::ClusterCa), "");
}

#[test]
fn kubeconfigs_dial_the_endpoint_or_the_node() {
    let server = |cluster: &Cluster, port, rule| {
        let node = node_builder().bind_port(port).build(cluster).unwrap();
        cluster.at(&node).server_url(rule)
    };
    let (shared, local) = (ServerRule::ControlPlaneEndpoint, ServerRule::LocalEndpoint);

    let alone = builder().build().unwrap();
    assert_eq!(server(&alone, 7443, shared), "https://192.0.2.10:7443");

    let endpoint = |text: &str| builder().control_plane_endpoint(text.parse().unwrap());
    let named = endpoint("api.example.org").build().unwrap();
    assert_eq!(server(&named, 7443, shared), "https://api.example.org:7443");
    assert_eq!(server(&named, 7443, local), "https://192.0.2.10:7443");

    let v6 = endpoint("[2001:db8::1]:443").build().unwrap();
    assert_eq!(server(&v6, 6443, shared), "https://[2001:db8::1]:443");
}

/// kubeadm sent kubelets to the endpoint before 1.33; whose version nobody tells is as the newest.
#[test]
fn a_kubelet_dials_what_its_version_of_kubeadm_has_it_dial() {
    let Form::Kubeconfig { server, .. } = RowId::KubeletConf.spec().form else {
        panic!("kubelet.conf is no kubeconfig");
    };
    let dialled = |profile, version: Option<KubernetesVersion>| {
        let mut builder = builder().profile(profile);
        builder = builder.control_plane_endpoint("api.example.org".parse().unwrap());
        if let Some(version) = version {
            builder = builder.kubernetes_version(version);
        }
        let cluster = builder.build().unwrap();
        let node = node_builder().build(&cluster).unwrap();
        cluster.at(&node).server_url(server)
    };
    let (shared, local) = ("https://api.example.org:6443", "https://192.0.2.10:6443");
    for version in KubernetesVersion::all() {
        let is_old = version < KubernetesVersion::minor(33);
        let expected = if is_old { shared } else { local };
        assert_eq!(
            dialled(Profile::Kubeadm, Some(version)),
            expected,
            "{version}"
        );
        assert_eq!(
            dialled(Profile::KubernetesIo, Some(version)),
            local,
            "{version}"
        );
    }
    assert_eq!(dialled(Profile::Kubeadm, None), local);
    // What is there is right to any version.
    for (profile, is_right) in [(Profile::Kubeadm, true), (Profile::KubernetesIo, false)] {
        let builder = builder().profile(profile);
        let builder = builder.control_plane_endpoint("api.example.org".parse().unwrap());
        let cluster = builder.build().unwrap();
        let node = node_builder().build(&cluster).unwrap();
        let site = cluster.at(&node);
        assert!(site.is_right_server(server, local));
        assert_eq!(site.is_right_server(server, shared), is_right);
        assert!(!site.is_right_server(server, "https://192.0.2.66:6443"));
    }
}

#[test]
fn a_worker_dials_the_endpoint_or_the_node_that_it_is_given() {
    let dialled = |cluster: &Cluster| {
        let entrance = node_builder().build(cluster).unwrap();
        let worker = Node::builder("w1".parse().unwrap(), "192.0.2.50".parse().unwrap());
        let worker = worker.worker(true).build(cluster).unwrap();
        let site = cluster.at(&worker).through(&entrance);
        site.server_url(ServerRule::LocalEndpoint)
    };
    let alone = builder().build().unwrap();
    assert_eq!(dialled(&alone), "https://192.0.2.10:6443");
    let endpoint = builder().control_plane_endpoint("api".parse().unwrap());
    assert_eq!(dialled(&endpoint.build().unwrap()), "https://api:6443");
}

#[test]
fn endpoints_are_read_in_every_form() {
    for (text, host, port) in [
        ("api", "api", None),
        ("api:1", "api", Some(1)),
        ("192.0.2.1", "192.0.2.1", None),
        ("192.0.2.1:6443", "192.0.2.1", Some(6443)),
        ("2001:db8::1", "2001:db8::1", None),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("[2001:db8::1]:6443", "2001:db8::1", Some(6443)),
        ("API.example.org", "api.example.org", None),
    ] {
        let endpoint: Endpoint = text.parse().unwrap();
        assert_eq!(endpoint.host().to_string(), host);
        assert_eq!(endpoint.port(), port, "{text}");
    }
    for text in [
        "",
        ":",
        ":6443",
        "cp:",
        "cp:0",
        "cp:65536",
        "cp:aaa",
        "cp:1:2",
        "[cp]:1",
        "[::1",
        "[::1]x",
        "https://cp",
        "*.cp",
        "c p",
    ] {
        assert!(text.parse::<Endpoint>().is_err(), "{text:?} was taken");
    }
}

#[test]
fn service_networks_have_kubeadms_limits() {
    for (text, first) in [
        ("10.96.0.0/12", "10.96.0.1"),
        ("10.96.0.5/12", "10.96.0.1"),
        ("192.0.2.0/28", "192.0.2.1"),
        ("fd00:10:96::/108", "fd00:10:96::1"),
    ] {
        let cidr: ServiceCidr = text.parse().unwrap();
        assert_eq!(cidr.first_address().to_string(), first, "{text}");
    }
    for text in [
        "",
        "10.96.0.0",
        "10.96.0.0/33",
        "10.96/12",
        "192.0.2.0/29",
        "10.0.0.0/11",
        "fd00::/64",
        "x/8",
    ] {
        assert!(text.parse::<ServiceCidr>().is_err(), "{text:?} was taken");
    }
}

#[test]
fn what_does_not_hold_together_is_refused() {
    let cidrs = |list: &[&str]| {
        let cidrs: Vec<ServiceCidr> = list.iter().map(|cidr| cidr.parse().unwrap()).collect();
        builder().service_cidrs(cidrs).build()
    };
    assert!(matches!(cidrs(&[]), Err(ClusterError::NoServiceCidr)));
    for list in [
        &["10.96.0.0/16", "10.97.0.0/16"][..],
        &["10.96.0.0/16", "fd00::/112", "10.97.0.0/16"],
    ] {
        let refused = matches!(cidrs(list), Err(ClusterError::ServiceCidrFamilies { .. }));
        assert!(refused, "{list:?}");
    }
    for address in [
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "255.255.255.255",
        "169.254.1.1",
        "fe80::1",
    ] {
        let node = Node::builder("cp1".parse().unwrap(), address.parse().unwrap());
        let node = node.build(&builder().build().unwrap());
        let refused = matches!(node, Err(ClusterError::AdvertiseAddress { .. }));
        assert!(refused, "{address}");
    }
    let lives = |leaf: &str, authority: &str| {
        builder()
            .certificate_lifetime(leaf.parse().unwrap())
            .authority_lifetime(authority.parse().unwrap())
            .build()
    };
    assert!(matches!(
        lives("2y", "1y"),
        Err(ClusterError::OutlivesAuthority { .. })
    ));
    assert!(lives("1y", "1y").is_ok());
}

#[test]
fn a_node_cannot_be_called_as_an_authority_of_its_profile() {
    let named = |name: &str, profile| {
        let cluster = builder().profile(profile).build().unwrap();
        Node::builder(name.parse().unwrap(), "192.0.2.10".parse().unwrap()).build(&cluster)
    };
    assert!(named("etcd-ca", Profile::Kubeadm).is_err());
    assert!(named("kubernetes", Profile::Kubeadm).is_err());
    assert!(named("kubernetes-ca", Profile::KubernetesIo).is_err());
    assert!(named("kubernetes-ca", Profile::Kubeadm).is_ok());
}

#[test]
fn an_external_etcd_must_be_reachable_as_described() {
    let external = |endpoints: &[&str], pair: bool| {
        let pair = pair.then(|| ("/e/c.crt".to_owned(), "/e/c.key".to_owned()));
        builder()
            .etcd(Etcd::External {
                endpoints: endpoints.iter().map(ToString::to_string).collect(),
                ca_file: None,
                client_pair: pair,
            })
            .build()
    };
    assert!(external(&["https://192.0.2.20:2379"], true).is_ok());
    assert!(external(&["http://192.0.2.20:2379"], false).is_ok());
    assert!(external(&[], false).is_err());
    assert!(external(&["http://192.0.2.20:2379"], true).is_err());
    assert!(external(&["192.0.2.20:2379"], false).is_err());
    assert!(external(&["https://a,https://b"], false).is_err());
}
