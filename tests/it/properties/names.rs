//! Names and lengths of life are read as they were written.

use std::collections::BTreeSet;

use pkigen::cluster::{Host, Lifetime};
use pkigen::pki_core::DistinguishedName;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::name::Name;

use super::cases;
use super::strategies::{dns_name, host};

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_distinguished_name_survives(
        common_name in "\\PC{0,80}",
        groups in btree_set("[ -~]{1,30}|\\PC{1,10}", 0..5),
    ) {
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        let name = DistinguishedName::new(&common_name, &groups).unwrap();
        prop_assert_eq!(name.common_name(), Some(common_name.as_str()));
        // The members of a SET are sorted by their encoding.
        let read: BTreeSet<&str> = name.groups().collect();
        prop_assert_eq!(read, groups.iter().copied().collect::<BTreeSet<_>>());
        prop_assert_eq!(name.groups().count(), groups.len());
        let again = DistinguishedName::from_der(name.as_der()).unwrap();
        prop_assert_eq!(&again, &name);
        prop_assert_eq!(again.to_string(), name.to_string());
        // Somebody else's decoder and encoder agree.
        let other = Name::from_der(name.as_der()).unwrap();
        prop_assert_eq!(other.to_der().unwrap(), name.as_der());
        let printed = name.to_string();
        prop_assert!(!printed.chars().any(char::is_control), "{}", printed);
    }

    #[test]
    fn any_bytes_are_a_name_or_are_refused(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(name) = DistinguishedName::from_der(&bytes) {
            prop_assert_eq!(name.as_der(), bytes);
        }
    }

    #[test]
    fn a_host_is_read_as_it_is_shown(host in host()) {
        prop_assert_eq!(host.to_string().parse::<Host>().unwrap(), host);
    }

    #[test]
    fn any_text_is_a_host_or_is_refused(text in "\\PC{0,40}|[a-zA-Z0-9.*:/\\[\\]%-]{0,30}") {
        if let Ok(host) = text.parse::<Host>() {
            prop_assert_eq!(host.to_string().parse::<Host>().unwrap(), host);
        }
    }

    #[test]
    fn a_wildcard_stands_for_one_label(name in dns_name(), label in "[a-z]{1,10}") {
        let wildcard: Host = format!("*.{name}").parse().unwrap();
        let (Host::Dns(wildcard), parent) = (wildcard, &name) else { unreachable!() };
        let child = |labels: &str| format!("{labels}.{parent}").parse().unwrap();
        let grandchild = child(&format!("{label}.{label}"));
        prop_assert!(wildcard.covers(&child(&label)));
        prop_assert!(!wildcard.covers(&grandchild));
        prop_assert!(!wildcard.covers(parent));
    }

    #[test]
    fn a_lifetime_is_read_as_it_is_shown(seconds in 1..=100 * 365 * 24 * 3600i64) {
        let lifetime = Lifetime::new(time::Duration::seconds(seconds)).unwrap();
        prop_assert_eq!(lifetime.to_string().parse::<Lifetime>().unwrap(), lifetime);
    }
}
