//! The rules of the audit; the sentence of a finding is beside its check.

use std::fmt;

use pki_core::judge;
use pki_core::spec::Party;

use crate::table::cis::Level;

/// What is judged, beside certificates. Each has a row in [`AUDIT_RULES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "what each one means is in its row of the table"
)]
pub enum AuditRule {
    NothingFound,
    UnreadSource,
    RemovedFlag,
    DeprecatedFlag,
    UnknownFlag,
    MalformedFlag,
    DuplicateFlag,
    MissingFlag,
    UnsafeSetting,
    PlainHttp,
    WeakTls,
    NotMounted,
    WrongAuthority,
    StaleKubeconfig,
    LooseMode,
    WrongOwner,
    /// A rule of `verify`, which says what it means.
    Check(judge::Rule),
}

/// A row of the table of rules.
#[derive(Debug)]
#[non_exhaustive]
pub struct AuditRuleSpec {
    /// Which rule.
    pub rule: AuditRule,
    /// Its name, stable, as reports have it.
    pub id: &'static str,
    /// What is found, in a few words.
    pub title: &'static str,
    /// What it means and what breaks.
    pub meaning: &'static str,
    /// How much it weighs, where no item of a benchmark says otherwise.
    pub level: Level,
    /// What becomes of a path that depends on it.
    pub effect: Effect,
}

/// What a finding does to the paths that depend on what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// They work, and have lost what the table says.
    Opens,
    /// They are refused by one of the two sides.
    Breaks,
    /// Nothing.
    Nothing,
}

/// `Variant "id" "title", level, effect: "meaning";`
macro_rules! rules {
    ($($rule:ident $id:literal $title:literal, $level:ident, $effect:ident: $meaning:literal;)*) => {
        &[$(AuditRuleSpec {
            rule: AuditRule::$rule,
            id: $id,
            title: $title,
            meaning: $meaning,
            level: Level::$level,
            effect: Effect::$effect,
        },)*]
    };
}

/// Every rule of its own; those of `verify` are in [`judge::RULES`].
pub static AUDIT_RULES: &[AuditRuleSpec] = rules! {
    NothingFound "nothing-found" "no component to audit", Failure, Nothing:
        "No manifest, unit or configuration of a component is where it was looked for, so that nothing \
         is said about this machine.";
    UnreadSource "unread-source" "a source that cannot be read", Failure, Nothing:
        "A manifest, unit or configuration is there and cannot be read or is not what it should be. \
         What it would say is not audited; the rest is.";
    RemovedFlag "removed-flag" "a flag that is gone", Failure, Nothing:
        "The component of this version refuses the flag and does not start.";
    DeprecatedFlag "deprecated-flag" "a flag that is on its way out", Warning, Nothing:
        "The flag still works, and a later version will refuse it.";
    UnknownFlag "unknown-flag" "a flag that nobody knows", Failure, Nothing:
        "It looks like one of the flags about certificates and is none of them. The component refuses \
         it and does not start.";
    MalformedFlag "malformed-flag" "an argument that cannot be read", Failure, Nothing:
        "The component refuses the argument and does not start, or reads it as something else.";
    DuplicateFlag "duplicate-flag" "a flag that is given twice", Warning, Nothing:
        "The last one counts. Whoever reads only the first is mistaken.";
    MissingFlag "missing-flag" "protection that is not set up", Failure, Opens:
        "Without the flag the component does not check, or has nothing to show.";
    UnsafeSetting "unsafe-setting" "a setting that lets too many in", Failure, Opens:
        "The component is told to accept what it should refuse.";
    PlainHttp "plain-http" "an address without TLS", Failure, Opens:
        "What goes over it can be read and changed by everybody on the way, and nobody knows whom \
         they talk to.";
    WeakTls "weak-tls" "cipher suites or versions that are too weak", Failure, Opens:
        "What is encrypted by them can be read with effort, now or later.";
    NotMounted "not-mounted" "a path that its container does not have", Failure, Breaks:
        "No directory of the host is mounted there, so that the component does not find the file and \
         does not start.";
    WrongAuthority "wrong-authority" "authorities of something else", Failure, Breaks:
        "The flag names authorities, and what is checked by them comes from others. Everyone who \
         should be accepted is refused; whoever the named authorities signed is let in.";
    StaleKubeconfig "stale-kubeconfig" "a kubeconfig of another cluster", Failure, Breaks:
        "It does not trust the API server and is not accepted by it: it was made for other \
         authorities, by an earlier installation for instance.";
    LooseMode "loose-mode" "permissions that are too wide", Failure, Nothing:
        "Others on this machine can read a secret, or change what a component is told.";
    WrongOwner "wrong-owner" "a file of somebody else's", Failure, Nothing:
        "Its owner can change it at any time, and open it to others.";
};

