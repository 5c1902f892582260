//! Values of flags.

use super::{USAGE, check, outcome};
use crate::support::{NODE, Tree};

const LONG_LABEL: &str =
    "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.example.org";
const LONG_NAME: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.\
    bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.\
    ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc.\
    ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd.org";

type Row = (&'static str, &'static str, &'static [&'static str]);

const DURATION: &str = "is not a duration; write hours, days or years, such as 8760h, 365d or 1y";
const ALGORITHMS: &str = "use ecdsa-p256, ecdsa-p384, rsa-2048, rsa-3072 or rsa-4096";
const RANGE: &str = "is out of range; a certificate lives between 1s and 100y";
const LETTERS: &str = "only lower-case letters, digits, hyphens and dots are allowed";
const NUMBER: &str = "its last label is a number, so it is neither a DNS name nor an IP address";
const IPV6: &str = "write an IPv6 address without brackets and without a zone";

/// Flag, value, and what is said beside the flag's name.
#[rustfmt::skip]
pub(super) const SINGLE: &[Row] = &[
    ("--certificate-validity", "1x", &["\"1x\"", DURATION]),
    ("--certificate-validity", "365", &["\"365\"", DURATION]),
    ("--certificate-validity", "", &["\"\"", DURATION]),
    ("--certificate-validity", "h", &["\"h\"", DURATION]),
    ("--certificate-validity", "0h", &["0h", RANGE]),
    ("--certificate-validity", "-1h", &["-1h", RANGE]),
    ("--certificate-validity", "99999999999999999999h", &[RANGE]),
    ("--ca-validity", "200y", &["200y", RANGE]),
    ("--cluster-signing-duration", "1 year", &["\"1 year\"", DURATION]),
    ("--certificate-validity", "20y", &["175200h", "longer than the 87600h of the authority", "shorten them"]),
    ("--service-cidr", "10.96.0.0", &["\"10.96.0.0\" cannot be a service network", "such as 10.96.0.0/12"]),
    ("--service-cidr", "10.96.0.0/33", &["\"10.96.0.0/33\"", "such as 10.96.0.0/12"]),
    ("--service-cidr", "ten/12", &["\"ten/12\"", "such as 10.96.0.0/12"]),
    ("--service-cidr", "10.96.0.0/30", &["\"10.96.0.0/30\"", "fewer than 10 addresses"]),
    ("--service-cidr", "10.0.0.0/8", &["\"10.0.0.0/8\"", "too large", "write /12 or a smaller"]),
    ("--service-cidr", "fd00::/64", &["\"fd00::/64\"", "too large", "write /12 or a smaller"]),
    ("--dns-domain", "10.0.0.1", &["\"10.0.0.1\"", "it is an IP address, and a DNS name is wanted"]),
    ("--dns-domain", "*.local", &["\"*.local\" cannot be the cluster's DNS domain"]),
    ("--dns-domain", "Cluster.Local", &["capital letters", "write it in lower case"]),
    ("--dns-domain", "", &["\"\"", "it is empty"]),
    ("--san", "999.1.1.1", &["\"999.1.1.1\"", NUMBER]),
    ("--san", "1.2.3", &["\"1.2.3\"", NUMBER]),
    ("--san", "010.1.1.1", &["\"010.1.1.1\"", NUMBER]),
    ("--san", LONG_LABEL, &["a label longer than 63 characters"]),
    ("--san", LONG_NAME, &["longer than 253 characters"]),
    ("--san", "my_host", &["\"my_host\"", LETTERS]),
    ("--san", "bücher.example.org", &["\"bücher.example.org\"", LETTERS]),
    ("--san", "a.*.example.org", &["a wildcard can only be the whole first label"]),
    ("--san", "a*.example.org", &["a wildcard can only be the whole first label"]),
    ("--san", "-a.example.org", &["a label starts or ends with a hyphen"]),
    ("--san", "a..example.org", &["an empty label"]),
    ("--san", "https://api.example.org", &["it is a URL; give the host only"]),
    ("--san", "api.example.org:6443", &["it has a port; give the host only"]),
    ("--san", "[2001:db8::1]", &["\"[2001:db8::1]\"", IPV6]),
    ("--san", "fe80::1%eth0", &["\"fe80::1%eth0\"", IPV6]),
    ("--san", "10.0.0.0/24", &["it is a network, not an address"]),
    ("--san", "", &["it is empty"]),
    ("--etcd-server-san", "my_host", &["\"my_host\"", LETTERS]),
    ("--etcd-peer-san", "my host", &["\"my host\"", LETTERS]),
    ("--profile", "kubeadmin", &["unknown profile \"kubeadmin\"", "use kubernetes-io or kubeadm"]),
    ("--profile", "Kubeadm", &["unknown profile \"Kubeadm\"", "use kubernetes-io or kubeadm"]),
    ("--key-algorithm", "rsa-1024", &["unknown key algorithm \"rsa-1024\"", ALGORITHMS]),
    ("--key-algorithm", "ed25519", &["unknown key algorithm \"ed25519\"", ALGORITHMS]),
    ("--control-plane-endpoint", "https://api:6443", &["it is a URL; write host or host:port"]),
    ("--control-plane-endpoint", "api:0", &["\"0\" is not a port"]),
    ("--control-plane-endpoint", "api:65536", &["\"65536\" is not a port"]),
    ("--control-plane-endpoint", "api:https", &["\"https\" is not a port"]),
    ("--control-plane-endpoint", "[::1", &["the bracket is not closed"]),
    ("--control-plane-endpoint", "[api]:6443", &["there is no IPv6 address in the brackets"]),
    ("--control-plane-endpoint", "[::1]6443", &["only a port can follow the brackets"]),
    ("--control-plane-endpoint", "*.example.org", &["nobody can dial a wildcard"]),
    ("--control-plane-endpoint", "", &["\"\" is not a host: it is empty"]),
    ("--bind-port", "0", &["'0'", "not in 1..=65535"]),
    ("--bind-port", "65536", &["'65536'", "not in 1..=65535"]),
    ("--bind-port", "https", &["'https'", "invalid digit"]),
    ("--cluster-name", "", &["\"\" cannot be the cluster's name", "not empty"]),
    ("--cluster-name", "a\nb", &["\"a\\nb\" cannot be the cluster's name"]),
    ("--cert-dir", "etc/pki", &["the certificate directory", "must be an absolute path"]),
    ("--cert-dir", "", &["the certificate directory", "must be an absolute path"]),
    ("--cert-dir", "/", &["the certificate directory", "the root of the file system"]),
    ("--cert-dir", "/etc/kubernetes/.pkigen/pki", &["the certificate directory", "must not be in .pkigen"]),
    ("--kubeconfig-dir", "/etc/../kubernetes", &["the kubeconfig directory", "must not contain .."]),
    ("--at", "yesterday", &["'yesterday'", "write it as 2026-11-23T12:00:00Z"]),
    ("--at", "9999-12-31T23:59:59-05:00", &["beyond the year 9999"]),
    ("--color", "sometimes", &["'sometimes'", "auto, always, never"]),
    ("--output", "yaml", &["'yaml'", "text, json"]),
];

