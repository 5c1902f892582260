use crate::x509::{Certificate, Usage};

/// The authorities that a checker accepts, in the order of its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustBundle(Vec<Certificate>);

impl TrustBundle {
    /// These, each once.
    pub fn new(certificates: impl IntoIterator<Item = Certificate>) -> Self {
        let mut all: Vec<Certificate> = Vec::new();
        for certificate in certificates {
            if !all.contains(&certificate) {
                all.push(certificate);
            }
        }
        Self(all)
    }

    /// The same with an authority's new certificate in the place of its old ones.
    #[must_use]
    pub fn with_renewed(&self, certificate: &Certificate) -> Self {
        let renewed = |old: &Certificate| {
            if certificate.is_renewal_of(old) {
                certificate.clone()
            } else {
                old.clone()
            }
        };
        Self::new(self.0.iter().map(renewed))
    }

    /// Every one.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.0
    }
}

/// The two bundles of a domain, which are one file until there is a reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Who may log in: what servers believe of their clients.
    pub clients: TrustBundle,
    /// Who may serve: what callers believe.
    pub servers: TrustBundle,
}

impl Trust {
    /// The same authorities for both.
    #[must_use]
    pub fn one(bundle: TrustBundle) -> Self {
        Self {
            clients: bundle.clone(),
            servers: bundle,
        }
    }

    /// Who checks what is used so. Members of etcd are both, and ask their clients' file.
    #[must_use]
    pub fn checking(&self, usage: Usage) -> &TrustBundle {
        match usage {
            Usage::Server => &self.servers,
            _ => &self.clients,
        }
    }

    /// What a kubeconfig holds: what callers believe; and where it is handed on, what becomes a
    /// joining node's file of clients.
    #[must_use]
    pub fn of_kubeconfig(&self, is_handed_on: bool) -> &TrustBundle {
        if is_handed_on {
            &self.clients
        } else {
            &self.servers
        }
    }

    /// Whether one of the two holds a certificate.
    #[must_use]
    pub fn contains(&self, certificate: &Certificate) -> bool {
        let bundles = [&self.clients, &self.servers];
        bundles
            .iter()
            .any(|bundle| bundle.certificates().contains(certificate))
    }
}
