//! Files that are not what their names say, and who may read and change them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use rustix::fs::{CWD, Mode, mknodat};

use super::Case;
use crate::support::forge::block;
use crate::support::{OddKey, Tree, fixture};

const APISERVER: &str = "pki/apiserver.crt";
const KEY: &str = "pki/apiserver.key";

pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A service account's key of this kind.
fn service_account(tree: &Tree, kind: &str) {
    let key = OddKey::new(kind);
    tree.put("sa.key", key.to_pem());
    tree.put("sa.pub", block("PUBLIC KEY", &key.spki()));
}

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "a key that was deleted",
        ("half-pair", APISERVER),
        "",
        |tree| {
            tree.remove(&["apiserver.key"]);
        },
    ),
    Case::new(
        "a certificate that was deleted",
        ("half-pair", "pki/etcd/peer.key"),
        "",
        |tree| {
            tree.remove(&["etcd/peer.crt"]);
        },
    ),
    Case::new(
        "sa.pub that was deleted",
        ("half-pair", "pki/sa.key"),
        "",
        |tree| {
            tree.remove(&["sa.pub"]);
        },
    ),
    Case::new(
        "a pair that was deleted",
        ("missing-file", "pki/apiserver-kubelet-client.crt"),
        "",
        |tree| {
            tree.remove(&[
                "apiserver-kubelet-client.crt",
                "apiserver-kubelet-client.key",
            ]);
        },
    ),
    Case::new(
        "a kubeconfig that was deleted",
        ("missing-file", "scheduler.conf"),
        "",
        |tree| {
            fs::remove_file(tree.etc("scheduler.conf")).unwrap();
        },
    ),
    Case::new(
        "an authority that was deleted",
        ("missing-file", "pki/etcd/ca.crt"),
        "",
        |tree| {
            tree.remove(&["etcd/ca.crt", "etcd/ca.key"]);
        },
    ),
    Case::new("nothing at all", ("missing-file", "pki"), "", |tree| {
        fs::remove_dir_all(tree.etc("")).unwrap();
    }),
    Case::new(
        "an empty certificate",
        ("malformed-file", APISERVER),
        "",
        |tree| {
            tree.put("apiserver.crt", "");
        },
    ),
    Case::new("an empty key", ("malformed-file", KEY), "", |tree| {
        tree.put("apiserver.key", "");
    }),
    Case::new(
        "an empty authority",
        ("malformed-file", "pki/ca.crt"),
        "",
        |tree| {
            tree.put("ca.crt", "\n");
        },
    ),
    Case::new("junk", ("malformed-file", APISERVER), "", |tree| {
        tree.put("apiserver.crt", [0xff; 700]);
    }),
    Case::new("PEM of junk", ("malformed-file", APISERVER), "", |tree| {
        tree.put("apiserver.crt", crate::support::forge::pem(&[0x30; 99]));
    }),
    Case::new(
        "PEM that is cut off",
        ("pem-framing", APISERVER),
        "",
        |tree| {
            let text = tree.text("apiserver.crt");
            tree.put("apiserver.crt", &text[..text.len() / 2]);
        },
    ),
    Case::new("DER", ("malformed-file", APISERVER), "", |tree| {
        tree.put("apiserver.crt", tree.certificate("apiserver").as_der());
    }),
    Case::new("a key in DER", ("malformed-file", KEY), "", |tree| {
        let key = OddKey::from_pem(&tree.text("apiserver.key"));
        tree.put("apiserver.key", key.to_pkcs8());
    }),
    Case::new(
        "a key that is encrypted",
        ("malformed-file", KEY),
        "",
        |tree| {
            let encrypted = fs::read(fixture("authorities/encrypted.key")).unwrap();
            tree.put("apiserver.key", encrypted);
        },
    ),
    Case::new(
        "a certificate in the key's file",
        ("malformed-file", KEY),
        "",
        |tree| {
            tree.put("apiserver.key", tree.text("apiserver.crt"));
        },
    ),
    Case::new(
        "a key in the certificate's file",
        ("malformed-file", APISERVER),
        "",
        |tree| {
            tree.put("apiserver.crt", tree.text("apiserver.key"));
            set_mode(&tree.pki("apiserver.crt"), 0o600);
        },
    ),
    Case::new(
        "a private key for a public one",
        ("malformed-file", "pki/sa.pub"),
        "",
        |tree| {
            tree.put("sa.pub", tree.text("apiserver.crt"));
        },
    ),
    Case::new(
        "two keys, the wrong one first",
        ("pair-mismatch", APISERVER),
        "",
        |tree| {
            tree.put(
                "apiserver.key",
                tree.text("etcd/peer.key") + &tree.text("apiserver.key"),
            );
        },
    ),
    Case::new(
        "a broken authority behind a good one",
        ("malformed-file", "pki/etcd/ca.crt"),
        "",
        |tree| {
            tree.put(
                "etcd/ca.crt",
                tree.text("etcd/ca.crt") + &crate::support::forge::pem(&[0x30; 99]),
            );
        },
    ),
    Case::new(
        "an authority behind a byte order mark",
        ("pem-framing", "pki/ca.crt"),
        "",
        |tree| {
            tree.put("ca.crt", format!("\u{feff}{}", tree.text("ca.crt")));
        },
    ),
    Case::new(
        "an authority that is cut off behind a good one",
        ("pem-framing", "pki/etcd/ca.crt"),
        "",
        |tree| {
            let text = tree.text("etcd/ca.crt");
            tree.put("etcd/ca.crt", format!("{text}{}", &text[..text.len() / 2]));
        },
    ),
    Case::new(
        "a key with the label of another form",
        ("pem-framing", KEY),
        "",
        |tree| {
            let key = tree.text("apiserver.key");
            tree.put(
                "apiserver.key",
                key.replace("EC PRIVATE KEY", "PRIVATE KEY"),
            );
        },
    ),
    Case::new(
        "a file of more than a megabyte",
        ("malformed-file", "pki/etcd/ca.crt"),
        "",
        |tree| {
            tree.put(
                "etcd/ca.crt",
                tree.text("etcd/ca.crt") + &"# \n".repeat(1 << 19),
            );
        },
    ),
    Case::new(
        "a directory in the place of a file",
        ("malformed-file", APISERVER),
        "",
        |tree| {
            tree.remove(&["apiserver.crt"]);
            fs::create_dir(tree.pki("apiserver.crt")).unwrap();
        },
    ),
    Case::new(
        "a link to nothing",
        ("malformed-file", APISERVER),
        "",
        |tree| {
            tree.remove(&["apiserver.crt"]);
            symlink("/nowhere", tree.pki("apiserver.crt")).unwrap();
        },
    ),
    Case::new(
        "a link to itself",
        ("unreadable-file", APISERVER),
        "",
        |tree| {
            tree.remove(&["apiserver.crt"]);
            symlink("apiserver.crt", tree.pki("apiserver.crt")).unwrap();
        },
    ),
    Case::new(
        "a link to another certificate",
        ("pair-mismatch", "pki/etcd/server.crt"),
        "",
        |tree| {
            tree.remove(&["etcd/server.crt"]);
            symlink("peer.crt", tree.pki("etcd/server.crt")).unwrap();
        },
    ),
    Case::new("a pipe", ("malformed-file", APISERVER), "", |tree| {
        tree.remove(&["apiserver.crt"]);
        let path = tree.pki("apiserver.crt");
        let mode = Mode::from_raw_mode(0o644);
        mknodat(CWD, path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    }),
    Case::new(
        "a service account's key that is too short",
        ("weak-key", "pki/sa.key"),
        "",
        |tree| {
            service_account(tree, "1024");
        },
    ),
    Case::new(
        "a service account's key that signs no tokens",
        ("unsupported-key", "pki/sa.key"),
        "",
        |tree| {
            service_account(tree, "ed25519");
        },
    ),
    Case::new(
        "a key that everybody can read",
        ("key-exposed", "pki/ca.key"),
        "",
        |tree| {
            set_mode(&tree.pki("ca.key"), 0o644);
        },
    ),
    Case::new(
        "a key in a certificate's file",
        ("key-exposed", "pki/front-proxy-ca.crt"),
        "",
        |tree| {
            let key = fs::read_to_string(tree.pki("front-proxy-ca.key")).unwrap();
            tree.put("front-proxy-ca.crt", tree.pem("front-proxy-ca") + &key);
        },
    ),
    Case::new(
        "a key that a group can write",
        ("key-exposed", "pki/sa.key"),
        "",
        |tree| {
            set_mode(&tree.pki("sa.key"), 0o660);
        },
    ),
    Case::new(
        "a kubeconfig that everybody can read",
        ("key-exposed", "admin.conf"),
        "",
        |tree| {
            set_mode(&tree.etc("admin.conf"), 0o644);
        },
    ),
    Case::new(
        "a certificate that everybody can write",
        ("writable-by-others", "pki/ca.crt"),
        "",
        |tree| {
            set_mode(&tree.pki("ca.crt"), 0o666);
        },
    ),
    Case::new(
        "a directory that everybody can write",
        ("writable-by-others", "pki/etcd"),
        "",
        |tree| {
            set_mode(&tree.pki("etcd"), 0o777);
        },
    ),
    Case::new(
        "a directory that belongs to somebody else",
        ("foreign-owner", "pki"),
        "",
        |tree| {
            std::os::unix::fs::chown(tree.etc("pki"), Some(7), None).unwrap();
        },
    )
    .by_root(),
    Case::new(
        "a key that belongs to somebody else",
        ("foreign-owner", "pki/ca.key"),
        "",
        |tree| {
            std::os::unix::fs::chown(tree.pki("ca.key"), Some(7), None).unwrap();
        },
    )
    .by_root(),
    Case::new(
        "a service account's keys that were deleted",
        ("missing-file", "pki/sa.key"),
        "",
        |tree| {
            tree.remove(&["sa.key", "sa.pub"]);
        },
    ),
];
