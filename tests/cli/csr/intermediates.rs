//! An authority's own certificate, from what is above it: asked for here, signed there, taken here.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use pki_core::Certificate;
use pki_core::x509::CertificateRequest;

use super::{sign, without_keys};
use crate::support::{AUTHORITY, How, Run, Snapshot, Tree, Workshop};

const NAMES: [&str; 3] = ["ca", "front-proxy-ca", "etcd-ca"];
const ABOVE: [&str; 4] = [
    "--root-ca",
    "offline",
    "--root-ca-passphrase",
    "file:secret",
];

/// A node below a root that is in `offline`, beside it.
fn below_a_root() -> Tree {
    let tree = Tree::empty();
    let secret = tree.put_beside("secret", "correct horse\n");
    fs::set_permissions(secret, fs::Permissions::from_mode(0o600)).unwrap();
    tree.init(&ABOVE).exits(0);
    tree
}

/// Without a description: everything is here.
fn create(tree: &Tree, arguments: &[&str]) -> Run {
    tree.pkigen(&[&["csr", "create"], arguments].concat())
}

fn own(tree: &Tree, file: &str) -> Certificate {
    let text = fs::read(tree.pki(file)).unwrap();
    Certificate::all_from_pem(&text).unwrap().remove(0)
}

fn requested(tree: &Tree, file: &str) -> CertificateRequest {
    let text = fs::read(tree.beside(file)).unwrap();
    CertificateRequest::all_from_pem(&text).unwrap().remove(0)
}

/// Nothing waits for it: the key is where it was.
#[test]
fn an_intermediate_whose_root_is_elsewhere() {
    let tree = below_a_root();
    let before = Snapshot::of(&tree.etc(""));
    let old = own(&tree, "ca.crt");
    let take = tree.typed("pkigen renew ca front-proxy-ca etcd-ca --certificate FILE");
    create(&tree, &[&NAMES[..], &["--to", "requests"]].concat())
        .exits(0)
        .shows(&[
            "requested  ca ",
            "of root-ca",
            "--root-ca DIR --to FILE",
            &take,
        ]);
    before.assert_untouched(&Snapshot::of(&tree.etc("")));
    let request = requested(&tree, "requests/ca.csr");
    assert!(request.is_authority());
    assert_eq!(request.spki_der(), old.spki_der());
    assert_eq!(
        request.subject_key_identifier(),
        old.subject_key_identifier()
    );
    let to = [&["requests"], &ABOVE[..], &["--to", "answer.tar"]].concat();
    sign(&tree, &to).exits(0).shows(&[
        "3 certificates signed",
        "pkigen renew ca front-proxy-ca etcd-ca --certificate",
    ]);
    let run = tree.pkigen(&[&["renew"], &NAMES[..], &["--certificate", "answer.tar"]].concat());
    run.exits(0).shows(&["renewed  ca ", "renewed  etcd-ca "]);
    let new = own(&tree, "ca.crt");
    assert!(new.is_renewal_of(&old) && new != old);
    tree.pkigen(&["verify"]).exits(0);
    // What has come is in its place.
    tree.pkigen(&["csr", "import", "answer.tar"])
        .exits(2)
        .says(&[
            "nothing is asked for here",
            "A CA's own certificate is taken with",
        ]);
    tree.pkigen(&["undo"]).exits(0);
    assert_eq!(own(&tree, "ca.crt"), old);
}

/// What `renew` prints where the root is not here is carried out to the letter.
#[test]
fn the_remedy_is_the_way() {
    let tree = below_a_root();
    let ask = tree.typed("pkigen csr create ca --to requests.tar");
    let take = tree.typed("pkigen renew ca --certificate FILE");
    tree.pkigen(&["renew", "ca"]).exits(1).says(&[
        &ask,
        "and have what is asked for signed where the key is kept",
        &take,
    ]);
    create(&tree, &["ca", "--to", "requests.tar"]).exits(0);
    sign(
        &tree,
        &[&["requests.tar"], &ABOVE[..], &["--to", "answer"]].concat(),
    )
    .exits(0);
    tree.pkigen(&["renew", "ca", "--certificate", "answer/ca.crt"])
        .exits(0);
    tree.pkigen(&["verify"]).exits(0);
}

/// What an intermediate has signed names its key by whatever identifier it was given, which stays. Its
/// name is a company's: whoever signs is asked, because the table has another.
#[test]
fn names_and_identifiers_of_a_company_stay() {
    let tree = Tree::empty();
    let shop = Workshop::new();
    for name in ["root", "ca"] {
        shop.key(name, "P-256");
    }
    let name = "/DC=com/DC=example/O=Example/CN=Cluster";
    let how = How::days(4000);
    let root = shop.self_signed_as("root", "/O=Example/CN=Root", AUTHORITY, how);
    let middle = shop.signed_as("ca", "root", name, AUTHORITY, how);
    fs::create_dir_all(tree.pki("")).unwrap();
    tree.put("ca.crt", &middle);
    tree.put("ca.key", shop.read("ca.key"));
    fs::set_permissions(tree.pki("ca.key"), fs::Permissions::from_mode(0o600)).unwrap();
    tree.put("ca-callers.crt", [&middle[..], &root].concat());
    tree.init(&["--new-cluster"]).exits(0);
    let old = own(&tree, "ca.crt");
    let made_now = old.public_key().unwrap().identifier();
    assert_ne!(
        old.subject_key_identifier().as_deref(),
        Some(&made_now.as_bytes()[..])
    );
    create(&tree, &["ca", "--to", "requests"]).exits(0);
    fs::create_dir(tree.beside("company")).unwrap();
    tree.put_beside("company/ca.crt", &root);
    tree.put_beside("company/ca.key", shop.read("root.key"));
    let above = ["requests", "--root-ca", "company", "--to", "answer"];
    sign(&tree, &above)
        .exits(1)
        .says(&["ca: it asks for something else than the table says: common name"]);
    assert!(!tree.beside("answer").exists());
    sign(&tree, &[&above[..], &["--accept", "ca"]].concat()).exits(0);
    tree.pkigen(&["renew", "ca", "--certificate", "answer"])
        .exits(0);
    let new = own(&tree, "ca.crt");
    assert!(new.is_renewal_of(&old) && new != old);
    assert_eq!(new.subject_key_identifier(), old.subject_key_identifier());
    tree.pkigen(&["verify"]).exits(0);
}

