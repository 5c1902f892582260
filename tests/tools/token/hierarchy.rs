//! Roots and intermediates whose keys are in a token.

use std::fs;

use super::Node;
use crate::support::NODE;

/// The root's key in a token, and those of the intermediates in files.
#[test]
fn a_root_in_a_token() {
    let node = Node::new("rsa:2048");
    let above = ["--root-ca", "offline", "--root-ca-key"];
    let uri = node.uri("ca", "pin");
    let above = [&above[..], &[uri.as_str()]].concat();
    node.pkigen(&[&["init"], NODE, &above].concat(), &[])
        .exits(0)
        .shows(&["authorities below CN=kubernetes-root-ca"]);
    let both = [
        &["init", "--root-ca", "two"],
        NODE,
        &["--root-ca-key", &uri],
    ]
    .concat();
    node.pkigen(&both, &["--ca-key".to_owned(), uri.clone()])
        .exits(1)
        .says(&["its key was given for ca too"]);
    let files = fs::read_dir(node.tree.beside("offline")).unwrap();
    assert_eq!(files.count(), 1, "the certificate alone");
    node.pkigen(&["verify"], &[]).exits(0);
    let names = ["renew", "ca", "etcd-ca", "front-proxy-ca"];
    node.pkigen(&[&names[..], &above].concat(), &[]).exits(0);
    let longer = ["renew", "root-ca", "--ca-validity", "300000h"];
    node.pkigen(&[&longer[..], &above].concat(), &[]).exits(0);
    // And of a request that came from elsewhere.
    node.pkigen(&["csr", "create", "ca", "--to", "requests"], &[])
        .exits(0);
    let sign = ["csr", "sign", "requests", "--to", "answer"];
    node.pkigen(&[&sign[..], &above].concat(), &[]).exits(0);
    node.pkigen(&["renew", "ca", "--certificate", "answer"], &[])
        .exits(0);
    node.pkigen(&["verify"], &[]).exits(0);
    let wrong = node.uri("etcd-ca", "pin");
    let wrong = [
        "renew",
        "ca",
        "--root-ca",
        "offline",
        "--root-ca-key",
        &wrong,
    ];
    node.pkigen(&wrong, &[])
        .exits(2)
        .says(&["belongs to none of the certificates"]);
}

/// An intermediate's key in a token asks for its own new dates with that.
#[test]
fn an_intermediate_in_a_token_asks() {
    let node = Node::new("EC:prime256v1");
    let secret = node.tree.put_beside("secret", "correct horse\n");
    fs::set_permissions(secret, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let above = [
        "--root-ca",
        "offline",
        "--root-ca-passphrase",
        "file:secret",
    ];
    let keys = node.keys();
    node.pkigen(&[&["init"], NODE, &above].concat(), &keys)
        .exits(0);
    node.pkigen(&["csr", "create", "ca", "--to", "without"], &[])
        .exits(1)
        .says(&["ca: its key is not here"]);
    node.pkigen(&["csr", "create", "ca", "--to", "requests"], &keys)
        .exits(0);
    let sign = ["csr", "sign", "requests", "--to", "answer"];
    node.pkigen(&[&sign[..], &above].concat(), &[]).exits(0);
    node.pkigen(&["renew", "ca", "--certificate", "answer"], &keys)
        .exits(0);
    node.pkigen(&["verify"], &[]).exits(0);
}
