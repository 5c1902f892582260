//! Where who refuses is not who is said to: each with its reason.

use std::collections::BTreeSet;

use crate::Refusers;

/// A part of the names of cases, who judges differently, and why.
const DIFFERENCES: &[(&str, &str, &str)] = &[];

/// The list, and which of it was met.
pub(crate) struct Differences {
    met: BTreeSet<usize>,
}

impl Differences {
    pub(crate) fn new() -> Self {
        Self {
            met: BTreeSet::new(),
        }
    }

    /// What differs without a reason.
    pub(crate) fn between(
        &mut self,
        name: &str,
        measured: &Refusers,
        said: &Refusers,
    ) -> Option<String> {
        let mut open: Vec<&str> = measured.symmetric_difference(said).copied().collect();
        for (position, (case, who, _)) in DIFFERENCES.iter().enumerate() {
            if open.contains(who) && name.contains(case) {
                open.retain(|one| one != who);
                self.met.insert(position);
            }
        }
        (!open.is_empty()).then(String::new)
    }

    /// The reasons that nobody needs any more.
    pub(crate) fn stale(&self) -> String {
        let all = DIFFERENCES.iter().enumerate();
        let stale = all.filter(|(position, _)| !self.met.contains(position));
        stale
            .map(|(_, one)| format!("{one:?} is stale\n"))
            .collect()
    }
}
