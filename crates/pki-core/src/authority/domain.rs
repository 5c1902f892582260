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
    /// Whether callers in it want a path that ends with a self-signed certificate, where an
    /// intermediate issues: the pods of a cluster do, whose OpenSSL, or Python before 3.13, takes no
    /// other end. etcd and the aggregation layer are called by programs in Go, which do not ask.
    #[must_use]
    pub const fn callers_believe_above(self) -> bool {
        matches!(self, Self::Cluster)
    }

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
