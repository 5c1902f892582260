//! Where a node's files are and how they are read: the prefix, the directories below it, one read
//! at a time, links never out of the prefix. Knows no table's meaning and writes nothing.

mod list;
pub(crate) mod mode;
mod obstacle;
pub(crate) mod read;
mod root;
pub(crate) mod writing;

pub use mode::mode_of;
pub(crate) use obstacle::obstacle;
pub use read::read_text;
pub(crate) use root::Overlay;
pub use root::Root;
pub use writing::Writing;
