//! A tree in memory, as `init` makes it, to be broken in one place at a time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::macros::datetime;

use super::{Finding, tree};
use crate::cluster::{Node, Setup};
use crate::issue::Content;
use crate::key::{
    KeyAlgorithm, KeyRequest, KeySource as _, PrivateKey, Random, RandomError, SigningKey as _,
    SoftwareKeys,
};
use crate::observation::{
    ClientFacts, End, Found, Inventory, KubeconfigFacts, NodeFacts, Relation, RowFacts,
};
use crate::spec::{CERTS, Component, Part, Party, RowId};
use crate::x509::forge::Forge;
use crate::{Authorities, Certificate, Cluster, Plan, Profile, Provider, Usage};

/// The instant that everything is made at.
pub(super) const NOW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

/// Different bytes at each call, the same in each run.
#[derive(Debug, Default)]
struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        for chunk in bytes.chunks_mut(32) {
            let call = self.0.fetch_add(1, Ordering::Relaxed);
            let digest = Sha256::digest(call.to_be_bytes());
            chunk.copy_from_slice(&digest[..chunk.len()]);
        }
        Ok(())
    }
}

/// A key of no row; a different one for each number.
pub(super) fn spare_key(number: u64, algorithm: KeyAlgorithm) -> PrivateKey {
    let random = Counting(AtomicU64::new(1_000_000 * number));
    let request = KeyRequest::new("ca", algorithm);
    SoftwareKeys.generate(request, &random).unwrap()
}

/// The value of a subject key identifier.
pub(super) fn key_identifier(key: &PrivateKey) -> Vec<u8> {
    let identifier = key.public_key().identifier();
    [&[4, 20], &identifier.as_bytes()[..]].concat()
}

/// See the module.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) facts: NodeFacts,
    keys: BTreeMap<RowId, Arc<PrivateKey>>,
}

pub(super) fn setup(profile: Profile) -> Setup {
    let cluster = Cluster::builder()
        .profile(profile)
        .key_algorithm(KeyAlgorithm::EcdsaP256)
        .build()
        .unwrap();
    let node = Node::builder("cp1".parse().unwrap(), "192.0.2.10".parse().unwrap());
    let node = node.build(&cluster).unwrap();
    Setup::new(cluster, node)
}

impl Made {
    pub(super) fn new() -> Self {
        Self::of(Profile::KubernetesIo)
    }

    pub(super) fn of(profile: Profile) -> Self {
        let plan = Plan::init(&setup(profile), &Inventory::empty(), NOW).unwrap();
        let random = Counting::default();
        let provider = Provider::new(&SoftwareKeys, &random);
        let bundle = plan.issue(Authorities::new(), &provider).unwrap();
        let mut inventory = Inventory::empty();
        let mut keys = BTreeMap::new();
        for credential in bundle.credentials() {
            let (facts, key) = match &credential.content {
                Content::Pair { chain, key } => (
                    RowFacts::Pair {
                        certificate: Found::Present(chain.clone()),
                        key: Found::Present(key.public_key().clone()),
                    },
                    key,
                ),
                Content::KeyPair { key } => (
                    RowFacts::KeyPair {
                        private: Found::Present(key.public_key().clone()),
                        public: Found::Present(vec![key.public_key().clone()]),
                    },
                    key,
                ),
                Content::Kubeconfig {
                    chain,
                    key,
                    trust,
                    server,
                    ..
                } => (
                    RowFacts::Kubeconfig(Found::Present(KubeconfigFacts::new(
                        server.clone(),
                        Found::Present(trust.clone()),
                        ClientFacts::Embedded {
                            certificate: Found::Present(chain.clone()),
                            key: Found::Present(key.public_key().clone()),
                        },
                    ))),
                    key,
                ),
                Content::PublicKey { .. } | Content::Certificate { .. } => {
                    unreachable!("every key is made here")
                }
            };
            inventory.insert(credential.id.row, facts);
            keys.insert(credential.id.row, Arc::clone(key));
        }
        let etc = "/etc/kubernetes".to_owned();
        Self {
            facts: NodeFacts::of(inventory, format!("{etc}/pki"), etc),
            keys,
        }
    }

    pub(super) fn key(&self, id: RowId) -> &PrivateKey {
        &self.keys[&id]
    }

    pub(super) fn facts(&mut self, id: RowId, change: impl FnOnce(&mut RowFacts)) {
        let mut facts = self.facts.inventory.row(id);
        change(&mut facts);
        self.facts.inventory.insert(id, facts);
    }

    pub(super) fn kubeconfig(&mut self, id: RowId, change: impl FnOnce(&mut KubeconfigFacts)) {
        self.facts(id, |facts| match facts {
            RowFacts::Kubeconfig(Found::Present(facts)) => change(facts),
            other => panic!("{other:?}"),
        });
    }

    /// The first certificate of a row.
    pub(super) fn certificate(&self, id: RowId) -> Certificate {
        self.chain(id)[0].clone()
    }

