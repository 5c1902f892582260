//! Paths from a certificate to the authorities that its reader trusts, by name and signature
//! alone: what else they lack is judged afterwards.

use crate::verify::{Signature, signature};
use crate::x509::Certificate;

/// Longer paths no cluster has, and webpki follows none (six authorities and a leaf).
const MOST_CERTIFICATES: usize = 8;
/// A hostile file could hold a great many paths; one of so many will do.
const MOST_PATHS: usize = 32;

/// One certificate of a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) certificate: &'a Certificate,
    /// Whether it is in the trust file.
    pub(super) trusted: bool,
}

/// A leaf and the authorities above it, the self-signed one last where it is known.
pub(super) type Path<'a> = Vec<Member<'a>>;

/// Why no path leads to a trusted authority, said of the certificate furthest up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken<'a> {
    /// No authority has the issuer's name.
    UnknownIssuer(&'a Certificate),
    /// Those who have it did not sign.
    BadSignature(&'a Certificate),
    /// Those who have it cannot be asked.
    Unsupported {
        /// The certificate whose signature cannot be checked.
        certificate: &'a Certificate,
        /// The authority that may have made it.
        issuer: &'a Certificate,
    },
}

/// Every path from the first certificate of a chain, through the others, to an authority of
/// `anchors`.
pub(super) fn paths<'a>(
    chain: &'a [Certificate],
    anchors: &'a [Certificate],
) -> Result<Vec<Path<'a>>, Option<Broken<'a>>> {
    let Some((leaf, between)) = chain.split_first() else {
        return Err(None);
    };
    let mut search = Search {
        between,
        anchors,
        found: Vec::new(),
        broken: None,
    };
    search.extend(&mut vec![Member {
        certificate: leaf,
        trusted: false,
    }]);
    if search.found.is_empty() {
        return Err(search.broken.map(|(_, broken)| broken));
    }
    Ok(search.found)
}

struct Search<'a> {
    between: &'a [Certificate],
    anchors: &'a [Certificate],
    found: Vec<Path<'a>>,
    /// The best reason so far, and how far up it is.
    broken: Option<(usize, Broken<'a>)>,
}

impl<'a> Search<'a> {
    fn extend(&mut self, path: &mut Path<'a>) {
        let Some(last) = path.last().copied() else {
            return;
        };
        if self.found.len() >= MOST_PATHS || path.len() > MOST_CERTIFICATES {
            return;
        }
        if last.trusted && last.certificate.is_self_issued() {
            self.found.push(path.clone());
            return;
        }
        let before = self.found.len();
        let trusted = self.anchors.iter().map(|certificate| (certificate, true));
        let others = self.between.iter().map(|certificate| (certificate, false));
        let mut reason = Broken::UnknownIssuer(last.certificate);
        let mut signed = false;
        for (candidate, trusted) in trusted.chain(others) {
            let known = path.iter().any(|member| member.certificate == candidate);
            if known || candidate.subject() != last.certificate.issuer() {
                continue;
            }
            match signature(last.certificate, candidate) {
                Signature::Valid => {
                    signed = true;
                    path.push(Member {
                        certificate: candidate,
                        trusted,
                    });
                    self.extend(path);
                    path.pop();
                }
                Signature::Invalid => {
                    if matches!(reason, Broken::UnknownIssuer(_)) {
                        reason = Broken::BadSignature(last.certificate);
                    }
                }
                Signature::Unsupported => {
                    reason = Broken::Unsupported {
                        certificate: last.certificate,
                        issuer: candidate,
                    };
                }
            }
        }
        if self.found.len() > before {
            return;
        }
        // Nobody above it is known: where one of them is trusted, that is far enough.
        if let Some(end) = path.iter().rposition(|member| member.trusted) {
            self.found
                .push(path.iter().take(end + 1).copied().collect());
        } else if !signed && self.broken.is_none_or(|(length, _)| length < path.len()) {
            self.broken = Some((path.len(), reason));
        }
    }
}
