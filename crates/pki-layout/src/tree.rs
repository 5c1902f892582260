//! Where a node's files are and how they are read: the prefix, the directories below it, one read
//! at a time, links never out of the prefix. Knows no table's meaning and writes nothing.

pub(crate) mod archive;
#[cfg(feature = "disk")]
pub(crate) mod disk;
mod file;
mod memory;
pub(crate) mod mode;
pub(crate) mod overlay;
mod root;
pub(crate) mod source;
mod writing;

#[cfg(feature = "disk")]
pub use disk::{check_trusted, read_text};
pub use file::TreeFile;
pub use mode::mode_of;
pub use root::Root;
pub use writing::Writing;
