//! How a certificate differs from what the configuration says.

use std::fmt;

use time::Duration;

use super::Reissue;
use super::names::KEPT;
use crate::authority::Issuer;
use crate::authority::path::search::paths;
use crate::cluster::Cluster;
use crate::key::KeyError;
use crate::x509::{BACKDATE, Certificate, Host, SubjectAltNames, Template};

/// One way in which a certificate differs from the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What differs.
    pub field: &'static str,
    /// What is there.
    pub actual: String,
    /// What the configuration says.
    pub expected: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            actual,
            expected,
        } = self;
        let shown = |text: &str| {
            if text.is_empty() {
                "none".to_owned()
            } else {
                text.to_owned()
            }
        };
        match *field {
            MISSING_NAMES => write!(f, "{field}: {expected}"),
            SURPLUS_NAMES | KEPT => write!(f, "{field}: {actual}"),
            _ => write!(
                f,
                "{field}: {} instead of {}",
                shown(actual),
                shown(expected)
            ),
        }
    }
}

/// Two differences that are lists, of which one side says everything.
pub(crate) const MISSING_NAMES: &str = "missing alternative names";
pub(crate) const SURPLUS_NAMES: &str = "surplus alternative names";
/// What others make of it, of whom every one has a rule.
pub(crate) const VERDICT: &str = "verdict";

/// Who issued it is another.
const ISSUER: &str = "issuer";

impl Reissue {
    /// Whether another authority has issued the one that is there.
    #[must_use]
    pub fn changes_issuer(&self) -> bool {
        self.differences.iter().any(|one| one.field == ISSUER)
    }
}

/// Every difference of a certificate to what would be issued in its place. `template` has the
/// life that it would get, already cut short where its authority ends.
pub(super) fn differences(
    cluster: &Cluster,
    chain: &[Certificate],
    template: &Template,
    authorities: &[Certificate],
    issuer: &Issuer,
) -> Vec<Difference> {
    let Some((leaf, path)) = chain.split_first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut compare = |field, actual: String, expected: String| {
        if actual != expected {
            found.push(Difference {
                field,
                actual,
                expected,
            });
        }
    };
    compare(
        "subject",
        leaf.subject().to_string(),
        template.subject.to_string(),
    );
    let (lacks, surplus) = hosts(&leaf.hosts(), &template.hosts);
    compare(MISSING_NAMES, String::new(), lacks);
    compare(SURPLUS_NAMES, surplus, String::new());
    let authority = if leaf.is_authority() { "CA:TRUE" } else { "" };
    compare("basic constraints", authority.to_owned(), String::new());
    let purposes = template.usage.purposes().iter();
    let expected: Vec<String> = purposes.map(ToString::to_string).collect();
    compare(
        "extended key usage",
        leaf.purpose_names().join(", "),
        expected.join(", "),
    );
    let wanted_key = cluster.key_algorithm().key_type();
    compare(
        "key",
        leaf.public_key()
            .map_or_else(kind_of_odd_key, |key| key.key_type().to_string()),
        wanted_key.to_string(),
    );
    let usage = template.usage.key_usage(template.profile, wanted_key);
    let present = leaf.key_usage().map(|usage| usage.names().join(", "));
    compare("key usage", present.unwrap_or_default(), usage.to_string());
    let identifier = |there: bool| if there { "present" } else { "absent" }.to_owned();
    compare(
        "subject key identifier",
        identifier(leaf.subject_key_identifier().is_some()),
        identifier(template.has_subject_key_identifier()),
    );
    let (actual, expected) = lives(leaf, template);
    compare("lifetime", actual, expected);
    let expected = issuer.path();
    if paths(chain, authorities).is_err() {
        compare(
            ISSUER,
            leaf.issuer().to_string(),
            format!("{} of this authority", issuer.certificate().subject()),
        );
    } else if path != expected {
        let count = |length: usize| format!("{length} certificates after the leaf");
        compare("path", count(path.len()), count(expected.len()));
    }
    found
}

/// What a key is that is not used here.
fn kind_of_odd_key(error: KeyError) -> String {
    match error {
        KeyError::Unsupported { name } => name,
        KeyError::RsaSize { bits } => format!("RSA {bits}"),
        error => error.to_string(),
    }
}

/// Hosts that are wanted and not there, and the other way round.
fn hosts(actual: &SubjectAltNames, expected: &SubjectAltNames) -> (String, String) {
    let list = |one: &SubjectAltNames, other: &SubjectAltNames| {
        let other: Vec<Host> = other.hosts().collect();
        let missing = one.hosts().filter(|host| !other.contains(host));
        let missing: Vec<String> = missing.map(|host| host.to_string()).collect();
        missing.join(", ")
    };
    (list(expected, actual), list(actual, expected))
}

/// How long it was made to live and how long a new one would. Where the authority cuts the new
/// one short nothing is to be gained, so that is no difference.
fn lives(leaf: &Certificate, template: &Template) -> (String, String) {
    let hours = |duration: Duration| format!("{}h", (duration.whole_minutes() + 30) / 60);
    let validity = leaf.validity();
    if validity.not_after == template.validity.not_after {
        return (String::new(), String::new());
    }
    let life = |begin, end| hours(end - begin - BACKDATE);
    (
        life(validity.not_before, validity.not_after),
        life(template.validity.not_before, template.validity.not_after),
    )
}
