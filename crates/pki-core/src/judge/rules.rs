//! The rows of the table of rules: what each means, what breaks, what to do. Data only: the
//! sentence of a finding is beside its check, in `judge`.
//! `docs/rules.md` is generated from it.

/// Who refuses: a verifier, or a component of Kubernetes by its own rules.
macro_rules! party {
    (KubeApiserver) => {
        component!(KubeApiserver)
    };
    (KubeControllerManager) => {
        component!(KubeControllerManager)
    };
    (KubeScheduler) => {
        component!(KubeScheduler)
    };
    (Kubelet) => {
        component!(Kubelet)
    };
    (Etcd) => {
        component!(Etcd)
    };
    ($verifier:ident) => {
        crate::spec::Party::$verifier
    };
}

macro_rules! counts {
    () => {
        false
    };
    (counts) => {
        true
    };
}

macro_rules! component {
    ($component:ident) => {
        crate::spec::Party::Component(crate::spec::Component::$component)
    };
}

/// `who [step, step] [step];`: what is done to whom, in which ways. What a leaf alone can be cured
/// of by pkigen, others have to be cured of by those who issued them.
macro_rules! remedies {
    (any $([$($any:expr),*])*) => {
        remedies!(leaf $([$($any),*])*; others $([$($any),*])*)
    };
    (leaf $([$($leaf:expr),*])*) => {
        remedies!(leaf $([$($leaf),*])*; others [Ask(&crate::judge::rules::questions::OTHERS)])
    };
    (leaf $([$($leaf:expr),*])*; others $([$($other:expr),*])*) => {
        remedies!(leaf $([$($leaf),*])*; authority $([$($other),*])*; other $([$($other),*])*)
    };
    (leaf $([$($leaf:expr),*])*; authority $([$($authority:expr),*])*; other $([$($other:expr),*])*) => {
        crate::judge::remedies::Remedies::new(
            &[$(&[$($leaf),*]),*],
            &[$(&[$($authority),*]),*],
            &[$(&[$($other),*]),*],
        )
    };
}

/// `Rule "id" "title": meaning, {remedies}, [who refuses], reference;`, so that the table can be
/// read as one. `counts` follows those who refuse where it counts all the same when nobody does.
macro_rules! rules {
    ($($rule:ident $id:literal $title:literal:
        $meaning:literal, {$($remedy:tt)*}, [$($refuser:ident),*] $($counts:ident)?, $reference:literal;)*) => {
        $(#[expect(non_upper_case_globals, reason = "a row is called what its rule is")]
        pub(in crate::judge) static $rule: crate::judge::RuleSpec = crate::judge::RuleSpec {
            rule: crate::judge::Rule::$rule,
            id: $id,
            title: $title,
            meaning: $meaning,
            remedy: remedies!($($remedy)*),
            refused_by: &[$(party!($refuser)),*],
            counts: counts!($($counts)?),
            reference: $reference,
        };)*
    };
}

pub(super) mod authorities;
pub(super) mod certificates;
pub(super) mod chains;
pub(super) mod cluster;
pub(super) mod files;
pub(super) mod purposes;
pub(super) mod questions;
