//! Chains that lead to no authority, or not as they should.

use const_oid::db::rfc5280 as oid;
use pki_core::key::SigningKey as _;
use time::{Duration, OffsetDateTime};

use super::Case;
use super::authorities::{below, root, same, two_authorities, with_intermediate};
use super::bench::{other, spare_key};
use crate::support::forge::{Forge, tlv};

const CA: &str = "pki/ca.crt";
const PROXY_CA: &str = "pki/front-proxy-ca.crt";
const PROXY: &str = "pki/front-proxy-client.crt";
const APISERVER: &str = "pki/apiserver.crt";

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "a certificate beside the path that Go does not parse",
        ("unreadable-beside", "pki/apiserver-etcd-client.crt"),
        "---",
        |tree| {
            let other = Forge::of(&tree.certificate("ca")).serial(&[0xff, 1]);
            let other = other.sign(&tree.private_key("ca"));
            let own = tree.pem("apiserver-etcd-client");
            tree.put_pem("apiserver-etcd-client", &(own + &other));
        },
    ),
    Case::new(
        "an intermediate authority alone",
        ("no-root", PROXY_CA),
        "O--",
        |tree| {
            let (_, middle) = two_authorities(tree, same, same);
            tree.put("front-proxy-ca.crt", middle);
        },
    ),
    Case::new(
        "the root before the one that signs",
        ("issuing-not-first", PROXY_CA),
        "---",
        |tree| {
            let (root, middle) = two_authorities(tree, same, same);
            tree.put("front-proxy-ca.crt", root + &middle);
        },
    ),
    Case::new(
        "a root that allows none below it",
        ("path-length", PROXY_CA),
        "O--",
        |tree| {
            let last = |forge: Forge| {
                forge.with(
                    oid::ID_CE_BASIC_CONSTRAINTS,
                    true,
                    &[0x30, 6, 1, 1, 0xff, 2, 1, 0],
                )
            };
            with_intermediate(tree, last, same);
        },
    ),
    Case::new(
        "a root that allows none below it, alone",
        ("path-length", PROXY),
        "OG-",
        |tree| {
            let last = |forge: Forge| {
                forge.with(
                    oid::ID_CE_BASIC_CONSTRAINTS,
                    true,
                    &[0x30, 6, 1, 1, 0xff, 2, 1, 0],
                )
            };
            let (root, middle) = two_authorities(tree, last, same);
            tree.put(
                "front-proxy-client.crt",
                tree.text("front-proxy-client.crt") + &middle,
            );
            tree.put("front-proxy-ca.crt", root);
            tree.remove(&["front-proxy-ca.key"]);
        },
    ),
    Case::new(
        "an expired authority in the leaf's file",
        ("authority-expired", PROXY),
        "OGW",
        |tree| {
            let ended = |mut forge: Forge| {
                forge.not_after = OffsetDateTime::now_utc() - Duration::seconds(2);
                forge
            };
            let (root, middle) = two_authorities(tree, same, ended);
            tree.put(
                "front-proxy-client.crt",
                tree.text("front-proxy-client.crt") + &middle,
            );
            tree.put("front-proxy-ca.crt", root);
            tree.remove(&["front-proxy-ca.key"]);
        },
    ),
    Case::new(
        "a root that expired above one that did not",
        ("authority-expired", PROXY_CA),
        "O--",
        |tree| {
            let ended = |mut forge: Forge| {
                forge.not_after = OffsetDateTime::now_utc() - Duration::seconds(2);
                forge
            };
            // Whoever has the root's key issues it again where that is asked for.
            tree.put_beside("issued.crt", tree.text("front-proxy-ca.crt"));
            with_intermediate(tree, ended, same);
        },
    ),
    Case::new(
        "an intermediate authority that is not sent",
        ("unknown-issuer", PROXY),
        "OGW",
        |tree| {
            let (root, _) = two_authorities(tree, same, same);
            tree.put("front-proxy-ca.crt", root);
            tree.remove(&["front-proxy-ca.key"]);
        },
    ),
    Case::new(
        "a leaf of another authority",
        ("unknown-issuer", APISERVER),
        "OGW",
        |tree| {
            let etcd = tree.certificate("etcd/ca");
            let key = tree.private_key("etcd/ca");
            let forge = Forge::of(&tree.certificate("apiserver"));
            let forge = below(forge, &etcd, &key.public_key().identifier());
            tree.put_pem("apiserver", &forge.sign(&key));
        },
    ),
    Case::new(
        "a leaf of another authority with that name",
        ("bad-signature", "pki/etcd/peer.crt"),
        "OGW",
        |tree| {
            let forge = Forge::of(&tree.certificate("etcd-peer"));
            tree.put_pem("etcd-peer", &forge.sign(&spare_key(1)));
        },
    ),
    Case::new(
        "a changed octet",
        ("bad-signature", APISERVER),
        "OGW",
        |tree| {
            let mut der = tree.certificate("apiserver").as_der().to_vec();
            let last = der.len() - 1;
            der[last] ^= 1;
            tree.put_pem("apiserver", &crate::support::forge::pem(&der));
        },
    ),
    Case::new(
        "an authority that was made anew",
        ("authority-replaced", CA),
        "OGW",
        |tree| {
            let key = spare_key(1);
            tree.put("ca.crt", root(tree, "kubernetes-ca", &key));
            tree.put("ca.key", key.to_pem().unwrap().as_bytes());
        },
    ),
    Case::new(
        "an authority from an old backup",
        ("authority-replaced", "pki/etcd/ca.crt"),
        "OGW",
        |tree| {
            tree.take(other(), &["etcd/ca.crt", "etcd/ca.key"]);
        },
    ),
    Case::new(
        "an authority's certificate from an old backup",
        ("pair-mismatch", CA),
        "",
        |tree| {
            tree.take(other(), &["ca.crt"]);
        },
    ),
    Case::new(
        "an authority's key from an old backup",
        ("pair-mismatch", CA),
        "",
        |tree| {
            tree.take(other(), &["ca.key"]);
        },
    ),
    Case::new(
        "another authority's key identifier",
        ("key-identifier-mismatch", APISERVER),
        "OG-",
        |tree| {
            let value = tlv(0x30, &tlv(0x80, &[7; 20]));
            tree.forge("apiserver", |forge| {
                forge.with(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, &value)
            });
        },
    ),
    Case::new(
        "a root that names another key",
        ("key-identifier-mismatch", CA),
        "O--",
        |tree| {
            let value = tlv(0x30, &tlv(0x80, &[7; 20]));
            tree.forge("ca", |forge| {
                forge.with(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, &value)
            });
        },
    ),
    Case::new(
        "another authority's serial number",
        ("key-identifier-mismatch", APISERVER),
        "O--",
        |tree| {
            let authority = tree.certificate("ca");
            let name = tlv(0xa1, &tlv(0xa4, authority.subject().as_der()));
            let key = tlv(0x80, &authority.subject_key_identifier().unwrap());
            let value = tlv(0x30, &[key, name, tlv(0x82, &[0x7f])].concat());
            tree.forge("apiserver", |forge| {
                forge.with(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, &value)
            });
        },
    ),
    Case::new(
        "no authority key identifier",
        ("no-key-identifier", "admin.conf"),
        "O--",
        |tree| {
            tree.forge("admin.conf", |forge| {
                forge.without(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER)
            });
        },
    ),
    Case::new(
        "a leaf that outlives its authority",
        ("outlives-authority", "pki/etcd/server.crt"),
        "---",
        |tree| {
            let end = tree.certificate("etcd/ca").validity().not_after;
            tree.forge("etcd-server", |mut forge| {
                forge.not_after = end + Duration::seconds(1);
                forge
            });
        },
    ),
    Case::new(
        "a leaf that is not first in its file",
        ("leaf-not-first", APISERVER),
        "OGW",
        |tree| {
            tree.put(
                "apiserver.crt",
                tree.text("ca.crt") + &tree.text("apiserver.crt"),
            );
        },
    ),
    Case::new(
        "an authority of one leaf that was made anew",
        ("bad-signature", PROXY),
        "OGW",
        |tree| {
            let key = spare_key(1);
            tree.put(
                "front-proxy-ca.crt",
                root(tree, "kubernetes-front-proxy-ca", &key),
            );
            tree.put("front-proxy-ca.key", key.to_pem().unwrap().as_bytes());
        },
    ),
    Case::new(
        "a leaf that does not name its authority's key",
        ("no-key-identifier", "admin.conf"),
        "O--",
        |tree| {
            tree.forge("admin.conf", |forge| {
                forge.without(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER)
            });
        },
    ),
    Case::new(
        "a leaf that names its authority's serial number alone, and a wrong one",
        ("key-identifier-mismatch", "admin.conf"),
        "O--",
        |tree| {
            tree.forge("admin.conf", |forge| {
                let value = tlv(0x30, &tlv(0x82, &[0x7f]));
                forge.with(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, &value)
            });
        },
    ),
];
