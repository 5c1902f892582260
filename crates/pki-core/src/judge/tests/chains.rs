use const_oid::db::rfc5280 as oid;
use time::Duration;

use super::purposes::names;
use crate::judge::testing::{Made, NOW, spare_key};
use crate::judge::{LooseFiles, loose};
use crate::key::{KeyAlgorithm, SigningKey as _};
use crate::spec::RowId::{
    AdminConf, Apiserver, ClusterCa, EtcdCa, EtcdPeer, EtcdServer, FrontProxyCa, FrontProxyClient,
};
use crate::x509::forge::Forge;
use crate::{Certificate, Usage};

const P256: KeyAlgorithm = KeyAlgorithm::EcdsaP256;
/// Basic constraints with CA:TRUE, and with a path length of 0.
const AUTHORITY: [u8; 5] = [0x30, 3, 1, 1, 0xff];
const LAST_AUTHORITY: [u8; 8] = [0x30, 6, 1, 1, 0xff, 2, 1, 0];

#[test]
fn a_leaf_of_another_authority() {
    let mut made = Made::new();
    let other = made.certificate(EtcdServer);
    let forged = Forge {
        issuer: other.issuer().as_der().to_vec(),
        ..Forge::of(&made.certificate(Apiserver))
    };
    let forged = forged.sign(made.key(EtcdCa));
    made.put(Apiserver, vec![forged]);
    made.finds(&[("unknown-issuer", "apiserver.crt")]);
}

#[test]
fn a_leaf_of_another_authority_of_the_same_name() {
    let mut made = Made::new();
    let forged = Forge::of(&made.certificate(Apiserver)).sign(&spare_key(1, P256));
    made.put(Apiserver, vec![forged]);
    made.finds(&[("bad-signature", "apiserver.crt")]);
}

#[test]
fn an_authority_that_was_made_anew() {
    let mut made = Made::new();
    let key = spare_key(1, P256);
    let mut forge = Forge::of(&made.certificate(ClusterCa));
    forge.spki = key.public_key().spki_der().to_vec();
    made.put(ClusterCa, vec![forge.sign(&key)]);
    // The certificate alone: its key says which one is wrong.
    made.finds(&[("pair-mismatch", "ca.crt")]);
    // The key too: then nothing comes from it.
    made.put_key(ClusterCa, &key);
    made.finds(&[("authority-replaced", "ca.crt")]);
    let message = &made.findings()[0].message;
    assert!(
        message.starts_with("none of its 7 certificates"),
        "{message}"
    );
}

#[test]
fn an_authority_of_one_leaf() {
    let mut made = Made::new();
    let key = spare_key(1, P256);
    let mut forge = Forge::of(&made.certificate(FrontProxyCa));
    forge.spki = key.public_key().spki_der().to_vec();
    made.put(FrontProxyCa, vec![forge.sign(&key)]);
    made.put_key(FrontProxyCa, &key);
    made.finds(&[("bad-signature", "front-proxy-client.crt")]);
}

#[test]
fn key_identifiers() {
    let mut made = Made::new();
    let mut other = vec![0x30, 22, 0x80, 20];
    other.extend([7; 20]);
    made.forge(Apiserver, |forge| {
        forge.with(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, other)
    });
    made.finds(&[("key-identifier-mismatch", "apiserver.crt")]);
    let mut made = Made::new();
    made.forge(AdminConf, |forge| {
        forge.without(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER)
    });
    made.finds(&[("no-key-identifier", "admin.conf")]);
    // The serial number of the authority, where that is named: 127 is not it.
    let mut made = Made::new();
    made.forge(AdminConf, |forge| {
        forge.with(
            oid::ID_CE_AUTHORITY_KEY_IDENTIFIER,
            false,
            vec![0x30, 3, 0x82, 1, 0x7f],
        )
    });
    made.finds(&[("no-key-identifier", "admin.conf")]);
}

#[test]
fn lives_longer_than_the_authority_s() {
    let mut made = Made::new();
    let end = made.certificate(EtcdCa).validity().not_after;
    made.forge(EtcdPeer, |mut forge| {
        forge.validity.not_after = end + Duration::seconds(1);
        forge
    });
    made.finds(&[("outlives-authority", "etcd/peer.crt")]);
    // When the authority has ended, that is what is wrong.
    let after = end + Duration::seconds(1);
    let mut made = Made::new();
    for id in [EtcdPeer, EtcdServer] {
        made.forge(id, |mut forge| {
            forge.validity.not_after = end + Duration::days(1);
            forge
        });
    }
    let rules: Vec<_> = crate::judge::tree(&made.evidence, after)
        .into_iter()
        .filter(|finding| finding.file.contains("etcd/"))
        .map(|finding| (finding.rule.id(), finding.file))
        .collect();
    assert_eq!(
        rules,
        [
            (
                "authority-expired",
                "/etc/kubernetes/pki/etcd/ca.crt".to_owned()
            ),
            (
                "expired",
                "/etc/kubernetes/pki/etcd/healthcheck-client.crt".to_owned()
            ),
        ]
    );
}