impl AuditRule {
    /// Its row; of a rule of `verify`, none.
    #[must_use]
    pub fn spec(self) -> Option<&'static AuditRuleSpec> {
        AUDIT_RULES.iter().find(|spec| spec.rule == self)
    }

    /// Its name.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Check(rule) => rule.id(),
            own => own.spec().map_or("", |spec| spec.id),
        }
    }

    /// What is found, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Check(rule) => rule.spec().title,
            own => own.spec().map_or("", |spec| spec.title),
        }
    }

    /// What it means and what breaks.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Check(rule) => rule.spec().meaning,
            own => own.spec().map_or("", |spec| spec.meaning),
        }
    }

    /// How much it weighs. What no verifier and no component refuses is a warning, unless it
    /// lets somebody in.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::Check(rule) => weight(rule, rule.spec().refused_by),
            own => own.spec().map_or(Level::Failure, |spec| spec.level),
        }
    }

    /// What becomes of paths. All components of Kubernetes are Go: what only others refuse breaks
    /// nothing here.
    #[must_use]
    pub fn effect(self) -> Effect {
        match self {
            Self::Check(rule) => effect(rule, rule.spec().refused_by),
            own => own.spec().map_or(Effect::Nothing, |spec| spec.effect),
        }
    }

    /// Every rule there is, those of `verify` last.
    pub fn all() -> impl Iterator<Item = Self> {
        let own = AUDIT_RULES.iter().map(|spec| spec.rule);
        own.chain(judge::Rule::all().map(|spec| Self::Check(spec.rule)))
    }
}

/// How much a finding of `verify` weighs that these refuse, and what becomes of paths.
pub(super) fn of(finding: &judge::Finding) -> (Level, Effect) {
    let refused_by = &finding.refused_by;
    (
        weight(finding.rule, refused_by),
        effect(finding.rule, refused_by),
    )
}

fn weight(rule: judge::Rule, refused_by: &[Party]) -> Level {
    if refused_by.is_empty() && !rule.spec().counts {
        Level::Warning
    } else {
        Level::Failure
    }
}

fn effect(rule: judge::Rule, refused_by: &[Party]) -> Effect {
    use Party::{GnuTls, OpenSsl, OpenSslStrict, Webpki};
    let is_other = |one: &Party| matches!(one, OpenSsl | OpenSslStrict | GnuTls | Webpki);
    match () {
        () if opens(rule) => Effect::Opens,
        () if refused_by.iter().all(is_other) => Effect::Nothing,
        () => Effect::Breaks,
    }
}

/// What lets somebody in whom nobody refuses.
fn opens(rule: judge::Rule) -> bool {
    use judge::Rule::{SharedAuthorityKey, SharedTrust, UnverifiedServer};
    matches!(rule, SharedTrust | SharedAuthorityKey | UnverifiedServer)
}

impl fmt::Display for AuditRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let mut ids = BTreeSet::new();
        for rule in AuditRule::all() {
            let id = rule.id();
            let kebab = id.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            assert!(kebab && !id.is_empty() && ids.insert(id), "{id}");
            assert!(rule.meaning().ends_with('.'), "{id}");
            assert!(!rule.title().ends_with('.'), "{id}");
        }
        let rows: Vec<AuditRule> = AUDIT_RULES.iter().map(|spec| spec.rule).collect();
        assert!(rows.is_sorted());
    }
}
