//! A transaction until it is decided: everything is written beside its place, and nothing that
//! anybody reads has changed.

use rustix::fs::{FileType, Stat};

use super::bases::Bases;
use super::copies::{Copies, RECORD};
use super::stage::{Fresh, Old, check_writable, link_new, write_new};
use super::step::{Place, Step};
use super::{Inputs, Target, Write, elsewhere, journal, sync};
use crate::record::{Change, Record, STAGED_PREFIX, StagedName, Version, digest};
use crate::store::directory::Created;
use crate::{LayoutError, Root};

/// See the module.
pub(super) struct Draft<'a> {
    record: Record,
    parts: Vec<Part<'a>>,
    copies: Option<Copies>,
    inputs: &'a Inputs,
}

struct Part<'a> {
    step: Step,
    fresh: Option<Fresh<'a>>,
    old: Option<Old>,
}

/// Whether what is replaced is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    Copies,
    Nothing,
}

impl<'a> Draft<'a> {
    /// Stages every file, under names that `run` is a part of. `record` has everything but the
    /// changes.
    pub(super) fn new(
        record: Record,
        run: &str,
        (writes, inputs): (&'a [Write], &'a Inputs),
        keep: Keep,
        bases: &Bases,
        created: &mut Created,
    ) -> Result<Self, LayoutError> {
        let mut draft = Self {
            record,
            parts: Vec::with_capacity(writes.len()),
            copies: None,
            inputs,
        };
        let filled = draft.fill(run, writes, keep, bases, created);
        filled.inspect_err(|_| draft.discard(bases))?;
        Ok(draft)
    }

    fn fill(
        &mut self,
        run: &str,
        writes: &'a [Write],
        keep: Keep,
        bases: &Bases,
        created: &mut Created,
    ) -> Result<(), LayoutError> {
        if keep == Keep::Copies {
            let copies = Copies::create(bases, run, created)?;
            self.record.copies = Some(copies.name.clone());
            self.copies = Some(copies);
        }
        for (number, write) in writes.iter().enumerate() {
            let name = format!("{STAGED_PREFIX}{run}-{number}");
            self.stage(write, name, bases, created)?;
        }
        Ok(())
    }

    fn stage(
        &mut self,
        write: &'a Write,
        staged_name: String,
        bases: &Bases,
        created: &mut Created,
    ) -> Result<(), LayoutError> {
        let location = bases.locate(&write.path, created)?;
        let may_be_link = location.may_be_link;
        let (directory, name) = (location.directory, location.name);
        check_writable(&directory)?;
        let path = directory.path.join(&name);
        let old = match write.target {
            Target::New => None,
            Target::Replaced | Target::Removed => {
                let there = Old::open(&directory, &name, may_be_link)?;
                let is_read = |old: &Old| self.inputs.allows(&write.path, &digest(&old.content));
                let there = there.filter(is_read);
                Some(there.ok_or_else(|| LayoutError::Changed { path: path.clone() })?)
            }
        };
        let copy = (old.is_some() && self.copies.is_some()).then(|| self.parts.len().to_string());
        let mut part = Part {
            step: Step {
                change: Change {
                    path: write.path.clone(),
                    secret: write.secret,
                    before: old.as_ref().map(|old| version(&old.content, &old.stat)),
                    after: None,
                    staged: None,
                    copy,
                },
                directory,
                name,
                staged: None,
                replaced: None,
            },
            fresh: None,
            old,
        };
        if write.target != Target::Removed {
            let (staging, beside) = bases.staging(&write.path, &part.step.directory, created)?;
            let name = staged_name.clone();
            part.step.change.staged = Some(StagedName { beside, name });
            let stat = if write.link {
                let owner = part
                    .old
                    .as_ref()
                    .map(|old| (old.stat.st_uid, old.stat.st_gid));
                let owner = owner.or(write.owner).or(bases.owner);
                let stat = link_new(&staging, &staged_name, &path, write, owner)?;
                part.step.staged = Some((staging, staged_name));
                stat
            } else {
                let fresh = write_new(&staging, &staged_name, &path, &write.contents)?;
                part.step.staged = Some((staging, staged_name));
                let owner = bases.owner.or(part.step.directory.given_group()?);
                let dressed = fresh.dress(write, part.old.as_ref(), owner);
                let stat = dressed.inspect_err(|_| part.step.unstage())?;
                part.fresh = Some(fresh);
                stat
            };
            part.step.change.after = Some(version(&write.contents, &stat));
        }
        self.record.changes.push(part.step.change.clone());
        self.parts.push(part);
        Ok(())
    }

