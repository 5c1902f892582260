use crate::flags::{Component, FlagSpec};

/// An item of the CIS Kubernetes Benchmark that is about certificates or who is believed.
#[derive(Debug)]
#[non_exhaustive]
pub struct CisItem {
    /// Its number in the benchmark 2.0.1, whose checks are those of 1.12.
    pub number: &'static str,
    /// Its number in the benchmark 1.5, where it had one.
    pub in_1_5: Option<&'static str>,
    /// Whose flags or fields it is about.
    pub component: Component,
    /// Which, by their names in [`FLAGS`](crate::FLAGS).
    pub flags: &'static [&'static str],
    /// What it asks for, in one line.
    pub expectation: &'static str,
    /// Whether what kubeadm 1.36 sets up passes it.
    pub kubeadm_passes: bool,
}

impl CisItem {
    /// The items with this number, in the newest benchmark or in 1.5, the newest first.
    pub fn numbered(number: &str) -> impl Iterator<Item = &'static Self> {
        let newest = CIS_ITEMS.iter().filter(move |item| item.number == number);
        let old = CIS_ITEMS
            .iter()
            .filter(move |item| item.number != number && item.in_1_5 == Some(number));
        newest.chain(old)
    }

    /// The items about a flag or field.
    pub fn about(flag: &FlagSpec) -> impl Iterator<Item = &'static Self> {
        CIS_ITEMS
            .iter()
            .filter(move |item| item.component == flag.component && item.flags.contains(&flag.name))
    }
}

/// `"number" ("in 1.5") Component [flags], passes, "expectation";`
macro_rules! items {
    ($($number:literal ($old:expr) $component:ident [$($flag:literal),*], $passes:literal,
        $expectation:literal;)*) => {
        &[$(CisItem {
            number: $number,
            in_1_5: $old,
            component: Component::$component,
            flags: &[$($flag),*],
            expectation: $expectation,
            kubeadm_passes: $passes,
        },)*]
    };
}

/// Every item, in the order of the benchmark. After kube-bench's `cfg/cis-2.0.1` and `cis-1.5`.
pub static CIS_ITEMS: &[CisItem] = items! {
    "1.2.1" (Some("1.2.1")) KubeApiserver ["anonymous-auth"], false,
        "anonymous-auth is false";
    "1.2.4" (Some("1.2.5")) KubeApiserver ["kubelet-client-certificate", "kubelet-client-key"],
        true, "kube-apiserver has a certificate for kubelets";
    "1.2.5" (Some("1.2.6")) KubeApiserver ["kubelet-certificate-authority"], false,
        "kube-apiserver checks the certificates of kubelets";
    "1.2.21" (Some("1.2.27")) KubeApiserver ["service-account-lookup"], true,
        "tokens of deleted service accounts are refused";
    "1.2.22" (Some("1.2.28")) KubeApiserver ["service-account-key-file"], true,
        "tokens have a key pair of their own";
    "1.2.23" (Some("1.2.29")) KubeApiserver ["etcd-certfile", "etcd-keyfile"], true,
        "kube-apiserver has a certificate for etcd";
    "1.2.24" (Some("1.2.30")) KubeApiserver ["tls-cert-file", "tls-private-key-file"], true,
        "kube-apiserver has a serving certificate";
    "1.2.25" (Some("1.2.31")) KubeApiserver ["client-ca-file"], true,
        "kube-apiserver checks client certificates";
    "1.2.26" (Some("1.2.32")) KubeApiserver ["etcd-cafile"], true,
        "kube-apiserver checks the certificate of etcd";
    "1.2.29" (Some("1.2.35")) KubeApiserver ["tls-cipher-suites"], false,
        "kube-apiserver offers strong cipher suites only";
    "1.2.30" (None) KubeApiserver ["service-account-extend-token-expiration"], false,
        "tokens of pods live an hour and no longer";
    "1.3.3" (Some("1.3.3")) KubeControllerManager ["use-service-account-credentials"], true,
        "each controller has rights of its own";
    "1.3.4" (Some("1.3.4")) KubeControllerManager ["service-account-private-key-file"], true,
        "tokens are signed with a key that was chosen";
    "1.3.5" (Some("1.3.5")) KubeControllerManager ["root-ca-file"], true,
        "pods are given the authority to check kube-apiserver by";
    "1.3.6" (Some("1.3.6")) KubeControllerManager ["cluster-signing-cert-file"], true,
        "the feature gate RotateKubeletServerCertificate is not switched off";
    "2.1" (Some("2.1")) Etcd ["cert-file", "key-file"], true,
        "etcd has a serving certificate";
    "2.2" (Some("2.2")) Etcd ["client-cert-auth"], true,
        "etcd asks clients for a certificate";
    "2.3" (Some("2.3")) Etcd ["auto-tls"], true,
        "etcd makes no serving certificate of its own";
    "2.4" (Some("2.4")) Etcd ["peer-cert-file", "peer-key-file"], true,
        "members of etcd have a certificate";
    "2.5" (Some("2.5")) Etcd ["peer-client-cert-auth"], true,
        "members of etcd ask each other for a certificate";
    "2.6" (Some("2.6")) Etcd ["peer-auto-tls"], true,
        "members of etcd make no certificate of their own";
    "2.7" (Some("2.7")) Etcd ["trusted-ca-file"], true,
        "etcd has an authority that is not the cluster's";
    "3.1.1" (Some("3.1.1")) KubeApiserver ["client-ca-file"], false,
        "people do not log in with client certificates";
    "4.2.1" (Some("4.2.1")) Kubelet ["authentication.anonymous.enabled"], true,
        "the kubelet serves nobody whom it does not know";
    "4.2.3" (Some("4.2.3")) Kubelet ["authentication.x509.clientCAFile"], true,
        "the kubelet checks client certificates";
    "4.2.9" (Some("4.2.10")) Kubelet ["tlsCertFile", "tlsPrivateKeyFile"], false,
        "the kubelet has a serving certificate that somebody signed";
    "4.2.10" (Some("4.2.11")) Kubelet ["rotateCertificates"], true,
        "the kubelet renews its client certificate";
    "4.2.11" (Some("4.2.12")) Kubelet ["featureGates.RotateKubeletServerCertificate"], true,
        "the kubelet can renew its serving certificate";
    "4.2.12" (Some("4.2.13")) Kubelet ["tlsCipherSuites"], false,
        "the kubelet offers strong cipher suites only";
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_about_flags_of_the_table() {
        for item in CIS_ITEMS {
            assert!(!item.flags.is_empty());
            for name in item.flags {
                assert!(FlagSpec::find(item.component, name).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn the_talks_numbers_lead_to_the_newest() {
        let newest = |old| {
            let items: Vec<&str> = CisItem::numbered(old).map(|item| item.number).collect();
            items
        };
        assert_eq!(newest("1.2.6"), ["1.2.5"]);
        assert_eq!(newest("1.2.29"), ["1.2.29", "1.2.23"]);
        assert_eq!(newest("1.2.30"), ["1.2.30", "1.2.24"]);
        assert_eq!(newest("4.2.10"), ["4.2.10", "4.2.9"]);
        assert_eq!(newest("4.2.12"), ["4.2.12", "4.2.11"]);
        assert_eq!(newest("9.9"), [""; 0]);
    }
}
