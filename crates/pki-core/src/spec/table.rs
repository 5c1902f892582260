//! The rows. kubernetes.io "PKI certificates and requirements", and kubeadm's
//! `phases/certs/certlist.go` and `phases/kubeconfig/kubeconfig.go`.

use super::CommonNameRule::{Fixed, NodeName, NodeUser};
use super::{
    BindingSubject, ByProfile, CertSpec, CommonNameRule, EarlierGroups, Form, HostRule, Need,
    OwnerKind, Rights, ServerRule, Since,
};
use crate::x509::Usage;

/// Hosts that every etcd certificate serves.
macro_rules! etcd_hosts {
    ($extra:expr) => {
        &[
            HostRule::NodeName,
            HostRule::Localhost,
            HostRule::AdvertiseAddress,
            HostRule::Loopback,
            $extra,
        ]
    };
}

/// Declares the enumeration and its table together: a row without a name, and a name without a
/// row, do not compile.
macro_rules! rows {
    ($($(#[$doc:meta])* $id:ident { $($cells:tt)* })*) => {
        /// A row of the table: a kind of credential.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum RowId {
            $($(#[$doc])* $id,)*
            /// A row of an embedder's own, declared as a static.
            Own(&'static CertSpec),
        }

        /// Every row, each issuer before what it signs.
        pub static CERTS: &[&CertSpec] = &[$(RowId::$id.spec()),*];

        impl RowId {
            /// The row.
            #[must_use]
            pub const fn spec(self) -> &'static CertSpec {
                match self {
                    $(Self::$id => const { &CertSpec { id: Self::$id, $($cells)* } },)*
                    Self::Own(spec) => spec,
                }
            }
        }
    };
}

rows! {
    /// The cluster's authority, `ca`.
    ClusterCa {
        name: "ca",
        title: "authority of the cluster: signs the API server, its clients and kubelets",
        owner: OwnerKind::Cluster,
        issuer: None,
        common_name: ByProfile {
            kubernetes_io: Fixed("kubernetes-ca"),
            kubeadm: Fixed("kubernetes"),
        },
        groups: &[],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Authority),
        hosts: &[],
        form: Form::Pair { stem: "ca" },
        need: Need::Always,
    }
    /// The API server's serving certificate.
    Apiserver {
        name: "apiserver",
        title: "what the API server presents to everyone who dials it",
        owner: OwnerKind::Node,
        issuer: Some(RowId::ClusterCa),
        common_name: ByProfile::same(Fixed("kube-apiserver")),
        groups: &[],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Server),
        hosts: &[
            HostRule::NodeName,
            HostRule::ServiceNames,
            HostRule::ServiceAddresses,
            HostRule::AdvertiseAddress,
            HostRule::ControlPlaneEndpoint,
            HostRule::ApiserverExtra,
        ],
        form: Form::Pair { stem: "apiserver" },
        need: Need::Always,
    }
    /// What the API server presents to kubelets.
    ApiserverKubeletClient {
        name: "apiserver-kubelet-client",
        title: "what the API server presents to kubelets, for logs and exec",
        owner: OwnerKind::Node,
        issuer: Some(RowId::ClusterCa),
        common_name: ByProfile::same(Fixed("kube-apiserver-kubelet-client")),
        groups: &[],
        rights: Rights::by(
            "kubeadm:apiserver-kubelet-client",
            "system:kubelet-api-admin",
            BindingSubject::User("kube-apiserver-kubelet-client"),
            Since::minor(36, "CHANGELOG-1.36, v1.36.1, kubernetes#138958"),
        )
        .earlier(&[
            EarlierGroups::ADMINISTRATORS,
            EarlierGroups::MASTERS,
        ]),
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Pair {
            stem: "apiserver-kubelet-client",
        },
        need: Need::Always,
    }
    /// The kubelet's serving certificate, made on request.
    KubeletServing {
        name: "kubelet-serving",
        title: "what this node's kubelet presents to the API server",
        owner: OwnerKind::Node,
        issuer: Some(RowId::ClusterCa),
        common_name: ByProfile::same(NodeUser),
        groups: &["system:nodes"],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Server),
        hosts: &[HostRule::NodeName, HostRule::AdvertiseAddress, HostRule::KubeletExtra],
        form: Form::Pair {
            stem: "kubelet-serving",
        },
        need: Need::KubeletServing,
    }
    /// The authority of the aggregation layer.
    FrontProxyCa {
        name: "front-proxy-ca",
        title: "authority of the aggregation layer",
        owner: OwnerKind::Cluster,
        issuer: None,
        common_name: ByProfile {
            kubernetes_io: Fixed("kubernetes-front-proxy-ca"),
            kubeadm: Fixed("front-proxy-ca"),
        },
        groups: &[],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Authority),
        hosts: &[],
        form: Form::Pair {
            stem: "front-proxy-ca",
        },
        need: Need::Always,
    }
    /// What the aggregator presents to extension API servers.
    FrontProxyClient {
        name: "front-proxy-client",
        title: "what the API server presents to extension API servers",
        owner: OwnerKind::Node,
        issuer: Some(RowId::FrontProxyCa),
        common_name: ByProfile::same(Fixed("front-proxy-client")),
        groups: &[],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Pair {
            stem: "front-proxy-client",
        },
        need: Need::Always,
    }
    /// etcd's authority.
    EtcdCa {
        name: "etcd-ca",
        title: "authority of etcd: signs its members and its clients",
        owner: OwnerKind::Cluster,
        issuer: None,
        common_name: ByProfile::same(Fixed("etcd-ca")),
        groups: &[],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Authority),
        hosts: &[],
        form: Form::Pair { stem: "etcd/ca" },
        need: Need::LocalEtcd,
    }
    /// What an etcd member presents to its clients.
    EtcdServer {
        name: "etcd-server",
        title: "what this node's etcd presents to its clients",
        owner: OwnerKind::Node,
        issuer: Some(RowId::EtcdCa),
        common_name: ByProfile {
            kubernetes_io: Fixed("kube-etcd"),
            kubeadm: NodeName,
        },
        groups: &[],
        rights: Rights::BY_GROUPS,
        // etcd dials itself with this certificate, so it is a client's too.
        usage: Some(Usage::Peer),
        hosts: etcd_hosts!(HostRule::EtcdServerExtra),
        form: Form::Pair {
            stem: "etcd/server",
        },
        need: Need::LocalEtcd,
    }
    /// What etcd members present to each other.
    EtcdPeer {
        name: "etcd-peer",
        title: "what this node's etcd and the other members present to each other",
        owner: OwnerKind::Node,
        issuer: Some(RowId::EtcdCa),
        common_name: ByProfile {
            kubernetes_io: Fixed("kube-etcd-peer"),
            kubeadm: NodeName,
        },
        groups: &[],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Peer),
        hosts: etcd_hosts!(HostRule::EtcdPeerExtra),
        form: Form::Pair { stem: "etcd/peer" },
        need: Need::LocalEtcd,
    }
    /// What health checks and etcdctl present to etcd.
    EtcdHealthcheckClient {
        name: "etcd-healthcheck-client",
        title: "what etcdctl and health checks present to etcd",
        owner: OwnerKind::Node,
        issuer: Some(RowId::EtcdCa),
        common_name: ByProfile::same(Fixed("kube-etcd-healthcheck-client")),
        groups: &[],
        rights: Rights::BY_GROUPS.earlier(&[EarlierGroups::MASTERS]),
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Pair {
            stem: "etcd/healthcheck-client",
        },
        need: Need::LocalEtcd,
    }
    /// What the API server presents to etcd.
    ApiserverEtcdClient {
        name: "apiserver-etcd-client",
        title: "what the API server presents to etcd",
        owner: OwnerKind::Node,
        issuer: Some(RowId::EtcdCa),
        common_name: ByProfile::same(Fixed("kube-apiserver-etcd-client")),
        groups: &[],
        rights: Rights::BY_GROUPS.earlier(&[EarlierGroups::MASTERS]),
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Pair {
            stem: "apiserver-etcd-client",
        },
        need: Need::LocalEtcd,
    }
    /// The service-account key pair, `sa.key` and `sa.pub`.
    ServiceAccount {
        name: "sa",
        title: "key pair that signs and checks service-account tokens",
        owner: OwnerKind::Cluster,
        issuer: None,
        common_name: ByProfile::same(CommonNameRule::None),
        groups: &[],
        rights: Rights::BY_GROUPS,
        usage: None,
        hosts: &[],
        form: Form::KeyPair { stem: "sa" },
        need: Need::Always,
    }
    /// kubectl's kubeconfig for administrators.
    AdminConf {
        name: "admin.conf",
        title: "kubectl's kubeconfig for the administrators",
        owner: OwnerKind::Cluster,
        issuer: Some(RowId::ClusterCa),
        common_name: ByProfile::same(Fixed("kubernetes-admin")),
        groups: &["kubeadm:cluster-admins"],
        rights: Rights::by(
            "kubeadm:cluster-admins",
            "cluster-admin",
            BindingSubject::Group("kubeadm:cluster-admins"),
            Since::minor(29, "kubernetes#121305"),
        )
        .earlier(&[EarlierGroups::MASTERS]),
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "admin.conf",
            server: ServerRule::ControlPlaneEndpoint,
        },
        need: Need::Always,
    }
    /// The break-glass kubeconfig that bypasses RBAC.
    SuperAdminConf {
        name: "super-admin.conf",
        title: "break-glass kubeconfig: its group system:masters cannot be revoked",
        owner: OwnerKind::Cluster,
        issuer: Some(RowId::ClusterCa),
        common_name: ByProfile::same(Fixed("kubernetes-super-admin")),
        groups: &["system:masters"],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "super-admin.conf",
            server: ServerRule::ControlPlaneEndpoint,
        },
        need: Need::FirstNode,
    }
    /// The kubelet's kubeconfig.
    KubeletConf {
        name: "kubelet.conf",
        title: "what this node's kubelet presents to the API server, as kubeconfig",
        owner: OwnerKind::Node,
        issuer: Some(RowId::ClusterCa),
        common_name: ByProfile::same(NodeUser),
        groups: &["system:nodes"],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "kubelet.conf",
            server: ServerRule::LocalEndpointSince(Since::minor(
                33,
                "kubernetes.io, kubeadm init, feature gates: ControlPlaneKubeletLocalMode",
            )),
        },
        need: Need::NotForJoin,
    }
    /// kube-controller-manager's kubeconfig.
    ControllerManagerConf {
        name: "controller-manager.conf",
        title: "what kube-controller-manager presents to the API server, as kubeconfig",
        owner: OwnerKind::Node,
        issuer: Some(RowId::ClusterCa),
        common_name: ByProfile::same(Fixed("system:kube-controller-manager")),
        groups: &[],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "controller-manager.conf",
            server: ServerRule::LocalEndpoint,
        },
        need: Need::Always,
    }
    /// kube-scheduler's kubeconfig.
    SchedulerConf {
        name: "scheduler.conf",
        title: "what kube-scheduler presents to the API server, as kubeconfig",
        owner: OwnerKind::Node,
        issuer: Some(RowId::ClusterCa),
        common_name: ByProfile::same(Fixed("system:kube-scheduler")),
        groups: &[],
        rights: Rights::BY_GROUPS,
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "scheduler.conf",
            server: ServerRule::LocalEndpoint,
        },
        need: Need::Always,
    }
}
