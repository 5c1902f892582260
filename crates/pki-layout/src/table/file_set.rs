use super::Component;

/// Which files an item is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FileSet {
    /// The manifest of a component's static pod.
    Manifest(Component),
    /// Configuration of the pod network.
    Cni,
    /// etcd's data directory.
    EtcdData,
    /// admin.conf and super-admin.conf.
    AdminConf,
    /// kube-scheduler's kubeconfig.
    SchedulerConf,
    /// kube-controller-manager's kubeconfig.
    ControllerManagerConf,
    /// Everything below the certificate directory.
    Pki,
    /// Certificates below the certificate directory.
    PkiCertificates,
    /// Private keys: those below the certificate directory, and those that flags name.
    PkiKeys,
    /// The kubelet's unit and its drop-ins.
    KubeletService,
    /// kube-proxy's kubeconfig, where it is a file of the host.
    ProxyConf,
    /// The kubelet's kubeconfig.
    KubeletConf,
    /// The file of the authorities whose clients the kubelet accepts.
    KubeletCa,
    /// The kubelet's configuration file.
    KubeletConfiguration,
}
