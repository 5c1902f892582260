//! Key identifiers: whether a certificate names the authority that has signed it.

use const_oid::db::rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER;

use super::Rule;
use super::finding::Problem;
use crate::spec::Party::{GnuTls, OpenSsl};
use crate::text::hex;
use crate::x509::elements::{DIRECTORY, Elements, SEQUENCE};
use crate::x509::{Certificate, DistinguishedName};

/// What does not fit between a certificate and the one above it, which may be itself. OpenSSL wants
/// every part that is there to fit, GnuTLS the key of what is above.
pub(super) fn problem(certificate: &Certificate, above: &Certificate) -> Option<Problem> {
    let wanted = above.subject_key_identifier();
    let named = certificate.authority_key_identifier();
    if let (Some(named), Some(wanted)) = (&named, &wanted)
        && named != wanted
    {
        let message = format!(
            "its authority key identifier is {}; the authority's is {}",
            hex::colons(named),
            hex::colons(wanted)
        );
        // GnuTLS passes over one that is empty, and over a root's own.
        let by_gnutls = certificate != above && !named.is_empty() && !wanted.is_empty();
        let by = [OpenSsl].into_iter().chain(by_gnutls.then_some(GnuTls));
        return Some(Problem::new(Rule::KeyIdentifierMismatch, message).refused_by(by));
    }
    if let Some(problem) = by_name(certificate, above) {
        return Some(problem);
    }
    // Before version 3 there are no extensions, and that is said.
    let wanted = wanted.filter(|_| named.is_none() && certificate.version() == 3)?;
    let message = format!(
        "it has no authority key identifier; the authority's is {}",
        hex::colons(&wanted)
    );
    Some(Problem::new(Rule::NoKeyIdentifier, message))
}

/// Name and serial number of the authority, which only OpenSSL compares.
fn by_name(certificate: &Certificate, above: &Certificate) -> Option<Problem> {
    let extension = certificate.extension(ID_CE_AUTHORITY_KEY_IDENTIFIER)?;
    let mut parts = Elements::inside(&extension.value, SEQUENCE)?;
    parts.read(0x80);
    let issuer = parts.read(0xa1);
    let mismatch = |message| {
        let problem = Problem::new(Rule::KeyIdentifierMismatch, message);
        Some(problem.refused_by([OpenSsl]))
    };
    if let Some(serial) = certificate.authority_serial_number()
        && !serial.is_same_number(above.serial_number())
    {
        return mismatch(format!(
            "its authority key identifier names the serial number {serial}; the authority's is {}",
            above.serial_number()
        ));
    }
    let name = Elements::of(issuer?).find(|name| name.tag == DIRECTORY)?;
    let named = match DistinguishedName::from_der(name.value) {
        Ok(name) if name.is_alike(above.issuer()) => return None,
        Ok(name) => name.to_string(),
        Err(_) => "a name that does not decode".to_owned(),
    };
    mismatch(format!(
        "its authority key identifier names what {named} has issued; the authority comes from {}",
        above.issuer()
    ))
}
