//! Files and certificates that do not decode here: who else cannot read them.

use super::Rule;
use super::finding::Problem;
use super::standing::{ALL, ALL_BUT_WEBPKI};
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::x509::{CertificateError, Malformed};

/// A file of which no more is known than that it does not decode. Go is who reads a cluster's.
pub(super) fn problem(message: String) -> Problem {
    Problem::new(Rule::MalformedFile, message).refused_by([Go])
}

/// A file of certificates, one of which does not decode.
pub(super) fn of_certificates(error: &CertificateError) -> Problem {
    let message = match error {
        CertificateError::Decode { .. } | CertificateError::TooMuch { .. } => {
            format!("its {error}")
        }
        _ => format!("it {error}"),
    };
    // A limit of ours, and nobody else's.
    if let CertificateError::TooMuch { .. }
    | CertificateError::TooMany { .. }
    | CertificateError::TooLong { .. } = error
    {
        return Problem::new(Rule::NotChecked, message);
    }
    let problem = Problem::new(Rule::MalformedFile, message);
    problem.refused_by(refusers(error).iter().copied())
}

/// Who cannot read what this was said of.
fn refusers(error: &CertificateError) -> &'static [Party] {
    let CertificateError::Decode { malformed, .. } = error else {
        return &[Go];
    };
    match malformed {
        Malformed::Trailing => &[Go, GnuTls, Webpki],
        Malformed::Number => &[Go, OpenSsl],
        Malformed::Boolean => &[Go, Webpki],
        // Each reads some that the others do not.
        Malformed::Time | Malformed::Algorithms | Malformed::Structure => ALL,
        Malformed::Name => &[OpenSsl, GnuTls],
        Malformed::Twice | Malformed::Identifier => ALL_BUT_WEBPKI,
    }
}
