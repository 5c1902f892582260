//! What holds of every certificate that is issued.

use std::net::IpAddr;

use pkigen::cluster::{Host, Lifetime};
use pkigen::issue::{Authorities, Authority, Template, Validity};
use pkigen::key::SigningKey as _;
use pkigen::pki_core::authority::path::verify_usage;
use pkigen::pki_core::key::{KeyRequest, KeySource as _};
use pkigen::pki_core::x509::SubjectAltNames;
use pkigen::pki_core::{DistinguishedName, SerialNumber};
use pkigen::table::Usage;
use pkigen::{Certificate, Inventory, KeyAlgorithm, Plan, Profile, Provider};
use proptest::collection::vec;
use proptest::prelude::*;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use super::cases;
use super::strategies::{cluster, host};
use crate::support::{Counting, FixtureKeys, NOW, Scripted};

/// An authority, its serial number drawn from these bytes.
fn authority(profile: Profile, bytes: Vec<u8>) -> Authority {
    let random = Scripted::new([bytes]);
    let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP256);
    let key = FixtureKeys.generate(request, &random).unwrap();
    let template = Template::new(
        DistinguishedName::new("kubernetes", &[]).unwrap(),
        Usage::Authority,
        SubjectAltNames::none(),
        Validity::starting(NOW, Lifetime::DECADE),
        profile,
    );
    Authority::create(&template, Box::new(key), &random).unwrap()
}

/// Bytes that a generator may give, those with zeros in front more often than chance would.
fn random_bytes(length: usize) -> impl Strategy<Value = Vec<u8>> {
    (0..length, vec(any::<u8>(), length), any::<bool>()).prop_map(|(zeros, mut bytes, negative)| {
        bytes[..zeros].fill(0);
        bytes[zeros] |= if negative { 0x80 } else { 0x01 };
        // The first bit is dropped: with nothing else the number would be 0, and be drawn anew.
        *bytes.last_mut().unwrap() |= 1;
        bytes
    })
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[zeros..]
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn serial_numbers_are_positive_and_short(
        (profile, bytes) in prop_oneof![
            random_bytes(16).prop_map(|bytes| (Profile::KubernetesIo, bytes)),
            random_bytes(8).prop_map(|bytes| (Profile::Kubeadm, bytes)),
        ]
    ) {
        let drawn = SerialNumber::draw(profile, &Scripted::new([bytes.clone()])).unwrap();
        let authority = authority(profile, bytes);
        let der = authority.issuing().as_der();
        // x509-cert refuses integers with needless zeros.
        let certificate = x509_cert::Certificate::from_der(der).unwrap();
        prop_assert_eq!(certificate.to_der().unwrap(), der);
        let serial = certificate.tbs_certificate().serial_number().as_bytes();
        prop_assert!(serial.len() <= 20);
        prop_assert!(serial[0] < 0x80, "positive");
        let digits = without_zeros(serial);
        prop_assert!(!digits.is_empty(), "not zero");
        prop_assert_eq!(digits, without_zeros(drawn.as_bytes()));
        prop_assert_eq!(without_zeros(authority.issuing().serial_number().as_bytes()), digits);
    }

    #[test]
    fn names_are_sorted_and_nothing_is_there_twice(mut hosts in vec(host(), 0..20), twice in any::<bool>()) {
        if twice {
            hosts.extend(hosts.clone());
        }
        let names: SubjectAltNames = hosts.iter().cloned().collect();
        prop_assert!(names.names().is_sorted_by(|one, other| one < other));
        let mut addresses: Vec<IpAddr> = Vec::new();
        for host in &hosts {
            match host {
                Host::Ip(address) if !addresses.contains(address) => addresses.push(*address),
                _ => {}
            }
        }
        prop_assert_eq!(names.addresses(), addresses);
        prop_assert!(hosts.iter().all(|host| names.covers(host)));
        prop_assert_eq!(names.hosts().collect::<SubjectAltNames>(), names);
    }
}

proptest! {
    #![proptest_config(cases(32))]

    /// Every serving certificate of every cluster, as x509-cert reads it.
    #[test]
    fn certificates_hold_the_hosts_of_their_rows(builder in cluster()) {
        let cluster = builder.build().unwrap();
        let plan = Plan::init(&cluster, &Inventory::empty(), NOW).unwrap();
        let random = Counting::default();
        let provider = Provider::new(&FixtureKeys, &random);
        let bundle = plan.issue(Authorities::new(), &provider).unwrap();
        for credential in bundle.credentials() {
            let Some(certificate) = credential.content.certificate() else { continue };
            let decoded = x509_cert::Certificate::from_der(certificate.as_der()).unwrap();
            prop_assert_eq!(decoded.to_der().unwrap(), certificate.as_der());
            let names = decoded.tbs_certificate().get_extension::<SubjectAltName>().unwrap();
            let names = names.map(|(_, names)| names.0).unwrap_or_default();
            let texts: Vec<String> = names.iter().map(text).collect();
            let wanted = cluster.site().hosts(credential.id.row.spec());
            let wanted: Vec<String> = wanted.hosts().map(|host| host.to_string()).collect();
            prop_assert_eq!(texts, wanted, "{}", credential.id);
            // A leaf never outlives its authority.
            if let Some(issuer) = credential.id.row.spec().issuer {
                let issuer = bundle.get(&cluster.site().id(issuer)).unwrap().certificate().unwrap();
                prop_assert!(certificate.validity().not_after <= issuer.validity().not_after);
            }
            let pem = format!("text before\n{}text behind\n", certificate.to_pem());
            let read = Certificate::all_from_pem(pem.as_bytes()).unwrap();
            prop_assert_eq!(&read, std::slice::from_ref(certificate));
        }
    }
}

fn text(name: &GeneralName) -> String {
    match name {
        GeneralName::DnsName(name) => name.to_string(),
        GeneralName::IpAddress(octets) => match <[u8; 4]>::try_from(octets.as_bytes()) {
            Ok(octets) => IpAddr::from(octets).to_string(),
            Err(_) => IpAddr::from(<[u8; 16]>::try_from(octets.as_bytes()).unwrap()).to_string(),
        },
        other => panic!("a name of another type: {other:?}"),
    }
}

proptest! {
    #![proptest_config(cases(512))]

    /// Whatever byte of a certificate is changed, it is refused, and nothing panics.
    #[test]
    fn a_changed_byte_is_never_accepted(position in any::<prop::sample::Index>(), change in 1u8..) {
        let authority = authority(Profile::KubernetesIo, vec![1; 16]);
        let request = KeyRequest::new("apiserver", KeyAlgorithm::EcdsaP256);
        let random = Counting::default();
        let key = FixtureKeys.generate(request, &random).unwrap();
        let template = Template::new(
            DistinguishedName::new("kube-apiserver", &[]).unwrap(),
            Usage::Server,
            ["kubernetes".parse::<Host>().unwrap()].into_iter().collect(),
            Validity::starting(NOW, Lifetime::YEAR),
            Profile::KubernetesIo,
        );
        let leaf = authority.issue(&template, key.public_key(), &random).unwrap();
        verify_usage(std::slice::from_ref(&leaf), authority.trust().clients.certificates(), Usage::Server, NOW).unwrap();
        let mut der = leaf.as_der().to_vec();
        der[position.index(leaf.as_der().len())] ^= change;
        if let Ok(changed) = Certificate::from_der(&der) {
            let judged = verify_usage(&[changed], authority.trust().clients.certificates(), Usage::Server, NOW);
            prop_assert!(judged.is_err());
        }
    }
}
