//! Files that are not what their names say, and who may read and change them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use rustix::fs::{CWD, Mode, mknodat};

use super::Case;
use crate::support::forge::block;
use crate::support::told::{expired, manifest};
use crate::support::{AUTHORITY, How, OddKey, Tree, Workshop, fixture};

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
        "a directory that the manifests do not name",
        ("files-elsewhere", "pki"),
        "",
        |tree| {
            fs::rename(tree.etc("pki"), tree.etc("ssl")).unwrap();
            fs::create_dir(tree.etc("pki")).unwrap();
            let flag = "--client-ca-file=/etc/kubernetes/ssl/ca.crt";
            manifest(tree, "kube-apiserver.yaml", "kube-apiserver", &[flag]);
        },
    ),
    Case::new(
        "a link to a directory that is not there",
        ("files-elsewhere", "pki"),
        "",
        |tree| {
            fs::remove_dir_all(tree.etc("pki")).unwrap();
            symlink("/etc/kubernetes/ssl", tree.etc("pki")).unwrap();
        },
    ),
    Case::new(
        "a copy of a manifest beside it",
        ("manifest-twice", "manifests/kube-scheduler.yaml.bak"),
        "",
        |tree| {
            for name in ["kube-scheduler.yaml", "kube-scheduler.yaml.bak"] {
                let flag = "--kubeconfig=/etc/kubernetes/scheduler.conf";
                manifest(tree, name, "kube-scheduler", &[flag]);
            }
        },
    ),
    Case::new(
        "a key in a file that is called otherwise",
        ("key-exposed", "pki/apiserver.pem"),
        "",
        |tree| {
            tree.put(
                "apiserver.pem",
                tree.text("apiserver.crt") + &tree.text("apiserver.key"),
            );
            set_mode(&tree.pki("apiserver.pem"), 0o644);
        },
    ),
    Case::new(
        "a copy of a kubeconfig",
        ("key-exposed", "admin.conf.old"),
        "",
        |tree| {
            fs::copy(tree.etc("admin.conf"), tree.etc("admin.conf.old")).unwrap();
            set_mode(&tree.etc("admin.conf.old"), 0o604);
        },
    ),
    Case::new(
        "a file of a flag that nobody here checks",
        ("expired", "pki/public.crt"),
        "",
        |tree| {
            let (certificate, key) = expired(tree, "/CN=public");
            tree.put("public.crt", certificate);
            tree.put("public.key", key);
            set_mode(&tree.pki("public.key"), 0o600);
            let pair = "/etc/kubernetes/pki/public.crt,/etc/kubernetes/pki/public.key";
            let sni = format!("--tls-sni-cert-key={pair}:api.example.org");
            manifest(tree, "kube-apiserver.yaml", "kube-apiserver", &[&sni]);
        },
    ),
    Case::new(
        "a webhook's kubeconfig that a configuration names",
        ("expired", "webhook.conf"),
        "",
        |tree| {
            let (certificate, key) = expired(tree, "/CN=webhook");
            fs::copy(tree.etc("scheduler.conf"), tree.etc("webhook.conf")).unwrap();
            tree.embed("webhook.conf", "client-certificate-data", &certificate);
            tree.embed("webhook.conf", "client-key-data", &key);
            let file = "/etc/kubernetes/webhook.conf";
            let info = format!("connectionInfo: {{type: KubeConfigFile, kubeConfigFile: {file}}}");
            let configuration = format!("authorizers:\n- type: Webhook\n  webhook: {{{info}}}\n");
            fs::write(tree.etc("authorization.yaml"), configuration).unwrap();
            let flag = "--authorization-config=/etc/kubernetes/authorization.yaml";
            manifest(tree, "kube-apiserver.yaml", "kube-apiserver", &[flag]);
        },
    ),
    Case::new(
        "a token issuer's authority that has expired",
        ("authority-expired", "authentication.yaml"),
        "",
        |tree| {
            let shop = Workshop::new();
            shop.key("issuer", "P-256");
            let how = How::days(-30);
            let authority = shop.self_signed_as("issuer", "/CN=issuer", AUTHORITY, how);
            let authority = String::from_utf8(authority).unwrap();
            let lines = authority.lines().map(|line| format!("      {line}\n"));
            let configuration = format!(
                "jwt:\n- issuer:\n    url: https://example.org\n    certificateAuthority: |\n{}",
                lines.collect::<String>()
            );
            fs::write(tree.etc("authentication.yaml"), configuration).unwrap();
            let flag = "--authentication-config=/etc/kubernetes/authentication.yaml";
            manifest(tree, "kube-apiserver.yaml", "kube-apiserver", &[flag]);
        },
    ),
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
