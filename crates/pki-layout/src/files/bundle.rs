//! What a bundle is in files: paths, contents, modes.

use pki_core::issue::{Bundle, Content, Credential, Renewed};
use pki_core::key::SigningKey as _;
use pki_core::{Certificate, Form, Part, Profile};
use zeroize::Zeroizing;

use crate::kubeconfig::{self, NewKubeconfig};
use crate::tree::mode_of;
use crate::{Directories, LayoutError, TreeFile};

/// The files of every credential, in the order they are to be put in place: of a pair the key
/// first and the certificate last, because the certificate's arrival is what readers wait for.
/// [`Root`](crate::Root) writes the same.
///
/// # Errors
///
/// [`LayoutError::Encode`] when a key cannot be written as PEM.
///
/// ```
/// use pki_core::key::SoftwareKeys;
/// use pki_core::{Authorities, Cluster, Inventory, Node, Plan, Provider, SeededRandom, Setup};
/// use pki_layout::Directories;
/// use pki_layout::bundle_files;
/// use time::macros::datetime;
///
/// let cluster = Cluster::builder().build()?;
/// let node = Node::builder("cp1".parse()?, "192.0.2.10".parse()?).build(&cluster)?;
/// let setup = Setup::new(cluster, node);
/// let plan = Plan::init(&setup, &Inventory::empty(), datetime!(2026-11-23 12:00 UTC))?;
/// let random = SeededRandom::new([7; 32]);
/// let bundle = plan.issue(Authorities::new(), &Provider::new(&SoftwareKeys, &random))?;
///
/// let files = bundle_files(&bundle, &Directories::default(), setup.cluster().profile())?;
/// let key = files.iter().find(|file| file.path.ends_with("pki/apiserver.key"));
/// assert_eq!(key.map(|key| key.mode), Some(0o600));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bundle_files(
    bundle: &Bundle,
    directories: &Directories,
    profile: Profile,
) -> Result<Vec<TreeFile>, LayoutError> {
    let mut files = Vec::new();
    for credential in bundle.credentials() {
        for (part, contents) in credential_files(credential)? {
            let artifact = credential.id.row.part(part);
            files.push(TreeFile {
                path: directories.path(artifact),
                mode: mode_of(artifact, profile),
                secret: matches!(part, Part::Key | Part::Kubeconfig),
                contents,
            });
        }
    }
    Ok(files)
}

/// What is in a file; wiped when dropped.
type Contents = Zeroizing<Vec<u8>>;

/// The files of one credential by what they are of it, for those who keep them under names of
/// their own: in Secrets, in an object store. Read back by
/// [`Inventory::from_pem`](pki_core::Inventory::from_pem) and
/// [`kubeconfig::facts`](crate::kubeconfig::facts).
///
/// # Errors
///
/// [`LayoutError::Encode`] when a key cannot be written as PEM.
pub fn credential_files(credential: &Credential) -> Result<Vec<(Part, Contents)>, LayoutError> {
    let failed =
        |part: Part, source: Box<dyn std::error::Error + Send + Sync>| LayoutError::Encode {
            path: credential.id.row.part(part).to_string().into(),
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

/// The files of a renewed credential by what they are of it; of an authority the certificate alone,
/// which everybody who holds the old one gets too. In a kubeconfig, whose text there is
/// is needed, everything else stays as it was.
///
/// # Errors
///
/// [`LayoutError::Encode`] when the key cannot be written as PEM, or there is no kubeconfig in
/// which certificate and key can be replaced.
pub fn renewed_files(
    renewed: &Renewed,
    kubeconfig: Option<&str>,
) -> Result<Vec<(Part, Contents)>, LayoutError> {
    let failed =
        |part: Part, source: Box<dyn std::error::Error + Send + Sync>| LayoutError::Encode {
            path: renewed.id.row.part(part).to_string().into(),
            source,
        };
    let Some(key) = &renewed.key else {
        return Ok(vec![(Part::Certificate, certificates(&renewed.chain))]);
    };
    if let Form::Kubeconfig { .. } = renewed.id.row.spec().form {
        let text = kubeconfig::splice(kubeconfig.unwrap_or_default(), &renewed.chain, key, None);
        let text = text.map_err(|error| failed(Part::Kubeconfig, error.into()))?;
        return Ok(vec![(Part::Kubeconfig, secret(&text))]);
    }
    let key = key.to_pem();
    let key = key.map_err(|error| failed(Part::Key, error.into()))?;
    Ok(vec![
        (Part::Key, secret(&key)),
        (Part::Certificate, certificates(&renewed.chain)),
    ])
}

fn secret(text: &str) -> Contents {
    Zeroizing::new(text.as_bytes().to_vec())
}

fn certificates(chain: &[Certificate]) -> Contents {
    let pem: String = chain.iter().map(Certificate::to_pem).collect();
    Zeroizing::new(pem.into_bytes())
}
