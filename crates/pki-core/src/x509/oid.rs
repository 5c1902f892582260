use std::fmt;
use std::str::FromStr;

use const_oid::ObjectIdentifier;

/// An object identifier (RFC 5280 names extensions, purposes and algorithms by them), in its
/// dotted form: `2.5.29.17`.
///
/// ```
/// use pki_core::x509::{Oid, Purpose};
///
/// let oid: Oid = "1.3.6.1.5.5.7.3.1".parse()?;
/// assert_eq!(oid, Purpose::ServerAuth.oid());
/// # Ok::<(), pki_core::x509::InvalidOid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(pub(crate) ObjectIdentifier);

/// A text that is no object identifier in its dotted form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no object identifier; write one such as 2.5.29.17")]
#[non_exhaustive]
pub struct InvalidOid;

impl FromStr for Oid {
    type Err = InvalidOid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| InvalidOid)
    }
}

crate::serde_as_text!(Oid);

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
