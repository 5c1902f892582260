//! Descriptions of clusters, as far as the library reads them.

use pkigen::pki_core::cluster::{Endpoint, NodeName};
use pkigen::pki_core::x509::HostError;
use pkigen::pki_core::{ClusterError, LifetimeError};
use pkigen::{Host, Lifetime, Profile, RowId};

use super::cluster;
use crate::support::Described;

fn host(text: &str) -> Result<Host, String> {
    text.parse()
        .map_err(|error: HostError| error.why.to_owned())
}

pub(super) fn leaf_beyond_authority_refused() {
    let longer = Lifetime::new(3651 * time::Duration::DAY).unwrap();
    let error = cluster().certificate_lifetime(longer).build().unwrap_err();
    assert!(
        matches!(error, ClusterError::OutlivesAuthority { .. }),
        "{error}"
    );
}

pub(super) fn empty_life_refused() {
    for text in ["0s", "-48h", "0h0m0s"] {
        let error = text.parse::<Lifetime>().unwrap_err();
        assert!(matches!(error, LifetimeError::OutOfRange { .. }), "{error}");
    }
}

pub(super) fn long_label_refused() {
    let label = "a".repeat(64);
    let error = host(&format!("{label}.example.org")).unwrap_err();
    assert_eq!(error, "it has a label longer than 63 characters");
    assert!(host(&format!("{}.example.org", &label[1..])).is_ok());
}

pub(super) fn numeric_name_refused() {
    for text in ["999.1.1.1", "1.2.3"] {
        let error = host(text).unwrap_err();
        assert_eq!(
            error,
            "its last label is a number, so it is neither a DNS name nor an IP address"
        );
    }
}

pub(super) fn leading_zero_refused() {
    assert!(host("010.1.1.1").is_err());
    assert!(host("10.1.1.1").is_ok());
}

pub(super) fn capitals_folded() {
    let etcd = host("ETCD.Example.org").unwrap();
    let endpoint: Endpoint = "API.Example.org:6443".parse().unwrap();
    let builder = cluster()
        .etcd_server_hosts([etcd])
        .control_plane_endpoint(endpoint);
    let cluster = builder.build().unwrap();
    let names = |id: RowId| cluster.site().hosts(id.spec()).to_string();
    assert!(names(RowId::EtcdServer).contains("etcd.example.org"));
    assert!(names(RowId::Apiserver).contains("api.example.org"));
}

pub(super) fn twice_refused() {
    let hosts = ["lb.example.org", "LB.example.org"].map(|text| host(text).unwrap());
    let error = cluster().apiserver_hosts(hosts).build().unwrap_err();
    assert!(
        matches!(error, ClusterError::DuplicateHost { .. }),
        "{error}"
    );
}

pub(super) fn node_named_as_authority_refused() {
    for name in ["kubernetes", "front-proxy-ca", "etcd-ca"] {
        let name: NodeName = name.parse().unwrap();
        let builder = Described::new(name, "192.0.2.10".parse().unwrap());
        let error = builder.profile(Profile::Kubeadm).build().unwrap_err();
        assert!(
            matches!(error, ClusterError::NodeNamedAsAuthority { .. }),
            "{error}"
        );
    }
}
