//! What an authority takes as its own new certificate, and what it does not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use pki_core::Certificate;

use super::sign;
use crate::support::{AUTHORITY, How, Run, Tree, Workshop};

/// A node whose cluster CA is below one that a company keeps: that, the CA, and what makes others.
struct Company {
    tree: Tree,
    shop: Workshop,
}

const NAME: &str = "/O=Example/CN=Cluster";
const ROOT: &str = "/O=Example/CN=Root";
const NARROW: &str = "basicConstraints=critical,CA:TRUE,pathlen:0\n\
                      keyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n\
                      nameConstraints=critical,permitted;DNS:cluster.local\n";

impl Company {
    fn new(extensions: &str) -> Self {
        let tree = Tree::empty();
        let shop = Workshop::new();
        for name in ["root", "ca", "other"] {
            shop.key(name, "P-256");
        }
        let how = How::days(4000);
        let root = shop.self_signed_as("root", ROOT, AUTHORITY, how);
        let own = shop.signed_as("ca", "root", NAME, extensions, how);
        fs::create_dir_all(tree.pki("")).unwrap();
        tree.put("ca.crt", &own);
        tree.put("ca.key", shop.read("ca.key"));
        fs::set_permissions(tree.pki("ca.key"), fs::Permissions::from_mode(0o600)).unwrap();
        tree.put("ca-callers.crt", [&own[..], &root].concat());
        fs::create_dir(tree.beside("company")).unwrap();
        tree.put_beside("company/ca.crt", &root);
        tree.put_beside("company/ca.key", shop.read("root.key"));
        Self { tree, shop }
    }

    fn take(&self, name: &str, text: impl AsRef<[u8]>) -> Run {
        let path = self.tree.put_beside(name, text);
        let path = path.display().to_string();
        self.tree.pkigen(&["renew", "ca", "--certificate", &path])
    }

    fn create(&self) {
        let create = [
            "csr",
            "create",
            "ca",
            "--to",
            "requests",
            "--node-name",
            "cp1",
        ];
        let create = [&create[..], &["--advertise-address", "192.0.2.10"]].concat();
        self.tree.pkigen(&create).exits(0);
    }
}

/// Whoever believes the root that is here would refuse it, although its name is the same.
#[test]
fn what_the_root_that_is_here_has_not_signed() {
    let company = Company::new(AUTHORITY);
    let (tree, shop) = (&company.tree, &company.shop);
    tree.init(&["--new-cluster"]).exits(0);
    let before = tree.text("ca.crt");
    // Another root of the same name.
    shop.self_signed_as("other", ROOT, AUTHORITY, How::days(4000));
    let foreign = shop.signed_as("ca", "other", NAME, AUTHORITY, How::days(3000));
    company
        .take("foreign.pem", &foreign)
        .exits(1)
        .says(&["what was issued is of", "Have it issued by the authority"]);
    // The right root beside it makes it no better.
    let root = fs::read(tree.beside("company/ca.crt")).unwrap();
    company
        .take("both.pem", [&foreign[..], &root].concat())
        .exits(1)
        .says(&["what was issued is of"]);
    // It names the right key, and that has not signed it.
    let own = || shop.signed_as("ca", "root", NAME, AUTHORITY, How::days(3000));
    let own_der = |pem: &[u8]| {
        let all = Certificate::all_from_pem(pem).unwrap();
        all[0].as_der().to_vec()
    };
    let mut forged = own_der(&own());
    *forged.last_mut().unwrap() ^= 1;
    company
        .take("forged.der", forged)
        .exits(1)
        .says(&["what was issued is not signed by", "though it says so"]);
    // What strict readers want is not taken away.
    let poor = "basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n";
    let poor = shop.signed_as("ca", "root", NAME, poor, How::days(3000));
    company
        .take("poor.pem", poor)
        .exits(1)
        .says(&["what was issued has not what the one that is there has: key usage"]);
    assert_eq!(tree.text("ca.crt"), before);
    // A shorter life is said, and one in DER is as good.
    company
        .take("shorter.der", own_der(&own()))
        .exits(0)
        .shows(&["earlier than the old one"]);
    tree.pkigen(&["verify"]).exits(0);
}

/// What `check-expiration` says of a root that is over is done to the letter.
#[test]
fn a_root_that_is_over_above_a_node() {
    let company = Company::new(AUTHORITY);
    let (tree, shop) = (&company.tree, &company.shop);
    tree.init(&["--new-cluster"]).exits(0);
    let over = shop.self_signed_as("root", ROOT, AUTHORITY, How::days(-3));
    tree.put(
        "ca-callers.crt",
        [tree.text("ca.crt").as_bytes(), &over].concat(),
    );
    let take = tree.typed("pkigen renew ca --certificate FILE");
    let told = tree.pkigen(&["check-expiration"]).exits(1);
    let told: Vec<&str> = told.stdout.split_whitespace().collect();
    assert!(told.join(" ").contains(&take), "{told:?}");
    let new = shop.self_signed_as("root", ROOT, AUTHORITY, How::days(5000));
    company.take("root.pem", new).exits(0);
    tree.pkigen(&["check-expiration"]).exits(0);
    tree.pkigen(&["verify"]).exits(0);
}

/// What an authority may not do it asks to be forbidden again.
#[test]
fn restrictions_are_asked_for_and_kept() {
    let company = Company::new(NARROW);
    let tree = &company.tree;
    company.create();
    let arguments = ["requests", "--root-ca", "company", "--to", "answer"];
    sign(tree, &[&arguments[..], &["--accept", "ca"]].concat()).exits(0);
    let answer = fs::read(tree.beside("answer/ca.crt")).unwrap();
    let answer = &Certificate::all_from_pem(&answer).unwrap()[0];
    assert_eq!(answer.path_length(), Some(0));
    let mut extensions = answer.extensions().iter();
    assert!(extensions.any(|one| one.oid().to_string() == "2.5.29.30" && one.critical));
}

/// Who is over signs nothing.
#[test]
fn a_root_that_is_over() {
    let company = Company::new(AUTHORITY);
    let (tree, shop) = (&company.tree, &company.shop);
    company.create();
    let over = shop.self_signed_as("root", ROOT, AUTHORITY, How::days(-3));
    tree.put_beside("company/ca.crt", over);
    let arguments = ["requests", "--root-ca", "company", "--to", "answer"];
    sign(tree, &[&arguments[..], &["--accept", "ca"]].concat())
        .exits(2)
        .says(&["O=Example, CN=Root, who is to sign or is above that, is valid from"]);
    assert!(!tree.beside("answer").exists());
}
