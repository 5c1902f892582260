//! An etcd that is run and certified elsewhere.

use super::rows;
use crate::support::Tree;

const CONFIGURATION: &str = "\
node-name = \"cp1\"
advertise-address = \"192.0.2.10\"

[etcd.external]
endpoints = [\"https://192.0.2.20:2379\", \"https://192.0.2.21:2379\"]
ca-file = \"/etc/etcd/ca.crt\"
cert-file = \"/etc/etcd/client.crt\"
key-file = \"/etc/etcd/client.key\"
";

#[test]
fn no_file_of_etcd_is_made() {
    let tree = Tree::empty();
    tree.put_beside("cluster.toml", CONFIGURATION);
    let arguments = ["init", "--config", "cluster.toml", "-o", "json"];
    let report = tree.pkigen(&arguments).exits(0).json();
    assert!(
        rows(&report, "create")
            .iter()
            .all(|row| !row.contains("etcd"))
    );
    let mut files: Vec<_> = std::fs::read_dir(tree.pki(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".pkigen")
        .collect();
    files.sort();
    let expected = [
        "apiserver-kubelet-client.crt",
        "apiserver-kubelet-client.key",
        "apiserver.crt",
        "apiserver.key",
        "ca.crt",
        "ca.key",
        "front-proxy-ca.crt",
        "front-proxy-ca.key",
        "front-proxy-client.crt",
        "front-proxy-client.key",
        "sa.key",
        "sa.pub",
    ];
    assert_eq!(files, expected);
    let flags = std::fs::read_to_string(tree.etc("pkigen/flags/kube-apiserver.args")).unwrap();
    assert!(flags.contains("--etcd-cafile=/etc/etcd/ca.crt\n"));
    assert!(flags.contains("--etcd-servers=https://192.0.2.20:2379,https://192.0.2.21:2379\n"));
    assert!(!tree.etc("pkigen/flags/etcd.args").exists());
    tree.pkigen(&arguments[..3])
        .exits(0)
        .shows(&["Nothing to do"]);
}

/// What lies in etcd/ then is not this node's to judge.
#[test]
fn what_lies_in_its_directory_is_left_alone() {
    let tree = Tree::good();
    tree.put("etcd/server.crt", "garbage");
    tree.put("etcd/ca.key", "");
    tree.put_beside("cluster.toml", CONFIGURATION);
    let before = tree.snapshot();
    tree.init(&[]).exits(1);
    tree.pkigen(&["init", "--config", "cluster.toml"]).exits(0);
    let after = tree.snapshot();
    for name in ["server.crt", "ca.key"] {
        let path = format!("root/etc/kubernetes/pki/etcd/{name}");
        assert_eq!(before.entry(&path), after.entry(&path));
    }
}
