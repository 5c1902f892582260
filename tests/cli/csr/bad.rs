//! Input that is of no use: each names the file and what is wrong, with the exit code of it.

use std::fs;
use std::path::Path;

use super::CLIENT;
use super::{bare, create, etc, import, sign, signed};
use crate::support::{Tree, Workshop};

fn request(tree: &Tree, name: &str, text: impl AsRef<[u8]>) {
    fs::write(tree.beside("requests").join(format!("{name}.csr")), text).unwrap();
}

/// A request for the key of one that waits, or another, without a manifest that would know it.
fn forge(tree: &Tree, name: &str, subject: &str, extensions: &str) {
    let shop = Workshop::new();
    shop.write(
        "waiting.key",
        fs::read(tree.pki(&format!("requests/{name}.key"))).unwrap(),
    );
    shop.request("waiting", subject, extensions, &[]);
    request(tree, name, shop.read("waiting.csr"));
}

/// A request that asks for something else than its row is.
#[test]
fn requests_that_ask_for_more() {
    let cases: [(&str, &str, &str, &str); 10] = [
        (
            "scheduler.conf",
            "/O=system:masters/CN=system:kube-scheduler",
            CLIENT,
            "groups",
        ),
        (
            "scheduler.conf",
            "/CN=kubernetes-admin",
            CLIENT,
            "common name",
        ),
        (
            "scheduler.conf",
            "/CN=system:kube-scheduler/CN=system:admin",
            CLIENT,
            "common name",
        ),
        (
            "scheduler.conf",
            "/CN=system:kube-scheduler",
            "extendedKeyUsage=clientAuth,serverAuth",
            "purposes",
        ),
        (
            "scheduler.conf",
            "/CN=system:kube-scheduler",
            "extendedKeyUsage=1.3.6.1.5.5.7.3.3",
            "purposes",
        ),
        (
            "scheduler.conf",
            "/CN=system:kube-scheduler",
            "extendedKeyUsage=clientAuth\nsubjectAltName=DNS:kubernetes",
            "alternative names",
        ),
        (
            "scheduler.conf",
            "/CN=system:kube-scheduler",
            "extendedKeyUsage=clientAuth\nbasicConstraints=critical,CA:TRUE",
            "basic constraints",
        ),
        (
            "kubelet.conf",
            "/O=system:nodes/CN=system:node:other",
            CLIENT,
            "common name",
        ),
        (
            "kubelet.conf",
            "/O=system:nodes/O=system:masters/CN=system:node:cp1",
            CLIENT,
            "groups",
        ),
        (
            "admin.conf",
            "/O=system:masters/CN=kubernetes-admin",
            CLIENT,
            "groups",
        ),
    ];
    for (name, subject, extensions, field) in cases {
        let tree = bare();
        create(&tree, &["--to", "requests"]).exits(0);
        fs::remove_file(tree.beside("requests/manifest.json")).unwrap();
        // Another one says whose node it is.
        if name == "kubelet.conf" {
            for entry in fs::read_dir(tree.beside("requests")).unwrap() {
                fs::remove_file(entry.unwrap().path()).unwrap();
            }
            let manifest = fs::read_to_string(tree.pki("requests/manifest.json")).unwrap();
            forge(&tree, name, subject, extensions);
            let csr = fs::read(tree.beside("requests/kubelet.conf.csr")).unwrap();
            let digest = digest(&csr);
            fs::write(
                tree.beside("requests/manifest.json"),
                only(&manifest, name, &digest),
            )
            .unwrap();
        } else {
            forge(&tree, name, subject, extensions);
        }
        let run = sign(&tree, &["requests", "--authorities", "ca", "--to", "no"]);
        assert_eq!(run.code, 1, "{subject} {extensions}: {run:#?}");
        run.says(&[&format!(
            "refused: {name}: it asks for something else than the table says: {field}"
        )]);
        assert!(!tree.beside("no").exists());
    }
}

fn digest(pem: &[u8]) -> String {
    use std::fmt::Write as _;

    use sha2::{Digest as _, Sha256};
    let text = str::from_utf8(pem).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("-----"));
    let der = crate::support::x509::decode(&lines.collect::<String>());
    Sha256::digest(der)
        .iter()
        .fold(String::new(), |mut text, octet| {
            write!(text, "{octet:02x}").unwrap();
            text
        })
}

