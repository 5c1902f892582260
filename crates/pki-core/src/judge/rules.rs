//! The rows of the table of rules: what each means, what breaks, what to do. Data only.
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

macro_rules! component {
    ($component:ident) => {
        crate::spec::Party::Component(crate::spec::Component::$component)
    };
}

/// `Rule "id" "title": meaning, remedy, [who refuses], reference;`, so that the table can be read
/// as one.
macro_rules! rules {
    ($($rule:ident $id:literal $title:literal:
        $meaning:literal, $remedy:literal, [$($refuser:ident),*], $reference:literal;)*) => {
        $(#[expect(non_upper_case_globals, reason = "a row is called what its rule is")]
        pub(in crate::judge) static $rule: crate::judge::RuleSpec = crate::judge::RuleSpec {
            rule: crate::judge::Rule::$rule,
            id: $id,
            title: $title,
            meaning: $meaning,
            remedy: $remedy,
            refused_by: &[$(party!($refuser)),*],
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
