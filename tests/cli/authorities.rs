//! Authorities that are more than one file, or another than the one that signed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::openssl::AUTHORITY;
use crate::support::{Run, Tree, Workshop};

const MANIFEST: &str = "apiVersion: v1
kind: Pod
spec:
  containers:
  - command:
    - kube-controller-manager
    - --cluster-signing-cert-file=/etc/kubernetes/pki/intermediate.crt
    - --cluster-signing-key-file=/etc/kubernetes/pki/ca.key
";

/// The certificates that a tree's cluster authority consists of, as PEM.
struct Company {
    tree: Tree,
    root: String,
    intermediate: String,
}

impl Company {
    /// A node with an intermediate's key in `ca.key`, and no certificate yet.
    fn new() -> Self {
        let workshop = Workshop::new();
        workshop.key("root", "P-256");
        let root = workshop.self_signed("root", "/CN=root", AUTHORITY);
        let key = workshop.key("intermediate", "P-256");
        let extensions = format!("{AUTHORITY}authorityKeyIdentifier=keyid\n");
        let options = " -days 1825";
        let subject = "/CN=intermediate";
        let intermediate =
            workshop.signed_with("intermediate", "root", subject, &extensions, options);
        let tree = Tree::empty();
        fs::create_dir_all(tree.etc("manifests")).unwrap();
        fs::create_dir_all(tree.pki("")).unwrap();
        tree.put("ca.key", key);
        restrict(&tree.pki("ca.key"));
        let text = |pem| String::from_utf8(pem).unwrap();
        Self {
            tree,
            root: text(root),
            intermediate: text(intermediate),
        }
    }

    fn both(&self) -> String {
        format!("{}{}", self.intermediate, self.root)
    }

    /// Everything that `init` says of the flags.
    fn flags(&self) -> String {
        let all = fs::read_dir(self.tree.etc("pkigen/flags")).unwrap();
        all.map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    }

    /// Clean by our own word, and every served and presented chain by OpenSSL's: servers as those
    /// who dial them check, clients as the API server does, which takes any authority of its file
    /// for an end.
    fn is_accepted(&self) {
        let tree = &self.tree;
        tree.pkigen(&["verify"]).exits(0);
        for name in ["controller-manager", "scheduler", "kubelet", "admin"] {
            let (trust, client) = self.embedded(name);
            let served = tree.pki("apiserver.crt");
            // admin.conf may hold the intermediate alone, for the nodes that join.
            let partial = name == "admin";
            verifies("sslserver", &served, &trust, partial);
            verifies("sslclient", &client, &tree.pki("ca.crt"), true);
        }
        for name in ["apiserver", "apiserver-kubelet-client"] {
            let chain = tree.text(&format!("{name}.crt"));
            assert_eq!(chain.matches("BEGIN").count(), 2, "{name}");
            assert!(chain.ends_with(&self.intermediate), "{name}");
        }
    }

    /// What a kubeconfig trusts and presents, in files beside the tree.
    fn embedded(&self, name: &str) -> (PathBuf, PathBuf) {
        let text = fs::read_to_string(self.tree.etc(&format!("{name}.conf"))).unwrap();
        let decode = |field: &str| {
            let mut lines = text.lines().map(str::trim);
            let value = lines.find_map(|line| line.strip_prefix(field)).unwrap();
            let encoded = self.tree.put_beside("base64", value.trim());
            let output = Command::new("base64").arg("-d").arg(encoded).output();
            let file = format!("{name}-{}", field.trim_end_matches(':'));
            self.tree.put_beside(&file, output.unwrap().stdout)
        };
        (
            decode("certificate-authority-data:"),
            decode("client-certificate-data:"),
        )
    }

    /// A second life for everything, and nothing left to do.
    fn survives_renewal(&self) {
        self.tree.pkigen(&["renew", "all"]).exits(0);
        self.is_accepted();
        self.tree.init(&[]).exits(0).shows(&["Nothing to do"]);
    }
}

