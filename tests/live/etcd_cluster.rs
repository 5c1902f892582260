//! Three etcd members on loopback, each with the certificates of a pkigen tree of its own.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{PKIGEN, Run, require, run};

const ETCD: &str = "etcd";
const ETCDCTL: &str = "etcdctl";
/// What a further control-plane node shares with the first.
const SHARED: [&str; 8] = [
    "ca.crt",
    "ca.key",
    "front-proxy-ca.crt",
    "front-proxy-ca.key",
    "etcd/ca.crt",
    "etcd/ca.key",
    "sa.key",
    "sa.pub",
];

/// How the trees of a test are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) profile: &'static str,
    pub(crate) key_algorithm: &'static str,
}

/// A node: its directories and what tells it from others. The directories are where flags say
/// they are, so that etcd finds them.
#[derive(Debug)]
pub(crate) struct Node {
    directory: TempDir,
    options: Vec<String>,
    pub(crate) address: String,
}

impl Node {
    /// A node whose tree is not made yet.
    pub(crate) fn new(kind: Kind, name: &str, address: &str) -> Self {
        let directory = tempfile::Builder::new().prefix("pkigen-etcd-").tempdir();
        let directory = directory.unwrap();
        let path = directory.path().to_str().unwrap();
        let options = [
            "--cert-dir",
            &format!("{path}/pki"),
            "--kubeconfig-dir",
            path,
            "--node-name",
            name,
            "--advertise-address",
            address,
            "--profile",
            kind.profile,
            "--key-algorithm",
            kind.key_algorithm,
        ];
        Self {
            options: options.map(str::to_owned).into(),
            address: address.to_owned(),
            directory,
        }
    }

    pub(crate) fn pki(&self) -> PathBuf {
        self.directory.path().join("pki")
    }

    fn pkigen(&self, arguments: &[&str]) -> Run {
        run(Command::new(PKIGEN).args(arguments).args(&self.options))
    }

    /// The first node, or one of another cluster.
    pub(crate) fn init(self, more: &[&str]) -> Self {
        let arguments = [&["init"], more].concat();
        self.pkigen(&arguments).expect(0, "init");
        self
    }

    /// A further node, as the manual says: the shared files are copied, the rest is made.
    pub(crate) fn join(self, first: &Self, more: &[&str]) -> Self {
        std::fs::create_dir_all(self.pki().join("etcd")).unwrap();
        for file in SHARED {
            std::fs::copy(first.pki().join(file), self.pki().join(file)).unwrap();
        }
        self.init(&[&["--for-join"], more].concat())
    }

    /// Renews everything of the node.
    pub(crate) fn renew(&self) -> Run {
        let path = self.directory.path();
        let mut command = Command::new(PKIGEN);
        command.args(["renew", "all", "--cert-dir"]).arg(self.pki());
        run(command.arg("--kubeconfig-dir").arg(path))
    }

    /// The flags of a component, as printed, one a line.
    pub(crate) fn flags(&self, component: &str) -> Vec<String> {
        let printed = self.pkigen(&["flags", component, "-o", "args"]);
        let printed = printed.expect(0, component);
        let flags: Vec<String> = printed.stdout.lines().map(str::to_owned).collect();
        assert!(flags.len() > 3, "{flags:?}");
        flags
    }
}

/// Who speaks to etcd.
#[derive(Debug)]
pub(crate) struct Client {
    flags: Vec<String>,
}

impl Client {
    /// With the flags that a node's tree has for etcdctl. They name the usual port; the members
    /// of a test have others.
    pub(crate) fn of(node: &Node) -> Self {
        let mut flags = node.flags("etcdctl");
        let usual = "--endpoints=https://127.0.0.1:2379";
        assert!(flags.iter().any(|flag| flag == usual), "{flags:?}");
        flags.retain(|flag| flag != usual);
        Self { flags }
    }

    /// With nothing but the authority.
    pub(crate) fn without_certificate(mut self) -> Self {
        self.flags.retain(|flag| flag.starts_with("--cacert="));
        assert_eq!(self.flags.len(), 1);
        self
    }

