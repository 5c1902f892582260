//! `pkigen audit`: what is found on kubeadm's tree and on a good one that is broken in one place,
//! and how it is told.

mod certificates;
mod clusters;
mod doors;
mod files;
mod flags;
mod kubeadm;
mod remedies;
mod report;
mod settings;
mod sources;
mod told;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::support::tree::{MADE, copy};
use crate::support::{Run, Tree};

/// What a good cluster has beside the flags that pkigen gives it: addresses, and the two settings
/// that are documented as left to whoever runs it.
const BESIDE: &[(&str, &[&str])] = &[
    (
        "kube-apiserver",
        &[
            "--advertise-address=192.0.2.10",
            "--anonymous-auth=false",
            "--etcd-servers=https://127.0.0.1:2379",
            "--secure-port=6443",
            "--service-account-extend-token-expiration=false",
            "--service-cluster-ip-range=10.96.0.0/12",
        ],
    ),
    (
        "kube-controller-manager",
        &["--bind-address=127.0.0.1", "--leader-elect=true"],
    ),
    (
        "kube-scheduler",
        &["--bind-address=127.0.0.1", "--leader-elect=true"],
    ),
    (
        "etcd",
        &[
            "--advertise-client-urls=https://192.0.2.10:2379",
            "--data-dir=/var/lib/etcd",
            "--initial-advertise-peer-urls=https://192.0.2.10:2380",
            "--listen-client-urls=https://127.0.0.1:2379,https://192.0.2.10:2379",
            "--listen-metrics-urls=http://127.0.0.1:2381",
            "--listen-peer-urls=https://192.0.2.10:2380",
            "--name=cp1",
        ],
    ),
];

/// A control-plane node that nothing is wrong with: `pkigen init --kubelet-serving`, manifests
/// with the flags that it wrote, and the kubelet's configuration.
pub(crate) struct Node(Tree);

impl Node {
    pub(crate) fn good() -> Self {
        static GOOD: OnceLock<Node> = OnceLock::new();
        let made = GOOD.get_or_init(Self::make);
        let tree = Tree::empty();
        copy(&made.0.root(), &tree.root());
        let node = Self(tree);
        // Copying keeps the modes of files only.
        node.chmod("/var/lib/etcd", 0o700);
        node
    }

    fn make() -> Self {
        let node = Self(Tree::empty());
        node.0.init(&["--kubelet-serving", "--at", MADE]).exits(0);
        for (component, beside) in BESIDE {
            let flags = node.0.etc(&format!("pkigen/flags/{component}.args"));
            let flags = fs::read_to_string(flags).unwrap();
            let mut flags: Vec<&str> = flags.lines().chain(beside.iter().copied()).collect();
            flags.sort_unstable();
            node.write(&manifest_path(component), &manifest(component, &flags));
        }
        let kubelet = node.0.etc("pkigen/flags/kubelet-configuration.yaml");
        node.write(KUBELET, &fs::read_to_string(kubelet).unwrap());
        fs::create_dir_all(node.0.at("/var/lib/etcd")).unwrap();
        node
    }

