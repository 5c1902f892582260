//! Ways in and out that few use: addresses of their own for HTTP, files that name services, ports
//! that ask nobody.

use super::{Case, KUBELET, Node, assert_cases, manifest_path};

const AUDIT: &str = "/etc/kubernetes/audit-webhook.conf";
const NAMED: &str = "/etc/kubernetes/named.yaml";

/// A kubeconfig of a service that is dialled here, as webhooks have one.
fn service(server: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: service\n  cluster:\n    server: \
         {server}\nusers:\n- name: apiserver\n  user: {{}}\ncontexts:\n- name: one\n  context: \
         {{cluster: service, user: apiserver}}\ncurrent-context: one\n"
    )
}

/// A file that a flag of a component names.
fn name(node: &Node, component: &str, flag: &str, text: &str) {
    node.write(NAMED, text);
    node.set(component, flag, Some(NAMED));
}

fn egress(connection: &str) -> String {
    format!(
        "apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections:\n\
         - name: controlplane\n  connection: {{proxyProtocol: Direct}}\n- name: cluster\n  \
         connection:\n    proxyProtocol: HTTPConnect\n    transport: {connection}\n"
    )
}

pub(super) const DOORS: &[Case] = &[
    (
        "etcd serves every key by HTTP",
        |node| {
            let url = Some("http://127.0.0.1:2479");
            node.set("etcd", "listen-client-http-urls", url);
        },
        &["plain-http etcd --listen-client-http-urls"],
    ),
    (
        "etcd serves HTTP by TLS",
        |node| {
            let url = Some("https://127.0.0.1:2479");
            node.set("etcd", "listen-client-http-urls", url);
        },
        &[],
    ),
    (
        "revoked clients are let in by etcd 3.6.8",
        |node| {
            let url = Some("https://127.0.0.1:2479");
            node.set("etcd", "listen-client-http-urls", url);
            node.set("etcd", "client-crl-file", Some(NAMED));
            node.write(NAMED, "a list");
        },
        &["unsafe-setting etcd --client-crl-file"],
    ),
    (
        "and by no newer one",
        |node| {
            let url = Some("https://127.0.0.1:2479");
            node.set("etcd", "listen-client-http-urls", url);
            node.set("etcd", "client-crl-file", Some(NAMED));
            node.write(NAMED, "a list");
            node.edit(&manifest_path("etcd"), "3.6.8-0", "3.6.13-0");
        },
        &[],
    ),
    (
        "of URLs that are given twice the last count",
        |node| {
            let urls =
                "    - --listen-client-urls=http://192.0.2.10:2379\n    - --listen-client-urls=";
            let path = manifest_path("etcd");
            node.edit(&path, "    - --listen-client-urls=", urls);
        },
        &["?duplicate-flag etcd --listen-client-urls"],
    ),
    (
        "unless they are among the first",
        |node| {
            let urls = "http://192.0.2.10:2379,https://127.0.0.1:2379";
            node.set("etcd", "listen-client-urls", Some(urls));
            node.add("etcd", "--listen-client-urls=https://127.0.0.1:2379");
        },
        &[
            "plain-http etcd --listen-client-urls",
            "?duplicate-flag etcd --listen-client-urls",
        ],
    ),
    (
        "a member is dialled without TLS",
        |node| {
            let members = "cp1=https://192.0.2.10:2380,cp2=http://192.0.2.11:2380";
            node.set("etcd", "initial-cluster", Some(members));
        },
        &["plain-http etcd --initial-cluster"],
    ),
    (
        "etcd's traces leave the node",
        |node| {
            node.add("etcd", "--enable-distributed-tracing");
            node.add("etcd", "--distributed-tracing-address=192.0.2.9:4317");
        },
        &["?plain-http etcd --distributed-tracing-address"],
    ),
    (
        "etcd's traces stay on the node",
        |node| {
            node.add("etcd", "--enable-distributed-tracing");
            node.add("etcd", "--distributed-tracing-address=localhost:4317");
        },
        &[],
    ),
    (
        "another etcd for events",
        |node| {
            let servers = "/events#https://192.0.2.10:2379;http://192.0.2.11:2379";
            node.set("kube-apiserver", "etcd-servers-overrides", Some(servers));
        },
        &["plain-http kube-apiserver --etcd-servers-overrides"],
    ),
    (
        "the audit log is sent without TLS",
        |node| {
            node.write(AUDIT, &service("http://audit.example.org:9000/"));
            node.set("kube-apiserver", "audit-webhook-config-file", Some(AUDIT));
        },
        &["plain-http kube-apiserver --audit-webhook-config-file"],
    ),
    (
        "the audit log is sent by TLS",
        |node| {
            node.write(AUDIT, &service("https://audit.example.org:9000/"));
            node.set("kube-apiserver", "audit-webhook-config-file", Some(AUDIT));
        },
        &[],
    ),
    (
        "a webhook that says whose a token is",
        |node| {
            node.write(AUDIT, &service("http://tokens.example.org"));
            let flag = "authentication-token-webhook-config-file";
            node.set("kube-apiserver", flag, Some(AUDIT));
        },
        &["plain-http kube-apiserver --authentication-token-webhook-config-file"],
    ),
    (
        "an authorizer in a file",
        |node| {
            node.write(AUDIT, &service("http://rights.example.org"));
            let text = format!(
                "kind: AuthorizationConfiguration\nauthorizers:\n- {{type: Node, name: node}}\n- type: \
                 Webhook\n  name: ours\n  webhook:\n    connectionInfo: {{type: KubeConfigFile, \
                 kubeConfigFile: {AUDIT}}}\n"
            );
            name(node, "kube-apiserver", "authorization-config", &text);
            node.set("kube-apiserver", "authorization-mode", None);
        },
        &["plain-http kube-apiserver authorizers[1].webhook.connectionInfo.kubeConfigFile"],
    ),
    (
        "a service that says which images may run, in a file of its own",
        |node| {
            node.write(AUDIT, &service("http://images.example.org"));
            let text = "kind: AdmissionConfiguration\nplugins:\n- name: ImagePolicyWebhook\n  path: \
                        images.yaml\n";
            name(
                node,
                "kube-apiserver",
                "admission-control-config-file",
                text,
            );
            let images = format!("imagePolicy: {{kubeConfigFile: {AUDIT}}}\n");
            node.write("/etc/kubernetes/images.yaml", &images);
        },
        &["plain-http kube-apiserver imagePolicy.kubeConfigFile"],
    ),
    (
        "nodes are dialled through a proxy without TLS",
        |node| {
            let text = egress("{tcp: {url: 'http://192.0.2.9:8131'}}");
            name(node, "kube-apiserver", "egress-selector-config-file", &text);
        },
        &["plain-http kube-apiserver egressSelections[1].connection.transport.tcp.url"],
    ),
    (
        "nodes are dialled through a socket",
        |node| {
            let text = egress("{uds: {udsName: /etc/kubernetes/konnectivity.socket}}");
            name(node, "kube-apiserver", "egress-selector-config-file", &text);
        },
        &[],
    ),
    (
        "a certificate for the proxy that is not there",
        |node| {
            let pair =
                "clientCert: /etc/kubernetes/gone.crt, clientKey: /etc/kubernetes/pki/ca.key";
            let text = egress(&format!(
                "{{tcp: {{url: 'https://192.0.2.9:8131', tlsConfig: {{{pair}}}}}}}"
            ));
            name(node, "kube-apiserver", "egress-selector-config-file", &text);
        },
        &[
            "missing-file kube-apiserver egressSelections[1].connection.transport.tcp.tlsConfig.clientCert",
        ],
    ),
    (
        "traces of requests leave the node",
        |node| {
            let text = "kind: TracingConfiguration\nendpoint: collector.example.org:4317\n";
            name(node, "kube-apiserver", "tracing-config-file", text);
        },
        &["?plain-http kube-apiserver endpoint"],
    ),
    (
        "memory is served on a socket",
        |node| {
            node.set(
                "kube-apiserver",
                "debug-socket-path",
                Some("/run/debug.sock"),
            );
        },
        &["?unsafe-setting kube-apiserver --debug-socket-path"],
    ),
    (
        "a file that is named and cannot be read",
        |node| {
            name(
                node,
                "kube-apiserver",
                "tracing-config-file",
                "endpoint: [a\n",
            );
        },
        &["unread-source /etc/kubernetes/named.yaml"],
    ),
    (
        "the scheduler serves everyone",
        |node| {
            let flag = "authorization-always-allow-paths";
            node.set("kube-scheduler", flag, Some("/healthz,/*"));
        },
        &["unsafe-setting kube-scheduler --authorization-always-allow-paths"],
    ),
    (
        "metrics for everyone, given beside health",
        |node| {
            let flag = "authorization-always-allow-paths";
            node.set("kube-controller-manager", flag, Some("/healthz,/livez/*"));
            node.add(
                "kube-controller-manager",
                "--authorization-always-allow-paths=/metrics",
            );
        },
        &["?unsafe-setting kube-controller-manager --authorization-always-allow-paths"],
    ),
    (
        "the API server's address is another than the kubeconfig's",
        |node| {
            node.set(
                "kube-controller-manager",
                "master",
                Some("http://192.0.2.10:8080"),
            );
        },
        &["plain-http kube-controller-manager --master"],
    ),
    (
        "the scheduler's kubeconfig is in its file",
        |node| {
            let text = "kind: KubeSchedulerConfiguration\nclientConnection: {kubeconfig: \
                        /etc/kubernetes/scheduler.conf}\n";
            name(node, "kube-scheduler", "config", text);
            node.set("kube-scheduler", "kubeconfig", None);
        },
        &[],
    ),
    (
        "and the flag is ignored then",
        |node| {
            name(
                node,
                "kube-scheduler",
                "config",
                "kind: KubeSchedulerConfiguration\n",
            );
        },
        &["missing-flag kube-scheduler clientConnection.kubeconfig"],
    ),
    (
        "extenders",
        |node| {
            let text = "kind: KubeSchedulerConfiguration\nclientConnection: {kubeconfig: \
                        /etc/kubernetes/scheduler.conf}\nextenders:\n- {urlPrefix: \
                        'http://192.0.2.9:8888'}\n- {urlPrefix: 'https://192.0.2.9:8889', \
                        tlsConfig: {insecure: true}}\n";
            name(node, "kube-scheduler", "config", text);
        },
        &[
            "unsafe-setting kube-scheduler extenders[1].tlsConfig.insecure",
            "plain-http kube-scheduler extenders[1].urlPrefix",
        ],
    ),
    (
        "static pods from elsewhere",
        |node| {
            let url = "staticPodURL: http://192.0.2.9/pods\nrotateC";
            node.edit(KUBELET, "rotateC", url);
        },
        &["plain-http kubelet staticPodURL"],
    ),
    (
        "the kubelet's traces leave the node",
        |node| {
            let tracing = "tracing: {endpoint: 'collector.example.org:4317'}\nrotateC";
            node.edit(KUBELET, "rotateC", tracing);
        },
        &["?plain-http kubelet tracing.endpoint"],
    ),
];

#[test]
fn every_door_is_found_and_nothing_else() {
    assert_cases(DOORS, &[]);
}

/// What is open costs its paths, and what nobody set up is not there.
#[test]
fn paths_say_what_a_door_costs() {
    let node = Node::good();
    let path = |name: &str| {
        let report = node.audit(&["-o", "json"]).json();
        let paths = report["paths"].as_array().unwrap().iter();
        let one = paths.clone().find(|one| one["path"] == name).unwrap();
        (one["protection"].clone(), one["seen"].clone())
    };
    assert_eq!(
        path("apiserver->etcd"),
        ("mutual TLS".into(), "whole".into())
    );
    assert_eq!(path("apiserver->trace-collector").1, "not");
    let url = Some("http://127.0.0.1:2479");
    node.set("etcd", "listen-client-http-urls", url);
    let tracing = "kind: TracingConfiguration\n";
    name(&node, "kube-apiserver", "tracing-config-file", tracing);
    assert_eq!(path("apiserver->etcd").0, "TLS, server authenticated");
    assert_eq!(path("etcdctl->etcd").0, "TLS, server authenticated");
    assert_eq!(
        path("apiserver->trace-collector"),
        ("unprotected".into(), "whole".into())
    );
}
