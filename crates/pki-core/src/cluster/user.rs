use crate::spec::UserName;

/// Somebody who logs in with a certificate: a name, and the groups that RBAC knows them by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    name: UserName,
    groups: Vec<String>,
}

impl User {
    /// A user, and their groups.
    #[must_use]
    pub fn new(name: UserName, groups: impl IntoIterator<Item = String>) -> Self {
        let groups = groups.into_iter().collect();
        Self { name, groups }
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
}
