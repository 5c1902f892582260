//! Object identifiers: who has no room for one.

use crate::spec::Party::{self, GnuTls, Go};
use crate::x509::oid::most_bits;

/// Of each arc Go takes 31 bits (cryptobyte, `readBase128Int`), GnuTLS 64 (libtasn1).
pub(super) fn without_room(content: &[u8]) -> &'static [Party] {
    match most_bits(content) {
        0..=31 => &[],
        32..=64 => &[Go],
        _ => &[Go, GnuTls],
    }
}
