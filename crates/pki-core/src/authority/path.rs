//! Path verification: does a certificate chain to an authority, for what it is used for, now.
//!
//! rustls-webpki decides; the signatures are checked with the same `RustCrypto` crates that sign,
//! so that no C is built.

mod error;
pub(crate) mod search;

pub use error::{PathError, Refusal};
use rustls_pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use time::OffsetDateTime;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::x509::{Certificate, Host, Purpose, SIGNATURE_ALGORITHMS, Usage};

/// Checks that the first certificate of `chain` is valid at `at` for `purpose`, and that it
/// chains to one of `anchors` through the others. An expired anchor is not noticed: whether an
/// authority is still valid is for its own check to say.
///
/// # Errors
///
/// [`PathError`] with what was wanted and what was found.
pub fn verify_path(
    chain: &[Certificate],
    anchors: &[Certificate],
    purpose: Purpose,
    at: OffsetDateTime,
) -> Result<(), PathError> {
    let Some((leaf, intermediates)) = chain.split_first() else {
        return Err(PathError::Empty);
    };
    let describe = |error| describe(error, chain, anchors, purpose, at);
    let der = CertificateDer::from(leaf.as_der());
    let end_entity = EndEntityCert::try_from(&der).map_err(describe)?;
    let intermediates: Vec<CertificateDer<'_>> = intermediates
        .iter()
        .map(|certificate| CertificateDer::from(certificate.as_der()))
        .collect();
    let anchors: Vec<CertificateDer<'_>> = anchors
        .iter()
        .map(|certificate| CertificateDer::from(certificate.as_der()))
        .collect();
    // An anchor that webpki cannot read cannot be chained to; the others still count. Where there
    // is no other, that is why.
    let mut readable: Vec<TrustAnchor<'_>> = Vec::new();
    let mut unreadable = None;
    for anchor in &anchors {
        match anchor_from_trusted_cert(anchor) {
            Ok(anchor) => readable.push(anchor),
            Err(error) => unreadable = Some(error),
        }
    }
    if let Some(error) = unreadable.filter(|_| readable.is_empty()) {
        return Err(describe(error));
    }
    // Nothing is older: before 1970 each of them is said to be not valid yet.
    let seconds = u64::try_from(at.unix_timestamp()).unwrap_or(0);
    let usage = match purpose {
        Purpose::ClientAuth => KeyUsage::client_auth(),
        Purpose::ServerAuth => KeyUsage::server_auth(),
    };
    end_entity
        .verify_for_usage(
            SIGNATURE_ALGORITHMS,
            &readable,
            &intermediates,
            UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)),
            usage,
            None,
            None,
        )
        .map(|_| ())
        .map_err(describe)
}

/// What webpki said. It has one name for a key of another kind than the signature's, which is
/// another authority's, and for a kind that it does not know.
fn describe(
    error: webpki::Error,
    chain: &[Certificate],
    anchors: &[Certificate],
    purpose: Purpose,
    at: OffsetDateTime,
) -> PathError {
    let Some(leaf) = chain.first() else {
        return PathError::Empty;
    };
    let error = PathError::from_webpki(error, leaf, purpose, at);
    if !matches!(error, PathError::UnsupportedSignature { .. }) {
        return error;
    }
    match search::paths(chain, anchors) {
        Err(broken) if broken.is_certain() => broken.error(leaf),
        _ => error,
    }
}

/// [`verify_path`] for every purpose that a usage stands for. Signatures and dates do not depend
/// on the purpose and are checked once.
///
/// # Errors
///
/// The first [`PathError`].
pub fn verify_usage(
    chain: &[Certificate],
    anchors: &[Certificate],
    usage: Usage,
    at: OffsetDateTime,
) -> Result<(), PathError> {
    let Some((first, others)) = usage.purposes().split_first() else {
        return leads_up(chain, anchors);
    };
    verify_path(chain, anchors, *first, at)?;
    for purpose in others {
        // As webpki has it: what names purposes must name this one, all along the path.
        let narrowed = |one: &&Certificate| {
            let purposes = one.purposes();
            !purposes.is_empty() && !purposes.contains(&purpose.oid())
        };
        if let Some(certificate) = chain.iter().find(narrowed) {
            return Err(PathError::WrongPurpose {
                required: *purpose,
                present: certificate.purpose_names(),
            });
        }
    }
    Ok(())
}

/// An authority is presented to nobody: it is trusted, or comes from one that is.
fn leads_up(chain: &[Certificate], anchors: &[Certificate]) -> Result<(), PathError> {
    match chain.first() {
        Some(own) if anchors.contains(own) => Ok(()),
        Some(own) => match search::paths(chain, anchors) {
            Ok(_) => Ok(()),
            Err(broken) => Err(broken.error(own)),
        },
        None => Err(PathError::Empty),
    }
}

/// Whether a client that dials `host` accepts the certificate's names. Common names do not
/// count: Go ignores them.
#[must_use]
pub fn serves_host(certificate: &Certificate, host: &Host) -> bool {
    let der = CertificateDer::from(certificate.as_der());
    let Ok(end_entity) = EndEntityCert::try_from(&der) else {
        return false;
    };
    match host {
        // webpki matches no wildcard against a wildcard; ours compares the names.
        Host::Dns(name) if name.as_str().starts_with('*') => certificate.hosts().covers(host),
        Host::Dns(name) => ServerName::try_from(name.as_str())
            .is_ok_and(|name| end_entity.verify_is_valid_for_subject_name(&name).is_ok()),
        Host::Ip(address) => {
            let name = ServerName::IpAddress((*address).into());
            end_entity.verify_is_valid_for_subject_name(&name).is_ok()
        }
    }
}