/// The manifest with one row, of another request.
fn only(manifest: &str, name: &str, sha256: &str) -> String {
    let mut manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
    let rows = manifest["requests"].as_array_mut().unwrap();
    rows.retain(|row| row["name"] == name);
    rows[0]["sha256"] = sha256.into();
    manifest.to_string()
}

/// Damage on the way.
#[test]
fn requests_that_are_damaged() {
    type Damage = fn(&Path);
    let cases: [(Damage, i32, &str); 9] = [
        (
            |requests| fs::write(requests.join("apiserver.csr"), "").unwrap(),
            2,
            "apiserver.csr",
        ),
        (
            |requests| fs::remove_file(requests.join("apiserver.csr")).unwrap(),
            2,
            "it did not come along",
        ),
        (
            |requests| fs::write(requests.join("apiserver.csr"), "nonsense").unwrap(),
            2,
            "apiserver.csr",
        ),
        (
            |requests| {
                fs::copy(
                    requests.join("etcd-peer.csr"),
                    requests.join("etcd-server.csr"),
                )
                .unwrap();
            },
            2,
            "it is not the request of the manifest",
        ),
        (
            |requests| fs::write(requests.join("manifest.json"), "{").unwrap(),
            2,
            "manifest.json: it does not decode",
        ),
        (
            |requests| fs::write(requests.join("manifest.json"), "{}").unwrap(),
            2,
            "manifest.json: it does not decode",
        ),
        (
            |requests| change(requests, "RequestManifest", "CertificateManifest"),
            2,
            "not a RequestManifest",
        ),
        (
            |requests| change(requests, "\"schemaVersion\": 1", "\"schemaVersion\": 7"),
            2,
            "its schema is 7",
        ),
        (
            |requests| {
                change(
                    requests,
                    "\"file\": \"apiserver.csr\"",
                    "\"file\": \"../ca/ca.key\"",
                );
            },
            2,
            "a name in it is none of a file",
        ),
    ];
    for (number, (damage, code, said)) in cases.into_iter().enumerate() {
        let tree = bare();
        create(&tree, &["--to", "requests"]).exits(0);
        damage(&tree.beside("requests"));
        let run = sign(&tree, &["requests", "--authorities", "ca", "--to", "no"]);
        assert_eq!(run.code, code, "{number}: {run:#?}");
        run.says(&[said]);
        assert!(!tree.beside("no").exists());
    }
}

