use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::Duration;

use crate::support::{Tree, run};

fn list(count: usize) -> String {
    (0..count).fold("name,addresses\n".to_owned(), |mut text, number| {
        let _ = writeln!(
            text,
            "worker-{number},10.1.{}.{}",
            number / 250,
            number % 250 + 1
        );
        text
    })
}

#[test]
fn a_node_s_files_are_a_tree_that_verifies() {
    let tree = Tree::good();
    let arguments = [
        "node",
        "worker-1=192.0.2.21,worker-1.example.org",
        "--kube-proxy",
        "--to",
        "nodes",
    ];
    tree.pkigen(&arguments)
        .exits(0)
        .shows(&["Made the files of 1 node in nodes", "3 certificates issued"]);
    let node = tree.beside("nodes/worker-1");
    for (name, mode) in [
        ("etc/kubernetes/kubelet.conf", 0o600),
        ("etc/kubernetes/kube-proxy.conf", 0o600),
        ("etc/kubernetes/pki/ca.crt", 0o644),
        ("etc/kubernetes/pki/kubelet-serving.key", 0o600),
        ("etc/kubernetes/pki/kubelet-serving.crt", 0o644),
        (
            "etc/kubernetes/pkigen/flags/kubelet-configuration.yaml",
            0o644,
        ),
        ("INSTALL.md", 0o644),
        ("SHA256SUMS", 0o644),
        ("etc", 0o755),
    ] {
        let found = fs::metadata(node.join(name)).unwrap().permissions().mode();
        assert_eq!(found & 0o7777, mode, "{name}");
    }
    // As the kubelet keeps it, so that it renews it itself.
    let conf = fs::read_to_string(node.join("etc/kubernetes/kubelet.conf")).unwrap();
    assert!(conf.contains("client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem"));
    assert!(conf.contains("server: https://192.0.2.10:6443"), "{conf}");
    let link = node.join("var/lib/kubelet/pki/kubelet-client-current.pem");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(
        fs::read_to_string(&link)
            .unwrap()
            .contains("BEGIN CERTIFICATE")
    );
    let root = node.display().to_string();
    let verify = run(crate::support::command().args(["verify", "--root", &root]));
    verify.exits(0).shows(&["nothing is wrong"]);
    // Nothing of the cluster's secrets goes with it.
    assert!(!node.join("etc/kubernetes/pki/ca.key").exists());
    // What the digests say is checked as INSTALL.md has it.
    let sums = fs::read_to_string(node.join("SHA256SUMS")).unwrap();
    assert_eq!(sums.lines().count(), 8, "{sums}");
}

#[test]
fn a_further_run_makes_what_is_missing_and_nothing_twice() {
    let tree = Tree::good();
    tree.put_beside("nodes.csv", list(3));
    let arguments = ["node", "--from", "nodes.csv", "--to", "nodes", "-o", "json"];
    let report = tree.pkigen(&arguments).exits(0).json();
    assert_eq!(
        (report["made"].as_u64(), report["kept"].as_u64()),
        (Some(3), Some(0))
    );
    let before = tree.snapshot();
    let report = tree.pkigen(&arguments).exits(0).json();
    assert_eq!(report["outcome"], "unchanged");
    let ledger = tree.etc(".pkigen/issued");
    assert_eq!(fs::read_to_string(&ledger).unwrap().lines().count(), 6);
    drop(before);
    fs::remove_dir_all(tree.beside("nodes/worker-1")).unwrap();
    let report = tree.pkigen(&arguments).exits(0).json();
    assert_eq!(
        (report["made"].as_u64(), report["kept"].as_u64()),
        (Some(1), Some(2))
    );
    assert_eq!(fs::read_to_string(&ledger).unwrap().lines().count(), 8);
}

/// Killed in the middle, three times: the next run goes on, and every certificate that is in a
/// place is in the ledger once.
#[test]
fn a_run_that_is_killed_is_gone_on_with() {
    const COUNT: usize = 700;
    let tree = Tree::good();
    tree.put_beside("nodes.csv", list(COUNT));
    let arguments = [
        "node",
        "--from",
        "nodes.csv",
        "--to",
        "nodes",
        "--no-serving",
    ];
    let places = || {
        let entries = fs::read_dir(tree.beside("nodes")).into_iter().flatten();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("worker-")).count()
    };
    let mut killed = 0;
    for pause in [150, 400, 700, 1000] {
        let mut command = tree.command(&arguments);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        let _ = child.kill();
        killed += usize::from(!child.wait().unwrap().success());
    }
    assert!(killed > 0, "it was never killed: it takes more nodes");
    tree.pkigen(&arguments).exits(0);
    assert_eq!(places(), COUNT);
    let issued = tree.pkigen(&["issued", "-o", "json"]).exits(0).json();
    let rows = issued["certificates"].as_array().unwrap();
    let mut nodes: Vec<&str> = rows
        .iter()
        .filter(|row| row["row"] == "kubelet.conf")
        .filter_map(|row| row["owner"].as_str())
        .filter(|name| name.starts_with("worker-"))
        .collect();
    nodes.sort_unstable();
    let count = nodes.len();
    nodes.dedup();
    assert_eq!((nodes.len(), count), (COUNT, COUNT));
    // What is in the places is what is in the ledger.
    let pem = tree.beside("nodes/worker-7/var/lib/kubelet/pki/kubelet-client-current.pem");
    let shown = tree
        .pkigen(&["inspect", pem.to_str().unwrap(), "-o", "json"])
        .json();
    let text = shown.to_string();
    let row = rows.iter().find(|row| row["owner"] == "worker-7").unwrap();
    assert!(text.contains(row["sha256"].as_str().unwrap()), "{text}");
    assert!(!tree.beside("nodes/.pkigen/batch").exists());
    assert!(!tree.beside("nodes/.pkigen/batch-new").exists());
}

