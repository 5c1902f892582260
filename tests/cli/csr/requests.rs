//! The round trip, and what each command knows of it on the way.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{LEAVES, bare, create, etc, import, sign, without_keys};
use crate::support::NODE;

#[test]
fn two_files_are_carried_and_nothing_else_is_to_be_done() {
    let tree = bare();
    tree.init(&[]).exits(1).says(&[
        "`pkigen csr create --to requests.tar --root",
        "--node-name cp1",
        "have what is asked for signed where the key is kept",
    ]);
    let made = create(&tree, &["--to", "requests.tar"]).exits(0);
    made.shows(&[
        "12 certificates asked for, in requests.tar",
        "pkigen csr sign requests.tar",
    ]);
    for name in LEAVES {
        let mode = |ending: &str| {
            let file = tree.pki(&format!("requests/{name}.{ending}"));
            fs::metadata(file).unwrap().permissions().mode() & 0o777
        };
        assert_eq!((mode("key"), mode("csr")), (0o600, 0o644), "{name}");
    }
    // No key is carried.
    let carried = fs::read(tree.beside("requests.tar")).unwrap();
    assert!(!carried.windows(11).any(|window| window == b"PRIVATE KEY"));
    tree.init(&[]).exits(1).says(&[
        "12 certificates asked for and not here yet",
        "pkigen csr import FILE",
    ]);
    sign(
        &tree,
        &[
            "requests.tar",
            "--authorities",
            "ca",
            "--to",
            "certificates.tar",
        ],
    )
    .exits(0)
    .shows(&[
        "12 certificates signed",
        "CN=kube-apiserver",
        "DNS:kubernetes.default",
    ]);
    import(&tree, &["certificates.tar"])
        .exits(0)
        .shows(&["taken  scheduler.conf"]);
    tree.pkigen(&["verify"]).exits(0);
    tree.init(&[]).exits(0).shows(&["Nothing to do"]);
    assert_eq!(fs::read_dir(tree.pki("requests")).unwrap().count(), 0);
    // And back again: the requests wait, and the same answer is taken once more.
    tree.pkigen(&["undo"]).exits(0);
    assert!(!tree.pki("apiserver.crt").exists());
    import(&tree, &["certificates.tar"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
}

/// What waits is not asked for again, and is carried with the rest.
#[test]
fn what_waits_already() {
    let tree = bare();
    create(&tree, &["--to", "first"]).exits(0);
    let before = etc(&tree);
    create(&tree, &["--to", "second.tar"])
        .exits(0)
        .shows(&["  waits"]);
    before.assert_untouched(&etc(&tree));
    let report = create(&tree, &["--to", "third", "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(
        (&report["kind"], &report["outcome"]),
        (&"CsrCreateReport".into(), &"unchanged".into())
    );
    assert_eq!(report["waiting"].as_array().unwrap().len(), 12);
    let same = |one: &str, other: &str| {
        let read = |name: &str| fs::read(tree.beside(name).join("apiserver.csr")).unwrap();
        assert_eq!(read(one), read(other));
    };
    same("first", "third");
    // By its name it is asked for anew, with another key.
    create(&tree, &["apiserver", "--to", "fourth"])
        .exits(0)
        .shows(&["requested  apiserver "]);
    assert_ne!(
        fs::read(tree.beside("first/apiserver.csr")).unwrap(),
        fs::read(tree.beside("fourth/apiserver.csr")).unwrap()
    );
    same("first", "third");
    // An answer to what was asked for before is of another key.
    sign(&tree, &["first", "--authorities", "ca", "--to", "late"]).exits(0);
    import(&tree, &["late"])
        .exits(1)
        .says(&["apiserver: what has come is not what was asked for: public key"]);
}

/// What is there and ends soon: it says what it said, in a kubeconfig too.
#[test]
fn what_is_due() {
    let tree = without_keys();
    create(&tree, &["--to", "none"])
        .exits(0)
        .shows(&["Nothing has to be asked for"]);
    assert!(!tree.beside("none").exists());
    let admin = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    fs::write(tree.etc("admin.conf"), format!("# mine\n{admin}")).unwrap();
    create(&tree, &["--within", "2y", "--to", "requests.tar"]).exits(0);
    sign(
        &tree,
        &[
            "requests.tar",
            "--authorities",
            "ca",
            "--to",
            "certificates.tar",
        ],
    )
    .exits(0);
    import(&tree, &["certificates.tar"])
        .exits(0)
        .shows(&["systemctl restart kubelet"]);
    tree.pkigen(&["verify"]).exits(0);
    let renewed = fs::read_to_string(tree.etc("admin.conf")).unwrap();
    assert!(renewed.starts_with("# mine\n") && !renewed.contains(&admin));
}

/// On the way the other commands say what waits.
#[test]
fn what_waits_is_said() {
    let tree = without_keys();
    create(&tree, &["scheduler.conf", "--to", "requests"]).exits(0);
    let said = "its certificate is asked for of ca, and has not come";
    let run = tree.pkigen(&["check-expiration"]).exits(0);
    assert!((run.stdout + &run.stderr).contains(said));
    let report = tree.pkigen(&["check-expiration", "-o", "json"]).json();
    assert_eq!(report["notes"][0]["name"], "scheduler.conf");
    let late = ["renew", "all", "--at", "2029-01-01T00:00:00Z"];
    let run = tree.pkigen(&late).exits(1);
    run.says(&[&format!(
        "scheduler.conf is due and was not renewed: {said}"
    )]);
    tree.pkigen(&["history"])
        .exits(0)
        .shows(&["csr create", "scheduler.conf --to requests"]);
}

/// What has come is taken, and the rest goes on waiting.
#[test]
fn a_part_of_the_answer() {
    let tree = bare();
    let certificates = super::signed(&tree);
    for name in LEAVES.iter().filter(|name| **name != "apiserver") {
        fs::remove_file(certificates.join(format!("{name}.crt"))).unwrap();
    }
    let run = import(&tree, &["certificates", "-o", "json"]).exits(1);
    assert_eq!(run.json()["outcome"], "partial");
    assert!(tree.pki("apiserver.crt").exists() && !tree.etc("admin.conf").exists());
    import(&tree, &["certificates"])
        .exits(1)
        .says(&["scheduler.conf: no certificate has come for it"]);
    tree.init(&[])
        .exits(1)
        .says(&["11 certificates asked for and not here yet"]);
}

/// By the configuration of the cluster the names that are served are compared too.
#[test]
fn signing_by_a_configuration() {
    let tree = bare();
    create(&tree, &["--san", "api.example.com", "--to", "requests.tar"]).exits(0);
    let toml = "node-name = \"cp1\"\nadvertise-address = \"192.0.2.10\"\n";
    tree.put_beside("cluster.toml", toml);
    let arguments = [
        "requests.tar",
        "--authorities",
        "ca",
        "--config",
        "cluster.toml",
        "--to",
    ];
    let run = sign(&tree, &[&arguments[..], &["no.tar"]].concat()).exits(1);
    run.says(&[
        "refused: apiserver: it asks for something else than the table says: alternative names",
        "api.example.com",
        "--accept NAME",
        "nothing was signed",
    ]);
    assert!(!tree.beside("no.tar").exists());
    sign(
        &tree,
        &[&arguments[..], &["yes.tar", "--accept", "apiserver"]].concat(),
    )
    .exits(0)
    .shows(&["accepted  apiserver"]);
    import(&tree, &["yes.tar"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
}

/// As `kubeadm certs generate-csr` leaves them: requests by the names of their rows, no manifest.
#[test]
fn requests_without_a_manifest() {
    let tree = bare();
    create(&tree, &["--to", "requests"]).exits(0);
    fs::remove_file(tree.beside("requests/manifest.json")).unwrap();
    sign(
        &tree,
        &["requests", "--authorities", "ca", "--to", "certificates"],
    )
    .exits(0);
    import(&tree, &["certificates"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
}

/// The keys that sign may be encrypted, and the life of what they sign is asked for.
#[test]
fn encrypted_keys_sign() {
    let tree = crate::support::Tree::empty();
    tree.put_beside("passphrase", "correct horse\n");
    fs::set_permissions(tree.beside("passphrase"), fs::Permissions::from_mode(0o600)).unwrap();
    tree.init(&[
        "--root-ca",
        "offline",
        "--root-ca-passphrase",
        "file:passphrase",
    ])
    .exits(0);
    // A cluster authority that is the root itself, for one that signs leaves by an encrypted key.
    let other = bare();
    fs::copy(tree.beside("offline/ca.crt"), other.pki("ca.crt")).unwrap();
    for name in ["ca.crt", "ca.key"] {
        fs::copy(
            tree.beside("offline").join(name),
            other.beside("ca").join(name),
        )
        .unwrap();
    }
    fs::copy(tree.beside("passphrase"), other.beside("passphrase")).unwrap();
    create(&other, &["--to", "requests"]).exits(0);
    let arguments = ["requests", "--authorities", "ca", "--to", "certificates"];
    sign(&other, &arguments).exits(2).says(&["is encrypted"]);
    let with = [
        "--authorities-passphrase",
        "file:passphrase",
        "--certificate-validity",
        "90d",
    ];
    sign(&other, &[&arguments[..], &with].concat()).exits(0);
    import(&other, &["certificates"]).exits(0);
    other.pkigen(&["verify"]).exits(0);
    let report = other.pkigen(&["check-expiration", "--within", "89d", "-o", "json"]);
    report.exits(0);
}

/// Where the node is another than the one that is here, its own configuration says so.
#[test]
fn nothing_is_asked_for_a_node_that_nobody_names() {
    let tree = bare();
    let run = tree.pkigen(&["csr", "create", "--to", "requests.tar"]);
    assert!([0, 2].contains(&run.code));
    assert_eq!(NODE.len(), 4);
}
