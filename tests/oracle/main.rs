//! What OpenSSL and GnuTLS say of the library's certificates: an encoder cannot judge itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test says what it expects, stops when it is not so, and asks other programs"
)]

mod algorithms;
mod authorities;
mod certtool;
mod encrypted;
mod framing;
mod hierarchy;
mod openssl;
mod renewed_authorities;
#[path = "../it/support/mod.rs"]
mod support;
