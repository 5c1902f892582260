//! What the description of the cluster decides: names, files, directories.

use super::{certificate, names, rows, warnings};
use crate::support::Tree;

/// The profile kubernetes-io serves the first address of each service network, kubeadm that of
/// the first one alone.
#[test]
fn service_addresses_by_profile() {
    let dual = [
        "--service-cidr",
        "10.96.0.0/12",
        "--service-cidr",
        "fd00:10:96::/112",
    ];
    for (profile, second) in [("kubernetes-io", true), ("kubeadm", false)] {
        let tree = Tree::empty();
        let arguments = [
            &dual[..],
            &["--profile", profile, "--key-algorithm", "ecdsa-p256"],
        ];
        tree.init(&arguments.concat()).exits(0);
        let names = names(&tree.pki("apiserver.crt"));
        assert!(names.contains(&"IP:10.96.0.1".to_owned()), "{names:?}");
        let has_second = names.contains(&"IP:fd00:10:96::1".to_owned());
        assert_eq!(has_second, second, "{profile}: {names:?}");
        tree.init(&arguments.concat())
            .exits(0)
            .shows(&["Nothing to do"]);
    }
}

#[test]
fn a_node_that_is_named_by_its_address() {
    let tree = Tree::empty();
    let node = [
        "--node-name",
        "192.0.2.10",
        "--advertise-address",
        "192.0.2.10",
    ];
    let arguments = [&["init", "--key-algorithm", "ecdsa-p256"], &node[..]].concat();
    tree.pkigen(&arguments).exits(0);
    for file in ["apiserver.crt", "etcd/server.crt", "etcd/peer.crt"] {
        let names = names(&tree.pki(file));
        let own: Vec<&String> = names
            .iter()
            .filter(|name| name.contains("192.0.2.10"))
            .collect();
        assert_eq!(own, ["IP:192.0.2.10"], "{file}");
    }
    tree.pkigen(&["verify"]).exits(0);
}

#[test]
pub(crate) fn every_name_is_where_it_belongs() {
    let tree = Tree::empty();
    let arguments = [
        "--control-plane-endpoint",
        "API.example.org:443",
        "--dns-domain",
        "corp.internal",
        "--san",
        "LB.example.org",
        "--san",
        "203.0.113.9",
        "--san",
        "*.api.example.org",
        "--etcd-server-san",
        "ETCD.Example.org",
        "--etcd-peer-san",
        "10.0.0.9",
    ];
    tree.init(&arguments).exits(0);
    let expected = [
        "DNS:*.api.example.org",
        "DNS:api.example.org",
        "DNS:cp1",
        "DNS:kubernetes",
        "DNS:kubernetes.default",
        "DNS:kubernetes.default.svc",
        "DNS:kubernetes.default.svc.corp.internal",
        "DNS:lb.example.org",
        "IP:10.96.0.1",
        "IP:192.0.2.10",
        "IP:203.0.113.9",
    ];
    assert_eq!(names(&tree.pki("apiserver.crt")), expected);
    let local = [
        "DNS:cp1",
        "DNS:localhost",
        "IP:127.0.0.1",
        "IP:192.0.2.10",
        "IP:::1",
    ];
    let with = |name: &str| {
        let mut names: Vec<String> = local.iter().map(ToString::to_string).collect();
        names.push(name.to_owned());
        names.sort();
        names
    };
    assert_eq!(
        names(&tree.pki("etcd/server.crt")),
        with("DNS:etcd.example.org")
    );
    assert_eq!(names(&tree.pki("etcd/peer.crt")), with("IP:10.0.0.9"));
    let admin = std::fs::read_to_string(tree.etc("admin.conf")).unwrap();
    assert!(admin.contains("server: https://api.example.org:443\n"));
    let scheduler = std::fs::read_to_string(tree.etc("scheduler.conf")).unwrap();
    assert!(scheduler.contains("server: https://192.0.2.10:6443\n"));
}

