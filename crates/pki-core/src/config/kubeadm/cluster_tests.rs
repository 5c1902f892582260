use super::super::testing::*;
use super::*;

#[test]
fn service_networks_share_the_line_of_their_string() {
    let read = quiet(&cluster(
        "v1beta4",
        "networking:\n  serviceSubnet: 10.96.0.0/12, fd00::/112",
    ));
    assert_eq!(
        read.service_cidrs,
        [
            on(4, "networking.serviceSubnet", "10.96.0.0/12"),
            on(4, "networking.serviceSubnet", "fd00::/112"),
        ]
    );
}

#[test]
fn apiserver_names_are_lower_cased_and_told_once() {
    let read = parsed(&cluster(
        "v1beta4",
        "apiServer:\n  certSANs:\n  - LB.example.org\n  - 10.0.0.1\n  - lb.Example.org",
    ));
    assert_eq!(
        values(&read.settings.apiserver_sans),
        ["lb.example.org", "10.0.0.1"]
    );
    assert_eq!(
        read.warnings,
        [
            "k.yaml:7: ClusterConfiguration.apiServer.certSANs[2] repeats \"lb.example.org\" and is dropped"
        ]
    );
}

#[test]
fn etcd_names_stay_as_they_are() {
    let read = quiet(&cluster(
        "v1beta4",
        "etcd: {local: {serverCertSANs: [A, a, A]}}",
    ));
    let Some(EtcdSettings::Local { server_sans, .. }) = read.etcd.map(|etcd| etcd.value) else {
        unreachable!("the file says local");
    };
    assert_eq!(values(&server_sans), ["A", "a", "A"]);
}

#[test]
fn local_etcd_without_fields_is_local() {
    let read = quiet(&cluster("v1beta4", "etcd:\n  local: {}"));
    let local = EtcdSettings::Local {
        server_sans: Vec::new(),
        peer_sans: Vec::new(),
    };
    assert_eq!(
        read.etcd,
        Some(at(4, "ClusterConfiguration.etcd.local", local))
    );
}

#[test]
fn both_kinds_of_etcd_are_one_too_many() {
    assert_eq!(
        error(&cluster(
            "v1beta4",
            "etcd:\n  external: {endpoints: [a]}\n  local: {}"
        )),
        "k.yaml:5: ClusterConfiguration.etcd.local and ClusterConfiguration.etcd.external (line 4) \
         exclude each other; remove one of them"
    );
}

#[test]
fn key_algorithms_are_case_sensitive_and_five() {
    for (name, ours) in [
        ("RSA-2048", "rsa-2048"),
        ("RSA-3072", "rsa-3072"),
        ("RSA-4096", "rsa-4096"),
        ("ECDSA-P256", "ecdsa-p256"),
        ("ECDSA-P384", "ecdsa-p384"),
    ] {
        let read = quiet(&cluster("v1beta4", &format!("encryptionAlgorithm: {name}")));
        assert_eq!(read.key_algorithm, Some(on(3, "encryptionAlgorithm", ours)));
    }
    for name in ["rsa-2048", "ECDSA-P521", "Ed25519"] {
        assert_eq!(
            error(&cluster("v1beta4", &format!("encryptionAlgorithm: {name}"))),
            format!(
                "k.yaml:3: ClusterConfiguration.encryptionAlgorithm expects RSA-2048, RSA-3072, \
                 RSA-4096, ECDSA-P256 or ECDSA-P384, found the string \"{name}\""
            )
        );
    }
}

/// What kubeadm is to take and nothing makes here is known by its name.
#[test]
fn algorithms_of_later_versions_are_not_unknown() {
    for name in ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] {
        for api in ["v1beta4", "v1"] {
            assert_eq!(
                error(&cluster(api, &format!("encryptionAlgorithm: {name}"))),
                format!(
                    "k.yaml:3: ClusterConfiguration.encryptionAlgorithm is {name}, announced for \
                     Kubernetes 1.38 as a value of kubeadm's; pkigen does not make such keys yet: set \
                     it to RSA-2048, RSA-3072, RSA-4096, ECDSA-P256 or ECDSA-P384"
                )
            );
        }
    }
    let other = error(&cluster("v1beta4", "encryptionAlgorithm: ML-DSA-99"));
    assert!(other.contains("expects RSA-2048"), "{other}");
}

/// kubeadm refuses a feature gate that it does not know.
#[test]
fn a_feature_gate_that_is_going_is_said() {
    for minor in 31..=38 {
        let read = parsed(&cluster(
            "v1beta4",
            &format!("kubernetesVersion: v1.{minor}.0\nfeatureGates: {{PublicKeysECDSA: true}}"),
        ));
        let said = "k.yaml:4: ClusterConfiguration.featureGates.PublicKeysECDSA: kubeadm is announced \
                    to refuse this feature gate from 1.37 on; set encryptionAlgorithm to ECDSA-P256 \
                    instead";
        let expected: &[&str] = if minor < 37 { &[] } else { &[said] };
        assert_eq!(read.warnings, expected, "1.{minor}");
    }
}

#[test]
fn the_feature_gate_decides_over_the_field() {
    let gate = "featureGates.PublicKeysECDSA";
    let read = parsed(&cluster(
        "v1beta4",
        "encryptionAlgorithm: RSA-4096\nfeatureGates:\n  PublicKeysECDSA: true",
    ));
    assert_eq!(read.settings.key_algorithm, Some(on(5, gate, "ecdsa-p256")));
    assert_eq!(
        read.warnings,
        [
            "k.yaml:5: ClusterConfiguration.featureGates.PublicKeysECDSA is true, which makes keys \
             ecdsa-p256 as kubeadm does: encryptionAlgorithm, which asks for rsa-4096, is ignored"
        ]
    );
    let read = parsed(&cluster(
        "v1beta4",
        "featureGates: {PublicKeysECDSA: false}\nencryptionAlgorithm: ECDSA-P256",
    ));
    assert_eq!(read.settings.key_algorithm, Some(on(3, gate, "rsa-2048")));
    assert_eq!(read.warnings.len(), 1);

    let agree = quiet(&cluster(
        "v1beta4",
        "featureGates: {PublicKeysECDSA: true}\nencryptionAlgorithm: ECDSA-P256",
    ));
    assert_eq!(agree.key_algorithm, Some(on(3, gate, "ecdsa-p256")));
    let alone = quiet(&cluster("v1beta3", "featureGates: {PublicKeysECDSA: true}"));
    assert_eq!(alone.key_algorithm, Some(on(3, gate, "ecdsa-p256")));
}

#[test]
fn periods_are_passed_on_verbatim() {
    let read = quiet(&cluster(
        "v1beta4",
        "certificateValidityPeriod: 1h30m\ncaCertificateValidityPeriod: '-48h'",
    ));
    assert_eq!(
        read.certificate_validity,
        Some(on(3, "certificateValidityPeriod", "1h30m"))
    );
    assert_eq!(
        read.ca_validity,
        Some(on(4, "caCertificateValidityPeriod", "-48h"))
    );
}
