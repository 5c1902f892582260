//! What a machine may not have: threads, room for a file, calls of a newer kernel, an output.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use super::strace::{ONE_THREAD, with_faults};
use super::subject::{command, pkigen, renew};
use crate::support::{Tree, run};

/// Keys that are slow to make are made on threads, and without them as well.
#[test]
fn rsa_keys_are_made_without_a_second_thread() {
    let tree = renew().tree();
    let renewed = ["renew", "admin.conf", "--reconcile", "--config"];
    let path = tree.path().join("rsa.toml");
    std::fs::write(&path, "key-algorithm = \"rsa-2048\"\n").unwrap();
    let mut arguments = renewed.to_vec();
    arguments.push(path.to_str().unwrap());
    let plain = command(&tree, &arguments);
    let done = run(&mut with_faults(&plain, &[ONE_THREAD]));
    assert!(!done.stderr.contains("panicked"), "{done:?}");
    done.expect(0, "no threads");
    pkigen(&tree, &["verify"]).expect(0, "no threads");
}

#[test]
fn a_limit_on_file_sizes_leaves_nothing_behind() {
    for limit in ["100", "1000", "2000"] {
        let tree = Tree::new();
        let mut limited = Command::new("prlimit");
        limited.arg(format!("--fsize={limit}"));
        let init = tree.init();
        limited.arg(init.get_program()).args(init.get_args());
        run(&mut limited).expect_error(3, &["File too large"], limit);
        assert!(tree.table_files().is_empty(), "{limit}");
        assert!(tree.leftovers().is_empty(), "{limit}");
    }
}

#[test]
fn a_kernel_without_openat2_is_named() {
    let tree = renew().tree();
    let fault = [("openat2", "error=ENOSYS")];
    for arguments in [
        &["renew", "all"][..],
        &["verify"],
        &["check-expiration"],
        &["undo"],
    ] {
        let done = run(&mut with_faults(&command(&tree, arguments), &fault));
        done.expect_error(3, &["Linux 5.6"], arguments[0]);
    }
}

/// A change whose report nobody gets is not one to be made again.
#[test]
fn a_full_output_says_that_it_was_done() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for format in ["text", "json"] {
        let tree = renew().tree();
        for (verb, restart) in [("renew", true), ("undo", true)] {
            let path = tree.pki().join("apiserver.crt");
            let before = std::fs::read(&path).unwrap();
            let mut arguments = vec![verb, "-o", format];
            if verb == "renew" {
                arguments.push("apiserver");
            }
            let mut command = command(&tree, &arguments);
            let output = command
                .stdout(full())
                .stderr(Stdio::piped())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(3), "{said}");
            assert!(
                said.contains("this was done, and is not to be done again"),
                "{said}"
            );
            assert_eq!(said.contains("kube-apiserver"), restart, "{said}");
            assert_ne!(std::fs::read(&path).unwrap(), before, "{verb}");
        }
    }
}

/// Who does not read to the end does not change how it ends.
#[test]
fn a_closed_output_hides_no_finding() {
    let tree = renew().tree();
    std::fs::remove_file(tree.pki().join("apiserver.crt")).unwrap();
    for verb in ["verify", "check-expiration"] {
        let plain = command(&tree, &[verb]);
        let mut shell = Command::new("sh");
        let script = "{ \"$@\"; echo $? >&2; } | true";
        shell.args(["-c", script, "sh"]).arg(plain.get_program());
        let done = run(shell.args(plain.get_args()));
        assert!(done.stderr.ends_with("1\n"), "{verb}: {done:?}");
    }
}

/// Directories that give their group on, as shared ones do.
#[test]
fn what_is_new_gets_the_group_that_its_directory_gives() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    const GROUP: u32 = 4711;
    let tree = Tree::new();
    std::fs::create_dir_all(tree.kubernetes()).unwrap();
    chown(tree.kubernetes(), None, Some(GROUP)).unwrap();
    let mode = std::fs::Permissions::from_mode(0o2755);
    std::fs::set_permissions(tree.kubernetes(), mode).unwrap();
    run(&mut tree.init()).expect(0, "init");
    let group = |path: &Path| path.symlink_metadata().unwrap().gid();
    for path in tree.table_files() {
        assert_eq!(group(&path), GROUP, "{}", path.display());
    }
    assert_eq!(group(&tree.pki().join("etcd")), GROUP);
    pkigen(&tree, &["renew", "all"]).expect(0, "renew");
    for path in tree.table_files() {
        assert_eq!(group(&path), GROUP, "{}", path.display());
    }
}
