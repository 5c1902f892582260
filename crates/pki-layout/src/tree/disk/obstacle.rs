//! Why a file cannot be replaced by renaming another over it.

use rustix::fs::{FileType, Statx, StatxAttributes};

/// Why a file cannot be replaced by renaming another over it, if it cannot: what reads a link's
/// target would go on reading the old one, and a mount point stays what it is.
pub(crate) fn obstacle(status: &Statx) -> Option<&'static str> {
    let attributes = status.stx_attributes;
    match FileType::from_raw_mode(status.stx_mode.into()) {
        FileType::Symlink => Some("a symbolic link; put the file itself there"),
        FileType::Directory => Some("a directory"),
        FileType::RegularFile if attributes.contains(StatxAttributes::MOUNT_ROOT) => {
            Some("a mount point; mount the directory and not the file")
        }
        FileType::RegularFile
            if attributes.intersects(StatxAttributes::IMMUTABLE | StatxAttributes::APPEND) =>
        {
            Some("immutable or append-only; take that off with chattr -i -a")
        }
        FileType::RegularFile => None,
        _ => Some("not a regular file"),
    }
}
