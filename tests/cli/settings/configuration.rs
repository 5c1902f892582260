//! What a configuration may be, and what it says of this node.

use super::{AT, running};
use crate::support::Tree;

/// A further control-plane node has a `JoinConfiguration`, and no `InitConfiguration`.
#[test]
pub(crate) fn a_join_configuration_names_the_node() {
    let tree = Tree::empty();
    tree.take(&Tree::good(), super::shared::SHARED);
    tree.put_beside(
        "join.yaml",
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ndiscovery: {bootstrapToken: \
         {token: abcdef.0123456789abcdef, apiServerEndpoint: 'api.example.org:6443', \
         unsafeSkipCAVerification: true}}\nnodeRegistration: {name: cp2}\ncontrolPlane: \
         {localAPIEndpoint: {advertiseAddress: 192.0.2.12, bindPort: 7443}}\n---\napiVersion: \
         kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\ncontrolPlaneEndpoint: \
         api.example.org:6443\nencryptionAlgorithm: ECDSA-P256\n",
    );
    let run = tree
        .pkigen(&["init", "--for-join", "--config", "join.yaml"])
        .exits(0);
    assert_eq!(run.stderr, "");
    run.shows(&[
        "Completed control-plane node cp2 (192.0.2.12)",
        "1. Join: `kubeadm join --config join.yaml`\n",
    ]);
    let scheduler = std::fs::read_to_string(tree.etc("scheduler.conf")).unwrap();
    assert!(scheduler.contains("server: https://192.0.2.12:7443"));
}

/// On a cluster that runs, the configuration is this `ConfigMap`.
#[test]
fn the_config_map_is_a_configuration() {
    let tree = running();
    let whole = std::fs::read_to_string(tree.beside("kubeadm.yaml")).unwrap();
    let (_, cluster) = whole.split_once("---\n").unwrap();
    let indented = cluster.trim_end().replace('\n', "\n    ");
    let indented = format!("    {indented}\n");
    let map = format!(
        "apiVersion: v1\ndata:\n  ClusterConfiguration: |\n{indented}kind: ConfigMap\nmetadata:\n  \
         name: kubeadm-config\n  namespace: kube-system\n"
    );
    tree.put_beside("cm.yaml", map);
    for verb in [
        &["verify", "--strict"][..],
        &["renew", "all", "--reconcile"],
    ] {
        let arguments = [verb, &["--at", AT, "--config", "cm.yaml"]].concat();
        let before = tree.snapshot();
        tree.pkigen(&arguments).exits(0);
        before.assert_files_kept(&tree.snapshot());
    }
}

/// Every address stands for that of the default route, as it does for kubeadm; on a tree that is
/// there, for the one that it was made for.
#[test]
fn every_address_stands_for_one() {
    let config = |address: &str| {
        format!(
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nlocalAPIEndpoint: \
             {{advertiseAddress: '{address}', bindPort: 6443}}\nnodeRegistration: {{name: cp1}}\n"
        )
    };
    for address in ["0.0.0.0", "::"] {
        let tree = running();
        tree.put_beside("k.yaml", config(address));
        let run = tree.pkigen(&["verify", "--at", AT, "--config", "k.yaml"]);
        run.says(&[
            "note: the node is reached at 192.168.10.11, as /etc/kubernetes/manifests/\
             kube-apiserver.yaml (--advertise-address) has it\n",
        ]);
    }
}

/// kubeadm reads these no more, and what concerns certificates is the same in them.
#[test]
pub(crate) fn old_versions_are_read() {
    for version in ["v1beta1", "v1beta2", "v1beta3"] {
        let tree = Tree::empty();
        tree.put_beside(
            "old.yaml",
            format!(
                "apiVersion: kubeadm.k8s.io/{version}\nkind: ClusterConfiguration\n\
                 controlPlaneEndpoint: api.example.org:6443\napiServer: {{certSANs: \
                 [lb.example.org], extraArgs: {{v: '2'}}}}\n"
            ),
        );
        let more = ["--config", "old.yaml", "--key-algorithm", "ecdsa-p256"];
        let run = tree.init(&more).exits(0);
        assert_eq!(run.stderr, "", "{version}");
        let names = crate::init::names(&tree.pki("apiserver.crt"));
        assert!(
            names.contains(&"DNS:lb.example.org".to_owned()),
            "{names:?}"
        );
    }
}

#[test]
pub(crate) fn two_places_that_contradict_each_other_are_said() {
    let tree = Tree::empty();
    tree.put_beside(
        "k.yaml",
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nencryptionAlgorithm: \
         ECDSA-P256\nnetworking: {serviceSubnet: 10.96.0.0/12}\napiServer:\n  extraArgs:\n  - {name: \
         service-cluster-ip-range, value: 10.43.0.0/16}\n  - {name: etcd-cafile, value: \
         /etc/etcd/ca.crt}\n",
    );
    let run = tree.init(&["--config", "k.yaml", "--dry-run"]).exits(0);
    run.says(&[
        "warning: k.yaml:7: ClusterConfiguration.apiServer.extraArgs[0].value: kube-apiserver is told \
         --service-cluster-ip-range=10.43.0.0/16, and certificates are made for the services of \
         10.96.0.0/12; one of the two is wrong\n",
        "warning: the configuration tells kube-apiserver --etcd-cafile=/etc/etcd/ca.crt, and what is \
         made and renewed here is /etc/kubernetes/pki/etcd/ca.crt, which kube-apiserver then does not \
         read\n",
    ]);
}

/// What is written for kubeadm is what it needs: the cluster, the node and the version too.
#[test]
fn the_configuration_that_is_written_is_complete() {
    let (tree, again) = (Tree::empty(), Tree::empty());
    let fixture = Tree::kubeadm("ecdsa-p256");
    let whole = std::fs::read_to_string(fixture.beside("kubeadm.yaml")).unwrap();
    tree.put_beside("kubeadm.yaml", whole);
    let run = tree.pkigen(&["init", "--config", "kubeadm.yaml"]).exits(0);
    let written = tree.etc("pkigen/flags/kubeadm.yaml");
    run.shows(&[
        "1. Start the control plane: `kubeadm init --config kubeadm.yaml` keeps these files;\n     or start \
         the components yourself with the flags in /etc/kubernetes/pkigen/flags/\n",
    ]);
    // Where a flag says something else, that file would not keep them.
    let again_with = [
        "init",
        "--config",
        "kubeadm.yaml",
        "--san",
        "lb2.example.org",
    ];
    let other = Tree::empty();
    other.put_beside(
        "kubeadm.yaml",
        std::fs::read_to_string(fixture.beside("kubeadm.yaml")).unwrap(),
    );
    other.pkigen(&again_with).exits(0).shows(&[
        "1. Start the control plane: `kubeadm init --config /etc/kubernetes/pkigen/flags/kubeadm.yaml` \
         keeps these files;",
    ]);
    let text = std::fs::read_to_string(&written).unwrap();
    assert!(text.contains("kubernetesVersion: v1.36.2\n"), "{text}");
    // By itself it describes the same node of the same cluster.
    let file = written.display().to_string();
    tree.pkigen(&["verify", "--strict", "--config", &file])
        .exits(0);
    again.put_beside("kubeadm.yaml", &text);
    again.pkigen(&["init", "--config", "kubeadm.yaml"]).exits(0);
    let rewritten = std::fs::read_to_string(again.etc("pkigen/flags/kubeadm.yaml")).unwrap();
    assert_eq!(rewritten, text);
}
