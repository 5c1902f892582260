//! What the tests against real servers and a hostile file system share.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use pki_core::authority::path::verify_usage;
use pki_core::observation::{ClientFacts, Found, RowFacts};
use pki_core::spec::Form;
use pki_core::{CERTS, Certificate, Profile};
use pki_layout::{Directories, Root, mode_of};
use tempfile::TempDir;
use time::OffsetDateTime;

/// The command under test.
pub(crate) const PKIGEN: &str = env!("CARGO_BIN_EXE_pkigen");

/// Names every value that would otherwise be the host's.
pub(crate) const INIT: [&str; 5] = [
    "init",
    "--node-name",
    "cp1",
    "--advertise-address",
    "192.0.2.10",
];

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Run {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Starts a command, whose output is kept for [`end`].
pub(crate) fn start(mut command: Command) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Waits for the end of a command that was started.
pub(crate) fn end(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Run {
    pub(crate) fn expect(self, code: i32, what: &str) -> Self {
        assert_eq!(self.code, Some(code), "{what}: {self:#?}");
        self
    }

    pub(crate) fn expect_error(self, code: i32, words: &[&str], what: &str) -> Self {
        let run = self.expect(code, what);
        for word in words {
            assert!(run.stderr.contains(word), "{what}: no {word:?} in {run:#?}");
        }
        assert!(!run.stderr.contains("panicked"), "{what}: {run:#?}");
        assert!(
            !run.stderr.contains("PRIVATE KEY"),
            "{what}: key in a message"
        );
        run
    }
}

/// A directory that stands for `/`, with `etc/kubernetes` in it or not yet.
#[derive(Debug)]
pub(crate) struct Tree {
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Goes with the tree.
    Own(TempDir),
    Given(PathBuf),
}

impl Tree {
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("pkigen-live-").tempdir();
        Self {
            place: Place::Own(directory.unwrap()),
        }
    }

    /// On a file system that forgets, where there is one: what waits for the disk costs nothing
    /// there.
    pub(crate) fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        let directory = tempfile::Builder::new()
            .prefix("pkigen-live-")
            .tempdir_in(memory);
        directory.map_or_else(
            |_| Self::new(),
            |directory| Self {
                place: Place::Own(directory),
            },
        )
    }

    pub(crate) fn path(&self) -> &Path {
        match &self.place {
            Place::Own(directory) => directory.path(),
            Place::Given(path) => path,
        }
    }

    /// In a directory that is there, and stays.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self {
            place: Place::Given(path),
        }
    }

    pub(crate) fn into_directory(self) -> TempDir {
        match self.place {
            Place::Own(directory) => directory,
            Place::Given(path) => panic!("{} is somebody else's", path.display()),
        }
    }

    pub(crate) fn kubernetes(&self) -> PathBuf {
        self.path().join("etc/kubernetes")
    }

    pub(crate) fn pki(&self) -> PathBuf {
        self.kubernetes().join("pki")
    }

    /// The arguments of `pkigen init` on this tree.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut arguments: Vec<String> = INIT.map(str::to_owned).into();
        arguments.push("--root".to_owned());
        arguments.push(self.path().to_str().unwrap().to_owned());
        arguments
    }

    pub(crate) fn init(&self) -> Command {
        let mut command = Command::new(PKIGEN);
        command.args(self.arguments());
        command
    }

    fn root(&self) -> Root {
        Root::new(self.path(), Directories::default()).unwrap()
    }

    /// The files of the table that are there.
    pub(crate) fn table_files(&self) -> Vec<PathBuf> {
        let root = self.root();
        let artifacts = CERTS.iter().flat_map(|spec| spec.artifacts());
        let paths = artifacts.map(|artifact| root.path(artifact));
        paths
            .filter(|path| path.symlink_metadata().is_ok())
            .collect()
    }

    /// Every file and directory below the root, without following links.
    pub(crate) fn all_files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut pending = vec![self.path().to_owned()];
        while let Some(directory) = pending.pop() {
            for entry in std::fs::read_dir(&directory).unwrap() {
                let path = entry.unwrap().path();
                if path.symlink_metadata().unwrap().is_dir() {
                    pending.push(path.clone());
                }
                files.push(path);
            }
        }
        files
    }

    /// What holds at every instant, however a run ended: what is there is whole, and no private
    /// key is open to others, staged or not.
    pub(crate) fn assert_readable(&self, what: &str) {
        self.assert_rows(what, false);
        for path in self.all_files() {
            let metadata = path.symlink_metadata().unwrap();
            if metadata.is_file() {
                let content = std::fs::read(&path).unwrap();
                let mode = metadata.permissions().mode() & 0o7777;
                let secret = String::from_utf8_lossy(&content).contains("PRIVATE KEY")
                    || path
                        .extension()
                        .is_some_and(|extension| extension == "conf");
                let open = secret && mode & 0o077 != 0;
                assert!(!open, "{what}: {} has mode {mode:o}", path.display());
            }
        }
        self.assert_modes(what);
    }

    /// The same, and what belongs together fits.
    pub(crate) fn assert_sound(&self, what: &str) {
        self.assert_readable(what);
        self.assert_rows(what, true);
    }

    fn assert_rows(&self, what: &str, fits: bool) {
        let inventory = self.root().observe().inventory();
        for spec in CERTS {
            let row = inventory.row(spec.id);
            assert!(is_whole(&row, fits), "{what}: {}: {row:?}", spec.name);
        }
    }

    /// The modes of what is in its place, to the bit.
    fn assert_modes(&self, what: &str) {
        let root = self.root();
        for artifact in CERTS.iter().flat_map(|spec| spec.artifacts()) {
            let path = root.path(artifact);
            let Ok(metadata) = path.symlink_metadata() else {
                continue;
            };
            let mode = metadata.permissions().mode() & 0o7777;
            let expected = mode_of(artifact, Profile::KubernetesIo);
            assert_eq!(mode, expected, "{what}: {}", path.display());
        }
    }

    /// Everything is there, a further run has nothing to do, every pair is accepted, and
    /// directories and files have their modes.
    pub(crate) fn assert_complete(&self, what: &str) {
        self.assert_sound(what);
        let again = run(self.init().args(["-o", "json"])).expect(0, what);
        let report: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
        assert_eq!(report["outcome"], "unchanged", "{what}: {report:#}");
        let kubernetes = self.kubernetes();
        let modes = [
            ("", 0o755),
            ("pki", 0o755),
            ("pki/etcd", 0o755),
            ("pkigen", 0o755),
            ("pkigen/flags", 0o755),
            ("pkigen/rbac.yaml", 0o644),
            (".pkigen", 0o700),
            ("pki/.pkigen", 0o700),
        ];
        for (name, expected) in modes {
            let metadata = kubernetes.join(name).metadata().unwrap();
            let mode = metadata.permissions().mode() & 0o7777;
            assert_eq!(mode, expected, "{what}: mode of {name:?}");
        }
        assert_eq!(self.leftovers(), Vec::<PathBuf>::new(), "{what}");
        self.assert_accepted(what);
    }

    /// The certificates that are in files lead to their authorities, as webpki sees it.
    fn assert_accepted(&self, what: &str) {
        let read = |name: String| {
            let text = std::fs::read(self.pki().join(name)).unwrap();
            Certificate::all_from_pem(&text).unwrap()
        };
        let leaves = CERTS.iter().filter(|spec| !spec.is_authority());
        for spec in leaves.filter(|spec| matches!(spec.form, Form::Pair { .. })) {
            let chain = self.pki().join(format!("{}.crt", spec.stem()));
            if let (Some(usage), Some(issuer), true) = (spec.usage, spec.issuer, chain.exists()) {
                let chain = read(format!("{}.crt", spec.stem()));
                let anchors = read(format!("{}.crt", issuer.spec().stem()));
                let judged = verify_usage(&chain, &anchors, usage, OffsetDateTime::now_utc());
                assert!(judged.is_ok(), "{what}: {}: {judged:?}", spec.name);
            }
        }
    }

    /// Nothing of the table is there; what a failed run may leave is `.pkigen` and directories.
    pub(crate) fn assert_untouched(&self, what: &str) {
        let table = self.table_files();
        assert!(table.is_empty(), "{what}: left {table:?}");
        for path in self.all_files() {
            let lock = path.ends_with(".pkigen/lock");
            assert!(path.is_dir() || lock, "{what}: left {}", path.display());
        }
    }

    /// Staged files that a run has left.
    pub(crate) fn leftovers(&self) -> Vec<PathBuf> {
        let mut files = self.all_files();
        files.retain(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with("stage-") || name.contains("journal")
        });
        files
    }
}

