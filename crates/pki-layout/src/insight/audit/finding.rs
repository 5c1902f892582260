use std::collections::BTreeSet;

use pki_core::remedy::{Question, Remedy};

use super::rule::{AuditRule, Effect};
use crate::observe::{Instance, ObservedFlag, Spot, told_instead};
use crate::table::cis::{Ask, CisItem, Level};
use crate::table::paths::{PATHS, PathSpec, Property, Side};
use crate::table::{Component, FlagSpec};

/// Something that is wrong, said where its cause is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuditFinding {
    /// Which rule is broken.
    pub rule: AuditRule,
    /// How much it weighs.
    pub level: Level,
    /// The items of the benchmark that fail by it.
    pub items: Vec<&'static CisItem>,
    /// Which flag or file is at fault.
    pub subject: Subject,
    /// What is wrong, with both sides of the comparison: lower case, no full stop.
    pub message: String,
    /// What to set or to do.
    pub remedy: Remedy,
    /// The paths that it costs something.
    pub concerns: Vec<Concern>,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Subject {
    /// Whose flag.
    pub component: Option<Component>,
    /// The flag or field, by its name in [`FLAGS`](crate::table::FLAGS).
    pub name: Option<String>,
    /// What it is called where it was given, or would be: `--client-ca-file`.
    pub shown: Option<String>,
    /// Where that is, or where it would be.
    pub spot: Option<Spot>,
    /// The file that it names, or that is at fault by itself.
    pub file: Option<String>,
    /// Subject and serial number of the certificate in it.
    pub certificate: Option<String>,
}

/// What a finding costs a path.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Concern {
    /// Which path.
    pub path: &'static PathSpec,
    /// What it has lost; empty where one of its sides refuses the other.
    pub loses: Vec<Property>,
}

impl Subject {
    /// A flag that was given.
    pub(super) fn flag(instance: &Instance, flag: &ObservedFlag) -> Self {
        Self {
            component: Some(instance.component),
            name: Some(flag.name.clone()),
            shown: Some(flag.shown()),
            spot: Some(flag.spot.clone()),
            ..Self::default()
        }
    }

    /// A flag that was not given.
    pub(super) fn missing(instance: &Instance, name: &str) -> Self {
        let spec = FlagSpec::find(instance.component, name);
        let (file, shown) = match told_instead(instance, name) {
            Some((file, field)) => (file, field.to_owned()),
            None => (
                instance.source.file.clone(),
                spec.map_or_else(|| format!("--{name}"), shown),
            ),
        };
        Self {
            component: Some(instance.component),
            name: Some(name.to_owned()),
            shown: Some(shown),
            spot: Some(Spot::new(&file, None)),
            ..Self::default()
        }
    }

    /// With the file that is at fault.
    pub(super) fn file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }
}

/// A row of the table as it is written: a flag with its dashes.
pub(super) fn shown(spec: &FlagSpec) -> String {
    match spec.place {
        crate::table::Place::Flag => format!("--{}", spec.name),
        _ => spec.name.to_owned(),
    }
}

/// Findings as they come. What is said already is not said twice.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<AuditFinding>,
    said: BTreeSet<(AuditRule, String)>,
}

impl Findings {
    /// Adds a finding. Where the same rule was broken by the same subject with the same words,
    /// what it costs is added to that.
    pub(super) fn add(&mut self, finding: AuditFinding) {
        let subject = &finding.subject;
        let key = (
            finding.rule,
            format!(
                "{:?} {:?} {:?} {}",
                subject.component, subject.shown, subject.file, finding.message
            ),
        );
        if self.said.insert(key) {
            self.list.push(finding);
            return;
        }
        let same = self.list.iter_mut().find(|one| {
            one.rule == finding.rule
                && one.message == finding.message
                && one.subject.file == finding.subject.file
        });
        if let Some(same) = same {
            for concern in finding.concerns {
                let known = |one: &Concern| std::ptr::eq(one.path, concern.path);
                if !same.concerns.iter().any(known) {
                    same.concerns.push(concern);
                }
            }
        }
    }

    /// Adds a finding about a flag, with what the tables say that it costs.
    pub(super) fn about_flag(
        &mut self,
        rule: AuditRule,
        subject: Subject,
        message: impl Into<String>,
        remedy: Remedy,
    ) {
        self.about_flag_as(rule, rule.level(), subject, message, remedy);
    }

