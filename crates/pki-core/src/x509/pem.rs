//! Certificates as PEM (RFC 7468), read as client-go's `cert.ParseCertsPEM` reads them.

use pem::{EncodeConfig, LineEnding, Pem};

use super::{Certificate, CertificateError};

const LABEL: &str = "CERTIFICATE";
/// Far above any cluster's trust bundle, far below what would exhaust memory.
const MAX_CERTIFICATES: usize = 256;

impl Certificate {
    /// Reads every certificate of a PEM text, in order. Blocks with another label are passed
    /// over, text between blocks too.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] when there is none, or one of them does not decode.
    pub fn all_from_pem(text: &[u8]) -> Result<Vec<Self>, CertificateError> {
        if text.iter().all(u8::is_ascii_whitespace) {
            return Err(CertificateError::Empty);
        }
        if text.starts_with(&[0x30]) && std::str::from_utf8(text).is_err() {
            return Err(CertificateError::Der);
        }
        let blocks = pem::parse_many(text).map_err(|error| CertificateError::Pem {
            reason: error.to_string(),
        })?;
        if blocks.is_empty() {
            return Err(CertificateError::NotPem);
        }
        let certificates: Vec<&Pem> = blocks
            .iter()
            .filter(|block| block.tag() == LABEL && block.headers().iter().next().is_none())
            .collect();
        if certificates.is_empty() {
            return Err(CertificateError::NoCertificate {
                found: blocks.iter().map(|block| block.tag().to_owned()).collect(),
            });
        }
        if certificates.len() > MAX_CERTIFICATES {
            return Err(CertificateError::TooMany {
                count: certificates.len(),
                max: MAX_CERTIFICATES,
            });
        }
        certificates
            .iter()
            .enumerate()
            .map(|(index, block)| {
                Self::from_der(block.contents()).map_err(|error| match error {
                    CertificateError::Decode { reason, .. } => CertificateError::Decode {
                        position: index + 1,
                        reason,
                    },
                    other => other,
                })
            })
            .collect()
    }

    /// PEM with the label `CERTIFICATE`, lines of 64 characters ended by LF.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
        pem::encode_config(&Pem::new(LABEL, self.as_der()), config)
    }
}
