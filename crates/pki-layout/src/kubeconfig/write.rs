use base64ct::{Base64, Encoding as _};
use pki_core::Certificate;
use pki_core::key::{KeyError, PrivateKey};
use serde::Serialize;
use zeroize::Zeroizing;

/// What goes into a kubeconfig: what a
/// [`Content::Kubeconfig`](pki_core::issue::Content::Kubeconfig) holds.
#[derive(Debug, Clone, Copy)]
pub struct NewKubeconfig<'a> {
    /// Name of the cluster.
    pub cluster: &'a str,
    /// Name of the user.
    pub user: &'a str,
    /// URL of the API server.
    pub server: &'a str,
    /// The authorities that it trusts.
    pub trust: &'a [Certificate],
    /// The user's certificate and its path.
    pub chain: &'a [Certificate],
    /// Its key.
    pub key: &'a PrivateKey,
}

/// The fields of `clientcmd/api/v1`, in the alphabetical order client-go writes them.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'a> {
    #[serde(rename = "apiVersion")]
    api_version: &'static str,
    clusters: [Named<'a, Cluster<'a>>; 1],
    contexts: [NamedContext<'a>; 1],
    current_context: &'a str,
    kind: &'static str,
    users: [NamedUser<'a>; 1],
}

#[derive(Serialize)]
struct Named<'a, T> {
    cluster: T,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Cluster<'a> {
    certificate_authority_data: String,
    server: &'a str,
}

#[derive(Serialize)]
struct NamedContext<'a> {
    context: Context<'a>,
    name: &'a str,
}

#[derive(Serialize)]
struct Context<'a> {
    cluster: &'a str,
    user: &'a str,
}

#[derive(Serialize)]
struct NamedUser<'a> {
    name: &'a str,
    user: User<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum User<'a> {
    #[serde(rename_all = "kebab-case")]
    Embedded {
        client_certificate_data: String,
        client_key_data: &'a str,
    },
    #[cfg(feature = "disk")]
    Token { token: &'a str },
    #[cfg(feature = "disk")]
    #[serde(rename_all = "kebab-case")]
    Files {
        client_certificate: &'a str,
        client_key: &'a str,
    },
}

/// Stands for the key while the text is made: a serialiser's buffers are not wiped.
const KEY_PLACEHOLDER: &str = "CLIENT-KEY-DATA";

/// The kubeconfig's text: one cluster, one user, one context `user@cluster`, which is current.
///
/// # Errors
///
/// [`RenderError`] should one of the encoders fail.
pub fn render(config: &NewKubeconfig<'_>) -> Result<Zeroizing<String>, RenderError> {
    let NewKubeconfig {
        cluster,
        user,
        server,
        trust,
        chain,
        key,
    } = config;
    let embedded = User::Embedded {
        client_certificate_data: encode(chain),
        client_key_data: KEY_PLACEHOLDER,
    };
    let text = document(cluster, user, server, trust, embedded)?;
    let pem = key.to_pem()?;
    let data = Zeroizing::new(Base64::encode_string(pem.as_bytes()));
    // The key's line is the last of the document: a cluster's name cannot come after it.
    let (before, after) = text
        .rsplit_once(KEY_PLACEHOLDER)
        .ok_or_else(|| RenderError::Yaml {
            reason: "the key's place is missing".to_owned(),
        })?;
    let mut whole = Zeroizing::new(String::with_capacity(text.len() + data.len()));
    whole.push_str(before);
    whole.push_str(&data);
    whole.push_str(after);
    Ok(whole)
}

/// The same whose certificate and key are in a file, of which both are read: the one that a kubelet
/// keeps its own in.
#[cfg(feature = "disk")]
pub(crate) fn render_file(
    cluster: &str,
    user: &str,
    server: &str,
    trust: &[Certificate],
    file: &str,
) -> Result<String, RenderError> {
    let files = User::Files {
        client_certificate: file,
        client_key: file,
    };
    document(cluster, user, server, trust, files)
}

/// The same of whoever shows a bootstrap token, under kubeadm's name for them.
#[cfg(feature = "disk")]
pub(crate) fn render_token(
    cluster: &str,
    server: &str,
    trust: &[Certificate],
    token: &str,
) -> Result<Zeroizing<String>, RenderError> {
    let user = User::Token { token };
    document(cluster, "tls-bootstrap-token-user", server, trust, user).map(Zeroizing::new)
}

fn document(
    cluster: &str,
    user: &str,
    server: &str,
    trust: &[Certificate],
    credentials: User<'_>,
) -> Result<String, RenderError> {
    let context = format!("{user}@{cluster}");
    let document = Document {
        api_version: "v1",
        clusters: [Named {
            cluster: Cluster {
                certificate_authority_data: encode(trust),
                server,
            },
            name: cluster,
        }],
        contexts: [NamedContext {
            context: Context { cluster, user },
            name: &context,
        }],
        current_context: &context,
        kind: "Config",
        users: [NamedUser {
            name: user,
            user: credentials,
        }],
    };
    // client-go writes every value on its own line, however long.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(&document, options).map_err(|error| RenderError::Yaml {
        reason: error.to_string(),
    })
}

pub(super) fn encode(certificates: &[Certificate]) -> String {
    let pem: String = certificates.iter().map(Certificate::to_pem).collect();
    Base64::encode_string(pem.as_bytes())
}

/// A kubeconfig could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// Its key cannot be written as PEM.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It cannot be written as YAML.
    #[error("cannot write YAML: {reason}")]
    Yaml {
        /// What the encoder said.
        reason: String,
    },
}
