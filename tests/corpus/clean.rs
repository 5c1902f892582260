//! Clusters that somebody else made, and other trees that are in order although they look odd.

use const_oid::db::rfc5280 as oid;
use pki_core::Certificate;
use pki_core::key::SigningKey as _;
use time::{Duration, OffsetDateTime};

use super::authorities::{below, permitted, root, same, two_authorities, with_intermediate};
use super::bench::{AUTHORITIES, spare_key};
use super::trees::{signs_with, switch};
use crate::support::forge::{Forge, names, service_names};
use crate::support::{How, LEAVES, Scheme, Tree, Workshop};

/// How somebody makes certificates, as OpenSSL's configuration says it. What that has names for
/// and the tests do not is in DER: a Netscape type and comment, a Microsoft template, distribution
/// points, where the issuer is, policies.
pub(crate) struct Maker {
    pub(crate) name: &'static str,
    /// Extensions of authorities.
    authority: &'static str,
    /// The serial number of an authority.
    serial: Option<&'static [u8]>,
    /// What stands before the common name of an authority.
    prefix: &'static str,
    /// Extensions of every leaf, beside its names and purposes.
    leaf: &'static str,
    /// Whether administrators are in system:masters.
    masters: bool,
    /// The kind of the authorities' keys.
    kind: &'static str,
    scheme: Scheme,
}

pub(crate) const MAKERS: &[Maker] = &[
    Maker {
        name: "kubeadm before 1.28: serial number 0, no basic constraints on leaves, masters",
        authority: "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign\n\
                    basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n",
        serial: Some(&[0]),
        prefix: "",
        leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nauthorityKeyIdentifier=keyid\n",
        masters: true,
        kind: "2048",
        scheme: Scheme::Usual,
    },
    Maker {
        name: "OpenSSL's own configuration",
        authority: "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always,issuer\n\
                    basicConstraints=critical,CA:TRUE\nkeyUsage=cRLSign,keyCertSign\n\
                    2.16.840.1.113730.1.1=DER:03020106\n",
        serial: None,
        prefix: "/C=DE/ST=Berlin/L=Berlin/O=Example/OU=Infrastructure",
        leaf: "basicConstraints=CA:FALSE\n2.16.840.1.113730.1.13=DER:16036f7773\n\
               subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer:always\n\
               keyUsage=nonRepudiation,digitalSignature,keyEncipherment\n",
        masters: false,
        kind: "P-256",
        scheme: Scheme::Usual,
    },
    Maker {
        name: "cfssl",
        authority: "keyUsage=critical,keyCertSign,cRLSign\nbasicConstraints=critical,CA:TRUE,pathlen:2\n\
                    subjectKeyIdentifier=hash\n",
        serial: None,
        prefix: "/C=US/ST=Oregon/L=Portland/O=Kubernetes/OU=CA",
        leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nbasicConstraints=critical,CA:FALSE\n\
               subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
        masters: true,
        kind: "2048",
        scheme: Scheme::Usual,
    },
    Maker {
        name: "cert-manager, without subject key identifiers on leaves",
        authority: "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign\n\
                    basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n",
        serial: None,
        prefix: "",
        leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nbasicConstraints=critical,CA:FALSE\n\
               authorityKeyIdentifier=keyid\n",
        masters: false,
        kind: "P-384",
        scheme: Scheme::Usual,
    },
    Maker {
        name: "Active Directory, whose padding is PSS",
        authority: "keyUsage=digitalSignature,keyCertSign,cRLSign\nbasicConstraints=critical,CA:TRUE\n\
                    subjectKeyIdentifier=hash\n1.3.6.1.4.1.311.20.2=DER:1e0a00530075006200430041\n\
                    1.3.6.1.4.1.311.21.1=DER:020100\n",
        serial: None,
        prefix: "/DC=corp/DC=example",
        leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nsubjectKeyIdentifier=hash\n\
               authorityKeyIdentifier=keyid\n1.3.6.1.4.1.311.20.2=DER:1e12005700650062005300650072007600650072\n\
               1.3.6.1.4.1.311.21.7=DER:300E06062B0601040163020164020100\n\
               2.5.29.31=DER:30153013a011a00f860d6c6461703a2f2f2f434e3d6361\n\
               1.3.6.1.5.5.7.1.1=DER:302b302906082b06010505073002861d687474703a2f2f706b692e6578616d706c652e6f72672f63612e637274\n\
               2.5.29.32=DER:300e300c060a2b060104018237150801\n",
        masters: false,
        kind: "2048",
        scheme: Scheme::Pss,
    },
];

