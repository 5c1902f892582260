//! What has the old address and is in no file here, or in none that is ours to write.

use std::path::PathBuf;

use pki_core::{Part, RowId};
use serde::Serialize;

use super::Move;
use super::replaced::has;
use crate::observe::{Observation, Sources};
use crate::table::Component;

/// When it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Phase {
    /// Before the files here change.
    Before,
    /// After that.
    After,
}

/// Something that is left to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Task {
    /// When.
    pub phase: Phase,
    /// What, and why.
    pub text: String,
    /// The command, where there is one.
    pub command: Option<String>,
}

impl Task {
    fn new(phase: Phase, text: impl Into<String>, command: Option<String>) -> Self {
        Self {
            phase,
            text: text.into(),
            command,
        }
    }
}

/// Files outside of the two directories in which kubelets are given an address by hand.
const BY_HAND: &[&str] = &["/etc/default/kubelet", "/etc/sysconfig/kubelet"];

impl Observation {
    /// What is left to be done elsewhere, in order.
    pub(super) fn tasks_of_move(&self, addresses: Move) -> Vec<Task> {
        let machine = self.components(&Sources::on_disk());
        let etcd = machine.instance(Component::Etcd);
        let members = etcd.map(|etcd| etcd.items("initial-cluster").count());
        let is_several = members.is_some_and(|members| members > 1);
        let member = etcd.and_then(|etcd| etcd.value("name")).unwrap_or("NAME");
        let old = addresses.old.to_string().replace('.', "\\.");
        let (new, bracketed) = match addresses.new {
            address if address.is_ipv6() => (address.to_string(), format!("[{address}]")),
            address => (address.to_string(), address.to_string()),
        };
        let mut tasks = Vec::new();
        let etcdctl = self.etcdctl();
        let update = etcd.map(|_| {
            format!(
                "{etcdctl} member update \"$({etcdctl} member list | awk -F', ' '$3 == \"{member}\" {{ print $1 }}')\" \
                 --peer-urls=https://{bracketed}:2380"
            )
        });
        if is_several {
            tasks.push(Task::new(
                Phase::Before,
                "one node at a time: see that every member of etcd is well, and go on only then",
                Some(format!("{etcdctl} endpoint health --cluster")),
            ));
            tasks.push(Task::new(
                Phase::Before,
                "tell the other members where this one will be, while they are a quorum without it",
                update.clone(),
            ));
        }
        tasks.push(Task::new(
            Phase::After,
            format!("give this host the address {new}, if it does not have it yet"),
            None,
        ));
        let by_hand = BY_HAND.iter().filter(|path| {
            let text = self.read_file(&PathBuf::from(path));
            text.is_ok_and(|text| has(&String::from_utf8_lossy(&text), addresses.old))
        });
        for path in by_hand {
            tasks.push(Task::new(
                Phase::After,
                format!("{path} has the old address, and is none of ours"),
                Some(format!("sed -i 's/{old}/{new}/g' {path}")),
            ));
        }
        for path in self.others_with(addresses) {
            tasks.push(Task::new(
                Phase::After,
                format!(
                    "{} has the old address too, and is left as it is: look whether it is meant",
                    path.display()
                ),
                None,
            ));
        }
        tasks.push(Task::new(
            Phase::After,
            "start the kubelet with its new address; it starts the static pods with theirs",
            Some("systemctl restart kubelet".to_owned()),
        ));
        let admin = self.directories().path(RowId::AdminConf.part(Part::Kubeconfig));
        let kubectl = format!("kubectl --kubeconfig {}", admin.display());
        tasks.push(Task::new(
            Phase::After,
            "wait until the API server is ready",
            Some(format!("{kubectl} get --raw=/readyz")),
        ));
        if is_several {
            tasks.push(Task::new(
                Phase::After,
                "see that this member is back before the next node moves",
                Some(format!("{etcdctl} endpoint health --cluster")),
            ));
        } else if update.is_some() {
            tasks.push(Task::new(
                Phase::After,
                "tell etcd where its member is: it goes on without that, but no further member could join",
                update,
            ));
        }
        let patch = |namespace: &str, name: &str| {
            format!(
                "{kubectl} -n {namespace} get configmap {name} -o yaml | sed 's/{old}/{new}/g' | {kubectl} replace -f -"
            )
        };
        tasks.push(Task::new(
            Phase::After,
            "where the cluster has no endpoint of its own, nodes that join look for it at this node's address",
            Some(patch("kube-public", "cluster-info")),
        ));
        tasks.push(Task::new(
            Phase::After,
            "kubeadm renews and upgrades by what it has written down",
            Some(patch("kube-system", "kubeadm-config")),
        ));
        tasks.push(Task::new(
            Phase::After,
            "kube-proxy dials the API server by a kubeconfig in its ConfigMap",
            Some(format!(
                "{} && {kubectl} -n kube-system rollout restart daemonset kube-proxy",
                patch("kube-system", "kube-proxy")
            )),
        ));
        tasks.push(Task::new(
            Phase::After,
            "kubeconfigs of people and, where the cluster has no endpoint of its own, kubelet.conf of every \
             other node dial the old address",
            Some(format!(
                "sed -i 's/{old}/{new}/g' /etc/kubernetes/kubelet.conf && systemctl restart kubelet"
            )),
        ));
        tasks
    }

    /// etcdctl with what it needs here.
    fn etcdctl(&self) -> String {
        let directories = self.directories();
        let path = |row: RowId, part| directories.path(row.part(part)).display().to_string();
        format!(
            "etcdctl --endpoints=https://127.0.0.1:2379 --cacert={} --cert={} --key={}",
            path(RowId::EtcdCa, Part::Certificate),
            path(RowId::EtcdHealthcheckClient, Part::Certificate),
            path(RowId::EtcdHealthcheckClient, Part::Key)
        )
    }

    /// Other files beside what is written that have the old address.
    fn others_with(&self, addresses: Move) -> Vec<PathBuf> {
        let own: Vec<PathBuf> = [self.manifest_files(), self.kubeconfig_files()].concat();
        let mut others = Vec::new();
        let bases = [self.static_pods(), self.directories().kubeconfigs.clone()];
        for base in bases {
            let names = self.names_in(&base).unwrap_or_default();
            for path in names.iter().map(|name| base.join(name)) {
                let ending = path.extension().and_then(|ending| ending.to_str());
                let is_text = matches!(ending, Some("yaml" | "yml" | "json" | "conf"));
                if !is_text || own.contains(&path) {
                    continue;
                }
                let text = self.read_file(&path);
                if text.is_ok_and(|text| has(&String::from_utf8_lossy(&text), addresses.old)) {
                    others.push(path);
                }
            }
        }
        others
    }
}
