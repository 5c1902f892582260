//! A tar of a node is looked at as the node is; what is not in it was not observed.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use crate::audit::Node;
use crate::support::{Run, Tree, command, run};

const VIEWS: [&[&str]; 6] = [
    &["verify"],
    &["verify", "-o", "json"],
    &["audit", "-o", "json"],
    &["map"],
    &["check-expiration"],
    &["explain", "apiserver"],
];
const AT: &str = "2026-12-01T00:00:00Z";

/// Everything below a root, as `tar -C ROOT -c .` packs it.
fn packed(root: &Path, prefix: &str) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    tar.follow_symlinks(false);
    tar.append_dir_all(prefix, root).unwrap();
    tar.into_inner().unwrap()
}

fn look(archive: &Path, arguments: &[&str]) -> Run {
    let mut command = command();
    command.arg("--root").arg(archive).args(["--at", AT]);
    run(command.args(arguments))
}

/// The same of the tar, packed or not and below any prefix, as of the directory.
#[track_caller]
fn says_the_same(tree: &Tree) {
    let tar = packed(&tree.root(), "backup/cp1");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&tar).unwrap();
    let plain = tree.put_beside("node.tar", &tar);
    let gzip = tree.put_beside("node.tar.gz", gzip.finish().unwrap());
    for view in VIEWS {
        let directory = tree.pkigen(&[&["--at", AT], view].concat());
        for archive in [&plain, &gzip] {
            let archive = look(archive, view);
            // To what is in a tar nothing can be done, so that no command names one.
            let root = tree.root().display().to_string();
            let said = tree.rootless(&directory.stdout).replace(&root, "");
            if view.contains(&"json") {
                let mut lines: Vec<&str> = Vec::new();
                for line in said.lines() {
                    if line.trim() == "\"\"" {
                        lines.pop();
                    } else {
                        lines.push(line);
                    }
                }
                let bare = |text: &str| text.trim_end_matches(',').to_owned();
                let found: Vec<String> = archive.stdout.lines().map(bare).collect();
                let lines: Vec<String> = lines.into_iter().map(bare).collect();
                assert_eq!(found, lines, "{view:?}");
            } else {
                // Longer paths are folded elsewhere.
                let found: Vec<&str> = archive.stdout.split_whitespace().collect();
                assert_eq!(
                    found,
                    said.split_whitespace().collect::<Vec<_>>(),
                    "{view:?}"
                );
            }
            assert_eq!(archive.code, directory.code, "{view:?}: {}", archive.stderr);
        }
    }
}

#[test]
fn of_kubeadm_s_trees_it_says_what_it_says_of_the_directory() {
    says_the_same(&Tree::kubeadm("ecdsa-p256"));
    says_the_same(&Tree::kubeadm("rsa-2048"));
}

#[test]
fn of_a_whole_node_it_says_what_it_says_of_the_directory() {
    let node = Node::good();
    std::os::unix::fs::symlink("/etc/kubernetes/pki", node.tree().at("/srv")).unwrap();
    fs::remove_file(node.tree().pki("apiserver.key")).unwrap();
    says_the_same(node.tree());
}

#[test]
fn a_file_is_explained_from_the_tar_and_not_from_this_machine() {
    let tree = Tree::good();
    fs::copy(tree.pki("etcd/server.crt"), tree.pki("apiserver.crt")).unwrap();
    let tar = tree.put_beside("node.tar", packed(&tree.root(), "cp1"));
    let run = look(&tar, &["explain", "/etc/kubernetes/pki/apiserver.crt"]).exits(0);
    run.says(&["is called like apiserver, but it holds CN=kube-etcd"]);
    let mut pki = tar::Builder::new(Vec::new());
    pki.append_dir_all("etc/kubernetes/pki", tree.etc("pki"))
        .unwrap();
    let tar = tree.put_beside("pki.tar", pki.into_inner().unwrap());
    let report = look(&tar, &["explain", "admin.conf", "-o", "json"]).exits(0);
    let lacks = report.json()["notObserved"].to_string();
    assert!(lacks.contains("/etc/kubernetes/admin.conf"), "{lacks}");
}

#[test]
fn flags_go_by_the_authorities_in_the_tar() {
    let tree = Tree::good();
    fs::remove_file(tree.pki("ca.key")).unwrap();
    let tar = tree.put_beside("node.tar", packed(&tree.root(), "cp1"));
    let node = ["--node-name", "cp1", "--advertise-address", "192.0.2.10"];
    let flags = [&["flags", "kube-controller-manager"], &node[..]].concat();
    let directory = tree.pkigen(&flags).exits(0);
    assert!(directory.stdout.contains("--cluster-signing-key-file=\n"));
    assert_eq!(look(&tar, &flags).exits(0).stdout, directory.stdout);
    let nothing = tree.put_beside("no.tar", "nothing");
    look(&nothing, &flags).exits(2);
}

