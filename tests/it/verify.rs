//! What pkigen makes is clean, of every kind and with its configuration too: nothing is found
//! that nobody would call wrong.

use pkigen::cluster::Etcd;
use pkigen::pki_core::judge::{Finding, tree};
use pkigen::{FlagOptions, KeyAlgorithm, Profile, Provider, Setup, SystemRandom};

use crate::support::{Described, FixtureKeys, NOW, Tree, cluster_of, full_cluster};

const AUTHORITIES: [&str; 3] = ["ca", "front-proxy-ca", "etcd/ca"];

/// By itself, and beside the configuration.
#[track_caller]
fn clean(tree: &Tree, setup: Setup, what: &str) {
    let mut facts = tree.root.observe().facts();
    let found = |findings: Vec<Finding>| assert_eq!(findings, [], "{what}");
    found(self::tree(&facts, NOW));
    facts.setup = Some(Box::new(setup));
    found(self::tree(&facts, NOW));
}

fn each(algorithm: KeyAlgorithm) {
    for profile in Profile::ALL {
        let what = format!("{profile} {algorithm}");
        let full = || full_cluster(profile, algorithm);
        let first = made(full());
        clean(&first, full().build().unwrap(), &what);

        let plain = || cluster_of(profile, algorithm);
        let tree = made(plain());
        clean(&tree, plain().build().unwrap(), &format!("{what}, plain"));
        for name in AUTHORITIES {
            tree.remove(&format!("pki/{name}.key"));
        }
        clean(
            &tree,
            plain().build().unwrap(),
            &format!("{what}, authorities' keys elsewhere"),
        );

        let external = || plain().etcd(external_etcd());
        let tree = made(external());
        clean(
            &tree,
            external().build().unwrap(),
            &format!("{what}, external etcd"),
        );

        let joined = || full().for_join(true);
        let tree = Tree::empty();
        for name in AUTHORITIES {
            for ending in ["crt", "key"] {
                let name = format!("pki/{name}.{ending}");
                tree.write(&name, &first.read(&name));
            }
        }
        for name in ["pki/sa.key", "pki/sa.pub"] {
            tree.write(name, &first.read(name));
        }
        // Not the serial numbers that the first node has drawn.
        let provider = Provider::new(&FixtureKeys, &SystemRandom);
        let options = FlagOptions::new();
        let Described { cluster, node } = joined();
        let done = tree.root.init(cluster, node, &options, NOW, &provider);
        done.unwrap();
        clean(
            &tree,
            joined().build().unwrap(),
            &format!("{what}, a second node"),
        );
    }
}

fn made(described: Described) -> Tree {
    Tree::initialised(described)
}

fn external_etcd() -> Etcd {
    Etcd::External {
        endpoints: vec!["https://192.0.2.9:2379".to_owned()],
        ca_file: Some("/etc/etcd/ca.crt".to_owned()),
        client_pair: Some((
            "/etc/etcd/client.crt".to_owned(),
            "/etc/etcd/client.key".to_owned(),
        )),
    }
}

macro_rules! for_each_algorithm {
    ($($name:ident: $algorithm:ident;)*) => {
        $(#[test]
        fn $name() {
            each(KeyAlgorithm::$algorithm);
        })*

        #[test]
        fn every_algorithm_is_tried() {
            assert_eq!([$(KeyAlgorithm::$algorithm),*], KeyAlgorithm::ALL);
        }
    };
}

for_each_algorithm! {
    ecdsa_p256: EcdsaP256;
    ecdsa_p384: EcdsaP384;
    rsa_2048: Rsa2048;
    rsa_3072: Rsa3072;
    rsa_4096: Rsa4096;
}