    /// A file of the running system, with mode 0600.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let at = self.0.at(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(&at, text).unwrap();
        self.chmod(path, 0o600);
    }

    pub(crate) fn chmod(&self, path: &str, mode: u32) {
        fs::set_permissions(self.0.at(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.at(path)).unwrap()
    }

    /// Replaces a text that has to be there.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{from:?} is not in {text}");
        self.write(path, &text.replace(from, to));
    }

    /// Gives a flag this value, or takes it away, in a manifest.
    #[track_caller]
    pub(crate) fn set(&self, component: &str, flag: &str, value: Option<&str>) {
        let path = manifest_path(component);
        let text = self.read(&path);
        let start = format!("    - --{flag}=");
        let mut lines: Vec<String> = text
            .lines()
            .filter(|line| !line.starts_with(&start))
            .map(str::to_owned)
            .collect();
        let had = lines.len() < text.lines().count();
        match value {
            Some(value) => {
                let at = lines
                    .iter()
                    .position(|line| line.contains("image:"))
                    .unwrap();
                lines.insert(at, format!("{start}{value}"));
            }
            None => assert!(had, "{component} has no --{flag} to take away"),
        }
        self.write(&path, &(lines.join("\n") + "\n"));
    }

    /// Adds an argument as it is.
    pub(crate) fn add(&self, component: &str, argument: &str) {
        let image = "    image:";
        self.edit(
            &manifest_path(component),
            image,
            &format!("    - {argument}\n{image}"),
        );
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.0
    }

    pub(crate) fn audit(&self, arguments: &[&str]) -> Run {
        self.0.pkigen(&[&["audit"], arguments].concat())
    }

    /// What is found, in short.
    pub(crate) fn found(&self, arguments: &[&str]) -> Vec<String> {
        in_short(&self.audit(&[&["-o", "json"], arguments].concat()))
    }
}

/// The kubelet's configuration.
pub(crate) const KUBELET: &str = "/var/lib/kubelet/config.yaml";

pub(crate) fn manifest_path(component: &str) -> String {
    format!("/etc/kubernetes/manifests/{component}.yaml")
}

/// A static pod as kubeadm writes it, in what matters.
fn manifest(component: &str, flags: &[&str]) -> String {
    let flags: Vec<String> = flags.iter().map(|flag| format!("    - {flag}\n")).collect();
    let flags = flags.concat();
    let tag = if component == "etcd" {
        "3.6.8-0"
    } else {
        "v1.36.2"
    };
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {component}\n  namespace: kube-system\nspec:\n  \
         containers:\n  - name: {component}\n    command:\n    - {component}\n{flags}    image: \
         registry.k8s.io/{component}:{tag}\n    volumeMounts:\n    - {{name: etc, mountPath: \
         /etc/kubernetes}}\n    - {{name: data, mountPath: /var/lib/etcd}}\n  hostNetwork: true\n  \
         volumes:\n  - {{name: etc, hostPath: {{path: /etc/kubernetes}}}}\n  - {{name: data, hostPath: \
         {{path: /var/lib/etcd}}}}\n"
    )
}

/// Findings as lines: `rule component flag` or `rule file`, a `?` before warnings, and the items.
#[track_caller]
pub(crate) fn in_short(run: &Run) -> Vec<String> {
    let report = run.json();
    let mut lines = Vec::new();
    for (list, mark) in [("findings", ""), ("warnings", "?")] {
        for row in report[list].as_array().unwrap() {
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let subject = if row["flag"].is_null() {
                text("file")
            } else {
                format!("{} {}", text("component"), text("flag"))
            };
            let items = row["cis"].as_array().unwrap().iter();
            let items: Vec<String> = items
                .map(|item| format!(" {}", item["number"].as_str().unwrap()))
                .collect();
            let items = items.concat();
            lines.push(format!("{mark}{} {subject}{items}", text("rule")));
        }
    }
    let failures = !report["findings"].as_array().unwrap().is_empty();
    assert_eq!(run.code, i32::from(failures), "{run:#?}");
    lines
}

/// One way to break a good cluster, and everything that is found then.
pub(crate) type Case = (&'static str, fn(&Node), &'static [&'static str]);

/// Fails the test with every case that finds something else.
#[track_caller]
pub(crate) fn assert_cases(cases: &[Case], arguments: &[&str]) {
    let mut wrong = String::new();
    for (name, mutate, expected) in cases {
        let node = Node::good();
        mutate(&node);
        let found = node.found(arguments);
        if found != *expected {
            let _ = writeln!(
                wrong,
                "{name}:\n  found {found:#?}\n  expected {expected:#?}"
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A file of the fixtures.
pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures")
        .join(path)
}
