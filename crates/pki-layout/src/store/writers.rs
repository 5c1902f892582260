//! Who else may put names into a directory: by its mode, and by its access list. Whoever may can
//! swap what is in it.

use std::collections::BTreeSet;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::Stat;
use rustix::io::Errno;

use crate::tree::disk::read_text;

const ACL: &str = "system.posix_acl_access";
/// An access list of a thousand entries.
const LARGEST: usize = 8_192;

/// Somebody besides root and this user who may write to a directory, as a sentence about it. One
/// in which only the owner of a name may change it, such as /tmp, is for everybody.
pub(super) fn other_writer(directory: &OwnedFd, stat: &Stat, user: u32) -> Option<String> {
    let mode = stat.st_mode & 0o7777;
    let is_sticky = mode & 0o1000 != 0 && stat.st_uid == 0;
    if is_sticky || mode & 0o022 == 0 {
        return None;
    }
    if mode & 0o002 != 0 {
        return Some(format!("its mode {mode:04o} lets everybody write"));
    }
    let entries = match access_list(directory) {
        Ok(Some(entries)) => entries,
        Ok(None) => vec![Entry::OwningGroup],
        Err(error) => return Some(format!("its access list cannot be read: {error}")),
    };
    let accounts = Accounts::of_host();
    let why = |entry: Entry| match entry {
        Entry::User(other) if other == 0 || other == user => None,
        Entry::User(other) => Some(format!(
            "its access list lets the user with the id {other} write"
        )),
        Entry::OwningGroup => accounts.why_shared(stat.st_gid, user),
        Entry::Group(group) => accounts.why_shared(group, user),
    };
    entries.into_iter().find_map(why)
}

/// Whom an access list lets write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    User(u32),
    OwningGroup,
    Group(u32),
}

/// `None` where there is nothing but the mode.
fn access_list(directory: &OwnedFd) -> Result<Option<Vec<Entry>>, Errno> {
    let mut value = vec![0; LARGEST];
    let length = match rustix::fs::fgetxattr(directory, ACL, value.as_mut_slice()) {
        Ok(length) => length,
        Err(Errno::NODATA | Errno::OPNOTSUPP) => return Ok(None),
        Err(error) => return Err(error),
    };
    value.truncate(length);
    writers(&value).map(Some).ok_or(Errno::INVAL)
}

/// Whom an access list, as the kernel gives it (`linux/posix_acl_xattr.h`), lets write: a version,
/// then a tag, permissions and a number each. What the mask takes away nobody has.
fn writers(value: &[u8]) -> Option<Vec<Entry>> {
    const VERSION: [u8; 4] = 2_u32.to_le_bytes();
    const WRITE: u16 = 2;
    let (version, rest) = value.split_first_chunk::<4>()?;
    let (entries, []) = rest.as_chunks::<8>() else {
        return None;
    };
    if *version != VERSION {
        return None;
    }
    let read = |entry: &[u8; 8]| {
        let [t0, t1, p0, p1, id @ ..] = *entry;
        let tag = u16::from_le_bytes([t0, t1]);
        let may_write = u16::from_le_bytes([p0, p1]) & WRITE != 0;
        (tag, may_write, u32::from_le_bytes(id))
    };
    let entries: Vec<(u16, bool, u32)> = entries.iter().map(read).collect();
    if entries
        .iter()
        .any(|(tag, may_write, _)| *tag == 0x10 && !may_write)
    {
        return Some(Vec::new());
    }
    let writing = entries.iter().filter(|(_, may_write, _)| *may_write);
    let named = writing.filter_map(|(tag, _, id)| match tag {
        0x02 => Some(Entry::User(*id)),
        0x04 => Some(Entry::OwningGroup),
        0x08 => Some(Entry::Group(*id)),
        _ => None,
    });
    Some(named.collect())
}

/// The users and groups of this host's files. Whom a directory service adds to a group that is here
/// is not known; a group that it alone knows counts as one of others.
struct Accounts {
    passwd: Option<String>,
    group: Option<String>,
}

impl Accounts {
    fn of_host() -> Self {
        let read = |path| read_text(Path::new(path)).ok();
        Self {
            passwd: read("/etc/passwd"),
            group: read("/etc/group"),
        }
    }