/// An intermediate authority of the front proxy with its leaf; `root` and `middle` say how the
/// two authorities differ from good ones.
fn two_authorities(
    root: impl FnOnce(Forge) -> Forge,
    middle: impl FnOnce(Forge) -> Forge,
) -> (Made, Certificate, Certificate) {
    let mut made = Made::new();
    let key = spare_key(2, P256);
    let old = made.certificate(FrontProxyCa);
    let root = root(Forge::of(&old)).sign(made.key(FrontProxyCa));
    let identifier = key.public_key().identifier();
    let tagged = |tag: &[u8]| [tag, &identifier.as_bytes()[..]].concat();
    let mut forge = Forge::of(&old)
        .subject("front-proxy-issuing", &[])
        .with(oid::ID_CE_SUBJECT_KEY_IDENTIFIER, false, tagged(&[4, 20]))
        .with(
            oid::ID_CE_AUTHORITY_KEY_IDENTIFIER,
            false,
            Forge::of(&made.certificate(FrontProxyClient))
                .extensions
                .into_iter()
                .find(|one| one.oid == oid::ID_CE_AUTHORITY_KEY_IDENTIFIER)
                .unwrap()
                .value,
        );
    forge.spki = key.public_key().spki_der().to_vec();
    forge.serial = vec![2];
    let middle = middle(forge).sign(made.key(FrontProxyCa));
    let mut leaf = Forge::of(&made.certificate(FrontProxyClient)).with(
        oid::ID_CE_AUTHORITY_KEY_IDENTIFIER,
        false,
        tagged(&[0x30, 22, 0x80, 20]),
    );
    leaf.issuer = middle.subject().as_der().to_vec();
    let leaf = leaf.sign(&key);
    made.put(FrontProxyClient, vec![leaf]);
    made.put(FrontProxyCa, vec![middle.clone(), root.clone()]);
    made.put_key(FrontProxyCa, &key);
    (made, middle, root)
}

#[test]
fn an_intermediate_authority() {
    let same = |forge| forge;
    let (mut made, middle, root) = two_authorities(same, same);
    made.finds(&[]);
    // Go is content with the lower one, OpenSSL is not.
    made.put(FrontProxyCa, vec![middle.clone()]);
    made.finds(&[("no-root", "front-proxy-ca.crt")]);
    // The key is the second's.
    made.put(FrontProxyCa, vec![root, middle]);
    made.finds(&[("issuing-not-first", "front-proxy-ca.crt")]);
}

#[test]
fn an_intermediate_authority_in_the_leaf_s_file() {
    let same = |forge| forge;
    let (mut made, middle, root) = two_authorities(same, same);
    let leaf = made.certificate(FrontProxyClient);
    made.put(FrontProxyClient, vec![leaf.clone(), middle]);
    made.put(FrontProxyCa, vec![root]);
    made.facts(FrontProxyCa, |facts| {
        let crate::observation::RowFacts::Pair { key, .. } = facts else {
            panic!("{facts:?}");
        };
        *key = crate::observation::Found::Absent;
    });
    made.finds(&[]);
    made.put(FrontProxyClient, vec![leaf]);
    made.finds(&[("unknown-issuer", "front-proxy-client.crt")]);
}

#[test]
fn path_lengths() {
    let last =
        |forge: Forge| forge.with(oid::ID_CE_BASIC_CONSTRAINTS, true, LAST_AUTHORITY.to_vec());
    let same = |forge| forge;
    let (made, ..) = two_authorities(last, same);
    made.finds(&[("path-length", "front-proxy-ca.crt")]);
    let (made, ..) = two_authorities(same, last);
    made.finds(&[]);
}

#[test]
fn a_root_that_has_ended_above_one_that_has_not() {
    let ended = |mut forge: Forge| {
        forge.validity.not_after = NOW - Duration::days(1);
        forge
    };
    let (made, ..) = two_authorities(ended, |forge| forge);
    made.finds(&[("authority-expired", "front-proxy-ca.crt")]);
}

#[test]
fn authorities_for_one_purpose() {
    let server = vec![0x30, 10, 6, 8, 43, 6, 1, 5, 5, 7, 3, 1];
    let mut made = Made::new();
    made.forge(FrontProxyCa, |forge| {
        forge.with(oid::ID_CE_EXT_KEY_USAGE, false, server)
    });
    made.finds(&[("authority-narrows-purpose", "front-proxy-ca.crt")]);
}

