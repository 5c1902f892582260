//! Our own format. Every key is known, and a key that is not is an error: a misspelt
//! `service-cidrs` must not become a certificate without the service address.

use std::collections::BTreeMap;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::error::ConfigError;
use super::node::{Entry, Node, Place, Value};
use super::settings::{EtcdSettings, Format, Parsed, Settings, Sourced};
use crate::spec::{CERTS, RowId};
use crate::text::{nearest, one_line};

const TOP: &[&str] = &[
    "node-name",
    "advertise-address",
    "bind-port",
    "control-plane-endpoint",
    "service-cidrs",
    "dns-domain",
    "cluster-name",
    "profile",
    "key-algorithm",
    "certificate-validity",
    "ca-validity",
    "ca-key",
    "front-proxy-ca-key",
    "etcd-ca-key",
    "cert-dir",
    "kubeconfig-dir",
    "kubernetes-version",
    "apiserver",
    "etcd",
];
const APISERVER: &[&str] = &["sans"];
const ETCD: &[&str] = &["local", "external"];
const ETCD_LOCAL: &[&str] = &["server-sans", "peer-sans"];
const ETCD_EXTERNAL: &[&str] = &["endpoints", "ca-file", "cert-file", "key-file"];

/// Reads our TOML.
pub(super) fn parse(path: &str, text: &str) -> Result<Parsed, ConfigError> {
    let root = document(path, text)?;
    Ok(Parsed {
        settings: read(path, &Place::root(path, "", &root))?,
        warnings: Vec::new(),
    })
}

/// What a TOML text holds.
pub(super) fn document(path: &str, text: &str) -> Result<Node, ConfigError> {
    let lines = Lines::new(text);
    let table = DeTable::parse(text).map_err(|error| syntax_error(path, text, &lines, error))?;
    Ok(Node {
        line: 1,
        value: mapping(table.get_ref(), &lines),
    })
}

fn read(path: &str, top: &Place<'_>) -> Result<Settings, ConfigError> {
    only(path, top, TOP)?;
    let text = |name| top.field(name)?.string();
    let apiserver = top.field("apiserver")?;
    only(path, &apiserver, APISERVER)?;
    Ok(Settings {
        format: Some(Format::Toml),
        kubernetes_version: text("kubernetes-version")?,
        node_name: text("node-name")?,
        advertise_address: text("advertise-address")?,
        bind_port: top.field("bind-port")?.port()?,
        control_plane_endpoint: text("control-plane-endpoint")?,
        dns_domain: text("dns-domain")?,
        cluster_name: text("cluster-name")?,
        profile: text("profile")?,
        key_algorithm: text("key-algorithm")?,
        certificate_validity: text("certificate-validity")?,
        ca_validity: text("ca-validity")?,
        cert_dir: text("cert-dir")?,
        kubeconfig_dir: text("kubeconfig-dir")?,
        service_cidrs: top.field("service-cidrs")?.strings()?,
        apiserver_sans: apiserver.field("sans")?.strings()?,
        authority_keys: authority_keys(top)?,
        etcd: etcd(path, &top.field("etcd")?)?,
        extra_args: Vec::new(),
        joins: false,
    })
}

/// By the name of the authority's row.
fn authority_keys(top: &Place<'_>) -> Result<BTreeMap<RowId, Sourced<String>>, ConfigError> {
    let mut keys = BTreeMap::new();
    for spec in CERTS.iter().filter(|spec| spec.is_authority()) {
        if let Some(uri) = top.field(&format!("{}-key", spec.name))?.string()? {
            keys.insert(spec.id, uri);
        }
    }
    Ok(keys)
}

fn etcd(path: &str, etcd: &Place<'_>) -> Result<Option<Sourced<EtcdSettings>>, ConfigError> {
    only(path, etcd, ETCD)?;
    let local = etcd.field("local")?;
    let external = etcd.field("external")?;
    only(path, &local, ETCD_LOCAL)?;
    only(path, &external, ETCD_EXTERNAL)?;
    local.require_not_both(&external)?;
    Ok(if local.is_present() {
        Some(local.sourced(EtcdSettings::Local {
            server_sans: local.field("server-sans")?.strings()?,
            peer_sans: local.field("peer-sans")?.strings()?,
        }))
    } else if external.is_present() {
        Some(external.sourced(EtcdSettings::External {
            endpoints: external.field("endpoints")?.strings()?,
            ca_file: external.field("ca-file")?.string()?,
            cert_file: external.field("cert-file")?.string()?,
            key_file: external.field("key-file")?.string()?,
        }))
    } else {
        None
    })
}