    /// Why not only root and this user are in a group.
    fn why_shared(&self, group: u32, user: u32) -> Option<String> {
        let fields = |text: &Option<String>| -> Vec<Vec<String>> {
            let lines = text.as_deref().unwrap_or_default().lines();
            let split = lines.map(|line| line.split(':').map(str::to_owned).collect());
            split.collect()
        };
        let number = |fields: &[String], at: usize| fields.get(at)?.parse::<u32>().ok();
        let users = fields(&self.passwd);
        let groups = fields(&self.group);
        let found = groups.iter().find(|one| number(one, 2) == Some(group));
        let name = found.and_then(|one| one.first());
        let shown = name.map_or_else(String::new, |name| format!(" {name}"));
        let primary = users.iter().filter(|one| number(one, 3) == Some(group));
        let primary: BTreeSet<&str> = primary
            .filter_map(|one| Some(one.first()?.as_str()))
            .collect();
        let listed = found.and_then(|one| one.get(3)).map_or("", String::as_str);
        let listed = listed.split(',').filter(|name| !name.is_empty());
        if found.is_none() && primary.is_empty() {
            return (group != 0).then(|| {
                format!(
                    "its group, which may write, has the id {group}, and who is in it is not known"
                )
            });
        }
        let is_other = |name: &&str| {
            let mut known = users.iter();
            let id = known.find(|one| one.first().is_some_and(|one| one == name));
            let id = id.and_then(|one| number(one, 2));
            id != Some(0) && id != Some(user)
        };
        let other = primary.into_iter().chain(listed).find(is_other)?;
        Some(format!(
            "the group{shown} (id {group}) may write there, and {other} is in it"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acl(entries: &[(u16, u16, u32)]) -> Vec<u8> {
        let mut value = 2_u32.to_le_bytes().to_vec();
        for (tag, permissions, id) in entries {
            value.extend(tag.to_le_bytes());
            value.extend(permissions.to_le_bytes());
            value.extend(id.to_le_bytes());
        }
        value
    }

    const NONE: u32 = u32::MAX;

    #[test]
    fn an_access_list_says_who_may_write() {
        let list = acl(&[
            (0x01, 7, NONE),
            (0x02, 7, 1000),
            (0x02, 5, 1001),
            (0x04, 5, NONE),
            (0x08, 7, 50),
            (0x10, 7, NONE),
            (0x20, 5, NONE),
        ]);
        let expected = vec![Entry::User(1000), Entry::Group(50)];
        assert_eq!(writers(&list), Some(expected));
        let masked = acl(&[(0x01, 7, NONE), (0x02, 7, 1000), (0x10, 5, NONE)]);
        assert_eq!(writers(&masked), Some(Vec::new()));
        for odd in [&b"\x01\0\0\0"[..], b"", b"\x02\0\0\0\x01"] {
            assert_eq!(writers(odd), None);
        }
    }

    #[test]
    fn a_group_of_ones_own_is_nobody_else() {
        let accounts = Accounts {
            passwd: Some(
                "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/:/bin/sh\nbob:x:1001:50::/:/bin/sh"
                    .to_owned(),
            ),
            group: Some(
                "root:x:0:\nann:x:1000:\nstaff:x:50:\nadmin:x:60:root,ann\n\
                         both:x:70:ann,bob\ngone:x:80:nobody-knows\n"
                    .to_owned(),
            ),
        };
        let why = |group| accounts.why_shared(group, 1000);
        assert_eq!((why(0), why(1000), why(60)), (None, None, None));
        for (group, said) in [
            (
                50,
                "the group staff (id 50) may write there, and bob is in it",
            ),
            (70, "bob is in it"),
            (80, "nobody-knows is in it"),
            (90, "has the id 90, and who is in it is not known"),
        ] {
            let why = why(group).unwrap();
            assert!(why.contains(said), "{why}");
        }
        let empty = Accounts {
            passwd: None,
            group: None,
        };
        assert_eq!(empty.why_shared(0, 0), None);
        assert!(empty.why_shared(5, 0).is_some());
    }
}
