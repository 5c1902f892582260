use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280 as oid;
use der::Encode as _;
use time::Duration;

use crate::judge::testing::{Made, NOW, spare_key};
use crate::key::{KeyAlgorithm, SigningKey as _};
use crate::spec::RowId::{
    AdminConf, Apiserver, ApiserverKubeletClient, ClusterCa, EtcdPeer, FrontProxyClient,
    SchedulerConf,
};
use crate::x509::forge::Forge;

/// The API server's certificate changed in one way gives exactly this finding.
#[track_caller]
fn apiserver(rule: &str, change: impl FnOnce(Forge) -> Forge) {
    let mut made = Made::new();
    made.forge(Apiserver, change);
    made.finds(&[(rule, "apiserver.crt")]);
}

#[test]
fn dates() {
    apiserver("expired", |mut forge| {
        forge.validity.not_after = NOW - Duration::seconds(1);
        forge
    });
    apiserver("not-yet-valid", |mut forge| {
        forge.validity.not_before = NOW + Duration::seconds(1);
        forge
    });
    let mut made = Made::new();
    made.forge(SchedulerConf, |mut forge| {
        forge.validity.not_after = NOW;
        forge
    });
    made.finds(&[]);
    made.finds_at(NOW + Duration::seconds(1), &[("expired", "scheduler.conf")]);
}

#[test]
fn serial_numbers() {
    let serial = |octets: &'static [u8]| {
        move |mut forge: Forge| {
            forge.serial = octets.to_vec();
            forge
        }
    };
    apiserver("serial-negative", serial(&[0x80, 1]));
    apiserver("serial-zero", serial(&[0]));
    apiserver("serial-too-long", serial(&[1; 21]));
    for good in [&[1][..], &[0x7f; 20], &[0, 0x80]] {
        let mut made = Made::new();
        made.forge(Apiserver, |mut forge| {
            forge.serial = good.to_vec();
            forge
        });
        made.finds(&[]);
    }
}

/// kubeadm gave it to its authorities, and no verifier looks.
#[test]
fn the_serial_number_zero_of_a_root_is_no_finding() {
    let mut made = Made::new();
    made.forge(ClusterCa, |mut forge| {
        forge.serial = vec![0];
        forge
    });
    made.finds(&[]);
}

#[test]
fn one_serial_number_of_one_issuer() {
    let mut made = Made::new();
    let serial = made.certificate(Apiserver).serial_number().clone();
    let same = |mut forge: Forge| {
        forge.serial = serial.as_bytes().to_vec();
        forge
    };
    made.forge(AdminConf, same);
    made.finds(&[("serial-duplicate", "admin.conf")]);
    // Another issuer's numbers are its own.
    let mut made = Made::new();
    made.forge(EtcdPeer, same);
    made.finds(&[]);
}

#[test]
fn signatures_by_hashes_that_collide() {
    let mut made = Made::new();
    let sha1 = ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");
    made.forge(FrontProxyClient, |mut forge| {
        forge.signature_algorithm = Some(sha1);
        forge
    });
    made.finds(&[("weak-signature", "front-proxy-client.crt")]);
    // Nobody checks what a root says of itself.
    let mut made = Made::new();
    made.forge(ClusterCa, |mut forge| {
        forge.signature_algorithm = Some(sha1);
        forge
    });
    made.finds(&[]);
}

#[test]
fn extensions_that_must_not_be_critical() {
    for identifier in [
        oid::ID_CE_AUTHORITY_KEY_IDENTIFIER,
        oid::ID_CE_SUBJECT_KEY_IDENTIFIER,
    ] {
        apiserver("identifier-critical", |forge| {
            forge.critical(identifier, true)
        });
    }
    apiserver("identifier-critical", |forge| {
        forge.with(oid::ID_PE_AUTHORITY_INFO_ACCESS, true, vec![0x30, 0])
    });
}

#[test]
fn extensions_that_nobody_knows() {
    let unknown = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
    apiserver("unknown-critical-extension", |forge| {
        forge.with(unknown, true, vec![5, 0])
    });
    let mut made = Made::new();
    made.forge(Apiserver, |forge| forge.with(unknown, false, vec![5, 0]));
    made.finds(&[]);
}

