//! A root that is kept elsewhere, and intermediates that the cluster uses.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{AUTHORITY, How, Run, Snapshot, Tree, Workshop};

mod root;

const AUTHORITIES: [&str; 3] = ["ca.crt", "front-proxy-ca.crt", "etcd/ca.crt"];

/// A passphrase in a file of its own.
fn passphrase(tree: &Tree, name: &str, text: &str) -> String {
    let path = tree.put_beside(name, text);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    format!("file:{name}")
}

fn init(tree: &Tree, arguments: &[&str]) -> Run {
    let source = passphrase(tree, "passphrase", "correct horse\n");
    let above = ["--root-ca", "offline", "--root-ca-passphrase", &source];
    tree.init(&[&above[..], arguments].concat())
}

fn renew(tree: &Tree, arguments: &[&str]) -> Run {
    let source = passphrase(tree, "passphrase", "correct horse\n");
    let above = ["--root-ca", "offline", "--root-ca-passphrase", &source];
    tree.pkigen(&[&["renew"], arguments, &above[..]].concat())
}

fn count(text: &str) -> usize {
    text.matches("BEGIN CERTIFICATE").count()
}

/// An authority that a company gave, in `company`, beside the tree.
fn company(tree: &Tree, extensions: &str) -> Workshop {
    let shop = Workshop::new();
    shop.key("ca", "P-256");
    let how = How::days(3650);
    shop.self_signed_as(
        "ca",
        "/DC=com/DC=example/O=Example/CN=Root",
        extensions,
        how,
    );
    fs::create_dir_all(tree.beside("company")).unwrap();
    for name in ["ca.crt", "ca.key"] {
        fs::write(tree.beside("company").join(name), shop.read(name)).unwrap();
    }
    shop
}

