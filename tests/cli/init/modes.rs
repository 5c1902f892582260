//! Permissions. That they do not depend on the umask is in `tests/live/faults/owners.rs`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::{Snapshot, Tree};

fn expected(path: &Path, is_directory: bool, sa_pub: u32) -> u32 {
    let is = |name: &str| path.file_name().is_some_and(|file| file == name);
    let ends = |extension: &str| path.extension().is_some_and(|end| end == extension);
    let is_own = path.components().any(|part| part.as_os_str() == ".pkigen");
    match is_directory {
        // Locks and the history are for its owner alone.
        true if is_own => 0o700,
        true => 0o755,
        false if is_own => 0o600,
        false if is("sa.pub") => sa_pub,
        false if ends("key") || ends("conf") => 0o600,
        false => 0o644,
    }
}

fn check(arguments: &[&str], sa_pub: u32) {
    let tree = Tree::empty();
    tree.init(arguments).exits(0);
    let snapshot = Snapshot::of(&tree.at("/etc"));
    let mut count = 0;
    for (path, mode, is_directory) in snapshot.modes() {
        let expected = expected(path, is_directory, sa_pub);
        assert_eq!(mode, expected, "{} is {mode:04o}", path.display());
        count += 1;
    }
    assert!(count > 40, "{count} files and directories");
}

#[test]
fn every_file_has_its_mode() {
    check(&[], 0o644);
}

/// kubeadm keeps the public key as closed as the private one.
#[test]
fn the_profile_kubeadm_closes_sa_pub() {
    check(
        &["--profile", "kubeadm", "--key-algorithm", "ecdsa-p256"],
        0o600,
    );
}

/// What is there keeps its mode: changing it is not asked for.
#[test]
fn modes_of_what_is_kept_stay() {
    let tree = Tree::good();
    let path = tree.pki("apiserver.key");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    tree.remove(&["sa.pub"]);
    tree.init(&[]).exits(0);
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
}
