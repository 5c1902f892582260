use std::fs;

use super::{exported, further, passphrase, secret, take};
use crate::support::Tree;

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

#[test]
fn a_further_node_has_what_the_others_have_and_its_own_leaves() {
    let first = Tree::good();
    let second = further(&first, "cp2", "192.0.2.11", &[]);
    for name in SHARED {
        assert_eq!(first.text(name), second.text(name), "{name}");
    }
    for name in ["apiserver.crt", "etcd/server.crt", "front-proxy-client.crt"] {
        assert_ne!(first.text(name), second.text(name), "{name}");
    }
    second.pkigen(&["verify"]).exits(0);
    assert!(!second.etc("super-admin.conf").exists());
    // Taken once more, nothing changes.
    let before = second.snapshot();
    take(&first, &second, "cp2", "192.0.2.11", &[]).exits(0);
    let after = second.snapshot();
    let changes = before.changes(&after);
    assert!(
        changes
            .iter()
            .all(|change| change.contains(".pkigen") || change.contains("pass")),
        "{changes:?}"
    );
}

#[test]
fn what_is_packed_is_what_is_shared_and_no_leaf() {
    let tree = Tree::good();
    let source = passphrase(&tree, "pass", "correct horse\n");
    let arguments = [
        "bundle",
        "export",
        "--to",
        "c.age",
        "--passphrase",
        &source,
        "-o",
        "json",
    ];
    let report = tree.pkigen(&arguments).exits(0).json();
    let mut files: Vec<&str> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one.as_str())
        .collect();
    files.sort_unstable();
    let mut expected = SHARED;
    expected.sort_unstable();
    assert_eq!(files, expected);
    let sealed = fs::read(tree.beside("c.age")).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    let key = tree.text("ca.key");
    assert!(
        !sealed
            .windows(40)
            .any(|part| part == &key.as_bytes()[40..80])
    );
}

#[test]
fn with_an_external_etcd_its_client_pair_goes_along() {
    let tree = Tree::good();
    for (from, to) in [
        ("etcd/ca.crt", "outside-ca.crt"),
        ("apiserver-etcd-client.crt", "outside.crt"),
        ("apiserver-etcd-client.key", "outside.key"),
    ] {
        tree.put(to, tree.text(from));
    }
    tree.put_beside(
        "cluster.toml",
        "[etcd.external]\nendpoints = [\"https://192.0.2.30:2379\"]\nca-file = \"/etc/kubernetes/pki/outside-ca.crt\"\n\
         cert-file = \"/etc/kubernetes/pki/outside.crt\"\nkey-file = \"/etc/kubernetes/pki/outside.key\"\n",
    );
    let source = passphrase(&tree, "pass", "correct horse\n");
    let arguments = [
        "bundle",
        "export",
        "--config",
        "cluster.toml",
        "--to",
        "c.age",
        "--passphrase",
        &source,
        "-o",
        "json",
    ];
    let report = tree.pkigen(&arguments).exits(0).json();
    let files = report["files"].to_string();
    assert!(
        files.contains("external-etcd.key") && !files.contains("etcd/ca.key"),
        "{files}"
    );
}

#[test]
fn what_came_is_not_put_beside_another_cluster() {
    let (first, other) = (Tree::good(), Tree::empty());
    other.init(&[]).exits(0);
    exported(&first);
    passphrase(&other, "pass", "correct horse battery staple\n");
    let before = other.snapshot();
    take(&first, &other, "cp1", "192.0.2.10", &[])
        .exits(1)
        .says(&["is not what came"]);
    before.assert_untouched(&other.snapshot());
}

#[test]
fn it_is_taken_for_as_long_as_it_says() {
    let (first, second) = (Tree::good(), Tree::empty());
    exported(&first);
    passphrase(&second, "pass", "correct horse battery staple\n");
    let before = second.snapshot();
    let later = time::OffsetDateTime::now_utc() + time::Duration::hours(25);
    let later = later
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap();
    let run = take(&first, &second, "cp2", "192.0.2.11", &["--at", &later]);
    run.exits(2).says(&["and that is over; export another one"]);
    before.assert_untouched(&second.snapshot());
}