    /// With somebody else's authority to check the server by.
    pub(crate) fn trusting(mut self, node: &Node) -> Self {
        let trust = format!("--cacert={}", node.pki().join("etcd/ca.crt").display());
        self.flags.retain(|flag| !flag.starts_with("--cacert="));
        self.flags.push(trust);
        self
    }

    /// With another pair of the same tree.
    pub(crate) fn presenting(mut self, pair: &Path) -> Self {
        self.flags.retain(|flag| flag.starts_with("--cacert="));
        for (flag, extension) in [("--cert", "crt"), ("--key", "key")] {
            self.flags
                .push(format!("{flag}={}.{extension}", pair.display()));
        }
        self
    }

    pub(crate) fn run(&self, endpoint: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new(ETCDCTL);
        command.env("ETCDCTL_API", "3").args(&self.flags);
        command.args(["--dial-timeout=2s", "--command-timeout=4s"]);
        command.arg(format!("--endpoints={endpoint}"));
        run(command.args(arguments))
    }
}

/// A running etcd, ended when dropped.
#[derive(Debug)]
pub(crate) struct Member {
    child: Child,
    data: TempDir,
    pub(crate) endpoint: String,
    /// Where the other members reach it.
    pub(crate) peer: String,
}

impl Drop for Member {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Member {
    /// Whether the process of the beginning still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.data.path().join("log")).unwrap_or_default()
    }

    /// Waits until it has logged all these words in one line, after so many bytes.
    pub(crate) fn await_log(&self, after: usize, words: &[&str], what: &str) {
        let started = Instant::now();
        let logged = |line: &str| words.iter().all(|word| line.contains(word));
        while !self.log()[after..].lines().any(logged) {
            assert!(
                started.elapsed() < Duration::from_secs(15),
                "{what}: {words:?} not in the log:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn await_health(&self, client: &Client) {
        let started = Instant::now();
        loop {
            let run = client.run(&self.endpoint, &["endpoint", "health"]);
            if run.code == Some(0) {
                return;
            }
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "{} is not healthy: {run:#?}\n{}",
                self.endpoint,
                self.log()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Where the members of a cluster are: a client and a peer port for each.
#[derive(Debug)]
pub(crate) struct Plan {
    urls: Vec<(String, String)>,
}

impl Plan {
    /// Free ports for each node's address, all held until all are known.
    pub(crate) fn new(nodes: &[&Node]) -> Self {
        let mut held = Vec::new();
        let mut url = |address: &str| {
            let listener = TcpListener::bind((address, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            held.push(listener);
            format!("https://{address}:{port}")
        };
        let urls = nodes
            .iter()
            .map(|node| (url(&node.address), url(&node.address)));
        Self {
            urls: urls.collect(),
        }
    }

    /// Starts one member, with the flags printed for `flags_of` and the addresses of the plan.
    pub(crate) fn start(&self, number: usize, flags_of: &Node) -> Member {
        let (client, peer) = &self.urls[number];
        let cluster: Vec<String> = self
            .urls
            .iter()
            .enumerate()
            .map(|(number, (_, peer))| format!("m{number}={peer}"))
            .collect();
        let data = tempfile::tempdir().unwrap();
        let log = File::create(data.path().join("log")).unwrap();
        let child = Command::new(ETCD)
            .args(flags_of.flags("etcd"))
            .arg(format!("--name=m{number}"))
            .arg(format!("--data-dir={}", data.path().join("data").display()))
            .arg(format!("--listen-client-urls={client}"))
            .arg(format!("--advertise-client-urls={client}"))
            .arg(format!("--listen-peer-urls={peer}"))
            .arg(format!("--initial-advertise-peer-urls={peer}"))
            .arg(format!("--initial-cluster={}", cluster.join(",")))
            .arg("--logger=zap")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Member {
            child,
            data,
            endpoint: client.clone(),
            peer: peer.clone(),
        }
    }
}

/// Fails with what to install.
pub(crate) fn require_etcd() {
    require(ETCD, "etcd-server");
    require(ETCDCTL, "etcd-client");
}
