//! kubeadm's Secret `kubeadm-certs`, which `kubeadm init --upload-certs` writes and `kubeadm join
//! --control-plane --certificate-key` reads: cmd/kubeadm/app/phases/copycerts, app/util/crypto.

use std::collections::BTreeMap;
use std::fmt;

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce};
use pki_core::Random;
use zeroize::Zeroizing;

use super::secret::Secret;
use super::shared::{EXTERNAL_CA, EXTERNAL_CERTIFICATE, EXTERNAL_KEY};
use super::{BundleError, Shared, SharedFile};

const NAME: &str = "kubeadm-certs";
const NAMESPACE: &str = "kube-system";
const NONCE: usize = 12;

/// What kubeadm calls each file, and what is called so here. Keys before what they belong to.
const FILES: [(&str, &str, bool); 8] = [
    ("ca.key", "ca.key", true),
    ("ca.crt", "ca.crt", false),
    ("front-proxy-ca.key", "front-proxy-ca.key", true),
    ("front-proxy-ca.crt", "front-proxy-ca.crt", false),
    ("etcd-ca.key", "etcd/ca.key", true),
    ("etcd-ca.crt", "etcd/ca.crt", false),
    ("sa.key", "sa.key", true),
    ("sa.pub", "sa.pub", false),
];
const EXTERNAL: [(&str, &str, bool); 3] = [
    (EXTERNAL_KEY, EXTERNAL_KEY, true),
    (EXTERNAL_CERTIFICATE, EXTERNAL_CERTIFICATE, false),
    (EXTERNAL_CA, EXTERNAL_CA, false),
];

/// The key of the Secret: 32 octets, 64 hexadecimal digits as `kubeadm certs certificate-key` prints
/// them. Wiped when dropped.
pub struct CertificateKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CertificateKey(elided)")
    }
}

impl CertificateKey {
    /// Draws one.
    ///
    /// # Errors
    ///
    /// [`BundleError::Closed`] when the source cannot deliver.
    pub fn draw(random: &dyn Random) -> Result<Self, BundleError> {
        let mut key = Zeroizing::new([0; 32]);
        fill(key.as_mut(), random)?;
        Ok(Self(key))
    }

    /// Reads one; blanks and line breaks around it do not count.
    ///
    /// # Errors
    ///
    /// [`BundleError::Closed`] for what is none, which is not repeated.
    pub fn read(text: &[u8]) -> Result<Self, BundleError> {
        let wrong = || BundleError::Closed {
            what: NAME.to_owned(),
            reason: "the certificate key is not 64 hexadecimal digits, as `kubeadm certs \
                     certificate-key` prints them"
                .to_owned(),
        };
        let text = text.trim_ascii();
        let digit = |octet: &u8| char::from(*octet).to_digit(16);
        let mut key = Zeroizing::new([0; 32]);
        if text.len() != 64 {
            return Err(wrong());
        }
        for (octet, pair) in key.iter_mut().zip(text.chunks(2)) {
            let digits: Option<Vec<u32>> = pair.iter().map(digit).collect();
            let digits = digits.ok_or_else(wrong)?;
            let value = digits.iter().fold(0, |value, digit| value * 16 + digit);
            *octet = u8::try_from(value).unwrap_or_default();
        }
        Ok(Self(key))
    }

    /// As kubeadm prints it.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(pki_core::text::hex::plain(self.0.as_slice()))
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(self.0.as_slice().into())
    }

    /// As kubeadm has it: the nonce, and what is encrypted after it.
    fn encrypt(&self, content: &[u8], random: &dyn Random) -> Result<Vec<u8>, BundleError> {
        let mut sealed = vec![0; NONCE];
        fill(&mut sealed, random)?;
        let encrypted = self.cipher().encrypt(Nonce::from_slice(&sealed), content);
        let encrypted = encrypted.map_err(|_| BundleError::Closed {
            what: NAME.to_owned(),
            reason: "it cannot be encrypted".to_owned(),
        })?;
        sealed.extend_from_slice(&encrypted);
        Ok(sealed)
    }

    fn decrypt(&self, sealed: &[u8], name: &str) -> Result<Zeroizing<Vec<u8>>, BundleError> {
        let wrong = |reason: &str| BundleError::File {
            name: name.to_owned(),
            reason: reason.to_owned(),
        };
        let (nonce, encrypted) = sealed
            .split_at_checked(NONCE)
            .ok_or_else(|| wrong("it is cut short"))?;
        let content = self.cipher().decrypt(Nonce::from_slice(nonce), encrypted);
        content.map(Zeroizing::new).map_err(|_| {
            wrong("it cannot be decrypted: the certificate key is another, or it was changed")
        })
    }
}

fn fill(bytes: &mut [u8], random: &dyn Random) -> Result<(), BundleError> {
    random.fill(bytes).map_err(|error| BundleError::Closed {
        what: NAME.to_owned(),
        reason: error.to_string(),
    })
}

/// The Secret, as YAML for `kubectl apply`.
///
/// # Errors
///
/// [`BundleError`].
pub fn to_kubeadm(
    shared: &Shared,
    key: &CertificateKey,
    random: &dyn Random,
) -> Result<Zeroizing<String>, BundleError> {
    let is_external = shared.find(EXTERNAL_CA).is_some();
    let local = FILES
        .iter()
        .filter(|(_, name, _)| !is_external || !name.starts_with("etcd/"));
    let external = EXTERNAL.iter().filter(|_| is_external);
    let mut data = BTreeMap::new();
    for (kubeadm, name, _) in local.chain(external) {
        // What is not there is empty, as kubeadm has it.
        let sealed = match shared.find(name) {
            Some(file) => key.encrypt(file.contents(), random)?,
            None => Vec::new(),
        };
        data.insert((*kubeadm).to_owned(), Zeroizing::new(sealed));
    }
    Secret {
        name: NAME.to_owned(),
        namespace: Some(NAMESPACE.to_owned()),
        labels: BTreeMap::new(),
        kind: None,
        data,
    }
    .to_yaml()
}

/// What is in the Secret, as kubectl prints it in YAML or JSON.
///
/// # Errors
///
/// [`BundleError`]. Nothing of it is given then.
pub fn from_kubeadm(text: &str, what: &str, key: &CertificateKey) -> Result<Shared, BundleError> {
    let secrets = Secret::all(text, what)?;
    let secret = secrets.iter().find(|secret| secret.name == NAME);
    let secret = secret.ok_or_else(|| BundleError::NotABundle {
        what: what.to_owned(),
        reason: format!("there is no Secret {NAME} in it"),
    })?;
    let is_external = secret.data.contains_key(EXTERNAL_CA);
    let local = FILES
        .iter()
        .filter(|(_, name, _)| !is_external || !name.starts_with("etcd/"));
    let external = EXTERNAL.iter().filter(|_| is_external);
    let mut shared = Shared::default();
    for (kubeadm, name, is_secret) in local.chain(external) {
        let sealed = secret.data.get(*kubeadm).ok_or_else(|| BundleError::File {
            name: (*kubeadm).to_owned(),
            reason: format!("it is missing in the Secret {NAME}"),
        })?;
        if sealed.is_empty() {
            continue;
        }
        let contents = key.decrypt(sealed, kubeadm)?;
        shared
            .files
            .push(SharedFile::new(*name, *is_secret, contents));
    }
    Ok(shared)
}
