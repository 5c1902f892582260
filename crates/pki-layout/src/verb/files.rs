//! What a bundle is on disk: paths, contents, modes.

use pki_core::issue::{Bundle, Content, Credential};
use pki_core::key::SigningKey as _;
use pki_core::{Certificate, Part, Profile};
use zeroize::Zeroizing;

use crate::kubeconfig::{self, NewKubeconfig};
use crate::store::{Target, Write};
use crate::tree::mode::mode_of;
use crate::{Directories, LayoutError};

/// The files of every credential, in the order they are put in place: of a pair the key first
/// and the certificate last, because the certificate's arrival is what readers wait for.
pub(crate) fn writes(
    bundle: &Bundle,
    directories: &Directories,
    profile: Profile,
) -> Result<Vec<Write>, LayoutError> {
    let mut writes = Vec::new();
    for credential in bundle.credentials() {
        for (part, contents) in contents(credential, directories)? {
            let artifact = credential.id.row.part(part);
            writes.push(Write {
                path: directories.path(artifact),
                contents,
                mode: mode_of(artifact, profile),
                owner: None,
                attributes: None,
                secret: matches!(part, Part::Key | Part::Kubeconfig),
                target: Target::New,
            });
        }
    }
    Ok(writes)
}

type Contents = Zeroizing<Vec<u8>>;

fn contents(
    credential: &Credential,
    directories: &Directories,
) -> Result<Vec<(Part, Contents)>, LayoutError> {
    let failed =
        |part: Part, source: Box<dyn std::error::Error + Send + Sync>| LayoutError::Encode {
            path: directories.path(credential.id.row.part(part)),
            source,
        };
    let files = match &credential.content {
        Content::Pair { chain, key } => {
            let key = key
                .to_pem()
                .map_err(|error| failed(Part::Key, error.into()))?;
            vec![
                (Part::Key, secret(&key)),
                (Part::Certificate, certificates(chain)),
            ]
        }
        Content::Certificate { chain } => vec![(Part::Certificate, certificates(chain))],
        Content::KeyPair { key } => {
            let public = key.public_key().to_pem();
            let public = public.map_err(|error| failed(Part::PublicKey, error.into()))?;
            let key = key
                .to_pem()
                .map_err(|error| failed(Part::Key, error.into()))?;
            vec![
                (Part::Key, secret(&key)),
                (Part::PublicKey, secret(&public)),
            ]
        }
        Content::PublicKey { key } => {
            let public = key.to_pem();
            let public = public.map_err(|error| failed(Part::PublicKey, error.into()))?;
            vec![(Part::PublicKey, secret(&public))]
        }
        Content::Kubeconfig {
            chain,
            key,
            trust,
            server,
            cluster,
            user,
        } => {
            let text = kubeconfig::render(&NewKubeconfig {
                cluster,
                user,
                server,
                trust,
                chain,
                key,
            })
            .map_err(|error| failed(Part::Kubeconfig, error.into()))?;
            vec![(Part::Kubeconfig, secret(&text))]
        }
        // Rows of a form this version does not write have no files.
        _ => Vec::new(),
    };
    Ok(files)
}

fn secret(text: &str) -> Contents {
    Zeroizing::new(text.as_bytes().to_vec())
}

fn certificates(chain: &[Certificate]) -> Contents {
    let pem: String = chain.iter().map(Certificate::to_pem).collect();
    Zeroizing::new(pem.into_bytes())
}
