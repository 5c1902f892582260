//! What certificates are for: key usage, extended key usage, and what was there before them.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::ANY_EXTENDED_KEY_USAGE;

use super::Rule;
use super::extension::NETSCAPE_TYPE;
use super::finding::Problem;
use super::standing::{ALL, Standing};
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::x509::elements::{BIT_STRING, Elements};
use crate::x509::{Certificate, KeyUsageBits, Oid, Usage};

/// Server gated cryptography, which OpenSSL takes for a server's purpose, and of Netscape's kind
/// GnuTLS too.
const NETSCAPE_STEP_UP: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.113730.4.1");
const MICROSOFT_STEP_UP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.10.3.3");

/// What is wrong with what a leaf may be used for.
pub(super) fn of_leaf(certificate: &Certificate, usage: Usage) -> Vec<Problem> {
    let mut found: Vec<Problem> = key_usage(certificate, usage).into_iter().collect();
    found.extend(extended(certificate, usage));
    found.extend(netscape(certificate, usage));
    found
}

/// TLS 1.3 signs with a leaf's key, whatever else it is for.
fn key_usage(certificate: &Certificate, usage: Usage) -> Option<Problem> {
    let bits = certificate
        .key_usage()
        .filter(|bits| !bits.digital_signature())?;
    // openssl-verification-options(1): a server may also encipher or agree, a client agree.
    let agrees = KeyUsageBits::key_agreement;
    let is_enough = match usage {
        Usage::Server => agrees(bits) || bits.key_encipherment(),
        _ => agrees(bits),
    };
    let names = bits.names().join(", ");
    let message = format!("its key usage is {names}; digitalSignature is wanted");
    // GnuTLS looks in the handshake, where nothing else will do.
    let openssl = (!is_enough).then_some(OpenSsl);
    Some(Problem::new(Rule::KeyUsage, message).refused_by([GnuTls].into_iter().chain(openssl)))
}

fn extended(certificate: &Certificate, usage: Usage) -> Option<Problem> {
    let wanted: Vec<String> = usage.purposes().iter().map(ToString::to_string).collect();
    let wanted = wanted.join(" and ");
    let present = certificate.purposes();
    // Without the extension it is for everything (RFC 5280 section 4.2.1.12).
    if present.is_empty() {
        return None;
    }
    let purposes = usage.purposes().iter();
    let mut missing = purposes.filter(|purpose| !present.contains(&purpose.oid()));
    missing.next()?;
    if has(&present, ANY_EXTENDED_KEY_USAGE) {
        let message = format!("its extended key usage is anyExtendedKeyUsage; {wanted} is wanted");
        return Some(Problem::new(Rule::AnyPurposeOnly, message));
    }
    let message = format!(
        "its extended key usage is {}; {wanted} is wanted",
        certificate.purpose_names().join(", ")
    );
    let steps_up = has(&present, NETSCAPE_STEP_UP) || has(&present, MICROSOFT_STEP_UP);
    let by: &[Party] = if usage == Usage::Server && steps_up {
        &[Go, GnuTls, Webpki]
    } else {
        ALL
    };
    Some(Problem::new(Rule::WrongPurpose, message).refused_by(by.iter().copied()))
}

fn has(purposes: &[Oid], oid: ObjectIdentifier) -> bool {
    purposes.iter().any(|one| *one == oid)
}

/// Netscape's certificate type, which OpenSSL still heeds.
fn netscape(certificate: &Certificate, usage: Usage) -> Option<Problem> {
    const CLIENT: u8 = 0x80;
    const SERVER: u8 = 0x40;
    let extension = certificate.extension(NETSCAPE_TYPE)?;
    let bits = Elements::of(&extension.value).read(BIT_STRING)?;
    let bits = bits.get(1).copied().unwrap_or_default();
    let wanted = match usage {
        Usage::Server => SERVER,
        Usage::Client => CLIENT,
        Usage::Peer => SERVER | CLIENT,
        Usage::Authority => 0,
    };
    if bits & wanted == wanted {
        return None;
    }
    let message = format!("its Netscape certificate type does not allow it to be a {usage}");
    Some(Problem::new(Rule::WrongPurpose, message).refused_by([OpenSsl]))
}

/// An authority whose extended key usage leaves out what is needed below it.
pub(super) fn of_authority(
    authority: &Certificate,
    standing: Standing,
    usage: Usage,
) -> Option<Problem> {
    let present = authority.purposes();
    let mut purposes = usage.purposes().iter();
    let missing = purposes.find(|purpose| !present.contains(&purpose.oid()))?;
    if present.is_empty() {
        return None;
    }
    let is_any = has(&present, ANY_EXTENDED_KEY_USAGE);
    let more = if is_any {
        ", which OpenSSL and rustls want by name"
    } else {
        ""
    };
    let message = format!(
        "its extended key usage is {}; what it signs is used for {missing}{more}",
        authority.purpose_names().join(", ")
    );
    let is_server = usage == Usage::Server;
    let gnutls: &[Party] = if standing.is_presented() {
        &[GnuTls]
    } else {
        &[]
    };
    let by: Vec<Party> = if is_any {
        [&[OpenSsl], gnutls].concat()
    } else if is_server && has(&present, NETSCAPE_STEP_UP) {
        vec![Go]
    } else if is_server && has(&present, MICROSOFT_STEP_UP) {
        [&[Go], gnutls].concat()
    } else {
        [&[Go, OpenSsl], gnutls].concat()
    };
    let by = [&by[..], standing.webpki()].concat();
    Some(Problem::new(Rule::AuthorityNarrowsPurpose, message).refused_by(by))
}
