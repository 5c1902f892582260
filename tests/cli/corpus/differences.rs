//! Where others judge a certificate of the corpus differently from what its rule says.

use super::oracle::Oracle;
use super::all;

/// A case, the letter of who judges differently, and why.
const DIFFERENCES: &[(&str, char, &str)] = &[];

/// Compares who refuses with who the rule says refuses, difference by difference.
pub(super) fn compare(name: &str, rule: &str, refused: &str) -> Vec<String> {
    let rule: pki_core::check::Rule = rule.parse().unwrap();
    let says: Vec<&str> = rule.spec().refused_by.iter().map(|one| one.name()).collect();
    let mut problems = Vec::new();
    for oracle in Oracle::ALL {
        let letter = oracle.letter();
        let ruled = oracle.names().iter().any(|name| says.contains(name));
        let differs = ruled != refused.contains(letter);
        let listed = DIFFERENCES
            .iter()
            .any(|(case, other, _)| (*case, *other) == (name, letter));
        if differs && !listed {
            let does = if ruled { "refuses" } else { "accepts" };
            problems.push(format!("{name}: {rule} says that {oracle:?} {does} it"));
        }
        if listed && !differs {
            problems.push(format!("{name}: {oracle:?} does not differ any more"));
        }
    }
    problems
}

#[test]
fn every_difference_is_of_a_case_and_has_its_reason() {
    for (name, letter, reason) in DIFFERENCES {
        assert!(all().any(|case| case.name == *name), "{name} is no case");
        assert!(Oracle::ALL.iter().any(|one| one.letter() == *letter));
        assert!(!reason.is_empty(), "{name}");
    }
}