/// Every one of the arguments, `init` included, and what is said.
#[rustfmt::skip]
pub(super) const TOGETHER: &[(&[&str], &[&str])] = &[
    (&["init", "--node-name", "CP1", "--advertise-address", "192.0.2.10"],
     &["--node-name", "\"CP1\" cannot be a node's name", "write it in lower case"]),
    (&["init", "--node-name", "", "--advertise-address", "192.0.2.10"],
     &["--node-name", "\"\" cannot be a node's name: it is empty"]),
    (&["init", "--node-name", "*.example.org", "--advertise-address", "192.0.2.10"],
     &["--node-name", "cannot be a wildcard"]),
    (&["init", "--node-name", "2001:db8::10", "--advertise-address", "192.0.2.10"],
     &["--node-name", LETTERS]),
    (&["init", "--node-name", "192.0.2", "--advertise-address", "192.0.2.10"],
     &["--node-name", "its last label is a number"]),
    (&["init", "--node-name", "system:node:cp1", "--advertise-address", "192.0.2.10"],
     &["--node-name", LETTERS]),
    (&["init", "--node-name", "kubernetes-ca", "--advertise-address", "192.0.2.10"],
     &["--node-name", "kubernetes-ca is also the common name of an authority", "another name"]),
    (&["init", "--node-name", "etcd-ca", "--advertise-address", "192.0.2.10"],
     &["--node-name", "etcd-ca is also the common name of an authority", "another name"]),
    (&["init", "--node-name", "kubernetes", "--advertise-address", "192.0.2.10", "--profile", "kubeadm"],
     &["--node-name", "kubernetes is also the common name of an authority", "another name"]),
    (&["init", "--node-name", "front-proxy-ca", "--advertise-address", "192.0.2.10", "--profile", "kubeadm"],
     &["--node-name", "front-proxy-ca is also the common name of an authority", "another name"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "::ffff:0.0.0.0"],
     &["--advertise-address", "0.0.0.0 cannot be advertised"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "224.0.0.1"],
     &["--advertise-address", "a multicast address"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "ff02::1"],
     &["--advertise-address", "a multicast address"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "169.254.1.1"],
     &["--advertise-address", "a link-local address"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "fe80::1"],
     &["--advertise-address", "a link-local address"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "255.255.255.255"],
     &["--advertise-address", "the broadcast address"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "cp1.example.org"],
     &["--advertise-address", "\"cp1.example.org\"", "is not an IP address"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "192.0.2.10/24"],
     &["--advertise-address", "\"192.0.2.10/24\"", "is not an IP address"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "192.0.2.10", "--service-cidr", "10.96.0.0/12", "--service-cidr", "10.112.0.0/16"],
     &["--service-cidr", "10.96.0.0/12 and 10.112.0.0/16 cannot both be service networks", "one of IPv4 and one of IPv6"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "192.0.2.10", "--service-cidr", "10.96.0.0/12", "--service-cidr", "fd00::/112", "--service-cidr", "10.112.0.0/16"],
     &["--service-cidr", "cannot both be service networks"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "192.0.2.10", "--san", "a.example.org", "--san", "A.example.org"],
     &["--san", "a.example.org is given twice; remove one"]),
    (&["init", "--node-name", "cp1", "--advertise-address", "192.0.2.10", "--san", "192.0.2.1", "--san", "::ffff:192.0.2.1"],
     &["--san", "192.0.2.1 is given twice; remove one"]),
    (&["frobnicate"], &["unrecognized subcommand 'frobnicate'", "--help"]),
    (&["init", "--node-nam", "cp1"], &["unexpected argument '--node-nam'", "'--node-name'"]),
    (&["init", "cp1"], &["unexpected argument 'cp1'", "--help"]),
    (&["init", "-q", "-v"], &["--quiet", "cannot be used with", "--verbose"]),
    (&["init", "--node-name"], &["--node-name <NAME>", "value is required"]),
    (&["init", "--node-name", "a", "--node-name", "b"], &["--node-name", "multiple times"]),
    (&["flags", "apiserver"], &["\"apiserver\"", "did you mean kube-apiserver?"]),
    (&["flags", "nginx"], &["\"nginx\"", "kube-apiserver, kube-controller-manager"]),
    (&["inspect"], &["<FILE>", "required"]),
    (&["man", "renewal"], &["\"renewal\"", "there are init, "]),
    (&["completions", "tcsh"], &["'tcsh'", "bash"]),
];

