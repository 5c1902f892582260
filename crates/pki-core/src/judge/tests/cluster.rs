use crate::judge::ClientFiles;
use crate::judge::testing::{Made, cluster, spare_key};
use crate::key::{KeyAlgorithm, SigningKey as _};
use crate::observation::CertificateFile;
use crate::observation::{ClientFacts, FilePair, Found};
use crate::spec::RowId::{
    AdminConf, Apiserver, ApiserverKubeletClient, ClusterCa, EtcdCa, FrontProxyCa,
    FrontProxyClient, KubeletConf, SchedulerConf, SuperAdminConf,
};
use crate::x509::forge::Forge;
use crate::{Certificate, Cluster, Profile};

const P256: KeyAlgorithm = KeyAlgorithm::EcdsaP256;

/// A root of this name that has signed nothing here.
fn other_root(made: &Made, name: &str, number: u64) -> Certificate {
    let key = spare_key(number, P256);
    let identifier = key.public_key().identifier();
    let mut forge = Forge::of(&made.certificate(ClusterCa))
        .subject(name, &[])
        .with(
            const_oid::db::rfc5280::ID_CE_SUBJECT_KEY_IDENTIFIER,
            false,
            [&[4, 20], &identifier.as_bytes()[..]].concat(),
        );
    forge.issuer.clone_from(&forge.subject);
    forge.spki = key.public_key().spki_der().to_vec();
    forge.serial = vec![9];
    forge.sign(&key)
}

#[test]
fn identities() {
    for (id, file, user, groups) in [
        (
            AdminConf,
            "admin.conf",
            "jane",
            &["kubeadm:cluster-admins"][..],
        ),
        (AdminConf, "admin.conf", "kubernetes-admin", &[]),
        (
            SuperAdminConf,
            "super-admin.conf",
            "kubernetes-super-admin",
            &[],
        ),
        (
            SchedulerConf,
            "scheduler.conf",
            "system:kube-scheduler",
            &["system:masters"],
        ),
        (KubeletConf, "kubelet.conf", "cp1", &["system:nodes"]),
        (
            KubeletConf,
            "kubelet.conf",
            "system:node:",
            &["system:nodes"],
        ),
        (KubeletConf, "kubelet.conf", "system:node:cp1", &[]),
        (
            FrontProxyClient,
            "front-proxy-client.crt",
            "aggregator",
            &[],
        ),
        (
            ApiserverKubeletClient,
            "apiserver-kubelet-client.crt",
            "kube-apiserver",
            &[],
        ),
    ] {
        let mut made = Made::new();
        made.forge(id, |forge| forge.subject(user, groups));
        made.finds(&[("wrong-identity", file)]);
    }
    let mut made = Made::new();
    made.forge(KubeletConf, |forge| {
        forge.subject("system:node:other", &["system:nodes"])
    });
    made.forge(ApiserverKubeletClient, |forge| {
        forge.subject("kube-apiserver-kubelet-client", &["system:masters"])
    });
    // kubeadm before 1.29.
    made.forge(AdminConf, |forge| {
        forge.subject("kubernetes-admin", &["system:masters"])
    });
    // Nobody authorizes a server by its name.
    made.forge(Apiserver, |forge| forge.subject("anything", &[]));
    made.finds(&[]);
}

#[test]
fn kubeconfigs_that_do_not_trust_the_server() {
    let mut made = Made::new();
    let other = made.certificate(EtcdCa);
    made.kubeconfig(AdminConf, |facts| facts.trust = Found::Present(vec![other]));
    made.finds(&[("kubeconfig-distrusts-server", "admin.conf")]);
    let message = &made.findings()[0].message;
    assert!(message.contains("it trusts CN=etcd-ca"), "{message}");
    assert!(
        message.ends_with("issued by another, CN=kubernetes-ca"),
        "{message}"
    );
}

#[test]
fn kubeconfigs_that_trust_less() {
    let mut made = Made::new();
    let (old, new) = (
        made.certificate(ClusterCa),
        other_root(&made, "kubernetes-ca", 1),
    );
    made.evidence.signing_file = Some("/etc/kubernetes/pki/ca-issuing.crt".to_owned());
    made.put(ClusterCa, vec![old.clone(), new.clone()]);
    made.trust_everywhere(&[new, old.clone()]);
    made.finds(&[]);
    made.kubeconfig(AdminConf, |facts| facts.trust = Found::Present(vec![old]));
    made.finds(&[("kubeconfig-trust-narrow", "admin.conf")]);
}

