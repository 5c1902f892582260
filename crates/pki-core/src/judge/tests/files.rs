use crate::judge::testing::{Made, NOW, spare_key};
use crate::judge::{ClientFiles, Evidence, FileFacts, FileKind, tree};
use crate::key::{KeyAlgorithm, SigningKey as _};
use crate::observation::{FilePair, Found, Inventory, RowFacts};
use crate::spec::RowId::{
    self, Apiserver, ApiserverEtcdClient, ClusterCa, EtcdCa, EtcdHealthcheckClient, EtcdPeer,
    EtcdServer, FrontProxyCa, KubeletConf, SchedulerConf, ServiceAccount, SuperAdminConf,
};

fn absent(made: &mut Made, id: RowId, certificate_too: bool) {
    made.facts(id, |facts| match facts {
        RowFacts::Pair { certificate, key } => {
            *key = Found::Absent;
            if certificate_too {
                *certificate = Found::Absent;
            }
        }
        RowFacts::Kubeconfig(found) => *found = Found::Absent,
        RowFacts::KeyPair { private, public } => {
            *private = Found::Absent;
            *public = Found::Absent;
        }
    });
}

#[test]
fn halves() {
    let mut made = Made::new();
    absent(&mut made, Apiserver, false);
    made.finds(&[("half-pair", "apiserver.crt")]);
    // An authority's key may be elsewhere.
    let mut made = Made::new();
    absent(&mut made, ClusterCa, false);
    made.finds(&[]);
    let mut made = Made::new();
    made.facts(Apiserver, |facts| {
        if let RowFacts::Pair { certificate, .. } = facts {
            *certificate = Found::Absent;
        }
    });
    made.finds(&[("half-pair", "apiserver.key")]);
}

#[test]
fn what_does_not_apply_may_be_missing() {
    let mut made = Made::new();
    absent(&mut made, SuperAdminConf, true);
    absent(&mut made, KubeletConf, true);
    for id in [
        EtcdCa,
        EtcdServer,
        EtcdPeer,
        EtcdHealthcheckClient,
        ApiserverEtcdClient,
    ] {
        absent(&mut made, id, true);
    }
    made.finds(&[]);
}

#[test]
fn what_applies_may_not() {
    for (id, file) in [
        (Apiserver, "apiserver.crt"),
        (SchedulerConf, "scheduler.conf"),
        (ServiceAccount, "sa.key"),
        (EtcdPeer, "etcd/peer.crt"),
        (EtcdCa, "etcd/ca.crt"),
        (FrontProxyCa, "front-proxy-ca.crt"),
    ] {
        let mut made = Made::new();
        absent(&mut made, id, true);
        made.finds(&[("missing-file", file)]);
    }
}

#[test]
fn nothing_at_all_is_no_clean_tree() {
    let directory = "/etc/kubernetes/pki".to_owned();
    let evidence = Evidence::of(Inventory::empty(), directory, "/etc/kubernetes".to_owned());
    let findings = tree(&evidence, NOW);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule.id(), "missing-file");
}

#[test]
fn files_that_cannot_be_used() {
    fn broken<T>() -> Found<T> {
        Found::Broken {
            reason: "is empty".to_owned(),
        }
    }
    let mut made = Made::new();
    made.facts(ClusterCa, |facts| {
        if let RowFacts::Pair { certificate, .. } = facts {
            *certificate = broken();
        }
    });
    made.finds(&[("malformed-file", "ca.crt")]);
    assert_eq!(made.findings()[0].message, "it is empty");
    let mut made = Made::new();
    made.facts(Apiserver, |facts| {
        if let RowFacts::Pair { key, .. } = facts {
            *key = Found::Unreadable {
                reason: "Permission denied".to_owned(),
            };
        }
    });
    made.finds(&[("unreadable-file", "apiserver.key")]);
    let mut made = Made::new();
    made.facts(SchedulerConf, |facts| {
        *facts = RowFacts::Kubeconfig(broken());
    });
    made.finds(&[("kubeconfig-unusable", "scheduler.conf")]);
}

