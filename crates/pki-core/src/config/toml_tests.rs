#![allow(clippy::unwrap_used, reason = "a test stops when it is not so")]

use super::super::parse as parse_any;
use super::super::settings::Source;
use super::*;

fn settings(text: &str) -> Settings {
    let parsed = parse_any("cluster.toml", text).unwrap();
    assert_eq!(parsed.settings.format, Some(Format::Toml));
    assert_eq!(parsed.warnings, Vec::<String>::new());
    parsed.settings
}

fn error(text: &str) -> String {
    parse_any("cluster.toml", text).unwrap_err().to_string()
}

fn at<T>(line: usize, key: &str, value: T) -> Sourced<T> {
    let source = Source::File {
        path: "cluster.toml".to_owned(),
        line,
        key: key.to_owned(),
    };
    Sourced::new(value, source)
}

fn text(line: usize, key: &str, value: &str) -> Sourced<String> {
    at(line, key, value.to_owned())
}

#[test]
fn an_empty_file_sets_nothing() {
    let nothing = Settings {
        format: Some(Format::Toml),
        ..Settings::default()
    };
    assert_eq!(settings("# nothing"), nothing);
    assert_eq!(settings("# nothing\n\n"), nothing);
    assert_eq!(settings("[apiserver]\n[etcd]\n"), nothing);
}

#[test]
fn every_key_is_read_with_its_line() {
    let read = settings(
        r#"node-name = "Cp1"
advertise-address = "10.0.0.1"
bind-port = 7443
control-plane-endpoint = "api.example.org:6443"
service-cidrs = [
    "10.96.0.0/12",
    "fd00::/112",
]
dns-domain = "cluster.local"
cluster-name = "prod"
profile = "kubeadm"
key-algorithm = "ecdsa-p384"
certificate-validity = "365d"
ca-validity = "10y"
cert-dir = "/pki"
kubeconfig-dir = "/conf"
kubernetes-version = "v1.36.2"
ca-key = "pkcs11:object=ca"
etcd-ca-key = "pkcs11:object=etcd"
[apiserver]
sans = ["LB.example.org", "10.0.0.2"]

[etcd]
local = { server-sans = ["a"], peer-sans = ["b", "c"] }
"#,
    );
    let expected = Settings {
        format: Some(Format::Toml),
        kubernetes_version: Some(text(17, "kubernetes-version", "v1.36.2")),
        node_name: Some(text(1, "node-name", "Cp1")),
        advertise_address: Some(text(2, "advertise-address", "10.0.0.1")),
        bind_port: Some(at(3, "bind-port", 7443)),
        control_plane_endpoint: Some(text(4, "control-plane-endpoint", "api.example.org:6443")),
        service_cidrs: vec![
            text(6, "service-cidrs[0]", "10.96.0.0/12"),
            text(7, "service-cidrs[1]", "fd00::/112"),
        ],
        dns_domain: Some(text(9, "dns-domain", "cluster.local")),
        cluster_name: Some(text(10, "cluster-name", "prod")),
        profile: Some(text(11, "profile", "kubeadm")),
        key_algorithm: Some(text(12, "key-algorithm", "ecdsa-p384")),
        certificate_validity: Some(text(13, "certificate-validity", "365d")),
        ca_validity: Some(text(14, "ca-validity", "10y")),
        cert_dir: Some(text(15, "cert-dir", "/pki")),
        kubeconfig_dir: Some(text(16, "kubeconfig-dir", "/conf")),
        apiserver_sans: vec![
            text(21, "apiserver.sans[0]", "LB.example.org"),
            text(21, "apiserver.sans[1]", "10.0.0.2"),
        ],
        etcd: Some(at(
            24,
            "etcd.local",
            EtcdSettings::Local {
                server_sans: vec![text(24, "etcd.local.server-sans[0]", "a")],
                peer_sans: vec![
                    text(24, "etcd.local.peer-sans[0]", "b"),
                    text(24, "etcd.local.peer-sans[1]", "c"),
                ],
            },
        )),
        authority_keys: [
            (RowId::ClusterCa, text(18, "ca-key", "pkcs11:object=ca")),
            (RowId::EtcdCa, text(19, "etcd-ca-key", "pkcs11:object=etcd")),
        ]
        .into(),
        joins: false,
        extra_args: Vec::new(),
    };
    assert_eq!(read, expected);
}

#[test]
fn external_etcd_is_read_from_any_spelling_of_tables() {
    let etcd = EtcdSettings::External {
        endpoints: vec![text(3, "etcd.external.endpoints[0]", "https://e:2379")],
        ca_file: Some(text(4, "etcd.external.ca-file", "ca")),
        cert_file: Some(text(5, "etcd.external.cert-file", "crt")),
        key_file: None,
    };
    let header =
        "\n[etcd.external]\nendpoints = ['https://e:2379']\nca-file = 'ca'\ncert-file = 'crt'";
    assert_eq!(
        settings(header).etcd,
        Some(at(2, "etcd.external", etcd.clone()))
    );
    let dotted = "\n\netcd.external.endpoints = ['https://e:2379']\netcd.external.ca-file = 'ca'\netcd.external.cert-file = 'crt'";
    assert_eq!(settings(dotted).etcd, Some(at(3, "etcd.external", etcd)));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let read = settings("\u{feff}\r\nnode-name = \"cp1\"\r\n\r\ndns-domain = \"d\"\r\n");
    assert_eq!(read.node_name, Some(text(2, "node-name", "cp1")));
    assert_eq!(read.dns_domain, Some(text(4, "dns-domain", "d")));
}

