//! The corpus of broken trees, judged by the command.

use std::collections::BTreeSet;

use crate::corpus::{self, Case, all, differences, found};
use crate::support::pkigen;

/// Tries every case of a table, and tells of all that are not as they say.
#[track_caller]
fn hold(cases: &[Case]) {
    let cases = cases.iter().filter(|case| !case.by_root);
    let problems: Vec<String> = cases.flat_map(Case::problems).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

macro_rules! tables {
    ($($table:ident),*) => {
        $(#[test]
        fn $table() {
            hold(corpus::$table::CASES);
        })*

        #[test]
        fn every_table_is_tried() {
            let tried: [&[Case]; 7] = [$(corpus::$table::CASES),*];
            let names = |tables: [&[Case]; 7]| tables.map(|table| table[0].name);
            assert_eq!(names(tried), names(corpus::TABLES));
        }
    };
}

tables!(
    certificates,
    purposes,
    authorities,
    chains,
    trees,
    files,
    kubeconfigs
);

/// An interrupted run is in `transactions/recover.rs`, a configuration in `drift.rs`, what a change
/// takes away in `reconcile/rights.rs`; paths that are odd in these ways are in `tests/verdicts`.
const ELSEWHERE: [&str; 6] = [
    "pending-transaction",
    "wrong-path-taken",
    "path-refused",
    "right-removed",
    "configuration-drift",
    "surplus-names",
];

#[test]
fn every_rule_has_a_case() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules.md");
    let page = std::fs::read_to_string(page).unwrap();
    let rules = page.lines().filter_map(|line| line.strip_prefix("### "));
    let without: Vec<&str> = rules
        .filter(|rule| !all().any(|case| case.is_of(rule)))
        .collect();
    assert_eq!(without, ELSEWHERE);
}

#[test]
fn the_corpus_is_large_and_no_case_is_there_twice() {
    let names: BTreeSet<&str> = all().map(|case| case.name).collect();
    assert_eq!(names.len(), all().count());
    assert!(names.len() >= 158, "{}", names.len());
}

#[test]
fn every_difference_is_of_a_case_and_has_its_reason() {
    for (name, letter, reason) in differences::DIFFERENCES {
        assert!(all().any(|case| case.name == *name), "{name} is no case");
        assert!("OGW".contains(*letter) && !reason.is_empty(), "{name}");
    }
}

#[test]
fn files_that_are_no_tree() {
    let shop = corpus::loose::authorities();
    for question in corpus::loose::QUESTIONS {
        let mut arguments = question.arguments(&shop);
        arguments.extend(["-o".to_owned(), "json".to_owned()]);
        let run = pkigen(&arguments);
        let report = run.json();
        let expected = question.finds.map(|(rule, name)| {
            let name = if name == "root" {
                question.trusts
            } else {
                name
            };
            (
                rule,
                shop.path(&format!("{name}.crt")).display().to_string(),
            )
        });
        let expected: Vec<(&str, &str)> = expected
            .iter()
            .map(|(rule, file)| (*rule, file.as_str()))
            .collect();
        assert_eq!(found(&report), expected, "{}: {run:#?}", question.name);
        assert_eq!(run.code, i32::from(!expected.is_empty()), "{run:#?}");
        let refused_by = &report["findings"][0]["refusedBy"];
        let differs = !expected.is_empty() && differences::differs(refused_by, question.refused);
        assert_eq!(
            differs,
            !question.because.is_empty(),
            "{}: {refused_by} is not what is said, or a reason is stale",
            question.name
        );
    }
}
