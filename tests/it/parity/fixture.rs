//! The two clusters kubeadm made, and the same descriptions as the library takes them.

use std::collections::BTreeMap;

use pkigen::cluster::Lifetime;
use pkigen::key::{KeyError, KeyRequest, KeySource, PrivateKey, Random};
use pkigen::pki_core::key::SigningKey as _;
use pkigen::table::{CERTS, Part, Table};
use pkigen::{KeyAlgorithm, Profile, RowId};
use serde_json::Value;
use time::OffsetDateTime;
use time::macros::datetime;

use crate::support::{Described, decoded, embedded, files_below, fixture, fixture_bytes};

pub(super) const FIXTURES: [Fixture; 2] = [
    Fixture {
        algorithm: KeyAlgorithm::EcdsaP256,
    },
    Fixture {
        algorithm: KeyAlgorithm::Rsa2048,
    },
];

/// A cluster that kubeadm 1.36.2 made.
#[derive(Debug)]
pub(super) struct Fixture {
    pub(super) algorithm: KeyAlgorithm,
}

impl Fixture {
    /// When kubeadm's `init phase certs all` began.
    pub(super) const STARTED: OffsetDateTime = datetime!(2026-11-23 18:30:47 UTC);

    /// The cluster of `kubeadm.yaml`, by hand: reading that file is the command's part, and its
    /// tests do it. [`Self::yaml_says_so`] holds the two together.
    pub(super) fn cluster(&self) -> Described {
        Described::new("cp1".parse().unwrap(), "192.168.10.11".parse().unwrap())
            .profile(Profile::Kubeadm)
            .key_algorithm(self.algorithm)
            .bind_port(6443)
            .cluster_name("kubernetes")
            .control_plane_endpoint("api.example.org:6443".parse().unwrap())
            .service_cidrs(["10.96.0.0/12".parse().unwrap()])
            .dns_domain("cluster.local".parse().unwrap())
            .apiserver_hosts(["lb.example.org", "203.0.113.9"].map(|host| host.parse().unwrap()))
            .etcd_server_hosts(["etcd.example.org".parse().unwrap()])
            .etcd_peer_hosts(["10.0.0.9".parse().unwrap()])
    }

    /// The values above, as they stand in `kubeadm.yaml`.
    pub(super) fn yaml_says_so(&self) -> bool {
        let text = String::from_utf8(self.bytes("kubeadm.yaml")).unwrap();
        let algorithm = self.algorithm.name().to_ascii_uppercase();
        [
            "localAPIEndpoint: {advertiseAddress: 192.168.10.11, bindPort: 6443}",
            "nodeRegistration: {name: cp1,",
            "clusterName: kubernetes\n",
            &format!("encryptionAlgorithm: {algorithm}\n"),
            "controlPlaneEndpoint: api.example.org:6443\n",
            "networking: {serviceSubnet: 10.96.0.0/12, dnsDomain: cluster.local,",
            "apiServer: {certSANs: [lb.example.org, 203.0.113.9]}",
            "serverCertSANs: [etcd.example.org], peerCertSANs: [10.0.0.9]}}",
        ]
        .iter()
        .all(|line| text.contains(line))
    }

    /// The same cluster with leaves that live `seconds` longer than kubeadm's default year.
    pub(super) fn cluster_living(&self, seconds: i64) -> Described {
        let year = Lifetime::YEAR.duration();
        let longer = year + time::Duration::seconds(seconds);
        self.cluster()
            .certificate_lifetime(Lifetime::new(longer).unwrap())
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fixture_bytes(&format!("kubeadm-1.36.2/{}/{name}", self.algorithm))
    }

    /// Where kubeadm's tree is, in `tests/fixtures`.
    pub(super) fn tree(&self) -> String {
        format!("kubeadm-1.36.2/{}/etc/kubernetes", self.algorithm)
    }

    /// Every file that kubeadm wrote.
    pub(super) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        files_below(&fixture(&self.tree()))
    }

    /// One of them.
    pub(super) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(&format!("etc/kubernetes/{name}"))).unwrap()
    }

    pub(super) fn facts(&self) -> Value {
        serde_json::from_slice(&self.bytes("facts.json")).unwrap()
    }

    /// Component to arguments.
    pub(super) fn flags(&self) -> BTreeMap<String, Vec<String>> {
        serde_json::from_slice(&self.bytes("flags.json")).unwrap()
    }

    /// The serial numbers kubeadm drew, as the 8 octets pkigen draws, in the table's order.
    pub(super) fn serial_numbers(&self) -> Vec<Vec<u8>> {
        let rows = CERTS.iter().filter_map(|spec| self.certificate(spec.id));
        rows.map(|pem| {
            let certificate = decoded(&pem).remove(0);
            let serial = certificate
                .tbs_certificate()
                .serial_number()
                .as_bytes()
                .to_vec();
            let mut octets = vec![0; 8 - serial.len()];
            octets.extend(serial);
            octets
        })
        .collect()
    }

    /// The certificate of a row, in PEM.
    fn certificate(&self, id: RowId) -> Option<String> {
        let artifacts = id.spec().artifacts();
        artifacts
            .into_iter()
            .find_map(|artifact| match artifact.part {
                Part::Certificate if id != RowId::KubeletServing => {
                    Some(self.text(&format!("pki/{artifact}")))
                }
                Part::Kubeconfig => {
                    let text = self.text(&artifact.to_string());
                    Some(embedded(&text, "client-certificate-data"))
                }
                _ => None,
            })
    }

    /// The private key of a row, in PEM.
    fn key(&self, id: RowId) -> String {
        let artifacts = id.spec().artifacts();
        let mut keys = artifacts
            .into_iter()
            .filter_map(|artifact| match artifact.part {
                Part::Key => Some(self.text(&format!("pki/{artifact}"))),
                Part::Kubeconfig => {
                    let text = self.text(&artifact.to_string());
                    Some(embedded(&text, "client-key-data"))
                }
                _ => None,
            });
        keys.next().unwrap()
    }
}

/// Hands out the keys that kubeadm made.
impl KeySource for Fixture {
    fn generate(
        &self,
        request: KeyRequest<'_>,
        _random: &dyn Random,
    ) -> Result<PrivateKey, KeyError> {
        let row = Table::kubernetes().find(request.name).unwrap();
        let key = PrivateKey::from_pem(self.key(row).as_bytes())?;
        assert_eq!(key.public_key().key_type(), request.algorithm.key_type());
        Ok(key)
    }
}