    /// Sees everything on disk and then decides: from the rename of the journal on, the
    /// transaction will be completed, by this run or by a later one. On an error nothing has been
    /// decided, unless it is [`LayoutError::Unfinished`].
    pub(super) fn decide(
        &self,
        root: &Root,
        bases: &Bases,
        created: &Created,
    ) -> Result<(), LayoutError> {
        let text = self.record.encode();
        let text = text.map_err(|reason| LayoutError::TooMany { reason })?;
        let beside = self.write_down(&text, bases)?;
        let staged = self.parts.iter().filter_map(|part| part.fresh.as_ref());
        let fresh: Vec<&Fresh<'_>> = staged.chain(&beside).collect();
        // Forced only when all are written, and all at once: the disk then flushes a few times,
        // not once for each.
        sync::at_once(&fresh, |fresh| fresh.settle())?;
        let pointer = self
            .copies
            .is_some()
            .then(|| journal::Pointer::write(bases));
        if let Some(pointer) = pointer {
            pointer?;
        }
        let staged = self
            .parts
            .iter()
            .filter_map(|part| part.step.staged.as_ref());
        let staging = staged.map(|(directory, _)| directory);
        let copies = self.copies.iter();
        let copies = copies.flat_map(|copies| [&copies.directory, &copies.home]);
        let own = [&bases.certificates.staging, &bases.kubeconfigs.staging];
        sync::directories(staging.chain(copies).chain(own).chain(created.parents()))?;
        for part in &self.parts {
            part.check_place()?;
        }
        self.inputs.check(root)?;
        bases.check_held()?;
        journal::decide(bases, self.copies.is_some())
    }

    /// The copies, and the record twice: beside them and as the journal that is to be.
    fn write_down<'t>(
        &'t self,
        text: &'t [u8],
        bases: &Bases,
    ) -> Result<Vec<Fresh<'t>>, LayoutError> {
        let mut fresh = vec![journal::write_new(bases, text)?];
        let Some(copies) = &self.copies else {
            return Ok(fresh);
        };
        let directory = &copies.directory;
        fresh.push(write_new(
            directory,
            RECORD,
            &directory.path.join(RECORD),
            text,
        )?);
        for part in &self.parts {
            if let (Some(name), Some(old)) = (&part.step.change.copy, &part.old) {
                let path = directory.path.join(name);
                let copy = write_new(directory, name, &path, &old.content)?;
                copy.label(old)?;
                fresh.push(copy);
            }
        }
        Ok(fresh)
    }

    /// Nothing comes of it.
    pub(super) fn discard(&self, bases: &Bases) {
        for part in &self.parts {
            part.step.unstage();
        }
        elsewhere::tidy(bases);
        journal::remove_new(bases);
        if let Some(copies) = &self.copies {
            journal::Pointer::remove(bases);
            copies.discard();
        }
    }

    /// It is decided.
    pub(super) fn into_parts(self) -> (Record, Vec<Step>) {
        let steps = self.parts.into_iter().map(|part| part.step).collect();
        (self.record, steps)
    }
}

impl Part<'_> {
    /// Between reading what is there and deciding to replace it, somebody may have been at it.
    fn check_place(&self) -> Result<(), LayoutError> {
        let Step {
            directory, name, ..
        } = &self.step;
        let path = self.step.path();
        match &self.old {
            Some(old) if !old.is_still(directory, name) => Err(LayoutError::Changed { path }),
            None if self.step.place()? != Place::Free => Err(LayoutError::Appeared { path }),
            _ => Ok(()),
        }
    }
}

fn version(content: &[u8], stat: &Stat) -> Version {
    Version {
        link: FileType::from_raw_mode(stat.st_mode) == FileType::Symlink,
        sha256: digest(content),
        mode: stat.st_mode & 0o7777,
        owner: stat.st_uid,
        group: stat.st_gid,
    }
}