#[test]
fn whatever_is_wrong_with_it_nothing_is_written() {
    let first = Tree::good();
    let whole = fs::read(exported(&first)).unwrap();
    let middle = whole.len() / 2;
    let mut changed = whole.clone();
    changed[middle] ^= 1;
    let cases: [(&str, Vec<u8>, &str); 5] = [
        ("changed", changed, "cut short or was changed"),
        (
            "cut short",
            whole[..whole.len() - 20].to_vec(),
            "cut short or was changed",
        ),
        ("half of it", whole[..100].to_vec(), "is not a bundle"),
        ("something else", b"hello\n".to_vec(), "is not a bundle"),
        ("empty", Vec::new(), "is not a bundle"),
    ];
    for (what, bytes, says) in cases {
        let second = Tree::empty();
        passphrase(&second, "pass", "correct horse battery staple\n");
        second.put_beside("b.age", bytes);
        let before = second.snapshot();
        let run = second.pkigen(&[
            "bundle",
            "import",
            "b.age",
            "--passphrase",
            "file:pass",
            "--node-name",
            "cp2",
            "--advertise-address",
            "192.0.2.11",
        ]);
        assert_eq!(run.code, 2, "{what}: {run:#?}");
        run.says(&[says]);
        before.assert_untouched(&second.snapshot());
    }
    let second = Tree::empty();
    passphrase(&second, "pass", "wrong horse\n");
    fs::copy(first.beside("cluster.age"), second.beside("b.age")).unwrap();
    let run = second.pkigen(&[
        "bundle",
        "import",
        "b.age",
        "--passphrase",
        "file:pass",
        "--node-name",
        "cp2",
        "--advertise-address",
        "192.0.2.11",
    ]);
    run.exits(2).says(&["is not what it was sealed for"]);
}

#[test]
fn kubeadm_s_secret_goes_out_and_comes_back() {
    let (first, second) = (Tree::good(), Tree::empty());
    let export = [
        "bundle",
        "export",
        "--kubeadm-secret",
        "--to",
        "certs.yaml",
        "-q",
    ];
    let run = first.pkigen(&export).exits(0);
    let key = run.stdout.trim().to_owned();
    assert_eq!(key.len(), 64, "{key}");
    fs::copy(first.beside("certs.yaml"), second.beside("certs.yaml")).unwrap();
    let import = |key: &str| {
        secret(&second, "key", key);
        second.pkigen(&[
            "bundle",
            "import",
            "certs.yaml",
            "--kubeadm-secret",
            "--certificate-key",
            "file:key",
            "--node-name",
            "cp2",
            "--advertise-address",
            "192.0.2.11",
        ])
    };
    import(&"0".repeat(64))
        .exits(2)
        .says(&["the certificate key is another"]);
    import("abc").exits(2).says(&["64 hexadecimal digits"]);
    let text = fs::read_to_string(second.beside("certs.yaml")).unwrap();
    let missing: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().starts_with("sa.key:"))
        .collect();
    second.put_beside("certs.yaml", missing.join("\n"));
    import(&key).exits(2).says(&["sa.key: it is missing"]);
    assert!(!second.pki("ca.crt").exists());
    second.put_beside("certs.yaml", &text);
    import(&key).exits(0);
    for name in SHARED {
        assert_eq!(first.text(name), second.text(name), "{name}");
    }
}

#[test]
fn cluster_api_s_secrets_go_out_and_come_back() {
    let (first, second) = (Tree::good(), Tree::empty());
    let export = [
        "bundle",
        "export",
        "--capi",
        "prod",
        "--namespace",
        "clusters",
        "--to",
        "secrets.yaml",
    ];
    first.pkigen(&export).exits(0);
    let text = fs::read_to_string(first.beside("secrets.yaml")).unwrap();
    for name in [
        "prod-ca",
        "prod-etcd",
        "prod-proxy",
        "prod-sa",
        "prod-kubeconfig",
    ] {
        assert!(text.contains(&format!("  name: {name}\n")), "{name}");
    }
    assert_eq!(text.matches("type: cluster.x-k8s.io/secret").count(), 5);
    second.put_beside("secrets.yaml", &text);
    let import = |name: &str| {
        second.pkigen(&[
            "bundle",
            "import",
            "secrets.yaml",
            "--capi",
            name,
            "--node-name",
            "cp2",
            "--advertise-address",
            "192.0.2.11",
        ])
    };
    import("test")
        .exits(2)
        .says(&["there is no Secret test-ca in it"]);
    import("prod").exits(0);
    for name in SHARED {
        assert_eq!(first.text(name), second.text(name), "{name}");
    }
}
