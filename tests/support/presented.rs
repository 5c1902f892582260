//! What somebody presents, and what rustls says of it: the verifier that needs no other program.
//! It judges by the present.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;

/// A certificate that somebody presents, and what its reader trusts.
#[derive(Debug)]
pub(crate) struct Presented {
    /// The leaf and what follows it, as PEM.
    pub(crate) chain: String,
    /// The authorities, as PEM.
    pub(crate) anchors: String,
    /// Whether a server presents it, a client, or both.
    pub(crate) serves: bool,
    pub(crate) dials: bool,
    /// The name or address that is dialled.
    pub(crate) host: Option<String>,
}

impl Presented {
    /// Whether it is asked as a server, in turn for each of its uses.
    pub(crate) fn purposes(&self) -> Vec<bool> {
        let asked = [(self.serves, true), (self.dials, false)];
        let asked = asked.into_iter().filter(|(asked, _)| *asked);
        asked.map(|(_, server)| server).collect()
    }

    /// Why rustls refuses it, if it does.
    pub(crate) fn refused_by_rustls(&self) -> Option<String> {
        self.refused_by_rustls_with(&Arc::new(rustls::crypto::ring::default_provider()))
    }

    /// The same with other cryptography.
    pub(crate) fn refused_by_rustls_with(&self, provider: &Arc<CryptoProvider>) -> Option<String> {
        let mut roots = RootCertStore::empty();
        // As rustls does with a store: what it cannot read it does not trust.
        roots.add_parsable_certificates(certificates(&self.anchors));
        if roots.is_empty() {
            return Some("no authority that it can read".to_owned());
        }
        let roots = Arc::new(roots);
        let chain = certificates(&self.chain);
        let Some((leaf, between)) = chain.split_first() else {
            return Some("no certificate".to_owned());
        };
        let now = UnixTime::now();
        self.purposes().into_iter().find_map(|server| {
            let (roots, provider) = (Arc::clone(&roots), Arc::clone(provider));
            let judged = if server {
                let host = self.host.clone().expect("a server is dialled");
                let Ok(host) = ServerName::try_from(host) else {
                    return Some("no name that it dials".to_owned());
                };
                let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider);
                let verifier = verifier.build().unwrap();
                let judged = verifier.verify_server_cert(leaf, between, &host, &[], now);
                judged.map(|_| ())
            } else {
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                let verifier = verifier.build().unwrap();
                verifier.verify_client_cert(leaf, between, now).map(|_| ())
            };
            judged.err().map(|error| error.to_string())
        })
    }
}

/// The DER of every certificate of a PEM text.
fn certificates(text: &str) -> Vec<CertificateDer<'static>> {
    use rustls::pki_types::pem::PemObject as _;
    CertificateDer::pem_slice_iter(text.as_bytes())
        .filter_map(Result::ok)
        .collect()
}
