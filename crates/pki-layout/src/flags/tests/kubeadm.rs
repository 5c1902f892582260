//! Equality with what kubeadm 1.36.2 wrote.

use std::collections::BTreeMap;

use pki_core::Profile;

use super::{builder, lines, node, set_of, setup};
use crate::flags::FlagOptions;
use crate::table::Component;

const RSA_2048: &str =
    include_str!("../../../../../tests/fixtures/kubeadm-1.36.2/rsa-2048/flags.json");
const ECDSA_P256: &str =
    include_str!("../../../../../tests/fixtures/kubeadm-1.36.2/ecdsa-p256/flags.json");

#[test]
fn the_flags_of_kubeadm_are_ours_in_both_profiles() {
    for fixture in [RSA_2048, ECDSA_P256] {
        let theirs: BTreeMap<String, Vec<String>> = serde_json::from_str(fixture).unwrap();
        assert_eq!(theirs.len(), 4);
        for profile in Profile::ALL {
            let cluster = setup(builder().profile(profile), node());
            for (component, theirs) in &theirs {
                let component: Component = component.parse().unwrap();
                let ours = set_of(component, &cluster, &FlagOptions::new());
                assert_eq!(&lines(&ours), theirs, "{component} in {profile}");
            }
        }
    }
}
