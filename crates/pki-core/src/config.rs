//! Configuration files: our own TOML, or kubeadm's YAML. Knows the cluster that they describe.
//!
//! Text in, data out: nothing here opens a file or asks the host. [`parse`] reads what is written,
//! and knows no address and no key algorithm; every value keeps the place it was written at, so
//! that whoever finds it wrong later can still say which line to change.
//! [`Settings::overlaid`] lays settings over settings, and [`Settings::describe`] reads what they
//! mean: a [`Cluster`](crate::Cluster) and a [`Node`](crate::Node).

mod contradiction;
mod description;
mod error;
mod kubeadm;
mod node;
mod nodes;
mod overlay;
mod settings;
mod toml;

#[cfg(test)]
mod tests;

pub use contradiction::Contradiction;
pub use description::{Assumption, Description, HostFacts, Places, Setting, SettingsError};
pub use error::ConfigError;
pub use nodes::{ListedNode, NodeListError, check_distinct, parse_nodes};
pub use overlay::OtherNode;
pub use settings::{EtcdSettings, ExtraArgument, Format, Parsed, Settings, Source, Sourced};

/// The longest text that [`parse`] accepts, in bytes. Real files are a few kilobytes.
pub const SIZE_LIMIT: usize = 1024 * 1024;

/// Reads a configuration file's text. TOML and kubeadm's YAML are told apart by content.
///
/// `path` is what messages call the file; it is not opened, and its extension means nothing.
///
/// ```
/// use pki_core::config;
///
/// let parsed = config::parse("cluster.toml", "node-name = \"cp1\"")?;
/// let name = parsed.settings.node_name.ok_or("no name")?;
/// assert_eq!(name.value, "cp1");
/// assert_eq!(name.source.to_string(), "cluster.toml:1: node-name");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`ConfigError`] when the text is not valid in its format, when a TOML key or a kubeadm document
/// is not known, or when a value that is read has the wrong type.
pub fn parse(path: &str, text: &str) -> Result<Parsed, ConfigError> {
    if text.len() > SIZE_LIMIT {
        return Err(ConfigError::TooLarge {
            path: path.to_owned(),
            size: text.len(),
            limit: SIZE_LIMIT,
        });
    }
    // What is wrong is quoted further down.
    if text.contains("PRIVATE KEY-----") {
        let path = path.to_owned();
        return Err(ConfigError::PrivateKey { path });
    }
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        let path = path.to_owned();
        return Err(ConfigError::Empty { path });
    }
    match format_of(text) {
        Format::Toml => toml::parse(path, text),
        Format::Kubeadm | Format::KubeadmConfigMap => kubeadm::parse(path, text),
    }
}

/// Says which format a text is in. TOML is the fallback because an empty TOML file is valid and
/// kubeadm's format cannot do without `apiVersion` and `kind`.
fn format_of(text: &str) -> Format {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text
        .lines()
        .map(str::trim_start)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    let yaml = first.is_some_and(|line| line.starts_with(['{', '%']))
        || text
            .lines()
            .any(|line| line.starts_with("---") || starts_with_type_key(line));
    if yaml { Format::Kubeadm } else { Format::Toml }
}

/// Whether a line sets `apiVersion` or `kind` the YAML way, quoted or not.
fn starts_with_type_key(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        let key = key.trim_end();
        let key = ['"', '\'']
            .iter()
            .find_map(|quote| key.strip_prefix(*quote)?.strip_suffix(*quote))
            .unwrap_or(key);
        matches!(key, "apiVersion" | "kind")
    })
}