#[test]
pub(crate) fn each_flag_checks_its_value() {
    check(SINGLE, |(flag, value, says)| {
        let tree = Tree::empty();
        let argument = format!("{flag}={value}");
        let says: Vec<&str> = [flag].into_iter().chain(*says).copied().collect();
        // A directory's message says which one it is; the flag's name would say the same.
        let says = if flag.ends_with("-dir") {
            &says[1..]
        } else {
            &says[..]
        };
        let action = |tree: &Tree| tree.init(&[&argument]);
        outcome(&argument, &tree, action, USAGE, says)
    });
}

#[test]
fn each_flag_of_flags_checks_its_value_too() {
    let of_init_alone = ["--at", "--output", "--color"];
    let rows = SINGLE.iter().filter(|row| !of_init_alone.contains(&row.0));
    check(&rows.collect::<Vec<_>>(), |(flag, value, says)| {
        let tree = Tree::empty();
        let argument = format!("{flag}={value}");
        let action = |tree: &Tree| {
            let arguments: Vec<&str> = ["flags"].iter().chain(NODE).copied().collect();
            tree.pkigen(&[&arguments[..], &[&argument]].concat())
        };
        outcome(&argument, &tree, action, USAGE, says)
    });
}

#[test]
pub(crate) fn arguments_that_do_not_fit_together() {
    check(TOGETHER, |(arguments, says)| {
        let tree = Tree::empty();
        let name = arguments.join(" ");
        outcome(&name, &tree, |tree| tree.pkigen(arguments), USAGE, says)
    });
}

#[test]
fn an_empty_command_line_shows_the_help() {
    let tree = Tree::empty();
    let says = ["Usage: pkigen [OPTIONS] <COMMAND>", "Exit codes:"];
    outcome(
        "nothing",
        &tree,
        |_| crate::support::pkigen::<&str>([]),
        USAGE,
        &says,
    )
    .unwrap();
}
