//! Kubeconfigs that keep certificate and key in files of their own, which components re-read.

use super::renew;
use crate::support::Tree;
use crate::support::x509::decode;

fn text(tree: &Tree, name: &str) -> String {
    std::fs::read_to_string(tree.etc(name)).unwrap()
}

/// Moves the certificate and key out of scheduler.conf, into files that it names.
fn with_files(directory: &str) -> Tree {
    let tree = Tree::kubeadm("ecdsa-p256");
    let conf = text(&tree, "scheduler.conf");
    std::fs::create_dir_all(tree.at(directory)).unwrap();
    let mut kept = String::new();
    for line in conf.lines() {
        let Some((field, data)) = line.split_once("-data: ").filter(|(field, _)| {
            field.ends_with("client-certificate") || field.ends_with("client-key")
        }) else {
            kept.push_str(line);
            kept.push('\n');
            continue;
        };
        let ending = if field.ends_with("key") { "key" } else { "crt" };
        let path = format!("{directory}/scheduler.{ending}");
        std::fs::write(tree.at(&path), decode(data)).unwrap();
        kept.extend([field, ": ", &path, "\n"]);
    }
    std::fs::write(tree.etc("scheduler.conf"), kept).unwrap();
    tree
}

#[test]
fn files_of_the_node_are_renewed_where_they_are() {
    let tree = with_files("/etc/kubernetes/clients");
    let conf = text(&tree, "scheduler.conf");
    let [old_certificate, old_key] =
        ["clients/scheduler.crt", "clients/scheduler.key"].map(|file| text(&tree, file));
    renew(&tree, &["scheduler.conf"]).exits(0);
    assert_eq!(
        text(&tree, "scheduler.conf"),
        conf,
        "the kubeconfig itself stays"
    );
    let certificate = text(&tree, "clients/scheduler.crt");
    assert!(certificate != old_certificate && text(&tree, "clients/scheduler.key") != old_key);
    let inspect = tree.etc("clients/scheduler.crt");
    let shown = tree
        .pkigen(&["inspect", inspect.to_str().unwrap()])
        .exits(0);
    assert!(
        shown.stdout.contains("CN=system:kube-scheduler"),
        "{shown:#?}"
    );
    assert!(shown.stdout.contains("Dec 01, 2027"), "{shown:#?}");
    // The pair matches: keeping the key would be refused otherwise.
    let key = text(&tree, "clients/scheduler.key");
    renew(&tree, &["scheduler.conf", "--reuse-key"]).exits(0);
    assert_eq!(text(&tree, "clients/scheduler.key"), key);
    assert_ne!(text(&tree, "clients/scheduler.crt"), certificate);
}

#[test]
fn files_elsewhere_are_left_alone() {
    let tree = with_files("/var/lib/elsewhere");
    let before = tree.snapshot();
    let run = renew(&tree, &["scheduler.conf"]).exits(1);
    assert!(run.stdout.contains("left alone"), "{run:#?}");
    before.assert_untouched(&tree.snapshot());
}
