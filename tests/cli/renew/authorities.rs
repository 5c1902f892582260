//! An authority's own certificate with new dates: the same key and name, wherever a node holds it.

use std::fs;

use pki_core::Certificate;

use super::{AT, renew, renew_at, rows};
use crate::support::x509::{decode, embedded};
use crate::support::{Company, Tree};

/// After everything of the fixtures has expired.
const TOO_LATE: &str = "2040-01-01T00:00:00Z";

const AUTHORITIES: [(&str, &str); 3] = [
    ("ca", "ca.crt"),
    ("etcd-ca", "etcd/ca.crt"),
    ("front-proxy-ca", "front-proxy-ca.crt"),
];

fn first(pem: impl AsRef<[u8]>) -> Certificate {
    Certificate::all_from_pem(pem.as_ref()).unwrap().remove(0)
}

/// What a kubeconfig trusts.
fn trusted(tree: &Tree, name: &str) -> String {
    let text = fs::read_to_string(tree.etc(name)).unwrap();
    let data = embedded(&text, "certificate-authority-data").unwrap();
    String::from_utf8(decode(&data)).unwrap()
}

/// Clean but for the modes of the fixtures' keys.
fn is_clean(tree: &Tree, more: &[&str]) {
    let verify = ["verify", "--warn-only", "key-exposed"];
    tree.pkigen(&[&verify[..], more].concat()).exits(0);
}

#[test]
fn everything_but_serial_number_and_dates_stays() {
    for algorithm in ["rsa-2048", "ecdsa-p256"] {
        for (name, file) in AUTHORITIES {
            let tree = Tree::kubeadm(algorithm);
            let before = tree.snapshot();
            let old = first(tree.text(file));
            let run = renew(&tree, &[name, "-o", "json"]).exits(0);
            assert_eq!(rows(&run, "renewed"), [name]);
            let new = first(tree.text(file));
            assert!(new.is_renewal_of(&old) && new != old, "{name}");
            assert_eq!(new.extensions(), old.extensions(), "{name}");
            assert_ne!(new.serial_number(), old.serial_number(), "{name}");
            let life = |one: &Certificate| {
                let validity = one.validity();
                (validity.not_after - validity.not_before).whole_days()
            };
            assert_eq!(life(&new), life(&old), "{name}");
            let mut changed = vec![format!("etc/kubernetes/pki/{file}")];
            if name == "ca" {
                let kubeconfigs = [
                    "admin",
                    "controller-manager",
                    "kubelet",
                    "scheduler",
                    "super-admin",
                ];
                let path = |name: &&str| format!("etc/kubernetes/{name}.conf");
                changed.extend(kubeconfigs.iter().map(path));
                for name in kubeconfigs {
                    assert_eq!(trusted(&tree, &format!("{name}.conf")), tree.text(file));
                }
            }
            let mut replaced: Vec<String> = run.json()["replacedFiles"]
                .as_array()
                .unwrap()
                .iter()
                .map(|file| file.as_str().unwrap().trim_start_matches('/').to_owned())
                .collect();
            replaced.sort();
            changed.sort();
            assert_eq!(replaced, changed, "{name}");
            let is_meant = |change: &String| {
                let file = change.trim_start_matches("root/");
                let (file, _) = file.split_once(' ').unwrap_or((file, ""));
                let is_directory = changed
                    .iter()
                    .any(|one| one.starts_with(&format!("{file}/")));
                file.contains(".pkigen") || is_directory || changed.iter().any(|one| one == file)
            };
            let changes = before.changes(&tree.snapshot());
            assert!(changes.iter().all(is_meant), "{changes:#?}");
            is_clean(&tree, &["--at", AT]);
        }
    }
}

/// What the old ones signed is what the new ones sign: nothing else has to be issued.
#[test]
fn all_of_them_at_once_when_they_are_over() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.pkigen(&["verify", "--at", TOO_LATE]).exits(1);
    // Nothing below an authority that is over can be renewed, and it is said what can.
    let [first, then] = ["ca", "apiserver"].map(|row| tree.typed(&format!("pkigen renew {row}")));
    let remedy = format!("`{first}`, then `{then}`");
    renew_at(&tree, TOO_LATE, &["apiserver"])
        .exits(1)
        .says(&["its authority ca expired", &remedy]);
    let names = ["ca", "etcd-ca", "front-proxy-ca"];
    renew_at(&tree, TOO_LATE, &names)
        .exits(0)
        .shows(&["Restart", "etcd", "kube-apiserver"]);
    renew_at(&tree, TOO_LATE, &["all"]).exits(0);
    is_clean(&tree, &["--at", TOO_LATE]);
}

