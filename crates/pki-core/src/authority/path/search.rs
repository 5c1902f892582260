//! Paths from a certificate to the authorities that its reader trusts, by name and signature
//! alone: what else they lack is judged afterwards.

use super::PathError;
use super::error::Refusal;
use crate::x509::{Certificate, Signature, signature};

/// As far as anybody follows: OpenSSL a hundred authorities between a leaf and its root, the
/// others fewer.
const MOST_CERTIFICATES: usize = 102;
/// A hostile file could hold a great many paths. The best of so many is judged: a better one may
/// be missed, and with it what is right; nothing that is wrong is.
const MOST_PATHS: usize = 32;
/// How many signatures are checked for one chain: enough for the longest path. Go checks 100.
pub(crate) const MOST_SIGNATURES: usize = MOST_CERTIFICATES;

/// One certificate of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member<'a> {
    pub(crate) certificate: &'a Certificate,
    /// Whether it is in the trust file.
    pub(crate) trusted: bool,
}

/// A leaf and the authorities above it, the self-signed one last where it is known.
pub(crate) type Path<'a> = Vec<Member<'a>>;

/// Why no path leads to a trusted authority, said of the certificate furthest up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken<'a> {
    /// There is no certificate to begin with.
    Empty,
    /// No authority has the issuer's name.
    UnknownIssuer(&'a Certificate),
    /// Those who have it did not sign.
    BadSignature(&'a Certificate),
    /// Those who have it cannot be asked.
    Unsupported {
        /// The certificate whose signature cannot be checked.
        certificate: &'a Certificate,
        /// The authority that may have made it.
        issuer: Member<'a>,
    },
    /// There are more authorities above it than anybody follows.
    TooLong(&'a Certificate),
    /// More could have signed it than are asked.
    Limit(&'a Certificate),
}

impl Broken<'_> {
    /// Whether the authority that it comes from is none of those that are trusted. The other
    /// reasons leave that open.
    pub(crate) const fn is_certain(self) -> bool {
        matches!(self, Self::UnknownIssuer(_) | Self::BadSignature(_))
    }

    /// The same, of the certificate that the chain begins with.
    pub(crate) fn error(self, leaf: &Certificate) -> PathError {
        match self {
            Self::Empty => PathError::Empty,
            Self::UnknownIssuer(_) | Self::BadSignature(_) => PathError::UnknownIssuer {
                issuer: leaf.issuer().clone(),
            },
            Self::Unsupported { certificate, .. } => PathError::UnsupportedSignature {
                algorithm: certificate.signature_algorithm(),
            },
            Self::TooLong(_) => PathError::Other {
                reason: Refusal::PathTooLong,
            },
            Self::Limit(_) => PathError::Other {
                reason: Refusal::Effort,
            },
        }
    }
}

/// Every path from the first certificate of a chain, through the others, to an authority of
/// `anchors`.
pub(crate) fn paths<'a>(
    chain: &'a [Certificate],
    anchors: &'a [Certificate],
) -> Result<Vec<Path<'a>>, Broken<'a>> {
    let Some((leaf, between)) = chain.split_first() else {
        return Err(Broken::Empty);
    };
    let mut search = Search {
        between,
        anchors,
        found: Vec::new(),
        broken: None,
        signatures: 0,
    };
    search.extend(&mut vec![Member {
        certificate: leaf,
        trusted: false,
    }]);
    if search.found.is_empty() {
        let unknown = Broken::UnknownIssuer(leaf);
        return Err(search.broken.map_or(unknown, |(_, broken)| broken));
    }
    Ok(search.found)
}

/// Whether a chain comes from somewhere else for certain: what is not known is no answer.
pub(crate) fn leads_elsewhere(chain: &[Certificate], anchors: &[Certificate]) -> bool {
    paths(chain, anchors).is_err_and(Broken::is_certain)
}

struct Search<'a> {
    between: &'a [Certificate],
    anchors: &'a [Certificate],
    found: Vec<Path<'a>>,
    /// The best reason so far, and how far up it is.
    broken: Option<(usize, Broken<'a>)>,
    signatures: usize,
}

impl<'a> Search<'a> {
    fn extend(&mut self, path: &mut Path<'a>) {
        let Some(last) = path.last().copied() else {
            return;
        };
        if self.found.len() >= MOST_PATHS {
            return;
        }
        if path.len() > MOST_CERTIFICATES {
            self.reaches_limit(Broken::TooLong(last.certificate));
            return;
        }
        if last.trusted && last.certificate.is_self_issued() {
            self.found.push(path.clone());
            return;
        }
        let before = self.found.len();
        let mut reason = Broken::UnknownIssuer(last.certificate);
        let mut signed = false;
        let (likely, others) = self.candidates(path, last.certificate);
        let likely_count = likely.len();
        for (position, candidate) in likely.into_iter().chain(others).enumerate() {
            // One whose key is named has signed it: nobody needs the others.
            if signed && position >= likely_count {
                break;
            }
            self.signatures += 1;
            if self.signatures > MOST_SIGNATURES {
                self.reaches_limit(Broken::Limit(last.certificate));
                break;
            }
            match signature(last.certificate, candidate.certificate) {
                Signature::Valid => {
                    signed = true;
                    path.push(candidate);
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

    /// What was not looked at is no answer: it outweighs whatever was found lower down.
    fn reaches_limit(&mut self, limit: Broken<'a>) {
        self.broken = Some((usize::MAX, limit));
    }

    /// The certificates with the issuer's name: those that may have the key it names, and those
    /// that have another.
    fn candidates(
        &self,
        path: &Path<'a>,
        below: &Certificate,
    ) -> (Vec<Member<'a>>, Vec<Member<'a>>) {
        let member = |trusted| {
            move |certificate| Member {
                certificate,
                trusted,
            }
        };
        let trusted = self.anchors.iter().map(member(true));
        let others = self.between.iter().map(member(false));
        trusted
            .chain(others)
            .filter(|candidate| candidate.certificate.subject() == below.issuer())
            .filter(|candidate| {
                let mut members = path.iter();
                !members.any(|member| member.certificate == candidate.certificate)
            })
            .partition(|candidate| below.may_name_key_of(candidate.certificate))
    }
}
