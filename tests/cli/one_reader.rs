//! What a component was told is read by one reader: `verify` and `audit` say the same of it.

use crate::audit::{Node, manifest_path};

const MANAGER: &str = "kube-controller-manager";
const FLAG: &str = "cluster-signing-cert-file";
const BUNDLE: &str = "/etc/kubernetes/pki/signing.crt";

/// A node with two certificates in a file that nobody signs with yet.
fn node() -> Node {
    let node = Node::good();
    let two = [node.tree().text("ca.crt"), node.tree().text("etcd/ca.crt")].concat();
    node.tree().put("signing.crt", two);
    node
}

/// The rules and files that `verify` finds.
fn verified(node: &Node) -> Vec<(String, String)> {
    let report = node.tree().pkigen(&["verify", "-o", "json"]).json();
    let rows = report["findings"].as_array().unwrap().iter();
    rows.map(|row| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        (text("rule"), text("file"))
    })
    .collect()
}

#[track_caller]
fn both_find_the_bundle(node: &Node) {
    let signing = ("signing-bundle".to_owned(), BUNDLE.to_owned());
    let verified = verified(node);
    assert!(verified.contains(&signing), "{verified:?}");
    let audited = node.found(&[]);
    let line = format!("signing-bundle {MANAGER} --{FLAG}");
    assert!(audited.contains(&line), "{audited:?}");
}

#[test]
fn of_a_flag_given_twice_the_last_counts() {
    let node = node();
    node.add(MANAGER, &format!("--{FLAG}={BUNDLE}"));
    both_find_the_bundle(&node);
    node.add(MANAGER, &format!("--{FLAG}=/etc/kubernetes/pki/ca.crt"));
    assert_eq!(verified(&node), []);
    let audited = node.found(&[]);
    let is_bundle = |line: &String| line.starts_with("signing-bundle");
    assert!(!audited.iter().any(is_bundle), "{audited:?}");
}

#[test]
fn a_file_under_a_mount_is_the_host_s() {
    let node = node();
    let mounts = "    volumeMounts:\n";
    let mounted = format!("{mounts}    - {{name: etc, mountPath: /k8s}}\n");
    node.edit(&manifest_path(MANAGER), mounts, &mounted);
    node.set(MANAGER, FLAG, Some("/k8s/pki/signing.crt"));
    both_find_the_bundle(&node);
}

/// The node has such a file; the container has not.
#[test]
fn a_file_below_no_mount_is_nobody_s() {
    let node = node();
    let path = "/srv/signing.crt";
    node.write(path, &node.tree().text("ca.crt"));
    node.set(MANAGER, FLAG, Some(path));
    let missing = ("missing-file".to_owned(), path.to_owned());
    assert_eq!(verified(&node), [missing]);
    let audited = node.found(&[]);
    let line = format!("not-mounted {MANAGER} --{FLAG}");
    assert!(audited.contains(&line), "{audited:?}");
}

#[test]
fn a_command_behind_a_shell_is_read() {
    let node = node();
    let path = manifest_path(MANAGER);
    node.set(MANAGER, FLAG, Some(BUNDLE));
    let text = node.read(&path);
    let is_flag = |line: &&str| line.starts_with("    - --");
    let flags: Vec<&str> = text.lines().filter(is_flag).collect();
    let flags = flags.join(" ").replace("    - ", "");
    let kept: Vec<&str> = text.lines().filter(|line| !is_flag(line)).collect();
    let shell = format!("    - sh\n    - -c\n    - \"exec {MANAGER} {flags}\"");
    let name = format!("    - {MANAGER}");
    node.write(&path, &kept.join("\n").replace(&name, &shell));
    both_find_the_bundle(&node);
}

#[test]
fn without_the_api_server_the_signing_file_is_checked_all_the_same() {
    let node = node();
    node.set(MANAGER, FLAG, Some(BUNDLE));
    std::fs::remove_file(node.tree().at(&manifest_path("kube-apiserver"))).unwrap();
    both_find_the_bundle(&node);
}

#[test]
fn the_kubelet_s_files_are_where_its_unit_says() {
    let node = Node::good();
    node.write(
        "/etc/systemd/system/kubelet.service",
        "[Service]\nExecStart=/usr/bin/kubelet --config=/srv/kubelet.yaml --cert-dir=/srv/pki\n",
    );
    let configuration = "authentication: {x509: {clientCAFile: /srv/clients.crt}}\n";
    node.write("/srv/kubelet.yaml", configuration);
    node.write("/srv/clients.crt", "nothing\n");
    let certificate = node.tree().text("apiserver.crt");
    node.write("/srv/pki/kubelet.crt", &certificate);
    let malformed = ("malformed-file".to_owned(), "/srv/clients.crt".to_owned());
    assert!(
        verified(&node).contains(&malformed),
        "{:?}",
        verified(&node)
    );
    let audited = node.found(&[]);
    let named = |line: &String| line.starts_with("malformed-file kubelet");
    assert!(audited.iter().any(named), "{audited:?}");
    let dates = node.tree().pkigen(&["check-expiration"]).stdout;
    assert!(dates.contains("kubelet.crt"), "{dates}");
}