/// Each in turn, and the leaves with them, in one transaction.
#[test]
fn leaves_that_are_named_too_live_as_long_as_the_new_authority_lets_them() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let names = ["ca", "apiserver", "admin.conf"];
    let run = renew_at(&tree, TOO_LATE, &[&names[..], &["-o", "json"]].concat()).exits(0);
    assert_eq!(rows(&run, "renewed"), names);
    let end = first(tree.text("apiserver.crt")).validity().not_after;
    assert_eq!(end.year(), 2040);
    assert_eq!(trusted(&tree, "admin.conf"), tree.text("ca.crt"));
    tree.pkigen(&["undo"]).exits(0);
    let old = Tree::kubeadm("ecdsa-p256");
    for name in ["ca.crt", "apiserver.crt", "apiserver.key"] {
        assert_eq!(tree.text(name), old.text(name));
    }
    let text = |tree: &Tree| fs::read(tree.etc("admin.conf")).unwrap();
    assert_eq!(text(&tree), text(&old));
}

#[test]
fn by_name_alone_and_as_long_as_asked() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let ca = tree.text("ca.crt");
    renew(&tree, &["all"]).exits(0);
    assert_eq!(tree.text("ca.crt"), ca);
    renew(&tree, &["ca", "--ca-validity", "2y"]).exits(0);
    assert_eq!(first(tree.text("ca.crt")).validity().not_after.year(), 2028);
    renew(&tree, &["etcd-ca", "--within", "30d"])
        .exits(0)
        .shows(&["not due", "etcd-ca"]);
    let config = tree.beside("kubeadm.yaml").display().to_string();
    renew(&tree, &["ca", "--reconcile", "--config", &config])
        .exits(1)
        .shows(&["left alone", "not as a configuration says"]);
}

/// Bundles, chains and copies under other names; every other byte stays.
#[test]
fn copies_wherever_they_are() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let ca = tree.text("ca.crt");
    let other = tree.text("etcd/ca.crt");
    tree.put("bundle.pem", format!("# both\n{other}{ca}# end\n"));
    tree.put("apiserver.crt", tree.text("apiserver.crt") + &ca);
    tree.put("windows.pem", ca.replace('\n', "\r\n"));
    fs::create_dir(tree.pki("webhook")).unwrap();
    tree.put("webhook/ca.crt", ca.clone() + &ca);
    renew(&tree, &["ca"]).exits(0);
    let new = tree.text("ca.crt");
    assert_ne!(new, ca);
    assert_eq!(
        tree.text("bundle.pem"),
        format!("# both\n{other}{new}# end\n")
    );
    assert!(tree.text("apiserver.crt").ends_with(&new));
    assert_eq!(tree.text("windows.pem"), new.replace('\n', "\r\n"));
    assert_eq!(tree.text("webhook/ca.crt"), new);
}

#[test]
fn what_cannot_be_renewed() {
    let tree = Tree::kubeadm("ecdsa-p256");
    tree.remove(&["ca.key"]);
    let before = tree.snapshot();
    renew(&tree, &["ca"])
        .exits(1)
        .shows(&["external", "its key is not here"])
        .says(&[
            "error: ca was not renewed: its key is not here",
            "to mend it: Put here, from another control-plane node or a backup, ",
            "or have the same key certified again under the same name",
            &format!(
                ", then `{}`.",
                tree.typed("pkigen renew ca --certificate FILE")
            ),
        ]);
    tree.remove(&["etcd/ca.crt"]);
    renew(&tree, &["etcd-ca"]).exits(1).shows(&["missing"]);
    let company = Company::in_one_file();
    company
        .tree
        .pkigen(&["renew", "ca"])
        .exits(1)
        .says(&["it is issued by", "who alone can give it new dates"]);
    assert!(!before.files().is_empty());
}

