//! What is wrong with one structure, before it is known which one of a file it is.

use super::CertificateError;
use crate::x509::NameError;

#[derive(Debug)]
pub(super) enum Fault {
    TooMuch {
        what: &'static str,
        count: usize,
        max: usize,
    },
    Decode(String),
}

/// Fails when there are more than `max`.
pub(super) fn at_most(max: usize, count: usize, what: &'static str) -> Result<(), Fault> {
    if count > max {
        return Err(Fault::TooMuch { what, count, max });
    }
    Ok(())
}

impl Fault {
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
            Self::Decode(reason) => CertificateError::Decode {
                structure,
                position,
                reason,
            },
        }
    }
}

impl From<der::Error> for Fault {
    fn from(error: der::Error) -> Self {
        Self::Decode(error.to_string())
    }
}

impl From<NameError> for Fault {
    fn from(error: NameError) -> Self {
        match error {
            NameError::TooMany { count, max } => Self::TooMuch {
                what: "attributes in a name",
                count,
                max,
            },
            NameError::Decode { .. } => Self::Decode(error.to_string()),
        }
    }
}
