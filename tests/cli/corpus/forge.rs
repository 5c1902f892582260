//! Certificates that say anything: the parts of another, changed and signed again. What OpenSSL
//! would not write, such as a wrong version, is written as easily as the rest.

use const_oid::ObjectIdentifier;
use der::Encode as _;
use pki_core::key::{PrivateKey, SigningKey as _};
use pki_core::x509::Extension;
use pki_core::{Certificate, DistinguishedName};
use time::OffsetDateTime;

pub(super) const ECDSA_WITH_SHA_1: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.10045.4.1");

/// What a certificate is going to say. All but the extensions is DER.
#[derive(Debug, Clone)]
pub(super) struct Forge {
    /// As it is written: 2 for version 3.
    pub(super) version: u8,
    /// The content of the INTEGER.
    pub(super) serial: Vec<u8>,
    pub(super) issuer: Vec<u8>,
    pub(super) not_before: OffsetDateTime,
    pub(super) not_after: OffsetDateTime,
    pub(super) subject: Vec<u8>,
    pub(super) spki: Vec<u8>,
    pub(super) extensions: Vec<Extension>,
    pub(super) algorithm: ObjectIdentifier,
    /// What stands beside the signature, where that is to differ.
    pub(super) outer_algorithm: Option<ObjectIdentifier>,
}

impl Forge {
    pub(super) fn of(certificate: &Certificate) -> Self {
        let validity = certificate.validity();
        Self {
            version: certificate.version() - 1,
            serial: certificate.serial_number().as_bytes().to_vec(),
            issuer: certificate.issuer().as_der().to_vec(),
            not_before: validity.not_before,
            not_after: validity.not_after,
            subject: certificate.subject().as_der().to_vec(),
            spki: certificate.spki_der().to_vec(),
            extensions: certificate.extensions().to_vec(),
            algorithm: const_oid::db::rfc5912::ECDSA_WITH_SHA_256,
            outer_algorithm: None,
        }
    }

    pub(super) fn serial(mut self, octets: &[u8]) -> Self {
        self.serial = octets.to_vec();
        self
    }

    pub(super) fn subject(mut self, name: &str, groups: &[&str]) -> Self {
        self.subject = name_of(name, groups);
        self
    }

    /// The name of one that signs itself.
    pub(super) fn names_itself(mut self, name: &str) -> Self {
        self.subject = name_of(name, &[]);
        self.issuer.clone_from(&self.subject);
        self
    }

    pub(super) fn key(mut self, key: &PrivateKey) -> Self {
        self.spki = key.public_key().spki_der().to_vec();
        self
    }

    /// Puts an extension in, in the place of the one there is.
    pub(super) fn with(mut self, oid: ObjectIdentifier, critical: bool, value: &[u8]) -> Self {
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

    pub(super) fn without(mut self, oid: ObjectIdentifier) -> Self {
        self.extensions.retain(|one| one.oid != oid);
        self
    }

    pub(super) fn critical(mut self, oid: ObjectIdentifier, critical: bool) -> Self {
        let found = self.extensions.iter_mut().filter(|one| one.oid == oid);
        found.for_each(|one| one.critical = critical);
        self
    }

    /// The PEM of it, signed by an ECDSA key.
    pub(super) fn sign(&self, key: &PrivateKey) -> String {
        let extensions: Vec<Vec<u8>> = self
            .extensions
            .iter()
            .map(|one| {
                let critical = if one.critical {
                    tlv(1, &[0xff])
                } else {
                    vec![]
                };
                let value = tlv(4, &one.value);
                tlv(0x30, &[one.oid.to_der().unwrap(), critical, value].concat())
            })
            .collect();
        let extensions = match extensions.as_slice() {
            [] => vec![],
            some => tlv(0xa3, &tlv(0x30, &some.concat())),
        };
        let version = match self.version {
            0 => vec![],
            version => tlv(0xa0, &tlv(2, &[version])),
        };
        let validity = [time(self.not_before), time(self.not_after)].concat();
        let parts = [
            version,
            tlv(2, &self.serial),
            algorithm(self.algorithm),
            self.issuer.clone(),
            tlv(0x30, &validity),
            self.subject.clone(),
            self.spki.clone(),
            extensions,
        ];
        let to_be_signed = tlv(0x30, &parts.concat());
        let signature = key.sign(&to_be_signed).unwrap();
        let signature = tlv(3, &[vec![0], signature].concat());
        let outer = algorithm(self.outer_algorithm.unwrap_or(self.algorithm));
        pem(&tlv(0x30, &[to_be_signed, outer, signature].concat()))
    }
}

pub(super) fn name_of(name: &str, groups: &[&str]) -> Vec<u8> {
    let name = DistinguishedName::new(name, groups).unwrap();
    name.as_der().to_vec()
}

pub(super) fn pem(der: &[u8]) -> String {
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
pub(super) fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
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
pub(super) fn names(names: &[(u8, &[u8])]) -> Vec<u8> {
    let names = names.iter().map(|(tag, value)| tlv(0x80 | tag, value));
    tlv(0x30, &names.collect::<Vec<_>>().concat())
}

/// The names that every API server has, and these.
pub(super) fn service_names(more: &[(u8, &[u8])]) -> Vec<u8> {
    let service: [(u8, &[u8]); 4] = [
        (2, b"kubernetes"),
        (2, b"kubernetes.default"),
        (2, b"kubernetes.default.svc"),
        (7, &[192, 0, 2, 10]),
    ];
    names(&[&service[..], more].concat())
}

/// An extended key usage of these last arcs below id-kp; 0 is anyExtendedKeyUsage.
pub(super) fn purposes(arcs: &[u8]) -> Vec<u8> {
    let purpose = |arc: &u8| match arc {
        0 => tlv(6, &[0x55, 0x1d, 0x25, 0]),
        arc => tlv(6, &[43, 6, 1, 5, 5, 7, 3, *arc]),
    };
    tlv(0x30, &arcs.iter().map(purpose).collect::<Vec<_>>().concat())
}

/// A PEM block.
pub(super) fn block(label: &str, der: &[u8]) -> String {
    use der::pem::{LineEnding, encode_string};
    encode_string(label, LineEnding::LF, der).unwrap()
}
