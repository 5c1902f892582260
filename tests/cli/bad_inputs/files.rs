//! Broken files in a tree that is right otherwise.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use super::environment::fifo;
use super::{ENVIRONMENT, REFUSED, check, outcome};
use crate::support::command::clean;
use crate::support::{NODE, OddKey, Run, Tree, fixture, run};

/// What is the matter, how to make it so, what is said.
type Row = (&'static str, fn(&Tree), &'static [&'static str]);

const CA: &str = "Put back the right";
const AFRESH: &str = "away, then run this again: the pair is made afresh";
const KINDS: &str = "use RSA with at least 2048 bits, ECDSA P-256 or ECDSA P-384";

fn clear(tree: &Tree, name: &str) -> PathBuf {
    tree.remove(&[name]);
    tree.pki(name)
}

/// Puts a prepared key in the place of the authority's.
fn prepared(tree: &Tree, name: &str) {
    fs::copy(fixture(&format!("authorities/{name}")), tree.pki("ca.key")).unwrap();
}

fn odd(kind: &str) -> String {
    OddKey::new(kind).to_pem()
}

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    ("encrypted PKCS#8", |tree| prepared(tree, "encrypted.key"),
     &["pki/ca.key: it is encrypted", "openssl pkey -in FILE", CA]),
    ("encrypted in OpenSSL's old form", |tree| prepared(tree, "encrypted-sec1.key"),
     &["pki/ca.key: it is encrypted", "openssl pkey -in FILE", CA]),
    ("an Ed25519 key", |tree| tree.put("ca.key", odd("ed25519")),
     &["pki/ca.key: it is Ed25519", KINDS]),
    ("a P-521 key", |tree| tree.put("ca.key", odd("P-521")),
     &["pki/ca.key: it is ECDSA P-521", KINDS]),
    ("an RSA key of 1024 bits", |tree| tree.put("ca.key", odd("1024")),
     &["pki/ca.key: it is RSA with 1024 bits", "between 2048 and 8192"]),
    ("an Ed25519 leaf key", |tree| tree.put("apiserver.key", odd("ed25519")),
     &["pki/apiserver.key: it is Ed25519", KINDS, AFRESH]),
    ("two authorities and the key of neither", |tree| {
        tree.put("ca.crt", tree.text("ca.crt") + &tree.text("front-proxy-ca.crt"));
        tree.put("ca.key", tree.text("etcd/ca.key"));
     }, &["pki/ca.key: the key ", " belongs to none of the certificates: ", CA]),
    ("a certificate in DER", |tree| {
        let (_, der) = der::pem::decode_vec(tree.text("ca.crt").as_bytes()).unwrap();
        tree.put("ca.crt", der);
     }, &["pki/ca.crt: it is DER, not PEM; convert it with `openssl x509 -inform DER"]),
    ("a key in DER", |tree| tree.put("ca.key", OddKey::from_pem(&tree.text("ca.key")).to_pkcs8()),
     &["pki/ca.key: it is DER, not PEM; convert it with `openssl pkey -inform DER"]),
    ("an empty authority", |tree| tree.put("ca.crt", ""), &["pki/ca.crt: it is empty", CA]),
    ("an empty key", |tree| tree.put("ca.key", ""), &["pki/ca.key: it is empty", CA]),
    ("an empty leaf", |tree| tree.put("etcd/peer.crt", "\n"), &["pki/etcd/peer.crt: it is empty", "etcd/peer.key", AFRESH]),
    ("a certificate of garbage", |tree| tree.put("apiserver.crt", "garbage"),
     &["pki/apiserver.crt: it holds no PEM block", "-----BEGIN CERTIFICATE-----", AFRESH]),
    ("a key of garbage", |tree| tree.put("apiserver.key", "garbage"),
     &["pki/apiserver.key: it holds no PEM block", AFRESH]),
    ("a certificate cut short", |tree| {
        let text = tree.text("apiserver.crt");
        tree.put("apiserver.crt", &text[..text.len() / 2]);
     }, &["pki/apiserver.crt: it ", "PEM", AFRESH]),
    ("a key with a letter changed", |tree| {
        let text = tree.text("apiserver.key");
        tree.put("apiserver.key", text.replacen("MHc", "!!!", 1));
     }, &["pki/apiserver.key: it does not decode", AFRESH]),
    ("a certificate where its key belongs", |tree| tree.put("apiserver.key", tree.text("apiserver.crt")),
     &["pki/apiserver.key: it holds no private key, only CERTIFICATE", AFRESH]),
    ("a key where its certificate belongs", |tree| tree.put("apiserver.crt", tree.text("apiserver.key")),
     &["pki/apiserver.crt: it holds no CERTIFICATE block, only EC PRIVATE KEY", AFRESH]),
    ("binary zeros", |tree| tree.put("apiserver.crt", [0; 100]), &["pki/apiserver.crt: it holds no PEM block", AFRESH]),
    ("an empty sa.pub", |tree| tree.put("sa.pub", ""),
     &["pki/sa.pub: it is empty", "pki/sa.pub away, then run this again: it is rebuilt"]),
    ("a sa.pub of garbage", |tree| tree.put("sa.pub", "garbage"),
     &["pki/sa.pub: it holds no PUBLIC KEY block", "pki/sa.pub away, then run this again: it is rebuilt"]),
    ("a sa.key of garbage", |tree| tree.put("sa.key", "garbage"),
     &["pki/sa.key: it holds no PEM block", "every token signed so far becomes invalid"]),
    ("a directory for an authority", |tree| fs::create_dir(clear(tree, "ca.crt")).unwrap(),
     &["pki/ca.crt: it is a directory, not a file", CA]),
    ("a directory for a leaf's key", |tree| fs::create_dir(clear(tree, "apiserver.key")).unwrap(),
     &["pki/apiserver.key: it is a directory, not a file", AFRESH]),
    ("a pipe", |tree| fifo(&clear(tree, "apiserver.crt")),
     &["pki/apiserver.crt: it is not a regular file", AFRESH]),
    ("a link to nowhere", |tree| symlink("nowhere", clear(tree, "apiserver.crt")).unwrap(),
     &["pki/apiserver.crt: it is a symbolic link to a file that is not there", AFRESH]),
    ("a link to itself", |tree| symlink("apiserver.crt", clear(tree, "apiserver.crt")).unwrap(),
     &["pki/apiserver.crt: ", "symbolic link"]),
    ("a huge file", |tree| tree.put("ca.crt", vec![b'\n'; 1 << 21]),
     &["pki/ca.crt: it is larger than 1 MiB", CA]),
];

#[test]
pub(crate) fn each_broken_file_is_refused_with_the_remedy() {
    check(ROWS, |(name, prepare, says)| {
        let tree = Tree::good();
        prepare(&tree);
        let environment = *name == "a link to itself";
        let code = if environment { ENVIRONMENT } else { REFUSED };
        let mut all = vec![
            "refused: ",
            "to mend it: ",
            "1 problem; nothing was written",
        ];
        all.extend(*says);
        outcome(name, &tree, |tree| tree.init(&[]), code, &all)
    });
}

#[test]
fn a_broken_file_does_not_hide_another() {
    let tree = Tree::good();
    tree.put("ca.key", "");
    tree.put("etcd/server.crt", "garbage");
    fs::write(tree.etc("admin.conf"), "").unwrap();
    let says = [
        "pki/ca.key: ",
        "pki/etcd/server.crt: ",
        "admin.conf: ",
        "3 problems",
    ];
    outcome("three", &tree, |tree| tree.init(&[]), REFUSED, &says).unwrap();
}

const NOBODY: u32 = 65534;

/// `init` by a user whom permissions bind. Root becomes nobody for it.
fn init_as_user(tree: &Tree) -> Run {
    if !rustix::process::geteuid().is_root() {
        return tree.init(&[]);
    }
    // The one that cargo built may be where nobody gets at.
    let program = tree.beside("pkigen");
    let mut command = clean(Command::new(program));
    command.uid(NOBODY).gid(NOBODY).current_dir("/");
    command.arg("init").arg("--root").arg(tree.root());
    run(command.args(NODE))
}

/// Gives a tree to the user that [`init_as_user`] runs as.
fn hand_over(tree: &Tree) {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    fs::copy(env!("CARGO_BIN_EXE_pkigen"), tree.beside("pkigen")).unwrap();
    fs::set_permissions(tree.beside(""), fs::Permissions::from_mode(0o755)).unwrap();
    let snapshot = tree.snapshot();
    for (path, ..) in snapshot.modes() {
        chown(tree.beside("").join(path), Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

#[test]
fn an_unreadable_file_is_the_environment_s_fault() {
    let tree = Tree::good();
    hand_over(&tree);
    init_as_user(&tree).exits(0);
    fs::set_permissions(tree.pki("ca.key"), fs::Permissions::from_mode(0o000)).unwrap();
    let says = [
        "pki/ca.key: it cannot be read: Permission denied",
        "Run this again as root, or as the user who owns",
        "1 problem; nothing was written",
    ];
    outcome("unreadable", &tree, init_as_user, ENVIRONMENT, &says).unwrap();
}

#[test]
fn a_directory_that_cannot_be_written_to_stays_as_it_is() {
    let tree = Tree::good();
    hand_over(&tree);
    tree.remove(&["sa.pub"]);
    fs::remove_dir_all(tree.pki(".pkigen")).unwrap();
    fs::set_permissions(tree.pki(""), fs::Permissions::from_mode(0o555)).unwrap();
    let says = ["etc/kubernetes/pki", "Permission denied"];
    outcome("read-only", &tree, init_as_user, ENVIRONMENT, &says).unwrap();
    fs::set_permissions(tree.pki(""), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_directory_of_another_user_is_not_safe() {
    if !rustix::process::geteuid().is_root() {
        // Only root can give a directory away.
        return;
    }
    let tree = Tree::good();
    tree.remove(&["sa.pub"]);
    chown(tree.pki(""), Some(NOBODY), Some(NOBODY)).unwrap();
    let says = [
        "etc/kubernetes/pki is not safe",
        "the user with the id 65534",
        "change its owner",
    ];
    outcome(
        "another's",
        &tree,
        |tree| tree.init(&[]),
        ENVIRONMENT,
        &says,
    )
    .unwrap();
}
