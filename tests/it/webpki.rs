//! What webpki says of certificates that begin now and live a year, and of those that end after
//! 2050, where `GeneralizedTime` takes over from `UTCTime`.

use pkigen::{KeyAlgorithm, Profile};
use time::macros::datetime;
use x509_cert::time::Time::{GeneralTime, UtcTime};

use crate::support::{
    NOW, Tree, YEARS, beyond_2050, decoded, full_cluster, presented, webpki_accepts,
};

#[test]
fn a_year() {
    for algorithm in KeyAlgorithm::ALL {
        for profile in Profile::ALL {
            let tree = Tree::initialised(full_cluster(profile, algorithm));
            webpki_accepts(&tree, &[NOW]);
        }
    }
}

#[test]
fn after_2050() {
    for algorithm in KeyAlgorithm::ALL {
        let tree = Tree::initialised(beyond_2050(algorithm));
        for leaf in presented(&tree) {
            let pem = std::fs::read_to_string(&leaf.file).unwrap();
            let validity = *decoded(&pem)[0].tbs_certificate().validity();
            let forms = (validity.not_before, validity.not_after);
            assert!(
                matches!(forms, (UtcTime(_), GeneralTime(_))),
                "{}: {forms:?}",
                leaf.name
            );
        }
        let later = datetime!(2055-06-01 0:00 UTC);
        webpki_accepts(&tree, &[NOW, later, NOW + YEARS(40).duration()]);
    }
}
