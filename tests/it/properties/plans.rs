//! A plan that was executed leaves nothing to do.

use pkigen::issue::{Authorities, Content};
use pkigen::key::SigningKey;
use pkigen::pki_core::observation::{ClientFacts, KubeconfigFacts};
use pkigen::plan::{Found, RowFacts};
use pkigen::{Bundle, Inventory, Outcome, Plan, Provider};
use proptest::prelude::*;

use super::cases;
use super::strategies::cluster;
use crate::support::{Counting, FixtureKeys, NOW, Tree, files_below};

/// What a reader would find, had the bundle been written.
fn inventory(bundle: &Bundle) -> Inventory {
    let mut inventory = Inventory::empty();
    for credential in bundle.credentials() {
        let facts = match &credential.content {
            Content::Pair { chain, key } => RowFacts::Pair {
                certificate: Found::Present(chain.clone()),
                key: Found::Present(key.public_key().clone()),
            },
            Content::KeyPair { key } => RowFacts::KeyPair {
                private: Found::Present(key.public_key().clone()),
                public: Found::Present(vec![key.public_key().clone()]),
            },
            Content::Kubeconfig {
                chain,
                key,
                trust,
                server,
                ..
            } => RowFacts::Kubeconfig(Found::Present(KubeconfigFacts::new(
                server.clone(),
                Found::Present(trust.clone()),
                ClientFacts::Embedded {
                    certificate: Found::Present(chain.clone()),
                    key: Found::Present(key.public_key().clone()),
                },
            ))),
            other => panic!("{other:?} of an empty inventory"),
        };
        inventory.insert(credential.id.row, facts);
    }
    inventory
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_second_plan_is_empty(builder in cluster()) {
        let cluster = builder.build().unwrap();
        let plan = Plan::init(&cluster, &Inventory::empty(), NOW).unwrap();
        prop_assert_eq!(plan.refusals(), &[]);
        let random = Counting::default();
        let provider = Provider::new(&FixtureKeys, &random);
        let bundle = plan.issue(Authorities::new(), &provider).unwrap();
        let second = Plan::init(&cluster, &inventory(&bundle), NOW).unwrap();
        prop_assert_eq!(second.refusals(), &[]);
        prop_assert!(second.is_empty(), "{:?}", second.steps());
        prop_assert_eq!(second.warnings(), plan.warnings());
    }

    /// The same decisions for the same question.
    #[test]
    fn planning_is_pure(builder in cluster()) {
        let cluster = builder.build().unwrap();
        let plan = || Plan::init(&cluster, &Inventory::empty(), NOW).unwrap();
        prop_assert_eq!(plan(), plan());
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn a_second_run_changes_nothing(builder in cluster()) {
        let tree = Tree::initialised(builder.clone());
        let prefix = tree.root.prefix().to_owned();
        let before = files_below(&prefix);
        let again = tree.init_at(builder, NOW);
        prop_assert_eq!(again.outcome, Outcome::Unchanged);
        prop_assert_eq!(files_below(&prefix), before);
    }

    /// What is lost of a leaf is made again, and the rest stays.
    #[test]
    fn a_lost_leaf_is_made_again(builder in cluster(), lost in 0..6usize) {
        let tree = Tree::initialised(builder.clone());
        let before = tree.files();
        let lost = [
            "pki/apiserver",
            "pki/apiserver-kubelet-client",
            "pki/front-proxy-client",
            "admin.conf",
            "controller-manager.conf",
            "scheduler.conf",
        ][lost];
        let files: Vec<&String> = before
            .keys()
            .filter(|name| *name == lost || name.strip_prefix(lost).is_some_and(|end| end == ".crt" || end == ".key"))
            .collect();
        prop_assert!(!files.is_empty());
        for name in &files {
            tree.remove(name);
        }
        tree.init(builder);
        let after = tree.files();
        for (name, contents) in &before {
            if !files.contains(&name) && !name.ends_with("/lock") {
                prop_assert_eq!(&after[name], contents, "{}", name);
            }
        }
        prop_assert!(files.iter().all(|name| after.contains_key(*name)));
    }
}