    /// The same, of another weight than the rule's.
    pub(super) fn about_flag_as(
        &mut self,
        rule: AuditRule,
        level: Level,
        subject: Subject,
        message: impl Into<String>,
        remedy: Remedy,
    ) {
        let concerns = concerns(rule, &subject);
        let items = match rule {
            AuditRule::DuplicateFlag | AuditRule::DeprecatedFlag => Vec::new(),
            _ => items(&subject),
        };
        self.add(AuditFinding {
            rule,
            level,
            items,
            concerns,
            subject,
            message: message.into(),
            remedy,
        });
    }

    /// The same, which items of the benchmark fail by; they say how much it weighs.
    pub(super) fn about_item(
        &mut self,
        rule: AuditRule,
        subject: Subject,
        items: Vec<&'static CisItem>,
        message: impl Into<String>,
        remedy: Remedy,
    ) {
        let level = items.iter().map(|item| item.level).min();
        let concerns = concerns(rule, &subject);
        self.add(AuditFinding {
            rule,
            level: level.unwrap_or(rule.level()),
            items,
            concerns,
            subject,
            message: message.into(),
            remedy,
        });
    }

    /// Adds items to what is said of a flag already.
    pub(super) fn tag(&mut self, component: Component, name: &str, items: &[&'static CisItem]) {
        let one = self.list.iter_mut().find(|one| {
            one.subject.component == Some(component) && one.subject.name.as_deref() == Some(name)
        });
        if let Some(one) = one {
            for item in items {
                if !one.items.iter().any(|known| known.number == item.number) {
                    one.items.push(item);
                }
            }
        }
    }

    /// Adds a finding about a file that no flag names.
    pub(super) fn about_file(
        &mut self,
        rule: AuditRule,
        file: &str,
        message: String,
        question: &'static Question,
    ) {
        let remedy = Remedy::ask(question);
        self.add(AuditFinding {
            rule,
            level: rule.level(),
            items: Vec::new(),
            subject: Subject::default().file(file),
            message,
            remedy,
            concerns: Vec::new(),
        });
    }

    /// Whether something is wrong already with a flag of a component.
    pub(super) fn blames(&self, component: Component, name: &str) -> bool {
        self.list.iter().any(|one| {
            one.subject.component == Some(component)
                && one.subject.name.as_deref() == Some(name)
                && one.level == Level::Failure
        })
    }

    /// Whether this is said already of a file.
    pub(super) fn says(&self, rule: AuditRule, file: &str) -> bool {
        let mut list = self.list.iter();
        list.any(|one| one.rule == rule && one.subject.file.as_deref() == Some(file))
    }

    /// Whether something is wrong already with a file.
    pub(super) fn blames_file(&self, file: &str) -> bool {
        self.list
            .iter()
            .any(|one| one.subject.file.as_deref() == Some(file) && one.level == Level::Failure)
    }

    /// Failures first, then by component and place.
    pub(super) fn finished(mut self) -> Vec<AuditFinding> {
        self.list.sort_by_cached_key(|one| {
            (
                one.level,
                one.subject.component.is_none(),
                one.subject.component,
                one.rule,
                one.subject.name.clone(),
                one.subject.file.clone(),
                one.message.clone(),
            )
        });
        self.list
    }
}

/// The items that ask for the flag, and for what it names to be right.
pub(super) fn items(subject: &Subject) -> Vec<&'static CisItem> {
    let (Some(component), Some(name)) = (subject.component, &subject.name) else {
        return Vec::new();
    };
    let Some(spec) = FlagSpec::find(component, name) else {
        return Vec::new();
    };
    CisItem::about(spec)
        .filter(|item| {
            matches!(
                item.ask,
                Ask::Given | Ask::ServingCertificate | Ask::OwnAuthority
            )
        })
        .collect()
}

/// What the paths that depend on a flag lose: what the table's safeguards say where the rule opens
/// them, everything where it breaks them.
pub(super) fn concerns(rule: AuditRule, subject: &Subject) -> Vec<Concern> {
    let (Some(component), Some(name)) = (subject.component, &subject.name) else {
        return Vec::new();
    };
    let is_side = |path: &PathSpec, side: Side| path.party(side).component() == Some(component);
    PATHS
        .iter()
        .filter_map(|path| match rule.effect() {
            Effect::Nothing => None,
            Effect::Breaks => path.involves(component, name).then(|| Concern {
                path,
                loses: Vec::new(),
            }),
            Effect::Opens => {
                let guards = path.safeguards.iter();
                let mut guards =
                    guards.filter(|guard| guard.flag == name && is_side(path, guard.side));
                guards.next().map(|guard| Concern {
                    path,
                    loses: guard.loses.to_vec(),
                })
            }
        })
        .collect()
}
