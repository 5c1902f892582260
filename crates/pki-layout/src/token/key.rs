use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::RawAuthPin;
use pki_core::key::{KeyError, Passphrase, PublicKey, SignatureScheme, SigningKey};
use sha2::{Digest as _, Sha256, Sha384};

use super::TokenUri;

/// A key of a token that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The program is linked statically.
    #[error(
        "this program is linked statically, and cannot load the module that speaks with a token"
    )]
    Static,
    /// The module does not load, or does not answer.
    #[error("the module {} cannot be used: {reason}", module.display())]
    Module {
        /// The module.
        module: PathBuf,
        /// What it, or the loader, said.
        reason: String,
    },
    /// No token of that name.
    #[error("there is no such token; there are: {}", known.join(", "))]
    NoToken {
        /// The labels of those there are.
        known: Vec<String>,
    },
    /// The token does not let anybody in with this PIN.
    #[error("the token does not accept the PIN: {reason}")]
    Pin {
        /// What it said.
        reason: String,
    },
    /// No PIN was given.
    #[error("no PIN was given; say where it is with pin-source in the URI")]
    NoPin,
    /// No key of that name, or several.
    #[error("it holds {count} private keys that are named so, and one is expected")]
    NotOne {
        /// How many.
        count: usize,
    },
    /// A key that is none of an authority.
    #[error("its key cannot be used: {reason}")]
    Key {
        /// Why.
        reason: String,
    },
    /// The token failed.
    #[error("the token failed: {reason}")]
    Failed {
        /// What it said.
        reason: String,
    },
}

impl TokenError {
    /// Whether what was given is wrong, and not the machine.
    #[must_use]
    pub const fn is_input(&self) -> bool {
        matches!(
            self,
            Self::NoToken { .. }
                | Self::Pin { .. }
                | Self::NoPin
                | Self::NotOne { .. }
                | Self::Key { .. }
        )
    }
}

/// The modules that are loaded: each once in a process.
#[derive(Debug, Default)]
pub struct Tokens(BTreeMap<PathBuf, Pkcs11>);

impl Tokens {
    /// Finds a key, and logs in for it.
    ///
    /// # Errors
    ///
    /// [`TokenError`].
    pub fn open(
        &mut self,
        uri: &TokenUri,
        pin: Option<&Passphrase>,
    ) -> Result<TokenKey, TokenError> {
        let module = self.module(&uri.module)?;
        let slot = slot(&module, uri)?;
        let session = module.open_ro_session(slot)?;
        let pin = pin.ok_or(TokenError::NoPin)?;
        let pin = RawAuthPin::new(Box::new(pin.as_octets().to_vec()));
        match session.login_with_raw(UserType::User, &pin) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(
                error @ Error::Pkcs11(
                    RvError::PinIncorrect
                    | RvError::PinInvalid
                    | RvError::PinLenRange
                    | RvError::PinLocked
                    | RvError::PinExpired,
                    _,
                ),
            ) => {
                let reason = error.to_string();
                return Err(TokenError::Pin { reason });
            }
            Err(error) => return Err(error.into()),
        }
        let handle = one(&session, uri, ObjectClass::PRIVATE_KEY)?;
        let public = public(&session, uri, handle)?;
        Ok(TokenKey {
            name: uri.to_string(),
            public,
            session: Mutex::new(session),
            handle,
        })
    }

    fn module(&mut self, path: &PathBuf) -> Result<Pkcs11, TokenError> {
        if cfg!(target_feature = "crt-static") {
            return Err(TokenError::Static);
        }
        if let Some(module) = self.0.get(path) {
            return Ok(module.clone());
        }
        let unusable = |error: Error| TokenError::Module {
            module: path.clone(),
            reason: error.to_string(),
        };
        let module = Pkcs11::new(path).map_err(unusable)?;
        match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
            Err(error) => return Err(unusable(error)),
        }
        self.0.insert(path.clone(), module.clone());
        Ok(module)
    }
}

impl From<Error> for TokenError {
    fn from(error: Error) -> Self {
        Self::Failed {
            reason: error.to_string(),
        }
    }
}

