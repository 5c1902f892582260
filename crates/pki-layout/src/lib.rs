mod path;
pub use path::Directories;
