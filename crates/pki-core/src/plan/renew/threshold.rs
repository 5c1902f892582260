use time::{Duration, OffsetDateTime};

use crate::observation::RenewedBy;
use crate::x509::Certificate;

/// When a certificate counts as due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Threshold {
    /// Due when less than this is left. `None`: only what has expired.
    pub within: Option<Duration>,
}

impl Threshold {
    /// Whether a certificate is due: its residual time is within the threshold, or, where the
    /// kubelet renews it by itself, it has lived past nine tenths of its life and the kubelet
    /// should have.
    #[must_use]
    pub fn is_due(&self, certificate: &Certificate, by: RenewedBy, at: OffsetDateTime) -> bool {
        let validity = certificate.validity();
        let left = validity.not_after - at;
        let Some(within) = self.within else {
            return false;
        };
        match by {
            RenewedBy::Kubelet => {
                left < (validity.not_after - validity.not_before) / 10 && left <= within
            }
            RenewedBy::Operator | RenewedBy::Nobody => left <= within,
        }
    }
}
