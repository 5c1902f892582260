//! Whole trees, byte for byte as they were when somebody last looked at them.
//!
//! Keys come from files, the instant is fixed, serial numbers are counted, and both RSA PKCS#1
//! v1.5 and RFC 6979 ECDSA are deterministic: a changed byte is a changed decision. Where it is
//! meant, write the files anew and read the difference before it is committed:
//!
//! ```text
//! cargo test --test it -- --ignored golden::write_anew
//! ```

use std::collections::BTreeMap;
use std::path::PathBuf;

use pkigen::{KeyAlgorithm, Profile};

use crate::support::{Tree, files_below, fixture, full_cluster};

const CASES: [(Profile, KeyAlgorithm); 4] = [
    (Profile::KubernetesIo, KeyAlgorithm::EcdsaP256),
    (Profile::KubernetesIo, KeyAlgorithm::Rsa2048),
    (Profile::Kubeadm, KeyAlgorithm::EcdsaP256),
    (Profile::Kubeadm, KeyAlgorithm::Rsa2048),
];

fn directory(profile: Profile, algorithm: KeyAlgorithm) -> PathBuf {
    fixture(&format!("golden/{profile}-{algorithm}"))
}

/// What `init` writes, but for what it keeps for itself.
fn made(profile: Profile, algorithm: KeyAlgorithm) -> BTreeMap<String, String> {
    let tree = Tree::initialised(full_cluster(profile, algorithm));
    let files = tree.files_for_others().into_iter();
    files
        .map(|(name, contents)| (name, String::from_utf8(contents).unwrap()))
        .collect()
}

#[test]
fn trees_are_as_they_were() {
    for (profile, algorithm) in CASES {
        let directory = directory(profile, algorithm);
        let golden = files_below(&directory);
        let made = made(profile, algorithm);
        let names = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<String>>();
        assert_eq!(
            names(made.keys().collect()),
            names(golden.keys().collect()),
            "the files of {}",
            directory.display()
        );
        for (name, contents) in made {
            let golden = String::from_utf8(golden[&name].clone()).unwrap();
            assert_eq!(contents, golden, "{}/{name}", directory.display());
        }
    }
}

#[test]
fn issuing_twice_gives_the_same_bytes() {
    for (profile, algorithm) in CASES {
        assert_eq!(made(profile, algorithm), made(profile, algorithm));
    }
}

#[test]
#[ignore = "writes the golden files anew"]
fn write_anew() {
    for (profile, algorithm) in CASES {
        let directory = directory(profile, algorithm);
        if directory.exists() {
            std::fs::remove_dir_all(&directory).unwrap();
        }
        for (name, contents) in made(profile, algorithm) {
            let path = directory.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, contents).unwrap();
        }
    }
}
