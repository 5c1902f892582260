//! A file that age encrypts (age-encryption.org/v1): a tar of the files, with a manifest.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use pki_core::Lifetime;
use pki_core::key::Passphrase;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use zeroize::Zeroizing;

use super::{BundleError, Shared, SharedFile};
use crate::record::digest;
use crate::tree::archive;
use crate::view::schema::rfc3339;

const SCHEMA_VERSION: u32 = 1;
const KIND: &str = "PkigenBundle";
const MANIFEST: &str = "manifest.json";
/// log2 of scrypt's N: about a quarter of a second and 64 MiB, as much as an attacker pays for each
/// guess.
const WORK: u8 = 16;
/// As much work as is done for a file of somebody else's: four times that of age's own.
const MOST_WORK: u8 = 20;

/// Who can open what is sealed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Sealer<'a> {
    /// Whoever has the identity of one of these recipients: `age1...`.
    Recipients(Vec<String>),
    /// Whoever knows it.
    Passphrase(&'a Passphrase),
}

/// What opens it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Opener<'a> {
    /// The text of an identity file of age: `AGE-SECRET-KEY-1...`, a line for each.
    Identities(&'a [u8]),
    /// A passphrase.
    Passphrase(&'a Passphrase),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    schema_version: u32,
    kind: String,
    created: String,
    expires: String,
    files: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    name: String,
    sha256: String,
    secret: bool,
    /// Where it is, where that is not its name below the certificate directory.
    #[serde(default)]
    path: Option<PathBuf>,
}

/// Packs the files, and seals them for a time.
///
/// # Errors
///
/// [`BundleError::Recipient`], and [`BundleError::Closed`] where it cannot be encrypted.
pub fn seal(
    shared: &Shared,
    sealer: &Sealer<'_>,
    lifetime: Lifetime,
    now: OffsetDateTime,
) -> Result<Vec<u8>, BundleError> {
    let failed = |reason: String| BundleError::Closed {
        what: "the bundle".to_owned(),
        reason,
    };
    let entries = shared.files.iter().map(|file| Entry {
        name: file.name.clone(),
        sha256: digest(file.contents()),
        secret: file.secret,
        path: file.path.clone(),
    });
    let manifest = Manifest {
        schema_version: SCHEMA_VERSION,
        kind: KIND.to_owned(),
        created: rfc3339(now),
        expires: rfc3339(now.saturating_add(lifetime.duration())),
        files: entries.collect(),
    };
    let manifest =
        serde_json::to_vec_pretty(&manifest).map_err(|error| failed(error.to_string()))?;
    let tar = packed(shared, &manifest).map_err(|error| failed(error.to_string()))?;
    let encryptor = match sealer {
        Sealer::Recipients(texts) => {
            let mut recipients = Vec::new();
            for text in texts {
                let parsed = text.parse::<age::x25519::Recipient>();
                recipients.push(parsed.map_err(|reason| BundleError::Recipient {
                    text: text.clone(),
                    reason: reason.to_owned(),
                })?);
            }
            age::Encryptor::with_recipients(recipients.iter().map(recipient))
                .map_err(|error| failed(error.to_string()))?
        }
        Sealer::Passphrase(passphrase) => {
            let mut by_passphrase = age::scrypt::Recipient::new(secret(passphrase, "the bundle")?);
            by_passphrase.set_work_factor(WORK);
            age::Encryptor::with_recipients(std::iter::once(recipient(&by_passphrase)))
                .map_err(|error| failed(error.to_string()))?
        }
    };
    let mut sealed = Vec::new();
    let written = encryptor.wrap_output(&mut sealed).and_then(|mut writer| {
        writer.write_all(&tar)?;
        writer.finish().map(drop)
    });
    written.map_err(|error| failed(error.to_string()))?;
    Ok(sealed)
}

/// Opens what was sealed, and sees that everything in it is as it was made.
///
/// # Errors
///
/// [`BundleError`]. Nothing of it is given then.
pub fn open(
    sealed: &[u8],
    what: &str,
    opener: &Opener<'_>,
    now: OffsetDateTime,
) -> Result<Shared, BundleError> {
    let not_one = |reason: String| BundleError::NotABundle {
        what: what.to_owned(),
        reason,
    };
    let tar = decrypted(sealed, what, opener)?;
    let mut files: BTreeMap<String, Zeroizing<Vec<u8>>> = archive::files(tar.as_slice())
        .map_err(not_one)?
        .into_iter()
        .map(|(name, content)| (name, Zeroizing::new(content)))
        .collect();
    let manifest = files.remove(MANIFEST);
    let manifest = manifest.ok_or_else(|| not_one(format!("it has no {MANIFEST}")))?;
    let manifest: Manifest = serde_json::from_slice(&manifest)
        .map_err(|error| not_one(format!("its {MANIFEST} cannot be read: {error}")))?;
    if manifest.kind != KIND || manifest.schema_version != SCHEMA_VERSION {
        return Err(not_one(format!(
            "it is {} {}, and {KIND} {SCHEMA_VERSION} is expected",
            manifest.kind, manifest.schema_version
        )));
    }
    let expires = OffsetDateTime::parse(&manifest.expires, &Rfc3339);
    let expires = expires.map_err(|error| not_one(format!("its end cannot be read: {error}")))?;
    if expires < now {
        return Err(BundleError::Expired {
            what: what.to_owned(),
            expires: manifest.expires,
        });
    }
    let mut shared = Shared::default();
    for entry in manifest.files {
        let wrong = |reason: &str| BundleError::File {
            name: entry.name.clone(),
            reason: reason.to_owned(),
        };
        let straight = |path: &Path| {
            let mut parts = path.components();
            parts.all(|part| matches!(part, std::path::Component::Normal(_)))
        };
        if !straight(Path::new(&entry.name)) {
            return Err(wrong("its name leads elsewhere"));
        }
        let contents = files
            .remove(&flat(&entry.name))
            .ok_or_else(|| wrong("it did not come along"))?;
        if digest(&contents) != entry.sha256 {
            return Err(wrong("it is not what was packed: its digest is another"));
        }
        let mut file = SharedFile::new(entry.name, entry.secret, contents);
        file.path = entry.path;
        shared.files.push(file);
    }
    Ok(shared)
}

fn decrypted(
    sealed: &[u8],
    what: &str,
    opener: &Opener<'_>,
) -> Result<Zeroizing<Vec<u8>>, BundleError> {
    let closed = |reason: String| BundleError::Closed {
        what: what.to_owned(),
        reason,
    };
    let armored = age::armor::ArmoredReader::new(sealed);
    let decryptor =
        age::Decryptor::new_buffered(armored).map_err(|error| BundleError::NotABundle {
            what: what.to_owned(),
            reason: error.to_string(),
        })?;
    let is_by_passphrase = decryptor.is_scrypt();
    let reader = match opener {
        Opener::Passphrase(_) if !is_by_passphrase => {
            return Err(closed(
                "it is sealed for recipients; give the identity of one of them".to_owned(),
            ));
        }
        Opener::Identities(_) if is_by_passphrase => {
            return Err(closed("it is sealed by a passphrase; give that".to_owned()));
        }
        Opener::Passphrase(passphrase) => {
            let mut identity = age::scrypt::Identity::new(secret(passphrase, what)?);
            identity.set_max_work_factor(MOST_WORK);
            decryptor.decrypt(std::iter::once(self::identity(&identity)))
        }
        Opener::Identities(text) => {
            let identities = identities(text, what)?;
            decryptor.decrypt(identities.iter().map(identity))
        }
    };
    let mut reader = reader.map_err(|error| match error {
        age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => closed(
            "what was given to open it is not what it was sealed for, or it was changed".to_owned(),
        ),
        error => closed(error.to_string()),
    })?;
    let mut tar = Zeroizing::new(Vec::new());
    let read = reader.read_to_end(&mut tar);
    read.map_err(|error| closed(format!("it is cut short or was changed: {error}")))?;
    Ok(tar)
}

fn identities(text: &[u8], what: &str) -> Result<Vec<age::x25519::Identity>, BundleError> {
    let closed = |reason: &str| BundleError::Closed {
        what: what.to_owned(),
        reason: reason.to_owned(),
    };
    let text = std::str::from_utf8(text).map_err(|_| closed("the identity file is not text"))?;
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let identities: Result<Vec<age::x25519::Identity>, _> = lines.map(str::parse).collect();
    // What is wrong with a line may quote it.
    let identities = identities
        .map_err(|_| closed("the identity file has a line that is no AGE-SECRET-KEY-1"))?;
    if identities.is_empty() {
        return Err(closed("the identity file has no AGE-SECRET-KEY-1 in it"));
    }
    Ok(identities)
}

fn secret(passphrase: &Passphrase, what: &str) -> Result<SecretString, BundleError> {
    let text = std::str::from_utf8(passphrase.as_octets()).map_err(|_| BundleError::Closed {
        what: what.to_owned(),
        reason: "the passphrase is not text, which age wants".to_owned(),
    })?;
    Ok(SecretString::from(text.to_owned()))
}

fn recipient<T: age::Recipient>(one: &T) -> &dyn age::Recipient {
    one
}

fn identity<T: age::Identity>(one: &T) -> &dyn age::Identity {
    one
}

/// Archives of files that are carried have no directories.
fn flat(name: &str) -> String {
    name.replace('/', "__")
}

fn packed(shared: &Shared, manifest: &[u8]) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut archive = tar::Builder::new(Vec::new());
    let manifest = std::iter::once((MANIFEST.to_owned(), manifest));
    let files = shared
        .files
        .iter()
        .map(|file| (flat(&file.name), file.contents()));
    for (name, content) in manifest.chain(files) {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len().try_into().unwrap_or(u64::MAX));
        header.set_mode(0o600);
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, name, content)?;
    }
    Ok(Zeroizing::new(archive.into_inner()?))
}
