//! Where a certificate stands on a path, which decides who reads what of it.

use crate::spec::Party::{self, GnuTls, Go, OpenSsl, OpenSslStrict, Webpki};
use crate::x509::Usage;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is presented, for this use.
    Leaf(Usage),
    /// It is presented beside a leaf, as an authority.
    Between,
    /// It is trusted: webpki takes its name, its key and its name constraints and asks nothing
    /// more.
    Anchor,
}

impl Standing {
    pub(super) const fn is_authority(self) -> bool {
        !matches!(self, Self::Leaf(_))
    }

    pub(super) const fn is_presented(self) -> bool {
        !matches!(self, Self::Anchor)
    }

    pub(super) const fn serves(self) -> bool {
        matches!(self, Self::Leaf(usage) if usage.serves())
    }

    /// webpki, where it looks.
    pub(super) fn webpki(self) -> &'static [Party] {
        if self.is_presented() { &[Webpki] } else { &[] }
    }

    /// Everybody who looks.
    pub(super) fn everybody(self) -> Vec<Party> {
        [ALL_BUT_WEBPKI, self.webpki()].concat()
    }
}

pub(super) const ALL: &[Party] = &[Go, OpenSsl, GnuTls, Webpki];
pub(super) const ALL_BUT_WEBPKI: &[Party] = &[Go, OpenSsl, GnuTls];
pub(super) const STRICT: &[Party] = &[OpenSslStrict];
