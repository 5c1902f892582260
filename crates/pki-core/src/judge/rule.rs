//! The rules, and the table that says of each what it is about and who refuses.

use std::fmt;
use std::str::FromStr;

use super::remedies::Remedies;
use super::rules;
use crate::spec::Party;

/// A row of the table of rules.
#[derive(Debug)]
#[non_exhaustive]
pub struct RuleSpec {
    /// Which rule.
    pub rule: Rule,
    /// Its name, stable, as reports have it and as the anchor of its section in `docs/rules.md`.
    pub id: &'static str,
    /// What is found, in a few words.
    pub title: &'static str,
    /// What it means and what breaks.
    pub meaning: &'static str,
    /// What to do.
    pub remedy: Remedies,
    /// Who refuses, each in some of its cases at least: of one finding, see
    /// [`Finding::refused_by`](super::Finding::refused_by).
    pub refused_by: &'static [Party],
    /// Whether it counts though nobody refuses: a key is exposed, something cannot be looked at,
    /// an item of the CIS benchmark fails.
    pub counts: bool,
    /// Where that is written down.
    pub reference: &'static str,
}

/// Rules about the same thing.
#[derive(Debug)]
#[non_exhaustive]
pub struct RuleGroup {
    /// What they are about.
    pub title: &'static str,
    /// Its rules.
    pub rules: &'static [&'static RuleSpec],
}

/// Declares the enumeration and its table together: a rule without a row, and a row without a
/// rule, do not compile.
macro_rules! rules {
    ($($title:literal $group:ident: $($rule:ident),*;)*) => {
        /// What is judged. Each has a row in [`RULES`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[expect(
            missing_docs,
            reason = "what each one means is in its row of the table"
        )]
        pub enum Rule {
            $($($rule,)*)*
        }

        /// Every rule, in groups.
        pub static RULES: &[RuleGroup] = &[$(RuleGroup {
            title: $title,
            rules: &[$(Rule::$rule.spec()),*],
        },)*];

        impl Rule {
            /// Its row.
            #[must_use]
            pub const fn spec(self) -> &'static RuleSpec {
                match self {
                    $($(Self::$rule => &rules::$group::$rule,)*)*
                }
            }
        }
    };
}

rules! {
    "Files" files: PendingTransaction, MissingFile, FilesElsewhere, UnreadableFile, MalformedFile, PemFraming, HalfPair, PairMismatch, LeafNotFirst, KeyReused, KeyExposed, WritableByOthers, ForeignOwner, ManifestTwice;
    "Certificates" certificates: Expired, NotYetValid, WeakKey, UnsupportedKey, RsaParameters, WeakSignature, CertificateVersion, SerialNegative, SerialZero, SerialTooLong, SerialDuplicate, EmptyName, MalformedAttribute, MalformedExtension, UnknownCriticalExtension, IdentifierCritical, LeafIsAuthority, LeafMaySign, SelfSigned, SubjectIsIssuer;
    "Names and purposes" purposes: NoAlternativeName, IpAsDnsName, MalformedName, NameNotServed, WrongPurpose, AnyPurposeOnly, KeyUsage;
    "Authorities" authorities: AuthorityExpired, AuthorityNotYetValid, NotAnAuthority, AuthorityKeyUsage, AuthorityNarrowsPurpose, ConstraintsNotCritical, NameConstraintsNotCritical, NameConstraintsUnsupported, NoKeyIdentifier, NoRoot, IssuingNotFirst, CopyEndsEarlier;
    "Chains" chains: UnknownIssuer, BadSignature, AuthorityReplaced, UnsupportedSignature, KeyIdentifierMismatch, OutlivesAuthority, PathLength, NameConstraint, PolicyRequired, WrongPathTaken, UnreadableBeside, PathRefused, NotChecked;
    "The cluster" cluster: ServiceAccountMismatch, KubeconfigUnusable, KubeletIdentity, KubeletNoLink, ServingNotIssued, WrongIdentity, ExcessRights, RightRemoved, KubeconfigDistrustsServer, KubeconfigTrustNarrow, KubeconfigWithoutAuthorities, UnverifiedServer, SharedTrust, SharedAuthorityKey, SigningBundle, ConfigurationDrift, SurplusNames;
}

impl Rule {
    /// Every row, in the order of the table.
    pub fn all() -> impl Iterator<Item = &'static RuleSpec> {
        RULES.iter().flat_map(|group| group.rules).copied()
    }

    /// Its name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.spec().id
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        Self::all()
            .find(|spec| spec.id == text)
            .map(|spec| spec.rule)
            .ok_or_else(|| UnknownRule {
                name: text.to_owned(),
            })
    }
}

crate::serde_as_text!(Rule);

/// A name that is no rule's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule {name:?}")]
#[non_exhaustive]
pub struct UnknownRule {
    /// What was given.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_its_row_in_the_order_of_the_enumeration() {
        let rules: Vec<Rule> = Rule::all().map(|spec| spec.rule).collect();
        assert!(rules.is_sorted(), "{rules:?}");
        let distinct: BTreeSet<Rule> = rules.iter().copied().collect();
        assert_eq!(distinct.len(), rules.len());
        for rule in rules {
            assert_eq!(rule.spec().rule, rule);
            assert_eq!(rule.id().parse(), Ok(rule));
        }
        assert_eq!(
            Rule::all().last().map(|spec| spec.rule),
            Some(Rule::SurplusNames)
        );
    }

    #[test]
    fn ids_are_kebab_case_and_texts_are_whole() {
        let mut ids = BTreeSet::new();
        for spec in Rule::all() {
            let kebab = spec.id.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            assert!(kebab && ids.insert(spec.id), "{}", spec.id);
            for text in [spec.meaning, spec.reference] {
                assert!(text.ends_with('.'), "{}: {text}", spec.id);
                assert!(!text.contains("  "), "{}: {text}", spec.id);
            }
            assert!(!spec.title.ends_with('.'), "{}", spec.id);
        }
    }

    #[test]
    fn a_name_that_is_no_rule_s_is_said() {
        let error = "expird".parse::<Rule>().unwrap_err();
        assert_eq!(error.to_string(), "there is no rule \"expird\"");
    }
}
