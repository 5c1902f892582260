//! What the bytes of a file are, as facts.

use std::io;

use pki_core::Certificate;
use pki_core::observation::Found;

use crate::tree::source::NotObserved;

/// The fact that reading and parsing make.
pub(crate) fn found<B: AsRef<[u8]>, T>(
    read: io::Result<B>,
    parse: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Found<T> {
    match read {
        Ok(text) => match parse(text.as_ref()) {
            Ok(content) => Found::Present(content),
            Err(reason) => Found::Broken { reason },
        },
        Err(error) => unread(&error),
    }
}

/// The fact that a failed reading is.
pub(super) fn unread<T>(error: &io::Error) -> Found<T> {
    if NotObserved::of(error).is_some() {
        return Found::NotObserved;
    }
    let reason = error.to_string();
    match error.kind() {
        io::ErrorKind::NotFound => Found::Absent,
        io::ErrorKind::InvalidData => Found::Broken { reason },
        _ => Found::Unreadable { reason },
    }
}

pub(crate) fn parse_certificates(text: &[u8]) -> Result<Vec<Certificate>, String> {
    Certificate::all_from_pem(text).map_err(|error| error.to_string())
}
