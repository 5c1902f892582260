use crate::spec::{OwnerNameError, UserName};
use crate::text::is_unseen;

/// ub-organization-name and ub-common-name of RFC 5280, in characters.
const LONGEST: usize = 64;

/// Groups that RBAC gives everything to, by what kubeadm binds (`kubeadm:cluster-admins` to
/// `cluster-admin`); that can be taken from them, unlike from `system:masters`.
const ADMINISTRATORS: &str = "kubeadm:cluster-admins";

/// Somebody who logs in with a certificate: a name, and the groups that RBAC knows them by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    name: UserName,
    groups: Vec<String>,
}

/// Somebody whom no certificate is made for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UserError {
    /// The name is nobody's, or a component's.
    #[error(transparent)]
    Name(#[from] OwnerNameError),
    /// A name that some of its readers cut off.
    #[error("{name:?} has {length} characters, and a common name has at most {LONGEST}")]
    LongName {
        /// The name.
        name: String,
        /// Its length.
        length: usize,
    },
    /// A group that is none.
    #[error("{group:?} cannot be a group: {why}")]
    Group {
        /// The group.
        group: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

impl UserError {
    /// Whether it is a right that nobody gets by the way, and that [`User::privileged`] gives.
    #[must_use]
    pub fn is_of_privilege(&self) -> bool {
        match self {
            Self::Name(error) => error.name.starts_with("system:"),
            Self::Group { group, .. } => group.starts_with("system:"),
            Self::LongName { .. } => false,
        }
    }
}

impl User {
    /// A user, and their groups.
    #[must_use]
    pub fn new(name: UserName, groups: impl IntoIterator<Item = String>) -> Self {
        let groups = groups.into_iter().collect();
        Self { name, groups }
    }

    /// A person: neither a component's name nor a group of Kubernetes' own, and above all not
    /// `system:masters`, whose rights nothing takes away.
    ///
    /// ```
    /// use pki_core::cluster::User;
    ///
    /// assert!(User::person("jane", ["developers".to_owned()]).is_ok());
    /// let error = User::person("jane", ["system:masters".to_owned()]).unwrap_err();
    /// assert!(error.is_of_privilege());
    /// ```
    ///
    /// # Errors
    ///
    /// [`UserError`].
    pub fn person(name: &str, groups: impl IntoIterator<Item = String>) -> Result<Self, UserError> {
        Self::checked(name.parse()?, groups, false)
    }

    /// Whoever has to have more, in an emergency: `system:masters`, or a component's name.
    ///
    /// # Errors
    ///
    /// [`UserError`] for what is no name or no group at all.
    pub fn privileged(
        name: &str,
        groups: impl IntoIterator<Item = String>,
    ) -> Result<Self, UserError> {
        Self::checked(UserName::privileged(name)?, groups, true)
    }

    fn checked(
        name: UserName,
        groups: impl IntoIterator<Item = String>,
        is_privileged: bool,
    ) -> Result<Self, UserError> {
        let length = name.as_str().chars().count();
        if length > LONGEST {
            return Err(UserError::LongName {
                name: name.to_string(),
                length,
            });
        }
        let mut known: Vec<String> = Vec::new();
        for group in groups {
            let why = if group.is_empty() {
                Some("it is empty")
            } else if group.chars().any(is_unseen) {
                Some("it has a control character in it, or one that is not seen")
            } else if group.trim() != group {
                Some("it begins or ends with a blank")
            } else if group.chars().count() > LONGEST {
                Some("an organization name has at most 64 characters")
            } else if known.contains(&group) {
                Some("it is given twice")
            } else if group == "system:authenticated" {
                Some("everybody who logs in is in it")
            } else if group == "system:masters" && !is_privileged {
                Some(
                    "its rights bypass RBAC, and nothing takes them away before the certificate ends",
                )
            } else if group.starts_with("system:") && !is_privileged {
                Some("groups that begin with system: are the components' own")
            } else {
                None
            };
            match why {
                Some(why) => return Err(UserError::Group { group, why }),
                None => known.push(group),
            }
        }
        Ok(Self::new(name, known))
    }

    /// The common name of their certificates.
    #[must_use]
    pub fn name(&self) -> &UserName {
        &self.name
    }

    /// The organizations of their certificates.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(String::as_str)
    }

    /// Whether nothing takes their rights away: `system:masters` bypasses RBAC.
    #[must_use]
    pub fn is_beyond_rbac(&self) -> bool {
        self.groups().any(|group| group == "system:masters")
    }

    /// Whether kubeadm's own binding makes them an administrator of everything.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.groups().any(|group| group == ADMINISTRATORS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(name: &str, groups: &[&str]) -> String {
        let groups = groups.iter().map(|group| (*group).to_owned());
        User::person(name, groups).unwrap_err().to_string()
    }

    #[test]
    fn nobody_becomes_a_component_by_the_way() {
        for name in ["system:node:cp1", "system:kube-scheduler", "system:admin"] {
            assert!(problem(name, &[]).contains("components' own"), "{name}");
            assert!(User::privileged(name, []).is_ok());
        }
        for group in ["system:masters", "system:nodes", "system:serviceaccounts"] {
            let groups = [group.to_owned()];
            assert!(
                User::person("jane", groups.clone())
                    .unwrap_err()
                    .is_of_privilege()
            );
            assert!(User::privileged("jane", groups).is_ok(), "{group}");
        }
    }

    #[test]
    fn what_no_reader_would_take_as_it_is_meant() {
        assert!(problem("", &[]).contains("empty"));
        assert!(problem("ja\nne", &[]).contains("control character"));
        assert!(problem(" jane", &[]).contains("blank"));
        assert!(problem(&"j".repeat(65), &[]).contains("65 characters"));
        assert!(problem("jane", &[""]).contains("empty"));
        assert!(problem("jane", &["a", "a"]).contains("twice"));
        assert!(problem("jane", &["a\tb"]).contains("control character"));
        assert!(problem("jane", &["b "]).contains("blank"));
        assert!(problem("jane", &[&"g".repeat(65)]).contains("at most 64"));
        assert!(problem("jane", &["system:authenticated"]).contains("everybody"));
    }
}
