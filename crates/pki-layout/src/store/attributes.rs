//! Extended attributes: SELinux labels, ACLs and what else somebody has put on a file, carried
//! over to the file that replaces it.

use std::os::fd::OwnedFd;

use rustix::fs::XattrFlags;
use rustix::io::Errno;

/// The kernel's own bounds (limits.h): of all names of a file, and of one value.
const LIST: usize = 65_536;
const VALUE: usize = 65_536;
/// What stays or fails without the operator's doing: a label that a policy gives anyway, or one
/// that only a more privileged process may set.
const BEST_EFFORT: [&[u8]; 2] = [b"security.", b"trusted."];

/// What the kernel says of one content, and no other.
const OF_CONTENT: [&[u8]; 2] = [b"security.ima", b"security.evm"];

/// What a file may have got of its directory, and grants more than its mode: of the file that it
/// replaces it has it or not at all.
const ACL: &[u8] = b"system.posix_acl_access";

/// Gives `to` every extended attribute of `from`, and takes away an access list that `from` has
/// not.
pub(crate) fn copy(from: &OwnedFd, to: &OwnedFd) -> Result<(), Errno> {
    let mut names = vec![0; LIST];
    let length = match rustix::fs::flistxattr(from, names.as_mut_slice()) {
        Ok(length) => length,
        // A file system without them.
        Err(Errno::OPNOTSUPP) => return Ok(()),
        Err(error) => return Err(error),
    };
    names.truncate(length);
    let names: Vec<&[u8]> = names.split(|byte| *byte == 0).collect();
    if !names.contains(&ACL) {
        match rustix::fs::fremovexattr(to, ACL) {
            Ok(()) | Err(Errno::NODATA | Errno::OPNOTSUPP) => {}
            Err(error) => return Err(error),
        }
    }
    let names = names.into_iter().filter(|name| !OF_CONTENT.contains(name));
    for name in names.filter(|name| !name.is_empty()) {
        let done = copy_one(name, from, to);
        let best_effort = BEST_EFFORT.iter().any(|prefix| name.starts_with(prefix));
        if !best_effort {
            done?;
        }
    }
    Ok(())
}

fn copy_one(name: &[u8], from: &OwnedFd, to: &OwnedFd) -> Result<(), Errno> {
    let mut value = vec![0; VALUE];
    let length = match rustix::fs::fgetxattr(from, name, value.as_mut_slice()) {
        Ok(length) => length,
        // It went meanwhile.
        Err(Errno::NODATA) => return Ok(()),
        Err(error) => return Err(error),
    };
    value.truncate(length);
    rustix::fs::fsetxattr(to, name, &value, XattrFlags::empty())
}
