/// A realm of trust: what is signed in one is believed in no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Domain {
    /// Users, nodes and components, and the API servers that they dial.
    Cluster,
    /// The API server's aggregation layer and the extension servers behind it.
    FrontProxy,
    /// etcd's members and their clients.
    Etcd,
    /// Tokens of service accounts.
    ServiceAccounts,
}

impl Domain {
    /// Its name in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::FrontProxy => "front-proxy",
            Self::Etcd => "etcd",
            Self::ServiceAccounts => "service accounts",
        }
    }
}
