//! What flags name and nobody here has the other end of, other users of kubeconfigs, and manifests
//! that the kubelet runs twice.

use super::{Node, in_short, manifest_path};
use crate::support::days_from_now;
use crate::support::told::{add_user, expired};

/// What is found now; the good node has nothing.
fn found(node: &Node) -> Vec<String> {
    let now = days_from_now(0);
    in_short(&node.audit(&["-o", "json", "--at", &now]))
}

#[test]
fn the_dates_of_a_file_need_no_second_end() {
    let node = Node::good();
    let tree = node.tree();
    // etcd is on other machines, and so is who made its clients' certificates.
    std::fs::remove_file(tree.at(&manifest_path("etcd"))).unwrap();
    node.set(
        "kube-apiserver",
        "etcd-servers",
        Some("https://192.0.2.21:2379"),
    );
    let (certificate, key) = expired(tree, "/CN=etcd-client");
    node.write("/etc/kubernetes/pki/node.pem", &certificate);
    node.write("/etc/kubernetes/pki/node-key.pem", &key);
    for (flag, file) in [
        ("etcd-certfile", "node.pem"),
        ("etcd-keyfile", "node-key.pem"),
    ] {
        let file = format!("/etc/kubernetes/pki/{file}");
        node.set("kube-apiserver", flag, Some(&file));
    }
    let all = found(&node);
    let of_etcd = "expired kube-apiserver --etcd-certfile 1.2.23";
    assert!(all.iter().any(|one| one == of_etcd), "{all:?}");
    let report = node.audit(&["-o", "json"]).json();
    let paths = report["paths"].as_array().unwrap().iter();
    let mut path = paths.filter(|path| path["path"] == "apiserver->etcd");
    assert_eq!(path.next().unwrap()["protection"], "refused");
}

#[test]
fn further_certificates_and_users() {
    let node = Node::good();
    let (certificate, key) = expired(node.tree(), "/CN=public");
    node.write("/etc/kubernetes/pki/public.crt", &certificate);
    node.write("/etc/kubernetes/pki/public.key", &key);
    let pair = "/etc/kubernetes/pki/public.crt,/etc/kubernetes/pki/public.key:api.example.org";
    node.add("kube-apiserver", &format!("--tls-sni-cert-key={pair}"));
    add_user(
        node.tree(),
        "admin.conf",
        "jane",
        expired(node.tree(), "/O=ops/CN=jane"),
    );
    let all = found(&node);
    let expected = [
        "expired kube-apiserver --tls-sni-cert-key",
        "expired /etc/kubernetes/admin.conf",
    ];
    assert_eq!(all, expected);
}

#[test]
fn a_kubeconfig_that_a_configuration_names_is_not_there() {
    let node = Node::good();
    let info = "connectionInfo: {type: KubeConfigFile, kubeConfigFile: /etc/kubernetes/hook.conf}";
    let text = format!(
        "authorizers:\n- type: Webhook\n  webhook: {{{info}}}\n- type: Node\n- type: RBAC\n"
    );
    node.write("/etc/kubernetes/authorization.yaml", &text);
    node.set("kube-apiserver", "authorization-mode", None);
    node.add(
        "kube-apiserver",
        "--authorization-config=/etc/kubernetes/authorization.yaml",
    );
    let report = node.audit(&["-o", "json"]).exits(1).json();
    let findings = report["findings"].as_array().unwrap().iter();
    let findings = findings.filter(|one| one["rule"] == "missing-file");
    let messages = findings.map(|one| one["message"].as_str().unwrap());
    let field = "authorizers[0].webhook.connectionInfo.kubeConfigFile";
    let said = format!("{field} names /etc/kubernetes/hook.conf, which is not there");
    assert_eq!(messages.collect::<Vec<_>>(), [said]);
}

#[test]
fn a_copy_of_a_manifest_beside_it() {
    let node = Node::good();
    let copy = manifest_path("kube-scheduler").replace(".yaml", ".yaml.2026");
    node.write(&copy, &node.read(&manifest_path("kube-scheduler")));
    assert_eq!(found(&node), [format!("manifest-twice {copy}")]);
    // The kubelet passes over what begins with a dot.
    let hidden = copy.replace("manifests/", "manifests/.");
    std::fs::rename(node.tree().at(&copy), node.tree().at(&hidden)).unwrap();
    assert_eq!(found(&node), [""; 0]);
}