#[test]
fn pairs() {
    let key = spare_key(1, KeyAlgorithm::EcdsaP256);
    for (id, file) in [
        (Apiserver, "apiserver.crt"),
        (SchedulerConf, "scheduler.conf"),
        (EtcdCa, "etcd/ca.crt"),
    ] {
        let mut made = Made::new();
        made.put_key(id, &key);
        made.finds(&[("pair-mismatch", file)]);
    }
    let mut made = Made::new();
    let public = vec![key.public_key().clone()];
    made.facts(ServiceAccount, |facts| {
        if let RowFacts::KeyPair { public: there, .. } = facts {
            *there = Found::Present(public);
        }
    });
    made.finds(&[("service-account-mismatch", "sa.pub")]);
    // Old and new while the key is exchanged.
    made.facts(ServiceAccount, |facts| {
        if let RowFacts::KeyPair {
            public: Found::Present(public),
            private: Found::Present(private),
        } = facts
        {
            public.push(private.clone());
        }
    });
    made.finds(&[]);
}

/// etcd's two certificates with one key, and a key that was put in the wrong place.
#[test]
fn one_key_in_two_places() {
    let mut made = Made::new();
    let spki = made.key(EtcdServer).public_key().spki_der().to_vec();
    made.forge(EtcdPeer, |mut forge| {
        forge.spki = spki;
        forge.without(const_oid::db::rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER)
    });
    let public = made.key(EtcdServer).public_key().clone();
    made.facts(EtcdPeer, |facts| {
        if let RowFacts::Pair { key, .. } = facts {
            *key = Found::Present(public.clone());
        }
    });
    made.finds(&[("key-reused", "etcd/peer.key")]);
    let mut made = Made::new();
    made.facts(EtcdPeer, |facts| {
        if let RowFacts::Pair { key, .. } = facts {
            *key = Found::Present(public);
        }
    });
    made.finds(&[("pair-mismatch", "etcd/peer.crt")]);
}

#[test]
fn modes_and_owners() {
    let file = |kind, mode, owner| FileFacts {
        path: "/etc/kubernetes/pki/apiserver.key".to_owned(),
        kind,
        mode,
        owner,
    };
    for (facts, user, expected) in [
        (file(FileKind::Secret, 0o600, 0), 0, None),
        (file(FileKind::Secret, 0o640, 0), 0, None),
        (file(FileKind::Secret, 0o644, 0), 0, Some("key-exposed")),
        (file(FileKind::Secret, 0o660, 0), 0, Some("key-exposed")),
        (file(FileKind::Public, 0o644, 0), 0, None),
        (file(FileKind::Public, 0o664, 0), 0, None),
        (
            file(FileKind::Public, 0o646, 0),
            0,
            Some("writable-by-others"),
        ),
        (file(FileKind::Directory, 0o755, 0), 0, None),
        (
            file(FileKind::Directory, 0o777, 0),
            0,
            Some("writable-by-others"),
        ),
        (file(FileKind::Directory, 0o1777, 0), 0, None),
        (
            file(FileKind::Directory, 0o1777, 7),
            7,
            Some("writable-by-others"),
        ),
        (file(FileKind::Secret, 0o600, 7), 7, None),
        (file(FileKind::Secret, 0o600, 7), 0, Some("foreign-owner")),
        (file(FileKind::Secret, 0o600, 7), 8, Some("foreign-owner")),
    ] {
        let mut made = Made::new();
        made.evidence.files = vec![facts.clone()];
        made.evidence.user = user;
        let expected: Vec<(&str, &str)> = expected
            .map(|rule| (rule, "apiserver.key"))
            .into_iter()
            .collect();
        made.finds(&expected);
    }
}

#[test]
fn a_transaction_that_was_interrupted() {
    let mut made = Made::new();
    made.evidence.pending = Some("/etc/kubernetes/pki/.pkigen/journal".to_owned());
    made.finds(&[("pending-transaction", ".pkigen/journal")]);
}

#[test]
fn files_of_the_kubelet() {
    let mut made = Made::new();
    let path = "/var/lib/kubelet/pki/kubelet-client-current.pem".to_owned();
    let files = |certificate, key| ClientFiles {
        certificate: path.clone(),
        key: path.clone(),
        pair: FilePair { certificate, key },
    };
    let certificate = Found::Present(vec![made.certificate(KubeletConf)]);
    let public = made.key(KubeletConf).public_key().clone();
    absent(&mut made, KubeletConf, true);
    made.evidence.kubelet.client = Some(files(certificate.clone(), Found::Present(public)));
    made.finds(&[]);
    let other = spare_key(1, KeyAlgorithm::EcdsaP256);
    let other = Found::Present(other.public_key().clone());
    made.evidence.kubelet.client = Some(files(certificate, other));
    made.finds(&[("pair-mismatch", path.trim_start_matches('/'))]);
    assert!(!made.findings()[0].remedy.contains("renew"));
}
