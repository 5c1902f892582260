//! What one opening of a file gave. Of a private key the public half stays, or the reason why it
//! is odd; its bytes are wiped at once, unless they are wanted to sign with.

use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pki_core::Certificate;
use pki_core::key::{self, KeyError, PublicKey};
use pki_core::observation::{Found, KubeconfigFacts, OddKey};
use pki_core::text::FramingError;
use pki_core::x509::CertificateError;
use zeroize::Zeroizing;

use super::halves::PublicHalves;
use super::parse::unread;
use crate::kubeconfig;
use crate::record::digest;
use crate::tree::source::{Identity, NotObserved};

/// What is in a file, parsed once for each use that is made of it.
pub(super) struct Content {
    /// Which file it was, in which state.
    pub(super) identity: Option<Identity>,
    /// Of its bytes, in hexadecimal; of what could not be read none.
    pub(super) sha256: Option<String>,
    /// The bytes; none of a file with a secret in it.
    text: Option<Zeroizing<Vec<u8>>>,
    failure: Option<Failure>,
    is_private: bool,
    has_secret: bool,
    has_certificate: bool,
    halves: Arc<PublicHalves>,
    keys: Keys,
    certificates: OnceLock<Result<Vec<Certificate>, CertificateError>>,
    key: OnceLock<Result<PublicKey, OddReason>>,
    public_keys: OnceLock<Result<Vec<PublicKey>, String>>,
    kubeconfig: OnceLock<Result<Kubeconfig, String>>,
    framing: OnceLock<Option<FramingError>>,
}

/// What becomes of the private keys in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// They stay, to sign with.
    Kept,
    /// Their public halves do.
    Halved,
    /// Those do of keys in files of their own, and of no others.
    OfTheirOwn,
}

/// Why it could not be read.
struct Failure {
    kind: io::ErrorKind,
    reason: String,
    not_observed: Option<NotObserved>,
}

/// Why a private key is of no use.
#[derive(Clone)]
pub(super) struct OddReason {
    pub(super) reason: String,
    pub(super) odd: Option<OddKey>,
}

/// What a kubeconfig says, without what is in the files that it names.
#[derive(Clone)]
pub(super) struct Kubeconfig {
    pub(super) facts: KubeconfigFacts,
    /// The file of authorities that it names.
    pub(super) authorities: Option<PathBuf>,
}

