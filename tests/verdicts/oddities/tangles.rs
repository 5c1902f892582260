//! Policies, constraints and mappings of a whole path at once, drawn by lot, the same at each run.

use sha2::{Digest as _, Sha256};

use super::chains::{case, root, server, signed};
use crate::parts::{
    INHIBIT_ANY, MAPPINGS, POLICIES, POLICY_CONSTRAINTS, Parts, common_name, oid, sequence,
};
use crate::scene::{Case, authority, below};
use crate::support::forge::tlv;

const COUNT: usize = 240;

/// The octets of a digest, one after another.
struct Lot(Vec<u8>);

impl Lot {
    fn of(number: usize) -> Self {
        Self(Sha256::digest(format!("policies {number}")).to_vec())
    }

    fn draw<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let octet = usize::from(self.0.pop().unwrap());
        &from[octet % from.len()]
    }
}

const ANY: &str = "2.5.29.32.0";
const NAMED: [&[&str]; 8] = [
    &[],
    &["1.2.3"],
    &["1.2.3"],
    &["1.2.4"],
    &["1.2.3", "1.2.4"],
    &[ANY],
    &[ANY],
    &[ANY, "1.2.3"],
];
const MAPPED: [&[(&str, &str)]; 8] = [
    &[],
    &[],
    &[],
    &[("1.2.3", "1.2.4")],
    &[("1.2.3", "1.2.4"), ("1.2.3", "1.2.3")],
    &[("1.2.4", "1.2.3"), ("1.2.3", "1.2.4")],
    &[("1.2.4", "1.2.5")],
    &[("1.2.3", ANY)],
];
const LIMITS: [Option<u8>; 6] = [None, None, None, Some(0), Some(1), Some(2)];

fn tangled(mut parts: Parts, lot: &mut Lot) -> Parts {
    let policies = lot.draw(&NAMED).iter();
    let policies: Vec<Vec<u8>> = policies.map(|text| sequence(&[oid(text)])).collect();
    if !policies.is_empty() {
        parts.put(POLICIES, false, sequence(&policies));
    }
    let mappings = lot.draw(&MAPPED).iter();
    let mappings = mappings.map(|(from, to)| sequence(&[oid(from), oid(to)]));
    let mappings: Vec<Vec<u8>> = mappings.collect();
    if !mappings.is_empty() {
        parts.put(MAPPINGS, false, sequence(&mappings));
    }
    let (explicit, mapping) = (*lot.draw(&LIMITS), *lot.draw(&LIMITS));
    let limit = |tag, limit: Option<u8>| limit.map(|most| tlv(tag, &[most]));
    let limits = [limit(0x80, explicit), limit(0x81, mapping)];
    let limits: Vec<Vec<u8>> = limits.into_iter().flatten().collect();
    if !limits.is_empty() {
        parts.put(POLICY_CONSTRAINTS, false, sequence(&limits));
    }
    if let Some(most) = lot.draw(&LIMITS) {
        parts.put(INHIBIT_ANY, false, vec![2, 1, *most]);
    }
    parts
}

pub(super) fn cases() -> Vec<Case> {
    let cases = (1..=COUNT).map(|number| {
        let mut lot = Lot::of(number);
        let own = tangled(below(server(), "lowest"), &mut lot);
        let mut lowest = tangled(authority("lowest", "lower"), &mut lot);
        let mut lower = tangled(authority("lower", "between"), &mut lot);
        let between = tangled(authority("between", "root"), &mut lot);
        // One of two names is as good as none to policies.
        if *lot.draw(&[false, false, true]) {
            lower.subject = common_name("between");
            lowest.issuer = common_name("between");
        }
        case(
            format!("policies along a path, lot {number}"),
            &[
                signed(&own, "lowest"),
                signed(&lowest, "lower"),
                signed(&lower, "between"),
                signed(&between, "root"),
            ],
            &[root()],
        )
    });
    cases.collect()
}
