//! The same inputs give the same bytes, whatever the algorithm and however many processors.

use pkigen::key::{KeyRequest, KeySource as _, Random as _, SeededRandom};
use pkigen::{FlagOptions, KeyAlgorithm, Outcome, Profile, Provider, SoftwareKeys};

use crate::support::{Described, NOW, Tree, full_cluster};

fn made(algorithm: KeyAlgorithm, seed: u8) -> Tree {
    let tree = Tree::empty();
    let random = SeededRandom::new([seed; 32]);
    let provider = Provider::new(&SoftwareKeys, &random);
    let Described { cluster, node } = full_cluster(Profile::KubernetesIo, algorithm);
    let options = FlagOptions::new();
    let done = tree.root.init(cluster, node, &options, NOW, &provider);
    assert_eq!(done.unwrap().outcome, Outcome::Done);
    tree
}

/// What pkigen keeps for itself is among the files.
#[test]
fn a_whole_tree() {
    for algorithm in [
        KeyAlgorithm::EcdsaP256,
        KeyAlgorithm::EcdsaP384,
        KeyAlgorithm::Rsa2048,
    ] {
        let files = made(algorithm, 7).files();
        assert!(files.keys().any(|name| name.contains(".pkigen/")));
        assert_eq!(files, made(algorithm, 7).files(), "{algorithm}");
        if !algorithm.is_slow() {
            let other = made(algorithm, 8).files();
            assert_ne!(files["pki/ca.key"], other["pki/ca.key"]);
        }
    }
}

#[test]
fn a_key_of_every_algorithm() {
    for algorithm in KeyAlgorithm::ALL {
        let key = || {
            let seeded = SeededRandom::new([7; 32]);
            let stream = seeded.stream("sa").unwrap();
            let request = KeyRequest::new("sa", algorithm);
            SoftwareKeys.generate(request, stream.as_ref()).unwrap()
        };
        assert_eq!(key().to_pem().unwrap(), key().to_pem().unwrap());
    }
}
