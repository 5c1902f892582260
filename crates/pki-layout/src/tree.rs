//! Where a node's files are and how they are read: the prefix, the directories below it, one read
//! at a time, links never out of the prefix. Knows no table's meaning and writes nothing.

mod archive;
pub(crate) mod disk;
pub(crate) mod mode;
mod obstacle;
pub(crate) mod overlay;
mod read;
mod root;
pub(crate) mod source;
pub(crate) mod writing;

pub use disk::read_text;
pub use mode::mode_of;
pub(crate) use obstacle::obstacle;
pub use root::Root;
pub use writing::Writing;