    fn chain(&self, id: RowId) -> Vec<Certificate> {
        match self.facts.inventory.row(id) {
            RowFacts::Pair {
                certificate: Found::Present(chain),
                ..
            }
            | RowFacts::Kubeconfig(Found::Present(KubeconfigFacts {
                client:
                    ClientFacts::Embedded {
                        certificate: Found::Present(chain),
                        ..
                    },
                ..
            })) => chain,
            other => panic!("{other:?}"),
        }
    }

    /// Puts other certificates in the place of a row's.
    pub(super) fn put(&mut self, id: RowId, chain: Vec<Certificate>) {
        self.facts(id, |facts| match facts {
            RowFacts::Pair { certificate, .. }
            | RowFacts::Kubeconfig(Found::Present(KubeconfigFacts {
                client: ClientFacts::Embedded { certificate, .. },
                ..
            })) => *certificate = Found::Present(chain),
            other => panic!("{other:?}"),
        });
    }

    pub(super) fn put_key(&mut self, id: RowId, key: &PrivateKey) {
        let public = key.public_key().clone();
        self.facts(id, |facts| match facts {
            RowFacts::Pair { key, .. }
            | RowFacts::Kubeconfig(Found::Present(KubeconfigFacts {
                client: ClientFacts::Embedded { key, .. },
                ..
            })) => *key = Found::Present(public),
            other => panic!("{other:?}"),
        });
    }

    /// Changes what a row's certificate says, signed again by its authority, or by itself. An
    /// authority is changed in the kubeconfigs that trust it too.
    pub(super) fn forge(&mut self, id: RowId, change: impl FnOnce(Forge) -> Forge) {
        let forged = change(Forge::of(&self.certificate(id)));
        let signer = id.spec().issuer.unwrap_or(id);
        let forged = forged.sign(self.key(signer));
        self.put(id, vec![forged.clone()]);
        if id == RowId::ClusterCa {
            self.trust_everywhere(&[forged]);
        }
    }

    /// What every kubeconfig trusts.
    pub(super) fn trust_everywhere(&mut self, authorities: &[Certificate]) {
        for spec in CERTS {
            let facts = self.facts.inventory.row(spec.id);
            if matches!(facts, RowFacts::Kubeconfig(Found::Present(_))) {
                self.kubeconfig(spec.id, |facts| {
                    facts.trust = Found::Present(authorities.to_vec());
                });
            }
        }
    }

    /// The facts with everybody who checks a certificate of the cluster's authority: kube-apiserver
    /// its clients, pods its own, and who has a kubeconfig that too.
    pub(super) fn observed(&self) -> NodeFacts {
        let mut facts = self.facts.clone();
        let authority = self.end(
            RowId::ClusterCa,
            Part::Certificate,
            &self.chain(RowId::ClusterCa),
        );
        let apiserver = Party::Component(Component::KubeApiserver);
        let mut relate = |client, usage, id: RowId, part, reader: &End| {
            facts.relations.push(Relation {
                client,
                server: apiserver,
                usage,
                credential: id,
                presenter: self.end(id, part, &self.chain(id)),
                reader: reader.clone(),
                hosts: Vec::new(),
                unknown_hosts: Vec::new(),
            });
        };
        let server = RowId::Apiserver;
        relate(
            Party::Pod,
            Usage::Server,
            server,
            Part::Certificate,
            &authority,
        );
        for spec in CERTS {
            if let RowFacts::Kubeconfig(Found::Present(kubeconfig)) =
                self.facts.inventory.row(spec.id)
            {
                let trust = kubeconfig.trust.present().unwrap();
                let reader = self.end(spec.id, Part::Kubeconfig, trust);
                let client = Party::Administrator;
                relate(client, Usage::Client, spec.id, Part::Kubeconfig, &authority);
                relate(client, Usage::Server, server, Part::Certificate, &reader);
            }
        }
        facts
    }

    fn end(&self, id: RowId, part: Part, certificates: &[Certificate]) -> End {
        let file = self.facts.path(id.part(part));
        End {
            component: None,
            instance: None,
            flag: None,
            kubeconfig: (part == Part::Kubeconfig).then(|| file.clone()),
            file,
            row: Some(id),
            certificates: certificates.into(),
        }
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        tree(&self.facts, NOW)
    }

    /// Fails the test unless exactly these rules are broken in these files, which are named
    /// without their directories.
    #[track_caller]
    pub(super) fn finds(&self, expected: &[(&str, &str)]) {
        self.finds_at(NOW, expected);
    }

    #[track_caller]
    pub(super) fn finds_at(&self, at: OffsetDateTime, expected: &[(&str, &str)]) {
        let findings = tree(&self.facts, at);
        let short = |file: &str| {
            let file = file.strip_prefix("/etc/kubernetes").unwrap_or(file);
            let file = file.strip_prefix("/pki").unwrap_or(file);
            file.trim_start_matches('/').to_owned()
        };
        let found: Vec<(&str, String)> = findings
            .iter()
            .map(|finding| (finding.rule.id(), short(&finding.file)))
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(id, file)| (*id, &**file)).collect();
        assert_eq!(found, expected, "{findings:#?}");
    }
}
