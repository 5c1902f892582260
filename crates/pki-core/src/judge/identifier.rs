//! Key identifiers: whether a certificate names the authority that has signed it.

use x509_cert::ext::pkix::name::GeneralName;

use super::Rule;
use super::finding::Problem;
use crate::spec::Party::{GnuTls, OpenSsl};
use crate::text::hex;
use crate::x509::Certificate;
use crate::x509::elements::{Elements, SEQUENCE};

/// What does not fit between a certificate and the one above it, which may be itself. OpenSSL wants
/// every part that is there to fit, GnuTLS the key of what is above.
pub(super) fn problem(certificate: &Certificate, above: &Certificate) -> Option<Problem> {
    let wanted = above.subject_key_identifier();
    let named = certificate.authority_key_identifier();
    match (&named, &wanted) {
        (Some(named), Some(wanted)) if named != wanted => {
            let message = format!(
                "its authority key identifier is {}; the authority's is {}",
                hex::colons(named),
                hex::colons(wanted)
            );
            let problem = Problem::new(Rule::KeyIdentifierMismatch, message);
            let is_told_apart = certificate != above && !named.is_empty() && !wanted.is_empty();
            return Some(if is_told_apart {
                problem.refused_by([OpenSsl, GnuTls])
            } else {
                problem.refused_by([OpenSsl])
            });
        }
        _ => {}
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
    use const_oid::db::rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER;
    use der::Decode as _;
    let mut extensions = certificate.extensions().iter();
    let extension = extensions.find(|one| one.oid == ID_CE_AUTHORITY_KEY_IDENTIFIER)?;
    let mut parts = Elements::inside(&extension.value, SEQUENCE)?;
    parts.read(0x80);
    let issuer = parts.read(0xa1);
    let serial = parts.read(0x82);
    let mismatch = |message| {
        let problem = Problem::new(Rule::KeyIdentifierMismatch, message);
        Some(problem.refused_by([OpenSsl]))
    };
    if let Some(serial) = serial
        && trimmed(serial) != trimmed(above.serial_number().as_bytes())
    {
        return mismatch(format!(
            "its authority key identifier names the serial number {}; the authority's is {}",
            hex::colons(serial),
            above.serial_number()
        ));
    }
    let names = Elements::of(issuer?);
    let mut names = names.filter_map(|name| match GeneralName::from_der(name.whole) {
        Ok(GeneralName::DirectoryName(name)) => der::Encode::to_der(&name).ok(),
        _ => None,
    });
    let name = names.next()?;
    if name == above.issuer().as_der() {
        return None;
    }
    let name = crate::x509::DistinguishedName::from_der(&name).ok()?;
    mismatch(format!(
        "its authority key identifier names what {name} has issued; the authority comes from {}",
        above.issuer()
    ))
}

/// Without the zero octets that keep an integer positive.
fn trimmed(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}