#[test]
fn a_new_root_signs_the_three_authorities() {
    let tree = Tree::empty();
    init(&tree, &[])
        .exits(0)
        .shows(&["authorities below CN=kubernetes-root-ca, which expires"]);
    let key = fs::read_to_string(tree.beside("offline/ca.key")).unwrap();
    assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    let mode = |name: &str| {
        fs::metadata(tree.beside(name))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(
        (mode("offline") & 0o777, mode("offline/ca.key") & 0o777),
        (0o700, 0o600)
    );
    let root = fs::read_to_string(tree.beside("offline/ca.crt")).unwrap();
    for name in AUTHORITIES {
        assert_eq!(count(&tree.text(name)), 1, "{name}");
        assert!(!tree.text(name).contains(&root));
    }
    // Callers in the cluster believe the root too, servers nowhere.
    assert_eq!(tree.text("ca-callers.crt"), tree.text("ca.crt") + &root);
    for name in [
        "front-proxy-ca-callers.crt",
        "etcd/ca-callers.crt",
        "ca-issuing.crt",
    ] {
        assert!(!tree.pki(name).exists(), "{name}");
    }
    for (name, authority) in [
        ("apiserver.crt", "ca.crt"),
        ("front-proxy-client.crt", "front-proxy-ca.crt"),
        ("etcd/peer.crt", "etcd/ca.crt"),
    ] {
        assert_eq!(count(&tree.text(name)), 2, "{name}");
        assert!(tree.text(name).ends_with(&tree.text(authority)), "{name}");
    }
    tree.pkigen(&["verify"]).exits(0);
    let before = Snapshot::of(&tree.etc(""));
    init(&tree, &[]).exits(0).shows(&["Nothing to do"]);
    tree.init(&[]).exits(0).shows(&["Nothing to do"]);
    before.assert_untouched(&Snapshot::of(&tree.etc("")));
}

/// Each reader is given the file of its role.
#[test]
fn the_flags_name_the_file_of_each_role() {
    let tree = Tree::empty();
    init(&tree, &[]).exits(0);
    let flags = |name: &str| fs::read_to_string(tree.etc("pkigen/flags").join(name)).unwrap();
    let has = |name: &str, flag: &str| assert!(flags(name).contains(flag), "{name} {flag}");
    let pki = "/etc/kubernetes/pki";
    has(
        "kube-controller-manager.args",
        &format!("--root-ca-file={pki}/ca-callers.crt\n"),
    );
    has(
        "kube-controller-manager.args",
        &format!("--client-ca-file={pki}/ca.crt\n"),
    );
    let signing = format!("--cluster-signing-cert-file={pki}/ca.crt\n");
    has("kube-controller-manager.args", &signing);
    has(
        "kube-apiserver.args",
        &format!("--client-ca-file={pki}/ca.crt\n"),
    );
    has(
        "kube-apiserver.args",
        &format!("--etcd-cafile={pki}/etcd/ca.crt\n"),
    );
    has(
        "etcd.args",
        &format!("--trusted-ca-file={pki}/etcd/ca.crt\n"),
    );
    let kubelet = flags("kubelet-configuration.yaml");
    assert!(kubelet.contains("clientCAFile: /etc/kubernetes/pki/ca.crt"));
}

/// What a joining worker is given as its clients' authority is the intermediate alone.
#[test]
fn kubeconfigs_that_are_handed_on_hold_the_intermediate_alone() {
    let tree = Tree::empty();
    init(&tree, &[]).exits(0);
    let trusted = |name: &str| {
        let text = fs::read_to_string(tree.etc(name)).unwrap();
        let mark = "certificate-authority-data: ";
        let line = text.lines().find_map(|line| line.trim().strip_prefix(mark));
        let bytes = crate::support::x509::decode(line.unwrap());
        String::from_utf8(bytes).unwrap()
    };
    for name in ["admin.conf", "super-admin.conf"] {
        assert_eq!(trusted(name), tree.text("ca.crt"), "{name}");
    }
    for name in ["scheduler.conf", "controller-manager.conf", "kubelet.conf"] {
        assert_eq!(trusted(name), tree.text("ca-callers.crt"), "{name}");
    }
}

/// Signed anew by the root: name, key and key identifier stay, and so does everything below.
#[test]
fn an_intermediate_gets_new_dates() {
    let tree = Tree::empty();
    init(&tree, &[]).exits(0);
    let old = tree.text("ca.crt");
    let said = "it is issued by CN=kubernetes-root-ca, who alone can give it new dates";
    let command = tree.typed("pkigen renew ca --root-ca DIR");
    tree.pkigen(&["renew", "ca"])
        .exits(1)
        .says(&[said, &command]);
    renew(&tree, &["ca", "etcd-ca", "front-proxy-ca"]).exits(0);
    assert_ne!(tree.text("ca.crt"), old);
    tree.pkigen(&["verify"]).exits(0);
    renew(&tree, &["all"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
    for _ in 0..2 {
        tree.pkigen(&["undo"]).exits(0);
    }
    assert_eq!(tree.text("ca.crt"), old);
    tree.pkigen(&["verify"]).exits(0);
}

/// A node of an intermediate goes on without the root: leaves are renewed below what is here.
#[test]
fn leaves_need_no_root() {
    let tree = Tree::empty();
    init(&tree, &[]).exits(0);
    fs::remove_dir_all(tree.beside("offline")).unwrap();
    tree.pkigen(&["renew", "all"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
    assert_eq!(count(&tree.text("apiserver.crt")), 2);
}

#[test]
fn an_authority_of_a_company_is_taken_as_it_is() {
    let tree = Tree::empty();
    company(&tree, AUTHORITY);
    tree.init(&["--root-ca", "company"])
        .exits(0)
        .shows(&["CN=Root"]);
    tree.pkigen(&["verify"]).exits(0);
    tree.pkigen(&["renew", "ca", "--root-ca", "company"])
        .exits(0);
    // Another one has not signed it.
    let source = passphrase(&tree, "passphrase", "correct horse");
    let other = ["--root-ca", "other", "--root-ca-passphrase", &source];
    let before = tree.snapshot();
    tree.init(&other).exits(1).says(&[
        "ca.crt: it was issued by DC=com, DC=example, O=Example, CN=Root with the key ",
        ", and not by CN=kubernetes-root-ca with the key ",
        "Leave out the authority that was given to be above it",
    ]);
    before.assert_untouched(&tree.snapshot());
    assert!(!tree.beside("other").exists());
}

/// What the authority above may not sign is refused before anything is.
#[test]
fn what_may_not_be_below() {
    for (extensions, said) in [
        (
            "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign",
            "its path length constraint allows no authority below it",
        ),
        (
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign",
            "may not sign certificates",
        ),
        (
            "basicConstraints=critical,CA:FALSE",
            "is not a certificate authority",
        ),
    ] {
        let tree = Tree::empty();
        company(&tree, extensions);
        let before = tree.snapshot();
        let run = tree.init(&["--root-ca", "company"]);
        assert!([1, 2].contains(&run.code), "{run:#?}");
        run.says(&[said]);
        before.assert_untouched(&tree.snapshot());
    }
    let tree = Tree::empty();
    company(&tree, AUTHORITY);
    let late = ["--root-ca", "company", "--at", "2046-01-01T00:00:00Z"];
    tree.init(&late)
        .exits(1)
        .says(&["cannot sign it", "expired"]);
}

/// A name that the root does not permit is refused with everything else, and not only by readers.
#[test]
fn constraints_of_the_root_are_kept() {
    let tree = Tree::empty();
    let extensions = format!("{AUTHORITY}\nnameConstraints=critical,permitted;DNS:example.com");
    company(&tree, &extensions);
    let run = tree.init(&["--root-ca", "company"]);
    run.exits(1)
        .says(&["an authority above it is not allowed to certify its names"]);
    assert!(!tree.pki("ca.crt").exists());
}

/// Every one of these is the input's fault, says which, and writes nothing.
#[test]
fn what_is_no_authority() {
    let tree = Tree::empty();
    company(&tree, AUTHORITY);
    let file = |name: &str| fs::read(tree.beside("company").join(name)).unwrap();
    let (certificate, key) = (file("ca.crt"), file("ca.key"));
    let shop = Workshop::new();
    let other = shop.key("other", "P-256");
    let cases: [(&str, &[u8], &[u8], &str); 6] = [
        (
            "empty-certificate",
            b"",
            &key,
            "ca.crt: the certificate cannot be used",
        ),
        (
            "no-certificate",
            b"nonsense",
            &key,
            "ca.crt: the certificate cannot be used",
        ),
        (
            "no-key",
            &certificate,
            b"nonsense",
            "ca.key: the key cannot be used",
        ),
        (
            "empty-key",
            &certificate,
            b"",
            "ca.key: the key cannot be used",
        ),
        (
            "other-key",
            &certificate,
            &other,
            "belongs to none of the certificates",
        ),
        (
            "swapped",
            &key,
            &certificate,
            "ca.key: the key cannot be used",
        ),
    ];
    for (name, certificate, key, said) in cases {
        fs::create_dir(tree.beside(name)).unwrap();
        fs::write(tree.beside(name).join("ca.crt"), certificate).unwrap();
        fs::write(tree.beside(name).join("ca.key"), key).unwrap();
        tree.init(&["--root-ca", name]).exits(2).says(&[said]);
    }
    let halves = [
        (
            "ca.crt",
            2,
            "ca.key is not there, and the certificate beside it is",
        ),
        ("ca.key", 3, "ca.crt: No such file"),
    ];
    for (half, code, said) in halves {
        let name = format!("only-{half}");
        fs::create_dir(tree.beside(&name)).unwrap();
        fs::write(tree.beside(&name).join(half), file(half)).unwrap();
        tree.init(&["--root-ca", &name]).exits(code).says(&[said]);
    }
    assert!(!tree.etc("").exists());
}

#[test]
fn passphrases() {
    let tree = Tree::empty();
    let wrong = |source: &str, code: i32, said: &[&str]| {
        let run = tree.init(&["--root-ca", "offline", "--root-ca-passphrase", source]);
        run.exits(code).says(said);
        assert!(!tree.beside("offline").exists() && !tree.etc("").exists());
    };
    tree.init(&["--root-ca", "offline"])
        .exits(2)
        .says(&["--root-ca-passphrase"]);
    tree.init(&["--root-ca-passphrase", "fd:0"]).exits(2);
    // It may be the passphrase itself.
    let run = tree.init(&["--root-ca", "offline", "--root-ca-passphrase", "swordfish"]);
    let run = run.exits(2).says(&["it is where the passphrase is"]);
    assert!(!run.stderr.contains("swordfish"));
    wrong("file:nowhere", 3, &["cannot read nowhere"]);
    wrong("fd:77", 3, &["cannot read /proc/self/fd/77"]);
    wrong("fd:x", 2, &["it is where the passphrase is"]);
    wrong("file:", 2, &["it is where the passphrase is"]);
    wrong("credential:../x", 2, &["it is where the passphrase is"]);
    wrong(
        &passphrase(&tree, "empty", "\n"),
        2,
        &["the passphrase is empty"],
    );
    let open = tree.put_beside("open", "x\n");
    fs::set_permissions(open, fs::Permissions::from_mode(0o640)).unwrap();
    wrong(
        "file:open",
        2,
        &["others can read it (mode 0640)", "chmod 600"],
    );
    init(&tree, &[]).exits(0);
    let other = passphrase(&tree, "other", "battery staple\n");
    let renew =
        |source: &[&str]| tree.pkigen(&[&["renew", "ca", "--root-ca", "offline"], source].concat());
    renew(&[])
        .exits(2)
        .says(&["is encrypted", "--root-ca-passphrase"]);
    renew(&["--root-ca-passphrase", &other])
        .exits(2)
        .says(&["does not open with this passphrase"]);
    tree.pkigen(&["renew", "ca", "--root-ca", "nowhere"])
        .exits(2)
        .says(&["there is no CA: neither ca.crt nor ca.key"]);
}

/// What only looks makes no root, and neither does what is refused.
#[test]
fn a_dry_run_makes_no_root() {
    let tree = Tree::empty();
    init(&tree, &["--dry-run"])
        .exits(0)
        .shows(&["Would complete", "CN=kubernetes-root-ca"]);
    assert!(!tree.beside("offline").exists() && !tree.etc("").exists());
    let report = init(&tree, &["--dry-run", "-o", "json"]).exits(0).json();
    assert_eq!(report["superior"]["subject"], "CN=kubernetes-root-ca");
}
