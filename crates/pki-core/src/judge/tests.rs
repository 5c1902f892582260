//! Each check on a tree that is broken in one place.

mod authorities;
mod certificates;
mod chains;
mod cluster;
mod files;
mod purposes;
mod several_files;

use super::testing::{Made, NOW, cluster};
use crate::Profile;

#[test]
fn what_init_makes_is_clean() {
    for profile in Profile::ALL {
        Made::of(profile).finds(&[]);
    }
}

#[test]
fn what_init_makes_is_as_configured() {
    for profile in Profile::ALL {
        let mut made = Made::of(profile);
        made.evidence.cluster = Some(Box::new(cluster(profile)));
        made.finds_at(NOW, &[]);
    }
}
