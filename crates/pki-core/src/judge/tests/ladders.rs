//! Chains of many authorities, rooted in what is trusted and not, wherever a chain can be.

use const_oid::db::rfc5280 as oid;

use crate::judge::testing::{Made, NOW, key_identifier, spare_key};
use crate::judge::{Finding, LooseFiles, loose};
use crate::key::{KeyAlgorithm, PrivateKey, SigningKey as _};
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::spec::RowId;
use crate::spec::RowId::{AdminConf, Apiserver, ClusterCa, EtcdCa, FrontProxyCa, FrontProxyClient};
use crate::x509::forge::Forge;
use crate::x509::{Certificate, DistinguishedName};

/// Authorities below one another, the first below a root.
struct Ladder {
    root: Certificate,
    root_key: PrivateKey,
    rungs: Vec<(Certificate, PrivateKey)>,
}

/// What is signed by this key, in the name of this authority.
fn below(mut forge: Forge, authority: &Certificate, key: &PrivateKey) -> Certificate {
    forge.issuer = authority.subject().as_der().to_vec();
    let named = [&[0x30, 22, 0x80], &key_identifier(key)[1..]].concat();
    let forge = forge.with(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, named);
    forge.sign(key)
}

impl Ladder {
    /// Below the authority of a row.
    fn new(made: &Made, root: RowId, count: usize) -> Self {
        let certificate = made.certificate(root);
        let root_key = spare_key(50, KeyAlgorithm::EcdsaP256);
        let keyed = |key: &PrivateKey| {
            let mut forge = Forge::of(&certificate).with(
                oid::ID_CE_SUBJECT_KEY_IDENTIFIER,
                false,
                key_identifier(key),
            );
            forge.spki = key.public_key().spki_der().to_vec();
            forge
        };
        let mut root = keyed(&root_key);
        root.serial = vec![2, 1];
        let root = root.sign(&root_key);
        let mut rungs: Vec<(Certificate, PrivateKey)> = Vec::new();
        for number in 1..=count {
            let key = spare_key(u64::try_from(50 + number).unwrap(), KeyAlgorithm::EcdsaP256);
            let mut forge = keyed(&key);
            let name = DistinguishedName::new(&format!("rung {number}"), &[]).unwrap();
            forge.subject = name.as_der().to_vec();
            forge.serial = vec![1, u8::try_from(number).unwrap()];
            let (above, signer) = rungs
                .last()
                .map_or((&root, &root_key), |(one, key)| (one, key));
            let rung = below(forge, above, signer);
            rungs.push((rung, key));
        }
        Self {
            root,
            root_key,
            rungs,
        }
    }

    /// A leaf below so many of the authorities, and these from the lowest one on.
    fn chain(&self, leaf: &Certificate, count: usize) -> Vec<Certificate> {
        let rungs = &self.rungs[..count];
        let lowest = rungs
            .last()
            .map_or((&self.root, &self.root_key), |(one, key)| (one, key));
        let leaf = below(Forge::of(leaf), lowest.0, lowest.1);
        let above = rungs.iter().rev().map(|(rung, _)| rung.clone());
        std::iter::once(leaf).chain(above).collect()
    }
}

/// Who refuses a path of so many authorities between a leaf and its root, as measured: Go 1.26.6,
/// OpenSSL 3.0.22, gnutls-cli 3.7.9 and webpki 0.103.17.
fn refuse(count: usize) -> Vec<Party> {
    let all = [(100, Go), (101, OpenSsl), (16, GnuTls), (7, Webpki)];
    let refuse = all.into_iter().filter(|(first, _)| count >= *first);
    refuse.map(|(_, party)| party).collect()
}

fn verified(chain: Vec<Certificate>, anchors: &[&Certificate]) -> Vec<Finding> {
    let files = LooseFiles {
        file: "leaf.crt".to_owned(),
        chain,
        intermediates: Vec::new(),
        anchors_file: "ca.crt".to_owned(),
        anchors: anchors.iter().copied().cloned().collect(),
        key: None,
        hosts: Vec::new(),
        usage: None,
    };
    loose(&files, NOW)
}

fn said(findings: &[Finding]) -> Vec<(&'static str, Vec<Party>)> {
    let findings = findings.iter();
    let said = findings.map(|one| (one.rule.id(), one.refused_by.clone()));
    said.collect()
}

#[test]
fn files_that_are_no_tree() {
    let made = Made::new();
    let leaf = made.certificate(Apiserver);
    let stranger = made.certificate(EtcdCa);
    let ladder = Ladder::new(&made, ClusterCa, 103);
    for count in (1..=20).chain([99, 100, 101, 102, 103]) {
        let chain = ladder.chain(&leaf, count);
        let rooted = verified(chain.clone(), &[&ladder.root]);
        let refused = refuse(count);
        let mut expected = Vec::new();
        if !refused.is_empty() {
            expected.push(("path-refused", refused));
        }
        let found = said(&rooted);
        assert_eq!(found, expected, "{count}: {rooted:#?}");
        let unrooted = verified(chain, &[&stranger]);
        let rule = if count > 101 {
            "path-refused"
        } else {
            "unknown-issuer"
        };
        let everybody = vec![Go, OpenSsl, GnuTls, Webpki];
        assert_eq!(said(&unrooted), [(rule, everybody)], "{count}");
    }
}

/// A leaf's chain in a tree and a kubeconfig's client.
#[test]
fn what_is_presented_in_a_tree() {
    for (row, file) in [(Apiserver, "apiserver.crt"), (AdminConf, "admin.conf")] {
        let mut made = Made::new();
        let leaf = made.certificate(row);
        let ladder = Ladder::new(&made, EtcdCa, 20);
        for count in 1..=20 {
            made.put(row, ladder.chain(&leaf, count));
            made.finds(&[("unknown-issuer", file)]);
        }
        // The same authorities, below one that is trusted.
        let root = ladder.root.clone();
        let authority = made.certificate(ClusterCa);
        made.put(ClusterCa, vec![authority.clone(), root.clone()]);
        made.trust_everywhere(&[authority, root]);
        for count in 1..=20 {
            made.put(row, ladder.chain(&leaf, count));
            let findings = made.findings();
            let bundle = ("signing-bundle", "ca.crt");
            if refuse(count).is_empty() {
                made.finds(&[bundle]);
            } else {
                made.finds(&[bundle, ("path-refused", file)]);
                let refused = findings.iter().find(|one| one.rule.id() == "path-refused");
                assert_eq!(refused.unwrap().refused_by, refuse(count));
            }
        }
    }
}

/// A trust file without the root: Go and rustls are content with what is there.
#[test]
fn a_trust_file() {
    let mut made = Made::new();
    let leaf = made.certificate(FrontProxyClient);
    let ladder = Ladder::new(&made, FrontProxyCa, 20);
    for count in 1..=20 {
        let mut chain = ladder.chain(&leaf, count);
        let bundle = chain.split_off(1);
        made.put(FrontProxyClient, chain);
        made.put(FrontProxyCa, bundle);
        made.put_key(FrontProxyCa, &ladder.rungs[count - 1].1);
        made.finds(&[("no-root", "front-proxy-ca.crt")]);
    }
}
