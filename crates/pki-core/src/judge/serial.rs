//! Serial numbers, which an issuer gives once.

use std::collections::BTreeMap;

use super::Rule;
use super::finding::{Findings, Place, Problem};
use crate::x509::Certificate;

/// A certificate and where it is.
pub(super) type Located<'a> = (Place<'a>, &'a Certificate);

/// Two certificates of one issuer's name with one serial number.
pub(super) fn judge<'a>(findings: &mut Findings, certificates: impl Iterator<Item = Located<'a>>) {
    let mut known: BTreeMap<(&[u8], &[u8]), Located<'a>> = BTreeMap::new();
    for (place, certificate) in certificates {
        let serial = certificate.serial_number().as_bytes();
        // Zero is no number that was given; where it is wrong that is said.
        if serial.iter().all(|octet| *octet == 0) {
            continue;
        }
        let key = (certificate.issuer().as_der(), serial);
        let Some((first_place, first)) = known.get(&key) else {
            known.insert(key, (place, certificate));
            continue;
        };
        if *first == certificate {
            continue;
        }
        let message = format!(
            "{} in {} has the same serial number {} of the same issuer {}",
            first.subject(),
            first_place.file,
            certificate.serial_number(),
            certificate.issuer()
        );
        let problem = Problem::new(Rule::SerialDuplicate, message);
        findings.certificate(place, certificate, problem);
    }
}