/// Refuses the first key of a table that is not among the known ones.
pub(super) fn only(path: &str, table: &Place<'_>, known: &[&str]) -> Result<(), ConfigError> {
    let unknown = table.fields().find(|(name, ..)| !known.contains(name));
    let Some((name, line, place)) = unknown else {
        return Ok(());
    };
    let prefix = match table.key() {
        "" => String::new(),
        key => format!("{key}."),
    };
    let advice = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{prefix}{}`?", near.name),
        None if prefix.is_empty() => format!("known keys: {}", known.join(", ")),
        None => format!("known keys of `{}`: {}", table.key(), known.join(", ")),
    };
    Err(ConfigError::UnknownKey {
        path: path.to_owned(),
        line,
        key: place.key().to_owned(),
        advice,
    })
}

fn node(value: &Spanned<DeValue<'_>>, lines: &Lines) -> Node {
    Node {
        line: lines.line(value.span().start),
        value: match value.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Integer(number) => {
                match i128::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => Value::Integer(number),
                    Err(_) => Value::Other(format!("the number {}", number.as_str())),
                }
            }
            DeValue::Float(number) => Value::Other(format!("the number {}", number.as_str())),
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Datetime(instant) => Value::Other(format!("the date {instant}")),
            DeValue::Array(items) => {
                Value::List(items.iter().map(|item| node(item, lines)).collect())
            }
            DeValue::Table(table) => mapping(table, lines),
        },
    }
}

fn mapping(table: &DeTable<'_>, lines: &Lines) -> Value {
    // The crate sorts keys by name; the first mistake reported shall be the first in the file.
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let entries = entries.into_iter().map(|(key, value)| {
        let line = lines.line(key.span().start);
        Entry::new(key.get_ref().to_string(), line, node(value, lines))
    });
    Value::Mapping(entries.collect())
}

fn syntax_error(path: &str, text: &str, lines: &Lines, error: ::toml::de::Error) -> ConfigError {
    // The crate tells of a missing `=` before it tells of the unclosed quote that caused it, so
    // look for the first mistake in the file. Not in a text so long that it could have a million.
    let others = if text.len() <= 64 * 1024 {
        DeTable::parse_recoverable(text).1
    } else {
        Vec::new()
    };
    let start = |error: &::toml::de::Error| error.span().map_or(usize::MAX, |span| span.start);
    let error = others.into_iter().min_by_key(start).unwrap_or(error);
    let offset = error.span().map_or(0, |span| span.start);
    let (line, column) = lines.line_and_column(text, offset);
    let mut problem = one_line(error.message());
    // Somebody's YAML without `apiVersion` lands here, and `expected =` would not tell why.
    let offending = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    if offending.contains(':') && !offending.contains('=') {
        problem.push_str(
            " (the file is read as TOML: a kubeadm file has lines that start with `apiVersion:` \
             and `kind:`)",
        );
    }
    ConfigError::Syntax {
        path: path.to_owned(),
        line,
        column,
        language: "TOML",
        problem,
    }
}

/// Where lines end, to turn byte offsets into lines.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(offset, _)| offset).collect())
    }

    /// Line of a byte offset, from 1.
    fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset) + 1
    }

    /// Line, and column in characters, of a byte offset; both from 1.
    fn line_and_column(&self, text: &str, offset: usize) -> (usize, usize) {
        let line = self.line(offset);
        // The previous line's end, unless this is the first line.
        let previous = line.checked_sub(2).and_then(|index| self.0.get(index));
        let start = previous.map_or(0, |end| end + 1);
        let before = text.get(start..offset).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

#[cfg(test)]
#[path = "toml_tests.rs"]
mod tests;
