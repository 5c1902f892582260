//! Certificates that say anything: the parts of another, changed and signed again. What OpenSSL
//! would not write, such as a wrong version, is written as easily as the rest.

use const_oid::ObjectIdentifier;
use der::Encode as _;
use pki_core::key::{PrivateKey, SigningKey as _};
use pki_core::{Certificate, DistinguishedName};
use time::OffsetDateTime;

use super::odd_key::{OddKey, Scheme};

pub(crate) const ECDSA_WITH_SHA_1: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");

/// An extension, its value still encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extension {
    pub(crate) oid: ObjectIdentifier,
    pub(crate) critical: bool,
    pub(crate) value: Vec<u8>,
}

impl Extension {
    pub(crate) fn of(read: &pki_core::x509::Extension) -> Self {
        Self {
            oid: ObjectIdentifier::new_unwrap(&read.oid().to_string()),
            critical: read.critical,
            value: read.value.clone(),
        }
    }
}

/// What a certificate is going to say. All but the extensions is DER.
#[derive(Debug, Clone)]
pub(crate) struct Forge {
    /// As it is written: 2 for version 3.
    pub(crate) version: u8,
    /// The content of the INTEGER.
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) not_before: OffsetDateTime,
    pub(crate) not_after: OffsetDateTime,
    pub(crate) subject: Vec<u8>,
    pub(crate) spki: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) algorithm: ObjectIdentifier,
    /// What stands beside the signature, where that is to differ.
    pub(crate) outer_algorithm: Option<ObjectIdentifier>,
}

impl Forge {
    pub(crate) fn of(certificate: &Certificate) -> Self {
        let validity = certificate.validity();
        Self {
            version: certificate.version() - 1,
            serial: certificate.serial_number().as_bytes().to_vec(),
            issuer: certificate.issuer().as_der().to_vec(),
            not_before: validity.not_before,
            not_after: validity.not_after,
            subject: certificate.subject().as_der().to_vec(),
            spki: certificate.spki_der().to_vec(),
            extensions: certificate.extensions().iter().map(Extension::of).collect(),
            algorithm: const_oid::db::rfc5912::ECDSA_WITH_SHA_256,
            outer_algorithm: None,
        }
    }

    pub(crate) fn serial(mut self, octets: &[u8]) -> Self {
        self.serial = octets.to_vec();
        self
    }

    pub(crate) fn subject(mut self, name: &str, groups: &[&str]) -> Self {
        self.subject = name_of(name, groups);
        self
    }

    /// The name of one that signs itself.
    pub(crate) fn names_itself(mut self, name: &str) -> Self {
        self.subject = name_of(name, &[]);
        self.issuer.clone_from(&self.subject);
        self
    }

    pub(crate) fn key(mut self, key: &PrivateKey) -> Self {
        self.spki = key.public_key().spki_der().to_vec();
        self
    }

    /// Puts an extension in, in the place of the one there is.
    pub(crate) fn with(mut self, oid: ObjectIdentifier, critical: bool, value: &[u8]) -> Self {
        let new = Extension {
            oid,
            critical,
            value: value.to_vec(),
        };
        match self.extensions.iter_mut().find(|one| one.oid == oid) {
            Some(old) => *old = new,
            None => self.extensions.push(new),
        }
        self
    }

    pub(crate) fn without(mut self, oid: ObjectIdentifier) -> Self {
        self.extensions.retain(|one| one.oid != oid);
        self
    }

    pub(crate) fn critical(mut self, oid: ObjectIdentifier, critical: bool) -> Self {
        let found = self.extensions.iter_mut().filter(|one| one.oid == oid);
        found.for_each(|one| one.critical = critical);
        self
    }

    /// The PEM of it, signed by an ECDSA key.
    pub(crate) fn sign(&self, key: &PrivateKey) -> String {
        let body = self.to_be_signed(&algorithm(self.algorithm));
        let signature = key.sign(&body).unwrap();
        let outer = algorithm(self.outer_algorithm.unwrap_or(self.algorithm));
        signed(&body, &outer, &signature)
    }

