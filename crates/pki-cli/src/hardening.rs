//! What the kernel is asked to keep to itself.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

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