#[test]
fn what_asks_for_nothing_above() {
    let tree = below_a_root();
    let json = create(&tree, &["apiserver", "--to", "x", "-o", "json"]).exits(1);
    assert_eq!(json.json()["outcome"], "unchanged");
    create(&tree, &["sa", "--to", "x"])
        .exits(2)
        .says(&["\"sa\" has no certificate"]);
    tree.remove(&["ca.key"]);
    create(&tree, &["ca", "--to", "x"])
        .exits(1)
        .says(&["ca: its key is not here: it is asked for where that is"]);
    tree.put("ca.key", fs::read(tree.pki("etcd/ca.key")).unwrap());
    create(&tree, &["ca", "--to", "x"])
        .exits(1)
        .says(&["ca: it is not there with the key that it signs with"]);
    let ordinary = Tree::good();
    create(&ordinary, &["ca", "--to", "x"])
        .exits(1)
        .says(&["ca: it signs itself: it is renewed, not asked for"]);
    for one in [&tree, &ordinary] {
        assert!(!one.beside("x").exists());
    }
}

/// Nothing is signed that nobody said by whom.
#[test]
fn who_signs_what() {
    let tree = below_a_root();
    create(&tree, &["ca", "--to", "authority"]).exits(0);
    let leaves = without_keys();
    super::create(&leaves, &["scheduler.conf", "--to", "leaf"]).exits(0);
    sign(
        &tree,
        &["authority", "--authorities", "offline", "--to", "x"],
    )
    .exits(2)
    .says(&["ca is an authority, and what signs it was not given: say which with --root-ca DIR"]);
    let leaf = leaves.beside("leaf").display().to_string();
    sign(
        &tree,
        &[&[leaf.as_str()], &ABOVE[..], &["--to", "x"]].concat(),
    )
    .exits(2)
    .says(&["was not given: say which with --authorities DIR"]);
    sign(&tree, &["authority", "--to", "x"]).exits(2);
    sign(&tree, &["authority", "--root-ca", "nowhere", "--to", "x"])
        .exits(2)
        .says(&["--root-ca nowhere: there is no CA"]);
    // A root that may sign leaves only, and one that ends tomorrow.
    let shop = Workshop::new();
    shop.key("ca", "P-256");
    let short = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign";
    for (directory, extensions, days, code, said) in [
        ("leaves-only", short, 4000, 2, "path length constraint"),
        ("soon", AUTHORITY, 1, 0, "with its authority"),
    ] {
        let root = shop.self_signed_as("ca", "/CN=Root", extensions, How::days(days));
        fs::create_dir(tree.beside(directory)).unwrap();
        tree.put_beside(&format!("{directory}/ca.crt"), root);
        tree.put_beside(&format!("{directory}/ca.key"), shop.read("ca.key"));
        let to = format!("from-{directory}");
        let run = sign(&tree, &["authority", "--root-ca", directory, "--to", &to]).exits(code);
        assert!(
            (run.stdout.clone() + &run.stderr).contains(said),
            "{run:#?}"
        );
    }
    // What another root has signed is none of this one's.
    tree.pkigen(&["renew", "ca", "--certificate", "from-soon"])
        .exits(1)
        .says(&["what was issued is of CN=Root with the key "]);
}

/// On the way an authority may not become more, nor a leaf become one.
#[test]
fn a_leaf_that_asks_to_be_an_authority() {
    let tree = below_a_root();
    let shop = Workshop::new();
    shop.key("x", "P-256");
    let requests = [
        ("ca", "/CN=kubernetes-ca", "", "basic constraints: CA:FALSE"),
        (
            "ca",
            "/O=system:masters/CN=kubernetes-ca",
            AUTHORITY,
            "groups: system:masters",
        ),
        ("ca", "/CN=other", AUTHORITY, "common name: other"),
        (
            "ca",
            "/CN=kubernetes-ca",
            "basicConstraints=critical,CA:TRUE\nsubjectAltName=DNS:kubernetes",
            "alternative names: ",
        ),
        (
            "ca",
            "/CN=kubernetes-ca",
            "basicConstraints=critical,CA:TRUE\nextendedKeyUsage=clientAuth",
            "purposes: clientAuth",
        ),
    ];
    for (number, (name, subject, extensions, said)) in requests.into_iter().enumerate() {
        let place = format!("requests-{number}");
        fs::create_dir(tree.beside(&place)).unwrap();
        shop.request("x", subject, extensions, &[]);
        tree.put_beside(&format!("{place}/{name}.csr"), shop.read("x.csr"));
        let arguments = [&[place.as_str()], &ABOVE[..], &["--to", "x"]].concat();
        sign(&tree, &arguments).exits(1).says(&[said]);
        assert!(!tree.beside("x").exists());
    }
}
