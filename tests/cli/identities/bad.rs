//! Bad inputs, one line each: what is given, how it ends, what is said. Nothing changes, here or beside.

use std::fs;

use super::{passphrase, secret};
use crate::support::{Run, Tree};

type Row = (&'static [&'static str], i32, &'static str);

/// Each on a good tree, with the files of [`beside`] beside it.
const ROWS: &[Row] = &[
    // Users.
    (&["user", ""], 2, "it is empty"),
    (&["user", "ja\tne"], 2, "control character"),
    (&["user", " jane"], 2, "begins or ends with a blank"),
    (
        &["user", "system:node:cp1"],
        2,
        "components' own; in an emergency --break-glass",
    ),
    (&["user", "system:kube-scheduler"], 2, "components' own"),
    (
        &["user", "\u{200b}system:masters"],
        2,
        "one that is not seen",
    ),
    (
        &["user", "jane", "--group", "d\u{202e}ev"],
        2,
        "one that is not seen",
    ),
    (
        &["user", "jane", "--group", "system:nodes"],
        2,
        "groups that begin with system:",
    ),
    (
        &["user", "jane", "--group", ""],
        2,
        "cannot be a group: it is empty",
    ),
    (
        &["user", "jane", "--group", "a", "--group", "a"],
        2,
        "it is given twice",
    ),
    (
        &["user", "jane", "--group", "system:authenticated"],
        2,
        "everybody who logs in is in it",
    ),
    (
        &[
            "user",
            "0123456789012345678901234567890123456789012345678901234567890123456789",
        ],
        2,
        "a common name has at most 64",
    ),
    (&["user", "jane", "--for", "0s"], 2, "--for"),
    (&["user", "jane", "--for", "soon"], 2, "--for"),
    (&["user", "jane", "--for", "-1h"], 2, "-1"),
    (
        &["user", "jane", "-o", "json"],
        2,
        "say where that is to go with --to FILE",
    ),
    (&["user", "jane", "--bind", "view"], 2, "--to <FILE>"),
    (
        &["user", "jane", "--to", "taken", "--namespace", "shop"],
        2,
        "--bind <CLUSTERROLE>",
    ),
    (&["user", "jane", "--to", "taken"], 2, "it is there already"),
    (&["user", "jane", "--to", "nowhere/jane.conf"], 3, "nowhere"),
    (
        &["user", "jane", "--server", "https://lb.example.org"],
        2,
        "write host or host:port",
    ),
    (
        &["user", "jane", "--server", "*.example.org"],
        2,
        "nobody can dial a wildcard",
    ),
    (
        &["user", "jane", "--key-algorithm", "ed25519"],
        2,
        "ed25519",
    ),
    (
        &["user", "jane", "--break-glass", "RBAC is gone"],
        2,
        "nothing that is asked for needs it",
    ),
    (
        &["user", "jane", "--break-glass", ""],
        2,
        "it says no reason",
    ),
    (&["user"], 2, "<NAME>"),
    // Nodes.
    (&["node", "--to", "nodes"], 2, "<NODE>"),
    (&["node", "worker-1=192.0.2.21"], 2, "--to <DIR>"),
    (
        &["node", "worker-1", "--to", "nodes"],
        2,
        "write it worker-1=192.0.2.21, or leave serving",
    ),
    (
        &["node", "worker-1=w1.example.org", "--to", "nodes"],
        2,
        "has no address",
    ),
    (
        &["node", "Worker-1=192.0.2.21", "--to", "nodes"],
        2,
        "cannot be a node's name",
    ),
    (
        &["node", "worker-1=192.0.2.256", "--to", "nodes"],
        2,
        "\"192.0.2.256\" of worker-1",
    ),
    (&["node", "worker-1=", "--to", "nodes"], 2, "worker-1"),
    (
        &["node", "worker-1=0.0.0.0", "--to", "nodes"],
        2,
        "every address",
    ),
    (
        &[
            "node",
            "worker-1=192.0.2.21",
            "worker-1=192.0.2.22",
            "--to",
            "nodes",
        ],
        2,
        "worker-1 is given twice",
    ),
    (
        &[
            "node",
            "worker-1=192.0.2.21",
            "worker-2=192.0.2.21",
            "--to",
            "nodes",
        ],
        2,
        "192.0.2.21 is given twice",
    ),
    (
        &["node", "cp1=192.0.2.10", "--to", "nodes"],
        2,
        "control-plane node at hand",
    ),
    (
        &["node", "worker-1=192.0.2.21", "--to", "full"],
        2,
        "there is something else in it",
    ),
    (
        &["node", "worker-1=192.0.2.21", "--to", "taken"],
        3,
        "taken",
    ),
    (
        &["node", "--from", "nowhere.csv", "--to", "nodes"],
        3,
        "nowhere.csv",
    ),
    (
        &["node", "--from", "empty.csv", "--to", "nodes"],
        2,
        "empty.csv: it lists no node",
    ),
    (
        &["node", "--from", "bad.csv", "--to", "nodes"],
        2,
        "bad.csv:2",
    ),
    (
        &["node", "--from", "bad.toml", "--to", "nodes"],
        2,
        "bad.toml:3",
    ),
    (
        &[
            "node",
            "worker-1=192.0.2.21",
            "--to",
            "nodes",
            "--certificate-validity",
            "20y",
        ],
        2,
        "175200h",
    ),
    // Tokens.
    (&["bootstrap", "worker-1"], 2, "--to <DIR>"),
    (
        &["bootstrap", "Worker", "--to", "join"],
        2,
        "cannot be a node's name",
    ),
    (
        &["bootstrap", "worker-1", "--to", "full"],
        2,
        "it is there already",
    ),
    (
        &[
            "bootstrap",
            "worker-1",
            "--to",
            "join",
            "--group",
            "system:masters",
        ],
        2,
        "system:bootstrappers:",
    ),
    (
        &[
            "bootstrap",
            "worker-1",
            "--to",
            "join",
            "--token-file",
            "bad.csv",
        ],
        2,
        "no bootstrap token",
    ),
    (
        &[
            "bootstrap",
            "worker-1",
            "--to",
            "join",
            "--token-file",
            "nowhere",
        ],
        3,
        "nowhere",
    ),
    (
        &["bootstrap", "worker-1", "--to", "join", "--ttl", "0"],
        2,
        "--ttl",
    ),
    // Kubeconfigs.
    (&["kubeconfig", "nowhere.conf"], 3, "nowhere.conf"),
    (&["kubeconfig", "bad.csv"], 2, "is not a kubeconfig"),
    (
        &["kubeconfig", "admin.conf", "--context", "x"],
        2,
        "has no context named \"x\"; there are",
    ),
    (
        &["kubeconfig", "admin.conf", "--user", "x"],
        2,
        "has no user named \"x\"",
    ),
    (
        &["kubeconfig", "admin.conf", "--server", "http://x"],
        2,
        "dialled by https",
    ),
    (
        &["kubeconfig", "admin.conf", "--server", "a b"],
        2,
        "--server a b",
    ),
    (
        &["kubeconfig", "admin.conf", "--to", "taken"],
        2,
        "it is there already",
    ),
    (
        &["kubeconfig", "admin.conf", "--files", "full"],
        2,
        "it is there already",
    ),
    (
        &["kubeconfig", "admin.conf", "--embed", "--files", "x"],
        2,
        "cannot be used with",
    ),
    (
        &["kubeconfig", "admin.conf", "--use"],
        2,
        "--merge-into <FILE>",
    ),
    // Bundles.
    (&["bundle"], 2, "Usage"),
    (&["bundle", "export"], 2, "--to <FILE>"),
    (
        &["bundle", "export", "--to", "b.age"],
        2,
        "nobody is named who can open it",
    ),
    (
        &["bundle", "export", "--to", "b.age", "--recipient", "age1x"],
        2,
        "\"age1x\" is no recipient",
    ),
    (
        &[
            "bundle",
            "export",
            "--to",
            "b.age",
            "--recipient",
            "age1x",
            "--passphrase",
            "file:pass",
        ],
        2,
        "exclude each other",
    ),
    (
        &[
            "bundle",
            "export",
            "--to",
            "b.age",
            "--passphrase",
            "correct horse",
        ],
        2,
        "--passphrase",
    ),
    (
        &[
            "bundle",
            "export",
            "--to",
            "b.age",
            "--passphrase",
            "file:open",
        ],
        2,
        "others can read it",
    ),
    (
        &[
            "bundle",
            "export",
            "--to",
            "b.age",
            "--passphrase",
            "file:nowhere",
        ],
        3,
        "nowhere",
    ),
    (
        &[
            "bundle",
            "export",
            "--to",
            "taken",
            "--passphrase",
            "file:pass",
        ],
        2,
        "it is there already",
    ),
    (
        &[
            "bundle",
            "export",
            "--to",
            "b.yaml",
            "--kubeadm-secret",
            "--certificate-key",
            "file:pass",
        ],
        2,
        "64 hexadecimal digits",
    ),
    (
        &[
            "bundle",
            "export",
            "--to",
            "b.yaml",
            "--certificate-key",
            "file:pass",
        ],
        2,
        "--kubeadm-secret",
    ),
    (
        &["bundle", "export", "--to", "b.yaml", "--namespace", "x"],
        2,
        "--capi <CLUSTER>",
    ),
    (
        &[
            "bundle",
            "import",
            "nowhere.age",
            "--passphrase",
            "file:pass",
        ],
        3,
        "nowhere.age",
    ),
    (
        &["bundle", "import", "bad.csv"],
        2,
        "nothing is given that opens it",
    ),
    (
        &["bundle", "import", "bad.csv", "--passphrase", "file:pass"],
        2,
        "is not a bundle",
    ),
    (
        &["bundle", "import", "bad.csv", "--identity", "bad.csv"],
        2,
        "is not a bundle",
    ),
    (
        &["bundle", "import", "bad.csv", "--kubeadm-secret"],
        2,
        "--certificate-key file:PATH",
    ),
    (
        &[
            "bundle",
            "import",
            "secret.yaml",
            "--kubeadm-secret",
            "--certificate-key",
            "file:key",
        ],
        2,
        "there is no Secret kubeadm-certs",
    ),
    (
        &["bundle", "import", "secret.yaml", "--capi", "prod"],
        2,
        "there is no Secret prod-ca",
    ),
    // Nodes side by side, and what was issued.
    (&["issued", "--from", "nowhere"], 3, "nowhere"),
];