#[test]
fn extensions_that_do_not_decode() {
    apiserver("malformed-extension", |forge| {
        forge.with(oid::ID_CE_SUBJECT_KEY_IDENTIFIER, false, vec![4, 9, 1])
    });
    let mut made = Made::new();
    made.forge(ApiserverKubeletClient, |forge| {
        forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, vec![0x30, 0])
    });
    made.finds(&[("malformed-extension", "apiserver-kubelet-client.crt")]);
}

#[test]
fn empty_names() {
    let empty = |mut forge: Forge| {
        forge.subject = vec![0x30, 0];
        forge
    };
    apiserver("empty-name", empty);
    let mut made = Made::new();
    made.forge(Apiserver, |forge| {
        empty(forge).critical(oid::ID_CE_SUBJECT_ALT_NAME, true)
    });
    made.finds(&[]);
}

#[test]
fn leaves_that_are_authorities_or_look_like_ones() {
    let authority = [0x30, 3, 1, 1, 0xff].to_vec();
    apiserver("leaf-is-authority", |forge| {
        forge.with(oid::ID_CE_BASIC_CONSTRAINTS, true, authority)
    });
    // digitalSignature and keyCertSign.
    apiserver("leaf-may-sign", |forge| {
        forge.with(oid::ID_CE_KEY_USAGE, true, vec![3, 2, 2, 0x84])
    });
    apiserver("leaf-may-sign", |forge| {
        forge.with(oid::ID_CE_BASIC_CONSTRAINTS, true, vec![0x30, 3, 2, 1, 0])
    });
    apiserver("subject-is-issuer", |mut forge| {
        forge.subject.clone_from(&forge.issuer);
        forge
    });
    let mut made = Made::new();
    let mut forge = Forge::of(&made.certificate(Apiserver));
    forge.issuer.clone_from(&forge.subject);
    let forged = forge.sign(made.key(Apiserver));
    made.put(Apiserver, vec![forged]);
    made.finds(&[("self-signed", "apiserver.crt")]);
}

#[test]
fn versions() {
    let mut made = Made::new();
    made.forge(ApiserverKubeletClient, |mut forge| {
        forge.version = 1;
        forge
    });
    made.finds(&[("certificate-version", "apiserver-kubelet-client.crt")]);
}

#[test]
fn keys_that_are_of_no_use() {
    // Ed25519.
    let mut spki = vec![0x30, 42, 0x30, 5, 6, 3, 43, 101, 112, 3, 33, 0];
    spki.extend([7; 32]);
    let mut made = Made::new();
    made.forge(Apiserver, |mut forge| {
        forge.spki = spki;
        forge
    });
    made.facts(Apiserver, |facts| {
        let crate::observation::RowFacts::Pair { key, .. } = facts else {
            panic!("{facts:?}");
        };
        *key = crate::observation::Found::Broken {
            reason: "is Ed25519".to_owned(),
        };
    });
    let file = "/etc/kubernetes/pki/apiserver.key".to_owned();
    let name = "Ed25519".to_owned();
    made.evidence
        .odd_keys
        .insert(file, crate::judge::OddKey::Kind { name });
    made.finds(&[("unsupported-key", "apiserver.crt")]);
}

#[test]
fn rsa_without_null() {
    let key = spare_key(1, KeyAlgorithm::Rsa2048);
    let spki = key.public_key().spki_der();
    let info = spki::SubjectPublicKeyInfoRef::try_from(spki).unwrap();
    let without = spki::SubjectPublicKeyInfoRef {
        algorithm: spki::AlgorithmIdentifierRef {
            oid: info.algorithm.oid,
            parameters: None,
        },
        subject_public_key: info.subject_public_key,
    };
    let mut made = Made::new();
    made.forge(Apiserver, |mut forge| {
        forge.spki = without.to_der().unwrap();
        forge
    });
    made.facts(Apiserver, |facts| {
        let crate::observation::RowFacts::Pair { key, .. } = facts else {
            panic!("{facts:?}");
        };
        *key = crate::observation::Found::Absent;
    });
    made.finds(&[
        ("half-pair", "apiserver.crt"),
        ("rsa-parameters", "apiserver.crt"),
    ]);
}
