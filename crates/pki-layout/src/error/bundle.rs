use std::path::PathBuf;

/// What the nodes share cannot be packed, or what came is not it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// A file that every node needs is not there.
    #[error("{} is not there, and every control-plane node needs it", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// What came is no bundle.
    #[error("{what} is not a bundle: {reason}")]
    NotABundle {
        /// What it is called.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// What came cannot be opened.
    #[error("{what} cannot be opened: {reason}")]
    Closed {
        /// What it is called.
        what: String,
        /// Why.
        reason: String,
    },
    /// It has ended.
    #[error("{what} was made to be taken until {expires}, and that is over; export another one")]
    Expired {
        /// What it is called.
        what: String,
        /// When it ended, in RFC 3339.
        expires: String,
    },
    /// A file in it is not what it should be.
    #[error("{name}: {reason}")]
    File {
        /// The file, as it is called in what is shared.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A recipient that is none.
    #[error("{text:?} is no recipient of age: {reason}")]
    Recipient {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that does not go into the two directories.
    #[error(
        "{} is in neither directory of the tree; copy it by hand, where the configuration names it",
        path.display()
    )]
    Elsewhere {
        /// The file.
        path: PathBuf,
    },
}