#[test]
fn a_tar_holds_the_same() {
    let tree = Tree::good();
    tree.pkigen(&["node", "worker-1=192.0.2.21", "--archive", "--to", "nodes"])
        .exits(0);
    let mut archive = tar::Archive::new(fs::File::open(tree.beside("nodes/worker-1.tar")).unwrap());
    let names: Vec<String> = archive
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().display().to_string())
        .collect();
    for name in [
        "INSTALL.md",
        "SHA256SUMS",
        "etc/kubernetes/kubelet.conf",
        "var/lib/kubelet/pki/kubelet-client-current.pem",
    ] {
        assert!(names.iter().any(|one| one == name), "{names:?}");
    }
    let root = tree.beside("nodes/worker-1.tar").display().to_string();
    run(crate::support::command().args(["verify", "--root", &root])).exits(0);
}

#[test]
fn another_authority_s_directory_is_not_gone_on_with() {
    let (first, second) = (Tree::good(), Tree::empty());
    second.init(&[]).exits(0);
    first
        .pkigen(&["node", "worker-1=192.0.2.21", "--to", "nodes"])
        .exits(0);
    let nodes = first.beside("nodes").display().to_string();
    let run = second
        .pkigen(&["node", "worker-2=192.0.2.22", "--to", &nodes])
        .exits(2);
    run.says(&["another certificate of the cluster's CA"]);
    assert!(!first.beside("nodes/worker-2").exists());
}

#[test]
fn a_node_asks_itself_with_a_token_that_no_output_has() {
    let tree = Tree::good();
    let run = tree
        .pkigen(&["bootstrap", "worker-9", "--to", "join", "--ttl", "2h"])
        .exits(0);
    let join = fs::read_to_string(tree.beside("join/join.yaml")).unwrap();
    let token = join
        .lines()
        .find_map(|line| line.trim().strip_prefix("token: "))
        .unwrap();
    let (id, secret) = token.trim_matches('"').split_once('.').unwrap();
    let run = run.shows(&["Node worker-9 may ask", "sha256:"]);
    assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret));
    for (name, parts) in [
        (
            "token.yaml",
            vec![
                format!("name: bootstrap-token-{id}"),
                format!("token-secret: \"{secret}\""),
            ],
        ),
        (
            "bootstrap-kubelet.conf",
            vec![
                format!("token: {id}.{secret}"),
                "tls-bootstrap-token-user".to_owned(),
            ],
        ),
        (
            "cluster-info.yaml",
            vec!["server: https://192.0.2.10:6443".to_owned()],
        ),
        (
            "rbac.yaml",
            vec!["system:bootstrappers:kubeadm:default-node-token".to_owned()],
        ),
        (
            "INSTALL.md",
            vec!["kubeadm join --config join.yaml".to_owned()],
        ),
    ] {
        let text = fs::read_to_string(tree.beside("join").join(name)).unwrap();
        for part in parts {
            assert!(text.contains(&part), "{name}: {part}");
        }
    }
    let mode = |name: &str| {
        fs::metadata(tree.beside(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o7777
    };
    assert_eq!(
        (
            mode("join"),
            mode("join/token.yaml"),
            mode("join/join.yaml")
        ),
        (0o700, 0o600, 0o600)
    );
    // A token of somebody's own, and the authority's key is not needed.
    tree.remove(&["ca.key"]);
    tree.put_beside("token", "abcdef.0123456789abcdef\n");
    let own = [
        "bootstrap",
        "worker-9",
        "--to",
        "own",
        "--token-file",
        "token",
        "--group",
        "system:bootstrappers:workers",
    ];
    tree.pkigen(&own).exits(0);
    let text = fs::read_to_string(tree.beside("own/token.yaml")).unwrap();
    assert!(text.contains("token-id: \"abcdef\"") && text.contains("system:bootstrappers:workers"));
}