/// Replaces every certificate of a tree; the keys of leaves stay.
pub(crate) fn remake(tree: &Tree, maker: &Maker) {
    let shop = Workshop::new();
    for (number, name) in AUTHORITIES.into_iter().enumerate() {
        let stem = format!("ca{number}");
        tree.put(&format!("{name}.key"), shop.key(&stem, maker.kind));
        let subject = format!("{}/CN={}", maker.prefix, name.replace('/', "-"));
        let certificate = shop.self_signed_as(
            &stem,
            &subject,
            maker.authority,
            How {
                serial: maker.serial,
                ..How::ROOT.by(maker.scheme)
            },
        );
        tree.put(&format!("{name}.crt"), certificate);
    }
    tree.trust_everywhere(&tree.pem("ca"));
    for (name, _, authority) in LEAVES {
        let old = tree.certificate(name);
        shop.write(
            "leaf.key",
            tree.private_key(name).to_pem().unwrap().as_bytes(),
        );
        let number = AUTHORITIES.iter().position(|one| one == authority).unwrap();
        let groups: Vec<&str> = match *name {
            "admin.conf" | "apiserver-kubelet-client" if maker.masters => vec!["system:masters"],
            _ => old.subject().groups().collect(),
        };
        let groups = groups.iter().map(|group| format!("/O={group}"));
        let groups = groups.collect::<Vec<_>>().concat();
        let subject = format!("{groups}/CN={}", old.subject().common_name().unwrap());
        let purposes = old.purpose_names().join(",");
        let mut extensions = format!("{}extendedKeyUsage={purposes}\n", maker.leaf);
        let names: Vec<String> = old.alternative_names();
        if !names.is_empty() {
            extensions += "subjectAltName=";
            extensions += &(names.join(",") + "\n");
        }
        let issuer = format!("ca{number}");
        let leaf = shop.signed_as(
            "leaf",
            &issuer,
            &subject,
            &extensions,
            How::YEAR.by(maker.scheme),
        );
        tree.put_pem(name, &String::from_utf8(leaf).unwrap());
    }
}

/// Go gave authorities no key identifier before 1.15.
pub(crate) const OLD: Maker = Maker {
    name: "kubeadm before 1.19",
    authority: "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign\n\
                basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=none\n",
    serial: Some(&[0]),
    prefix: "",
    leaf: "keyUsage=critical,digitalSignature,keyEncipherment\nauthorityKeyIdentifier=none\n\
           subjectKeyIdentifier=none\n",
    masters: true,
    kind: "P-256",
    scheme: Scheme::Usual,
};

/// What it is called, and how a good tree gets there.
type State = (&'static str, fn(&Tree));

/// States of a tree in which nothing is found, and everybody accepts every certificate.
pub(crate) const STATES: &[State] = &[
    ("intermediate authorities with their roots", intermediates),
    ("an intermediate authority in the leaf's file", sent),
    (
        "an intermediate authority that allows none below it",
        |tree| {
            let last = [0x30, 6, 1, 1, 0xff, 2, 1, 0];
            let last = |forge: Forge| forge.with(oid::ID_CE_BASIC_CONSTRAINTS, true, &last);
            with_intermediate(tree, same, last);
        },
    ),
    ("an authority that was issued again with its key", again),
    ("a rotation that is prepared", prepared),
    ("a rotation after the switch", switched),
    ("an old authority that has expired", expired),
    ("constraints on what no certificate here has", mail),
    (
        "a second authority where nobody signs with the file",
        |tree| {
            let next = root(tree, "kubernetes-next", &spare_key(1));
            tree.put("front-proxy-ca.crt", tree.pem("front-proxy-ca") + &next);
        },
    ),
    ("constraints that permit everything", |tree| {
        tree.forge("ca", |forge| {
            let value = permitted(0x82, b"");
            forge.with(oid::ID_CE_NAME_CONSTRAINTS, true, &value)
        });
    }),
    ("short and long serial numbers", |tree| {
        tree.forge("apiserver", |forge| forge.serial(&[1]));
        tree.forge("admin.conf", |forge| forge.serial(&[0x7f; 20]));
        tree.forge("scheduler.conf", |forge| forge.serial(&[0, 0x80]));
    }),
    ("one serial number of two issuers", |tree| {
        let serial = tree.certificate("apiserver").serial_number().clone();
        tree.forge("etcd-peer", |forge| forge.serial(serial.as_bytes()));
    }),
    ("an unknown extension", |tree| {
        let unknown = const_oid::ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.1");
        tree.forge("apiserver", |forge| forge.with(unknown, false, &[5, 0]));
    }),
    ("an empty subject and critical names", |tree| {
        tree.forge("apiserver", |mut forge| {
            forge.subject = vec![0x30, 0];
            forge.critical(oid::ID_CE_SUBJECT_ALT_NAME, true)
        });
    }),
    ("no usage of the key that is named", |tree| {
        tree.forge("apiserver", |forge| forge.without(oid::ID_CE_KEY_USAGE));
    }),
    ("names that are no host's, and a wildcard", |tree| {
        tree.forge("apiserver", |forge| {
            let value = service_names(&[(2, b"my_host"), (2, b"*.example.org")]);
            forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &value)
        });
    }),
    ("etcd under other names", |tree| {
        tree.forge("etcd-server", |forge| {
            let all: [(u8, &[u8]); 3] = [
                (2, b"localhost"),
                (7, &[127, 0, 0, 1]),
                (2, b"etcd.example.org"),
            ];
            forge.with(oid::ID_CE_SUBJECT_ALT_NAME, false, &names(&all))
        });
    }),
    ("identities that are right too", |tree| {
        let node = ["system:nodes"];
        tree.forge("kubelet.conf", |forge| {
            forge.subject("system:node:other", &node)
        });
        let masters = ["system:masters"];
        tree.forge("apiserver-kubelet-client", |forge| {
            forge.subject("kube-apiserver-kubelet-client", &masters)
        });
        // kubeadm before 1.29.
        tree.forge("admin.conf", |forge| {
            forge.subject("kubernetes-admin", &masters)
        });
        // Nobody authorizes a server by its name.
        tree.forge("apiserver", |forge| forge.subject("anything", &[]));
    }),
    ("another name is asked for than is dialled", |tree| {
        let path = tree.etc("admin.conf");
        let text = std::fs::read_to_string(&path).unwrap();
        let dialled = "server: https://lb.example.org:6443\n    tls-server-name: kubernetes";
        std::fs::write(
            path,
            text.replace("server: https://192.0.2.10:6443", dialled),
        )
        .unwrap();
    }),
];

