//! Renewing the certificate in a kubeconfig: two values change, every other byte stays.

use std::ops::Range;

use base64ct::{Base64, Encoding as _};
use pki_core::Certificate;
use pki_core::key::PrivateKey;
use pki_core::plan::renew::KubeconfigChange;
use pki_core::x509::pem_with_renewed;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_saphyr::Spanned;
use zeroize::Zeroizing;

use super::read::{first_document, lenient};
use super::write::encode;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    clusters: Vec<NamedCluster>,
    contexts: Vec<NamedContext>,
    current_context: String,
    users: Vec<NamedUser>,
}

#[derive(Deserialize)]
struct NamedContext {
    name: String,
    context: Context,
}

#[derive(Deserialize)]
struct Context {
    cluster: String,
    user: String,
}

#[derive(Deserialize)]
struct NamedCluster {
    name: String,
    cluster: Cluster,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Cluster {
    server: Value,
    certificate_authority_data: Option<Value>,
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
    client_certificate_data: Option<Value>,
    client_key_data: Option<Value>,
    #[cfg(feature = "disk")]
    client_certificate: Option<Value>,
    #[cfg(feature = "disk")]
    client_key: Option<Value>,
}

/// Everything in a kubeconfig that may hold an authority's certificate, whatever is current.
#[derive(Deserialize)]
struct Holders {
    #[serde(default)]
    clusters: Vec<AnyCluster>,
    #[serde(default)]
    users: Vec<AnyUser>,
}

#[derive(Deserialize)]
struct AnyCluster {
    #[serde(default)]
    cluster: Trust,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", default)]
struct Trust {
    certificate_authority_data: Option<Value>,
}

#[derive(Deserialize)]
struct AnyUser {
    #[serde(default)]
    user: User,
}

/// A place of the text and what goes there.
struct Edit {
    place: Range<usize>,
    text: Zeroizing<String>,
}

/// The text with the current user's certificate and key replaced, and with a change the current
/// cluster's server and authorities too.
pub(crate) fn splice(
    text: &str,
    chain: &[Certificate],
    key: &PrivateKey,
    change: Option<&KubeconfigChange>,
) -> Result<Zeroizing<String>, String> {
    let (certificate, private_key) = current_user(text)?;
    check_aliases(text)?;
    let pem = key.to_pem().map_err(|error| error.to_string())?;
    let key_data = Zeroizing::new(Base64::encode_string(pem.as_bytes()));
    let mut edits = vec![
        edit(text, &certificate, &encode(chain))?,
        edit(text, &private_key, &key_data)?,
    ];
    edits.extend(cluster_edits(text, change)?);
    let spliced = applied(text, edits);

    // Read back: the two values must be there, whatever form the text has.
    let (certificate, private_key) = current_user(&spliced)?;
    let same = |value: &Spanned<Zeroizing<String>>, wanted: &str| value.value.trim() == wanted;
    if same(&certificate, &encode(chain)) && same(&private_key, &key_data) {
        Ok(spliced)
    } else {
        Err("is written in a form in which its certificate cannot be replaced".to_owned())
    }
}

/// The text with the current user's certificate and key in this file, and with a change the
/// current cluster's server and authorities too.
#[cfg(feature = "disk")]
pub(crate) fn splice_file(
    text: &str,
    file: &str,
    change: Option<&KubeconfigChange>,
) -> Result<Zeroizing<String>, String> {
    check_aliases(text)?;
    let (certificate, key) = current_files(text)?;
    let mut edits = Vec::new();
    for value in [&certificate, &key] {
        if value.value.as_str() != file {
            edits.push(edit(text, value, file)?);
        }
    }
    edits.extend(cluster_edits(text, change)?);
    let spliced = applied(text, edits);
    let (certificate, key) = current_files(&spliced)?;
    if [certificate, key]
        .iter()
        .all(|value| value.value.as_str() == file)
    {
        Ok(spliced)
    } else {
        Err("is written in a form in which its certificate's file cannot be replaced".to_owned())
    }
}

/// The text with the current cluster's server and authorities changed.
#[cfg(feature = "disk")]
pub(crate) fn splice_cluster(
    text: &str,
    change: &KubeconfigChange,
) -> Result<Zeroizing<String>, String> {
    check_aliases(text)?;
    Ok(applied(text, cluster_edits(text, Some(change))?))
}

/// What is replaced may be an alias, or what others are aliases of.
fn check_aliases(text: &str) -> Result<(), String> {
    if has_alias(text) {
        let why = "uses a YAML alias, by which its certificate may be shared; write the values out";
        return Err(why.to_owned());
    }
    Ok(())
}

fn cluster_edits(text: &str, change: Option<&KubeconfigChange>) -> Result<Vec<Edit>, String> {
    let mut edits = Vec::new();
    if let Some(change) = change {
        let (server, trust) = current_cluster(text)?;
        if server.value.as_str() != change.server {
            edits.push(edit(text, &server, &change.server)?);
        }
        if let Some(authorities) = &change.trust {
            let trust = trust.ok_or("holds no certificate-authority-data")?;
            edits.push(edit(text, &trust, &encode(authorities))?);
        }
    }
    Ok(edits)
}

/// The text after these edits.
fn applied(text: &str, mut edits: Vec<Edit>) -> Zeroizing<String> {
    edits.sort_by_key(|edit| edit.place.start);
    let capacity = text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>();
    let mut spliced = Zeroizing::new(String::with_capacity(capacity));
    let mut at = 0;
    for edit in &edits {
        spliced.push_str(text.get(at..edit.place.start).unwrap_or_default());
        spliced.push_str(&edit.text);
        at = edit.place.end;
    }
    spliced.push_str(text.get(at..).unwrap_or_default());
    spliced
}

/// The text with an authority's new certificate in the place of its old ones, whichever cluster or
/// user holds them. `None` where nobody does.
pub(crate) fn with_renewed(
    text: &str,
    new: &Certificate,
) -> Result<Option<Zeroizing<String>>, String> {
    let holders: Result<Holders, _> =
        serde_saphyr::from_str_with_options(first_document(text), lenient());
    // Something else, in which nobody looks for them.
    let Ok(holders) = holders else {
        return Ok(None);
    };
    let trusts = holders.clusters.into_iter();
    let trusts = trusts.filter_map(|named| named.cluster.certificate_authority_data);
    let chains = holders.users.into_iter();
    let chains = chains.filter_map(|named| named.user.client_certificate_data);
    let mut edits = Vec::new();
    for value in trusts.chain(chains) {
        let pem = super::read::decode(&value.value);
        let renewed = pem.and_then(|pem| pem_with_renewed(&pem, new));
        if let Some(renewed) = renewed {
            edits.push(edit(text, &value, &Base64::encode_string(&renewed))?);
        }
    }
    if edits.is_empty() {
        return Ok(None);
    }
    check_aliases(text)?;
    Ok(Some(applied(text, edits)))
}

/// The current user's private key.
pub(crate) fn own_key(text: &str) -> Result<PrivateKey, String> {
    let (_, key) = current_user(text)?;
    let pem = super::read::decode(&key.value).ok_or("has client-key-data that is not base64")?;
    PrivateKey::from_pem(&pem).map_err(|error| format!("has client-key-data that {error}"))
}

type Value = Spanned<Zeroizing<String>>;

fn current_cluster(text: &str) -> Result<(Value, Option<Value>), String> {
    let document = read(text)?;
    let context = document
        .contexts
        .into_iter()
        .find(|context| context.name == document.current_context)
        .map(|context| context.context.cluster)
        .ok_or("has no current context")?;
    document
        .clusters
        .into_iter()
        .find(|candidate| candidate.name == context)
        .map(|candidate| candidate.cluster)
        .map(|cluster| (cluster.server, cluster.certificate_authority_data))
        .ok_or_else(|| "has no current cluster".to_owned())
}

fn read(text: &str) -> Result<Document, String> {
    serde_saphyr::from_str_with_options(first_document(text), lenient())
        .map_err(|_| "is not a kubeconfig".to_owned())
}

/// Whether anything in a text that can be read is an alias.
fn has_alias(text: &str) -> bool {
    let mut none = serde_saphyr::options! { budget: serde_saphyr::budget! { max_aliases: 0 } };
    none.duplicate_keys = serde_saphyr::DuplicateKeyPolicy::LastWins;
    serde_saphyr::from_str_with_options::<IgnoredAny>(first_document(text), none).is_err()
}

fn current_user(text: &str) -> Result<(Value, Value), String> {
    let user = user(text)?;
    match (user.client_certificate_data, user.client_key_data) {
        (Some(certificate), Some(key)) => Ok((certificate, key)),
        _ => Err("holds no client-certificate-data and client-key-data".to_owned()),
    }
}

#[cfg(feature = "disk")]
fn current_files(text: &str) -> Result<(Value, Value), String> {
    let user = user(text)?;
    match (user.client_certificate, user.client_key) {
        (Some(certificate), Some(key)) => Ok((certificate, key)),
        _ => Err("names no client-certificate and client-key".to_owned()),
    }
}

fn user(text: &str) -> Result<User, String> {
    let document = read(text)?;
    let user = document
        .contexts
        .into_iter()
        .find(|context| context.name == document.current_context)
        .map(|context| context.context.user)
        .ok_or("has no current context")?;
    document
        .users
        .into_iter()
        .find(|candidate| candidate.name == user)
        .map(|candidate| candidate.user)
        .ok_or_else(|| "has no current user".to_owned())
}

/// Keeps the quotes of a quoted value, and the line break and indentation after a block's.
fn edit(text: &str, value: &Value, new: &str) -> Result<Edit, String> {
    let span = value.referenced.span();
    let bounds = span
        .byte_offset()
        .zip(span.byte_len())
        .and_then(|(start, length)| {
            let start = usize::try_from(start).ok()?;
            Some(start..start.checked_add(usize::try_from(length).ok()?)?)
        });
    let found = bounds.and_then(|place| Some((place.clone(), text.get(place)?)));
    let (place, old) = found.ok_or("cannot be read by position")?;
    let quote = old.chars().next().filter(|c| matches!(c, '"' | '\''));
    let quote = quote.map(String::from).unwrap_or_default();
    let tail = old.get(old.trim_end().len()..).unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(new.len() + tail.len() + 2));
    for part in [quote.as_str(), new, quote.as_str(), tail] {
        text.push_str(part);
    }
    Ok(Edit { place, text })
}
