//! Power cuts: a run is killed at a step on an ext4 image, and the file system is shut down
//! without writing anything more. What comes back after the next mount is what was on disk.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::mounted::Mounted;
use super::state::{Came, State};
use super::strace::{Point, with_faults};
use super::subject::{Subject, copy_to, init, kill, pkigen, recover, renew, undo};
use crate::support::{Tree, require, run};

/// The last two take away what ext4 forces to disk out of courtesy for programs that do not. None
/// writes by itself while a test runs.
const MODES: [&str; 3] = [
    "loop,commit=600",
    "loop,commit=600,data=writeback",
    "loop,commit=600,noauto_da_alloc",
];

/// `EXT4_IOC_SHUTDOWN` with `NOLOGFLUSH`: as if the power were gone.
const CUT: &str = "
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))
";

/// An image with a tree in it, to be copied.
struct Image {
    file: PathBuf,
    directory: TempDir,
}

/// As if the power were gone: nothing more is written.
fn cut_power(mounted: Mounted) {
    let mut python = Command::new("/usr/bin/python3");
    run(python.args(["-c", CUT]).arg(mounted.at())).expect(0, "EXT4_IOC_SHUTDOWN");
    mounted.unmount();
}

impl Image {
    fn of(subject: &Subject) -> Self {
        require("mkfs.ext4", "e2fsprogs");
        require("/usr/bin/python3", "python3");
        // Not in memory: the images are sparse, and their blocks come and go.
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("image");
        std::fs::File::create(&file)
            .and_then(|image| image.set_len(24 << 20))
            .unwrap();
        let mut mkfs = Command::new("mkfs.ext4");
        let options = ["-q", "-F", "-E", "lazy_itable_init=0"];
        run(mkfs.args(options).arg(&file)).expect(0, "mkfs.ext4");
        let at = directory.path().join("mnt");
        std::fs::create_dir(&at).unwrap();
        let mounted = Mounted::image(&file, &at, MODES[0]);
        copy_to(subject.tree().path(), &at);
        mounted.unmount();
        Self { file, directory }
    }

    /// Kills the command of a subject at a step, cuts the power, and gives what comes back.
    fn cut(&self, subject: &Subject, mode: &str, point: Point) -> (bool, Came) {
        let what = format!("{} cut at {point}, {mode}", subject.name);
        let image = self.directory.path().join("copy");
        let mut copy = Command::new("cp");
        copy.arg("--sparse=always").arg(&self.file).arg(&image);
        run(&mut copy).expect(0, "cp");
        let tree = Tree::at(self.directory.path().join("mnt"));
        let mounted = Mounted::image(&image, tree.path(), mode);
        kill(&tree, &subject.command(&tree), point);
        let went_on = State::of(&tree).contents() != subject.old;
        cut_power(mounted);

        let mounted = Mounted::image(&image, tree.path(), "loop");
        tree.assert_readable(&what);
        pkigen(&tree, &["recover"]).expect(0, &what);
        let came = subject.settled(&tree, &what);
        mounted.unmount();
        (went_on, came)
    }
}

/// Where a run waits for the disk, or changes or removes a name: the steps of the protocol.
const STEPS: [&str; 4] = ["fsync", "renameat", "renameat2", "unlinkat"];

fn cut_at_every_step(subject: impl FnOnce() -> Subject, stride: usize) {
    let subject = subject();
    let image = Image::of(&subject);
    let points = subject.points();
    let steps = points.tried.iter().filter(|one| STEPS.contains(&one.call));
    let steps: Vec<&Point> = steps.collect();
    for (number, mode) in MODES.iter().enumerate() {
        let mut ends: BTreeMap<(bool, Came), usize> = BTreeMap::new();
        // Each mode begins elsewhere, so that all together leave few out.
        let offset = (number * 2) % stride;
        for point in steps.iter().skip(offset).step_by(stride) {
            let end = image.cut(&subject, mode, **point);
            *ends.entry(end).or_default() += 1;
        }
        let tried: usize = ends.values().sum();
        eprintln!(
            "{}, {mode}: power cut at {tried} steps; names changed before it, and what recovery \
             made of it: {ends:?}",
            subject.name
        );
    }
}

#[test]
fn a_renewal_without_power() {
    cut_at_every_step(renew, 2);
}

#[test]
fn an_init_without_power() {
    cut_at_every_step(init, 5);
}

#[test]
fn an_undo_without_power() {
    cut_at_every_step(undo, 5);
}

#[test]
fn a_recovery_without_power() {
    cut_at_every_step(recover, 3);
}

/// The cut is one: of a disk that only says that it has written, nothing of the run is left.
#[test]
fn a_disk_that_lies_loses_what_was_reported_as_done() {
    let subject = init();
    let image = Image::of(&subject);
    let tree = Tree::at(image.directory.path().join("mnt"));
    let mounted = Mounted::image(&image.file, tree.path(), MODES[0]);
    let faults = [("fsync", "retval=0")];
    run(&mut with_faults(&subject.command(&tree), &faults)).expect(0, "a lying disk");
    cut_power(mounted);
    let mounted = Mounted::image(&image.file, tree.path(), "loop");
    let left = tree.table_files();
    mounted.unmount();
    assert!(left.is_empty(), "{left:?}");
}

/// What was reported as done is on disk.
#[test]
fn what_is_done_stays_done() {
    for subject in [renew(), init(), undo()] {
        let image = Image::of(&subject);
        for mode in MODES {
            let what = format!("{} done, {mode}", subject.name);
            let tree = Tree::at(image.directory.path().join("mnt"));
            let mounted = Mounted::image(&image.file, tree.path(), mode);
            run(&mut subject.command(&tree)).expect(0, &what);
            let done = State::of(&tree).contents();
            cut_power(mounted);
            let mounted = Mounted::image(&image.file, tree.path(), "loop");
            assert_eq!(State::of(&tree).contents(), done, "{what}");
            subject.settled(&tree, &what);
            let mut clear = Command::new("find");
            let options = [
                "-mindepth",
                "1",
                "-maxdepth",
                "1",
                "!",
                "-name",
                "lost+found",
            ];
            clear.arg(tree.path()).args(options);
            run(clear.args(["-exec", "rm", "-rf", "{}", "+"])).expect(0, "rm");
            copy_to(subject.tree().path(), tree.path());
            mounted.unmount();
        }
    }
}