fn restrict(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[track_caller]
fn verifies(purpose: &str, chain: &Path, anchors: &Path, partial: bool) {
    let mut command = Command::new("openssl");
    command.args(["verify", "-x509_strict", "-purpose", purpose]);
    if partial {
        command.arg("-partial_chain");
    }
    command.arg("-CAfile").arg(anchors);
    let output = command.arg("-untrusted").arg(chain).arg(chain).output();
    let output = output.expect("these tests need Debian's package openssl");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", chain.display());
}

/// `ca.crt` holds the root alone; kube-controller-manager is told of the intermediate.
#[test]
fn an_intermediate_in_a_file_of_its_own() {
    let company = Company::new();
    let tree = &company.tree;
    tree.put("ca.crt", &company.root);
    tree.put("intermediate.crt", &company.intermediate);
    fs::write(tree.etc("manifests/kube-controller-manager.yaml"), MANIFEST).unwrap();
    tree.init(&[]).exits(0);
    company.is_accepted();
    let flags = company.flags();
    assert!(flags.contains("--cluster-signing-cert-file=/etc/kubernetes/pki/intermediate.crt\n"));
    assert!(flags.contains("--root-ca-file=/etc/kubernetes/pki/ca.crt\n"));
    company.survives_renewal();
    assert_eq!(tree.text("ca.crt"), company.root);
}

/// `ca.crt` holds both: kube-controller-manager is given the one that issues in a file of its own.
#[test]
fn an_intermediate_and_its_root_in_one_file() {
    let company = Company::new();
    let tree = &company.tree;
    tree.put("ca.crt", company.both());
    tree.init(&[]).exits(0);
    company.is_accepted();
    assert_eq!(tree.text("ca-issuing.crt"), company.intermediate);
    let file = "--cluster-signing-cert-file=/etc/kubernetes/pki/ca-issuing.crt\n";
    assert!(company.flags().contains(file));
    company.survives_renewal();
    assert_eq!(tree.text("ca.crt"), company.both());
    // Back to one, and it is that file again.
    tree.put("ca.crt", &company.intermediate);
    tree.init(&[]).exits(0);
    let file = "--cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt\n";
    assert!(company.flags().contains(file));
}

/// Servers believe the intermediate, callers the root too: from what kubeconfigs trust.
#[test]
fn callers_that_believe_the_root() {
    let company = Company::new();
    let tree = &company.tree;
    tree.put("ca.crt", company.both());
    tree.init(&[]).exits(0);
    tree.remove(&["ca-issuing.crt"]);
    tree.put("ca.crt", &company.intermediate);
    tree.init(&[]).exits(0);
    assert_eq!(tree.text("ca-callers.crt"), company.both());
    assert_eq!(tree.text("ca.crt"), company.intermediate);
    let flags = company.flags();
    assert!(flags.contains("--root-ca-file=/etc/kubernetes/pki/ca-callers.crt\n"));
    assert!(flags.contains("--client-ca-file=/etc/kubernetes/pki/ca.crt\n"));
    assert!(flags.contains("--cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt\n"));
    for name in ["admin.conf", "scheduler.conf"] {
        fs::remove_file(tree.etc(name)).unwrap();
    }
    tree.init(&[]).exits(0);
    let trusted = |name| fs::read_to_string(company.embedded(name).0).unwrap();
    assert_eq!(trusted("scheduler"), company.both());
    assert_eq!(trusted("admin"), company.intermediate);
    company.survives_renewal();
}

/// A kubeadm tree whose authority was replaced by one of the same name.
fn replaced(by: &str) -> Tree {
    let (tree, other) = (Tree::kubeadm("rsa-2048"), Tree::kubeadm(by));
    tree.take(&other, &["ca.crt", "ca.key"]);
    tree
}

fn renewals(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().filter_map(|line| {
        let line = line.trim().strip_prefix("renewed ")?;
        Some(line.split_whitespace().next()?.to_owned())
    });
    lines.collect()
}

#[test]
fn an_authority_of_another_kind_of_key_is_another_authority() {
    let tree = replaced("ecdsa-p256");
    let report = tree.pkigen(&["verify", "-o", "json"]).exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    let found: Vec<_> = findings.iter().map(|one| one["rule"].clone()).collect();
    assert!(found.contains(&"authority-replaced".into()), "{found:?}");
    assert!(
        !found.contains(&"unsupported-signature".into()),
        "{found:?}"
    );
    let before = tree.text("apiserver.crt");
    let run = tree.pkigen(&["renew", "all"]).exits(1);
    let says = "apiserver was not renewed: it is issued by CN=kubernetes, which is not the \
        authority here";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    let renewed = renewals(&run);
    let of_others = [
        "front-proxy-client",
        "etcd-server",
        "etcd-peer",
        "etcd-healthcheck-client",
        "apiserver-etcd-client",
    ];
    assert_eq!(renewed, of_others);
    assert_eq!(tree.text("apiserver.crt"), before);
}

#[test]
fn what_it_has_not_signed_is_issued_anew_where_that_is_asked_for() {
    let tree = replaced("ecdsa-p256");
    let arguments = ["--reconcile", "--config", "kubeadm.yaml"];
    let run = tree.command(&["renew", "apiserver"]);
    let mut run = run;
    let run = crate::support::run(run.args(arguments)).exits(0);
    run.shows(&["issuer: CN=kubernetes instead of CN=kubernetes of this authority"]);
}

#[test]
fn no_message_is_a_library_s() {
    let tree = replaced("ecdsa-p256");
    let run = tree.pkigen(&["init", "--config", "kubeadm.yaml"]).exits(1);
    assert!(!run.stderr.contains("Unsupported"), "{}", run.stderr);
    run.says(&["apiserver.crt: it is issued by CN=kubernetes, which is not the authority here"]);
}
