use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::PassphraseSource;

/// Where a key is in a token (RFC 7512). Of its attributes, those that find a key are known; a PIN in
/// the URI itself is refused: it would be in arguments, files and logs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenUri {
    /// The token's label.
    pub token: Option<String>,
    /// The token's serial number.
    pub serial: Option<String>,
    /// The key's label.
    pub object: Option<String>,
    /// The key's identifier.
    pub id: Option<Vec<u8>>,
    /// The module that speaks with the token.
    pub module: PathBuf,
    /// Where the PIN is.
    pub pin: Option<PassphraseSource>,
}

/// A URI that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UriError {
    /// Another scheme.
    #[error("it does not begin with pkcs11:")]
    Scheme,
    /// A part without a value, or with one that does not decode.
    #[error("{part:?} is no attribute with a value")]
    Part {
        /// The part.
        part: String,
    },
    /// An attribute that is not known.
    #[error("{name:?} is none of token, serial, object, id, type, module-path, pin-source")]
    Unknown {
        /// Its name.
        name: String,
    },
    /// An attribute that is there twice.
    #[error("{name:?} is there twice")]
    Twice {
        /// Its name.
        name: String,
    },
    /// A PIN that is no secret any more.
    #[error("a PIN does not go into a URI, where others see it; say where it is with pin-source")]
    Pin,
    /// A module that is another one in another directory.
    #[error("its module-path is to be a whole one, from / on")]
    RelativeModule,
    /// Another type of object than a private key.
    #[error("its type is to be private: it is a private key that is named")]
    Type,
    /// Neither a label nor an identifier of the key.
    #[error("it names no key: object or id is missing")]
    NoObject,
    /// No module.
    #[error("it does not say which module speaks with the token; add ?module-path=/PATH/OF/IT.so")]
    NoModule,
}

impl FromStr for TokenUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        let rest = text.strip_prefix("pkcs11:").ok_or(UriError::Scheme)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut uri = Self {
            token: None,
            serial: None,
            object: None,
            id: None,
            module: PathBuf::new(),
            pin: None,
        };
        let mut known = Vec::new();
        let parts = path.split(';').chain(query.split('&'));
        for part in parts.filter(|part| !part.is_empty()) {
            let wrong = || UriError::Part {
                part: part.to_owned(),
            };
            let (name, value) = part.split_once('=').ok_or_else(wrong)?;
            if name == "pin-value" {
                return Err(UriError::Pin);
            }
            let octets = decoded(value).ok_or_else(wrong)?;
            let text = || String::from_utf8(octets.clone()).map_err(|_| wrong());
            match name {
                "token" => uri.token = Some(text()?),
                "serial" => uri.serial = Some(text()?),
                "object" => uri.object = Some(text()?),
                "id" => uri.id = Some(octets.clone()),
                "type" if text()? == "private" => {}
                "type" => return Err(UriError::Type),
                "module-path" => uri.module = text()?.into(),
                "pin-source" => uri.pin = Some(pin_source(&text()?)),
                _ => {
                    return Err(UriError::Unknown {
                        name: name.to_owned(),
                    });
                }
            }
            if known.contains(&name) {
                return Err(UriError::Twice {
                    name: name.to_owned(),
                });
            }
            known.push(name);
        }
        if uri.object.is_none() && uri.id.is_none() {
            return Err(UriError::NoObject);
        }
        if uri.module.as_os_str().is_empty() {
            return Err(UriError::NoModule);
        }
        if !uri.module.is_absolute() {
            return Err(UriError::RelativeModule);
        }
        Ok(uri)
    }
}

/// RFC 7512 section 2.4 has it a `file:` URI or a path.
fn pin_source(text: &str) -> PassphraseSource {
    let path = text.strip_prefix("file:").unwrap_or(text);
    let path = path.strip_prefix("//").map_or(path, |path| path);
    PassphraseSource::File(path.into())
}

/// Percent-encoding (RFC 3986 section 2.1).
fn decoded(value: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'%' {
            octets.push(octet);
            continue;
        }
        let digit = |octet: u8| char::from(octet).to_digit(16);
        let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
        octets.push(u8::try_from(high * 16 + low).ok()?);
    }
    Some(octets)
}

/// Without where the PIN is, which is nobody's business.
impl fmt::Display for TokenUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        for (name, value) in [
            ("token", &self.token),
            ("serial", &self.serial),
            ("object", &self.object),
        ] {
            parts.extend(value.as_ref().map(|value| format!("{name}={value}")));
        }
        if let Some(id) = &self.id {
            let octets: Vec<String> = id.iter().map(|octet| format!("%{octet:02X}")).collect();
            parts.push(format!("id={}", octets.concat()));
        }
        write!(f, "pkcs11:{}", parts.join(";"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_named() {
        let uri: TokenUri =
            "pkcs11:token=my%20cluster;object=ca;type=private?module-path=/usr/lib/x.so&\
                             pin-source=file:/run/pin"
                .parse()
                .unwrap();
        assert_eq!(uri.token.as_deref(), Some("my cluster"));
        assert_eq!(uri.object.as_deref(), Some("ca"));
        assert_eq!(uri.module, PathBuf::from("/usr/lib/x.so"));
        assert_eq!(uri.pin, Some(PassphraseSource::File("/run/pin".into())));
        assert_eq!(uri.to_string(), "pkcs11:token=my cluster;object=ca");
        let uri: TokenUri = "pkcs11:id=%01%ff?module-path=/x".parse().unwrap();
        assert_eq!(uri.id, Some(vec![1, 255]));
    }

    #[test]
    fn what_names_none_is_refused() {
        let refused = |text: &str| text.parse::<TokenUri>().unwrap_err();
        let wrong = |part: &str| UriError::Part {
            part: part.to_owned(),
        };
        assert_eq!(refused("file:/x"), UriError::Scheme);
        assert_eq!(refused("pkcs11:"), UriError::NoObject);
        assert_eq!(refused("pkcs11:token=a?module-path=/x"), UriError::NoObject);
        assert_eq!(refused("pkcs11:object=a"), UriError::NoModule);
        assert_eq!(refused("pkcs11:object"), wrong("object"));
        assert_eq!(refused("pkcs11:object=%4"), wrong("object=%4"));
        assert_eq!(refused("pkcs11:object=%xy"), wrong("object=%xy"));
        assert_eq!(refused("pkcs11:object=a?pin-value=1234"), UriError::Pin);
        assert!(matches!(
            refused("pkcs11:object=a;object=b?module-path=/x"),
            UriError::Twice { .. }
        ));
        assert_eq!(refused("pkcs11:object=a;type=cert"), UriError::Type);
        assert_eq!(
            refused("pkcs11:object=a?module-path=x.so"),
            UriError::RelativeModule
        );
        assert!(matches!(
            refused("pkcs11:slot-id=1"),
            UriError::Unknown { .. }
        ));
    }
}