#[test]
fn a_tar_comes_from_standard_input() {
    let tree = Tree::good();
    let mut command = command();
    command.args(["--root", "-", "verify", "-o", "json"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let tar = packed(&tree.root(), ".");
    child.stdin.take().unwrap().write_all(&tar).unwrap();
    let output = child.wait_with_output().unwrap();
    let expected = tree.pkigen(&["verify", "-o", "json"]).json();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"], expected["findings"]);
    assert_eq!(report["files"], expected["files"]);
}

#[test]
fn what_it_lacks_was_not_observed() {
    let tree = Tree::good();
    let mut tar = tar::Builder::new(Vec::new());
    tar.append_dir_all("etc/kubernetes/pki", tree.etc("pki"))
        .unwrap();
    let path = tree.put_beside("node.tar", tar.into_inner().unwrap());
    for view in ["verify", "audit"] {
        let report = look(&path, &[view, "-o", "json"]).exits(0).json();
        assert_eq!(
            report["findings"].as_array().unwrap().len(),
            0,
            "{report:#}"
        );
        let lacks = report["notObserved"].to_string();
        assert!(lacks.contains("\"/var\""), "{lacks}");
        assert!(lacks.contains("/etc/kubernetes/"), "{lacks}");
    }
    let text = look(&path, &["verify"]).exits(0);
    assert!(text.stderr.contains("not observed"), "{}", text.stderr);
    let dates = look(&path, &["check-expiration"]).exits(0);
    assert!(!dates.stdout.contains("MISSING"), "{}", dates.stdout);
}

#[test]
fn what_is_missing_in_a_directory_that_it_has_is_missing() {
    let tree = Tree::good();
    tree.remove(&[
        "apiserver-kubelet-client.crt",
        "apiserver-kubelet-client.key",
    ]);
    let path = tree.put_beside("node.tar", packed(&tree.etc(""), "etc/kubernetes"));
    let report = look(&path, &["verify", "-o", "json"]).exits(1).json();
    assert_eq!(report["findings"][0]["rule"], "missing-file");
}

#[test]
fn links_stay_inside_and_the_last_of_a_name_counts() {
    let tree = Tree::good();
    let mut tar = tar::Builder::new(packed(&tree.root(), "."));
    // The end of an archive is no end for what is appended to its bytes.
    let mut bytes = std::mem::take(tar.get_mut());
    bytes.truncate(bytes.len() - 1024);
    let mut tar = tar::Builder::new(bytes);
    let mut header = tar::Header::new_gnu();
    header.set_size(8);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    let name = "./etc/kubernetes/pki/ca.crt";
    tar.append_data(&mut header, name, &b"nothing\n"[..])
        .unwrap();
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    link.set_mode(0o777);
    link.set_uid(0);
    link.set_gid(0);
    let name = "./etc/kubernetes/pki/apiserver.crt";
    tar.append_link(&mut link, name, "apiserver.crt").unwrap();
    let name = "./etc/kubernetes/pki/front-proxy-ca.crt";
    tar.append_link(&mut link, name, "../../../../../etc/hostname")
        .unwrap();
    let path = tree.put_beside("node.tar", tar.into_inner().unwrap());
    let report = look(&path, &["verify", "-o", "json"]).exits(1).json();
    let rows = report["findings"].as_array().unwrap();
    let of = |file: &str| {
        let rows = rows.iter();
        let mut rows = rows.filter(|row| row["file"].as_str().unwrap().ends_with(file));
        rows.next()
            .map(|row| row["rule"].as_str().unwrap().to_owned())
    };
    assert_eq!(of("pki/ca.crt").as_deref(), Some("malformed-file"));
    assert_eq!(of("pki/apiserver.crt").as_deref(), Some("unreadable-file"));
    assert!(of("pki/front-proxy-ca.crt").is_some());
}

#[test]
fn what_cannot_be_looked_at_is_said_and_nothing_is_written() {
    let tree = Tree::good();
    let text = tree.put_beside("notes.tar", "no tar\n");
    look(&text, &["verify"]).exits(2);
    let tar = packed(&tree.pki(""), "pki");
    let elsewhere = tree.put_beside("pki.tar", tar);
    let run = look(&elsewhere, &["verify"]).exits(2);
    assert!(
        run.stderr.contains("there is no etc/kubernetes in it"),
        "{}",
        run.stderr
    );
    let node = tree.put_beside("node.tar", packed(&tree.root(), "."));
    for verb in [&["renew", "all"][..], &["undo"], &["recover"], &["history"]] {
        let run = look(&node, verb).exits(2);
        assert!(run.stderr.contains("is an archive"), "{}", run.stderr);
    }
    let init = [
        "init",
        "--node-name",
        "cp1",
        "--advertise-address",
        "192.0.2.10",
    ];
    look(&node, &init).exits(2);
}