#[test]
fn a_misspelt_key_is_told_its_name() {
    assert_eq!(
        error("node-name = 'a'\nservice-cidr = []"),
        "cluster.toml:2: unknown key `service-cidr`; did you mean `service-cidrs`?"
    );
    assert_eq!(
        error("[apiserver]\nSANs = []"),
        "cluster.toml:2: unknown key `apiserver.SANs`; did you mean `apiserver.sans`?"
    );
    assert_eq!(
        error("[etcd]\nlocal = { serversans = [] }"),
        "cluster.toml:2: unknown key `etcd.local.serversans`; did you mean \
         `etcd.local.server-sans`?"
    );
    assert_eq!(
        error("[etcd.external]\ncafile = 'x'"),
        "cluster.toml:2: unknown key `etcd.external.cafile`; did you mean \
         `etcd.external.ca-file`?"
    );
}

#[test]
fn a_key_like_no_other_is_told_all_names() {
    let message = error("\nimage-repository = 'x'");
    assert!(
        message
            .starts_with("cluster.toml:2: unknown key `image-repository`; known keys: node-name, "),
        "{message}"
    );
    assert!(message.ends_with(", apiserver, etcd"), "{message}");
    assert_eq!(
        error("etcd = { remote-cluster = 1 }"),
        "cluster.toml:1: unknown key `etcd.remote-cluster`; known keys of `etcd`: local, external"
    );
}

#[test]
fn the_first_unknown_key_of_the_file_is_reported() {
    assert!(error("zzzzzz = 1\naaaaaa = 1").starts_with("cluster.toml:1: unknown key `zzzzzz`"));
}

#[test]
fn a_key_in_the_wrong_table_is_unknown_there() {
    assert!(error("[apiserver]\nsans = []\nnode-name = 'a'").contains("`apiserver.node-name`"));
}

#[test]
fn a_port_is_an_integer_in_range() {
    for (port, found) in [
        ("\"x\"", "the string \"x\""),
        ("0", "the integer 0"),
        ("65_536", "the integer 65536"),
        ("-1", "the integer -1"),
        ("6443.0", "the number 6443.0"),
        ("true", "the boolean true"),
        ("[6443]", "a list"),
        ("{}", "a mapping"),
        ("2030-01-01", "the date 2030-01-01"),
        (
            "99999999999999999999999999999999999999999",
            "the number 99999999999999999999999999999999999999999",
        ),
    ] {
        assert_eq!(
            error(&format!("bind-port = {port}")),
            format!(
                "cluster.toml:1: bind-port expects an integer between 1 and 65535, found {found}"
            )
        );
    }
    for (port, value) in [("1", 1), ("+65_535", 65535), ("0x1F90", 8080)] {
        let read = settings(&format!("bind-port = {port}"));
        assert_eq!(read.bind_port, Some(at(1, "bind-port", value)));
    }
}

#[test]
fn wrong_types_name_both_sides() {
    for (text, message) in [
        (
            "node-name = 5",
            "1: node-name expects a string, found the integer 5; put it in quotes",
        ),
        (
            "node-name = ['a']",
            "1: node-name expects a string, found a list",
        ),
        (
            "service-cidrs = '10.96.0.0/12'",
            "1: service-cidrs expects a list of strings, found the string \"10.96.0.0/12\"",
        ),
        (
            "service-cidrs = [\n'a',\n1]",
            "3: service-cidrs[1] expects a string, found the integer 1; put it in quotes",
        ),
        (
            "apiserver = 'x'",
            "1: apiserver expects a mapping, found the string \"x\"",
        ),
        ("[[etcd]]", "1: etcd expects a mapping, found a list"),
        (
            "\n[etcd]\nlocal = true",
            "3: etcd.local expects a mapping, found the boolean true",
        ),
    ] {
        assert_eq!(error(text), format!("cluster.toml:{message}"));
    }
}

#[test]
fn both_kinds_of_etcd_are_one_too_many() {
    assert_eq!(
        error("[etcd.external]\nendpoints = []\n[etcd.local]\n"),
        "cluster.toml:3: etcd.local and etcd.external (line 1) exclude each other; remove one of \
         them"
    );
}

#[test]
fn a_syntax_error_names_line_and_column() {
    for (text, place) in [
        (
            "a = 1\nnode-name = = 2",
            "cluster.toml:2:13: not valid TOML: ",
        ),
        (
            "\nnode-name = \"é\" x",
            "cluster.toml:2:17: not valid TOML: ",
        ),
        (
            "node-name = \"a\nb\"",
            "cluster.toml:1:15: not valid TOML: ",
        ),
        ("node-name", "cluster.toml:1:10: not valid TOML: "),
    ] {
        let message = error(text);
        assert!(message.starts_with(place), "{message}");
        assert!(!message.contains('\n'), "{message}");
    }
    assert_eq!(
        error("node-name = 'a'\nnode-name = 'b'"),
        "cluster.toml:2:1: not valid TOML: duplicate key"
    );
}
