use std::path::Path;

use base64ct::{Base64, Encoding as _};
use pki_core::Certificate;
use pki_core::key::{KeyError, PublicKey};
use pki_core::observation::{ClientFacts, Found, KubeconfigFacts};
use pki_core::text::{one_line, printable};
use pki_core::x509::CertificateError;
use serde::Deserialize;
use zeroize::Zeroizing;

/// As much of `clientcmd/api/v1` as decides who is dialled and how. Everything else is passed
/// over.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    #[serde(default)]
    clusters: Vec<NamedCluster>,
    #[serde(default)]
    contexts: Vec<NamedContext>,
    #[serde(default)]
    current_context: String,
    #[serde(default)]
    users: Vec<NamedUser>,
}

#[derive(Deserialize)]
struct NamedCluster {
    name: String,
    #[serde(default)]
    cluster: Cluster,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", default)]
struct Cluster {
    server: String,
    certificate_authority_data: Option<String>,
    certificate_authority: Option<String>,
    tls_server_name: Option<String>,
    insecure_skip_tls_verify: bool,
}

#[derive(Deserialize)]
struct NamedContext {
    name: String,
    #[serde(default)]
    context: Context,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Context {
    cluster: String,
    user: String,
}

#[derive(Deserialize)]
struct NamedUser {
    name: String,
    #[serde(default)]
    user: User,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", default)]
struct User {
    client_certificate_data: Option<String>,
    client_key_data: Option<Zeroizing<String>>,
    client_certificate: Option<String>,
    client_key: Option<String>,
}

/// No kubeconfig nests deeper than a few levels; a hostile one must not exhaust the stack.
const MAX_DEPTH: usize = 24;
/// kubectl writes no aliases. Each repeats what may be most of a MiB, so few become many.
const MAX_ALIASES: usize = 32;
/// Keys, values, lists and mappings. A cluster, its context and its user have about 30.
const MAX_NODES: usize = 20_000;

/// Reads what the current context says. `load` reads a file that the kubeconfig names, `half`
/// takes the public half of a private key in PEM, as [`PublicKey::of_private_pem`] does.
pub(crate) fn read(
    text: &[u8],
    load: impl Fn(&Path) -> Found<Vec<Certificate>>,
    half: impl Fn(&[u8]) -> Result<PublicKey, KeyError>,
) -> Result<KubeconfigFacts, String> {
    let text = std::str::from_utf8(text).map_err(|_| "is not text".to_owned())?;
    if text.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    let document: Document =
        serde_saphyr::from_str_with_options(text, options()).map_err(|error| {
            let reason = error.without_snippet().to_string();
            let reason = reason.lines().next().unwrap_or("error in the YAML");
            format!(
                "is not a kubeconfig: {}",
                one_line(reason.trim_start_matches("error: "))
            )
        })?;
    if document.current_context.is_empty() {
        return Err("names no current-context".to_owned());
    }
    let missing = |kind: &str, name: &str| {
        let name = printable(name);
        format!("names the {kind} \"{name}\", which it does not have")
    };
    let context = document
        .contexts
        .iter()
        .find(|context| context.name == document.current_context)
        .map(|context| &context.context)
        .ok_or_else(|| missing("context", &document.current_context))?;
    let cluster = document
        .clusters
        .iter()
        .find(|cluster| cluster.name == context.cluster)
        .map(|cluster| &cluster.cluster)
        .ok_or_else(|| missing("cluster", &context.cluster))?;
    let user = document
        .users
        .iter()
        .find(|user| user.name == context.user)
        .map(|user| &user.user)
        .ok_or_else(|| missing("user", &context.user))?;
    let mut facts = KubeconfigFacts::new(
        cluster.server.clone(),
        trust(cluster, load),
        client(user, half),
    );
    facts.server_name.clone_from(&cluster.tls_server_name);
    facts.skips_verification = cluster.insecure_skip_tls_verify;
    Ok(facts)
}

pub(crate) fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_anchors: MAX_ALIASES,
            max_aliases: MAX_ALIASES,
            max_nodes: MAX_NODES,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_NODES },
    }
}

fn trust(
    cluster: &Cluster,
    load: impl Fn(&Path) -> Found<Vec<Certificate>>,
) -> Found<Vec<Certificate>> {
    match (
        &cluster.certificate_authority_data,
        &cluster.certificate_authority,
    ) {
        (Some(data), _) => certificates(data, "certificate-authority-data"),
        (None, Some(path)) => trust_of_file(Path::new(path), load(Path::new(path))),
        (None, None) => Found::Broken {
            reason: "holds no certificate-authority-data".to_owned(),
        },
    }
}

/// What a kubeconfig trusts that names a file of authorities.
pub(crate) fn trust_of_file(
    file: &Path,
    found: Found<Vec<Certificate>>,
) -> Found<Vec<Certificate>> {
    match found {
        Found::Absent => Found::Broken {
            reason: format!(
                "names the certificate-authority {}, which is not there",
                printable(&file.display().to_string())
            ),
        },
        found => found,
    }
}

fn client(user: &User, half: impl Fn(&[u8]) -> Result<PublicKey, KeyError>) -> ClientFacts {
    match user {
        User {
            client_certificate_data: Some(certificate),
            client_key_data: Some(key),
            ..
        } => ClientFacts::Embedded {
            certificate: certificates(certificate, "client-certificate-data"),
            key: embedded_half(key, half),
        },
        User {
            client_certificate_data: Some(certificate),
            client_key_data: None,
            ..
        } => ClientFacts::Embedded {
            certificate: certificates(certificate, "client-certificate-data"),
            key: Found::Broken {
                reason: "holds client-certificate-data, but no client-key-data".to_owned(),
            },
        },
        User {
            client_certificate: Some(path),
            client_key,
            ..
        } => ClientFacts::Files {
            certificate: path.clone(),
            key: client_key.clone(),
            own: None,
        },
        _ => ClientFacts::Other,
    }
}

fn certificates(data: &str, field: &str) -> Found<Vec<Certificate>> {
    let broken = |reason: String| Found::Broken {
        reason: format!("has {field} that {reason}"),
    };
    let Some(pem) = decode(data) else {
        return broken("is not base64".to_owned());
    };
    match Certificate::all_from_pem(&pem) {
        Ok(certificates) => Found::Present(certificates),
        Err(error @ CertificateError::Decode { .. }) => Found::Broken {
            reason: format!("has {field} whose {error}"),
        },
        Err(error) => broken(error.to_string()),
    }
}

fn embedded_half(
    data: &str,
    half: impl Fn(&[u8]) -> Result<PublicKey, KeyError>,
) -> Found<PublicKey> {
    let broken = |reason: String| Found::Broken {
        reason: format!("has client-key-data that {reason}"),
    };
    let Some(pem) = decode(data) else {
        return broken("is not base64".to_owned());
    };
    half(&pem).map_or_else(|error| broken(error.to_string()), Found::Present)
}

/// Go's decoder passes over line breaks inside base64, which YAML block scalars leave there.
pub(super) fn decode(data: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut compact = Zeroizing::new(String::with_capacity(data.len()));
    compact.extend(data.chars().filter(|c| !c.is_ascii_whitespace()));
    Base64::decode_vec(&compact).ok().map(Zeroizing::new)
}
