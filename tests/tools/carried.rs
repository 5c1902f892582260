//! What control-plane nodes share, opened and made by others: by age itself, and as kubeadm encrypts it
//! (AES-256-GCM, by Python's cryptography).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Run, Tree, program, run, said};

/// Decrypts every value of a Secret by a key, and checks it against a directory; then encrypts
/// those files anew, and prints that Secret.
const SECRET: &str = r#"
import base64, json, os, sys
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
secret, key, directory = sys.argv[1:]
cipher = AESGCM(bytes.fromhex(open(key).read().strip()))
values, inside = {}, False
for line in open(secret):
    if not line.startswith(" "):
        inside = line.strip() == "data:"
    elif inside:
        name, value = line.strip().split(": ")
        values[name] = base64.b64decode(value.strip("\"'"))
names = {"ca.crt": "ca.crt", "ca.key": "ca.key", "sa.pub": "sa.pub", "sa.key": "sa.key",
    "front-proxy-ca.crt": "front-proxy-ca.crt", "front-proxy-ca.key": "front-proxy-ca.key",
    "etcd-ca.crt": "etcd/ca.crt", "etcd-ca.key": "etcd/ca.key"}
assert sorted(values) == sorted(names), sorted(values)
anew = {}
for name, path in names.items():
    there = open(os.path.join(directory, path), "rb").read()
    assert cipher.decrypt(values[name][:12], values[name][12:], None) == there, name
    nonce = os.urandom(12)
    anew[name] = base64.b64encode(nonce + cipher.encrypt(nonce, there, None)).decode()
print(json.dumps({"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": anew,
    "metadata": {"name": "kubeadm-certs", "namespace": "kube-system"}}))
"#;

fn by(name: &str, package: &str, arguments: &[&str], tree: &Tree) -> String {
    let mut command = Command::new(name);
    let output = program(
        command.args(arguments).current_dir(tree.beside("")),
        package,
        "",
    );
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn private(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Who the bundle is for: the recipient, and the file of its identity.
fn identity(tree: &Tree) -> String {
    by("age-keygen", "age", &["-o", "identity"], tree);
    let recipient = by("age-keygen", "age", &["-y", "identity"], tree);
    recipient.trim().to_owned()
}

/// A further node that takes what the first one has sent, and has it then.
fn taken(first: &Tree, file: PathBuf, arguments: &[&str]) -> Run {
    let tree = Tree::empty();
    let mut command = tree.command(&["bundle", "import"]);
    command.current_dir(first.beside("")).arg(file);
    command.args(["--node-name", "cp2", "--advertise-address", "192.0.2.11"]);
    let taken = run(command.args(arguments)).exits(0);
    for name in ["ca.key", "front-proxy-ca.crt", "etcd/ca.key", "sa.key"] {
        assert_eq!(first.text(name), tree.text(name), "{name}");
    }
    tree.pkigen(&["verify"]).exits(0);
    taken
}

#[test]
fn age_opens_what_is_sealed_for_a_recipient_and_seals_what_is_taken() {
    let tree = Tree::good();
    let recipient = identity(&tree);
    let export = [
        "bundle",
        "export",
        "--to",
        "c.age",
        "--recipient",
        &recipient,
    ];
    tree.pkigen(&export).exits(0);
    by(
        "age",
        "age",
        &["-d", "-i", "identity", "-o", "tar", "c.age"],
        &tree,
    );
    let listed = by("tar", "tar", &["-tf", "tar"], &tree);
    assert!(
        listed.lines().any(|line| line == "etcd__ca.key"),
        "{listed}"
    );
    by(
        "age",
        "age",
        &["-r", &recipient, "-o", "again.age", "tar"],
        &tree,
    );
    by(
        "age",
        "age",
        &["-a", "-r", &recipient, "-o", "armoured.age", "tar"],
        &tree,
    );
    for name in ["c.age", "again.age", "armoured.age"] {
        taken(&tree, tree.beside(name), &["--identity", "identity"]);
    }
}

#[test]
fn age_opens_what_a_passphrase_seals() {
    let tree = Tree::good();
    private(&tree.put_beside("pass", "correct horse\n"));
    let export = [
        "bundle",
        "export",
        "--to",
        "c.age",
        "--passphrase",
        "file:pass",
    ];
    tree.pkigen(&export).exits(0);
    // It takes a passphrase from a terminal alone, once it has asked for it.
    let script = "for again in 1 2 3 4 5 6 7 8 9 10; do sleep 1; echo correct horse; done \
                  | script -qec 'age -d -o tar c.age' /dev/null";
    by("sh", "dash", &["-c", script], &tree);
    let names = by("tar", "tar", &["-tf", "tar"], &tree);
    assert!(
        names.lines().any(|line| line.ends_with("sa.key")),
        "{names}"
    );
}

#[test]
fn what_kubeadm_encrypts_is_decrypted_by_others_and_theirs_by_us() {
    let tree = Tree::good();
    let export = [
        "bundle",
        "export",
        "--to",
        "s.yaml",
        "--kubeadm-secret",
        "-q",
    ];
    let key = tree.pkigen(&export).exits(0).stdout;
    private(&tree.put_beside("key", key));
    let pki = tree.pki("");
    let arguments = ["-c", SECRET, "s.yaml", "key", pki.to_str().unwrap()];
    let theirs = by(
        "/usr/bin/python3",
        "python3-cryptography",
        &arguments,
        &tree,
    );
    let path = tree.put_beside("theirs.json", theirs);
    private(&path);
    let open = ["--kubeadm-secret", "--certificate-key", "file:key"];
    taken(&tree, tree.beside("s.yaml"), &open);
    taken(&tree, path, &open);
}