/// The bytes of a file.
pub(crate) struct Text(Arc<Content>);

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.text.as_ref().map_or(&[], |text| text.as_slice())
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Content {
    pub(super) fn of(
        read: io::Result<Zeroizing<Vec<u8>>>,
        identity: Option<Identity>,
        keys: Keys,
        halves: &Arc<PublicHalves>,
    ) -> Self {
        let mut content = Self {
            identity,
            sha256: None,
            text: None,
            failure: None,
            is_private: false,
            has_secret: false,
            has_certificate: false,
            halves: Arc::clone(halves),
            keys,
            certificates: OnceLock::new(),
            key: OnceLock::new(),
            public_keys: OnceLock::new(),
            kubeconfig: OnceLock::new(),
            framing: OnceLock::new(),
        };
        match read {
            Ok(text) => {
                content.sha256 = Some(digest(&text));
                content.is_private = has(&text, b"PRIVATE KEY-----");
                content.has_secret = content.is_private || has(&text, b"client-key-data");
                content.has_certificate = has(&text, b"BEGIN CERTIFICATE-----");
                content.text = Some(text);
                if content.has_secret && keys != Keys::Kept {
                    content.seal();
                }
            }
            Err(error) => {
                content.failure = Some(Failure {
                    kind: error.kind(),
                    reason: error.to_string(),
                    not_observed: NotObserved::of(&error).cloned(),
                });
            }
        }
        content
    }

    /// Parses what can be asked for and forgets the bytes.
    fn seal(&mut self) {
        self.certificates();
        if self.keys == Keys::Halved || !self.has_certificate {
            self.key();
        }
        self.public_keys();
        self.kubeconfig();
        self.framing();
        self.text = None;
    }

    fn text(&self) -> &[u8] {
        self.text.as_ref().map_or(&[], |text| text.as_slice())
    }

    /// Whether there is a private key in PEM in it.
    pub(super) fn is_private(&self) -> bool {
        self.is_private
    }

    /// Whether there is a private key in it, be it a kubeconfig's.
    pub(super) fn has_secret(&self) -> bool {
        self.has_secret
    }

    /// Whether there is a certificate in PEM in it.
    pub(super) fn has_certificate(&self) -> bool {
        self.has_certificate
    }

    /// Why it could not be read, if it could not.
    pub(super) fn failure(&self) -> Option<io::Error> {
        let failure = self.failure.as_ref()?;
        Some(match &failure.not_observed {
            Some(not_observed) => io::Error::other(not_observed.clone()),
            None => io::Error::new(failure.kind, failure.reason.clone()),
        })
    }

    /// Its bytes, which a file with a secret in it no longer has.
    pub(super) fn bytes(self: Arc<Self>) -> io::Result<Text> {
        match self.failure() {
            Some(error) => Err(error),
            None if self.text.is_none() => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "holds a private key",
            )),
            None => Ok(Text(self)),
        }
    }

    /// What was found, by one of the ways of parsing it.
    pub(super) fn found<T: Clone, E>(
        &self,
        parsed: impl FnOnce(&Self) -> &Result<T, E>,
        reason: impl FnOnce(&E) -> String,
    ) -> Found<T> {
        match self.failure() {
            Some(error) => unread(&error),
            None => match parsed(self) {
                Ok(facts) => Found::Present(facts.clone()),
                Err(error) => Found::Broken {
                    reason: reason(error),
                },
            },
        }
    }

    pub(super) fn certificates(&self) -> &Result<Vec<Certificate>, CertificateError> {
        self.certificates
            .get_or_init(|| Certificate::all_from_pem(self.text()))
    }

    /// Why its certificates do not decode, where somebody has asked for them.
    pub(super) fn malformed(&self) -> Option<&CertificateError> {
        let read = self.certificates.get().filter(|_| self.failure.is_none());
        read.and_then(|read| read.as_ref().err())
    }

    pub(super) fn key(&self) -> &Result<PublicKey, OddReason> {
        self.key.get_or_init(|| {
            self.halves.read(self.text()).map_err(|error| OddReason {
                reason: error.to_string(),
                odd: match error {
                    KeyError::RsaSize { bits } => Some(OddKey::RsaSize { bits }),
                    KeyError::Unsupported { name } => Some(OddKey::Kind { name }),
                    _ => None,
                },
            })
        })
    }

    pub(super) fn public_keys(&self) -> &Result<Vec<PublicKey>, String> {
        self.public_keys
            .get_or_init(|| PublicKey::all_from_pem(self.text()).map_err(|error| error.to_string()))
    }

    /// How it is framed, where it is PEM that not everybody reads alike.
    pub(super) fn framing(&self) -> Option<FramingError> {
        *self.framing.get_or_init(|| key::framing(self.text()))
    }

    pub(super) fn kubeconfig(&self) -> &Result<Kubeconfig, String> {
        self.kubeconfig.get_or_init(|| {
            let named = Mutex::new(None);
            let name = |file: &Path| {
                *named.lock().unwrap_or_else(PoisonError::into_inner) = Some(file.to_owned());
                Found::Absent
            };
            let half = |pem: &[u8]| match self.keys {
                Keys::OfTheirOwn => Err(KeyError::Unsupported {
                    name: "key that was not looked into".to_owned(),
                }),
                Keys::Kept | Keys::Halved => self.halves.read(pem),
            };
            let facts = kubeconfig::read_with(self.text(), name, half)?;
            let authorities = named.into_inner().unwrap_or_else(PoisonError::into_inner);
            Ok(Kubeconfig { facts, authorities })
        })
    }
}

fn has(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}