fn change(requests: &Path, from: &str, to: &str) {
    let path = requests.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn what_is_no_place_and_no_authority() {
    let tree = bare();
    create(&tree, &["--to", "requests"]).exits(0);
    let before = etc(&tree);
    // What is there is not written over.
    create(&tree, &["--to", "requests"])
        .exits(2)
        .says(&["nothing is written over"]);
    create(&tree, &["--to", "nowhere/requests"])
        .exits(3)
        .says(&["nowhere"]);
    create(&tree, &["nonsense", "--to", "x"])
        .exits(2)
        .says(&["is no certificate of the table"]);
    create(&tree, &["sa", "--to", "x"])
        .exits(2)
        .says(&["has no certificate"]);
    create(&tree, &["ca", "--to", "y"])
        .exits(1)
        .says(&["not asked for: ca"]);
    create(&tree, &[]).exits(2);
    before.assert_untouched(&etc(&tree));
    let sign = |arguments: &[&str]| sign(&tree, arguments);
    sign(&["nowhere", "--authorities", "ca", "--to", "x"])
        .exits(3)
        .says(&["cannot read nowhere"]);
    sign(&["requests", "--authorities", "nowhere", "--to", "x"])
        .exits(3)
        .says(&["nowhere/ca.key"]);
    sign(&["requests", "--authorities", "ca", "--to", "requests"]).exits(2);
    sign(&["ca/ca.key", "--authorities", "ca", "--to", "x"])
        .exits(2)
        .says(&["there is none, and no request"]);
    sign(&["ca", "--authorities", "ca", "--to", "x"])
        .exits(2)
        .says(&["no request that is called as a row"]);
    sign(&[
        "requests",
        "--authorities",
        "ca",
        "--to",
        "x",
        "--accept",
        "nonsense",
    ])
    .exits(2);
    let swordfish = [
        "requests",
        "--authorities",
        "ca",
        "--to",
        "x",
        "--authorities-passphrase",
        "swordfish",
    ];
    let run = sign(&swordfish).exits(2);
    assert!(!run.stderr.contains("swordfish"));
    fs::copy(tree.beside("ca/etcd/ca.key"), tree.beside("ca/ca.key")).unwrap();
    sign(&["requests", "--authorities", "ca", "--to", "x"])
        .exits(2)
        .says(&["belongs to none of the certificates"]);
    assert!(!tree.beside("x").exists());
}

#[test]
fn answers_to_nothing() {
    let tree = bare();
    fs::create_dir(tree.beside("empty")).unwrap();
    import(&tree, &["empty"])
        .exits(2)
        .says(&["nothing is asked for here"]);
    import(&tree, &["nowhere"])
        .exits(3)
        .says(&["cannot read nowhere"]);
    create(&tree, &["--to", "requests"]).exits(0);
    let before = etc(&tree);
    let run = import(&tree, &["empty", "-o", "json"]).exits(1);
    assert_eq!(run.json()["outcome"], "unchanged");
    import(&tree, &["requests"])
        .exits(1)
        .says(&["apiserver: no certificate has come for it"]);
    import(&tree, &["requests/apiserver.csr"])
        .exits(1)
        .says(&["apiserver: no certificate has come for it"]);
    // The beginning of a tar, and nothing more of it.
    create(&tree, &["--to", "again.tar"]).exits(0);
    let tar = fs::read(tree.beside("again.tar")).unwrap();
    fs::write(tree.beside("cut.tar"), &tar[..700]).unwrap();
    import(&tree, &["cut.tar"]).exits(2).says(&["cut.tar"]);
    before.assert_untouched(&etc(&tree));
}

/// What waits here was damaged meanwhile.
#[test]
fn what_waits_is_damaged() {
    type Damage = fn(&Path);
    let cases: [(Damage, i32, &str); 6] = [
        (
            |requests| fs::write(requests.join("manifest.json"), "{").unwrap(),
            2,
            "move the directory that it is in away",
        ),
        (
            |requests| fs::remove_file(requests.join("manifest.json")).unwrap(),
            2,
            "requests/manifest.json: it is not there, and admin.conf.key is",
        ),
        (
            |requests| fs::remove_file(requests.join("apiserver.csr")).unwrap(),
            2,
            "have apiserver asked for anew, by its name: `pkigen csr create apiserver --to FILE",
        ),
        (
            |requests| fs::remove_file(requests.join("apiserver.key")).unwrap(),
            2,
            "requests/apiserver.key: it is not there; put it back, or have apiserver asked for anew",
        ),
        (
            |requests| fs::write(requests.join("apiserver.key"), "nonsense").unwrap(),
            2,
            "requests/apiserver.key: it holds no PEM block",
        ),
        (
            |requests| {
                change(
                    requests,
                    "\"name\": \"apiserver\"",
                    "\"name\": \"nonsense\"",
                );
            },
            2,
            "is no row of the table",
        ),
    ];
    for (number, (damage, code, said)) in cases.into_iter().enumerate() {
        let tree = bare();
        signed(&tree);
        damage(&tree.pki("requests"));
        let before = etc(&tree);
        let run = import(&tree, &["certificates"]);
        assert_eq!(run.code, code, "{number}: {run:#?}");
        run.says(&[said]);
        before.assert_untouched(&etc(&tree));
    }
}

/// The key that waits was exchanged: what would be written fits nobody.
#[test]
fn another_key_than_the_requests() {
    let tree = bare();
    signed(&tree);
    let other = fs::read(tree.pki("requests/etcd-peer.key")).unwrap();
    fs::write(tree.pki("requests/apiserver.key"), other).unwrap();
    let before = etc(&tree);
    import(&tree, &["certificates"])
        .exits(2)
        .says(&["requests/apiserver.key: it is not the key of the request"]);
    before.assert_untouched(&etc(&tree));
}
