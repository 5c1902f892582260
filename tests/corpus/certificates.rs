//! Leaves that say something wrong.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280 as oid;
use pki_core::key::PrivateKey;
use time::{Duration, OffsetDateTime};

use super::Case;
use crate::support::forge::{ECDSA_WITH_SHA_1, Forge, tlv};
use crate::support::{How, Scheme, Tree, Workshop};

const APISERVER: &str = "pki/apiserver.crt";
const PROXY: &str = "pki/front-proxy-client.crt";
const UNKNOWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
const POLICIES: ObjectIdentifier = oid::ID_CE_CERTIFICATE_POLICIES;

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// The API server's certificate with one difference.
pub(crate) fn apiserver(tree: &Tree, change: impl FnOnce(Forge) -> Forge) {
    tree.forge("apiserver", change);
}

/// A new key of this kind under a name, in a certificate of its authority.
fn with_key(tree: &Tree, name: &str, kind: &str) {
    let authority = super::bench::authority_of(name).unwrap();
    let shop = tree.workshop(authority);
    let key = shop.key("odd", kind);
    let subject = format!(
        "/CN={}",
        tree.certificate(name).subject().common_name().unwrap()
    );
    let client = "extendedKeyUsage=clientAuth\nauthorityKeyIdentifier=keyid\n";
    let certificate = shop.signed("odd", "ca", &subject, client);
    tree.put_pem(name, &String::from_utf8(certificate).unwrap());
    let file = super::bench::file_of(name).replace(".crt", ".key");
    std::fs::write(tree.etc(&file), key).unwrap();
}

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "a name that its type of string cannot have",
        ("malformed-attribute", "pki/apiserver-etcd-client.crt"),
        "---",
        |tree| {
            tree.forge("apiserver-etcd-client", |mut forge| {
                let attribute = [&[6, 3, 0x55, 4, 3][..], &tlv(0x13, b"a@b")].concat();
                forge.subject = tlv(0x30, &tlv(0x31, &tlv(0x30, &attribute)));
                forge
            });
        },
    ),
    Case::new(
        "a policy that is wanted and not there",
        ("policy-required", "pki/apiserver-etcd-client.crt"),
        "---",
        |tree| {
            tree.forge("apiserver-etcd-client", |forge| {
                let constraints = tlv(0x30, &tlv(0x80, &[0]));
                forge.with(oid::ID_CE_POLICY_CONSTRAINTS, false, &constraints)
            });
        },
    ),
    Case::new(
        "expired a second ago",
        ("expired", APISERVER),
        "OGW",
        |tree| {
            apiserver(tree, |mut forge| {
                forge.not_after = now() - Duration::seconds(2);
                forge
            });
        },
    ),
    Case::new(
        "expired in a kubeconfig",
        ("expired", "scheduler.conf"),
        "OGW",
        |tree| {
            tree.forge("scheduler.conf", |mut forge| {
                forge.not_before = now() - Duration::days(9);
                forge.not_after = now() - Duration::days(1);
                forge
            });
        },
    ),
    Case::new(
        "not yet valid",
        ("not-yet-valid", "pki/etcd/peer.crt"),
        "OGW",
        |tree| {
            tree.forge("etcd-peer", |mut forge| {
                forge.not_before = now() + Duration::hours(1);
                forge
            });
        },
    ),
    Case::new("RSA with 1024 bits", ("weak-key", PROXY), "---", |tree| {
        with_key(tree, "front-proxy-client", "1024");
    })
    .and("not-checked", PROXY),
    Case::new("P-521", ("unsupported-key", PROXY), "---", |tree| {
        with_key(tree, "front-proxy-client", "P-521");
    })
    .and("not-checked", PROXY),
    Case::new("Ed25519", ("unsupported-key", PROXY), "---", |tree| {
        with_key(tree, "front-proxy-client", "ed25519");
    })
    .and("not-checked", PROXY),
    Case::new(
        "RSA without NULL",
        ("rsa-parameters", PROXY),
        "---",
        |tree| {
            let shop = Workshop::new();
            let key = shop.key("rsa", "2048");
            std::fs::write(tree.pki("front-proxy-client.key"), &key).unwrap();
            let key = PrivateKey::from_pem(&key).unwrap();
            tree.forge("front-proxy-client", |forge| {
                let mut forge = forge.key(&key);
                // rsaEncryption with NULL, and without: everything around it is 2 octets shorter.
                let null = [1, 1, 1, 5, 0];
                let position = forge.spki.windows(5).position(|octets| octets == null);
                let position = position.unwrap() + 3;
                forge.spki.drain(position..position + 2);
                forge.spki[3] -= 2;
                forge.spki[5] -= 2;
                forge
            });
        },
    ),
    Case::new(
        "signed with SHA-1",
        ("weak-signature", PROXY),
        "-GW",
        |tree| {
            let shop = tree.workshop("front-proxy-ca");
            shop.write("leaf.key", tree.text("front-proxy-client.key"));
            let client = "extendedKeyUsage=clientAuth\n";
            let how = How::days(9).by(Scheme::Sha1);
            let leaf = shop.signed_as("leaf", "ca", "/CN=front-proxy-client", client, how);
            tree.put("front-proxy-client.crt", leaf);
        },
    )
    .and("not-checked", PROXY),
    Case::new(
        "version 1",
        ("certificate-version", "pki/apiserver-kubelet-client.crt"),
        "--W",
        |tree| {
            tree.forge("apiserver-kubelet-client", |mut forge| {
                forge.version = 0;
                forge.extensions.clear();
                forge
            });
        },
    ),
    Case::new(
        "version 2 with extensions",
        ("certificate-version", PROXY),
        "OGW",
        |tree| {
            tree.forge("front-proxy-client", |mut forge| {
                forge.version = 1;
                forge
            });
        },
    ),
    Case::new(
        "a negative serial number",
        ("serial-negative", APISERVER),
        "---",
        |tree| {
            apiserver(tree, |forge| forge.serial(&[0x80, 1]));
        },
    ),
    Case::new(
        "serial number 0",
        ("serial-zero", APISERVER),
        "---",
        |tree| {
            apiserver(tree, |forge| forge.serial(&[0]));
        },
    ),
    Case::new(
        "a serial number of 21 octets",
        ("serial-too-long", APISERVER),
        "---",
        |tree| {
            apiserver(tree, |forge| forge.serial(&[1; 21]));
        },
    ),
    Case::new(
        "one serial number twice",
        ("serial-duplicate", "admin.conf"),
        "---",
        |tree| {
            let serial = tree.certificate("apiserver").serial_number().clone();
            tree.forge("admin.conf", |forge| forge.serial(serial.as_bytes()));
        },
    ),
    Case::new(
        "an empty subject",
        ("empty-name", APISERVER),
        "O--",
        |tree| {
            apiserver(tree, |mut forge| {
                forge.subject = vec![0x30, 0];
                forge
            });
        },
    ),
    Case::new(
        "an empty subject and no names",
        ("empty-name", "pki/etcd/healthcheck-client.crt"),
        "O--",
        |tree| {
            tree.forge("etcd-healthcheck-client", |mut forge| {
                forge.subject = vec![0x30, 0];
                forge
            });
        },
    ),
    Case::new(
        "a key identifier that is cut off",
        ("malformed-extension", APISERVER),
        "O--",
        |tree| {
            apiserver(tree, |forge| {
                forge.with(oid::ID_CE_SUBJECT_KEY_IDENTIFIER, false, &[4, 9, 1])
            });
        },
    ),
    Case::new(
        "an empty list of names",
        ("malformed-extension", "pki/apiserver-kubelet-client.crt"),
        "O--",
        |tree| {
            tree.forge("apiserver-kubelet-client", |forge| {
                forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &[0x30, 0])
            });
        },
    ),
    Case::new(
        "an unknown critical extension",
        ("unknown-critical-extension", APISERVER),
        "OGW",
        |tree| {
            apiserver(tree, |forge| forge.with(UNKNOWN, true, &[5, 0]));
        },
    ),
    Case::new(
        "critical policies",
        ("unknown-critical-extension", APISERVER),
        "--W",
        |tree| {
            apiserver(tree, |forge| {
                forge.with(POLICIES, true, &[0x30, 6, 0x30, 4, 6, 2, 42, 3])
            });
        },
    ),
    Case::new(
        "a critical authority key identifier",
        ("identifier-critical", APISERVER),
        "O-W",
        |tree| {
            apiserver(tree, |forge| {
                forge.critical(oid::ID_CE_AUTHORITY_KEY_IDENTIFIER, true)
            });
        },
    ),
    Case::new(
        "a critical subject key identifier",
        ("identifier-critical", APISERVER),
        "O-W",
        |tree| {
            apiserver(tree, |forge| {
                forge.critical(oid::ID_CE_SUBJECT_KEY_IDENTIFIER, true)
            });
        },
    ),
    Case::new(
        "a leaf that is an authority",
        ("leaf-is-authority", APISERVER),
        "--W",
        |tree| {
            apiserver(tree, |forge| {
                forge.with(oid::ID_CE_BASIC_CONSTRAINTS, true, &[0x30, 3, 1, 1, 0xff])
            });
        },
    ),
    Case::new(
        "a leaf that may sign certificates",
        ("leaf-may-sign", APISERVER),
        "O--",
        |tree| {
            apiserver(tree, |forge| {
                forge.with(oid::ID_CE_KEY_USAGE, true, &[3, 2, 2, 0x84])
            });
        },
    ),
    Case::new(
        "a leaf with a path length",
        ("leaf-may-sign", APISERVER),
        "O--",
        |tree| {
            apiserver(tree, |forge| {
                forge.with(oid::ID_CE_BASIC_CONSTRAINTS, true, &[0x30, 3, 2, 1, 0])
            });
        },
    ),
    Case::new(
        "a leaf that has signed itself",
        ("self-signed", APISERVER),
        "OGW",
        |tree| {
            let key = tree.private_key("apiserver");
            let forge = Forge::of(&tree.certificate("apiserver")).names_itself("kube-apiserver");
            tree.put_pem("apiserver", &forge.sign(&key));
        },
    ),
    Case::new(
        "a leaf with its authority's name",
        ("subject-is-issuer", APISERVER),
        "---",
        |tree| {
            apiserver(tree, |mut forge| {
                forge.subject.clone_from(&forge.issuer);
                forge
            });
        },
    ),
    Case::new(
        "an extension that is there twice",
        ("malformed-file", APISERVER),
        "OGW",
        |tree| {
            apiserver(tree, |mut forge| {
                let first = forge.extensions[0].clone();
                forge.extensions.push(first);
                forge
            });
        },
    ),
    Case::new(
        "two signature algorithms",
        ("malformed-file", APISERVER),
        "OGW",
        |tree| {
            apiserver(tree, |mut forge| {
                forge.outer_algorithm = Some(ECDSA_WITH_SHA_1);
                forge
            });
        },
    ),
    Case::new(
        "a critical pointer to the issuer",
        ("identifier-critical", APISERVER),
        "O-W",
        |tree| {
            apiserver(tree, |forge| {
                forge.with(oid::ID_PE_AUTHORITY_INFO_ACCESS, true, &[0x30, 0])
            });
        },
    ),
];
