//! kubeadm of the newest version that was checked, asked what the tables say of it.

use std::path::Path;

use pki_core::spec::{ENCRYPTION_ALGORITHMS, KubeadmApi, Standing};
use pki_layout::table::KubernetesVersion;

use super::binary;
use super::support::{NODE, Tree, program, said};

/// Whether kubeadm takes a configuration, and what it says.
fn takes(file: &Path) -> Option<(bool, String)> {
    let mut command = binary("kubeadm")?;
    command.args(["config", "validate", "--config"]).arg(file);
    let output = program(&mut command, "kubeadm", "");
    Some((output.status.success(), said(&output)))
}

fn cluster(api: &str, fields: &str) -> String {
    format!("apiVersion: kubeadm.k8s.io/{api}\nkind: ClusterConfiguration\n{fields}\n")
}

/// What is written for each version, it takes: of other versions of Kubernetes than its own and the
/// one before it takes none, so that it is given its own.
#[test]
fn kubeadm_takes_what_is_written_for_every_version() {
    let before = KubernetesVersion::OLDEST.previous();
    let own = format!("v{}.0", KubernetesVersion::NEWEST);
    for version in [before].into_iter().chain(KubernetesVersion::all()) {
        let tree = Tree::empty();
        let text = format!("v{version}.0");
        let arguments = ["flags", "-o", "kubeadm", "--kubernetes-version", &text];
        let written = tree
            .pkigen(&[&arguments[..], NODE].concat())
            .exits(0)
            .stdout;
        assert!(written.contains(&text));
        tree.put_beside("kubeadm.yaml", written.replace(&text, &own));
        let Some((taken, said)) = takes(&tree.beside("kubeadm.yaml")) else {
            return;
        };
        assert!(taken, "{version}: {said}");
        let is_deprecated = said.contains("deprecated API spec");
        assert_eq!(is_deprecated, version == before, "{version}: {said}");
    }
}

/// Which versions of its API it reads, and which algorithms it takes, is what the tables say.
#[test]
fn kubeadm_reads_what_the_tables_say_it_reads() {
    let tree = Tree::empty();
    let newest = KubernetesVersion::NEWEST;
    for api in KubeadmApi::ALL {
        tree.put_beside(
            "k.yaml",
            cluster(api.name(), &format!("kubernetesVersion: v{newest}.0")),
        );
        let Some((taken, said)) = takes(&tree.beside("k.yaml")) else {
            return;
        };
        assert_eq!(taken, api.is_read_by(newest), "{}: {said}", api.name());
    }
    for row in ENCRYPTION_ALGORITHMS {
        let fields = format!(
            "kubernetesVersion: v{newest}.0\nencryptionAlgorithm: {}",
            row.name
        );
        tree.put_beside("k.yaml", cluster("v1beta4", &fields));
        let Some((taken, said)) = takes(&tree.beside("k.yaml")) else {
            return;
        };
        let is_checked = row.since.standing() == Standing::Checked;
        assert_eq!(taken, is_checked, "{}: {said}", row.name);
    }
}

/// The way out that is printed leads out: kubeadm migrates what the next one is not to read.
#[test]
fn kubeadm_migrates_what_the_next_one_does_not_read() {
    let tree = Tree::empty();
    for version in KubernetesVersion::all().filter(|one| *one > KubernetesVersion::NEWEST) {
        let fields =
            format!("kubernetesVersion: v{version}.0\napiServer: {{extraArgs: {{v: '2'}}}}");
        tree.put_beside("k.yaml", cluster("v1beta3", &fields));
        let init = ["init", "--config", "k.yaml", "--dry-run"];
        tree.pkigen(&[&init[..], NODE].concat()).exits(0).says(&[
            "have kubeadm 1.36 write a newer one: `kubeadm config migrate --old-config k.yaml \
             --new-config FILE`",
        ]);
        let Some(mut command) = binary("kubeadm") else {
            return;
        };
        let new = tree.beside("new.yaml");
        command.args(["config", "migrate", "--old-config"]);
        command
            .arg(tree.beside("k.yaml"))
            .arg("--new-config")
            .arg(&new);
        let output = program(&mut command, "kubeadm", "");
        assert!(output.status.success(), "{}", said(&output));
        let run = tree.pkigen(&[&["init", "--config", "new.yaml", "--dry-run"], NODE].concat());
        let run = run.exits(0);
        assert!(!run.stderr.contains("is written in"), "{}", run.stderr);
        std::fs::remove_file(new).unwrap();
    }
}
