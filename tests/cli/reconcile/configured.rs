//! The configuration has changed.

use super::{Drift, GOOD, KUBECONFIGS, each, leaves, mends};
use crate::support::Tree;

fn with(line: &str) -> String {
    format!("{GOOD}{line}\n")
}

#[test]
fn a_name_is_added_and_removed() {
    let tree = Tree::good();
    let sans = with("apiserver.sans = [\"lb.example.org\", \"203.0.113.9\"]");
    let says = ["missing alternative names: lb.example.org, 203.0.113.9"];
    mends(&tree, &sans, &each(&["apiserver"], &says));
    let fewer = with("apiserver.sans = [\"203.0.113.9\"]");
    let says = ["surplus alternative names: lb.example.org"];
    mends(&tree, &fewer, &each(&["apiserver"], &says));
    // One for the other.
    let other = with("apiserver.sans = [\"203.0.113.10\"]");
    let says = [
        "missing alternative names: 203.0.113.10",
        "surplus alternative names: 203.0.113.9",
    ];
    mends(&tree, &other, &each(&["apiserver"], &says));
}

#[test]
fn the_address_of_the_control_plane_changes() {
    let tree = Tree::good();
    let first = with("control-plane-endpoint = \"api.example.org:8443\"");
    let lacks = ["missing alternative names: api.example.org"];
    let server = ["server: https://192.0.2.10:6443 instead of https://api.example.org:8443"];
    let dialling = ["admin.conf", "super-admin.conf"];
    let mut drift = each(&["apiserver"], &lacks);
    drift.extend(each(&dialling, &server));
    mends(&tree, &first, &drift);

    let second = with("control-plane-endpoint = \"vip.example.org:8443\"");
    let names = [
        "missing alternative names: vip.example.org",
        "surplus alternative names: api.example.org",
    ];
    let server = ["server: https://api.example.org:8443 instead of https://vip.example.org:8443"];
    let mut drift = each(&["apiserver"], &names);
    drift.extend(each(&dialling, &server));
    mends(&tree, &second, &drift);
    let text = std::fs::read_to_string(tree.etc("admin.conf")).unwrap();
    assert!(text.contains("    server: https://vip.example.org:8443\n"));
}

#[test]
fn the_node_moves_to_another_address() {
    let config = GOOD.replace("192.0.2.10", "192.0.2.77");
    let names = [
        "missing alternative names: 192.0.2.77",
        "surplus alternative names: 192.0.2.10",
    ];
    let server = ["server: https://192.0.2.10:6443 instead of https://192.0.2.77:6443"];
    let mut drift = each(&["apiserver", "etcd-server", "etcd-peer"], &names);
    drift.extend(each(&KUBECONFIGS, &server));
    mends(&Tree::good(), &config, &drift);
}

#[test]
fn the_service_network_changes() {
    let says = [
        "missing alternative names: 10.112.0.1",
        "surplus alternative names: 10.96.0.1",
    ];
    let config = with("service-cidrs = [\"10.112.0.0/12\"]");
    mends(&Tree::good(), &config, &each(&["apiserver"], &says));
    let says = ["missing alternative names: fd00:10:96::1"];
    let config = with("service-cidrs = [\"10.96.0.0/12\", \"fd00:10:96::/112\"]");
    mends(&Tree::good(), &config, &each(&["apiserver"], &says));
}

#[test]
fn the_domain_changes() {
    let says = [
        "missing alternative names: kubernetes.default.svc.corp.internal",
        "surplus alternative names: kubernetes.default.svc.cluster.local",
    ];
    let config = with("dns-domain = \"corp.internal\"");
    mends(&Tree::good(), &config, &each(&["apiserver"], &says));
}

