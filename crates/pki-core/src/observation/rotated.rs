use std::fmt;

use time::OffsetDateTime;

use super::{ClientFacts, FilePair, Found};
use crate::text::instant::readable;
use crate::x509::Certificate;

/// A kubelet's certificate and key, in files that its kubeconfig names and that it renews itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// What is in the files.
    pub pair: FilePair,
    /// Where there is no certificate, the newest of those that it had before.
    pub last: Vec<Certificate>,
    /// Whether there is a file where the kubelet puts a link to one: then it can never replace it.
    pub is_no_link: bool,
}

/// Why a kubelet cannot be who it is any more, in words that follow the name of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lapse {
    /// It exits when it starts, and runs on as nobody until then.
    Expired {
        /// Since when.
        not_after: OffsetDateTime,
    },
    /// There is no file.
    Missing,
    /// What is there is no certificate with its key.
    Unusable {
        /// What is wrong with it.
        reason: String,
    },
    /// The key is another certificate's.
    OtherKey,
    /// It comes from another authority than the one that is here, so that the API server does not
    /// know whose it is.
    OtherAuthority,
}

impl ClientFacts {
    /// Whether there is no certificate here to be issued again: it is in files that are somebody
    /// else's, or there is none.
    #[must_use]
    pub const fn is_left_alone(&self) -> bool {
        matches!(
            self,
            Self::Files {
                own: None,
                rotated: None,
                ..
            } | Self::Other
        )
    }

    /// Whether it names a kubelet's certificate that is gone, and none is there that was before.
    #[must_use]
    pub fn is_unidentified(&self) -> bool {
        match self {
            Self::Files {
                rotated: Some(rotated),
                ..
            } => rotated.pair.certificate.present().is_none() && rotated.last.is_empty(),
            _ => false,
        }
    }
}

impl Rotated {
    /// Why the kubelet cannot use them at an instant, if it cannot. Of what could not be read
    /// nothing is said.
    #[must_use]
    pub fn lapse(&self, at: OffsetDateTime) -> Option<Lapse> {
        self.defect().or_else(|| {
            let not_after = self
                .pair
                .certificate
                .present()?
                .first()?
                .validity()
                .not_after;
            (not_after < at).then_some(Lapse::Expired { not_after })
        })
    }

    /// Why it cannot use them whenever that is.
    #[must_use]
    pub fn defect(&self) -> Option<Lapse> {
        let FilePair { certificate, key } = &self.pair;
        let unusable = |reason: &String| {
            Some(Lapse::Unusable {
                reason: reason.clone(),
            })
        };
        let leaf = match certificate {
            Found::Present(chain) => chain.first(),
            Found::Absent => None,
            Found::Broken { reason } => return unusable(reason),
            Found::NotObserved | Found::Unreadable { .. } => return None,
        };
        let Some(leaf) = leaf else {
            return Some(Lapse::Missing);
        };
        match key {
            Found::Absent => Some(Lapse::Missing),
            Found::Broken { reason } => unusable(reason),
            Found::Present(key) if key.spki_der() != leaf.spki_der() => Some(Lapse::OtherKey),
            Found::Present(_) | Found::NotObserved | Found::Unreadable { .. } => None,
        }
    }
}

impl fmt::Display for Lapse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { not_after } => write!(f, "expired on {}", readable(*not_after)),
            Self::Missing => f.write_str("is not there"),
            Self::Unusable { reason } => f.write_str(reason),
            Self::OtherKey => f.write_str("has another certificate's key"),
            Self::OtherAuthority => f.write_str("comes from another authority than the one here"),
        }
    }
}
