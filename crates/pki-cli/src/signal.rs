//! Interruptions: not while names are changing.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag::{register, register_conditional_default};

/// A flag that keeps Ctrl-C and a service manager's TERM from ending the program while it is
/// `false`, for the millisecond that it takes to rename the files. A hang-up is left alone, or
/// nohup would mean nothing; the journal completes what it interrupts.
pub(crate) fn interruptible() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(true));
    for signal in [SIGINT, SIGTERM] {
        // Without it the journal has to do.
        let _ = register_conditional_default(signal, Arc::clone(&flag));
    }
    flag
}

/// Where a limit on file sizes is reached, writing fails as on a full disk; without this the
/// program would be ended in the middle of it.
pub(crate) fn outlive_file_size_limit() {
    // Nobody asks whether it came.
    let _ = register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}
