use std::collections::BTreeMap;
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use pki_core::Certificate;
use pki_core::key::{KeyError, PublicKey};
use pki_core::observation::{ClientFacts, Found, KubeconfigFacts, KubeconfigUser};
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

/// Reads what the current context says, and how other users authenticate. `load` reads a file that the kubeconfig names, `half`
/// takes the public half of a private key in PEM, as [`PublicKey::of_private_pem`] does.
pub(crate) fn read(
    text: &[u8],
    load: impl Fn(&Path) -> Found<Vec<Certificate>>,
    half: impl Fn(&[u8]) -> Result<PublicKey, KeyError>,
) -> Result<KubeconfigFacts, String> {
    let text = std::str::from_utf8(text).map_err(|_| "is not text".to_owned())?;
    let text = first_document(text);
    if text.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    let document: Document =
        serde_saphyr::from_str_with_options(text, lenient()).map_err(|error| {
            let reason = error.without_snippet().to_string();
            let reason = reason.lines().next().unwrap_or("error in the YAML");
            format!(
                "is not a kubeconfig: {}",
                one_line(reason.trim_start_matches("error: "))
            )
        })?;
    let context = document.current_context.as_str();
    if context.is_empty() {
        return Err("names no current-context".to_owned());
    }
    let contexts = document
        .contexts
        .iter()
        .map(|one| (&one.name, &one.context));
    let context = named("context", context, contexts)?;
    let clusters = document
        .clusters
        .iter()
        .map(|one| (&one.name, &one.cluster));
    let cluster = named("cluster", &context.cluster, clusters)?;
    let users = document.users.iter().map(|one| (&one.name, &one.user));
    let user = named("user", &context.user, users)?;
    let mut facts = KubeconfigFacts::new(
        cluster.server.clone(),
        trust(cluster, load),
        client(user, &half),
    );
    facts.server_name.clone_from(&cluster.tls_server_name);
    facts.skips_verification = cluster.insecure_skip_tls_verify;
    let users_of = |name: &str| {
        let contexts = document.contexts.iter();
        let contexts = contexts.filter(|one| one.context.user == name);
        contexts.map(|one| one.name.clone()).collect()
    };
    facts.user.clone_from(&context.user);
    facts.contexts = users_of(&context.user);
    let others = document.users.iter();
    let others = others.filter(|one| one.name != context.user);
    facts.others = others
        .map(|one| KubeconfigUser {
            name: one.name.clone(),
            contexts: users_of(&one.name),
            client: client(&one.user, &half),
        })
        .collect();
    Ok(facts)
}

/// The one of this name among what a kubeconfig lists of a kind. Each must have a name of its own.
fn named<'a, T>(
    kind: &str,
    name: &str,
    all: impl Iterator<Item = (&'a String, &'a T)>,
) -> Result<&'a T, String> {
    let mut known = BTreeMap::new();
    for (name, one) in all {
        if known.insert(name.as_str(), one).is_some() {
            let name = printable(name);
            return Err(format!("has two {kind}s of the name \"{name}\""));
        }
    }
    known.get(name).copied().ok_or_else(|| {
        let name = printable(name);
        format!("names the {kind} \"{name}\", which it does not have")
    })
}

/// The document that `kubectl` reads: the first, whatever follows it. Wherever these marks stand at
/// the start of a line, they end one (YAML 1.2 section 9.1.2).
pub(super) fn first_document(text: &str) -> &str {
    let is_mark = |line: &str, mark: &str| {
        let rest = line.strip_prefix(mark);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
    };
    let mut has_begun = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let begins = is_mark(line, "---");
        if has_begun && (begins || is_mark(line, "...")) {
            return text.get(..at).unwrap_or(text);
        }
        let blank = line.trim().trim_start_matches('\u{feff}');
        has_begun |= begins || !(blank.is_empty() || blank.starts_with(['#', '%']));
        at += line.len();
    }
    text
}

/// Of a key that is there twice the last counts, as for `kubectl`.
pub(super) fn lenient() -> serde_saphyr::Options {
    let mut options = options();
    options.duplicate_keys = serde_saphyr::DuplicateKeyPolicy::LastWins;
    options
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

/// Without authorities, client-go takes the machine's own.
fn trust(
    cluster: &Cluster,
    load: impl Fn(&Path) -> Found<Vec<Certificate>>,
) -> Found<Vec<Certificate>> {
    let data = said(cluster.certificate_authority_data.as_ref());
    let file = said(cluster.certificate_authority.as_ref());
    match (data, file) {
        (None, None) => Found::Absent,
        (Some(_), Some(_)) => together("certificate-authority-data", "certificate-authority"),
        _ if cluster.insecure_skip_tls_verify => {
            together("insecure-skip-tls-verify", "authorities to verify by")
        }
        (Some(data), None) => certificates(data, "certificate-authority-data"),
        (None, Some(path)) => trust_of_file(Path::new(path), load(Path::new(path))),
    }
}

/// What is empty is not there.
fn said(value: Option<&String>) -> Option<&String> {
    value.filter(|value| !value.is_empty())
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
    let data = said(user.client_certificate_data.as_ref());
    let file = said(user.client_certificate.as_ref());
    match (data, file) {
        (Some(certificate), _) => ClientFacts::Embedded {
            certificate: match file {
                None => certificates(certificate, "client-certificate-data"),
                Some(_) => together("client-certificate-data", "client-certificate"),
            },
            key: client_key(user, half),
        },
        (None, Some(path)) => ClientFacts::Files {
            certificate: path.clone(),
            key: said(user.client_key.as_ref()).cloned(),
            own: None,
            rotated: None,
        },
        (None, None) => ClientFacts::Other,
    }
}

fn client_key(
    user: &User,
    half: impl Fn(&[u8]) -> Result<PublicKey, KeyError>,
) -> Found<PublicKey> {
    let data = user.client_key_data.as_ref();
    match (
        data.filter(|data| !data.is_empty()),
        said(user.client_key.as_ref()),
    ) {
        (Some(_), Some(_)) => together("client-key-data", "client-key"),
        (Some(data), None) => embedded_half(data, half),
        (None, _) => Found::Broken {
            reason: "holds client-certificate-data, but no client-key-data".to_owned(),
        },
    }
}

fn together<T>(one: &str, other: &str) -> Found<T> {
    Found::Broken {
        reason: format!("has both {one} and {other}, which kubectl refuses"),
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
