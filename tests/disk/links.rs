//! Links where files and directories should be.

use std::os::unix::fs::symlink;

use crate::support::{Tree, run};

/// As kubespray has it: /etc/kubernetes/pki is a link to ssl beside it.
#[test]
fn the_certificate_directory_may_be_a_link() {
    for target in ["ssl", "../kubernetes/ssl"] {
        let tree = Tree::in_memory();
        std::fs::create_dir_all(tree.kubernetes().join("ssl")).unwrap();
        symlink(target, tree.pki()).unwrap();
        run(&mut tree.init()).expect(0, target);
        tree.assert_complete(target);
        assert!(tree.pki().symlink_metadata().unwrap().is_symlink());
        assert!(tree.kubernetes().join("ssl/ca.crt").exists());
    }
}

/// By whatever name: what runs keep for themselves is no place for certificates.
#[test]
fn a_link_into_what_runs_keep_is_refused() {
    for target in [".pkigen", ".pkigen/backup"] {
        let tree = Tree::in_memory();
        let ours = tree.kubernetes().join(target);
        std::fs::create_dir_all(&ours).unwrap();
        symlink(target, tree.kubernetes().join("elsewhere")).unwrap();
        let mut init = tree.init();
        let done = run(init.args(["--cert-dir", "/etc/kubernetes/elsewhere"]));
        done.expect_error(2, &["it leads into .pkigen"], target);
        assert!(!ours.join("ca.crt").exists());
    }
}

/// An absolute link means what it means to the running system, where the root is `/`.
#[test]
fn an_absolute_link_stays_below_the_root() {
    let tree = Tree::in_memory();
    let outside = Tree::in_memory();
    let name = outside.path().to_str().unwrap().trim_start_matches('/');
    std::fs::create_dir_all(tree.path().join(name)).unwrap();
    std::fs::create_dir_all(tree.kubernetes()).unwrap();
    symlink(outside.path(), tree.pki()).unwrap();
    run(&mut tree.init()).expect(0, "an absolute link");
    assert!(tree.path().join(name).join("ca.key").exists());
    let written = outside.all_files();
    assert!(written.is_empty(), "outside the root: {written:?}");
    // What is read is what was written: there is nothing left to do.
    let again = run(tree.init().args(["-o", "json"])).expect(0, "a second run");
    assert!(again.stdout.contains("\"unchanged\""), "{again:#?}");
}

#[test]
fn a_link_in_place_of_a_directory_below_is_refused() {
    for (name, inside) in [
        ("pki/etcd", true),
        ("pki/etcd", false),
        ("pki/.pkigen", true),
        (".pkigen", false),
        ("pkigen", false),
        ("pkigen/flags", true),
    ] {
        let what = format!("{name} is a link");
        let tree = Tree::in_memory();
        let elsewhere = Tree::in_memory();
        let target = if inside {
            tree.path().join("elsewhere")
        } else {
            elsewhere.path().to_owned()
        };
        std::fs::create_dir_all(&target).unwrap();
        let link = tree.kubernetes().join(name);
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&target, &link).unwrap();
        run(&mut tree.init()).expect_error(3, &[&link.to_string_lossy()], &what);
        assert_eq!(std::fs::read_dir(&target).unwrap().count(), 0, "{what}");
        assert!(tree.table_files().is_empty(), "{what}");
        assert!(tree.leftovers().is_empty(), "{what}");
    }
}

/// A link that leads nowhere is no free name, and one that leads somewhere is not written to.
#[test]
fn a_link_in_place_of_a_file_is_never_written_through() {
    for (name, target_exists) in [
        ("pki/apiserver.key", false),
        ("pki/ca.crt", false),
        ("pki/sa.key", true),
        ("admin.conf", false),
        ("pkigen/rbac.yaml", true),
    ] {
        let tree = Tree::in_memory();
        let target = tree.path().join("target");
        if target_exists {
            std::fs::write(&target, "precious").unwrap();
        }
        let link = tree.kubernetes().join(name);
        std::fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(&target, &link).unwrap();
        let done = run(&mut tree.init());
        // A file of the table is a refusal; a derived one is found out when it is replaced.
        let expected = if name.starts_with("pkigen") { 3 } else { 1 };
        done.expect(expected, name);
        let after = std::fs::read_to_string(&target).ok();
        let before = target_exists.then(|| "precious".to_owned());
        assert_eq!(after, before, "{name}");
    }
}
