//! What embedders keep, send and hand to threads.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use pkigen::cluster::{DnsName, Host, Lifetime, NodeName, UserName};
use pkigen::flags::Format;
use pkigen::issue::Authority;
use pkigen::key::{PrivateKey, Signers};
use pkigen::pki_core::cluster::{Endpoint, ServiceCidr};
use pkigen::pki_core::judge::Rule;
use pkigen::pki_core::spec::Component;
use pkigen::pki_core::x509::Oid;
use pkigen::pki_layout::table::KubernetesVersion;
use pkigen::{
    Bundle, Certificate, Cluster, Inventory, KeyAlgorithm, LayoutError, Node, Observation, Plan,
    Profile, Provider, Root,
};

/// The text of a value is read back as the value, by itself and inside of JSON.
fn text<T>(texts: &[&str])
where
    T: FromStr<Err: Debug> + Display + Debug + PartialEq + serde::Serialize,
    T: serde::de::DeserializeOwned,
{
    for text in texts {
        let value: T = text.parse().unwrap();
        let shown = value.to_string();
        assert_eq!(shown.parse::<T>().unwrap(), value, "{text}");
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(json, format!("{shown:?}"));
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), value);
    }
    let nonsense = serde_json::from_str::<T>("\"\\u0000 nonsense\"");
    assert!(nonsense.is_err(), "{nonsense:?}");
    assert!(serde_json::from_str::<T>("{}").is_err());
}

#[test]
fn a_value_with_a_text_form_is_that_text_to_serde_too() {
    text::<KeyAlgorithm>(&["ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-4096"]);
    text::<Profile>(&["kubernetes-io", "kubeadm"]);
    text::<Lifetime>(&["365d", "8760h", "90m", "10y"]);
    text::<NodeName>(&["cp1", "cp1.example.org"]);
    text::<UserName>(&["jane", "jane@example.org"]);
    text::<DnsName>(&["api.example.org", "*.example.org"]);
    text::<Host>(&["api.example.org", "192.0.2.10", "2001:db8::10"]);
    text::<Endpoint>(&["api.example.org:6443", "[2001:db8::10]:6443", "192.0.2.10"]);
    text::<ServiceCidr>(&["10.96.0.0/12", "fd00:10:96::/112"]);
    text::<Component>(&["kube-apiserver", "etcd", "kubelet"]);
    text::<Rule>(&["expired", "pair-mismatch"]);
    text::<KubernetesVersion>(&["1.36"]);
    text::<Format>(&["args", "yaml", "json", "systemd", "kubeadm"]);
    text::<Oid>(&["2.5.29.17", "1.3.6.1.5.5.7.3.1"]);
}

#[test]
fn everything_goes_to_other_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Authority>();
    shared::<Bundle>();
    shared::<Certificate>();
    shared::<Cluster>();
    shared::<Inventory>();
    shared::<LayoutError>();
    shared::<Node>();
    shared::<Observation>();
    shared::<Plan>();
    shared::<PrivateKey>();
    shared::<Provider<'static>>();
    shared::<Root>();
    shared::<Signers>();
}
