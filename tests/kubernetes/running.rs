//! A control plane that runs with a tree: etcd and kube-apiserver by the flags of its manifests, as
//! they are. The tree is their root, and their network a namespace that has the node's address; the
//! programs have to be linked statically.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::binary;
use crate::support::{Tree, program, said};

/// The address of the fixtures' node.
pub(crate) const ADDRESS: &str = "192.168.10.11";

/// Long enough for a machine that does something else too.
const PATIENCE: Duration = Duration::from_secs(120);

/// A process that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A node whose components run.
pub(crate) struct ControlPlane<'a> {
    tree: &'a Tree,
    // In the order in which they end.
    apiserver: Option<Running>,
    etcd: Option<Running>,
    network: Running,
}

impl<'a> ControlPlane<'a> {
    /// A node's control plane, once it is ready; nothing where there are no programs.
    pub(crate) fn start(tree: &'a Tree) -> Option<Self> {
        for name in ["kubectl", "etcd", "kube-apiserver"] {
            bring(&tree.root(), name)?;
        }
        fs::create_dir_all(tree.at("/tmp")).unwrap();
        fs::create_dir_all(tree.at("/dev")).unwrap();
        fs::write(tree.at("/dev/null"), "").unwrap();
        // The configuration's endpoint.
        hosts(&tree.root(), ADDRESS);
        let mut new = Self {
            tree,
            apiserver: None,
            etcd: None,
            network: network(),
        };
        new.restart();
        Some(new)
    }

    /// Ends both and starts them again, with what is in their files now.
    pub(crate) fn restart(&mut self) {
        self.apiserver = None;
        self.etcd = None;
        self.etcd = Some(self.component("etcd"));
        self.apiserver = Some(self.component("kube-apiserver"));
        let start = Instant::now();
        let mut last = String::new();
        while start.elapsed() < PATIENCE {
            let output = self.kubectl("admin.conf", &["get", "--raw", "/readyz"]);
            if output.status.success() {
                return;
            }
            last = said(&output);
            std::thread::sleep(Duration::from_millis(300));
        }
        let log = |name| fs::read_to_string(self.tree.beside(name)).unwrap_or_default();
        let logs = ["etcd.log", "kube-apiserver.log"].map(log);
        let ends = logs.map(|log| {
            let lines: Vec<&str> = log.lines().rev().take(10).collect();
            lines.join("\n")
        });
        panic!("not ready: {last}\n{}", ends.join("\n"));
    }

    /// Another address for the host, then both again.
    pub(crate) fn moves(&mut self, from: &str, to: &str) {
        let script = format!("ip addr del {from}/32 dev lo && ip addr add {to}/32 dev lo");
        let mut command = self.beside("sh");
        let output = program(command.args(["-c", &script]), "nsenter", "util-linux");
        assert!(output.status.success(), "{}", said(&output));
        hosts(&self.tree.root(), to);
        self.restart();
    }

    /// A program of this machine, in the node's network.
    pub(crate) fn beside(&self, name: &str) -> Command {
        let network = format!("--net=/proc/{}/ns/net", self.network.0.id());
        let mut command = Command::new("nsenter");
        command.args([&network, "--", name]);
        let programs = std::env::var("PKIGEN_KUBERNETES").unwrap();
        let path = std::env::var("PATH").unwrap();
        command.env("PATH", format!("{programs}:{path}"));
        command
    }

    /// A command in the node's network, below its root.
    fn command(&self, name: &str) -> Command {
        self.command_below(&self.tree.root(), name)
    }

    /// The same below another root.
    fn command_below(&self, root: &Path, name: &str) -> Command {
        let mut command = self.beside("chroot");
        command.arg(root).arg(format!("/{name}")).env_clear();
        command
            .env("HOME", "/tmp")
            .env("PATH", std::env::var("PATH").unwrap());
        command.stdin(Stdio::null());
        command
    }

