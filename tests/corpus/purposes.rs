//! Leaves that serve the wrong names, or are for something else.

use const_oid::db::rfc5280 as oid;

use super::Case;
use super::certificates::apiserver;
use crate::support::forge::{names, purposes, service_names};

const APISERVER: &str = "pki/apiserver.crt";

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "no names",
        ("no-alternative-name", APISERVER),
        "--W",
        |tree| {
            apiserver(tree, |forge| {
                forge
                    .without(oid::ID_CE_SUBJECT_ALT_NAME)
                    .subject("kubernetes", &[])
            });
        },
    ),
    Case::new(
        "a mail address for a name",
        ("no-alternative-name", "pki/etcd/server.crt"),
        "--W",
        |tree| {
            tree.forge("etcd-server", |forge| {
                let forge = forge.subject("localhost", &[]);
                forge.with(
                    oid::ID_CE_SUBJECT_ALT_NAME,
                    false,
                    &names(&[(1, b"root@example.org")]),
                )
            });
        },
    ),
    Case::new(
        "an address as a DNS name",
        ("ip-as-dns-name", APISERVER),
        "OGW",
        |tree| {
            apiserver(tree, |forge| {
                let all: [(u8, &[u8]); 4] = [
                    (2, b"kubernetes"),
                    (2, b"kubernetes.default"),
                    (2, b"kubernetes.default.svc"),
                    (2, b"192.0.2.10"),
                ];
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &names(&all))
            });
        },
    )
    .dialled("192.0.2.10"),
    Case::new(
        "a node's address as a DNS name too, as kubeadm writes it",
        ("ip-as-dns-name", APISERVER),
        "---",
        |tree| {
            apiserver(tree, |forge| {
                let value = service_names(&[(2, b"192.0.2.10")]);
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &value)
            });
        },
    )
    .dialled("192.0.2.10"),
    Case::new(
        "a wildcard in the middle",
        ("malformed-name", APISERVER),
        "",
        |tree| {
            apiserver(tree, |forge| {
                let value = service_names(&[(2, b"api.*.example.org")]);
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &value)
            });
        },
    ),
    Case::new(
        "an address of 5 octets",
        ("malformed-extension", APISERVER),
        "---",
        |tree| {
            apiserver(tree, |forge| {
                let value = service_names(&[(7, &[1, 2, 3, 4, 5])]);
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &value)
            });
        },
    ),
    Case::new(
        "a name with a dot at its end",
        ("malformed-name", APISERVER),
        "",
        |tree| {
            apiserver(tree, |forge| {
                let value = service_names(&[(2, b"api.example.org.")]);
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &value)
            });
        },
    ),
    Case::new(
        "without a name that every cluster has",
        ("name-not-served", APISERVER),
        "OGW",
        |tree| {
            apiserver(tree, |forge| {
                let value = names(&[(2, b"kubernetes"), (7, &[192, 0, 2, 10])]);
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &value)
            });
        },
    )
    .dialled("kubernetes.default.svc"),
    Case::new(
        "a name that a kubeconfig dials",
        ("name-not-served", APISERVER),
        "OGW",
        |tree| {
            let path = tree.etc("admin.conf");
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(
                path,
                text.replace("https://192.0.2.10:", "https://lb.example.org:"),
            )
            .unwrap();
        },
    )
    .dialled("lb.example.org"),
    Case::new(
        "etcd without localhost",
        ("name-not-served", "pki/etcd/server.crt"),
        "OGW",
        |tree| {
            tree.forge("etcd-server", |forge| {
                let value = names(&[(2, b"cp1"), (7, &[192, 0, 2, 10]), (7, &[127, 0, 0, 1])]);
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &value)
            });
        },
    ),
    Case::new(
        "a server with clientAuth",
        ("wrong-purpose", APISERVER),
        "OGW",
        |tree| {
            apiserver(tree, |forge| {
                forge.with(oid::ID_CE_EXT_KEY_USAGE, false, &purposes(&[2]))
            });
        },
    ),
    Case::new(
        "a client with serverAuth",
        ("wrong-purpose", "scheduler.conf"),
        "OGW",
        |tree| {
            tree.forge("scheduler.conf", |forge| {
                forge.with(oid::ID_CE_EXT_KEY_USAGE, false, &purposes(&[1]))
            });
        },
    ),
    Case::new(
        "a peer with serverAuth only",
        ("wrong-purpose", "pki/etcd/peer.crt"),
        "OGW",
        |tree| {
            tree.forge("etcd-peer", |forge| {
                forge.with(oid::ID_CE_EXT_KEY_USAGE, false, &purposes(&[1]))
            });
        },
    ),
    Case::new(
        "anyExtendedKeyUsage",
        ("any-purpose-only", "pki/etcd/healthcheck-client.crt"),
        "O-W",
        |tree| {
            tree.forge("etcd-healthcheck-client", |forge| {
                forge.with(oid::ID_CE_EXT_KEY_USAGE, false, &purposes(&[0]))
            });
        },
    ),
    Case::new(
        "keyEncipherment alone for a server",
        ("key-usage", APISERVER),
        "---",
        |tree| {
            apiserver(tree, |forge| {
                forge.with(oid::ID_CE_KEY_USAGE, true, &[3, 2, 5, 0x20])
            });
        },
    ),
    Case::new(
        "keyEncipherment alone for a client",
        ("key-usage", "admin.conf"),
        "O--",
        |tree| {
            tree.forge("admin.conf", |forge| {
                forge.with(oid::ID_CE_KEY_USAGE, true, &[3, 2, 5, 0x20])
            });
        },
    ),
    Case::new(
        "a name with a blank",
        ("malformed-name", APISERVER),
        "",
        |tree| {
            apiserver(tree, |forge| {
                let value = service_names(&[(2, b"a b")]);
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &value)
            });
        },
    ),
    Case::new(
        "a name of numbers",
        ("malformed-name", APISERVER),
        "",
        |tree| {
            apiserver(tree, |forge| {
                let value = service_names(&[(2, b"1.2.3")]);
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &value)
            });
        },
    ),
    Case::new(
        "etcd's server with serverAuth only",
        ("wrong-purpose", "pki/etcd/server.crt"),
        "OGW",
        |tree| {
            tree.forge("etcd-server", |forge| {
                forge.with(oid::ID_CE_EXT_KEY_USAGE, false, &purposes(&[1]))
            });
        },
    ),
    Case::new(
        "a peer with clientAuth only",
        ("wrong-purpose", "pki/etcd/peer.crt"),
        "OGW",
        |tree| {
            tree.forge("etcd-peer", |forge| {
                forge.with(oid::ID_CE_EXT_KEY_USAGE, false, &purposes(&[2]))
            });
        },
    ),
    Case::new(
        "a server with clientAuth and anyExtendedKeyUsage",
        ("any-purpose-only", APISERVER),
        "O-W",
        |tree| {
            apiserver(tree, |forge| {
                forge.with(oid::ID_CE_EXT_KEY_USAGE, false, &purposes(&[2, 0]))
            });
        },
    ),
];
