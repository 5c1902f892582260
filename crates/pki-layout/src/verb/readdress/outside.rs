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
        let members = etcd.map_or(0, |etcd| etcd.items("initial-cluster").count());
        let etcdctl = self.etcdctl();
        let health = format!("{etcdctl} endpoint health --cluster");
        let update = etcd.map(|etcd| {
            let member = etcd.value("name").unwrap_or("NAME");
            format!(
                "{etcdctl} member update \"$({etcdctl} member list | awk -F', ' '$3 == \"{member}\" {{ print $1 }}')\" \
                 --peer-urls=https://{}:2380",
                in_url(addresses)
            )
        });
        let admin = self
            .directories()
            .path(RowId::AdminConf.part(Part::Kubeconfig));
        let kubectl = format!("kubectl --kubeconfig {}", admin.display());
        let is_several = members > 1;
        let mut tasks = Vec::new();
        if is_several {
            tasks.push(Task::new(
                Phase::Before,
                "one node at a time: see that every member of etcd is well, and go on only then",
                Some(health.clone()),
            ));
            tasks.push(Task::new(
                Phase::Before,
                "tell the other members where this one will be, while they are a quorum without it",
                update.clone(),
            ));
        }
        tasks.extend(self.tasks_of_host(addresses));
        tasks.push(Task::new(
            Phase::After,
            "wait until the API server is ready",
            Some(format!("{kubectl} get --raw=/readyz")),
        ));
        if is_several {
            tasks.push(Task::new(
                Phase::After,
                "see that this member is back before the next node moves",
                Some(health),
            ));
        } else if update.is_some() {
            tasks.push(Task::new(
                Phase::After,
                "tell etcd where its member is: it goes on without that, but no further member could join",
                update,
            ));
        }
        tasks.extend(tasks_of_cluster(addresses, &kubectl));
        tasks
    }

    /// On this host, but in no file that is ours to write.
    fn tasks_of_host(&self, addresses: Move) -> Vec<Task> {
        let mut tasks = vec![Task::new(
            Phase::After,
            format!(
                "give this host the address {}, if it does not have it yet",
                addresses.new
            ),
            None,
        )];
        let by_hand = BY_HAND.iter().filter(|path| {
            let text = self.read_file(&PathBuf::from(path));
            text.is_ok_and(|text| has(&String::from_utf8_lossy(&text), addresses.old))
        });
        for path in by_hand {
            tasks.push(Task::new(
                Phase::After,
                format!("{path} has the old address, and is none of ours"),
                Some(format!("{} {path}", sed(addresses, "-i "))),
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

/// What is in the API, and with others.
fn tasks_of_cluster(addresses: Move, kubectl: &str) -> Vec<Task> {
    let patch = |namespace: &str, name: &str| {
        format!(
            "{kubectl} -n {namespace} get configmap {name} -o yaml | {} | {kubectl} replace -f -",
            sed(addresses, "")
        )
    };
    vec![
        Task::new(
            Phase::After,
            "where the cluster has no endpoint of its own, nodes that join look for it at this node's address",
            Some(patch("kube-public", "cluster-info")),
        ),
        Task::new(
            Phase::After,
            "kubeadm renews and upgrades by what it has written down",
            Some(patch("kube-system", "kubeadm-config")),
        ),
        Task::new(
            Phase::After,
            "kube-proxy dials the API server by a kubeconfig in its ConfigMap",
            Some(format!(
                "{} && {kubectl} -n kube-system rollout restart daemonset kube-proxy",
                patch("kube-system", "kube-proxy")
            )),
        ),
        Task::new(
            Phase::After,
            "kubeconfigs of people and, where the cluster has no endpoint of its own, kubelet.conf of every \
             other node dial the old address",
            Some(format!(
                "{} /etc/kubernetes/kubelet.conf && systemctl restart kubelet",
                sed(addresses, "-i ")
            )),
        ),
    ]
}

fn sed(addresses: Move, flag: &str) -> String {
    let (old, new) = (addresses.old.to_string(), addresses.new);
    // 192.0.2.110 and 2001:db8::20 are others' addresses.
    if addresses.old.is_ipv4() {
        format!("sed {flag}'s/\\b{}\\b/{new}/g'", old.replace('.', "\\."))
    } else {
        format!("sed -E {flag}'s/(^|[^0-9a-f:]){old}($|[^0-9a-f:])/\\1{new}\\2/g'")
    }
}

fn in_url(addresses: Move) -> String {
    if addresses.new.is_ipv6() {
        format!("[{}]", addresses.new)
    } else {
        addresses.new.to_string()
    }
}