fn made() -> Tree {
    let tree = Tree::good();
    tree.put_beside("taken", "somebody's\n");
    fs::create_dir(tree.beside("full")).unwrap();
    tree.put_beside("full/file", "somebody's\n");
    tree.put_beside("empty.csv", "name,addresses\n");
    tree.put_beside("bad.csv", "name,addresses\nWorker,192.0.2.1\n");
    tree.put_beside(
        "bad.toml",
        "[[node]]\nname = \"w1\"\nadress = [\"192.0.2.1\"]\n",
    );
    tree.put_beside(
        "secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: other\n",
    );
    tree.put_beside("open", "correct horse\n");
    passphrase(&tree, "pass", "correct horse\n");
    secret(&tree, "key", &"0".repeat(64));
    fs::copy(tree.etc("admin.conf"), tree.beside("admin.conf")).unwrap();
    tree
}

fn problem(tree: &Tree, (arguments, code, says): &Row) -> Option<String> {
    let before = tree.snapshot();
    let run: Run = tree.pkigen(arguments);
    let mut wrong = before.changes(&tree.snapshot());
    if run.code != *code {
        wrong.push(format!("exit code {} instead of {code}", run.code));
    }
    // Where it breaks its lines is the terminal's matter.
    let said = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    if !said.contains(says) {
        wrong.push(format!("not said: {says}"));
    }
    if !run.stdout.is_empty() && !arguments.contains(&"json") {
        wrong.push("something is on standard output".to_owned());
    }
    (!wrong.is_empty()).then(|| format!("{arguments:?}: {}\n{}", wrong.join("; "), run.stderr))
}

#[test]
fn each_is_told_and_changes_nothing() {
    assert!(ROWS.len() >= 60, "{}", ROWS.len());
    let tree = made();
    let wrong: Vec<String> = ROWS.iter().filter_map(|row| problem(&tree, row)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
