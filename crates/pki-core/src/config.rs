//! Configuration files: pkigen's own TOML, or kubeadm's YAML.
//!
//! Text in, data out: nothing here opens a file, and nothing here knows what an address or a key
//! algorithm is. Every value keeps the place it was written at, so that whoever finds it wrong
//! later can still say which line to change.

mod error;
mod kubeadm;
mod node;
mod settings;
mod toml;

#[cfg(test)]
mod tests;

pub use error::ConfigError;
pub use settings::{EtcdSettings, ExtraArgument, Format, Parsed, Settings, Source, Sourced};

/// The longest text that [`parse`] accepts, in bytes. Real files are a few kilobytes.
pub const SIZE_LIMIT: usize = 1024 * 1024;

/// Reads a configuration file's text. TOML and kubeadm's YAML are told apart by content.
///
/// `path` is what messages call the file; it is not opened, and its extension means nothing.
///
/// # Errors
///
/// [`ConfigError`] when the text is not valid in its format, when a TOML key or a kubeadm document
/// is not known, or when a value that pkigen reads has the wrong type.
pub fn parse(path: &str, text: &str) -> Result<Parsed, ConfigError> {
    if text.len() > SIZE_LIMIT {
        return Err(ConfigError::TooLarge {
            path: path.to_owned(),
            size: text.len(),
            limit: SIZE_LIMIT,
        });
    }
    match format_of(text) {
        Format::Toml => toml::parse(path, text),
        Format::Kubeadm => kubeadm::parse(path, text),
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
