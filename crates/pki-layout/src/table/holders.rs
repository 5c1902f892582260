//! Who holds a copy of an authority's certificate beside the files of a node, and how that gets the
//! new one when the authority is renewed.

use pki_core::RowId;

/// A row of [`HOLDERS`]: one place that holds a copy.
#[derive(Debug)]
#[non_exhaustive]
pub struct HolderSpec {
    /// Whose certificate.
    pub authority: RowId,
    /// The place, as a phrase.
    pub place: &'static str,
    /// Whether it holds what is above an intermediate too.
    pub holds_above: bool,
    /// How it gets the new one.
    pub refresh: Refresh,
    /// Where this is to be seen: a file of Kubernetes 1.36 or of etcd 3.6.
    pub source: &'static str,
}

/// How a copy is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refresh {
    /// Somebody does it: who and when, as a phrase.
    ByItself(&'static str),
    /// A command for a shell does it, in which `{}` stands for the authority's file.
    Shell(&'static str),
    /// The new certificate is taken over there, as it is here.
    Taken,
    /// Whoever made the copy makes it again.
    CopiedAgain,
}

/// Every copy beside the files of a node. The `ConfigMap`s of kubeadm are there where that made the
/// cluster.
///
/// ```
/// use pki_core::RowId;
/// use pki_layout::table::HOLDERS;
///
/// let etcd = HOLDERS.iter().filter(|holder| holder.authority == RowId::EtcdCa);
/// assert_eq!(etcd.count(), 2);
/// ```
pub static HOLDERS: &[HolderSpec] = &[
    HolderSpec {
        authority: RowId::ClusterCa,
        place: "every other node, workers too: its ca.crt and its kubeconfigs",
        holds_above: true,
        refresh: Refresh::Taken,
        source: "cmd/kubeadm/app/cmd/phases/join/kubelet.go",
    },
    HolderSpec {
        authority: RowId::ClusterCa,
        place: "the ConfigMap cluster-info in kube-public, which kubeadm join believes",
        holds_above: false,
        refresh: Refresh::Shell(
            "kubectl -n kube-public get configmap cluster-info -o yaml | \
             sed \"s|certificate-authority-data: .*|certificate-authority-data: $(base64 -w0 {})|\" | \
             kubectl replace -f -",
        ),
        source: "cmd/kubeadm/app/phases/bootstraptoken/clusterinfo/clusterinfo.go",
    },
    HolderSpec {
        authority: RowId::ClusterCa,
        place: "the ConfigMap kube-root-ca.crt of every namespace, which pods believe",
        holds_above: true,
        refresh: Refresh::ByItself("kube-controller-manager writes it after its restart"),
        source: "pkg/controller/certificates/rootcacertpublisher/publisher.go",
    },
    HolderSpec {
        authority: RowId::ClusterCa,
        place: "the ConfigMap extension-apiserver-authentication in kube-system",
        holds_above: false,
        refresh: Refresh::ByItself("kube-apiserver writes it"),
        source: "pkg/controlplane/controller/clusterauthenticationtrust/\
                 cluster_authentication_trust_controller.go",
    },
    HolderSpec {
        authority: RowId::ClusterCa,
        place: "copies of admin.conf, such as ~/.kube/config, and kubeconfigs of users",
        holds_above: false,
        refresh: Refresh::CopiedAgain,
        source: "client-go/tools/clientcmd",
    },
    HolderSpec {
        authority: RowId::FrontProxyCa,
        place: "every other control-plane node: its front-proxy-ca.crt",
        holds_above: false,
        refresh: Refresh::Taken,
        source: "cmd/kubeadm/app/phases/copycerts/copycerts.go",
    },
    HolderSpec {
        authority: RowId::FrontProxyCa,
        place: "the ConfigMap extension-apiserver-authentication in kube-system",
        holds_above: false,
        refresh: Refresh::ByItself("kube-apiserver writes it"),
        source: "pkg/controlplane/controller/clusterauthenticationtrust/\
                 cluster_authentication_trust_controller.go",
    },
    HolderSpec {
        authority: RowId::EtcdCa,
        place: "every other control-plane node and etcd member: its etcd/ca.crt",
        holds_above: false,
        refresh: Refresh::Taken,
        source: "cmd/kubeadm/app/phases/copycerts/copycerts.go",
    },
    HolderSpec {
        authority: RowId::EtcdCa,
        place: "copies for other clients of etcd, such as backups and monitoring",
        holds_above: false,
        refresh: Refresh::CopiedAgain,
        source: "etcd client/pkg/transport/listener.go",
    },
];
