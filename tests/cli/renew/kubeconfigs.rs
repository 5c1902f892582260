//! A kubeconfig keeps every byte that is not its own certificate and key.

use std::fs;

use super::{renew, rows};
use crate::support::x509::{decode, embedded, encode, pem};
use crate::support::{Facts, Tree};

const CERTIFICATE: &str = "client-certificate-data";
const KEY: &str = "client-key-data";

/// The three values of the fixture's admin.conf: authority, certificate, key.
fn values(tree: &Tree) -> [String; 3] {
    let text = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    ["certificate-authority-data", CERTIFICATE, KEY].map(|key| embedded(&text, key).unwrap())
}

/// Forms in which people and programs write a kubeconfig: `@CA`, `@CERT` and `@KEY` are values.
const FORMS: &[(&str, &str)] = &[
    (
        "comments and an odd order",
        "# by hand\nusers:  # me\n- user:\n    client-key-data: @KEY # secret\n    client-certificate-data:   @CERT\n  name: me\nkind: Config\ncurrent-context: here\ncontexts:\n- {name: here, context: {user: me, cluster: c}}\nclusters:\n- name: c\n  cluster: {server: 'https://x:6443', certificate-authority-data: @CA}\napiVersion: v1\n# end",
    ),
    (
        "quotes",
        "apiVersion: v1\nkind: Config\ncurrent-context: \"here\"\ncontexts:\n- name: 'here'\n  context:\n    user: me\n    cluster: c\nclusters:\n- name: c\n  cluster:\n    server: https://x:6443\n    certificate-authority-data: \"@CA\"\nusers:\n- name: me\n  user:\n    client-certificate-data: \"@CERT\"\n    client-key-data: '@KEY'\n",
    ),
    (
        "JSON",
        "{\"apiVersion\":\"v1\",\"kind\":\"Config\",\"current-context\":\"here\",\"contexts\":[{\"name\":\"here\",\"context\":{\"user\":\"me\",\"cluster\":\"c\"}}],\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"https://x:6443\",\"certificate-authority-data\":\"@CA\"}}],\"users\":[{\"name\":\"me\",\"user\":{\"client-certificate-data\":\"@CERT\",\"client-key-data\":\"@KEY\"}}]}",
    ),
    (
        "blocks",
        "apiVersion: v1\nkind: Config\ncurrent-context: here\ncontexts:\n- name: here\n  context: {user: me, cluster: c}\nclusters:\n- name: c\n  cluster:\n    server: https://x:6443\n    certificate-authority-data: @CA\nusers:\n- name: me\n  user:\n    client-certificate-data: |\n      @CERT\n    client-key-data: >-\n      @KEY\n- name: other\n  user:\n    token: abc\n",
    ),
    (
        "Windows line ends",
        "apiVersion: v1\r\nkind: Config\r\ncurrent-context: here\r\ncontexts:\r\n- name: here\r\n  context:\r\n    user: me\r\n    cluster: c\r\nclusters:\r\n- name: c\r\n  cluster:\r\n    server: https://x:6443\r\n    certificate-authority-data: @CA\r\nusers:\r\n- name: me\r\n  user:\r\n    client-certificate-data: @CERT\r\n    client-key-data: @KEY\r\n",
    ),
    (
        "several users, clusters and contexts",
        "apiVersion: v1\nkind: Config\npreferences: {colors: true}\ncurrent-context: here\ncontexts:\n- name: there\n  context: {user: you, cluster: d, namespace: x}\n- name: here\n  context: {user: me, cluster: c}\nclusters:\n- name: d\n  cluster: {server: https://d, insecure-skip-tls-verify: true}\n- name: c\n  cluster:\n    server: https://x:6443\n    certificate-authority-data: @CA\nusers:\n- name: you\n  user: {client-certificate-data: AAAA, client-key-data: BBBB}\n- name: me\n  user: {client-certificate-data: @CERT, client-key-data: @KEY}\nextensions:\n- name: mine\n  extension: {a: [1, 2]}\n",
    ),
    (
        "another document, and keys that are there twice",
        "---\napiVersion: v1\ncurrent-context: there\ncurrent-context: here\ncontexts:\n- name: here\n  context: {user: me, cluster: c}\nclusters:\n- name: c\n  cluster: {server: 'https://x:6443', certificate-authority-data: @CA}\nusers: []\nusers:\n- name: me\n  user:\n    client-key-data: AAAA\n    client-certificate-data: @CERT\n    client-key-data: @KEY\n---\nusers:\n- name: me\n  user: {client-certificate-data: BBBB, client-key-data: CCCC}\n",
    ),
    (
        "no authorities",
        "apiVersion: v1\ncurrent-context: here\ncontexts:\n- {name: here, context: {user: me, cluster: c}}\nclusters:\n- {name: c, cluster: {server: 'https://x:6443'}}\nusers:\n- {name: me, user: {client-certificate-data: @CERT, client-key-data: @KEY}}\n",
    ),
    (
        "no server that is checked",
        "apiVersion: v1\ncurrent-context: here\ncontexts:\n- {name: here, context: {user: me, cluster: c}}\nclusters:\n- {name: c, cluster: {server: 'https://x:6443', insecure-skip-tls-verify: true}}\nusers:\n- {name: me, user: {client-certificate-data: @CERT, client-key-data: @KEY}}\n",
    ),
];

