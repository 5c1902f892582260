//! Where components are told: units, variables, processes, YAML files.

use super::{Node, manifest_path};

/// etcd by a YAML file instead of flags, with this answer to whether clients are asked.
pub(crate) fn etcd_by_file(node: &Node, client_cert_auth: &str) {
    let path = manifest_path("etcd");
    let text = node.read(&path);
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("    - --"))
        .collect();
    let file = "/etc/kubernetes/etcd.yaml";
    let flag = format!("    - etcd\n    - --config-file={file}");
    node.write(&path, &kept.join("\n").replace("    - etcd", &flag));
    node.write(
        file,
        &format!(
            "name: cp1\ndata-dir: /var/lib/etcd\n\
             listen-client-urls: https://127.0.0.1:2379,https://192.0.2.10:2379\n\
             advertise-client-urls: https://192.0.2.10:2379\n\
             listen-peer-urls: https://192.0.2.10:2380\n\
             initial-advertise-peer-urls: https://192.0.2.10:2380\n\
             client-transport-security:\n\
             \x20 cert-file: /etc/kubernetes/pki/etcd/server.crt\n\
             \x20 key-file: /etc/kubernetes/pki/etcd/server.key\n\
             \x20 client-cert-auth: {client_cert_auth}\n\
             \x20 trusted-ca-file: /etc/kubernetes/pki/etcd/ca.crt\n\
             peer-transport-security:\n\
             \x20 cert-file: /etc/kubernetes/pki/etcd/peer.crt\n\
             \x20 key-file: /etc/kubernetes/pki/etcd/peer.key\n\
             \x20 client-cert-auth: true\n\
             \x20 trusted-ca-file: /etc/kubernetes/pki/etcd/ca.crt\n"
        ),
    );
}

use super::{Case, KUBELET, assert_cases};

const UNIT: &str = "/usr/lib/systemd/system/kubelet.service";
pub(super) const DROP_IN: &str = "/etc/systemd/system/kubelet.service.d/10-kubeadm.conf";
const FLAGS_ENV: &str = "/var/lib/kubelet/kubeadm-flags.env";

/// A kubelet as kubeadm's packages start it.
pub(super) fn kubelet_unit(node: &Node) {
    node.write(
        UNIT,
        "[Unit]\nDescription=kubelet\n[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n",
    );
    node.write(
        DROP_IN,
        "# Note: this comes from kubeadm.\n[Service]\n\
         Environment=\"KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf\"\n\
         Environment=\"KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml\"\n\
         EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\n\
         EnvironmentFile=-/etc/default/kubelet\n\
         ExecStart=\n\
         ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS \\\n  \
         $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS\n",
    );
    node.write(
        FLAGS_ENV,
        "KUBELET_KUBEADM_ARGS=\"--container-runtime-endpoint=unix:///run/containerd/containerd.sock --node-ip=192.0.2.10\"\n",
    );
}

pub(super) const UNITS: &[Case] = &[
    ("as kubeadm has it", kubelet_unit, &[]),
    (
        "a flag in a drop-in of one's own",
        |node| {
            kubelet_unit(node);
            node.write(
                "/etc/systemd/system/kubelet.service.d/20-own.conf",
                "[Service]\nEnvironment=KUBELET_EXTRA_ARGS=--anonymous-auth=true\n",
            );
        },
        &[
            "unsafe-setting kubelet --anonymous-auth 4.2.1",
            "?deprecated-flag kubelet --anonymous-auth",
        ],
    ),
    (
        "a flag in kubeadm-flags.env",
        |node| {
            kubelet_unit(node);
            node.edit(
                FLAGS_ENV,
                " --node-ip",
                " --tls-ca-certificate=/x --node-ip",
            );
        },
        &["unknown-flag kubelet --tls-ca-certificate"],
    ),
    (
        "an address that its certificate does not have",
        |node| {
            kubelet_unit(node);
            node.edit(FLAGS_ENV, "192.0.2.10", "192.0.2.99");
        },
        &["name-not-served kubelet tlsCertFile 4.2.9"],
    ),
    (
        "a kubeconfig that is not there, on a line that goes on",
        |node| {
            kubelet_unit(node);
            node.edit(
                DROP_IN,
                "/etc/kubernetes/kubelet.conf",
                "/etc/kubernetes/nowhere.conf",
            );
            node.edit(
                DROP_IN,
                "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf ",
                "",
            );
        },
        &["missing-file kubelet --kubeconfig"],
    ),
    (
        "a configuration that is not there",
        |node| {
            kubelet_unit(node);
            std::fs::remove_file(node.tree().at(KUBELET)).unwrap();
        },
        &["unread-source /usr/lib/systemd/system/kubelet.service"],
    ),
    (
        "no configuration at all: the defaults of flags count",
        |node| {
            kubelet_unit(node);
            node.edit(DROP_IN, "--config=/var/lib/kubelet/config.yaml", "");
        },
        &[
            "missing-flag kubelet authentication.x509.clientCAFile 4.2.3",
            "missing-flag kubelet tlsCertFile 4.2.9",
            "unsafe-setting kubelet authentication.anonymous.enabled 4.2.1",
            "unsafe-setting kubelet authorization.mode 4.2.2",
            "unsafe-setting kubelet readOnlyPort 4.2.4",
            "unsafe-setting kubelet rotateCertificates 4.2.10",
        ],
    ),
    (
        "a unit that everybody can read",
        |node| {
            kubelet_unit(node);
            node.chmod(DROP_IN, 0o644);
        },
        &["loose-mode /etc/systemd/system/kubelet.service.d/10-kubeadm.conf 4.1.1"],
    ),
    (
        "etcd as a distribution starts it",
        |node| {
            let path = manifest_path("etcd");
            let text = node.read(&path);
            let flags = text
                .lines()
                .filter_map(|line| line.strip_prefix("    - --"));
            let variables: Vec<String> = flags
                .map(|flag| {
                    let (name, value) = flag.split_once('=').unwrap();
                    let name = name.replace('-', "_").to_uppercase();
                    format!("ETCD_{name}=\"{value}\"\n")
                })
                .collect();
            std::fs::remove_file(node.tree().at(&path)).unwrap();
            node.write(
                "/etc/default/etcd",
                &variables.concat().replace(
                    "CLIENT_CERT_AUTH=\"true\"\nETCD_DATA",
                    "CLIENT_CERT_AUTH=\"false\"\nETCD_DATA",
                ),
            );
            node.write(
                        "/usr/lib/systemd/system/etcd.service",
                        "[Service]\nEnvironmentFile=-/etc/default/%p\nEnvironmentFile=/etc/default/etcd\nExecStart=/usr/bin/etcd $DAEMON_ARGS\n",
                    );
        },
        &["unsafe-setting etcd ETCD_CLIENT_CERT_AUTH 2.2"],
    ),
];

