//! Kubeconfigs that cannot be used.

use std::fs;

use super::Case;
use super::files::set_mode;
use crate::support::Tree;
use crate::support::told::{add_user, expired};

/// A row of a kubeconfig's text with another value.
fn edit(tree: &Tree, file: &str, change: impl FnOnce(String) -> String) {
    let path = tree.etc(file);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

/// The kubeconfig with its user's fields in the place of those that are there.
fn user(tree: &Tree, file: &str, fields: &str) {
    edit(tree, file, |text| {
        let kept = text.lines().filter(|line| !line.contains("client-"));
        let kept: Vec<&str> = kept.collect();
        let text = kept.join("\n") + "\n";
        text.replace("  user:\n", &format!("  user:\n{fields}\n"))
    });
}

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "another user whose certificate has expired",
        ("expired", "admin.conf"),
        "",
        |tree| {
            let jane = expired(tree, "/O=ops/CN=jane");
            add_user(tree, "admin.conf", "jane", jane);
        },
    ),
    Case::new(
        "another user whose certificate is junk",
        ("kubeconfig-unusable", "admin.conf"),
        "",
        |tree| {
            let (_, key) = expired(tree, "/O=ops/CN=jane");
            add_user(tree, "admin.conf", "jane", ("junk".to_owned(), key));
        },
    ),
    Case::new(
        "an empty kubeconfig",
        ("kubeconfig-unusable", "scheduler.conf"),
        "",
        |tree| {
            edit(tree, "scheduler.conf", |_| String::new());
        },
    ),
    Case::new(
        "a kubeconfig that is no YAML",
        ("kubeconfig-unusable", "scheduler.conf"),
        "",
        |tree| {
            edit(tree, "scheduler.conf", |text| text + "\n\t[");
        },
    ),
    Case::new(
        "a kubeconfig that nests deeply",
        ("kubeconfig-unusable", "scheduler.conf"),
        "",
        |tree| {
            edit(tree, "scheduler.conf", |text| {
                text + "x: " + &"[".repeat(9999)
            });
        },
    ),
    Case::new(
        "a kubeconfig that expands itself",
        ("kubeconfig-unusable", "scheduler.conf"),
        "",
        |tree| {
            edit(tree, "scheduler.conf", |text| {
                let levels = (1..30).map(|one| {
                let before = one - 1;
                format!("x{one}: &x{one} [*x{before}, *x{before}, *x{before}, *x{before}, *x{before}]\n")
            });
                text + "\nx0: &x0 [a, a]\n" + &levels.collect::<String>()
            });
        },
    ),
    Case::new(
        "a current context that is not there",
        ("kubeconfig-unusable", "admin.conf"),
        "",
        |tree| {
            edit(tree, "admin.conf", |text| {
                text.replace("current-context: ", "current-context: not-")
            });
        },
    ),
    Case::new(
        "data that is not base64",
        ("kubeconfig-unusable", "admin.conf"),
        "",
        |tree| {
            edit(tree, "admin.conf", |text| {
                text.replace("client-key-data: ", "client-key-data: ?")
            });
        },
    ),
    Case::new(
        "no authority in a kubeconfig",
        ("kubeconfig-without-authorities", "admin.conf"),
        "",
        |tree| {
            edit(tree, "admin.conf", |text| {
                text.replace("certificate-authority-data", "comment")
            });
        },
    ),
    Case::new(
        "a kubeconfig that checks nothing",
        ("unverified-server", "admin.conf"),
        "",
        |tree| {
            edit(tree, "admin.conf", |text| {
                let skip = "insecure-skip-tls-verify: true\n    comment";
                text.replace("certificate-authority-data", skip)
            });
        },
    ),
    Case::new(
        "a kubeconfig that checks nothing and has what to check by",
        ("kubeconfig-unusable", "admin.conf"),
        "",
        |tree| {
            edit(tree, "admin.conf", |text| {
                let server = "    server:";
                text.replace(
                    server,
                    &format!("    insecure-skip-tls-verify: true\n{server}"),
                )
            });
        },
    ),
    Case::new(
        "a kubeconfig with authorities in two ways",
        ("kubeconfig-unusable", "admin.conf"),
        "",
        |tree| {
            edit(tree, "admin.conf", |text| {
                let server = "    server:";
                text.replace(
                    server,
                    &format!("    certificate-authority: pki/ca.crt\n{server}"),
                )
            });
        },
    ),
    Case::new(
        "a kubeconfig without its key",
        ("kubeconfig-unusable", "admin.conf"),
        "",
        |tree| {
            edit(tree, "admin.conf", |text| {
                text.replace("client-key-data", "comment")
            });
        },
    ),
    Case::new(
        "a kubeconfig that names a file that is not there",
        ("kubeconfig-unusable", "scheduler.conf"),
        "",
        |tree| {
            let file = "/opt/kubernetes/scheduler.pem";
            user(
                tree,
                "scheduler.conf",
                &format!("    client-certificate: {file}\n    client-key: {file}"),
            );
        },
    ),
    Case::new(
        "a kubeconfig that names a certificate and no key",
        ("kubeconfig-unusable", "scheduler.conf"),
        "",
        |tree| {
            fs::write(tree.etc("scheduler.crt"), tree.pem("scheduler.conf")).unwrap();
            user(
                tree,
                "scheduler.conf",
                "    client-certificate: scheduler.crt",
            );
        },
    ),
    Case::new(
        "a kubeconfig that names two files that do not match",
        ("pair-mismatch", "scheduler.crt"),
        "",
        |tree| {
            fs::write(tree.etc("scheduler.crt"), tree.pem("scheduler.conf")).unwrap();
            fs::write(tree.etc("scheduler.key"), tree.text("etcd/peer.key")).unwrap();
            set_mode(&tree.etc("scheduler.key"), 0o600);
            user(
                tree,
                "scheduler.conf",
                "    client-certificate: scheduler.crt\n    client-key: scheduler.key",
            );
        },
    ),
    Case::new(
        "a kubeconfig that names a key everybody can read",
        ("key-exposed", "scheduler.key"),
        "",
        |tree| {
            fs::write(tree.etc("scheduler.crt"), tree.pem("scheduler.conf")).unwrap();
            fs::write(
                tree.etc("scheduler.key"),
                tree.embedded("scheduler.conf", "client-key-data"),
            )
            .unwrap();
            set_mode(&tree.etc("scheduler.key"), 0o644);
            user(
                tree,
                "scheduler.conf",
                "    client-certificate: scheduler.crt\n    client-key: scheduler.key",
            );
        },
    ),
    Case::new(
        "a kubeconfig that names an authority that is not there",
        ("kubeconfig-unusable", "scheduler.conf"),
        "",
        |tree| {
            edit(tree, "scheduler.conf", |text| {
                let lines = text.lines().map(|line| {
                    match line.split_once("certificate-authority-data: ") {
                        Some((indent, _)) => {
                            format!("{indent}certificate-authority: pki/other.crt\n")
                        }
                        None => format!("{line}\n"),
                    }
                });
                lines.collect()
            });
        },
    ),
];
