//! PEM that its readers do not take alike, and who of them refuses it. Asked of Go 1.26.6, OpenSSL
//! 3.0.22, GnuTLS 3.7.9 and rustls-pki-types 1; `tests/oracle/framing.rs` holds the table to what
//! is at hand of them.

use super::Rule;
use super::finding::Problem;
use crate::spec::{CertSpec, Component, Form, Party, RowId};
use crate::text::{Framing, FramingError, KeyForm, KeyLabel};

/// What a file is read as.
#[derive(Debug, Clone, Copy)]
pub(super) enum ReadAs {
    /// A certificate and its path, or a trust file.
    Certificates,
    /// The private key of a pair, which goes to Go's `tls.X509KeyPair`.
    Key,
    /// A private key that Kubernetes' `keyutil` reads, which goes by labels: whose it is.
    SigningKey(RowId),
}

impl ReadAs {
    /// What the key of a row is read as.
    pub(super) fn key_of(spec: &CertSpec) -> Self {
        if spec.is_authority() || matches!(spec.form, Form::KeyPair { .. }) {
            Self::SigningKey(spec.id)
        } else {
            Self::Key
        }
    }
}

/// What is wrong with a file for the sake of its framing; nothing where that is of what the file
/// is not read for.
pub(super) fn problem(error: FramingError, read_as: ReadAs) -> Option<Problem> {
    let is_certificate = matches!(read_as, ReadAs::Certificates);
    if is_certificate && matches!(error.framing, Framing::KeyLabel { .. }) {
        return None;
    }
    let message = if hides(error.framing, read_as) {
        format!("it is not PEM as Go reads it: {error}")
    } else {
        format!("not everybody reads it: {error}")
    };
    let parties = refusers(error.framing, read_as);
    Some(Problem::new(Rule::PemFraming, message).refused_by(parties))
}

/// Whether that is why nothing is read of the file.
pub(super) fn hides(framing: Framing, read_as: ReadAs) -> bool {
    let is_certificate = matches!(read_as, ReadAs::Certificates);
    framing.hides() || (is_certificate && framing == Framing::Headers)
}

fn refusers(framing: Framing, read_as: ReadAs) -> Vec<Party> {
    use Party::{GnuTls, Go, OpenSsl, Webpki};
    let is_certificate = matches!(read_as, ReadAs::Certificates);
    match framing {
        Framing::ByteOrderMark => vec![Go, Webpki],
        Framing::TextAfter | Framing::CarriageReturns => vec![Go, OpenSsl],
        Framing::Indented | Framing::TextBefore | Framing::OneLine | Framing::OtherEnd => {
            vec![Go, OpenSsl, Webpki]
        }
        Framing::TextAfterBegin | Framing::Unended | Framing::Label => {
            vec![Go, OpenSsl, GnuTls, Webpki]
        }
        // A leaf and its path are read by Go and OpenSSL, and trust files are not.
        Framing::Headers if is_certificate => vec![Go, OpenSsl, GnuTls, Webpki],
        // Whoever wants one key has it before that.
        Framing::CutOff | Framing::CutInto { is_first: false } if !is_certificate => Vec::new(),
        Framing::CutOff => vec![OpenSsl, GnuTls, Webpki],
        Framing::CutInto { .. } => vec![OpenSsl, GnuTls],
        Framing::Headers => vec![GnuTls, Webpki],
        Framing::EmptyLine => vec![OpenSsl],
        Framing::Tab => vec![Webpki],
        Framing::KeyLabel { label, form } => {
            let mut parties = of_label(label, form);
            if let ReadAs::SigningKey(id) = read_as {
                parties.extend(by_label(id));
            }
            parties
        }
    }
}

/// Who does not take a key in this form under this label, which is another's. Go does.
fn of_label(label: KeyLabel, form: KeyForm) -> Vec<Party> {
    use Party::{GnuTls, OpenSsl, Webpki};
    match (label, form) {
        (KeyLabel::Encrypted, KeyForm::Pkcs8) => vec![Webpki],
        (KeyLabel::Plain | KeyLabel::Encrypted, _)
        | (KeyLabel::Rsa | KeyLabel::Ec | KeyLabel::Dsa, KeyForm::Pkcs8) => vec![GnuTls, Webpki],
        _ => vec![OpenSsl, GnuTls, Webpki],
    }
}

/// Who reads the key of a row with `keyutil`.
fn by_label(id: RowId) -> Vec<Party> {
    let manager = Party::Component(Component::KubeControllerManager);
    match id {
        RowId::ClusterCa => vec![manager, Party::Kubeadm],
        RowId::ServiceAccount => vec![manager, Party::Component(Component::KubeApiserver)],
        _ => vec![Party::Kubeadm],
    }
}