#[test]
fn units_with_drop_ins_and_variables_are_read() {
    assert_cases(UNITS, &["--systemd"]);
}

/// They are looked at only where that is asked for.
#[test]
fn units_and_processes_are_left_alone_otherwise() {
    let node = Node::good();
    kubelet_unit(&node);
    node.edit(
        FLAGS_ENV,
        " --node-ip",
        " --tls-ca-certificate=/x --node-ip",
    );
    node.write("/proc/7/cmdline", "etcd\0--auto-tls=true\0");
    assert_eq!(node.found(&[]), [""; 0]);
}

#[test]
fn command_lines_of_processes_are_read() {
    let node = Node::good();
    let path = manifest_path("kube-scheduler");
    let text = node.read(&path);
    let flags = text
        .lines()
        .filter_map(|line| line.strip_prefix("    - --"));
    let line: Vec<String> = flags.map(|flag| format!("--{flag}\0")).collect();
    let line = line.concat();
    // What runs as its manifest says is not looked at twice.
    node.write(
        "/proc/7/cmdline",
        &format!("/usr/local/bin/kube-scheduler\0{line}"),
    );
    node.write("/proc/8/cmdline", "grep\0etcd\0");
    node.write("/proc/9/cmdline", "");
    node.write("/proc/self/cmdline", "etcd\0--auto-tls=true\0");
    assert_eq!(node.found(&["--proc"]), [""; 0]);
    let other = line.replace("scheduler.conf", "gone.conf");
    node.write("/proc/7/cmdline", &format!("kube-scheduler\0{other}"));
    let found = node.found(&["--proc"]);
    assert_eq!(found, ["missing-file kube-scheduler --kubeconfig"]);
    let report = node.audit(&["--proc", "-o", "json"]).json();
    assert_eq!(report["findings"][0]["place"]["file"], "/proc/7/cmdline");
}

#[test]
fn etcd_is_told_by_a_yaml_file() {
    let node = Node::good();
    etcd_by_file(&node, "false");
    let report = node.audit(&["-o", "json"]).json();
    assert_eq!(
        super::in_short(&node.audit(&["-o", "json"])),
        ["unsafe-setting etcd client-transport-security.client-cert-auth 2.2"]
    );
    let place = &report["findings"][0]["place"];
    assert_eq!(place["file"], "/etc/kubernetes/etcd.yaml");
    assert_eq!(place["line"], 10);
}

/// Every other flag is ignored then, so that what it says is not audited.
#[test]
fn a_yaml_file_of_etcd_that_cannot_be_read_is_said() {
    let node = Node::good();
    etcd_by_file(&node, "true");
    std::fs::remove_file(node.tree().etc("etcd.yaml")).unwrap();
    let found = node.found(&[]);
    assert_eq!(found, ["unread-source /etc/kubernetes/manifests/etcd.yaml"]);
}

#[test]
fn other_places_can_be_named() {
    let node = Node::good();
    let elsewhere = node.tree().at("/srv/pods");
    std::fs::create_dir_all(&elsewhere).unwrap();
    let pods = [
        "--manifests",
        "/srv/pods",
        "--kubelet-config",
        "/srv/kubelet.yaml",
    ];
    node.write(
        "/srv/kubelet.yaml",
        &node
            .read(KUBELET)
            .replace("enabled: false", "enabled: true"),
    );
    let found = node.found(&pods);
    assert_eq!(
        found,
        ["unsafe-setting kubelet authentication.anonymous.enabled 4.2.1"]
    );
    let report = node.audit(&[&pods[..], &["-o", "json"]].concat()).json();
    assert_eq!(
        report["notAudited"],
        serde_json::json!([
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "etcd"
        ])
    );
}

/// An audit that finds nobody to audit is no clean one.
#[test]
fn an_empty_machine_is_a_finding() {
    let tree = crate::support::Tree::empty();
    let run = tree.pkigen(&["audit", "-o", "json"]);
    assert_eq!(super::in_short(&run).len(), 1);
    assert_eq!(run.json()["findings"][0]["rule"], "nothing-found");
}