    /// The PEM of it, signed by any key.
    pub(crate) fn sign_oddly(&self, key: &OddKey, scheme: Scheme) -> String {
        let (algorithm, _) = key.sign(scheme, &[]);
        let body = self.to_be_signed(&algorithm);
        let (_, signature) = key.sign(scheme, &body);
        signed(&body, &algorithm, &signature)
    }

    fn to_be_signed(&self, algorithm: &[u8]) -> Vec<u8> {
        let extensions = match self.extensions.as_slice() {
            [] => vec![],
            some => tlv(0xa3, &Self::encoded(some)),
        };
        let version = match self.version {
            0 => vec![],
            version => tlv(0xa0, &tlv(2, &[version])),
        };
        let validity = [time(self.not_before), time(self.not_after)].concat();
        let parts = [
            version,
            tlv(2, &self.serial),
            algorithm.to_vec(),
            self.issuer.clone(),
            tlv(0x30, &validity),
            self.subject.clone(),
            self.spki.clone(),
            extensions,
        ];
        tlv(0x30, &parts.concat())
    }

    /// Extensions as they stand in a certificate or a request.
    pub(crate) fn encoded(extensions: &[Extension]) -> Vec<u8> {
        let extensions = extensions.iter().map(|one| {
            let critical = if one.critical {
                tlv(1, &[0xff])
            } else {
                vec![]
            };
            let value = tlv(4, &one.value);
            tlv(0x30, &[one.oid.to_der().unwrap(), critical, value].concat())
        });
        tlv(0x30, &extensions.collect::<Vec<_>>().concat())
    }
}

fn signed(body: &[u8], algorithm: &[u8], signature: &[u8]) -> String {
    let signature = tlv(3, &[&[0], signature].concat());
    pem(&tlv(0x30, &[body, algorithm, &signature].concat()))
}

pub(crate) fn name_of(name: &str, groups: &[&str]) -> Vec<u8> {
    let name = DistinguishedName::new(name, groups).unwrap();
    name.as_der().to_vec()
}

pub(crate) fn pem(der: &[u8]) -> String {
    block("CERTIFICATE", der)
}

fn algorithm(oid: ObjectIdentifier) -> Vec<u8> {
    tlv(0x30, &oid.to_der().unwrap())
}

fn time(instant: OffsetDateTime) -> Vec<u8> {
    let form = time::macros::format_description!(
        "[year repr:last_two][month][day][hour][minute][second]Z"
    );
    tlv(23, instant.format(form).unwrap().as_bytes())
}

/// Tag, length and value of DER.
pub(crate) fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len();
    let mut der = vec![tag];
    match u8::try_from(length) {
        Ok(short @ 0..0x80) => der.push(short),
        Ok(one) => der.extend([0x81, one]),
        Err(_) => {
            der.push(0x82);
            der.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
    }
    der.extend(value);
    der
}

/// Alternative names with these tags: 2 for DNS, 7 for addresses.
pub(crate) fn names(names: &[(u8, &[u8])]) -> Vec<u8> {
    let names = names.iter().map(|(tag, value)| tlv(0x80 | tag, value));
    tlv(0x30, &names.collect::<Vec<_>>().concat())
}

/// The names that every API server has, and these.
pub(crate) fn service_names(more: &[(u8, &[u8])]) -> Vec<u8> {
    let service: [(u8, &[u8]); 4] = [
        (2, b"kubernetes"),
        (2, b"kubernetes.default"),
        (2, b"kubernetes.default.svc"),
        (7, &[192, 0, 2, 10]),
    ];
    names(&[&service[..], more].concat())
}

/// An extended key usage of these last arcs below id-kp; 0 is anyExtendedKeyUsage.
pub(crate) fn purposes(arcs: &[u8]) -> Vec<u8> {
    let purpose = |arc: &u8| match arc {
        0 => tlv(6, &[0x55, 0x1d, 0x25, 0]),
        arc => tlv(6, &[43, 6, 1, 5, 5, 7, 3, *arc]),
    };
    tlv(0x30, &arcs.iter().map(purpose).collect::<Vec<_>>().concat())
}

/// A PEM block.
pub(crate) fn block(label: &str, der: &[u8]) -> String {
    use der::pem::{LineEnding, encode_string};
    encode_string(label, LineEnding::LF, der).unwrap()
}