/// With the root alone in the trust file, and its key elsewhere.
fn sent(tree: &Tree) {
    let (root, middle) = two_authorities(tree, same, same);
    tree.put(
        "front-proxy-client.crt",
        tree.text("front-proxy-client.crt") + &middle,
    );
    tree.put("front-proxy-ca.crt", root);
    tree.remove(&["front-proxy-ca.key"]);
}

/// The one that has ended is there still, behind its successor.
fn again(tree: &Tree) {
    let mut ended = Forge::of(&tree.certificate("etcd/ca")).serial(&[4]);
    ended.not_after = OffsetDateTime::now_utc() - Duration::days(1);
    let ended = ended.sign(&tree.private_key("etcd/ca"));
    tree.put("etcd/ca.crt", tree.pem("etcd/ca") + &ended);
}

fn intermediates(tree: &Tree) {
    signs_with(tree, "/etc/kubernetes/pki/ca-issuing.crt");
    for (number, name) in AUTHORITIES.into_iter().enumerate() {
        let key = spare_key(number + 4);
        let root = root(tree, &format!("Root {number}"), &key);
        let issuer = Certificate::all_from_pem(root.as_bytes())
            .unwrap()
            .remove(0);
        let forge = Forge::of(&tree.certificate(name)).serial(&[u8::try_from(number).unwrap() + 1]);
        let identifier = key.public_key().identifier();
        let middle = below(forge, &issuer, &identifier).sign(&key);
        tree.put_pem(name, &(middle + &root));
    }
    tree.trust_everywhere(&tree.pem("ca"));
}

/// The signer's file is apart, and everybody trusts the next authority too.
pub(crate) fn prepared(tree: &Tree) {
    signs_with(tree, "/etc/kubernetes/pki/ca-issuing.crt");
    let both = tree.pem("ca") + &root(tree, "kubernetes-ca", &spare_key(1));
    tree.put("ca.crt", &both);
    tree.trust_everywhere(&both);
}

/// Some have a certificate of the new one, some of the old one.
pub(crate) fn switched(tree: &Tree) {
    signs_with(tree, "/etc/kubernetes/pki/ca-issuing.crt");
    switch(tree);
}

/// Nothing comes from it any more, and nobody needs to trust it.
pub(crate) fn expired(tree: &Tree) {
    signs_with(tree, "/etc/kubernetes/pki/ca-issuing.crt");
    tree.put("ca.crt", tree.pem("ca") + &an_expired_one(tree));
}

pub(crate) fn an_expired_one(tree: &Tree) -> String {
    let key = spare_key(1);
    let old = root(tree, "kubernetes-ca", &key);
    let mut old = Forge::of(&Certificate::all_from_pem(old.as_bytes()).unwrap()[0]);
    old.not_after = OffsetDateTime::now_utc() - Duration::days(1);
    old.sign(&key)
}

fn mail(tree: &Tree) {
    let value = [0x30, 15, 0xa0, 13, 0x30, 11, 0x81, 9].to_vec();
    let value = [value, b"a.example".to_vec()].concat();
    tree.forge("ca", |forge| {
        forge.with(oid::ID_CE_NAME_CONSTRAINTS, true, &value)
    });
}
