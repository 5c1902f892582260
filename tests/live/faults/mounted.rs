//! File systems that are mounted for a while.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::run;

/// Something mounted, until dropped.
#[derive(Debug)]
pub(super) struct Mounted {
    at: PathBuf,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).output();
    }
}

impl Mounted {
    /// A file that holds a file system.
    pub(super) fn image(image: &Path, at: &Path, options: &str) -> Self {
        let image = image.to_str().unwrap();
        Self::new(&["-o", options, image], at)
    }

    /// An empty file system in memory.
    pub(super) fn memory(at: &Path, options: &str) -> Self {
        let arguments = ["-t", "tmpfs", "-o", options, "none"];
        Self::new(&arguments, at)
    }

    /// Layers of directories.
    pub(super) fn overlay(at: &Path, options: &str) -> Self {
        Self::new(&["-t", "overlay", "-o", options, "none"], at)
    }

    /// One directory under the name of another too.
    pub(super) fn bind(from: &Path, at: &Path) -> Self {
        Self::new(&["--bind", from.to_str().unwrap()], at)
    }

    /// A file or directory over itself, read-only or not.
    pub(super) fn over_itself(at: &Path, read_only: bool) -> Self {
        let bound = Self::new(&["--bind", at.to_str().unwrap()], at);
        if read_only {
            let mut remount = Command::new("mount");
            remount.args(["-o", "remount,ro,bind"]).arg(at);
            run(&mut remount).expect(0, "remount");
        }
        bound
    }

    fn new(arguments: &[&str], at: &Path) -> Self {
        run(Command::new("mount").args(arguments).arg(at)).expect(0, "root mounts file systems");
        Self { at: at.to_owned() }
    }

    pub(super) fn at(&self) -> &Path {
        &self.at
    }

    pub(super) fn unmount(self) {
        // A process that another test is starting at this instant may still hold a file of it.
        let started = Instant::now();
        loop {
            let done = run(Command::new("umount").arg(&self.at));
            if done.code == Some(0) {
                break;
            }
            let patience = started.elapsed() < Duration::from_secs(20);
            assert!(patience && done.stderr.contains("busy"), "{done:#?}");
            std::thread::sleep(Duration::from_millis(50));
        }
        std::mem::forget(self);
    }
}
