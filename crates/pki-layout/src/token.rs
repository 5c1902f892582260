//! Keys that never leave a token: a hardware module, or SoftHSM, by PKCS#11.
//!
//! A key is named by a URI (RFC 7512): `pkcs11:token=cluster;object=ca?module-path=/usr/lib/x.so`.
//! What it signs is checked as everything is. Modules are loaded dynamically, which a statically linked
//! program cannot do.

mod key;
mod uri;

pub use key::{TokenError, TokenKey, Tokens};
pub use uri::{TokenUri, UriError};
