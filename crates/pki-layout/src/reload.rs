//! When each reader of a certificate reads it again: what a renewal asks to be restarted.
//!
//! Kubernetes 1.36, kubeadm's flags. Sources: client-go's `transport`, the API server's
//! `dynamiccertificates`, etcd's `transport/listener.go`.

use pki_core::CertId;
use pki_core::report::RestartRow;

use crate::flags::Component;

/// When a reader reads a file again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reload {
    /// Once, when it starts.
    AtStart,
    /// At every TLS handshake.
    PerHandshake,
    /// When the file changes.
    OnChange,
    /// Every five minutes.
    EveryFiveMinutes,
    /// Whenever somebody runs it.
    PerCall,
}

/// A row of [`RELOADS`]: one reader of one certificate.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReloadSpec {
    /// The certificate.
    pub id: CertId,
    /// Who reads it.
    pub reader: Reader,
    /// When it reads it again.
    pub reload: Reload,
    /// What a renewal does to what is under way, or what differs in older versions.
    pub note: &'static str,
}

/// Who reads a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reader {
    /// A component of the control plane or of the node.
    Component(Component),
    /// A person with kubectl, and copies of the file elsewhere.
    Kubectl,
}

const APISERVER: Reader = Reader::Component(Component::KubeApiserver);
const CONTROLLER_MANAGER: Reader = Reader::Component(Component::KubeControllerManager);
const SCHEDULER: Reader = Reader::Component(Component::KubeScheduler);
const KUBELET: Reader = Reader::Component(Component::Kubelet);
const ETCD: Reader = Reader::Component(Component::Etcd);
const ETCDCTL: Reader = Reader::Component(Component::Etcdctl);

const fn row(id: CertId, reader: Reader, reload: Reload, note: &'static str) -> ReloadSpec {
    ReloadSpec {
        id,
        reader,
        reload,
        note,
    }
}

/// Every reader of every certificate that can be renewed.
pub static RELOADS: &[ReloadSpec] = &[
    row(CertId::Apiserver, APISERVER, Reload::OnChange, ""),
    row(
        CertId::ApiserverKubeletClient,
        APISERVER,
        Reload::EveryFiveMinutes,
        "open exec, attach, port-forward and log streams are closed when it does",
    ),
    row(
        CertId::KubeletServing,
        KUBELET,
        Reload::OnChange,
        "before Kubernetes 1.31: restart the kubelet",
    ),
    row(CertId::FrontProxyClient, APISERVER, Reload::OnChange, ""),
    row(CertId::EtcdServer, ETCD, Reload::PerHandshake, ""),
    row(CertId::EtcdPeer, ETCD, Reload::PerHandshake, ""),
    row(CertId::EtcdHealthcheckClient, ETCDCTL, Reload::PerCall, ""),
    row(
        CertId::ApiserverEtcdClient,
        APISERVER,
        Reload::PerHandshake,
        "",
    ),
    row(
        CertId::AdminConf,
        Reader::Kubectl,
        Reload::PerCall,
        "copies of it, such as ~/.kube/config, hold the old certificate: copy it again",
    ),
    row(
        CertId::SuperAdminConf,
        Reader::Kubectl,
        Reload::PerCall,
        "copies of it hold the old certificate: copy it again",
    ),
    row(
        CertId::KubeletConf,
        KUBELET,
        Reload::AtStart,
        "the kubelet goes by kubelet-client-current.pem while that is valid",
    ),
    row(
        CertId::ControllerManagerConf,
        CONTROLLER_MANAGER,
        Reload::AtStart,
        "",
    ),
    row(CertId::SchedulerConf, SCHEDULER, Reload::AtStart, ""),
];

/// What to do about one renewed certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice {
    /// The certificate.
    pub id: CertId,
    /// Who reads it.
    pub reader: &'static str,
    /// When it reads it again, in words.
    pub when: &'static str,
    /// The command that restarts the reader, where it has to be; as it is for a static pod, or
    /// for the kubelet under systemd.
    pub restart: Option<String>,
    /// What else to know.
    pub note: &'static str,
}

/// What to do after these certificates were renewed, in the order of the table.
#[must_use]
pub fn advice(renewed: &[CertId]) -> Vec<Advice> {
    let rows = RELOADS.iter().filter(|row| renewed.contains(&row.id));
    rows.map(|row| Advice {
        id: row.id,
        reader: match row.reader {
            Reader::Component(component) => component.name(),
            Reader::Kubectl => "kubectl",
        },
        when: match row.reload {
            Reload::AtStart => "reads it at start only",
            Reload::PerHandshake => "reads it at every handshake",
            Reload::OnChange => "notices the change",
            Reload::EveryFiveMinutes => "reads it again within 5 minutes",
            Reload::PerCall => "reads it at every call",
        },
        restart: match (row.reload, row.reader) {
            (Reload::AtStart, Reader::Component(component)) => Some(restart(component)),
            _ => None,
        },
        note: row.note,
    })
    .collect()
}

/// [`advice`], as reports have it.
pub(crate) fn restart_rows(changed: &[CertId]) -> Vec<RestartRow> {
    let rows = advice(changed).into_iter().map(|advice| RestartRow {
        certificate: advice.id.to_string(),
        reader: advice.reader.to_owned(),
        when: advice.when.to_owned(),
        restart: advice.restart,
        note: (!advice.note.is_empty()).then(|| advice.note.to_owned()),
    });
    rows.collect()
}

/// The kubelet starts a stopped container of a static pod again, with its files as they are now.
fn restart(component: Component) -> String {
    match component {
        Component::Kubelet => "systemctl restart kubelet".to_owned(),
        component => format!("crictl stop $(crictl ps --quiet --name {component})"),
    }
}

#[cfg(test)]
mod tests {
    use pki_core::CERTS;

    use super::*;

    #[test]
    fn every_certificate_that_can_be_renewed_has_a_reader() {
        for spec in CERTS.iter().filter(|spec| spec.issuer.is_some()) {
            assert!(RELOADS.iter().any(|row| row.id == spec.id), "{}", spec.id);
        }
        assert!(RELOADS.iter().all(|row| row.id.spec().issuer.is_some()));
    }

    #[test]
    fn only_what_reads_once_is_restarted() {
        let ids: Vec<CertId> = RELOADS.iter().map(|row| row.id).collect();
        let restarted: Vec<CertId> = advice(&ids)
            .into_iter()
            .filter(|advice| advice.restart.is_some())
            .map(|advice| advice.id)
            .collect();
        assert_eq!(
            restarted,
            [
                CertId::KubeletConf,
                CertId::ControllerManagerConf,
                CertId::SchedulerConf
            ]
        );
    }
}
