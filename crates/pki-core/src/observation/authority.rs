use super::{Found, Inventory, RowFacts};
use crate::authority::path::search::paths;
use crate::authority::{Authority, AuthorityError, Issuer, Trust, TrustBundle};
use crate::key::{PublicKey, SigningKey};
use crate::spec::RowId;
use crate::x509::Certificate;

/// A file of certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFile {
    /// Where it is.
    pub path: String,
    /// What is in it.
    pub certificates: Found<Vec<Certificate>>,
}

/// The files of a domain's authority that are not the table's, where it is more than one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// The one certificate that issues, as kube-controller-manager is given it.
    pub issuing: Option<CertificateFile>,
    /// What callers believe of servers.
    pub servers: Option<CertificateFile>,
}

/// A domain's authority as it was found: its key, and the certificates of all its files.
#[derive(Debug, Clone)]
pub struct AuthorityFacts<'a> {
    clients: &'a [Certificate],
    key: Option<&'a PublicKey>,
    places: Option<&'a Places>,
    /// What kubeconfigs trust, which may be further up.
    elsewhere: Vec<&'a Certificate>,
}

impl Inventory {
    /// What was found of an authority, in whatever files it is.
    #[must_use]
    pub fn authority(&self, id: RowId) -> AuthorityFacts<'_> {
        let key = match self.facts(id) {
            Some(RowFacts::Pair { key, .. }) => key.present(),
            _ => None,
        };
        let key = self.signer(id).or(key);
        let signed = self.table().signed_by(id);
        let elsewhere = signed
            .filter_map(|spec| match self.facts(spec.id) {
                Some(RowFacts::Kubeconfig(Found::Present(facts))) => facts.trust.present(),
                _ => None,
            })
            .flatten();
        AuthorityFacts {
            clients: self.certificates(id),
            key,
            places: id.domain().and_then(|domain| self.places(domain)),
            elsewhere: elsewhere.collect(),
        }
    }
}

impl<'a> AuthorityFacts<'a> {
    /// Public half of its key, where that is here.
    #[must_use]
    pub fn key(&self) -> Option<&'a PublicKey> {
        self.key
    }

    /// The file with the one certificate that issues, where it has one of its own.
    #[must_use]
    pub fn issuing_file(&self) -> Option<&'a CertificateFile> {
        self.places?.issuing.as_ref()
    }

    /// The file with what callers believe, where it has one of its own.
    #[must_use]
    pub fn callers_file(&self) -> Option<&'a CertificateFile> {
        self.places?.servers.as_ref()
    }

    /// Its certificates, in the order of its files.
    #[must_use]
    pub fn certificates(&self) -> Vec<Certificate> {
        let files = [self.issuing_file(), self.callers_file()];
        let files = files.into_iter().flatten();
        let others = files.filter_map(|file| file.certificates.present());
        let all = self.clients.iter().chain(others.flatten()).cloned();
        TrustBundle::new(all).certificates().to_vec()
    }

    /// What its key issues as.
    ///
    /// # Errors
    ///
    /// [`AuthorityError`] when that can be none of its certificates; without a key, too.
    pub fn issuer(&self) -> Result<Issuer, AuthorityError> {
        let certificates = self.certificates();
        let key = self.key.ok_or(AuthorityError::NoKey)?;
        let issuer = Issuer::of(&certificates, key)?;
        let mut known = certificates;
        known.extend(self.elsewhere.iter().copied().cloned());
        Ok(Issuer::new(issuer.certificate().clone(), &known))
    }

    /// With its key, what can sign.
    ///
    /// # Errors
    ///
    /// [`AuthorityError`] as [`issuer`](Self::issuer), and when the key is another's.
    pub fn open(&self, key: Box<dyn SigningKey>) -> Result<Authority, AuthorityError> {
        Authority::new(self.issuer()?, self.trust(), key)
    }

    /// Whom its readers believe. Callers believe what a file of its own says, else what clients'
    /// servers do; and where that is an intermediate alone, the root that their kubeconfigs have.
    #[must_use]
    pub fn trust(&self) -> Trust {
        let clients = TrustBundle::new(self.clients.iter().cloned());
        let file = self
            .callers_file()
            .and_then(|file| file.certificates.present());
        let mut servers = file.map_or_else(|| self.clients.to_vec(), Clone::clone);
        if let Ok(issuer) = self.issuer()
            && self.clients.contains(issuer.certificate())
        {
            if file.is_some() {
                // A server that presents nothing but its leaf still verifies.
                servers.insert(0, issuer.certificate().clone());
            }
            if let Some(root) = issuer.root()
                && !servers.contains(root)
            {
                servers.extend_from_slice(issuer.above());
            }
        }
        Trust {
            clients,
            servers: TrustBundle::new(servers),
        }
    }

    /// Whether what a kubeconfig trusts leads to this authority: it holds a certificate of its
    /// own, be it an older or newer one, or one above what issues.
    #[must_use]
    pub fn is_trusted_by(&self, trust: &[Certificate]) -> bool {
        let own = self.certificates();
        let issuer = self.issuer().map(|issuer| issuer.path());
        let is_own = |one: &Certificate| own.iter().any(|own| own.is_renewal_of(one));
        trust.iter().any(is_own) || issuer.is_ok_and(|path| paths(&path, trust).is_ok())
    }
}
