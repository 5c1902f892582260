//! Versions of Kubernetes, and how sure it is what a row says of one.

use std::fmt;
use std::str::FromStr;

/// A minor version of Kubernetes 1, which is what decides how certificates are read, and which
/// flags and which configuration there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesVersion {
    minor: u16,
}

/// How sure it is what a row says of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// By sources and programs of the newest, and what these know of those before.
    Checked,
    /// By what its makers say of it: release notes, pull requests.
    Announced,
}

impl KubernetesVersion {
    /// The oldest whose differences the tables know.
    pub const OLDEST: Self = Self { minor: 31 };
    /// The newest that the tables were checked against; also what is taken where nobody says.
    pub const NEWEST: Self = Self { minor: 36 };
    /// The newest of which anything is known, by announcement.
    pub const ANNOUNCED: Self = Self { minor: 38 };

    /// Version 1 with this minor number.
    #[must_use]
    pub const fn minor(minor: u16) -> Self {
        Self { minor }
    }

    /// Every version that the tables speak of, oldest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (Self::OLDEST.minor..=Self::ANNOUNCED.minor).map(Self::minor)
    }

    /// How sure it is what is said of this version.
    #[must_use]
    pub fn standing(self) -> Standing {
        if self > Self::NEWEST {
            Standing::Announced
        } else {
            Standing::Checked
        }
    }

    /// The one before.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self {
            minor: self.minor.saturating_sub(1),
        }
    }

    /// What is to be said about answers for this version, where they are less than certain.
    #[must_use]
    pub fn caveat(self) -> Option<String> {
        if self > Self::ANNOUNCED {
            Some(format!(
                "Kubernetes {self} is newer than {}, the newest known here: answers are those for \
                 {}, with what is announced up to {0}",
                Self::ANNOUNCED,
                Self::NEWEST
            ))
        } else if self > Self::NEWEST {
            Some(format!(
                "Kubernetes {self} could not be checked here: answers are those for {}, with what is \
                 announced for {self}",
                Self::NEWEST
            ))
        } else if self < Self::OLDEST {
            Some(format!(
                "Kubernetes {self} is older than {0}, the oldest known here: answers are those for {0}; \
                 where a file is said to be read again, restart its reader all the same",
                Self::OLDEST
            ))
        } else {
            None
        }
    }
}

/// Since when something is so, and who says it. Of a version that could not be checked it is an
/// announcement, and is said to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Since {
    /// The first version in which it is so.
    pub version: KubernetesVersion,
    /// Where this is to be seen: a file of Kubernetes, a changelog, a pull request.
    pub source: &'static str,
}

impl Since {
    /// From this minor version on, by this source.
    #[must_use]
    pub const fn minor(minor: u16, source: &'static str) -> Self {
        Self {
            version: KubernetesVersion::minor(minor),
            source,
        }
    }

    /// How sure it is.
    #[must_use]
    pub fn standing(self) -> Standing {
        self.version.standing()
    }
}

/// As it is said: `since Kubernetes 1.36`, `announced for Kubernetes 1.37`.
impl fmt::Display for Since {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.standing() {
            Standing::Checked => write!(f, "since Kubernetes {}", self.version),
            Standing::Announced => write!(f, "announced for Kubernetes {}", self.version),
        }
    }
}

impl Default for KubernetesVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.minor)
    }
}

impl FromStr for KubernetesVersion {
    type Err = InvalidKubernetesVersion;

    /// Reads `1.36`, `v1.36.2` and `1.36.0-rc.1`.
    fn from_str(text: &str) -> Result<Self, InvalidKubernetesVersion> {
        let invalid = || InvalidKubernetesVersion {
            text: text.to_owned(),
        };
        let number = text.strip_prefix('v').unwrap_or(text);
        let rest = number.strip_prefix("1.").ok_or_else(invalid)?;
        let minor = rest.split(['.', '-', '+']).next().unwrap_or_default();
        if minor.is_empty() || !minor.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(invalid());
        }
        minor
            .parse()
            .map(|minor| Self { minor })
            .map_err(|_| invalid())
    }
}

crate::serde_as_text!(KubernetesVersion);

/// A text that is no version of Kubernetes 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no version of Kubernetes; write it as 1.36 or v1.36.2")]
#[non_exhaustive]
pub struct InvalidKubernetesVersion {
    /// What was given.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_kubernetes_writes_them() {
        for text in ["1.34", "v1.34", "v1.34.2", "1.34.0-rc.1", "v1.34.1+k3s1"] {
            assert_eq!(text.parse(), Ok(KubernetesVersion::minor(34)), "{text}");
        }
        for text in [
            "", "1", "1.", "2.1", "1.x", "v", "1.+5", "1.99999", "latest",
        ] {
            let error = text.parse::<KubernetesVersion>().unwrap_err();
            assert_eq!(error.text, text);
        }
    }

    #[test]
    fn what_the_tables_do_not_cover_is_said() {
        let caveat = |minor| KubernetesVersion::minor(minor).caveat();
        assert!(caveat(39).unwrap().contains("1.39 is newer than 1.38"));
        for minor in [37, 38] {
            let said = caveat(minor).unwrap();
            assert!(
                said.ends_with(&format!("with what is announced for 1.{minor}")),
                "{said}"
            );
        }
        for minor in 31..=36 {
            assert_eq!(caveat(minor), None);
        }
        assert!(caveat(30).unwrap().contains("1.30 is older than 1.31"));
    }

    #[test]
    fn what_could_not_be_checked_is_announced() {
        assert_eq!(Since::minor(36, "").to_string(), "since Kubernetes 1.36");
        for minor in [37, 38] {
            let since = Since::minor(minor, "");
            assert_eq!(since.standing(), Standing::Announced);
            assert_eq!(
                since.to_string(),
                format!("announced for Kubernetes 1.{minor}")
            );
        }
    }

    #[test]
    fn the_axis_goes_from_the_oldest_to_what_is_announced() {
        let all: Vec<String> = KubernetesVersion::all()
            .map(|one| one.to_string())
            .collect();
        assert_eq!(all.first().map(String::as_str), Some("1.31"));
        assert_eq!(all.last().map(String::as_str), Some("1.38"));
        assert_eq!(all.len(), 8);
        assert_eq!(
            KubernetesVersion::minor(37).previous(),
            KubernetesVersion::NEWEST
        );
    }
}
