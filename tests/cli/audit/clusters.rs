//! Clusters that nothing is wrong with, in all the ways in which they can be set up.

use std::fmt::Write as _;

use super::{Case, KUBELET, Node, assert_cases, manifest_path};

#[test]
fn a_good_cluster_is_clean() {
    let node = Node::good();
    assert_eq!(node.found(&[]), [""; 0]);
    let run = node.audit(&[]).exits(0);
    run.shows(&["apiserver->kubelet", "mutual TLS", "nothing is wrong"]);
}

/// What pkigen leaves to whoever runs the cluster, and `docs/audit.md` says why: probes and kubeadm
/// join need anonymous requests, and clients older than 1.21 the longer life of tokens.
#[test]
fn what_is_left_to_the_operator_is_a_warning() {
    let node = Node::good();
    node.set("kube-apiserver", "anonymous-auth", None);
    node.set(
        "kube-apiserver",
        "service-account-extend-token-expiration",
        None,
    );
    assert_eq!(
        node.found(&[]),
        [
            "?unsafe-setting kube-apiserver --anonymous-auth 1.2.1",
            "?unsafe-setting kube-apiserver --service-account-extend-token-expiration 1.2.30",
        ]
    );
}

const SAME: &[Case] = &[
    (
        "flags and values as words of their own",
        |node| {
            for component in ["kube-apiserver", "kube-controller-manager", "etcd"] {
                let path = manifest_path(component);
                let text = node.read(&path);
                let lines: Vec<String> = text
                    .lines()
                    .map(|line| match line.split_once('=') {
                        Some((flag, value))
                            if flag.starts_with("    - --")
                                && !matches!(value, "true" | "false") =>
                        {
                            format!("{flag}\n    - '{value}'")
                        }
                        _ => line.to_owned(),
                    })
                    .collect();
                node.write(&path, &lines.join("\n"));
            }
        },
        &[],
    ),
    (
        "command in args, the program the image's own",
        |node| {
            let path = manifest_path("kube-scheduler");
            node.edit(&path, "    command:\n    - kube-scheduler\n", "    args:\n");
        },
        &[],
    ),
    (
        "a manifest of another name, with a container beside",
        |node| {
            let path = manifest_path("kube-apiserver");
            let text = node.read(&path).replace(
                "  containers:\n",
                "  containers:\n  - {name: beside, image: example.org/beside, command: [sleep]}\n",
            );
            std::fs::remove_file(node.tree().at(&path)).unwrap();
            node.write("/etc/kubernetes/manifests/00-api", &text);
        },
        &[],
    ),
    (
        "one dash before etcd's flags",
        |node| node.edit(&manifest_path("etcd"), "- --", "- -"),
        &[],
    ),
    (
        "a shell that runs it",
        |node| {
            let path = manifest_path("kube-scheduler");
            let text = node.read(&path);
            let flags: Vec<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix("    - --"))
                .collect();
            let script = format!("exec kube-scheduler --{}", flags.join(" --"));
            let (before, rest) = text.split_once("    command:\n").unwrap();
            let (_, after) = rest.split_once("    image:").unwrap();
            let text = format!("{before}    command: [/bin/sh, -c, '{script}']\n    image:{after}");
            node.write(&path, &text);
        },
        &[],
    ),
    (
        "etcd's flags as variables",
        |node| {
            let path = manifest_path("etcd");
            let text = node.read(&path);
            let mut variables = String::from("    env:\n");
            let mut lines = Vec::new();
            for line in text.lines() {
                match line
                    .strip_prefix("    - --")
                    .and_then(|flag| flag.split_once('='))
                {
                    Some((name, value)) => {
                        let name = name.replace('-', "_").to_uppercase();
                        let _ =
                            writeln!(variables, "    - {{name: ETCD_{name}, value: '{value}'}}");
                    }
                    None => lines.push(line),
                }
            }
            let text = lines
                .join("\n")
                .replace("    image:", &format!("{variables}    image:"));
            node.write(&path, &text);
        },
        &[],
    ),
    (
        "etcd's flags in a YAML file",
        |node| super::sources::etcd_by_file(node, "true"),
        &[],
    ),
    (
        "anonymous requests for health checks only",
        |node| {
            node.set("kube-apiserver", "anonymous-auth", None);
            let path = "/etc/kubernetes/authentication.yaml";
            node.set("kube-apiserver", "authentication-config", Some(path));
            node.write(
                path,
                "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n\
                         anonymous:\n  enabled: true\n  conditions:\n  - path: /livez\n",
            );
        },
        &[],
    ),
    (
        "a kubelet that asks for its serving certificate",
        |node| {
            let text = node.read(KUBELET);
            let kept: Vec<&str> = text
                .lines()
                .filter(|line| !line.starts_with("tls"))
                .collect();
            node.write(KUBELET, &(kept.join("\n") + "\nserverTLSBootstrap: true\n"));
            let pki = "/etc/kubernetes/pki";
            let [certificate, key] =
                ["crt", "key"].map(|one| node.read(&format!("{pki}/kubelet-serving.{one}")));
            node.write(
                "/var/lib/kubelet/pki/kubelet-server-current.pem",
                &(certificate + &key),
            );
        },
        &[],
    ),
    (
        "an etcd that is elsewhere",
        |node| {
            let url = Some("https://192.0.2.77:2379");
            node.set("kube-apiserver", "etcd-servers", url);
            node.set(
                "etcd",
                "advertise-client-urls",
                Some("https://192.0.2.10:2379"),
            );
        },
        &[],
    ),
    (
        "strong suites, by name",
        |node| {
            let suites = "TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
            node.set("kube-apiserver", "tls-cipher-suites", Some(suites));
        },
        &[],
    ),
    (
        "the same list given piece by piece",
        |node| {
            node.set("kube-apiserver", "authorization-mode", Some("Node"));
            node.add("kube-apiserver", "--authorization-mode=RBAC");
        },
        &[],
    ),
];

#[test]
fn other_ways_to_set_up_the_same_are_clean_too() {
    assert_cases(SAME, &[]);
}

/// Certificates of the host under another path in the container.
#[test]
fn mounts_are_followed() {
    let node = Node::good();
    let path = manifest_path("etcd");
    node.edit(&path, "/etc/kubernetes/pki/etcd/", "/certs/");
    node.edit(
        &path,
        "{name: etc, mountPath: /etc/kubernetes}",
        "{name: etc, mountPath: /certs, subPath: pki/etcd}",
    );
    assert_eq!(node.found(&[]), [""; 0]);
}
