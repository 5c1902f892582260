use std::fmt;

/// What was being done to a file when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// Creating a directory.
    CreateDirectory,
    /// Creating or writing a staged file.
    Stage,
    /// Locking.
    Lock,
    /// Opening a directory.
    Open,
    /// Putting a file in its place.
    Place,
    /// Reading.
    Read,
    /// Taking a file away.
    Remove,
    /// Forcing to disk.
    Sync,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CreateDirectory => "create the directory",
            Self::Stage => "write",
            Self::Lock => "lock",
            Self::Open => "open the directory",
            Self::Place => "put in place",
            Self::Read => "read",
            Self::Remove => "remove",
            Self::Sync => "force to disk",
        })
    }
}