#[test]
fn etcd_gets_further_names() {
    let config = with(
        "etcd.local.server-sans = [\"etcd.example.org\"]\netcd.local.peer-sans = [\"10.0.0.9\"]",
    );
    let (server, peer) = (
        ["missing alternative names: etcd.example.org"],
        ["missing alternative names: 10.0.0.9"],
    );
    let drift: [Drift<'_>; 2] = [("etcd-server", &server), ("etcd-peer", &peer)];
    mends(&Tree::good(), &config, &drift);
}

/// The configuration of one node makes no other node of another.
#[test]
fn a_node_holds_on_to_its_name() {
    let tree = Tree::good();
    tree.put_beside("want.toml", GOOD.replace("cp1", "cp2"));
    let before = tree.snapshot();
    for command in [&["renew", "all", "--reconcile"][..], &["init"], &["verify"]] {
        let run = tree.pkigen(&[command, &["--config", "want.toml"]].concat());
        run.exits(2).says(&[
            "want.toml:1: node-name: it is \"cp2\", and this tree is that of the node \"cp1\", as \
             /etc/kubernetes/kubelet.conf has it; give that node's own configuration",
        ]);
    }
    before.assert_untouched(&tree.snapshot());
}

#[test]
fn the_algorithm_changes_and_changes_back() {
    let tree = Tree::good();
    let key = ["key: ECDSA P-256 instead of RSA 2048"];
    let usage = ["key usage: digitalSignature instead of digitalSignature, keyEncipherment"];
    let server = [key, usage].concat();
    let config = with("key-algorithm = \"rsa-2048\"");
    mends(&tree, &config, &by_server(&key, &server));
    let key = ["key: RSA 2048 instead of ECDSA P-256"];
    let usage = ["key usage: digitalSignature, keyEncipherment instead of digitalSignature"];
    let server = [key, usage].concat();
    mends(&tree, GOOD, &by_server(&key, &server));
}

/// Of RSA keys, only a server's encipher keys.
fn by_server<'a>(all: &'a [&str], server: &'a [&str]) -> Vec<Drift<'a>> {
    let mut drift = each(&leaves(), all);
    for (row, says) in &mut drift {
        if ["apiserver", "etcd-server", "etcd-peer"].contains(row) {
            *says = server;
        }
    }
    drift
}

#[test]
fn the_lifetime_gets_shorter_and_longer() {
    let tree = Tree::good();
    let says = ["lifetime: 8760h instead of 2400h"];
    mends(
        &tree,
        &with("certificate-validity = \"100d\""),
        &each(&leaves(), &says),
    );
    let says = ["lifetime: 2400h instead of 17520h"];
    mends(
        &tree,
        &with("certificate-validity = \"17520h\""),
        &each(&leaves(), &says),
    );
}

#[test]
fn the_profile_changes_and_changes_back() {
    let tree = Tree::good();
    let kubeadm = with("profile = \"kubeadm\"\nkey-algorithm = \"ecdsa-p256\"");
    let bits = [
        "key usage: digitalSignature instead of digitalSignature, keyEncipherment",
        "subject key identifier: present instead of absent",
    ];
    let server = [&["subject: CN=kube-etcd instead of CN=cp1"][..], &bits].concat();
    let peer = [&["subject: CN=kube-etcd-peer instead of CN=cp1"][..], &bits].concat();
    mends(&tree, &kubeadm, &by_profile(&bits, &server, &peer));

    let bits = [
        "key usage: digitalSignature, keyEncipherment instead of digitalSignature",
        "subject key identifier: absent instead of present",
    ];
    let server = [&["subject: CN=cp1 instead of CN=kube-etcd"][..], &bits].concat();
    let peer = [&["subject: CN=cp1 instead of CN=kube-etcd-peer"][..], &bits].concat();
    let ours = with("profile = \"kubernetes-io\"");
    mends(&tree, &ours, &by_profile(&bits, &server, &peer));
}

/// etcd's two have other names in the other profile.
fn by_profile<'a>(all: &'a [&str], server: &'a [&str], peer: &'a [&str]) -> Vec<Drift<'a>> {
    let mut drift = each(&leaves(), all);
    for (row, says) in &mut drift {
        match *row {
            "etcd-server" => *says = server,
            "etcd-peer" => *says = peer,
            _ => {}
        }
    }
    drift
}

/// Kubeconfigs that are told of another server do not dial the old name any more; flags do not change
/// by themselves.
#[test]
fn flags_that_still_say_an_old_address_are_named() {
    let tree = Tree::good();
    let flags = ["--advertise-address=192.0.2.10", "--secure-port=6443"];
    crate::support::told::manifest(&tree, "kube-apiserver.yaml", "kube-apiserver", &flags);
    let config = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.99\"\n";
    let config = tree.put_beside("new.toml", config).display().to_string();
    let arguments = ["renew", "all", "--reconcile", "--config", &config];
    for more in [&["--dry-run"][..], &[]] {
        let run = tree.pkigen(&[&arguments, more].concat()).exits(0);
        let said = "/etc/kubernetes/manifests/kube-apiserver.yaml still says a name that the \
                    configuration does not have: --advertise-address";
        assert!(!run.stdout.contains("dial"), "{run:#?}");
        run.says(&[said]);
    }
}