/// Whether what is there can be read, and where it has to, fits what belongs to it.
fn is_whole(row: &RowFacts, has_to_fit: bool) -> bool {
    fn read<T>(found: &Found<T>) -> bool {
        matches!(found, Found::Absent | Found::Present(_))
    }
    match row {
        RowFacts::Pair { certificate, key } => {
            let fits = match (certificate, key) {
                (Found::Present(chain), Found::Present(key)) => {
                    chain[0].spki_der() == key.spki_der()
                }
                _ => true,
            };
            read(certificate) && read(key) && (fits || !has_to_fit)
        }
        RowFacts::KeyPair { private, public } => {
            let fits = match (private, public) {
                (Found::Present(private), Found::Present(public)) => public.contains(private),
                _ => true,
            };
            read(private) && read(public) && (fits || !has_to_fit)
        }
        RowFacts::Kubeconfig(found) => match found {
            Found::Present(facts) => match &facts.client {
                ClientFacts::Embedded { certificate, key } => match (certificate, key) {
                    (Found::Present(chain), Found::Present(key)) => {
                        chain[0].spki_der() == key.spki_der() && facts.trust.present().is_some()
                    }
                    _ => false,
                },
                // The link leads to a whole file, or nowhere as before.
                ClientFacts::Files {
                    rotated: Some(rotated),
                    ..
                } => match (&rotated.pair.certificate, &rotated.pair.key) {
                    (Found::Present(chain), Found::Present(key)) => {
                        chain[0].spki_der() == key.spki_der()
                    }
                    (certificate, _) => certificate.present().is_none() && !rotated.last.is_empty(),
                },
                _ => false,
            },
            found => read(found),
        },
        _ => false,
    }
}

/// Fails the test where a tool is not there, by its Debian package.
pub(crate) fn require(tool: &str, package: &str) {
    let mut command = Command::new(tool);
    command.arg("--version").stdin(Stdio::null());
    let tried = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if let Err(error) = tried {
        panic!("{tool}: {error}; install Debian's package {package} (apt-get install {package})");
    }
}
