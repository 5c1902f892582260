use pki_core::RowId;

/// One of the two ends of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Who opens the connection.
    Client,
    /// Who accepts it.
    Server,
}

impl Side {
    /// The one at the other end.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// How one side shows who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// An X.509 certificate in the TLS handshake.
    Certificate,
    /// A token of a service account, signed by the API server.
    ServiceAccountToken,
    /// A token of an issuer that the API server was told to believe.
    IssuedToken,
    /// A token from a file of such.
    StaticToken,
    /// A name and password from a file of such.
    Password,
    /// A token that a node joins with.
    BootstrapToken,
    /// A token that another service is asked about.
    ReviewedToken,
    /// Headers of a proxy that has shown its own certificate.
    ProxyHeaders,
    /// Nothing.
    Anonymous,
}

impl Method {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::ServiceAccountToken => "service-account token",
            Self::IssuedToken => "OpenID Connect token",
            Self::StaticToken => "static token",
            Self::Password => "static password",
            Self::BootstrapToken => "bootstrap token",
            Self::ReviewedToken => "token that a webhook is asked about",
            Self::ProxyHeaders => "authenticating proxy",
            Self::Anonymous => "anonymous",
        }
    }
}

/// How one side of a path shows who it is, and how the other checks it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Proof {
    /// By what.
    pub method: Method,
    /// The certificate or key of the table that is shown or proves it.
    pub credential: Option<RowId>,
    /// The flags that hand it to who shows it, by their names in [`FLAGS`](crate::table::FLAGS).
    pub presented_by: &'static [&'static str],
    /// The authority of the table that signs it.
    pub authority: Option<RowId>,
    /// The flags that tell the other side how to check it, by their names in
    /// [`FLAGS`](crate::table::FLAGS).
    pub checked_by: &'static [&'static str],
    /// Whether kubeadm sets it up.
    pub by_kubeadm: bool,
    /// What is to be known of it, in a sentence.
    pub note: &'static str,
}

/// What a path can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Property {
    /// The client knows whom it talks to.
    ServerAuthentication,
    /// The server knows whom it talks to.
    ClientAuthentication,
    /// Nobody changes what is said.
    Integrity,
    /// Nobody else hears what is said.
    Encryption,
}

impl Property {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ServerAuthentication => "server authentication",
            Self::ClientAuthentication => "client authentication",
            Self::Integrity => "integrity",
            Self::Encryption => "encryption",
        }
    }
}

/// Whether a path has a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Held {
    /// Against everyone on the network.
    Yes,
    /// Against who only listens; not against who is between the two.
    Listeners,
    /// Not at all.
    No,
    /// It is as the other side is set up, or as the client chooses.
    Depends,
}

/// What a path has of the four properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Guard {
    /// [`Property::ServerAuthentication`].
    pub server: Held,
    /// [`Property::ClientAuthentication`].
    pub client: Held,
    /// [`Property::Integrity`].
    pub integrity: Held,
    /// [`Property::Encryption`].
    pub encryption: Held,
}

/// What protects a path, in a word: how a map colours it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Protection {
    /// TLS, each side knows the other.
    Mutual,
    /// TLS, the client knows the server; what the server knows of the client is as it chooses.
    ServerAuthenticated,
    /// TLS with whoever answers: the client does not know the server.
    Unauthenticated,
    /// No TLS.
    Plain,
    /// As the other side is set up.
    Depends,
}

impl Protection {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Mutual => "mutual TLS",
            Self::ServerAuthenticated => "TLS, server authenticated",
            Self::Unauthenticated => "TLS, server not authenticated",
            Self::Plain => "unprotected",
            Self::Depends => "as it is set up",
        }
    }
}

impl Guard {
    /// TLS with certificates, tokens or other proofs on both sides.
    pub const MUTUAL: Self = Self::tls(Held::Yes, Held::Yes);
    /// Nothing.
    pub const NONE: Self = Self {
        server: Held::No,
        client: Held::No,
        integrity: Held::No,
        encryption: Held::No,
    };
    /// As somebody else decides.
    pub const DEPENDS: Self = Self::tls(Held::Depends, Held::Depends);

    /// TLS. Where the server is not known, whoever is between the two reads and changes all.
    #[must_use]
    pub const fn tls(server: Held, client: Held) -> Self {
        let (integrity, encryption) = match server {
            Held::No => (Held::No, Held::Listeners),
            server => (server, server),
        };
        Self {
            server,
            client,
            integrity,
            encryption,
        }
    }

    /// One of the four.
    #[must_use]
    pub const fn of(&self, property: Property) -> Held {
        match property {
            Property::ServerAuthentication => self.server,
            Property::ClientAuthentication => self.client,
            Property::Integrity => self.integrity,
            Property::Encryption => self.encryption,
        }
    }

    /// All of it in a word.
    #[must_use]
    pub const fn protection(&self) -> Protection {
        match (self.encryption, self.server, self.client) {
            (Held::No, _, _) => Protection::Plain,
            (_, Held::No | Held::Listeners, _) => Protection::Unauthenticated,
            (_, Held::Depends, _) => Protection::Depends,
            (_, Held::Yes, Held::Yes) => Protection::Mutual,
            (_, Held::Yes, _) => Protection::ServerAuthenticated,
        }
    }
}

/// A flag or field that a path depends on.
#[derive(Debug)]
#[non_exhaustive]
pub struct Safeguard {
    /// Whose it is.
    pub side: Side,
    /// Its name in [`FLAGS`](crate::table::FLAGS).
    pub flag: &'static str,
    /// What the path loses without it, or with it set wrong.
    pub loses: &'static [Property],
}
