//! Extensions: what each certificate carries, in the order Go writes them.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE,
    ID_CE_SUBJECT_ALT_NAME, ID_CE_SUBJECT_KEY_IDENTIFIER,
};
use der::Encode;
use der::asn1::{Ia5String, OctetString};
use der::flagset::FlagSet;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage as KeyUsageExtension,
    KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};

use super::{EncodeError, Template};
use crate::x509::{KeyUsage, Oid, SubjectAltNames, Usage};

/// One extension of a certificate (RFC 5280 section 4.2), its value still encoded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Extension {
    pub(crate) oid: Oid,
    /// Whether a reader that does not know it must refuse the certificate.
    pub critical: bool,
    /// DER of the value.
    pub value: Vec<u8>,
}

impl Extension {
    /// Which one.
    #[must_use]
    pub const fn oid(&self) -> Oid {
        self.oid
    }

    fn new(
        oid: ObjectIdentifier,
        critical: bool,
        value: &impl Encode,
    ) -> Result<Self, EncodeError> {
        Ok(Self {
            oid: Oid::of(oid),
            critical,
            value: value.to_der().map_err(EncodeError::encode)?,
        })
    }
}

/// The extensions of a new certificate, in the order of Go's `buildCertExtensions`: key usage,
/// extended key usage, basic constraints, subject key identifier, authority key identifier,
/// subject alternative name.
pub(super) fn extensions(
    template: &Template,
    subject_key: &crate::key::PublicKey,
    authority_key_identifier: Option<&[u8]>,
) -> Result<Vec<Extension>, EncodeError> {
    let Template {
        subject: _,
        usage,
        hosts,
        validity: _,
        profile,
        key_identifier,
        restrictions,
    } = template;
    let is_authority = *usage == Usage::Authority;
    let mut extensions = Vec::with_capacity(6);

    let key_usage = key_usage(usage.key_usage(*profile, subject_key.key_type()));
    extensions.push(Extension::new(ID_CE_KEY_USAGE, true, &key_usage)?);

    if !usage.purposes().is_empty() {
        let purposes = usage.purposes().iter();
        let purposes = purposes.filter_map(|purpose| purpose.oid().usual());
        let purposes = ExtendedKeyUsage(purposes.collect());
        extensions.push(Extension::new(ID_CE_EXT_KEY_USAGE, false, &purposes)?);
    }

    // No path length: it would forbid cross-signing a root later.
    let constraints = BasicConstraints {
        ca: is_authority,
        path_len_constraint: None,
    };
    extensions.push(Extension::new(ID_CE_BASIC_CONSTRAINTS, true, &constraints)?);

    if template.has_subject_key_identifier() {
        let own = subject_key.identifier();
        let identifier = key_identifier.as_deref().unwrap_or(own.as_bytes());
        let identifier = SubjectKeyIdentifier(octets(identifier)?);
        extensions.push(Extension::new(
            ID_CE_SUBJECT_KEY_IDENTIFIER,
            false,
            &identifier,
        )?);
    }

    if let Some(identifier) = authority_key_identifier {
        let identifier = authority_key(identifier)?;
        extensions.push(Extension::new(
            ID_CE_AUTHORITY_KEY_IDENTIFIER,
            false,
            &identifier,
        )?);
    }

    if !hosts.is_empty() {
        let names = SubjectAltName(general_names(hosts)?);
        extensions.push(Extension::new(ID_CE_SUBJECT_ALT_NAME, false, &names)?);
    }
    for restriction in restrictions {
        let mut own = extensions.iter_mut();
        match own.find(|one| one.oid == restriction.oid) {
            Some(own) => own.value.clone_from(&restriction.value),
            None => extensions.push(restriction.clone()),
        }
    }
    Ok(extensions)
}