fn slot(module: &Pkcs11, uri: &TokenUri) -> Result<Slot, TokenError> {
    let mut known = Vec::new();
    for slot in module.get_slots_with_token()? {
        let token = module.get_token_info(slot)?;
        if !token.token_initialized() {
            continue;
        }
        let is = |wanted: &Option<String>, actual: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted == actual.trim_end())
        };
        if is(&uri.token, token.label()) && is(&uri.serial, token.serial_number()) {
            return Ok(slot);
        }
        known.push(token.label().trim_end().to_owned());
    }
    Err(TokenError::NoToken { known })
}

/// The one object of a kind that the URI names.
fn one(session: &Session, uri: &TokenUri, class: ObjectClass) -> Result<ObjectHandle, TokenError> {
    let mut template = vec![Attribute::Class(class)];
    template.extend(
        uri.object
            .as_ref()
            .map(|label| Attribute::Label(label.clone().into_bytes())),
    );
    template.extend(uri.id.clone().map(Attribute::Id));
    let found = session.find_objects(&template)?;
    match found.as_slice() {
        [one] => Ok(*one),
        all => Err(TokenError::NotOne { count: all.len() }),
    }
}

/// The public half: of an RSA key it is in the private one, of others in an object of its own.
fn public(
    session: &Session,
    uri: &TokenUri,
    private: ObjectHandle,
) -> Result<PublicKey, TokenError> {
    let wrong = |reason: String| TokenError::Key { reason };
    let read = |handle, types: &[AttributeType]| session.get_attributes(handle, types);
    let kind = read(private, &[AttributeType::KeyType])?;
    match kind.as_slice() {
        [Attribute::KeyType(KeyType::RSA)] => {
            let parts = [AttributeType::Modulus, AttributeType::PublicExponent];
            match read(private, &parts)?.as_slice() {
                [
                    Attribute::Modulus(modulus),
                    Attribute::PublicExponent(exponent),
                ] => PublicKey::of_rsa(modulus, exponent).map_err(|error| wrong(error.to_string())),
                _ => Err(wrong("the token does not give its modulus".to_owned())),
            }
        }
        [Attribute::KeyType(KeyType::EC)] => {
            let handle = one(session, uri, ObjectClass::PUBLIC_KEY)
                .map_err(|_| wrong("its public key is not in the token beside it".to_owned()))?;
            let parts = [AttributeType::EcParams, AttributeType::EcPoint];
            match read(handle, &parts)?.as_slice() {
                [Attribute::EcParams(curve), Attribute::EcPoint(point)] => {
                    PublicKey::of_point(curve, point).map_err(|error| wrong(error.to_string()))
                }
                _ => Err(wrong("the token does not give its point".to_owned())),
            }
        }
        _ => Err(wrong(
            "it is neither RSA nor on an elliptic curve".to_owned(),
        )),
    }
}

/// A private key that stays in its token.
pub struct TokenKey {
    name: String,
    public: PublicKey,
    session: Mutex<Session>,
    handle: ObjectHandle,
}

impl SigningKey for TokenKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let sign = |mechanism: &Mechanism<'_>, data: &[u8]| {
            let signature = session.sign(mechanism, self.handle, data);
            signature.map_err(|error| KeyError::Sign {
                source: format!("{}: {error}", self.name).into(),
            })
        };
        // Digests are made here: not every token knows how, and what is signed is the same.
        match self.public.key_type().signature_scheme() {
            SignatureScheme::RsaPkcs1Sha256 => sign(&Mechanism::Sha256RsaPkcs, message),
            SignatureScheme::EcdsaSha256 => {
                ecdsa(&sign(&Mechanism::Ecdsa, &Sha256::digest(message))?)
            }
            SignatureScheme::EcdsaSha384 => {
                ecdsa(&sign(&Mechanism::Ecdsa, &Sha384::digest(message))?)
            }
            other => Err(KeyError::Sign {
                source: format!("{}: {other:?} is not made by tokens", self.name).into(),
            }),
        }
    }
}

fn ecdsa(signature: &[u8]) -> Result<Vec<u8>, KeyError> {
    pki_core::key::ecdsa_signature(signature)
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKey({}, {:?})", self.name, self.public)
    }
}
