//! What the kernel is asked to keep to itself.

use rustix::process::{
    DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit,
};

/// No core dump of this process, which may hold private keys, by whatever collects them: a limit
/// of zero bytes stops the kernel from writing a file, and a process that is not dumpable is
/// neither piped to a collector nor open to other processes of the same user.
///
/// Where the kernel refuses, the command works as well without.
pub(crate) fn forbid_core_dumps() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// As many open files as this process may have: a transaction holds each file that it replaces,
/// the new one, and their directories.
pub(crate) fn open_many_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let _ = setrlimit(Resource::Nofile, raised);
}