#[test]
fn a_kubelet_s_serving_pair_on_request() {
    let tree = Tree::good();
    assert!(!tree.pki("kubelet-serving.crt").exists());
    let report = tree
        .init(&["--kubelet-serving", "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(rows(&report, "create"), ["kubelet-serving"]);
    let certificate = certificate(&tree.pki("kubelet-serving.crt"));
    assert_eq!(certificate["subject"], "O=system:nodes, CN=system:node:cp1");
    assert_eq!(certificate["extendedKeyUsage"][0], "serverAuth");
    let flags = |name: &str| std::fs::read_to_string(tree.etc("pkigen/flags").join(name)).unwrap();
    let authority = "--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt\n";
    assert!(flags("kube-apiserver.args").contains(authority));
    let file = "tlsCertFile: /etc/kubernetes/pki/kubelet-serving.crt\n";
    assert!(flags("kubelet-configuration.yaml").contains(file));
    // Once there it is judged, asked for or not.
    tree.put("kubelet-serving.key", "");
    tree.init(&[])
        .exits(1)
        .says(&["pki/kubelet-serving.key: it is empty"]);
}

#[test]
fn other_directories() {
    let tree = Tree::empty();
    let directories = [
        "--cert-dir",
        "/srv/tls/k8s",
        "--kubeconfig-dir",
        "/srv/conf",
    ];
    let report = tree
        .init(&[&directories[..], &["-o", "json"]].concat())
        .exits(0)
        .json();
    let files: Vec<&str> = report["rows"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["files"].as_array().unwrap())
        .map(|file| file.as_str().unwrap())
        .collect();
    assert!(
        files.iter().all(|file| file.starts_with("/srv/")),
        "{files:?}"
    );
    for file in [
        "/srv/tls/k8s/etcd/ca.crt",
        "/srv/conf/admin.conf",
        "/srv/conf/pkigen/rbac.yaml",
    ] {
        assert!(tree.at(file).is_file(), "{file}");
    }
    assert!(!tree.at("/etc").exists());
    let flags = std::fs::read_to_string(tree.at("/srv/conf/pkigen/flags/kube-apiserver.args"));
    let flags = flags.unwrap();
    assert!(flags.contains("--tls-cert-file=/srv/tls/k8s/apiserver.crt\n"));
    assert!(!flags.contains("/etc/kubernetes"), "{flags}");
    tree.init(&directories).exits(0).shows(&["Nothing to do"]);
}

/// Certificates below the kubeconfigs, and the other way round, and both in one.
#[test]
fn directories_in_any_order() {
    for (certificates, kubeconfigs) in [("/k/pki", "/k"), ("/k", "/k/conf"), ("/k", "/k")] {
        let tree = Tree::empty();
        let directories = ["--cert-dir", certificates, "--kubeconfig-dir", kubeconfigs];
        tree.init(&directories).exits(0);
        assert!(tree.at(certificates).join("ca.crt").is_file());
        assert!(tree.at(kubeconfigs).join("admin.conf").is_file());
        tree.init(&directories).exits(0).shows(&["Nothing to do"]);
    }
}

#[test]
fn a_loopback_address_is_a_warning() {
    for address in ["127.0.0.1", "::1"] {
        let tree = Tree::empty();
        let arguments = ["init", "--node-name", "cp1", "--advertise-address", address];
        let run = tree.pkigen(&arguments).exits(0);
        let expected =
            format!("{address} is a loopback address: no other node can reach this API server");
        assert_eq!(warnings(&run), [expected]);
    }
}

#[test]
fn the_host_is_asked_where_nobody_says() {
    let tree = Tree::empty();
    let host = rustix::system::uname();
    let host = host.nodename().to_str().unwrap().to_lowercase();
    let run = tree.pkigen(&["init", "--advertise-address", "192.0.2.10", "--dry-run"]);
    let says =
        format!("note: the node is called {host}, as this host is; --node-name names another");
    run.exits(0).says(&[&says]);

    let run = tree.pkigen(&["init", "--node-name", "cp1", "--dry-run", "-o", "json"]);
    if run.code == 2 {
        // A machine without a network.
        run.says(&[
            "this host has no default route",
            "give it with --advertise-address",
        ]);
        return;
    }
    let address = run.json()["advertiseAddress"].as_str().unwrap().to_owned();
    let says = format!("note: the node is reached at {address}, the address of the default route");
    run.exits(0)
        .says(&[&says, "--advertise-address names another"]);
}

/// A TOML file describes a node wholly: what it leaves out is not guessed.
#[test]
fn a_toml_file_is_not_completed_by_guessing() {
    let tree = Tree::empty();
    tree.put_beside("cluster.toml", "node-name = \"cp1\"\n");
    let arguments = ["init", "--config", "cluster.toml"];
    let says = "cluster.toml: the configuration does not say advertise-address; add it, or give \
        --advertise-address";
    tree.pkigen(&arguments).exits(2).says(&[says]);
    let with = [&arguments[..], &["--advertise-address", "192.0.2.10"]].concat();
    tree.pkigen(&with).exits(0);
}

#[test]
fn every_algorithm_makes_a_whole_tree() {
    for (algorithm, shown) in [("ecdsa-p384", "ECDSA P-384"), ("rsa-2048", "RSA 2048")] {
        let tree = Tree::empty();
        tree.init(&["--key-algorithm", algorithm]).exits(0);
        let key = certificate(&tree.pki("apiserver.crt"))["key"]["keyType"].clone();
        assert_eq!(key, shown);
        tree.init(&["--key-algorithm", algorithm])
            .exits(0)
            .shows(&["Nothing to do"]);
    }
}

/// Every verifier takes it; OpenSSL does not make it.
#[test]
fn a_common_name_that_is_too_long_for_x_520() {
    let node = format!("{}.example.org", "a".repeat(60));
    let tree = Tree::empty();
    let arguments = [
        "init",
        "--key-algorithm",
        "ecdsa-p256",
        "--advertise-address",
        "192.0.2.10",
    ];
    let arguments = [&arguments[..], &["--node-name", &node]].concat();
    let warning = format!("system:node:{node} has 84 characters, and X.520 allows 64");
    tree.pkigen(&arguments).exits(0).says(&[&warning]);
    tree.pkigen(&["verify"]).exits(0);
}

/// Go takes it, OpenSSL, GnuTLS and rustls do not.
#[test]
fn a_wildcard_right_below_a_top_label() {
    let tree = Tree::empty();
    let arguments = [
        "init",
        "--key-algorithm",
        "ecdsa-p256",
        "--node-name",
        "cp1",
        "--advertise-address",
        "192.0.2.10",
        "--san",
        "*.local",
    ];
    let warning = "*.local stands right below a top label";
    tree.pkigen(&arguments).exits(0).says(&[warning]);
    tree.pkigen(&["verify"])
        .exits(0)
        .shows(&["malformed-name (warning)", "\"*.local\""]);
    tree.pkigen(&["verify", "--strict"]).exits(1);
}
