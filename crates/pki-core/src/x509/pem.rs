//! Certificates as PEM (RFC 7468), read as client-go's `cert.ParseCertsPEM` reads them.

use pem::{EncodeConfig, LineEnding, Pem};

use super::{Certificate, CertificateError};
use crate::text::pem::{Block, MAX_TEXT, blocks, labels};
use crate::text::{Framing, FramingError, printable};

const LABEL: &str = "CERTIFICATE";
/// Far above any cluster's trust bundle, far below what would exhaust memory.
const MAX_CERTIFICATES: usize = 256;

impl Certificate {
    /// Reads every certificate of a PEM text, in order. Blocks with another label are passed
    /// over undecoded, text between blocks too.
    ///
    /// # Errors
    ///
    /// [`CertificateError`] when there is none, when one of them does not decode, or when the
    /// text is larger, or they are more, than any file of a cluster.
    pub fn all_from_pem(text: &[u8]) -> Result<Vec<Self>, CertificateError> {
        let certificates = contents(text, &[LABEL])?;
        let places = 1..;
        let read = |(place, der): (usize, Vec<u8>)| Self::read(&der, place);
        places.zip(certificates).map(read).collect()
    }

    /// PEM with the label `CERTIFICATE`, lines of 64 characters ended by LF.
    #[must_use]
    pub fn to_pem(&self) -> String {
        encode(LABEL, self.as_der())
    }
}

/// One block of PEM, lines of 64 characters ended by LF.
pub(super) fn encode(label: &str, der: &[u8]) -> String {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    pem::encode_config(&Pem::new(label, der), config)
}

/// The DER in every block that has one of these labels.
pub(super) fn contents(
    text: &[u8],
    wanted: &[&'static str],
) -> Result<Vec<Vec<u8>>, CertificateError> {
    if text.len() > MAX_TEXT {
        return Err(CertificateError::TooLong {
            size: text.len(),
            max: MAX_TEXT,
        });
    }
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(CertificateError::Empty);
    }
    if text.starts_with(&[0x30]) && std::str::from_utf8(text).is_err() {
        return Err(CertificateError::Der);
    }
    let blocks = blocks(text)?;
    if blocks.is_empty() {
        return Err(CertificateError::NotPem);
    }
    let is_wanted = |block: &&Block<'_>| wanted.contains(&block.label);
    let count = blocks.iter().filter(is_wanted).count();
    if count > MAX_CERTIFICATES {
        return Err(CertificateError::TooMany {
            wanted: wanted.first().copied().unwrap_or(LABEL),
            count,
            max: MAX_CERTIFICATES,
        });
    }
    let mut contents = Vec::with_capacity(count);
    // As Go has it: what has headers, such as one that says it is encrypted, is passed over.
    for block in blocks
        .iter()
        .filter(is_wanted)
        .filter(|block| !block.has_headers())
    {
        let plain = block.plain();
        let block = pem::parse(plain.as_bytes()).map_err(|error| CertificateError::Pem {
            // It may quote what stands in the file.
            reason: printable(&error.to_string()),
        })?;
        contents.push(block.into_contents());
    }
    if let Some(block) = blocks.iter().find(is_wanted)
        && contents.is_empty()
    {
        return Err(CertificateError::Framing(FramingError {
            line: block.line,
            framing: Framing::Headers,
        }));
    }
    if contents.is_empty() {
        return Err(CertificateError::NoCertificate {
            wanted: wanted.first().copied().unwrap_or(LABEL),
            found: labels(&blocks),
        });
    }
    Ok(contents)
}