    fn component(&self, name: &str) -> Running {
        let manifest = self.tree.etc(&format!("manifests/{name}.yaml"));
        let manifest = fs::read_to_string(manifest).unwrap();
        let flags = manifest
            .lines()
            .filter_map(|line| line.trim().strip_prefix("- --"));
        let flags: Vec<String> = flags.map(|flag| format!("--{flag}")).collect();
        assert!(flags.len() >= 5, "{name}: {flags:?}");
        let log = File::create(self.tree.beside(&format!("{name}.log"))).unwrap();
        let mut command = self.command(name);
        command.args(flags).stdout(Stdio::null()).stderr(log);
        Running(command.spawn().unwrap())
    }

    /// Starts kube-controller-manager or kube-scheduler, and waits until it leads: then its
    /// kubeconfig is right, and what else it was told of.
    pub(crate) fn leads(&self, name: &str) {
        bring(&self.tree.root(), name).unwrap();
        let _running = self.component(name);
        let lease = ["get", "lease", "--namespace=kube-system", name];
        self.awaits("super-admin.conf", &lease);
    }

    /// Waits until kubectl succeeds with this.
    #[track_caller]
    pub(crate) fn awaits(&self, kubeconfig: &str, arguments: &[&str]) {
        self.awaits_below(&self.tree.root(), kubeconfig, arguments);
    }

    /// The same below another root.
    #[track_caller]
    pub(crate) fn awaits_below(&self, root: &Path, kubeconfig: &str, arguments: &[&str]) {
        let start = Instant::now();
        loop {
            let output = self.kubectl_below(root, kubeconfig, arguments);
            if output.status.success() {
                return;
            }
            let said = said(&output);
            assert!(start.elapsed() < PATIENCE, "{arguments:?}: {said}");
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// kubectl with a kubeconfig of the node.
    pub(crate) fn kubectl(&self, kubeconfig: &str, arguments: &[&str]) -> Output {
        self.kubectl_below(&self.tree.root(), kubeconfig, arguments)
    }

    /// The same below another root: another machine's, in the same network.
    pub(crate) fn kubectl_below(
        &self,
        root: &Path,
        kubeconfig: &str,
        arguments: &[&str],
    ) -> Output {
        if root != self.tree.root() {
            bring(root, "kubectl").unwrap();
            hosts(root, ADDRESS);
        }
        let mut command = self.command_below(root, "kubectl");
        command.arg(format!("--kubeconfig=/etc/kubernetes/{kubeconfig}"));
        command.arg("--request-timeout=10s").args(arguments);
        program(&mut command, "nsenter", "util-linux")
    }

    /// Who the API server takes the user of a kubeconfig for. It must be reached.
    #[track_caller]
    pub(crate) fn who(&self, kubeconfig: &str) -> String {
        let output = self.kubectl(
            kubeconfig,
            &[
                "auth",
                "whoami",
                "--output=jsonpath={.status.userInfo.username}",
            ],
        );
        assert!(output.status.success(), "{kubeconfig}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Where the configuration's endpoint is.
fn hosts(root: &Path, address: &str) {
    fs::write(
        root.join("etc/hosts"),
        format!("{address} api.example.org\n"),
    )
    .unwrap();
}

/// A program below a root.
fn bring(root: &Path, name: &str) -> Option<()> {
    let from = binary(name)?.get_program().to_owned();
    let to = root.join(name);
    if !to.exists() && fs::hard_link(&from, &to).is_err() {
        fs::copy(&from, &to).unwrap();
    }
    Some(())
}

/// A network of its own, with the node's address.
fn network() -> Running {
    let script = format!("ip link set lo up && ip addr add {ADDRESS}/32 dev lo && exec sleep 3600");
    let mut command = Command::new("unshare");
    command.args(["--net", "sh", "-c", &script]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    let running = Running(child.expect("unshare starts: it is in the package util-linux"));
    let start = Instant::now();
    let path = format!("/proc/{}/net/fib_trie", running.0.id());
    while start.elapsed() < PATIENCE {
        if fs::read_to_string(Path::new(&path)).is_ok_and(|text| text.contains(ADDRESS)) {
            return running;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("no network of its own: ip is in the package iproute2, and this needs root");
}
