//! What is wrong with requests and with what has come for them.

use std::path::PathBuf;

use pki_core::RowId;

/// Requests cannot be made, signed or answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Requests that wait, or were carried, and cannot be used.
    #[error("{}: {reason}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, as a sentence about it.
        reason: String,
    },
    /// Certificates have come, and nobody asked for any.
    #[error("nothing is asked for here: {} is not there", path.display())]
    NothingAskedFor {
        /// Where requests wait.
        path: PathBuf,
    },
    /// There is no authority that could be asked.
    #[error(
        "no certificate of an authority is in {}: what it is to sign can be asked for once it is there",
        path.display()
    )]
    NoneThere {
        /// The directory of certificates.
        path: PathBuf,
    },
    /// What waits is of another node.
    #[error(
        "{} has requests of node {waiting}, and {node} asks; have those answered, or move the directory \
         away",
        path.display()
    )]
    OfAnotherNode {
        /// The manifest of what waits.
        path: PathBuf,
        /// Whose requests they are.
        waiting: String,
        /// Who asks now.
        node: String,
    },
    /// What is known of what waits cannot be used.
    #[error(
        "{}: {reason}; put it back, or move the directory that it is in away: what waits there is asked \
         for anew then",
        path.display()
    )]
    Waiting {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it, as a sentence about it.
        reason: String,
    },
    /// A request that waits, or its key, cannot be used.
    #[error(
        "{}: {reason}; put it back, or have {name} asked for anew, by its name",
        path.display()
    )]
    WaitingRow {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, as a sentence about it.
        reason: String,
        /// The row.
        name: String,
    },
    /// What signs, or what is above it, is over or has not begun.
    #[error(
        "{subject}, who is to sign or is above that, is valid from {not_before} to {not_after}, and not now"
    )]
    NotValid {
        /// Whose certificate that is.
        subject: String,
        /// When it begins, RFC 3339.
        not_before: String,
        /// When it ends, RFC 3339.
        not_after: String,
    },
    /// An authority's own certificate is to be signed, and what is above it was not given.
    #[error("{row} is an authority, and what signs it was not given")]
    NoSuperior {
        /// The authority.
        row: RowId,
    },
    /// What an authority is to sign is asked for, and no directory of authorities was given.
    #[error("{authority} is to sign, and the directory of the authorities was not given")]
    NoAuthorities {
        /// The authority.
        authority: RowId,
    },
}
