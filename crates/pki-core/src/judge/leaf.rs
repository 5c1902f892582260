//! What a certificate must be that somebody presents: its purposes and its names.

use super::finding::Problem;
use super::{Rule, purpose, served};
use crate::spec::Party;
use crate::x509::{Certificate, Host, KeyUsageBits, Signature, Usage, signature};

/// A name that a certificate must serve, and who wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) host: Host,
    pub(super) by: String,
}

/// What is wrong with a leaf as a leaf of this use.
pub(super) fn problems(certificate: &Certificate, usage: Usage, wanted: &[Wanted]) -> Vec<Problem> {
    let mut found = Vec::new();
    if certificate.is_authority() {
        let message = "its basic constraints say CA:TRUE, and it is presented as a leaf";
        found.push(Problem::new(Rule::LeafIsAuthority, message));
    } else {
        found.extend(signing(certificate));
    }
    if certificate.is_self_issued() && !certificate.is_authority() {
        let issuer = certificate.issuer();
        found.push(if signature(certificate, certificate) == Signature::Valid {
            let message = format!("it is signed by its own key, under the name {issuer}");
            // GnuTLS refuses it even where it is trusted.
            Problem::new(Rule::SelfSigned, message).refused_by([Party::GnuTls])
        } else {
            let message = format!("its subject and its issuer are both {issuer}");
            let problem = Problem::new(Rule::SubjectIsIssuer, message);
            // Without a key identifier to go by OpenSSL takes it for self-signed.
            if certificate.authority_key_identifier().is_none() {
                problem
            } else {
                problem.refused_by([])
            }
        });
    }
    found.extend(purpose::of_leaf(certificate, usage));
    if usage.serves() {
        found.extend(served::problems(certificate, wanted));
    }
    found
}

/// What only an authority may have.
fn signing(certificate: &Certificate) -> Option<Problem> {
    let may_sign = certificate
        .key_usage()
        .is_some_and(KeyUsageBits::certificate_sign);
    let message = match certificate.path_length() {
        _ if may_sign => "its key usage has keyCertSign, and it is no authority".to_owned(),
        Some(length) => format!("it limits paths to a length of {length}, and it is no authority"),
        None => return None,
    };
    Some(Problem::new(Rule::LeafMaySign, message))
}
