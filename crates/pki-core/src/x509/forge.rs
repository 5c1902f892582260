//! Certificates that say anything, for tests: the parts of another, changed and signed again.

use const_oid::ObjectIdentifier;
use der::asn1::{AnyRef, BitStringRef, IntRef, OctetString};
use der::{Decode as _, Encode as _};
use time::OffsetDateTime;
use x509_cert::time::Time;

use super::structure::{ExtensionField, Outline, Period, ToBeSigned};
use super::{Certificate, Extension, Oid};
use crate::key::SigningKey;
use crate::x509::Validity;

/// What a certificate is going to say.
#[derive(Debug, Clone)]
pub(crate) struct Forge {
    pub(crate) version: u8,
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) validity: Validity,
    pub(crate) spki: Vec<u8>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) signature_algorithm: Option<ObjectIdentifier>,
    /// A second name of the issuer, which X.509 gave up and webpki does not read.
    pub(crate) issuer_unique_id: Option<Vec<u8>>,
}

impl Forge {
    pub(crate) fn of(certificate: &Certificate) -> Self {
        Self {
            version: certificate.version() - 1,
            serial: certificate.serial_number().as_bytes().to_vec(),
            issuer: certificate.issuer().as_der().to_vec(),
            subject: certificate.subject().as_der().to_vec(),
            validity: certificate.validity(),
            spki: certificate.spki_der().to_vec(),
            extensions: certificate.extensions().to_vec(),
            signature_algorithm: None,
            issuer_unique_id: None,
        }
    }

    /// Puts an extension in, in the place of the one there is.
    pub(crate) fn with(mut self, oid: ObjectIdentifier, critical: bool, value: Vec<u8>) -> Self {
        self.extensions.retain(|one| one.oid != oid);
        self.extensions.push(Extension {
            oid: Oid::of(oid),
            critical,
            value,
        });
        self
    }

    pub(crate) fn without(mut self, oid: ObjectIdentifier) -> Self {
        self.extensions.retain(|one| one.oid != oid);
        self
    }

    pub(crate) fn sign(&self, key: &dyn SigningKey) -> Certificate {
        let algorithm = match self.signature_algorithm {
            Some(oid) => oid,
            None if key.public_key().key_type().is_rsa() => {
                const_oid::db::rfc5912::SHA_256_WITH_RSA_ENCRYPTION
            }
            None => const_oid::db::rfc5912::ECDSA_WITH_SHA_256,
        };
        let mut content = algorithm.to_der().unwrap();
        if key.public_key().key_type().is_rsa() {
            content.extend([5, 0]);
        }
        let algorithm = AnyRef::new(der::Tag::Sequence, &content).unwrap();
        let extensions: Vec<ExtensionField<'_>> = self
            .extensions
            .iter()
            .map(|one| ExtensionField {
                id: AnyRef::new(der::Tag::ObjectIdentifier, one.oid.as_bytes()).unwrap(),
                critical: one.critical,
                value: OctetString::new(one.value.clone()).unwrap(),
            })
            .collect();
        let to_be_signed = ToBeSigned {
            version: self.version,
            serial_number: IntRef::new(&self.serial).unwrap(),
            signature_algorithm: algorithm,
            issuer: AnyRef::from_der(&self.issuer).unwrap(),
            validity: Period {
                not_before: time(self.validity.not_before),
                not_after: time(self.validity.not_after),
            },
            subject: AnyRef::from_der(&self.subject).unwrap(),
            subject_public_key_info: AnyRef::from_der(&self.spki).unwrap(),
            issuer_unique_id: self
                .issuer_unique_id
                .as_deref()
                .map(|octets| BitStringRef::from_bytes(octets).unwrap()),
            subject_unique_id: None,
            extensions: (!extensions.is_empty()).then_some(extensions),
        };
        let signature = key.sign(&to_be_signed.to_der().unwrap()).unwrap();
        let outline = Outline {
            to_be_signed,
            signature_algorithm: algorithm,
            signature: BitStringRef::from_bytes(&signature).unwrap(),
        };
        Certificate::from_der(&outline.to_der().unwrap()).unwrap()
    }
}

fn time(instant: OffsetDateTime) -> Time {
    let seconds = u64::try_from(instant.unix_timestamp()).unwrap();
    let duration = std::time::Duration::from_secs(seconds);
    Time::UtcTime(der::asn1::UtcTime::from_unix_duration(duration).unwrap())
}
