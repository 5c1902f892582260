//! Intermediates below roots as companies have them: what every leaf is worth to who believes the
//! root, and that the issuer is named as the root names itself.

use std::path::PathBuf;
use std::sync::Arc;

use pkigen::disk::RenewRule;
use pkigen::issue::Authority;
use pkigen::key::PrivateKey;
use pkigen::pki_core::Lifetime;
use pkigen::pki_core::plan::renew::Threshold;
use pkigen::pki_core::plan::request::RequestRule;
use pkigen::pki_layout::requests::Signing;
use pkigen::{Certificate, Directories, KeyAlgorithm, Profile, Provider, Root, RowId};
use time::{Duration, OffsetDateTime};

use crate::renewed_authorities::{ROOTS, now};
use crate::support::{Counting, FixtureKeys, Tree, cluster_of, fixture, presented, with_authority};
use crate::{certtool, openssl};

const ALL: [RowId; 3] = [RowId::ClusterCa, RowId::FrontProxyCa, RowId::EtcdCa];

fn file(name: &str) -> PathBuf {
    fixture("authorities").join(name)
}

fn root_of(certificate: &str, key: &str) -> Arc<Authority> {
    let read = |name: &str| std::fs::read(file(name)).unwrap();
    let certificates = Certificate::all_from_pem(&read(certificate)).unwrap();
    let key = PrivateKey::from_pem(&read(key)).unwrap();
    Arc::new(Authority::open(certificates, Box::new(key)).unwrap())
}

/// A tree whose authorities are below this root.
fn below(certificate: &str, key: &str, at: OffsetDateTime) -> Tree {
    let mut tree = Tree::empty();
    tree.root = tree.root.with_superior(root_of(certificate, key));
    tree.init_at(
        cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256),
        at,
    );
    tree
}

/// By who believes the root alone.
fn everybody_accepts(tree: &Tree, root: &str) {
    for mut leaf in presented(tree) {
        leaf.anchors = file(root);
        for purpose in leaf.usage.purposes() {
            openssl::verify(&leaf, now(), *purpose, None).unwrap();
        }
        leaf.judged_by_webpki(leaf.usage, now()).unwrap();
        certtool::verify(&leaf);
    }
}

fn renew(tree: &Tree, names: &[RowId]) {
    let random = Counting::default();
    let mut rule = RenewRule::all();
    rule.names = names.to_vec();
    let provider = Provider::new(&FixtureKeys, &random);
    let done = tree.root.renew(&rule, now(), &provider).unwrap();
    assert!(!done.has_findings(), "{done:#?}");
}

#[test]
fn what_is_below_a_companys_root_is_accepted_by_who_believes_that() {
    for (certificate, key) in ROOTS {
        let tree = below(certificate, key, now());
        everybody_accepts(&tree, certificate);
        let root = tree.root.superior().unwrap().issuing().clone();
        let own = |tree: &Tree| {
            let inventory = tree.root.observe().inventory();
            ALL.map(|row| inventory.certificates(row)[0].clone())
        };
        let before = own(&tree);
        for one in &before {
            assert_eq!(
                one.issuer().as_der(),
                root.subject().as_der(),
                "{certificate}"
            );
            assert_eq!(
                one.authority_key_identifier(),
                root.subject_key_identifier(),
                "{certificate}"
            );
        }
        renew(&tree, &ALL);
        for (new, old) in own(&tree).iter().zip(&before) {
            assert!(new.is_renewal_of(old));
            assert_eq!(new.issuer().as_der(), root.subject().as_der());
            assert_eq!(new.subject_key_identifier(), old.subject_key_identifier());
        }
        everybody_accepts(&tree, certificate);
        renew(&tree, &[]);
        everybody_accepts(&tree, certificate);
        let before = own(&tree);
        let mut tree = tree;
        ask_the_root(&mut tree, root_of(certificate, key));
        for (new, old) in own(&tree).iter().zip(&before) {
            assert!(new.is_renewal_of(old) && new != old, "{certificate}");
            assert_eq!(new.issuer().as_der(), root.subject().as_der());
        }
        everybody_accepts(&tree, certificate);
    }
}

/// Has the intermediates certified again by a root that is not here, from requests.
fn ask_the_root(tree: &mut Tree, superior: Arc<Authority>) {
    let random = Counting::default();
    let provider = Provider::new(&FixtureKeys, &random);
    tree.root = Root::new(tree.root.prefix(), Directories::default()).unwrap();
    let mut rule = RequestRule::default();
    rule.names = ALL.to_vec();
    let here = tree.root.observe_to_write();
    let requested = here.create_requests(None, rule, now(), &provider).unwrap();
    let mut signing = Signing::new(None, Lifetime::YEAR);
    signing.superior = Some(superior);
    signing.authority_lifetime = "70000h".parse().unwrap();
    let signed = signing.sign(&requested.carried, now(), &random).unwrap();
    assert!(!signed.is_refused(), "{signed:#?}");
    let come = signed
        .rows
        .iter()
        .map(|row| row.certificate.clone().unwrap());
    let come: Vec<Certificate> = come.collect();
    let mut rule = RenewRule::all();
    rule.names = ALL.to_vec();
    rule.issued = ALL.map(|row| (row, come.clone())).into();
    let done = tree.root.renew(&rule, now(), &provider).unwrap();
    assert!(!done.has_findings() && done.renewed.len() == 3, "{done:#?}");
}

/// Has everything signed by who keeps the authorities' keys, from requests.
fn sign_requests(tree: &Tree) {
    let safe = tree.root.prefix().join("safe");
    std::fs::create_dir_all(safe.join("etcd")).unwrap();
    let pki = tree.root.prefix().join("etc/kubernetes/pki");
    for name in ["ca", "front-proxy-ca", "etcd/ca"] {
        let (certificate, key) = (format!("{name}.crt"), format!("{name}.key"));
        std::fs::copy(pki.join(&certificate), safe.join(&certificate)).unwrap();
        std::fs::rename(pki.join(&key), safe.join(&key)).unwrap();
    }
    let random = Counting::default();
    let provider = Provider::new(&FixtureKeys, &random);
    let mut rule = RequestRule::default();
    rule.threshold = Threshold {
        within: Some(Duration::days(4000)),
    };
    let here = || tree.root.observe_to_write();
    let requested = here()
        .create_requests(None, rule, now(), &provider)
        .unwrap();
    assert!(
        requested.manifest.requests.len() >= 11,
        "{:#?}",
        requested.plan
    );
    let signing = Signing::new(Some(&safe), Lifetime::YEAR);
    let signed = signing.sign(&requested.carried, now(), &random).unwrap();
    assert!(!signed.is_refused(), "{signed:#?}");
    let imported = here().import_answers(&signed.carried, now(), &random);
    let imported = imported.unwrap();
    assert!(!imported.has_findings(), "{imported:#?}");
}

#[test]
fn what_is_signed_from_requests_is_accepted_by_who_believes_the_authority_or_its_root() {
    for (certificate, key) in ROOTS {
        let tree = below(certificate, key, now());
        sign_requests(&tree);
        everybody_accepts(&tree, certificate);
        let tree = with_authority(certificate, key);
        let cluster = cluster_of(Profile::KubernetesIo, KeyAlgorithm::EcdsaP256);
        tree.init_at(cluster.new_cluster(true), now());
        sign_requests(&tree);
        everybody_accepts(&tree, certificate);
    }
}
