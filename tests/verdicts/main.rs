//! Certificates with one oddity each: who refuses them, by what the judge says and by what those
//! say who are asked. OpenSSL, GnuTLS and rustls are asked here; of Go it is recorded, by
//! `tests/kubernetes`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::too_many_lines,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::type_complexity,
    reason = "tests say what they expect, stop when it is not so, and start other programs; tables \
              are long"
)]

mod ask;
mod differences;
mod handshake;
mod judged;
mod oddities;
mod parts;
mod recorded;
mod renewed;
mod scene;
#[path = "../support/mod.rs"]
mod support;
mod table;

use std::fmt::Write as _;

use crate::scene::Case;

/// Who refuses: the names in a finding's `refusedBy`.
type Refusers = std::collections::BTreeSet<&'static str>;

#[test]
fn who_refuses_is_said_of_every_oddity() {
    let cases = oddities::cases();
    assert!(cases.len() >= 300, "{}", cases.len());
    let mut go = recorded::Go::read();
    let results = in_parallel(&cases, |case| {
        (ask::all(&case.presented), judged::judge(case))
    });
    let mut differences = differences::Differences::of_refusers();
    let mut providers = differences::Differences::of_providers();
    let mut problems = String::new();
    let mut table = table::Table::new();
    for (case, (asked, judged)) in cases.iter().zip(results) {
        let mut measured = asked.refusers();
        if go.refuses(case) {
            measured.insert("go");
        }
        table.add(&judged, &measured);
        let [usual, ring] = asked.providers();
        if providers.between(&case.name, &usual, &ring).is_some() {
            let _ = writeln!(
                problems,
                "{}: with aws-lc-rs refused by {usual:?}, with ring by {ring:?}\n    {asked:?}",
                case.name
            );
        }
        if let Some(reasons) = differences.between(&case.name, &measured, &judged.refusers) {
            let _ = writeln!(
                problems,
                "{}: refused by {measured:?}, said are {:?} by {:?}{reasons}\n    {asked:?} {}",
                case.name,
                judged.refusers,
                judged.rules,
                go.reason(case),
            );
        }
    }
    problems.push_str(&differences.stale());
    problems.push_str(&providers.stale());
    problems.push_str(go.stale());
    problems.push_str(&table.problems());
    assert!(problems.is_empty(), "{problems}");
}

/// Where there is a Go, the record is its own; elsewhere that is said.
#[test]
fn what_is_recorded_of_go_is_so() {
    match recorded::ask(&oddities::cases()) {
        Some(text) => assert_eq!(text, recorded::text(), "write it anew, see below"),
        None => eprintln!("did not run: PKIGEN_KUBERNETES is not set to a directory with go"),
    }
}

/// `PKIGEN_KUBERNETES=DIR cargo test -p pki-cli --test verdicts -- --ignored write_anew`
#[test]
#[ignore = "writes the record anew"]
fn write_anew() {
    recorded::write(&recorded::ask(&oddities::cases()).expect("a directory with go"));
}

fn in_parallel<T: Send>(cases: &[Case], work: impl Fn(&Case) -> T + Sync) -> Vec<T> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let share = cases.len().div_ceil(processors);
    std::thread::scope(|scope| {
        let parts = cases.chunks(share).map(|part| {
            let work = &work;
            scope.spawn(move || part.iter().map(work).collect::<Vec<T>>())
        });
        let parts: Vec<_> = parts.collect();
        let done = parts.into_iter().map(|part| part.join().unwrap());
        done.flatten().collect()
    })
}