/// An administrator who keeps the key signs; so does the first node for the others.
#[test]
fn one_that_was_issued_elsewhere() {
    let first_node = Tree::kubeadm("ecdsa-p256");
    renew(&first_node, &["ca"]).exits(0);
    let issued = first_node.pki("ca.crt").display().to_string();
    let node = Tree::kubeadm("ecdsa-p256");
    node.remove(&["ca.key"]);
    let take = ["ca", "--certificate", &issued];
    let run = renew(&node, &[&take[..], &["--dry-run", "-o", "json"]].concat()).exits(0);
    assert_eq!(run.json()["replacedFiles"].as_array().unwrap().len(), 6);
    renew(&node, &take).exits(0).shows(&["renewed", "ca"]);
    assert_eq!(node.text("ca.crt"), first_node.text("ca.crt"));
    assert_eq!(trusted(&node, "kubelet.conf"), first_node.text("ca.crt"));
    is_clean(&node, &["--at", AT]);
    // Once more there is nothing left to do.
    let before = node.snapshot();
    renew(&node, &take).exits(0);
    before.assert_files_kept(&node.snapshot());

    let before = node.snapshot();
    let stranger = Tree::kubeadm("rsa-2048");
    let other = stranger.pki("ca.crt").display().to_string();
    renew(&node, &["ca", "--certificate", &other])
        .exits(1)
        .says(&["what was issued is", "ave the same key certified again"]);
    renew(&node, &["apiserver", "--certificate", &issued])
        .exits(2)
        .says(&["apiserver is no authority"]);
    renew(&node, &["ca", "etcd-ca", "--certificate", &issued])
        .exits(1)
        .says(&["etcd-ca was not renewed: what was issued is"]);
    renew(&node, &["all", "--certificate", &issued])
        .exits(2)
        .says(&["it is an authority's; name that"]);
    renew_at(&node, TOO_LATE, &take)
        .exits(1)
        .says(&["and not now"]);
    before.assert_files_kept(&node.snapshot());
}

/// OpenSSL and Java hold a certificate to the serial number by which it names its authority.
#[test]
fn leaves_that_name_the_authority_by_its_serial_number_are_renewed_with_it() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let shop = tree.workshop("ca");
    shop.key("leaf", "P-256");
    shop.signed(
        "leaf",
        "ca",
        "/CN=kube-apiserver-kubelet-client",
        "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n\
         authorityKeyIdentifier=keyid,issuer:always\n",
    );
    tree.put("apiserver-kubelet-client.crt", shop.read("leaf.crt"));
    tree.put("apiserver-kubelet-client.key", shop.read("leaf.key"));
    let old = first(tree.text("apiserver-kubelet-client.crt"));
    let run = tree.pkigen(&["renew", "ca", "-o", "json"]).exits(0);
    assert_eq!(rows(&run, "renewed"), ["ca", "apiserver-kubelet-client"]);
    run.shows(&["with ca, whose serial number it named"]);
    assert_ne!(first(tree.text("apiserver-kubelet-client.crt")), old);
    is_clean(&tree, &[]);
}

/// Whoever holds a copy elsewhere is told, with what replaces it.
#[test]
fn what_holds_a_copy_elsewhere() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let run = renew(&tree, &["ca", "-o", "json"]).exits(0);
    let copies = run.json()["copies"].clone();
    let commands: Vec<&str> = copies
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|copy| copy["command"].as_str())
        .collect();
    assert_eq!(commands[0], "pkigen renew ca --certificate FILE");
    let file = format!("base64 -w0 {}", tree.pki("ca.crt").display());
    assert!(commands[1].contains(&file), "{}", commands[1]);
    assert!(run.json()["oldAuthorityEnds"].is_string());
    renew(&tree, &["front-proxy-ca"]).exits(0).shows(&[
        "the ConfigMap extension-apiserver-authentication",
        "pkigen renew front-proxy-ca --certificate FILE",
    ]);
}

/// A kubeconfig with the authority's older certificate goes on being right: what either signs is
/// accepted by who trusts the other.
#[test]
fn an_older_certificate_of_the_authority_is_trusted_as_well() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let admin = fs::read(tree.etc("admin.conf")).unwrap();
    renew(&tree, &["ca"]).exits(0);
    fs::write(tree.etc("admin.conf"), admin).unwrap();
    is_clean(&tree, &["--at", AT]);
    let config = tree.beside("kubeadm.yaml").display().to_string();
    tree.pkigen(&["init", "--at", AT, "--config", &config])
        .exits(0)
        .shows(&["kept  admin.conf"]);
}

/// A link inside changes with its file; one to elsewhere would go on leading to the old one, so that
/// nothing is done, and nothing said of restarts.
#[test]
fn links_are_not_passed_over() {
    let tree = Tree::kubeadm("ecdsa-p256");
    std::os::unix::fs::symlink("ca.crt", tree.pki("ca.pem")).unwrap();
    renew(&tree, &["ca"]).exits(0);
    assert_eq!(tree.text("ca.pem"), tree.text("ca.crt"));
    let elsewhere = tree.at("elsewhere.conf");
    fs::rename(tree.etc("admin.conf"), elsewhere).unwrap();
    std::os::unix::fs::symlink("/elsewhere.conf", tree.etc("admin.conf")).unwrap();
    let before = tree.snapshot();
    let run = renew(&tree, &["ca"]).exits(1);
    assert!(!run.stdout.contains("Restart"), "{run:#?}");
    run.says(&["admin.conf is a symbolic link; put the file itself there"]);
    before.assert_files_kept(&tree.snapshot());
}