#[test]
fn name_constraints() {
    // permittedSubtrees: dNSName example.org.
    let subtree = |tag: u8, base: &[u8]| {
        let length = |more: usize| u8::try_from(base.len() + more).unwrap();
        let mut value = vec![
            0x30,
            length(6),
            0xa0,
            length(4),
            0x30,
            length(2),
            tag,
            length(0),
        ];
        value.extend(base);
        value
    };
    let dns = subtree(0x82, b"example.org");
    let mut made = Made::new();
    made.forge(ClusterCa, |forge| {
        forge.with(oid::ID_CE_NAME_CONSTRAINTS, true, dns.clone())
    });
    made.finds(&[("name-constraint", "apiserver.crt")]);

    let anything = subtree(0x82, b"");
    let mut made = Made::new();
    made.forge(ClusterCa, |forge| {
        forge.with(oid::ID_CE_NAME_CONSTRAINTS, true, anything.clone())
    });
    made.finds(&[]);
    made.forge(ClusterCa, |forge| {
        forge.with(oid::ID_CE_NAME_CONSTRAINTS, false, anything)
    });
    made.finds(&[("name-constraints-not-critical", "ca.crt")]);

    let directory = subtree(0xa4, &[0x30, 0]);
    let mut made = Made::new();
    made.forge(ClusterCa, |forge| {
        forge.with(oid::ID_CE_NAME_CONSTRAINTS, true, directory)
    });
    made.finds(&[("name-constraints-unsupported", "ca.crt")]);
}

/// While an authority is exchanged both are trusted, and either may have signed.
#[test]
fn two_generations() {
    let mut made = Made::new();
    let old = made.certificate(EtcdCa);
    let key = spare_key(3, P256);
    let identifier = key.public_key().identifier();
    let mut forge = Forge::of(&old).with(
        oid::ID_CE_SUBJECT_KEY_IDENTIFIER,
        false,
        [&[4, 20], &identifier.as_bytes()[..]].concat(),
    );
    forge.spki = key.public_key().spki_der().to_vec();
    forge.serial = vec![3];
    let new = forge.sign(&key);
    made.put(EtcdCa, vec![old.clone(), new.clone()]);
    made.finds(&[]);
    made.put(EtcdCa, vec![new, old.clone()]);
    made.put_key(EtcdCa, &key);
    made.finds(&[]);
    // One that was issued again with the same key saves the leaves of the one that ended.
    let mut ended = Forge::of(&old);
    ended.validity.not_after = NOW - Duration::days(1);
    ended.serial = vec![4];
    let mut made = Made::new();
    let ended = ended.sign(made.key(EtcdCa));
    made.put(EtcdCa, vec![ended.clone(), old]);
    made.finds(&[]);
    made.put(EtcdCa, vec![ended]);
    made.finds(&[("authority-expired", "etcd/ca.crt")]);
}

#[test]
fn files_that_are_no_tree() {
    let made = Made::new();
    let files = LooseFiles {
        file: "leaf.pem".to_owned(),
        chain: vec![made.certificate(Apiserver)],
        intermediates: Vec::new(),
        anchors_file: "ca.pem".to_owned(),
        anchors: vec![made.certificate(ClusterCa)],
        key: Some((
            "leaf.key".to_owned(),
            made.key(Apiserver).public_key().clone(),
        )),
        hosts: vec!["kubernetes".parse().unwrap()],
        usage: None,
    };
    let rules = |files: &LooseFiles| {
        let findings = loose(files, NOW);
        let rules = findings.iter().map(|one| (one.rule.id(), one.file.clone()));
        rules.collect::<Vec<_>>()
    };
    assert_eq!(rules(&files), []);
    let leaf = "leaf.pem".to_owned();
    let mut other = files.clone();
    other.hosts.push("other.example.org".parse().unwrap());
    assert_eq!(rules(&other), [("name-not-served", leaf.clone())]);
    let mut other = files.clone();
    other.usage = Some(Usage::Client);
    assert_eq!(rules(&other), [("wrong-purpose", leaf.clone())]);
    let mut other = files.clone();
    other.key = Some(("k".to_owned(), made.key(AdminConf).public_key().clone()));
    assert_eq!(rules(&other), [("pair-mismatch", leaf.clone())]);
    let mut other = files.clone();
    other.anchors = vec![made.certificate(EtcdCa)];
    assert_eq!(rules(&other), [("unknown-issuer", leaf)]);
    // An anchor that it does not lead to is nobody's concern here.
    let mut other = files;
    let bad = Forge::of(&made.certificate(EtcdCa)).without(oid::ID_CE_KEY_USAGE);
    other.anchors.push(bad.sign(made.key(EtcdCa)));
    assert_eq!(rules(&other), []);
}

#[test]
fn a_leaf_that_is_not_first() {
    let mut made = Made::new();
    let chain = vec![made.certificate(ClusterCa), made.certificate(Apiserver)];
    made.put(Apiserver, chain);
    made.finds(&[("leaf-not-first", "apiserver.crt")]);
}

#[test]
fn constraints_of_an_authority() {
    let mut made = Made::new();
    made.forge(FrontProxyCa, |forge| {
        forge.with(oid::ID_CE_BASIC_CONSTRAINTS, false, AUTHORITY.to_vec())
    });
    made.finds(&[("constraints-not-critical", "front-proxy-ca.crt")]);
}

#[test]
fn names_that_are_not_constrained_are_free() {
    let mut made = Made::new();
    made.forge(EtcdServer, |forge| {
        names(
            forge,
            &[
                (2, b"localhost"),
                (7, &[127, 0, 0, 1]),
                (2, b"etcd.example.org"),
            ],
        )
    });
    made.finds(&[]);
}
