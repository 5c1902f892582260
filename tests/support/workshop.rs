use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use pki_core::Certificate;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::extensions::{self, Issuer};
use super::forge::{Forge, block, tlv};
use super::odd_key::{OddKey, Scheme};

/// One instant for all that is made: what is of one length ends in the same second, whenever it is
/// made.
static NOW: OnceLock<OffsetDateTime> = OnceLock::new();

/// Extensions of an authority as OpenSSL's configuration writes them.
pub(crate) const AUTHORITY: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";

/// Makes the odd keys and certificates that pkigen itself does not, in files `NAME.key` and
/// `NAME.crt`. Extensions are given as OpenSSL's configuration writes them, subjects as its
/// command line does.
#[derive(Debug)]
pub(crate) struct Workshop(TempDir);

/// What can be otherwise than usual about a certificate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How<'a> {
    pub(crate) days: i64,
    pub(crate) serial: Option<&'a [u8]>,
    pub(crate) scheme: Scheme,
}

impl How<'_> {
    /// An authority's, for ten years.
    pub(crate) const ROOT: Self = Self::days(3650);
    pub(crate) const YEAR: Self = Self::days(365);

    /// It ends so many days from now.
    pub(crate) const fn days(days: i64) -> Self {
        Self {
            days,
            serial: None,
            scheme: Scheme::Usual,
        }
    }

    pub(crate) const fn by(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }
}

impl Workshop {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// With the certificate and key of an authority as `ca`.
    pub(crate) fn of(certificate: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        let shop = Self::new();
        shop.write("ca.crt", certificate);
        shop.write("ca.key", key);
        shop
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Reads what was made.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Brings a file in.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// A private key in PKCS#8. `kind` is `P-256`, `P-521`, `ed25519` or a number of RSA bits.
    pub(crate) fn key(&self, name: &str, kind: &str) -> Vec<u8> {
        let pem = OddKey::new(kind).to_pem();
        self.write(&format!("{name}.key"), &pem);
        pem.into_bytes()
    }

    fn odd_key(&self, name: &str) -> OddKey {
        let pem = self.read(&format!("{name}.key"));
        OddKey::from_pem(str::from_utf8(&pem).unwrap())
    }

    /// A certificate that `NAME.key` signs for itself.
    pub(crate) fn self_signed(&self, name: &str, subject: &str, extensions: &str) -> Vec<u8> {
        self.self_signed_as(name, subject, extensions, How::ROOT)
    }

    pub(crate) fn self_signed_as(
        &self,
        name: &str,
        subject: &str,
        extensions: &str,
        how: How<'_>,
    ) -> Vec<u8> {
        let subject = extensions::name(subject);
        self.certificate(name, name, subject.clone(), subject, extensions, None, how)
    }

    /// A certificate for `NAME.key` that `ISSUER.key` signs.
    pub(crate) fn signed(
        &self,
        name: &str,
        issuer: &str,
        subject: &str,
        extensions: &str,
    ) -> Vec<u8> {
        self.signed_as(name, issuer, subject, extensions, How::YEAR)
    }

    pub(crate) fn signed_as(
        &self,
        name: &str,
        issuer: &str,
        subject: &str,
        extensions: &str,
        how: How<'_>,
    ) -> Vec<u8> {
        let pem = self.read(&format!("{issuer}.crt"));
        let authority = &Certificate::all_from_pem(&pem).unwrap()[0];
        let identifier = authority.extensions().iter();
        let identifier = identifier
            .filter(|one| one.oid().to_string() == "2.5.29.14")
            .map(|one| one.value[2..].to_vec())
            .next();
        let by = Issuer {
            name: authority.subject().as_der(),
            serial: authority.serial_number().as_bytes(),
            identifier,
        };
        let subject = extensions::name(subject);
        let above = by.name.to_vec();
        self.certificate(name, issuer, subject, above, extensions, Some(&by), how)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a certificate")]
    fn certificate(
        &self,
        name: &str,
        signer: &str,
        subject: Vec<u8>,
        issuer: Vec<u8>,
        extensions: &str,
        by: Option<&Issuer<'_>>,
        how: How<'_>,
    ) -> Vec<u8> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let spki = self.odd_key(name).spki();
        let serial = Sha256::digest([&spki[..], &number.to_be_bytes()].concat());
        let mut serial = serial[..16].to_vec();
        serial[0] = serial[0] & 0x7f | 0x40;
        let now = *NOW.get_or_init(OffsetDateTime::now_utc);
        // OpenSSL asks time(2), which may still be in the second before this one.
        let begun = now - Duration::MINUTE;
        // Authorities are there at every instant that tests judge by.
        let begun = if how.days >= How::ROOT.days {
            begun.min(datetime!(2026-11-24 00:00 UTC))
        } else {
            begun
        };
        let forge = Forge {
            version: 2,
            serial: how.serial.map_or(serial, <[u8]>::to_vec),
            issuer,
            not_before: begun + Duration::days(how.days.min(0) * 2),
            not_after: now + Duration::days(how.days),
            subject,
            extensions: extensions::extensions(extensions, &spki, by),
            spki,
            algorithm: const_oid::db::rfc5912::ECDSA_WITH_SHA_256,
            outer_algorithm: None,
        };
        let pem = forge.sign_oddly(&self.odd_key(signer), how.scheme);
        self.write(&format!("{name}.crt"), &pem);
        pem.into_bytes()
    }

    /// A request of `NAME.key` for a certificate, as DER. `attributes` stand beside the
    /// extensions that are asked for.
    pub(crate) fn request(
        &self,
        name: &str,
        subject: &str,
        extensions: &str,
        attributes: &[Vec<u8>],
    ) -> Vec<u8> {
        let key = self.odd_key(name);
        let keyless = "subjectKeyIdentifier=none\n".to_owned() + extensions;
        let asked = extensions::extensions(&keyless, &key.spki(), None);
        let mut attributes = attributes.to_vec();
        if !asked.is_empty() {
            let asked = tlv(0x31, &Forge::encoded(&asked));
            // PKCS #9's extensionRequest.
            let oid = [6, 9, 42, 134, 72, 134, 247, 13, 1, 9, 14].to_vec();
            attributes.push(tlv(0x30, &[oid, asked].concat()));
        }
        let parts = [
            tlv(2, &[0]),
            extensions::name(subject),
            key.spki(),
            tlv(0xa0, &attributes.concat()),
        ];
        let body = tlv(0x30, &parts.concat());
        let (algorithm, signature) = key.sign(Scheme::Usual, &body);
        let signature = tlv(3, &[vec![0], signature].concat());
        let der = tlv(0x30, &[body, algorithm, signature].concat());
        self.write(&format!("{name}.csr"), block("CERTIFICATE REQUEST", &der));
        der
    }
}
