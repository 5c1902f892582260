//! Authorities that say something wrong, and chains that lead to none.

use const_oid::db::rfc5280 as oid;
use pki_core::Certificate;
use pki_core::key::{KeyIdentifier, PrivateKey, SigningKey as _};
use time::{Duration, OffsetDateTime};

use super::Case;
use super::bench::spare_key;
use crate::support::forge::{Forge, purposes, tlv};
use crate::support::{AUTHORITY, How, Scheme, Tree, Workshop, x509};

const CA: &str = "pki/ca.crt";
const PROXY_CA: &str = "pki/front-proxy-ca.crt";
const PROXY: &str = "pki/front-proxy-client.crt";
const APISERVER: &str = "pki/apiserver.crt";

/// An authority of this key and name, as the tree's own are.
pub(crate) fn root(tree: &Tree, name: &str, key: &PrivateKey) -> String {
    named(Forge::of(&tree.certificate("ca")), key)
        .names_itself(name)
        .without(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER)
        .serial(&[9])
        .sign(key)
}

/// With this key, and its identifier.
fn named(forge: Forge, key: &PrivateKey) -> Forge {
    let identifier = key.public_key().identifier();
    let value = tlv(4, identifier.as_bytes());
    forge
        .key(key)
        .with(oid::ID_CE_SUBJECT_KEY_IDENTIFIER, false, &value)
}

/// Issued by this key under the name of the certificate.
pub(crate) fn below(forge: Forge, issuer: &Certificate, key: &KeyIdentifier) -> Forge {
    let value = tlv(0x30, &tlv(0x80, key.as_bytes()));
    let mut forge = forge.with(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, false, &value);
    forge.issuer = issuer.subject().as_der().to_vec();
    forge
}

/// An intermediate authority of the front proxy with its client: the root, the intermediate, and
/// the key of that. The files are left for the case to write.
pub(crate) fn two_authorities(
    tree: &Tree,
    root: impl FnOnce(Forge) -> Forge,
    middle: impl FnOnce(Forge) -> Forge,
) -> (String, String) {
    let old = tree.certificate("front-proxy-ca");
    let root_key = tree.private_key("front-proxy-ca");
    let key = spare_key(2);
    let root = root(Forge::of(&old)).sign(&root_key);
    let forge = named(Forge::of(&old), &key)
        .subject("front-proxy-issuing", &[])
        .serial(&[7]);
    let forge = below(forge, &old, &root_key.public_key().identifier());
    let middle = middle(forge).sign(&root_key);
    let middle_certificate = Certificate::all_from_pem(middle.as_bytes())
        .unwrap()
        .remove(0);
    let leaf = Forge::of(&tree.certificate("front-proxy-client"));
    let leaf = below(leaf, &middle_certificate, &key.public_key().identifier());
    tree.put_pem("front-proxy-client", &leaf.sign(&key));
    tree.put("front-proxy-ca.key", key.to_pem().unwrap().as_bytes());
    (root, middle)
}

pub(crate) fn with_intermediate(
    tree: &Tree,
    root: impl FnOnce(Forge) -> Forge,
    middle: impl FnOnce(Forge) -> Forge,
) {
    let (root, middle) = two_authorities(tree, root, middle);
    tree.put("front-proxy-ca.crt", middle + &root);
}

/// With the same key and name, and a year more.
fn longer(mut forge: Forge) -> Forge {
    forge.not_after += Duration::days(365);
    forge
}

pub(crate) fn same(forge: Forge) -> Forge {
    forge
}

/// The front proxy's authority with a key of this kind, and its client.
fn proxy_of(tree: &Tree, kind: &str, scheme: Scheme) {
    let shop = Workshop::new();
    shop.key("ca", kind);
    tree.put(
        "front-proxy-ca.crt",
        shop.self_signed("ca", "/CN=front-proxy-ca", AUTHORITY),
    );
    tree.put("front-proxy-ca.key", shop.read("ca.key"));
    shop.write("leaf.key", tree.text("front-proxy-client.key"));
    let how = How::days(9).by(scheme);
    let leaf = shop.signed_as("leaf", "ca", "/CN=front-proxy-client", CLIENT, how);
    tree.put("front-proxy-client.crt", leaf);
}

