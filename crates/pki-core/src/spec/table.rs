//! The rows. kubernetes.io "PKI certificates and requirements", and kubeadm's
//! `phases/certs/certlist.go` and `phases/kubeconfig/kubeconfig.go`.

use super::CommonNameRule::{Fixed, NodeName, NodeUser};
use super::{ByProfile, CertId, CertSpec, CommonNameRule, Form, HostRule, Need, ServerRule};
use crate::usage::Usage;

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

/// Every row, each issuer before what it signs.
pub static CERTS: &[CertSpec] = &[
    CertSpec {
        id: CertId::ClusterCa,
        name: "ca",
        title: "authority of the cluster: signs the API server, its clients and kubelets",
        issuer: None,
        common_name: ByProfile {
            kubernetes_io: Fixed("kubernetes-ca"),
            kubeadm: Fixed("kubernetes"),
        },
        groups: &[],
        usage: Some(Usage::Authority),
        hosts: &[],
        form: Form::Pair { stem: "ca" },
        need: Need::Always,
    },
    CertSpec {
        id: CertId::Apiserver,
        name: "apiserver",
        title: "what the API server presents to everyone who dials it",
        issuer: Some(CertId::ClusterCa),
        common_name: ByProfile::same(Fixed("kube-apiserver")),
        groups: &[],
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
    },
    CertSpec {
        id: CertId::ApiserverKubeletClient,
        name: "apiserver-kubelet-client",
        title: "what the API server presents to kubelets, for logs and exec",
        issuer: Some(CertId::ClusterCa),
        common_name: ByProfile::same(Fixed("kube-apiserver-kubelet-client")),
        groups: &[],
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Pair {
            stem: "apiserver-kubelet-client",
        },
        need: Need::Always,
    },
    CertSpec {
        id: CertId::KubeletServing,
        name: "kubelet-serving",
        title: "what this node's kubelet presents to the API server",
        issuer: Some(CertId::ClusterCa),
        common_name: ByProfile::same(NodeUser),
        groups: &["system:nodes"],
        usage: Some(Usage::Server),
        hosts: &[HostRule::NodeName, HostRule::AdvertiseAddress],
        form: Form::Pair {
            stem: "kubelet-serving",
        },
        need: Need::KubeletServing,
    },
    CertSpec {
        id: CertId::FrontProxyCa,
        name: "front-proxy-ca",
        title: "authority of the aggregation layer",
        issuer: None,
        common_name: ByProfile {
            kubernetes_io: Fixed("kubernetes-front-proxy-ca"),
            kubeadm: Fixed("front-proxy-ca"),
        },
        groups: &[],
        usage: Some(Usage::Authority),
        hosts: &[],
        form: Form::Pair {
            stem: "front-proxy-ca",
        },
        need: Need::Always,
    },
    CertSpec {
        id: CertId::FrontProxyClient,
        name: "front-proxy-client",
        title: "what the API server presents to extension API servers",
        issuer: Some(CertId::FrontProxyCa),
        common_name: ByProfile::same(Fixed("front-proxy-client")),
        groups: &[],
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Pair {
            stem: "front-proxy-client",
        },
        need: Need::Always,
    },
    CertSpec {
        id: CertId::EtcdCa,
        name: "etcd-ca",
        title: "authority of etcd: signs its members and its clients",
        issuer: None,
        common_name: ByProfile::same(Fixed("etcd-ca")),
        groups: &[],
        usage: Some(Usage::Authority),
        hosts: &[],
        form: Form::Pair { stem: "etcd/ca" },
        need: Need::LocalEtcd,
    },
    CertSpec {
        id: CertId::EtcdServer,
        name: "etcd-server",
        title: "what this node's etcd presents to its clients",
        issuer: Some(CertId::EtcdCa),
        common_name: ByProfile {
            kubernetes_io: Fixed("kube-etcd"),
            kubeadm: NodeName,
        },
        groups: &[],
        // etcd dials itself with this certificate, so it is a client's too.
        usage: Some(Usage::Peer),
        hosts: etcd_hosts!(HostRule::EtcdServerExtra),
        form: Form::Pair {
            stem: "etcd/server",
        },
        need: Need::LocalEtcd,
    },
    CertSpec {
        id: CertId::EtcdPeer,
        name: "etcd-peer",
        title: "what this node's etcd and the other members present to each other",
        issuer: Some(CertId::EtcdCa),
        common_name: ByProfile {
            kubernetes_io: Fixed("kube-etcd-peer"),
            kubeadm: NodeName,
        },
        groups: &[],
        usage: Some(Usage::Peer),
        hosts: etcd_hosts!(HostRule::EtcdPeerExtra),
        form: Form::Pair { stem: "etcd/peer" },
        need: Need::LocalEtcd,
    },
    CertSpec {
        id: CertId::EtcdHealthcheckClient,
        name: "etcd-healthcheck-client",
        title: "what etcdctl and health checks present to etcd",
        issuer: Some(CertId::EtcdCa),
        common_name: ByProfile::same(Fixed("kube-etcd-healthcheck-client")),
        groups: &[],
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Pair {
            stem: "etcd/healthcheck-client",
        },
        need: Need::LocalEtcd,
    },
    CertSpec {
        id: CertId::ApiserverEtcdClient,
        name: "apiserver-etcd-client",
        title: "what the API server presents to etcd",
        issuer: Some(CertId::EtcdCa),
        common_name: ByProfile::same(Fixed("kube-apiserver-etcd-client")),
        groups: &[],
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Pair {
            stem: "apiserver-etcd-client",
        },
        need: Need::LocalEtcd,
    },
    CertSpec {
        id: CertId::ServiceAccount,
        name: "sa",
        title: "key pair that signs and checks service-account tokens",
        issuer: None,
        common_name: ByProfile::same(CommonNameRule::None),
        groups: &[],
        usage: None,
        hosts: &[],
        form: Form::KeyPair { stem: "sa" },
        need: Need::Always,
    },
    CertSpec {
        id: CertId::AdminConf,
        name: "admin.conf",
        title: "kubectl's kubeconfig for the administrators",
        issuer: Some(CertId::ClusterCa),
        common_name: ByProfile::same(Fixed("kubernetes-admin")),
        groups: &["kubeadm:cluster-admins"],
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "admin.conf",
            server: ServerRule::ControlPlaneEndpoint,
        },
        need: Need::Always,
    },
    CertSpec {
        id: CertId::SuperAdminConf,
        name: "super-admin.conf",
        title: "break-glass kubeconfig: its group system:masters cannot be revoked",
        issuer: Some(CertId::ClusterCa),
        common_name: ByProfile::same(Fixed("kubernetes-super-admin")),
        groups: &["system:masters"],
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "super-admin.conf",
            server: ServerRule::ControlPlaneEndpoint,
        },
        need: Need::FirstNode,
    },
    CertSpec {
        id: CertId::KubeletConf,
        name: "kubelet.conf",
        title: "what this node's kubelet presents to the API server, as kubeconfig",
        issuer: Some(CertId::ClusterCa),
        common_name: ByProfile::same(NodeUser),
        groups: &["system:nodes"],
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "kubelet.conf",
            server: ServerRule::LocalEndpoint,
        },
        need: Need::NotForJoin,
    },
    CertSpec {
        id: CertId::ControllerManagerConf,
        name: "controller-manager.conf",
        title: "what kube-controller-manager presents to the API server, as kubeconfig",
        issuer: Some(CertId::ClusterCa),
        common_name: ByProfile::same(Fixed("system:kube-controller-manager")),
        groups: &[],
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "controller-manager.conf",
            server: ServerRule::LocalEndpoint,
        },
        need: Need::Always,
    },
    CertSpec {
        id: CertId::SchedulerConf,
        name: "scheduler.conf",
        title: "what kube-scheduler presents to the API server, as kubeconfig",
        issuer: Some(CertId::ClusterCa),
        common_name: ByProfile::same(Fixed("system:kube-scheduler")),
        groups: &[],
        usage: Some(Usage::Client),
        hosts: &[],
        form: Form::Kubeconfig {
            file: "scheduler.conf",
            server: ServerRule::LocalEndpoint,
        },
        need: Need::Always,
    },
];

/// The row of an id. A test holds that every id has one, so the first row never stands in.
pub(super) fn row(id: CertId) -> &'static CertSpec {
    static FALLBACK: &CertSpec = match CERTS {
        [first, ..] => first,
        [] => panic!("the table has rows"),
    };
    CERTS.iter().find(|spec| spec.id == id).unwrap_or(FALLBACK)
}
