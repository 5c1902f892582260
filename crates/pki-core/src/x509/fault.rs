//! What is wrong with one structure, before it is known which one of a file it is.

use der::{ErrorKind, Tag};

use super::{CertificateError, Malformed};
use crate::x509::NameError;

#[derive(Debug)]
pub(super) enum Fault {
    TooMuch {
        what: &'static str,
        count: usize,
        max: usize,
    },
    Decode {
        reason: String,
        malformed: Malformed,
    },
}

/// Fails when there are more than `max`.
pub(super) fn at_most(max: usize, count: usize, what: &'static str) -> Result<(), Fault> {
    if count > max {
        return Err(Fault::TooMuch { what, count, max });
    }
    Ok(())
}

impl Fault {
    pub(super) fn of_kind(malformed: Malformed, reason: impl Into<String>) -> Self {
        Self::Decode {
            reason: reason.into(),
            malformed,
        }
    }

    /// The error about `structure` number `position` of a file, counted from 1.
    pub(super) fn of(self, structure: &'static str, position: usize) -> CertificateError {
        match self {
            Self::TooMuch { what, count, max } => CertificateError::TooMuch {
                structure,
                position,
                what,
                count,
                max,
            },
            Self::Decode { reason, malformed } => CertificateError::Decode {
                structure,
                position,
                reason,
                malformed,
            },
        }
    }
}

impl From<der::Error> for Fault {
    fn from(error: der::Error) -> Self {
        let malformed = match error.kind() {
            ErrorKind::TrailingData { .. } => Malformed::Trailing,
            ErrorKind::Noncanonical { tag: Tag::Integer } => Malformed::Number,
            ErrorKind::Noncanonical { tag: Tag::Boolean } => Malformed::Boolean,
            ErrorKind::DateTime => Malformed::Time,
            ErrorKind::Value { tag } if TIMES.contains(&tag) => Malformed::Time,
            _ => Malformed::Structure,
        };
        Self::Decode {
            reason: error.to_string(),
            malformed,
        }
    }
}

const TIMES: [Tag; 2] = [Tag::UtcTime, Tag::GeneralizedTime];

impl From<NameError> for Fault {
    fn from(error: NameError) -> Self {
        match error {
            NameError::TooMuch { what, count, max } => Self::TooMuch { what, count, max },
            NameError::Identifier => Self::of_kind(Malformed::Identifier, error.to_string()),
            NameError::Decode { .. } => Self::of_kind(Malformed::Name, error.to_string()),
        }
    }
}
