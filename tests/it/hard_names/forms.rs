//! Forms in which people keep authorities: PKCS#8, parameters before the key, text before the
//! certificate, line ends of Windows.

use pkigen::Profile;

use super::{names_are_kept, serves};
use crate::support::with_authority;

#[test]
fn keys_in_pkcs8() {
    for name in ["common-name", "rsa", "p384"] {
        let tree = with_authority(&format!("{name}.crt"), &format!("{name}-pkcs8.key"));
        assert!(
            tree.text("pki/ca.key")
                .starts_with("-----BEGIN PRIVATE KEY-----\n")
        );
        serves(&tree, Profile::KubernetesIo);
    }
}

#[test]
fn a_key_behind_its_parameters() {
    let tree = with_authority("common-name.crt", "ec-parameters.key");
    assert!(
        tree.text("pki/ca.key")
            .starts_with("-----BEGIN EC PARAMETERS-----\n")
    );
    serves(&tree, Profile::KubernetesIo);
}

#[test]
fn text_before_a_certificate() {
    let tree = with_authority("text-before.crt", "common-name.key");
    assert!(tree.text("pki/ca.crt").starts_with("Certificate:\n"));
    serves(&tree, Profile::KubernetesIo);
}

#[test]
fn line_ends_of_windows() {
    let tree = with_authority("windows.crt", "windows.key");
    for part in ["crt", "key"] {
        assert!(tree.text(&format!("pki/ca.{part}")).contains("-----\r\n"));
    }
    serves(&tree, Profile::KubernetesIo);
    names_are_kept(&tree);
}
