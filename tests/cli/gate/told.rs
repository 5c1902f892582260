//! Readers that a manifest sends to files of their own.

use super::{another, findings, rows};
use crate::audit::Node;

/// etcd's authority has a second generation that signs; kube-apiserver was told to believe the
/// first.
#[test]
fn a_server_that_its_client_was_told_not_to_believe_stays_as_it_is() {
    let node = Node::good();
    let (tree, other) = (node.tree(), another());
    let first = tree.text("etcd/ca.crt");
    tree.put("etcd/first.crt", &first);
    tree.put("etcd/ca.crt", other.text("etcd/ca.crt") + &first);
    tree.put("etcd/ca.key", other.text("etcd/ca.key"));
    let believed = "/etc/kubernetes/pki/etcd/first.crt";
    node.set("kube-apiserver", "etcd-cafile", Some(believed));
    let server = tree.text("etcd/server.crt");
    let arguments = ["renew", "etcd-server", "etcd-peer", "-o", "json"];
    let run = tree.pkigen(&arguments).exits(1);
    assert_eq!(rows(&run, "left out"), ["etcd-server"]);
    assert_eq!(rows(&run, "renewed"), ["etcd-peer"]);
    let reader = format!("by kube-apiserver with {believed}");
    assert!(run.stdout.contains(&reader), "{run:#?}");
    assert_eq!(tree.text("etcd/server.crt"), server);
    // Told of both, it accepts either.
    node.set(
        "kube-apiserver",
        "etcd-cafile",
        Some("/etc/kubernetes/pki/etcd/ca.crt"),
    );
    tree.pkigen(&arguments).exits(0);
}

/// What none of its clients comes from is at fault, and not every one of them.
#[test]
fn a_trust_file_that_a_flag_names_is_judged_by_what_is_shown_to_it() {
    let node = Node::good();
    let tree = node.tree();
    tree.put("clients.crt", another().text("ca.crt"));
    let clients = "/etc/kubernetes/pki/clients.crt";
    node.set("kube-apiserver", "client-ca-file", Some(clients));
    let replaced = ("authority-replaced".to_owned(), clients.to_owned());
    assert_eq!(findings(tree, &[]), [replaced]);
}

/// A certificate that only a manifest knows of is checked like the table's.
#[test]
fn a_certificate_that_a_flag_names_is_judged_by_who_reads_it() {
    let node = Node::good();
    let tree = node.tree();
    tree.put("other.crt", another().text("apiserver.crt"));
    let file = "/etc/kubernetes/pki/other.crt";
    node.set("kube-apiserver", "tls-cert-file", Some(file));
    let found = findings(tree, &[]);
    let foreign = ("bad-signature".to_owned(), file.to_owned());
    assert!(found.contains(&foreign), "{found:?}");
}

/// A kubeconfig that is no row, and is read all the same.
#[test]
fn a_kubeconfig_that_a_flag_names_has_to_trust_the_api_server() {
    let node = Node::good();
    let other = std::fs::read_to_string(another().etc("controller-manager.conf")).unwrap();
    let file = "/etc/kubernetes/asking.conf";
    node.write(file, &other);
    let flag = "authentication-kubeconfig";
    node.set("kube-controller-manager", flag, Some(file));
    let found = findings(node.tree(), &[]);
    let of = |rule: &str| (rule.to_owned(), file.to_owned());
    assert_eq!(
        found,
        [of("bad-signature"), of("kubeconfig-distrusts-server")]
    );
}

/// One certificate in the place of another is somebody else.
#[test]
fn a_client_is_who_it_is_shown_as() {
    let node = Node::good();
    let flag = "kubelet-client-certificate";
    let file = "/etc/kubernetes/pki/front-proxy-client.crt";
    node.set("kube-apiserver", flag, Some(file));
    let found = findings(node.tree(), &[]);
    let of = |rule: &str| (rule.to_owned(), file.to_owned());
    assert_eq!(found, [of("unknown-issuer"), of("wrong-identity")]);
}

/// What is dialled has to be served, whoever says where that is.
#[test]
fn a_server_has_the_names_that_flags_dial_it_by() {
    let node = Node::good();
    let servers = "https://localhost:2379,https://127.0.0.1:2379,https://etcd.example.org:2379";
    node.set("kube-apiserver", "etcd-servers", Some(servers));
    node.add(
        "etcd",
        "--advertise-client-urls=https://etcd.example.org:2379",
    );
    let server = "/etc/kubernetes/pki/etcd/server.crt".to_owned();
    let unserved = ("name-not-served".to_owned(), server);
    assert_eq!(findings(node.tree(), &[]), [unserved]);
}

/// The cluster's authority has a second generation that signs, and a file of the first is kept.
fn second_generation(node: &Node) {
    let (tree, other) = (node.tree(), another());
    let first = tree.text("ca.crt");
    tree.put("first.crt", &first);
    tree.put("ca.crt", other.text("ca.crt") + &first);
    tree.put("ca.key", other.text("ca.key"));
}

/// Its unit is looked at, whoever asks for what.
#[test]
fn a_kubelet_whose_unit_names_whom_it_believes() {
    let node = Node::good();
    second_generation(&node);
    let tree = node.tree();
    let renew = ["renew", "apiserver-kubelet-client", "-o", "json"];
    let unit = "/etc/systemd/system/kubelet.service";
    let start = "[Service]\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml \
                 --kubeconfig=/etc/kubernetes/kubelet.conf";
    let told = format!("{start} --client-ca-file=/etc/kubernetes/pki/first.crt\n");
    node.write(unit, &told);
    let run = tree.pkigen(&renew).exits(1);
    assert_eq!(rows(&run, "left out"), ["apiserver-kubelet-client"]);
    let mend =
        "Put the certificate of the authority that signs into /etc/kubernetes/pki/first.crt.";
    assert!(run.stdout.contains(mend), "{run:#?}");
    node.write(unit, &format!("{start}\n"));
    tree.pkigen(&renew).exits(0);
}

/// Manifests are where the kubelet looks for them.
#[test]
fn static_pods_in_a_directory_of_their_own() {
    let node = Node::good();
    second_generation(&node);
    let tree = node.tree();
    let first = "/etc/kubernetes/pki/first.crt";
    node.set("kube-apiserver", "client-ca-file", Some(first));
    std::fs::rename(tree.etc("manifests"), tree.at("etc/pods")).unwrap();
    let configuration = tree.at("var/lib/kubelet/config.yaml");
    let text = std::fs::read_to_string(&configuration).unwrap();
    let kept = text
        .lines()
        .filter(|line| !line.starts_with("staticPodPath"));
    let kept: Vec<&str> = kept.collect();
    let text = kept.join("\n") + "\nstaticPodPath: /etc/pods\n";
    std::fs::write(&configuration, text).unwrap();
    let run = tree
        .pkigen(&["renew", "scheduler.conf", "-o", "json"])
        .exits(1);
    assert_eq!(rows(&run, "left out"), ["scheduler.conf"]);
    assert!(run.stdout.contains(first), "{run:#?}");
}
