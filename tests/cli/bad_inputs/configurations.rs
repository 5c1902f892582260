//! Configuration files.

use super::{USAGE, check, outcome};
use crate::support::Tree;

/// What the file holds, further arguments, what is said. The file is called `cluster.conf`.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// Prefixes the two keys that a TOML file cannot do without; two lines.
macro_rules! toml {
    ($text:literal) => {
        concat!(
            "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n",
            $text
        )
    };
}

/// A `ClusterConfiguration`; its fields start on line 3.
macro_rules! cluster {
    ($text:literal) => {
        concat!(
            "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n",
            $text
        )
    };
}

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("node-nam = \"cp1\"", &[], &["cluster.conf:1: unknown key `node-nam`; did you mean `node-name`?"]),
    (toml!("service_cidrs = []"), &[], &["cluster.conf:3: unknown key `service_cidrs`; did you mean `service-cidrs`?"]),
    (toml!("[apiserver]\nsan = [\"a\"]"), &[], &["cluster.conf:4: unknown key `apiserver.san`; did you mean `apiserver.sans`?"]),
    (toml!("[etcd.external]\nca = \"/x\""), &[], &["cluster.conf:4: unknown key `etcd.external.ca`", "ca-file"]),
    (toml!("colour = \"red\""), &[], &["cluster.conf:3: unknown key `colour`", "known keys: node-name"]),
    (toml!("bind-port = \"6443\""), &[], &["cluster.conf:3: bind-port expects an integer between 1 and 65535, found the string \"6443\""]),
    (toml!("bind-port = 0"), &[], &["cluster.conf:3: bind-port", "found the integer 0"]),
    (toml!("bind-port = 65536"), &[], &["cluster.conf:3: bind-port", "found the integer 65536"]),
    (toml!("certificate-validity = 365"), &[], &["cluster.conf:3: certificate-validity expects a string, found the integer 365; put it in quotes"]),
    (toml!("certificate-validity = \"1x\""), &[], &["cluster.conf:3: certificate-validity", "\"1x\" is not a duration", "8760h"]),
    (toml!("certificate-validity = \"20y\""), &[], &["cluster.conf:3: certificate-validity", "longer than the 87600h"]),
    (toml!("ca-validity = \"200y\""), &[], &["cluster.conf:3: ca-validity", "between 1s and 100y"]),
    (toml!("ca-validity = \"100h\""), &[], &["cluster.conf:3: ca-validity", "8760h, longer than the 100h"]),
    (toml!("service-cidrs = \"10.96.0.0/12\""), &[], &["cluster.conf:3: service-cidrs expects a list of strings"]),
    (toml!("service-cidrs = [\"10.96.0.0/33\"]"), &[], &["cluster.conf:3: service-cidrs[0]", "\"10.96.0.0/33\""]),
    (toml!("service-cidrs = [\n  \"10.96.0.0/12\",\n  \"10.112.0.0/16\",\n]"), &[], &["cluster.conf:5: service-cidrs[1]", "cannot both be service networks"]),
    (toml!("profile = \"kubeadmin\""), &[], &["cluster.conf:3: profile", "use kubernetes-io or kubeadm"]),
    (toml!("key-algorithm = \"dsa\""), &[], &["cluster.conf:3: key-algorithm", "rsa-4096"]),
    (toml!("[apiserver]\nsans = [\"ok\", \"a_b\"]"), &[], &["cluster.conf:4: apiserver.sans[1]", "\"a_b\""]),
    (toml!("[apiserver]\nsans = [\"ok\", \"OK\"]"), &[], &["cluster.conf:4: apiserver.sans[1]", "ok is given twice; remove one"]),
    (toml!("[apiserver]\nsans = [\"a.example.org\"]"), &["--san", "a.example.org"], &["--san: a.example.org is given twice; remove one"]),
    (toml!("cert-dir = \"pki\""), &[], &["pki is not usable as the certificate directory: it must be an absolute path"]),
    (toml!("[etcd.external]\nendpoints = []"), &[], &["cluster.conf:3: etcd.external", "give at least one endpoint"]),
    (toml!("[etcd.external]\nca-file = \"/ca.crt\""), &[], &["cluster.conf:3: etcd.external", "give at least one endpoint"]),
    (toml!("[etcd.external]\nendpoints = [\"192.0.2.20:2379\"]"), &[], &["etcd.external", "\"192.0.2.20:2379\" is not a URL such as https://192.0.2.20:2379"]),
    (toml!("[etcd.external]\nendpoints = [\"https://:2379\"]"), &[], &["etcd.external", "\"https://:2379\" is not a URL"]),
    (toml!("[etcd.external]\nendpoints = [\"http://e:2379\"]\ncert-file = \"/c\"\nkey-file = \"/k\""), &[], &["http://e:2379 is plain HTTP, and a client certificate needs https"]),
    (toml!("[etcd.external]\nendpoints = [\"https://e:2379\"]\ncert-file = \"/c\""), &[], &["cluster.conf:5: etcd.external.cert-file", "go together; give both"]),
    (toml!("[etcd.external]\nendpoints = [\"https://e:2379\"]\nkey-file = \"/k\""), &[], &["cluster.conf:5: etcd.external.key-file", "go together; give both"]),
    (toml!("[etcd.external]\nendpoints = [\"https://e:2379\"]\nca-file = \"ca.crt\""), &[], &["etcd.external", "\"ca.crt\" is not an absolute path"]),
    (toml!("[etcd.external]\nendpoints = [\"https://e:2379\"]"), &["--etcd-server-san", "e"], &["--etcd-server-san: the configuration has an external etcd, whose certificates are not made here; remove the flag, or the external etcd"]),
    (toml!("[etcd.external]\nendpoints = [\"https://e:2379\"]\n[etcd.local]\n"), &[], &["cluster.conf:5: etcd.local and etcd.external (line 3) exclude each other; remove one of them"]),
    ("node-name = cp1", &[], &["cluster.conf:1:13: not valid TOML", "quoted"]),
    ("node-name = \"a\"\nnode-name = \"b\"", &[], &["cluster.conf:2:1: not valid TOML: duplicate key"]),
    ("node-name = \"cp1\"", &[], &["cluster.conf: the configuration does not say advertise-address; add it, or give --advertise-address"]),
    ("", &[], &["cluster.conf: there is nothing in this file; where a command was to write it, that has failed"]),
    ("\u{feff}\n\n", &[], &["cluster.conf: there is nothing in this file"]),
    ("cluster-name = \"a\"", &[], &["cluster.conf: the configuration does not say node-name; add it, or give --node-name"]),
    ("node-name = \"etcd-ca\"\nadvertise-address = \"192.0.2.10\"", &[], &["cluster.conf:1: node-name", "common name of an authority"]),
    ("node-name = \"cp1\"\nadvertise-address = \"224.0.0.1\"", &[], &["cluster.conf:2: advertise-address", "cannot be advertised"]),
    ("nodes:\n- cp1\n", &[], &["cluster.conf:1:", "read as TOML", "apiVersion:"]),
    ("---\n", &[], &["cluster.conf", "neither a ClusterConfiguration nor an InitConfiguration", "add one of them"]),
    ("--- # nothing\n---\n", &[], &["cluster.conf", "neither a ClusterConfiguration nor an InitConfiguration", "add one of them"]),
    ("apiVersion: v1\nkind: Pod\n", &[], &["cluster.conf:2: Pod of v1 does not belong in a kubeadm configuration", "accepted kinds: ClusterConfiguration"]),
    ("apiVersion: kubeadm.k8s.io/v1alpha3\nkind: InitConfiguration\n", &[], &["cluster.conf:1: InitConfiguration is written in kubeadm.k8s.io/v1alpha3, and of kubeadm.k8s.io pkigen reads v1beta4, v1beta3, v1beta2, v1beta1; kubeadm v1.14 is the last one that reads it: have that write a newer one with `kubeadm config migrate --old-config cluster.conf --new-config FILE`"]),
    ("apiVersion: kubeadm.k8s.io/v2\nkind: InitConfiguration\n", &[], &["cluster.conf:1: InitConfiguration is written in kubeadm.k8s.io/v2, and of kubeadm.k8s.io pkigen reads v1beta4, v1beta3, v1beta2, v1beta1; what concerns certificates is the same in them: write it as one of these, as TOML, or as flags"]),
    ("apiVersion: v1\nkind: ConfigMap\ndata: {}\n", &[], &["cluster.conf:2: there is no ClusterConfiguration in this ConfigMap", "`kubectl -n kube-system get cm kubeadm-config -o yaml` prints it"]),
    ("apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration: {name: a}\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\nnodeRegistration: {name: b}\n", &[], &["cluster.conf:7: JoinConfiguration.nodeRegistration.name is \"b\", and InitConfiguration.nodeRegistration.name (line 3) is \"a\"", "one node"]),
    ("apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\nnodeRegistration: {name: w1}\n", &[], &["cluster.conf:1: this JoinConfiguration has no controlPlane, and so is a worker's", "`kubeadm join --config cluster.conf`"]),
    (cluster!("---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ncontrolPlane:\n"), &[], &["cluster.conf:4: this JoinConfiguration has no controlPlane, and so is a worker's"]),
    ("apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\nnodeRegistration: {name: cp2}\ncontrolPlane: {localAPIEndpoint: {advertiseAddress: 192.0.2.12}}\n", &[], &["cluster.conf:1: a JoinConfiguration says nothing of the cluster", "`kubectl -n kube-system get cm kubeadm-config -o yaml`"]),
    ("kind: ClusterConfiguration\n", &[], &["cluster.conf:1: the document has no apiVersion", "kubeadm.k8s.io/v1beta4"]),
    (cluster!("---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"), &[], &["cluster.conf:5: a second ClusterConfiguration; the first is at line 2"]),
    (cluster!("clusterName: a\nclusterName: b\n"), &[], &["cluster.conf:4:1: not valid YAML: the key `clusterName` is already set"]),
    (cluster!("clusterName: 10\n"), &[], &["cluster.conf:3: ClusterConfiguration.clusterName expects a string, found the integer 10; put it in quotes"]),
    (cluster!("apiServer:\n  certSANs: a,b\n"), &[], &["cluster.conf:4: ClusterConfiguration.apiServer.certSANs expects a list of strings"]),
    (cluster!("apiServer:\n  certSANs: [a, b_c]\n"), &[], &["cluster.conf:4: ClusterConfiguration.apiServer.certSANs[1]", "\"b_c\""]),
    (cluster!("apiServer: [\n"), &[], &["cluster.conf:3:12: not valid YAML", "'['"]),
    (cluster!("encryptionAlgorithm: ED25519\n"), &[], &["cluster.conf:3: ClusterConfiguration.encryptionAlgorithm", "RSA-2048", "ECDSA-P384"]),
    (cluster!("networking: {serviceSubnet: 10.96.0.0/33}\n"), &[], &["cluster.conf:3: ClusterConfiguration.networking.serviceSubnet", "such as 10.96.0.0/12"]),
    (cluster!("controlPlaneEndpoint: https://api\n"), &[], &["cluster.conf:3: ClusterConfiguration.controlPlaneEndpoint", "write host or host:port"]),
    (cluster!("etcd: {external: {endpoints: []}}\n"), &["--node-name=cp1", "--advertise-address=192.0.2.10"], &["cluster.conf:3: ClusterConfiguration.etcd.external", "give at least one endpoint"]),
];

#[test]
fn a_wrong_configuration_names_the_line() {
    check(ROWS, |(text, arguments, says)| {
        let tree = Tree::empty();
        tree.put_beside("cluster.conf", text);
        let action = |tree: &Tree| {
            tree.pkigen(&[&["init", "--config", "cluster.conf"], *arguments].concat())
        };
        outcome(text, &tree, action, USAGE, says)
    });
}

#[test]
fn what_is_no_text_is_no_configuration() {
    let binary: &[(&[u8], &str)] = &[
        (
            b"\xff\xfe\x00",
            "cluster.conf is not text: it is not valid UTF-8",
        ),
        (b"\0\0\0", "cluster.conf:1:1: not valid TOML"),
    ];
    check(binary, |(content, says)| {
        let tree = Tree::empty();
        tree.put_beside("cluster.conf", content);
        let action = |tree: &Tree| tree.pkigen(&["init", "--config", "cluster.conf"]);
        outcome("binary", &tree, action, USAGE, &[says])
    });
}
