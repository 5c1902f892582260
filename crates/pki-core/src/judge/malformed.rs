//! Certificates that do not decode here: who else cannot read them.

use super::standing::{ALL, ALL_BUT_WEBPKI};
use crate::spec::Party::{self, GnuTls, Go, OpenSsl, Webpki};
use crate::x509::{CertificateError, Malformed};

/// Who cannot read what this was said of.
pub(super) fn refusers(error: &CertificateError) -> &'static [Party] {
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
        Malformed::Twice => ALL_BUT_WEBPKI,
    }
}
