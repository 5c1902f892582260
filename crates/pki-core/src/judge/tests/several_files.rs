//! Authorities that are more than one file.

use const_oid::db::rfc5280 as oid;

use crate::authority::Domain;
use crate::judge::testing::{Made, key_identifier, spare_key};
use crate::key::{KeyAlgorithm, SigningKey as _};
use crate::observation::{CertificateFile, Found, Places, ToldFile, ToldPart};
use crate::spec::CERTS;
use crate::spec::RowId::{AdminConf, Apiserver, ClusterCa, EtcdCa};
use crate::x509::forge::Forge;
use crate::x509::{Certificate, Usage};

const SIGNING: &str = "/etc/kubernetes/pki/intermediate.crt";
const CALLERS: &str = "/etc/kubernetes/pki/ca-callers.crt";

/// A tree in which an intermediate signs, what it has signed brings it along, and its root is in
/// `ca.crt` and in the kubeconfigs.
struct Intermediate {
    made: Made,
    root: Certificate,
    certificate: Certificate,
}

impl Intermediate {
    fn new() -> Self {
        let mut made = Made::new();
        let root = made.certificate(ClusterCa);
        let key = spare_key(7, KeyAlgorithm::EcdsaP256);
        let mut forge = Forge::of(&root).with(
            oid::ID_CE_SUBJECT_KEY_IDENTIFIER,
            false,
            key_identifier(&key),
        );
        forge.subject = Forge::of(&made.certificate(EtcdCa)).subject;
        forge.spki = key.public_key().spki_der().to_vec();
        forge.serial = vec![7];
        let named = root.subject_key_identifier().unwrap();
        let named = [&[0x30, 22, 0x80, 20], &named[..]].concat();
        let forge = forge.with(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, named);
        let certificate = forge.sign(made.key(ClusterCa));
        for spec in CERTS.iter().filter(|spec| spec.issuer == Some(ClusterCa)) {
            if made.facts.inventory.facts(spec.id).is_none() {
                continue;
            }
            let mut leaf = Forge::of(&made.certificate(spec.id));
            leaf.issuer = Forge::of(&certificate).subject;
            let named = [&[0x30, 22, 0x80], &key_identifier(&key)[1..]].concat();
            let leaf = leaf.with(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, named);
            made.put(spec.id, vec![leaf.sign(&key), certificate.clone()]);
        }
        made.put_key(ClusterCa, &key);
        Self {
            made,
            root,
            certificate,
        }
    }

    fn places(&mut self, issuing: Option<&Certificate>, servers: Option<&[&Certificate]>) {
        let file = |path: &str, certificates: &[&Certificate]| CertificateFile {
            path: path.to_owned(),
            certificates: Found::Present(certificates.iter().copied().cloned().collect()),
        };
        let places = Places {
            issuing: issuing.map(|one| file(SIGNING, &[one])),
            servers: servers.map(|all| file(CALLERS, all)),
        };
        let inventory = &mut self.made.facts.inventory;
        inventory.set_places(Domain::Cluster, places);
    }
}

/// The key decides which certificate issues, in whichever file that is.
#[test]
fn an_intermediate_in_a_file_of_its_own() {
    let mut tree = Intermediate::new();
    tree.made.finds(&[("pair-mismatch", "ca.crt")]);
    let certificate = tree.certificate.clone();
    tree.places(Some(&certificate), None);
    tree.made.facts.signing = Some(ToldFile {
        by: "kube-controller-manager".to_owned(),
        told_in: "/etc/kubernetes/manifests/kube-controller-manager.yaml".to_owned(),
        file: CertificateFile {
            path: SIGNING.to_owned(),
            certificates: Found::Present(vec![certificate]),
        },
        part: ToldPart::File,
        usage: Usage::Authority,
        is_mounted: true,
    });
    tree.made.finds(&[]);
    // Without it in the served file nobody finds the way up.
    let leaf = tree.made.certificate(Apiserver);
    tree.made.put(Apiserver, vec![leaf]);
    tree.made.finds(&[("unknown-issuer", "apiserver.crt")]);
}

/// Of another root, it signs what nobody accepts.
#[test]
fn an_issuing_certificate_that_leads_nowhere() {
    let mut tree = Intermediate::new();
    let certificate = tree.certificate.clone();
    tree.places(Some(&certificate), None);
    let other = tree.made.certificate(EtcdCa);
    tree.made.put(ClusterCa, vec![other]);
    let findings = tree.made.findings();
    let found = |rule: &str, file: &str| {
        let mut findings = findings.iter();
        findings.any(|one| one.rule.id() == rule && one.file == file)
    };
    assert!(found("unknown-issuer", SIGNING), "{findings:#?}");
    assert!(!found("pair-mismatch", "/etc/kubernetes/pki/ca.crt"));
}

/// Servers believe the intermediate, callers its root: each is judged by its own file.
#[test]
fn callers_with_a_file_of_their_own() {
    let mut tree = Intermediate::new();
    let (root, certificate) = (tree.root.clone(), tree.certificate.clone());
    tree.made.put(ClusterCa, vec![certificate.clone()]);
    tree.made
        .trust_everywhere(&[certificate.clone(), root.clone()]);
    // A joining node's kubelet takes what this one trusts for what its clients come from.
    tree.made.kubeconfig(AdminConf, |facts| {
        facts.trust = Found::Present(vec![certificate.clone()]);
    });
    tree.made.finds(&[("no-root", "ca.crt")]);
    tree.places(None, Some(&[&certificate, &root]));
    tree.made.finds(&[]);
    // Callers that know the root alone are served the way to it.
    tree.made.trust_everywhere(&[root]);
    tree.made.finds(&[]);
}

/// A file that kube-controller-manager is given holds one certificate, and `ca.crt` then any
/// number, the one that issues first.
#[test]
fn several_in_the_authority_s_own_file() {
    let mut tree = Intermediate::new();
    let (root, certificate) = (tree.root.clone(), tree.certificate.clone());
    tree.made
        .trust_everywhere(&[certificate.clone(), root.clone()]);
    tree.made
        .put(ClusterCa, vec![certificate.clone(), root.clone()]);
    tree.made.finds(&[("signing-bundle", "ca.crt")]);
    tree.places(Some(&certificate), None);
    tree.made.finds(&[]);
    tree.made.put(ClusterCa, vec![root, certificate]);
    tree.made.finds(&[("issuing-not-first", "ca.crt")]);
}

/// An authority of the same name and another kind of key has signed none of its certificates.
#[test]
fn an_authority_replaced_by_one_with_another_kind_of_key() {
    for algorithm in [KeyAlgorithm::EcdsaP384, KeyAlgorithm::Rsa2048] {
        let mut made = Made::new();
        let key = spare_key(9, algorithm);
        let mut forge = Forge::of(&made.certificate(ClusterCa)).with(
            oid::ID_CE_SUBJECT_KEY_IDENTIFIER,
            false,
            key_identifier(&key),
        );
        forge.spki = key.public_key().spki_der().to_vec();
        let other = forge.sign(&key);
        made.put(ClusterCa, vec![other]);
        made.put_key(ClusterCa, &key);
        made.finds(&[("authority-replaced", "ca.crt")]);
    }
}
