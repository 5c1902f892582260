//! An authority that is an intermediate, in the layouts that there are of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::x509::{decode, embedded};
use super::{AUTHORITY, How, Presented, Tree, Workshop};

const MANIFEST: &str = "apiVersion: v1
kind: Pod
spec:
  containers:
  - command:
    - kube-controller-manager
    - --cluster-signing-cert-file=/etc/kubernetes/pki/intermediate.crt
    - --cluster-signing-key-file=/etc/kubernetes/pki/ca.key
    volumeMounts:
    - {name: pki, mountPath: /etc/kubernetes/pki}
  volumes:
  - {name: pki, hostPath: {path: /etc/kubernetes/pki}}
";

/// The certificates that a tree's cluster authority consists of, as PEM.
pub(crate) struct Company {
    pub(crate) tree: Tree,
    pub(crate) root: String,
    pub(crate) intermediate: String,
}

impl Company {
    /// A node with an intermediate's key in `ca.key`, and no certificate yet.
    fn new() -> Self {
        let workshop = Workshop::new();
        workshop.key("root", "P-256");
        let root = workshop.self_signed("root", "/CN=root", AUTHORITY);
        let key = workshop.key("intermediate", "P-256");
        let (subject, how) = ("/CN=intermediate", How::days(1825));
        let intermediate = workshop.signed_as("intermediate", "root", subject, AUTHORITY, how);
        let tree = Tree::empty();
        fs::create_dir_all(tree.etc("manifests")).unwrap();
        fs::create_dir_all(tree.pki("")).unwrap();
        tree.put("ca.key", key);
        fs::set_permissions(tree.pki("ca.key"), fs::Permissions::from_mode(0o600)).unwrap();
        let text = |pem| String::from_utf8(pem).unwrap();
        Self {
            tree,
            root: text(root),
            intermediate: text(intermediate),
        }
    }

    /// `ca.crt` holds the root alone; kube-controller-manager is told of the intermediate.
    pub(crate) fn in_a_file_of_its_own() -> Self {
        let company = Self::new();
        let tree = &company.tree;
        tree.put("ca.crt", &company.root);
        tree.put("intermediate.crt", &company.intermediate);
        fs::write(tree.etc("manifests/kube-controller-manager.yaml"), MANIFEST).unwrap();
        tree.init(&[]).exits(0);
        company
    }

    /// `ca.crt` holds both.
    pub(crate) fn in_one_file() -> Self {
        let company = Self::new();
        company.tree.put("ca.crt", company.both());
        company.tree.init(&[]).exits(0);
        company
    }

    /// Servers believe the intermediate, callers the root too: from what kubeconfigs trust.
    pub(crate) fn with_callers() -> Self {
        let company = Self::in_one_file();
        let tree = &company.tree;
        tree.remove(&["ca-issuing.crt"]);
        tree.put("ca.crt", &company.intermediate);
        tree.init(&[]).exits(0);
        company
    }

    pub(crate) fn both(&self) -> String {
        format!("{}{}", self.intermediate, self.root)
    }

    /// Everything that `init` says of the flags.
    pub(crate) fn flags(&self) -> String {
        let all = fs::read_dir(self.tree.etc("pkigen/flags")).unwrap();
        all.map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    }

    /// What a kubeconfig trusts, as PEM.
    pub(crate) fn trusted(&self, name: &str) -> String {
        self.field(name, "certificate-authority-data")
    }

    fn field(&self, name: &str, field: &str) -> String {
        let text = fs::read_to_string(self.tree.etc(&format!("{name}.conf"))).unwrap();
        String::from_utf8(decode(&embedded(&text, field).unwrap())).unwrap()
    }

    /// Every served and presented chain, with those who check it: servers for those who dial
    /// them, clients for the API server. And whether any authority of the reader's file is an end
    /// to it: it is to the API server, and admin.conf may hold the intermediate alone, for the
    /// nodes that join.
    pub(crate) fn presented(&self) -> Vec<(Presented, bool)> {
        let names = ["controller-manager", "scheduler", "kubelet", "admin"];
        let all = names.into_iter().flat_map(|name| {
            let served = Presented {
                chain: self.tree.text("apiserver.crt"),
                anchors: self.trusted(name),
                serves: true,
                dials: false,
                host: Some("192.0.2.10".to_owned()),
            };
            let client = Presented {
                chain: self.field(name, "client-certificate-data"),
                anchors: self.tree.text("ca.crt"),
                serves: false,
                dials: true,
                host: None,
            };
            [(served, name == "admin"), (client, true)]
        });
        all.collect()
    }
}