const CLIENT: &str = "extendedKeyUsage=clientAuth\n";

/// Name constraints that permit one subtree with this base.
pub(crate) fn permitted(tag: u8, base: &[u8]) -> Vec<u8> {
    tlv(0x30, &tlv(0xa0, &tlv(0x30, &tlv(tag, base))))
}

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "kubeconfigs with an older certificate of the authority",
        ("copy-ends-earlier", CA),
        "---",
        |tree| {
            let old = tree.pem("ca");
            tree.forge("ca", longer);
            tree.trust_everywhere(&old);
        },
    ),
    Case::new(
        "a kubeconfig that names an older certificate elsewhere",
        ("copy-ends-earlier", "/srv/ca.crt"),
        "",
        |tree| {
            std::fs::create_dir_all(tree.at("/srv")).unwrap();
            std::fs::write(tree.at("/srv/ca.crt"), tree.pem("ca")).unwrap();
            tree.forge("ca", longer);
            let path = tree.etc("scheduler.conf");
            let text = std::fs::read_to_string(&path).unwrap();
            let data = x509::embedded(&text, "certificate-authority-data").unwrap();
            let embedded = format!("certificate-authority-data: {data}");
            let text = text.replace(&embedded, "certificate-authority: /srv/ca.crt");
            std::fs::write(&path, text).unwrap();
        },
    ),
    Case::new(
        "an authority that expired",
        ("authority-expired", CA),
        "OG-",
        |tree| {
            tree.forge("ca", |mut forge| {
                forge.not_after = OffsetDateTime::now_utc() - Duration::seconds(2);
                forge
            });
        },
    ),
    Case::new(
        "an authority that is not yet valid",
        ("authority-not-yet-valid", "pki/etcd/ca.crt"),
        "OG-",
        |tree| {
            tree.forge("etcd/ca", |mut forge| {
                forge.not_before = OffsetDateTime::now_utc() + Duration::hours(1);
                forge
            });
        },
    ),
    Case::new(
        "an authority with CA:FALSE",
        ("not-an-authority", CA),
        "OG-",
        |tree| {
            tree.forge("ca", |forge| {
                forge.with(oid::ID_CE_BASIC_CONSTRAINTS, true, &[0x30, 0])
            });
        },
    ),
    Case::new(
        "an authority without basic constraints",
        ("not-an-authority", CA),
        "O--",
        |tree| {
            tree.forge("ca", |forge| forge.without(oid::ID_CE_BASIC_CONSTRAINTS));
        },
    ),
    Case::new(
        "an authority without keyCertSign",
        ("authority-key-usage", CA),
        "OG-",
        |tree| {
            tree.forge("ca", |forge| {
                forge.with(oid::ID_CE_KEY_USAGE, true, &[3, 2, 7, 0x80])
            });
        },
    ),
    Case::new(
        "an authority without key usage",
        ("authority-key-usage", PROXY_CA),
        "O--",
        |tree| {
            tree.forge("front-proxy-ca", |forge| {
                forge.without(oid::ID_CE_KEY_USAGE)
            });
        },
    ),
    Case::new(
        "an authority for servers alone",
        ("authority-narrows-purpose", PROXY_CA),
        "O--",
        |tree| {
            tree.forge("front-proxy-ca", |forge| {
                forge.with(oid::ID_CE_EXT_KEY_USAGE, false, &purposes(&[1]))
            });
        },
    ),
    Case::new(
        "an intermediate authority for servers alone",
        ("authority-narrows-purpose", PROXY),
        "OGW",
        |tree| {
            let narrow =
                |forge: Forge| forge.with(oid::ID_CE_EXT_KEY_USAGE, false, &purposes(&[1]));
            let (root, middle) = two_authorities(tree, same, narrow);
            tree.put(
                "front-proxy-client.crt",
                tree.text("front-proxy-client.crt") + &middle,
            );
            tree.put("front-proxy-ca.crt", root);
            tree.remove(&["front-proxy-ca.key"]);
        },
    ),
    Case::new(
        "basic constraints that are not critical",
        ("constraints-not-critical", CA),
        "O--",
        |tree| {
            tree.forge("ca", |forge| {
                forge.critical(oid::ID_CE_BASIC_CONSTRAINTS, false)
            });
        },
    ),
    Case::new(
        "name constraints that are not critical",
        ("name-constraints-not-critical", CA),
        "---",
        |tree| {
            tree.forge("ca", |forge| {
                forge.with(oid::ID_CE_NAME_CONSTRAINTS, false, &permitted(0x82, b""))
            });
        },
    ),
    Case::new(
        "constraints on directory names",
        ("name-constraints-unsupported", CA),
        "--W",
        |tree| {
            tree.forge("ca", |forge| {
                forge.with(
                    oid::ID_CE_NAME_CONSTRAINTS,
                    true,
                    &permitted(0xa4, &[0x30, 0]),
                )
            });
        },
    ),
    Case::new(
        "a name that is not permitted",
        ("name-constraint", APISERVER),
        "OGW",
        |tree| {
            tree.forge("ca", |forge| {
                forge.with(
                    oid::ID_CE_NAME_CONSTRAINTS,
                    true,
                    &permitted(0x82, b"example.org"),
                )
            });
        },
    ),
    Case::new(
        "an authority without key identifier",
        ("no-key-identifier", CA),
        "O--",
        |tree| {
            tree.forge("ca", |forge| {
                forge.without(oid::ID_CE_SUBJECT_KEY_IDENTIFIER)
            });
        },
    ),
    Case::new(
        "an authority with 1024 bits",
        ("weak-key", PROXY_CA),
        "--W",
        |tree| {
            proxy_of(tree, "1024", Scheme::Usual);
        },
    ),
    Case::new(
        "an authority on P-521",
        ("unsupported-key", PROXY_CA),
        "--W",
        |tree| {
            proxy_of(tree, "P-521", Scheme::Usual);
        },
    )
    .and("not-checked", PROXY_CA),
    Case::new(
        "an authority with Ed25519",
        ("unsupported-key", PROXY_CA),
        "---",
        |tree| {
            proxy_of(tree, "ed25519", Scheme::Usual);
        },
    )
    .and("not-checked", PROXY_CA),
    Case::new("SHA-224", ("unsupported-signature", PROXY), "--W", |tree| {
        proxy_of(tree, "P-256", Scheme::Sha224);
    }),
    Case::new(
        "an intermediate authority signed with SHA-1",
        ("weak-signature", PROXY_CA),
        "---",
        |tree| {
            let shop = Workshop::new();
            with_intermediate(tree, same, same);
            shop.write("ca.key", spare_key(3).to_pem().unwrap().as_bytes());
            shop.write("middle.key", tree.text("front-proxy-ca.key"));
            let root = shop.self_signed("ca", "/CN=root", AUTHORITY);
            let name = "/CN=front-proxy-issuing";
            let how = How::YEAR.by(Scheme::Sha1);
            let middle = shop.signed_as("middle", "ca", name, AUTHORITY, how);
            tree.put("front-proxy-ca.crt", [middle, root].concat());
            shop.write("leaf.key", tree.text("front-proxy-client.key"));
            let leaf = shop.signed("leaf", "middle", "/CN=front-proxy-client", CLIENT);
            tree.put("front-proxy-client.crt", leaf);
        },
    )
    .and("not-checked", PROXY_CA),
];
