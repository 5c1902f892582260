//! Where an odd certificate stands: as the leaf, as the authority between, or as the one that is
//! trusted.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::parts::{
    AKI, BASIC, EKU, KEY_USAGE, Parts, SAN, SKI, TRUE, UTC, common_name, oid, sequence, validity,
};
use crate::support::forge::tlv;
use crate::support::{OddKey, Presented, Scheme};

/// Where the odd one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Server,
    Client,
    Intermediate,
    Root,
}

pub(crate) const AUTHORITIES: &[Role] = &[Role::Intermediate, Role::Root];
pub(crate) const LEAVES: &[Role] = &[Role::Server, Role::Client];
pub(crate) const SERVER: &[Role] = &[Role::Server];
pub(crate) const EVERYWHERE: &[Role] = &[Role::Server, Role::Intermediate, Role::Root];

/// One thing that is odd about a certificate.
pub(crate) struct Oddity {
    pub(crate) name: String,
    pub(crate) roles: &'static [Role],
    pub(crate) change: Box<dyn Fn(&mut Parts) + Send + Sync>,
}

pub(crate) fn odd(
    name: impl Into<String>,
    roles: &'static [Role],
    change: impl Fn(&mut Parts) + Send + Sync + 'static,
) -> Oddity {
    Oddity {
        name: name.into(),
        roles,
        change: Box::new(change),
    }
}

/// What is asked about.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) presented: Presented,
}

pub(crate) const HOST: &str = "web.example.org";

impl Oddity {
    pub(crate) fn cases(&self) -> impl Iterator<Item = Case> {
        self.roles.iter().map(|role| self.case(*role))
    }

    fn case(&self, role: Role) -> Case {
        let mut root = authority("root", "root");
        let mut between = authority("between", "root");
        let mut server = leaf(&[1]);
        let mut client = leaf(&[2]);
        client.subject = common_name("client");
        client.remove(SAN);
        let odd = match role {
            Role::Server => &mut server,
            Role::Client => &mut client,
            Role::Intermediate => &mut between,
            Role::Root => &mut root,
        };
        (self.change)(odd);
        let is_client = role == Role::Client;
        let mut leaf = if is_client { client } else { server };
        let mut chain = String::new();
        if role == Role::Intermediate {
            leaf.issuer.clone_from(&between.subject);
            leaf.put(AKI, false, key_identifier("between"));
            chain.push_str(&leaf.sign(&between.key));
            chain.push_str(&between.sign(&root.key));
        } else {
            if role == Role::Root {
                leaf.issuer.clone_from(&root.subject);
            }
            chain.push_str(&leaf.sign(&root.key));
        }
        Case {
            name: format!("{:?}: {}", role, self.name).to_lowercase(),
            presented: Presented {
                chain,
                anchors: root.sign(&root.key),
                serves: !is_client,
                dials: is_client,
                host: (!is_client).then(|| HOST.to_owned()),
            },
        }
    }
}

/// The same at each run.
pub(crate) fn key(label: &str) -> OddKey {
    OddKey::P256(p256::ecdsa::SigningKey::from_slice(&Sha256::digest(label)).unwrap())
}

/// From another authority than the root.
pub(crate) fn below(mut parts: Parts, issuer: &str) -> Parts {
    parts.issuer = common_name(issuer);
    parts.put(AKI, false, key_identifier(issuer));
    parts
}

fn identifier(label: &str) -> Vec<u8> {
    Sha256::digest(label)[..20].to_vec()
}

/// An authority key identifier of the key alone.
pub(crate) fn key_identifier(label: &str) -> Vec<u8> {
    sequence(&[tlv(0x80, &identifier(label))])
}

/// A certificate under a label, which is its subject and says which key is its own.
pub(crate) fn plain(label: &str, issuer: &str) -> Parts {
    let key = key(label);
    let serial = Sha256::digest(format!("serial {label}"));
    let mut serial = serial[..16].to_vec();
    serial[0] = serial[0] & 0x7f | 0x40;
    let mut parts = Parts {
        version: tlv(0xa0, &[2, 1, 2]),
        serial,
        issuer: common_name(issuer),
        validity: validity((UTC, "260101000000Z"), (UTC, "491231235959Z")),
        subject: common_name(label),
        spki: key.spki(),
        unique: Vec::new(),
        extensions: Vec::new(),
        key: Arc::new(key),
        scheme: Scheme::Usual,
        algorithm: None,
        outer_algorithm: None,
        spoil: |_| (),
        after: Vec::new(),
    };
    parts.put(SKI, false, tlv(4, &identifier(label)));
    if label != issuer {
        parts.put(AKI, false, key_identifier(issuer));
    }
    parts
}

/// One that may sign.
pub(crate) fn authority(label: &str, issuer: &str) -> Parts {
    let mut parts = plain(label, issuer);
    parts.put(BASIC, true, sequence(&[TRUE.to_vec()]));
    parts.put(KEY_USAGE, true, tlv(3, &[1, 0b0000_0110]));
    parts
}

/// A server's or a client's, from the root.
pub(crate) fn leaf(purposes: &[u8]) -> Parts {
    let mut parts = plain("web.example.org", "root");
    parts.put(BASIC, true, sequence(&[]));
    parts.put(KEY_USAGE, true, tlv(3, &[7, 0x80]));
    let purposes = purposes.iter().map(|arc| purpose(*arc));
    parts.put(EKU, false, sequence(&purposes.collect::<Vec<_>>()));
    parts.put(
        SAN,
        false,
        sequence(&[tlv(0x82, HOST.as_bytes()), tlv(0x87, &[192, 0, 2, 1])]),
    );
    parts
}

/// A purpose of id-kp by its last arc.
pub(crate) fn purpose(arc: u8) -> Vec<u8> {
    oid(&format!("1.3.6.1.5.5.7.3.{arc}"))
}