fn fill(form: &str, values: &[String; 3]) -> String {
    let [authority, certificate, key] = values;
    form.replace("@CA", authority)
        .replace("@CERT", certificate)
        .replace("@KEY", key)
}

#[test]
fn every_other_byte_is_kept_in_every_form() {
    for (name, form) in FORMS {
        let tree = Tree::kubeadm("ecdsa-p256");
        let old = values(&tree);
        fs::write(tree.etc("admin.conf"), fill(form, &old)).unwrap();
        renew(&tree, &["admin.conf"]).exits(0);
        let text = fs::read_to_string(tree.etc("admin.conf")).unwrap();
        // The parts between the values stand as they were, and what is between them is new.
        let mut rest = text.as_str();
        let mut found = Vec::new();
        let marked = form
            .replace("@CA", &old[0])
            .replace("@CERT", "@")
            .replace("@KEY", "@");
        for part in marked.split('@') {
            let (value, after) = rest
                .split_once(part)
                .unwrap_or_else(|| panic!("{name}: {part:?} is not in {rest}"));
            found.push(value.to_owned());
            rest = after;
        }
        found.push(rest.to_owned());
        let new: Vec<&String> = found.iter().filter(|value| !value.is_empty()).collect();
        assert_eq!(new.len(), 2, "{name}: {text}");
        assert!(new.iter().all(|value| !old.contains(value)), "{name}");
        let certificate = new
            .iter()
            .find(|value| value.starts_with("LS0tLS1CRUdJTiBDRV"))
            .unwrap();
        let before = Facts::of(&decode(&old[1]));
        before.assert_renewed(&Facts::of(&decode(certificate)));
    }
}

#[test]
fn the_fixtures_differ_in_two_lines() {
    for algorithm in ["rsa-2048", "ecdsa-p256"] {
        let tree = Tree::kubeadm(algorithm);
        for name in [
            "admin.conf",
            "super-admin.conf",
            "kubelet.conf",
            "controller-manager.conf",
            "scheduler.conf",
        ] {
            let before = fs::read_to_string(tree.etc(name)).unwrap();
            renew(&tree, &[name]).exits(0);
            let after = fs::read_to_string(tree.etc(name)).unwrap();
            assert_eq!(before.lines().count(), after.lines().count());
            let changed: Vec<&str> = before
                .lines()
                .zip(after.lines())
                .filter(|(old, new)| old != new)
                .map(|(old, _)| old.trim().split(':').next().unwrap())
                .collect();
            assert_eq!(changed, [CERTIFICATE, KEY], "{name}");
        }
    }
}

#[test]
fn a_bundle_of_two_authorities_stays() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let [authority, ..] = values(&tree);
    let both = encode([decode(&authority), tree.text("etcd/ca.crt").into_bytes()].concat());
    let text = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    fs::write(tree.etc("admin.conf"), text.replace(&authority, &both)).unwrap();
    renew(&tree, &["admin.conf"]).exits(0);
    assert_eq!(values(&tree)[0], both);
}

/// An alias may be shared with another user: refused, and the others are renewed.
#[test]
fn an_alias_is_refused() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let [authority, certificate, key] = values(&tree);
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: here\ncontexts:\n- name: here\n  context: {{user: me, cluster: c}}\nclusters:\n- name: c\n  cluster: {{server: https://x, certificate-authority-data: {authority}}}\nusers:\n- name: you\n  user: {{client-certificate-data: &cert {certificate}, client-key-data: &key {key}}}\n- name: me\n  user: {{client-certificate-data: *cert, client-key-data: *key}}\n"
    );
    fs::write(tree.etc("admin.conf"), &text).unwrap();
    let run = renew(&tree, &["all", "-o", "json"]).exits(1);
    assert_eq!(rows(&run, "failed"), ["admin.conf"]);
    assert_eq!(rows(&run, "renewed").len(), 11);
    assert!(run.stdout.contains("uses a YAML alias"), "{run:#?}");
    assert_eq!(fs::read_to_string(tree.etc("admin.conf")).unwrap(), text);
}

#[test]
fn a_certificate_in_a_file_of_its_own_is_left_and_said() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let path = tree.etc("kubelet.conf");
    let text = fs::read_to_string(&path).unwrap();
    let (head, _) = text.split_once("    client-certificate-data").unwrap();
    let current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
    let text = format!("{head}    client-certificate: {current}\n    client-key: {current}\n");
    fs::write(&path, &text).unwrap();
    let pem_file = tree.at("/var/lib/kubelet/pki/kubelet-client-2026-11-24-00-00-00.pem");
    fs::create_dir_all(pem_file.parent().unwrap()).unwrap();
    let both =
        tree.text("apiserver-kubelet-client.crt") + &tree.text("apiserver-kubelet-client.key");
    fs::write(&pem_file, both).unwrap();
    let link = pem_file.with_file_name("kubelet-client-current.pem");
    std::os::unix::fs::symlink(pem_file.file_name().unwrap(), link).unwrap();
    let run = renew(&tree, &["all"]).exits(0);
    let said = format!("its certificate is in {current}, which is valid");
    run.shows(&["left alone  kubelet.conf", &said]);
    renew(&tree, &["kubelet.conf"]).exits(1);
    assert_eq!(pem(&path), text.into_bytes());
}
