//! Bad inputs, one line each: what is given, how it ends, what is said. Whatever it is, nothing
//! on disk changes.
//!
//! Messages are compared by their parts: the place, what is wrong, what to do.

mod configurations;
mod environment;
pub(crate) mod files;
pub(crate) mod values;

use crate::support::{Run, Tree};

/// Wrong usage, configuration or input.
const USAGE: i32 = 2;
/// What is there is wrong.
const REFUSED: i32 = 1;
/// The machine is at fault.
const ENVIRONMENT: i32 = 3;

/// Runs every row of a table, and fails with all the rows that are not as expected.
fn check<R>(rows: &[R], row: impl Fn(&R) -> Result<(), String>) {
    let wrong: Vec<String> = rows.iter().filter_map(|one| row(one).err()).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

/// Runs the command on a tree and checks the exit code, what is said, and that the disk is
/// untouched.
fn outcome(
    name: &str,
    tree: &Tree,
    action: impl FnOnce(&Tree) -> Run,
    code: i32,
    says: &[&str],
) -> Result<(), String> {
    let before = tree.snapshot();
    let run = action(tree);
    let mut wrong = before.changes(&tree.snapshot());
    if run.code != code {
        wrong.push(format!("exit code {} instead of {code}", run.code));
    }
    if !run.stdout.is_empty() {
        wrong.push("something is on standard output".to_owned());
    }
    let unsaid = says.iter().filter(|text| !run.stderr.contains(*text));
    wrong.extend(unsaid.map(|text| format!("not said: {text}")));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{name}: {}\n{}", wrong.join("; "), run.stderr))
}

#[test]
fn there_are_enough_of_them() {
    let rows = [
        values::SINGLE.len(),
        values::TOGETHER.len(),
        configurations::ROWS.len(),
        files::ROWS.len(),
        environment::ROWS.len(),
    ];
    let count: usize = rows.iter().sum();
    assert!(count >= 50, "{count} bad inputs: {rows:?}");
}
