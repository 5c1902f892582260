//! Certificates as PEM (RFC 7468), read as client-go's `cert.ParseCertsPEM` reads them.

use pem::{EncodeConfig, LineEnding, Pem};
use zeroize::Zeroizing;

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

/// A PEM text with an authority's new certificate in the place of its old ones, once however many
/// there were; every other byte stays. `None` where it has none of them.
///
/// ```
/// use pki_core::x509::pem_with_renewed;
/// # use pki_core::authority::Authority;
/// # use pki_core::key::{KeyAlgorithm, KeyRequest, KeySource as _, SeededRandom, SoftwareKeys};
/// # use pki_core::x509::{Profile, SubjectAltNames, Template, Usage, Validity};
/// # use pki_core::{DistinguishedName, Lifetime};
/// # use time::macros::datetime;
/// # let random = SeededRandom::new([7; 32]);
/// # let request = KeyRequest::new("ca", KeyAlgorithm::EcdsaP256);
/// # let key = SoftwareKeys.generate(request, &random)?;
/// # let life = Validity::starting(datetime!(2017-01-01 12:00 UTC), Lifetime::DECADE);
/// # let name = DistinguishedName::new("kubernetes", &[])?;
/// # let none = SubjectAltNames::default();
/// # let ca = Template::new(name, Usage::Authority, none, life, Profile::KubernetesIo);
/// # let authority = Authority::create(&ca, Box::new(key), &random)?;
/// # let old = authority.issuing().clone();
/// # let life = Validity::starting(datetime!(2026-12-01 12:00 UTC), Lifetime::DECADE);
/// # let new = authority.renewed(life, &random)?.issuing().clone();
/// let bundle = format!("# of 2017\n{}", old.to_pem());
/// let renewed = pem_with_renewed(bundle.as_bytes(), &new).ok_or("no copy")?;
/// assert_eq!(*renewed, format!("# of 2017\n{}", new.to_pem()).into_bytes());
/// assert_eq!(pem_with_renewed(b"nothing", &new), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn pem_with_renewed(text: &[u8], new: &Certificate) -> Option<Zeroizing<Vec<u8>>> {
    // What cannot be read is no copy that anybody would read.
    let blocks = blocks(text).ok()?;
    let is_old = |block: &Block<'_>| {
        let is_certificate = block.label == LABEL && !block.has_headers();
        let plain = is_certificate.then(|| pem::parse(block.plain().as_bytes()).ok());
        let read = plain
            .flatten()
            .map(|block| Certificate::from_der(block.contents()));
        read.is_some_and(|old| old.is_ok_and(|old| new.is_renewal_of(&old)))
    };
    let mut written = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut at = 0;
    let mut is_there = false;
    for block in blocks.iter().filter(|block| is_old(block)) {
        written.extend_from_slice(text.get(at..block.start)?);
        at = block.start + block.text.len();
        if is_there {
            let rest = text.get(at..)?;
            let end = rest.iter().position(|byte| *byte == b'\n');
            at += end.map_or(rest.len(), |end| end + 1);
        } else {
            let pem = new.to_pem();
            let pem = pem.trim_end();
            if block.text.contains(&b'\r') {
                written.extend_from_slice(pem.replace('\n', "\r\n").as_bytes());
            } else {
                written.extend_from_slice(pem.as_bytes());
            }
            is_there = true;
        }
    }
    written.extend_from_slice(text.get(at..)?);
    is_there.then_some(written)
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
