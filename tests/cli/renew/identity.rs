//! What a certificate says stays; its key, serial number and dates are new.

use super::{renew, renew_at};
use crate::support::{Facts, LEAVES, OddKey, Tree};

const ALGORITHMS: [&str; 2] = ["rsa-2048", "ecdsa-p256"];

#[test]
fn every_leaf_has_a_new_life_and_its_old_identity() {
    for algorithm in ALGORITHMS {
        let tree = Tree::kubeadm(algorithm);
        let before = Facts::all(&tree);
        renew(&tree, &["all"]).exits(0);
        let after = Facts::all(&tree);
        assert_eq!(after.len(), 12);
        for (name, old) in &before {
            let new = &after[name];
            old.assert_renewed(new);
            assert_eq!(new.not_before, "2026-11-30 23:55:00Z", "{name}");
            assert_eq!(new.not_after, "2027-12-01 00:00:00Z", "{name}");
        }
    }
}

#[test]
fn each_key_is_the_certificates() {
    let tree = Tree::kubeadm("rsa-2048");
    renew(&tree, &["all"]).exits(0);
    for (_, file, _) in LEAVES
        .iter()
        .filter(|(_, file, _)| file.starts_with("pki/"))
    {
        let key = std::fs::read_to_string(tree.etc(&file.replace(".crt", ".key"))).unwrap();
        let own = OddKey::from_pem(&key).spki();
        assert_eq!(own, Facts::at(&tree, file).key, "{file}");
    }
}

#[test]
fn a_second_renewal_gives_new_serial_numbers_again() {
    let tree = Tree::kubeadm("ecdsa-p256");
    renew(&tree, &["all"]).exits(0);
    let first = Facts::all(&tree);
    renew(&tree, &["all"]).exits(0);
    for (name, second) in Facts::all(&tree) {
        assert_ne!(first[name].serial, second.serial);
        assert_ne!(first[name].key, second.key);
        assert_eq!(first[name].identity, second.identity);
    }
}

/// Puts a leaf of the tree's own ca in the place of the API server's.
pub(crate) fn odd_leaf(tree: &Tree, kind: &str, subject: &str, extensions: &str) {
    let shop = tree.workshop("ca");
    tree.put("apiserver.key", shop.key("leaf", kind));
    tree.put(
        "apiserver.crt",
        shop.signed("leaf", "ca", subject, extensions),
    );
}

/// A subject, names, usages and extensions that kubeadm would drop.
pub(crate) const ODD: (&str, &str) = (
    "/C=DE/O=Example/OU=Platform/CN=kube-apiserver/emailAddress=ops@example.org",
    "1.2.3.4.5=DER:0403010203\n\
     keyUsage=critical,digitalSignature,nonRepudiation\n\
     subjectAltName=URI:spiffe://example.org/api,email:ops@example.org,DNS:kubernetes,IP:10.96.0.1,DNS:kubernetes\n\
     extendedKeyUsage=serverAuth,1.3.6.1.4.1.311.20.2.2\n\
     1.2.3.4.6=DER:0500\n",
);

#[test]
fn what_kubeadm_drops_is_kept() {
    for kind in ["2048", "3072", "P-256", "P-384"] {
        let tree = Tree::kubeadm("rsa-2048");
        odd_leaf(&tree, kind, ODD.0, ODD.1);
        let before = Facts::at(&tree, "pki/apiserver.crt");
        renew(&tree, &["apiserver"]).exits(0);
        let after = Facts::at(&tree, "pki/apiserver.crt");
        before.assert_renewed(&after);
        for text in [
            &b"Platform"[..],
            b"spiffe://example.org/api",
            // Smartcard logon; digitalSignature and nonRepudiation.
            b"\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x02",
            b"\x03\x02\x06\xc0",
        ] {
            assert!(after.holds(text), "{text:?} in {}", after.identity);
        }
        assert!(after.identity.contains("\n1.2.3.4.5 false 0403010203"));
    }
}

/// No client would accept the successor, as none accepted the old one; the others are renewed.
#[test]
fn an_unknown_critical_extension_fails_its_own_row() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let odd =
        "subjectAltName=DNS:kubernetes\nextendedKeyUsage=serverAuth\n1.2.3.4=critical,DER:0500\n";
    odd_leaf(&tree, "P-256", "/CN=kube-apiserver", odd);
    let before = tree.text("apiserver.crt");
    let run = renew(&tree, &["all"]).exits(1);
    run.says(&["apiserver was not renewed: the new certificate is not accepted: "])
        .shows(&["renewed  etcd-peer"]);
    assert_eq!(tree.text("apiserver.crt"), before);
}

#[test]
fn an_expired_leaf() {
    let tree = Tree::kubeadm("rsa-2048");
    let before = Facts::all(&tree);
    renew_at(&tree, "2028-06-01T00:00:00Z", &["all"]).exits(0);
    for (name, after) in Facts::all(&tree) {
        before[name].assert_renewed(&after);
        assert_eq!(after.not_before, "2028-05-31 23:55:00Z");
    }
}

#[test]
fn reuse_key_changes_one_file_of_a_pair() {
    for algorithm in ALGORITHMS {
        let tree = Tree::kubeadm(algorithm);
        let (facts, files) = (Facts::all(&tree), tree.snapshot());
        renew(&tree, &["all", "--reuse-key"]).exits(0);
        for (name, after) in Facts::all(&tree) {
            assert_eq!(facts[name].key, after.key, "{name}");
            assert_ne!(facts[name].serial, after.serial, "{name}");
            assert_eq!(facts[name].identity, after.identity, "{name}");
        }
        let now = tree.snapshot();
        for key in files
            .files()
            .iter()
            .filter(|path| path.extension().is_some_and(|end| end == "key"))
        {
            assert_eq!(files.entry(key), now.entry(key), "{}", key.display());
        }
    }
}

#[test]
fn life_as_asked_for() {
    let tree = Tree::kubeadm("ecdsa-p256");
    renew(&tree, &["apiserver", "--certificate-validity", "48h"]).exits(0);
    assert_eq!(
        Facts::at(&tree, "pki/apiserver.crt").not_after,
        "2026-12-03 00:00:00Z"
    );
    let run = renew(
        &tree,
        &["apiserver", "admin.conf", "--certificate-validity", "20y"],
    )
    .exits(0);
    let said = "expires Nov 20, 2036 18:30 UTC: ends with its authority, earlier than asked";
    assert_eq!(run.stdout.matches(said).count(), 2, "{run:#?}");
    let end = Facts::at(&tree, "pki/apiserver.crt").not_after;
    assert_eq!(end, "2036-11-20 18:30:47Z");
}

#[test]
fn a_life_that_is_none_is_refused() {
    let tree = Tree::kubeadm("ecdsa-p256");
    let before = tree.snapshot();
    for life in ["0s", "-48h", "200y", "soon", ""] {
        let option = format!("--certificate-validity={life}");
        renew(&tree, &["all", &option])
            .exits(2)
            .says(&["--certificate-validity"]);
    }
    before.assert_untouched(&tree.snapshot());
}