/// The extensions of an older certificate in their order, with the key identifiers of the new
/// key and of the authority that signs now, where it had any.
pub(super) fn renewed(
    old: &super::Certificate,
    subject_key: &crate::key::PublicKey,
    authority_key_identifier: Option<&[u8]>,
) -> Result<Vec<Extension>, EncodeError> {
    let mut extensions = Vec::with_capacity(old.extensions().len());
    for extension in old.extensions() {
        let renewed = match (extension.oid.usual(), authority_key_identifier) {
            (Some(oid @ ID_CE_SUBJECT_KEY_IDENTIFIER), _) => {
                let identifier = SubjectKeyIdentifier(octets(subject_key.identifier().as_bytes())?);
                Extension::new(oid, extension.critical, &identifier)?
            }
            (Some(oid @ ID_CE_AUTHORITY_KEY_IDENTIFIER), Some(identifier)) => {
                let identifier = authority_key(identifier)?;
                Extension::new(oid, extension.critical, &identifier)?
            }
            // An authority without an identifier of its own cannot be named by one.
            (Some(ID_CE_AUTHORITY_KEY_IDENTIFIER), None) => continue,
            _ => extension.clone(),
        };
        extensions.push(renewed);
    }
    Ok(extensions)
}

/// The extensions of an intermediate's certificate for another one of it: others name it by the key
/// identifier that it has, which therefore stays, whatever method made it.
pub(super) fn of_intermediate(
    old: &super::Certificate,
    authority_key_identifier: Option<&[u8]>,
) -> Result<Vec<Extension>, EncodeError> {
    let mut extensions = Vec::with_capacity(old.extensions().len());
    for extension in old.extensions() {
        match (extension.oid.usual(), authority_key_identifier) {
            (Some(oid @ ID_CE_AUTHORITY_KEY_IDENTIFIER), Some(identifier)) => {
                let identifier = authority_key(identifier)?;
                extensions.push(Extension::new(oid, extension.critical, &identifier)?);
            }
            // An authority without an identifier of its own cannot be named by one.
            (Some(ID_CE_AUTHORITY_KEY_IDENTIFIER), None) => {}
            _ => extensions.push(extension.clone()),
        }
    }
    Ok(extensions)
}

/// The extensions of an authority's own certificate for another one of it. Key identifiers stay:
/// others name it by them. Only where it names itself by its serial number, which is a new one, it
/// goes on doing so by its key alone.
pub(super) fn of_itself(old: &super::Certificate) -> Result<Vec<Extension>, EncodeError> {
    let mut extensions = Vec::with_capacity(old.extensions().len());
    for extension in old.extensions() {
        let names_serial = extension.oid == ID_CE_AUTHORITY_KEY_IDENTIFIER
            && old.authority_serial_number().is_some();
        if !names_serial {
            extensions.push(extension.clone());
        } else if let Some(identifier) = old.authority_key_identifier() {
            let identifier = authority_key(&identifier)?;
            let critical = extension.critical;
            extensions.push(Extension::new(
                ID_CE_AUTHORITY_KEY_IDENTIFIER,
                critical,
                &identifier,
            )?);
        }
    }
    Ok(extensions)
}

fn authority_key(identifier: &[u8]) -> Result<AuthorityKeyIdentifier, EncodeError> {
    Ok(AuthorityKeyIdentifier {
        key_identifier: Some(octets(identifier)?),
        authority_cert_issuer: None,
        authority_cert_serial_number: None,
    })
}

fn octets(bytes: &[u8]) -> Result<OctetString, EncodeError> {
    OctetString::new(bytes).map_err(EncodeError::encode)
}

fn key_usage(usage: KeyUsage) -> KeyUsageExtension {
    let KeyUsage {
        certificate_sign,
        crl_sign,
        digital_signature,
        key_encipherment,
    } = usage;
    let mut flags: FlagSet<KeyUsages> = FlagSet::default();
    for (set, flag) in [
        (certificate_sign, KeyUsages::KeyCertSign),
        (crl_sign, KeyUsages::CRLSign),
        (digital_signature, KeyUsages::DigitalSignature),
        (key_encipherment, KeyUsages::KeyEncipherment),
    ] {
        if set {
            flags |= flag;
        }
    }
    KeyUsageExtension(flags)
}

fn general_names(hosts: &SubjectAltNames) -> Result<Vec<GeneralName>, EncodeError> {
    let names = hosts.names().iter().map(|name| {
        Ia5String::new(name.as_str())
            .map(GeneralName::DnsName)
            .map_err(EncodeError::encode)
    });
    let addresses = hosts
        .addresses()
        .iter()
        .map(|address| Ok(GeneralName::from(*address)));
    names.chain(addresses).collect()
}
