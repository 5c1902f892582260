//! What is left of each path, and how each item of the benchmark came out.

use super::finding::AuditFinding;
use super::rule::Effect;
use crate::observe::{Instance, Machine};
use crate::table::cis::{Ask, CIS_ITEMS, CisItem, Level};
use crate::table::paths::{Guard, Held, PATHS, PathSpec, Property, Side};

/// A row of [`PATHS`] as it is here.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PathVerdict {
    /// The row.
    pub path: &'static PathSpec,
    /// What holds.
    pub guard: Guard,
    /// Whether one side refuses the other, so that nothing goes over it.
    pub refused: bool,
    /// Which of its ends were looked at.
    pub seen: Seen,
    /// The findings that concern it, by rule or number, and the first one's words.
    pub problems: Vec<String>,
}

/// Which ends of a path are components that were found here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Seen {
    /// Both, as far as they are components.
    Whole,
    /// One of two components; of the other the best is assumed.
    Half,
    /// None, or nothing sets it up: what the table says of a machine that is set up well.
    Not,
}

/// An item of the benchmark, judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemVerdict {
    /// The item.
    pub item: &'static CisItem,
    /// How it came out.
    pub verdict: Verdict,
}

impl PartialEq for CisItem {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for CisItem {}

/// How an item came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// As it should be.
    Pass,
    /// There is a finding that counts.
    Fail,
    /// There is a finding that is a warning.
    Warn,
    /// What it is about is not here.
    NotHere,
    /// Only a person can tell.
    ByHand,
}

impl Verdict {
    /// In a word, as reports have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::NotHere => "not-here",
            Self::ByHand => "by-hand",
        }
    }
}

pub(super) fn paths(machine: &Machine, findings: &[AuditFinding]) -> Vec<PathVerdict> {
    PATHS
        .iter()
        .map(|path| one(machine, path, findings))
        .collect()
}

fn one(machine: &Machine, path: &'static PathSpec, findings: &[AuditFinding]) -> PathVerdict {
    let seen = seen(machine, path);
    let mut verdict = PathVerdict {
        path,
        guard: path.ours,
        refused: false,
        seen,
        problems: Vec::new(),
    };
    if seen == Seen::Not {
        return verdict;
    }
    for finding in findings {
        let concern = finding
            .concerns
            .iter()
            .find(|one| std::ptr::eq(one.path, path));
        let Some(concern) = concern else {
            continue;
        };
        verdict.problems.push(finding.id());
        if finding.rule.effect() == Effect::Breaks && finding.level == Level::Failure {
            verdict.refused = true;
        }
        // A warning is a matter of judgement: what it may cost depends.
        let counts = finding.level == Level::Failure;
        for property in concern.loses.iter().filter(|_| counts) {
            lose(&mut verdict.guard, *property);
        }
    }
    verdict.problems.dedup();
    verdict
}

fn lose(guard: &mut Guard, property: Property) {
    match property {
        Property::ServerAuthentication => {
            guard.server = Held::No;
            // Without it the two others hold against listeners only.
            if guard.encryption == Held::Yes {
                guard.encryption = Held::Listeners;
            }
        }
        Property::ClientAuthentication => guard.client = Held::No,
        Property::Integrity => guard.integrity = Held::No,
        Property::Encryption => {}
    }
}

fn seen(machine: &Machine, path: &PathSpec) -> Seen {
    if !is_set_up(machine, path) {
        return Seen::Not;
    }
    let sides = [Side::Client, Side::Server].map(|side| path.party(side).component());
    let components = sides.into_iter().flatten();
    let found: Vec<bool> = components
        .map(|one| machine.instance(one).is_some())
        .collect();
    match (found.contains(&true), found.contains(&false)) {
        (true, false) => Seen::Whole,
        (true, true) => Seen::Half,
        _ => Seen::Not,
    }
}

/// Whether a flag sets it up, where one has to.
fn is_set_up(machine: &Machine, path: &PathSpec) -> bool {
    let client = path.client.component();
    let clients = machine
        .instances
        .iter()
        .filter(|one| Some(one.component) == client);
    let is_given = |one: &Instance| path.set_up_by.iter().any(|name| one.value(name).is_some());
    path.set_up_by.is_empty() || clients.into_iter().any(is_given)
}

pub(super) fn items(machine: &Machine, findings: &[AuditFinding]) -> Vec<ItemVerdict> {
    let verdict = |item: &'static CisItem| {
        let about = findings
            .iter()
            .filter(|finding| finding.items.contains(&item));
        let worst = about.map(|finding| finding.level).min();
        match (item.ask, worst) {
            (Ask::ByHand, _) => Verdict::ByHand,
            (_, Some(Level::Failure)) => Verdict::Fail,
            (_, Some(Level::Warning)) => Verdict::Warn,
            _ if is_here(machine, item) => Verdict::Pass,
            _ => Verdict::NotHere,
        }
    };
    CIS_ITEMS
        .iter()
        .map(|item| ItemVerdict {
            item,
            verdict: verdict(item),
        })
        .collect()
}

fn is_here(machine: &Machine, item: &CisItem) -> bool {
    match item.files() {
        [] => machine.instance(item.component).is_some(),
        files => machine
            .permissions
            .iter()
            .any(|one| files.contains(&one.set)),
    }
}
