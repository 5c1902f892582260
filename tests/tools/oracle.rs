//! What others say of a certificate: `openssl verify -x509_strict`, `certtool --verify`, and
//! rustls, which asks webpki. All judge by the present. Go has no command that verifies a
//! certificate: what the table of rules says of it is for `tests/kubernetes`.

use crate::support::Presented;
use crate::support::ask::{certtool, openssl};

/// The letters of those who refuse, `-` for the others, and all that they said.
pub(crate) fn ask(presented: &Presented) -> (String, Vec<String>) {
    let mut reasons = Vec::new();
    let mut letters = String::new();
    for (letter, refusal) in [
        ('O', openssl(presented, &["-x509_strict"])),
        ('G', certtool(presented)),
        ('W', presented.refused_by_rustls()),
    ] {
        letters.push(if refusal.is_some() { letter } else { '-' });
        reasons.extend(refusal.map(|reason| format!("{letter}: {reason}")));
    }
    (letters, reasons)
}