#[test]
fn kubeconfigs_that_lead_nowhere() {
    let mut made = Made::new();
    let broken = Found::Broken {
        reason: "holds no certificate-authority-data".to_owned(),
    };
    made.kubeconfig(AdminConf, |facts| facts.trust = broken);
    made.finds(&[("kubeconfig-unusable", "admin.conf")]);
    let mut made = Made::new();
    made.kubeconfig(KubeletConf, |facts| {
        facts.client = ClientFacts::Files {
            certificate: "kubelet.pem".to_owned(),
            key: Some("kubelet.pem".to_owned()),
            own: None,
        };
    });
    let file = "/etc/kubernetes/kubelet.pem".to_owned();
    let files = ClientFiles {
        certificate: file.clone(),
        key: file,
        pair: FilePair {
            certificate: Found::Absent,
            key: Found::Absent,
        },
    };
    made.evidence.client_files.insert(KubeletConf, files);
    made.finds(&[("kubeconfig-unusable", "kubelet.conf")]);
    // A token is no business of this crate's.
    made.kubeconfig(KubeletConf, |facts| facts.client = ClientFacts::Other);
    made.evidence.client_files.clear();
    made.finds(&[]);
}

#[test]
fn one_certificate_to_sign_with() {
    let mut made = Made::new();
    let (old, new) = (
        made.certificate(ClusterCa),
        other_root(&made, "kubernetes-ca", 1),
    );
    made.put(ClusterCa, vec![old.clone(), new.clone()]);
    made.trust_everywhere(&[old, new]);
    made.finds(&[("signing-bundle", "ca.crt")]);
    made.evidence.signing_file = Some("/etc/kubernetes/pki/ca-issuing.crt".to_owned());
    made.finds(&[]);
}

#[test]
fn authorities_that_two_places_trust() {
    let mut made = Made::new();
    let common = other_root(&made, "Common Root", 1);
    for id in [FrontProxyCa, EtcdCa] {
        let own = made.certificate(id);
        made.put(id, vec![own, common.clone()]);
    }
    made.finds(&[("shared-trust", "etcd/ca.crt")]);
    let message = &made.findings()[0].message;
    assert!(
        message.starts_with("CN=Common Root is trusted in /etc/kubernetes/pki/front-proxy-ca.crt"),
        "{message}"
    );
    // The kubelet's file counts too.
    let mut made = Made::new();
    let etcd = made.certificate(EtcdCa);
    made.evidence.kubelet.client_ca = Some(CertificateFile {
        path: "/var/lib/kubelet/clients.crt".to_owned(),
        certificates: Found::Present(vec![etcd]),
    });
    made.finds(&[("shared-trust", "etcd/ca.crt")]);
}

#[test]
fn one_key_for_two_authorities() {
    let mut made = Made::new();
    let forged = Forge::of(&made.certificate(ClusterCa));
    let mut forged = forged.subject("etcd-extra", &[]);
    forged.issuer.clone_from(&forged.subject);
    forged.serial = vec![5];
    let extra = forged.sign(made.key(ClusterCa));
    let own = made.certificate(EtcdCa);
    made.put(EtcdCa, vec![own, extra]);
    made.finds(&[("shared-authority-key", "etcd/ca.crt")]);
}

#[test]
fn drift() {
    let mut made = Made::new();
    let other = Cluster::builder("cp1".parse().unwrap(), "192.0.2.10".parse().unwrap())
        .profile(Profile::KubernetesIo)
        .apiserver_hosts(vec!["api.example.org".parse().unwrap()])
        .build()
        .unwrap();
    made.evidence.cluster = Some(Box::new(other));
    made.finds(&[("name-not-served", "apiserver.crt")]);

    let other = Cluster::builder("cp2".parse().unwrap(), "192.0.2.10".parse().unwrap())
        .profile(Profile::KubernetesIo)
        .build()
        .unwrap();
    made.evidence.cluster = Some(Box::new(other));
    made.finds(&[
        ("name-not-served", "apiserver.crt"),
        ("name-not-served", "etcd/server.crt"),
        ("name-not-served", "etcd/peer.crt"),
        ("configuration-drift", "kubelet.conf"),
    ]);
    // What is wrong anyway is not said again.
    made.evidence.cluster = Some(Box::new(cluster(Profile::KubernetesIo)));
    made.forge(SchedulerConf, |forge| forge.subject("jane", &[]));
    made.finds(&[("wrong-identity", "scheduler.conf")]);
}
