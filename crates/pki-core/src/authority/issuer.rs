use super::{AuthorityError, check_may_issue};
use crate::key::{KeyError, PublicKey};
use crate::text::hex;
use crate::x509::{Certificate, DistinguishedName, Signature, signature};

/// What signs in a domain: a certificate, and the path above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    certificate: Certificate,
    above: Vec<Certificate>,
}

impl Issuer {
    /// The issuer that a key makes of certificates that are known, wherever these are and in
    /// whatever order. Of two with the same key, an authority that was issued again, the one
    /// that lives longer.
    ///
    /// # Errors
    ///
    /// [`AuthorityError`] when the key belongs to none of them, or the one it belongs to may not
    /// sign certificates.
    pub fn of(known: &[Certificate], key: &PublicKey) -> Result<Self, AuthorityError> {
        let certificate = issuing_certificate(known, key)?;
        check_may_issue(certificate)?;
        Ok(Self::new(certificate.clone(), known))
    }

    /// A certificate that issues, with those of `known` that stand above it.
    #[must_use]
    pub fn new(certificate: Certificate, known: &[Certificate]) -> Self {
        let above = above(&certificate, known);
        Self { certificate, above }
    }

    /// The certificate that it signs in the name of.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Those above it, its own issuer first, and the self-signed one last where it is known.
    #[must_use]
    pub fn above(&self) -> &[Certificate] {
        &self.above
    }

    /// The self-signed certificate that the path ends with, where it is known.
    #[must_use]
    pub fn root(&self) -> Option<&Certificate> {
        let mut all = std::iter::once(&self.certificate).chain(&self.above);
        all.find(|certificate| certificate.is_self_issued())
    }

    /// What follows a leaf in its file: the issuing certificate and those above it, without the
    /// self-signed root. Empty where the issuing certificate is the root.
    #[must_use]
    pub fn path(&self) -> Vec<Certificate> {
        let all = std::iter::once(&self.certificate).chain(&self.above);
        all.filter(|certificate| !certificate.is_self_issued())
            .cloned()
            .collect()
    }
}

pub(crate) fn issuing_certificate<'a>(
    known: &'a [Certificate],
    key: &PublicKey,
) -> Result<&'a Certificate, AuthorityError> {
    known
        .iter()
        .filter(|certificate| certificate.spki_der() == key.spki_der())
        .max_by_key(|certificate| certificate.validity().not_after)
        .ok_or_else(|| AuthorityError::KeyMismatch {
            key: key.identifier().to_string(),
            certificates: known.iter().map(key_name).collect(),
        })
}

fn above(issuing: &Certificate, known: &[Certificate]) -> Vec<Certificate> {
    let mut path: Vec<Certificate> = Vec::new();
    let mut current = issuing;
    while !current.is_self_issued() {
        let next = known.iter().find(|candidate| {
            *candidate != issuing && !path.contains(candidate) && has_issued(candidate, current)
        });
        let Some(next) = next else {
            break;
        };
        path.push(next.clone());
        current = next;
    }
    path
}

/// Whether an authority has signed: it has the issuer's name, which is not enough, and its key says
/// so, or, of a signature that is of a kind not checked here, the key that is named.
pub(crate) fn has_issued(candidate: &Certificate, below: &Certificate) -> bool {
    let own = candidate.subject_key_identifier();
    let named = below.authority_key_identifier();
    let is_named = named.is_some() && own == named;
    let is_another = named.is_some() && own.is_some() && own != named;
    candidate.subject() == below.issuer()
        && !is_another
        && match signature(below, candidate) {
            Signature::Valid => true,
            Signature::Unsupported => is_named,
            Signature::Invalid => false,
        }
}

/// How a message names the key of a certificate.
pub(crate) fn key_name(certificate: &Certificate) -> String {
    let key: Result<PublicKey, KeyError> = certificate.public_key();
    key.map_or_else(
        |_| certificate.subject().to_string(),
        |key| key.identifier().to_string(),
    )
}

/// How a message names an issuer beside others of its name: roots that were made in the same way have
/// the same.
pub(crate) fn own_name(certificate: &Certificate) -> String {
    with_key(certificate.subject(), certificate.subject_key_identifier())
}

/// The same of the issuer that a certificate names.
pub(crate) fn named_issuer(certificate: &Certificate) -> String {
    with_key(certificate.issuer(), certificate.authority_key_identifier())
}

fn with_key(name: &DistinguishedName, identifier: Option<Vec<u8>>) -> String {
    format!("{name} with the key {}", shown_identifier(identifier))
}

/// A key identifier, which a certificate need not have.
pub(crate) fn shown_identifier(octets: Option<Vec<u8>>) -> String {
    octets.map_or_else(|| "none".to_owned(), |octets| hex::colons(&octets))
}
