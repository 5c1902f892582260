//! Puts a change before `pki_core::judge::gate`, and takes out of it what that objects to: what
//! `renew` calls left out.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::Arc;

use pki_core::judge::gate::rights_removed;
use pki_core::judge::{Offence, Picture, Rule};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use crate::Observation;
use crate::observe::halves::PublicHalves;
use crate::store::{Target, Write};
use crate::tree::overlay::{Changed, Changes};

/// What the gate says of a change.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// What would be worse than before.
    pub(crate) offences: Vec<Offence>,
    /// The rules that were let through, because somebody takes the responsibility.
    pub(crate) accepted: BTreeSet<Rule>,
}

impl Observation {
    /// Judges the tree as these writes would make it against the tree as it is. `halves` are those
    /// of the keys that were made for them.
    pub(crate) fn gate<'a>(
        &self,
        writes: impl IntoIterator<Item = &'a Write>,
        halves: &Arc<PublicHalves>,
        now: OffsetDateTime,
    ) -> Verdict {
        self.judged(writes, halves, now, |_, _| Vec::new())
    }

    /// The same, where what goes may be missed: nothing is taken back.
    pub(crate) fn gate_of_changes(&self, writes: &[Write], now: OffsetDateTime) -> Verdict {
        let gone = writes.iter().filter(|one| one.target == Target::Removed);
        let gone: BTreeSet<String> = gone.map(|one| one.path.display().to_string()).collect();
        self.judged(writes, &Arc::default(), now, |after, before| {
            if gone.is_empty() {
                return Vec::new();
            }
            after.missed(&gone, &before())
        })
    }

    fn judged<'a>(
        &self,
        writes: impl IntoIterator<Item = &'a Write>,
        halves: &Arc<PublicHalves>,
        now: OffsetDateTime,
        missed: impl FnOnce(&Picture, &dyn Fn() -> Picture) -> Vec<Offence>,
    ) -> Verdict {
        let writes: Vec<&Write> = writes.into_iter().collect();
        let changes = self.changed(&writes);
        let paths = changes.keys().map(|path| path.display().to_string());
        let written: BTreeSet<String> = paths.collect();
        // Looked at first: what stays as it is, is not opened again for what would be.
        let before = self.facts();
        let after = self.with_changes(changes, Arc::clone(halves)).facts();
        let removed = rights_removed(&before, &after, &written);
        let after = Picture::of(&after, now);
        let before = || Picture::of(&before, now);
        let mut offences = after.offences(&written, before);
        offences.extend(removed);
        offences.extend(missed(&after, &before));
        Verdict::of(offences, &self.root().writing().accept)
    }

    fn changed(&self, writes: &[&Write]) -> Changes {
        let behind = |link: &Write| {
            let directory = link.path.parent().unwrap_or(&link.path);
            let target = directory.join(OsStr::from_bytes(&link.contents));
            match writes.iter().find(|write| write.path == target) {
                Some(write) if write.target == Target::Removed => None,
                Some(write) => Some(write.contents.clone()),
                None => self
                    .read_file(&target)
                    .ok()
                    .map(|text| Zeroizing::new(text.to_vec())),
            }
        };
        let changed = |write: &&Write| match write.target {
            Target::Removed => Changed::Gone,
            _ if write.link => Changed::Link(behind(write)),
            _ => Changed::File(write.contents.clone()),
        };
        let changes = writes.iter();
        changes
            .map(|write| (write.path.clone(), changed(write)))
            .collect()
    }
}

impl Verdict {
    /// Those offences for which nobody takes the responsibility.
    pub(crate) fn of(mut offences: Vec<Offence>, accept: &[Rule]) -> Self {
        let rules = offences.iter().map(|offence| offence.rule);
        let accepted = rules.filter(|rule| accept.contains(rule)).collect();
        offences.retain(|offence| !accept.contains(&offence.rule));
        Self { offences, accepted }
    }
}

/// Leaves out what would offend until nothing does. `judge` is asked about those that are left,
/// `writes` whether one of them writes a file. What no single one of them does they do together:
/// then all are left out.
pub(crate) fn leave_out<T: Ord + Copy>(
    mut kept: BTreeSet<T>,
    mut judge: impl FnMut(&BTreeSet<T>) -> Verdict,
    writes: impl Fn(T, &str) -> bool,
) -> (BTreeMap<T, Vec<Offence>>, BTreeSet<Rule>) {
    let mut left_out: BTreeMap<T, Vec<Offence>> = BTreeMap::new();
    loop {
        let verdict = judge(&kept);
        if verdict.offences.is_empty() || kept.is_empty() {
            return (left_out, verdict.accepted);
        }
        let offences = |one: T| {
            let through = |offence: &&Offence| offence.through.iter().any(|file| writes(one, file));
            let own = verdict.offences.iter().filter(through).cloned();
            own.collect::<Vec<Offence>>()
        };
        let mut guilty: BTreeMap<T, Vec<Offence>> =
            kept.iter().map(|one| (*one, offences(*one))).collect();
        guilty.retain(|_, offences| !offences.is_empty());
        if guilty.is_empty() {
            guilty = kept
                .iter()
                .map(|one| (*one, verdict.offences.clone()))
                .collect();
        }
        kept.retain(|one| !guilty.contains_key(one));
        left_out.extend(guilty);
    }
}
