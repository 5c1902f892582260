use super::super::testing::*;
use crate::config::ConfigError;

#[test]
fn one_of_the_two_documents_is_enough() {
    assert!(
        quiet(&init("v1beta4", "nodeRegistration: {name: a}"))
            .node_name
            .is_some()
    );
    assert!(
        quiet(&cluster("v1beta3", "clusterName: a"))
            .cluster_name
            .is_some()
    );
}

#[test]
fn a_file_without_either_document_is_no_configuration() {
    let message = "k.yaml: neither a ClusterConfiguration nor an InitConfiguration nor a \
                   JoinConfiguration of kubeadm.k8s.io in this file; add one of them, or write the \
                   configuration as TOML";
    assert_eq!(error("---\n"), message);
    let kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";
    assert_eq!(error(kubelet), message);
}

#[test]
fn other_kinds_are_refused_with_the_list_of_accepted_ones() {
    let secret = format!("{ECDSA}---\napiVersion: v1\nkind: Secret\n");
    assert_eq!(
        error(&secret),
        "k.yaml:17: Secret of v1 does not belong in a kubeadm configuration; accepted kinds: \
         ClusterConfiguration, InitConfiguration, JoinConfiguration, ClusterStatus, \
         ResetConfiguration, UpgradeConfiguration, KubeletConfiguration (kubelet.config.k8s.io), \
         KubeProxyConfiguration (kubeproxy.config.k8s.io), ConfigMap (kubeadm-config)"
    );
    let wrong_group = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: KubeletConfiguration\n";
    assert!(error(wrong_group).starts_with("k.yaml:2: KubeletConfiguration of kubeadm.k8s.io/"));
    let no_group = "kind: ClusterConfiguration\napiVersion: v1beta4\n";
    assert!(error(no_group).starts_with("k.yaml:1: ClusterConfiguration of v1beta4 does not"));
}

#[test]
fn other_versions_are_refused() {
    for version in ["v1alpha3", "v1beta5", "v2", ""] {
        assert_eq!(
            error(&cluster(version, "clusterName: a")),
            format!(
                "k.yaml:1: ClusterConfiguration is written in kubeadm.k8s.io/{version}, which is \
                 not read; of kubeadm.k8s.io v1beta4, v1beta3, v1beta2, v1beta1 are"
            )
        );
    }
    let gone = "apiVersion: kubeadm.k8s.io/v1alpha3\nkind: ClusterStatus\n";
    assert!(error(gone).contains("ClusterStatus is written in kubeadm.k8s.io/v1alpha3"));
}

/// Of a version that is too old, the kubeadm is known that reads it and writes another.
#[test]
fn who_migrates_an_old_version_is_known() {
    for (version, kubeadm) in [
        ("v1alpha1", Some("v1.11")),
        ("v1alpha2", Some("v1.12")),
        ("v1alpha3", Some("v1.14")),
        ("v2", None),
    ] {
        let read = super::super::parse("k.yaml", &cluster(version, ""));
        assert!(
            matches!(read, Err(ConfigError::UnknownVersion { migrated_by, .. }) if migrated_by == kubeadm),
            "{version}"
        );
    }
}

#[test]
fn a_document_needs_its_type() {
    let fields = "clusterName: prod\n";
    assert!(
        error(&format!("---\nkind: ClusterConfiguration\n{fields}"))
            .starts_with("k.yaml:2: the document has no apiVersion; ")
    );
    assert!(
        error(&format!("apiVersion: kubeadm.k8s.io/v1beta4\n{fields}"))
            .starts_with("k.yaml:1: the document has no kind; ")
    );
    assert_eq!(
        error("---\n- a\n"),
        "k.yaml:2: the document expects a mapping with apiVersion and kind, found a list"
    );
    assert_eq!(
        error("apiVersion: kubeadm.k8s.io/v1beta4\nkind: 5\n"),
        "k.yaml:2: kind expects a string, found the integer 5; put it in quotes"
    );
}

#[test]
fn a_kind_comes_once() {
    let twice = format!("{ECDSA}---\n{}", init("v1beta4", ""));
    assert_eq!(
        error(&twice),
        "k.yaml:17: a second InitConfiguration; the first is at line 2"
    );
    let kubelet = "---\nkind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n";
    assert_eq!(
        error(&format!("{ECDSA}{kubelet}{kubelet}")),
        "k.yaml:19: a second KubeletConfiguration; the first is at line 16"
    );
}
