//! The rows of the table of rules: what each means, what breaks, what to do. Data only.
//! `docs/rules.md` is generated from it.

/// `Rule "id" "title": meaning, remedy, [who refuses], reference;`, so that the table can be read
/// as one.
macro_rules! rules {
    ($($rule:ident $id:literal $title:literal:
        $meaning:literal, $remedy:literal, [$($refuser:ident),*], $reference:literal;)*) => {
        /// The rows of this group.
        pub(in crate::check) static RULES: &[crate::check::RuleSpec] = &[$(crate::check::RuleSpec {
            rule: crate::check::Rule::$rule,
            id: $id,
            title: $title,
            meaning: $meaning,
            remedy: $remedy,
            refused_by: &[$(crate::check::Refuser::$refuser),*],
            reference: $reference,
        },)*];
    };
}

pub(super) mod authorities;
pub(super) mod certificates;
pub(super) mod chains;
pub(super) mod cluster;
pub(super) mod files;
pub(super) mod purposes;
