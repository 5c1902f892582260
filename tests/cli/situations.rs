//! The page of situations, followed to the letter, each section on a node of its own as kubeadm
//! leaves it. Before a section a comment says when it is, and what has happened to the node; what
//! is printed may be shown in part, with `...` for what is left out.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use crate::corpus::trees::kubelet;
use crate::support::Tree;
use crate::support::node::node;
use crate::support::page::{Step, steps};
use crate::support::remedy::{is_root, put_program, shell};
use crate::support::tree::copy;

/// What a node has and a test has not: `sudo` gives back what was taken, `scp` copies from another
/// control-plane node, `kubectl` knows one `ConfigMap`, and nothing is there to be restarted.
const PROGRAMS: &[(&str, &str)] = &[
    ("sudo", "chmod -R u+rwX \"$NODE\"\nexec \"$@\"\n"),
    (
        "scp",
        "mkdir -p \"$(dirname \"$NODE$2\")\"\ncp -p \"first/${1#cp1:/}\" \"$NODE$2\"\n",
    ),
    ("kubectl", "cat configmap.yaml\n"),
    ("systemctl", ""),
    ("crictl", ""),
];

/// The configuration in the cluster, as kubectl prints it.
fn config_map(tree: &Tree) -> String {
    let config = fs::read_to_string(tree.beside("kubeadm.yaml")).unwrap();
    let cluster = config.split("---\n").last().unwrap();
    let lines = cluster.lines().map(|line| format!("    {line}\n"));
    let cluster: String = lines.collect();
    format!(
        "apiVersion: v1\ndata:\n  ClusterConfiguration: |\n{cluster}kind: ConfigMap\nmetadata:\n  name: \
         kubeadm-config\n  namespace: kube-system\n"
    )
}

/// A node in a situation: when it is, and what has happened.
fn prepared(comment: &str) -> Tree {
    let tree = node("rsa-2048");
    kubelet(&tree);
    let (at, happened) = comment
        .trim()
        .split_once('\n')
        .unwrap_or((comment.trim(), ""));
    tree.put_beside("at", format!("--at {at}"));
    tree.put_beside("configmap.yaml", config_map(&tree));
    copy(&tree.at("/etc"), &tree.beside("first/etc"));
    let modes = fs::Permissions::from_mode(0o755);
    fs::set_permissions(tree.beside(""), modes).unwrap();
    // The page is about the machine itself: which tree that is goes without saying.
    let programs = tree.beside("programs");
    fs::create_dir(&programs).unwrap();
    let (real, root) = (env!("CARGO_BIN_EXE_pkigen"), tree.root());
    let below = format!(
        "#!/bin/sh\nexec {real} --root {} $(cat {}) \"$@\"\n",
        root.display(),
        tree.beside("at").display()
    );
    put_program(&programs.join("pkigen"), &below);
    for (name, script) in PROGRAMS {
        let program = programs.join(name);
        let node = tree.root();
        let script = format!("#!/bin/sh\nNODE={}\n{script}", node.display());
        put_program(&program, &script);
    }
    for line in happened.lines() {
        let output = shell(&tree, &on_disk(&tree, line)).output().unwrap();
        assert!(output.status.success(), "{line}: {output:?}");
    }
    tree
}

/// A command with the node's paths as they are on disk; pkigen takes them as they are.
fn on_disk(tree: &Tree, line: &str) -> String {
    if line.starts_with("pkigen") || line.starts_with("scp") || line.starts_with("sudo pkigen") {
        return line.to_owned();
    }
    let root = tree.root().display().to_string();
    line.replace("/etc/kubernetes", &format!("{root}/etc/kubernetes"))
        .replace("/var/lib/", &format!("{root}/var/lib/"))
}

/// Whether a text is shown, whole or with `...` in it.
fn is_shown(text: &str, shown: &str) -> bool {
    let mut rest = text;
    let mut parts = shown.split("...\n").peekable();
    let mut is_first = true;
    while let Some(part) = parts.next() {
        let Some(at) = rest.find(part) else {
            return false;
        };
        if is_first && at != 0 {
            return false;
        }
        rest = &rest[at + part.len()..];
        is_first = false;
        if parts.peek().is_none() && !part.is_empty() && !rest.is_empty() {
            return false;
        }
    }
    true
}

/// Whether the section is about a user who forgot `sudo`; root reads whatever its modes are.
const UNPRIVILEGED: &str = "without sudo";

/// What of a section is not as it says; nothing of one without a comment.
fn follow(section: &str) -> Option<Vec<String>> {
    let title = section.lines().next().unwrap();
    let (_, rest) = section.split_once("<!-- ")?;
    let (comment, rest) = rest.split_once("-->").unwrap();
    let tree = prepared(comment.trim_end().trim_end_matches(UNPRIVILEGED));
    let is_unprivileged = comment.contains(UNPRIVILEGED);
    if is_unprivileged && !is_root() {
        let take_away = "find \"$0\" -type f ! -name '*.crt' -exec chmod 000 {} +";
        let mut take = std::process::Command::new("sh");
        let status = take.args(["-c", take_away]).arg(tree.root()).status();
        assert!(status.unwrap().success());
    }
    let root = tree.root().display().to_string();
    let mut problems = Vec::new();
    for Step {
        command,
        code,
        output,
    } in steps(rest)
    {
        let line = format!("{{ {}; }} 2>&1", on_disk(&tree, &command));
        let mut shell = shell(&tree, &line);
        if is_unprivileged && is_root() && !command.starts_with("sudo") {
            shell.uid(65534).gid(65534);
        }
        let run = shell.output().unwrap();
        let printed = String::from_utf8(run.stdout).unwrap();
        let printed = tree.rootless(&printed).replace(&root, "");
        if !is_shown(&printed, &output) || run.status.code() != Some(code) {
            let status = run.status;
            problems.push(format!(
                "{title}: {command}: {status}: shown is\n{output}\nprinted is\n{printed}"
            ));
        }
    }
    Some(problems)
}

#[test]
fn every_situation_ends_as_the_page_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/situations.md");
    let page = fs::read_to_string(page).unwrap();
    let sections = page.split("\n## ").skip(1);
    let followed: Vec<Vec<String>> = sections.filter_map(follow).collect();
    assert_eq!(followed.len(), 12);
    let problems = followed.concat();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
