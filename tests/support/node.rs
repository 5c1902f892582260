//! A node as kubeadm leaves it: its files, its manifests and the kubelet's configuration.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::tree::copy;
use super::{Tree, fixture};

/// What kubeadm 1.36 writes into `/var/lib/kubelet/config.yaml`
/// (`cmd/kubeadm/app/componentconfigs/kubelet.go`), as far as it has to do with trust.
const KUBELET: &str = "\
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
";

/// A node as `kubeadm init` leaves it, modes included: git keeps none.
pub(crate) fn node(algorithm: &str) -> Tree {
    let tree = Tree::kubeadm(algorithm);
    let manifests = fixture(&format!("kubeadm-1.36.2/{algorithm}/manifests"));
    copy(&manifests, &tree.etc("manifests"));
    private(&tree.etc(""));
    let kubelet = tree.at("/var/lib/kubelet");
    fs::create_dir_all(&kubelet).unwrap();
    fs::write(kubelet.join("config.yaml"), KUBELET).unwrap();
    fs::create_dir_all(tree.at("/var/lib/etcd")).unwrap();
    fs::set_permissions(tree.at("/var/lib/etcd"), fs::Permissions::from_mode(0o700)).unwrap();
    tree
}

/// 0600 for what is not a certificate.
fn private(directory: &Path) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            private(&path);
        } else if path.extension().is_none_or(|end| end != "crt") {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}
