use std::fmt;
use std::str::FromStr;

/// A minor version of Kubernetes 1, which is all that decides how certificates are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesVersion {
    minor: u16,
}

impl KubernetesVersion {
    /// The newest that the tables of this crate were checked against.
    pub const NEWEST: Self = Self { minor: 36 };
    /// The oldest whose differences the tables know.
    pub const OLDEST: Self = Self { minor: 30 };

    /// Version 1 with this minor number.
    #[must_use]
    pub const fn minor(minor: u16) -> Self {
        Self { minor }
    }

    /// What is to be said about answers for this version, where the tables do not cover it.
    #[must_use]
    pub fn caveat(self) -> Option<String> {
        if self > Self::NEWEST {
            Some(format!(
                "Kubernetes {self} is newer than {}, the newest known here, and is treated as it",
                Self::NEWEST
            ))
        } else if self < Self::OLDEST {
            Some(format!(
                "Kubernetes {self} is older than {}, the oldest known here: where a file is said \
                 to be read again, restart its reader all the same",
                Self::OLDEST
            ))
        } else {
            None
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

pki_core::serde_as_text!(KubernetesVersion);

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
        assert!(caveat(37).unwrap().contains("1.37 is newer than 1.36"));
        assert!(caveat(29).unwrap().contains("1.29 is older than 1.30"));
        assert_eq!(caveat(36), None);
        assert_eq!(caveat(30), None);
    }
}
