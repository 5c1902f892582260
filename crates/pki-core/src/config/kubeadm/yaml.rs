//! YAML text to located trees, one for each document that is not empty.
//!
//! The whole file goes through one parser, so every line counts from the top of the file.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{
    Error, Location, MessageFormatter, NonFiniteFloatPolicy, Options, Spanned, UserMessageFormatter,
};

use super::super::error::ConfigError;
use super::super::node::{Entry, Node, Value};
use crate::text::one_line;

/// Parses every document of a file. Documents without content are left out.
pub(super) fn documents(path: &str, text: &str) -> Result<Vec<Node>, ConfigError> {
    serde_saphyr::from_multiple_with_options::<Spanned<Value>>(text, options())
        .map(|documents| documents.into_iter().map(node).collect())
        .map_err(|error| syntax_error(path, &error))
}

fn options() -> Options {
    serde_saphyr::options! {
        // The size of the text bounds everything except what aliases repeat. No configuration
        // repeats much, so a short file cannot become a large tree.
        //
        // The deepest field of Kubernetes' own configurations is at eight levels. The default of 64
        // overflows a thread's 2 MiB stack in unoptimised builds, a level there costing over 32 KiB.
        budget: serde_saphyr::budget! {
            max_depth: 24,
            flow_nesting_limit: 24,
            max_aliases: 1_000,
            max_anchors: 1_000,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 20_000 },
        // `.inf` where nobody looks is nobody's error; where a string belongs, the reader reports it.
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
    }
}

fn node(spanned: Spanned<Value>) -> Node {
    Node {
        line: line(spanned.referenced),
        value: spanned.value,
    }
}

fn line(location: Location) -> usize {
    usize::try_from(location.line()).unwrap_or(usize::MAX)
}

fn syntax_error(path: &str, error: &Error) -> ConfigError {
    let mut cause = error.without_snippet();
    // The message inside says what is wrong; the wrapper only that an alias led there.
    while let Error::AliasError { error, .. } = cause {
        cause = error;
    }
    let location = error.location().unwrap_or(Location::UNKNOWN);
    ConfigError::Syntax {
        path: path.to_owned(),
        line: line(location).max(1),
        column: usize::try_from(location.column())
            .unwrap_or(usize::MAX)
            .max(1),
        language: "YAML",
        problem: problem(cause),
    }
}

/// The crate's message in the shape of ours: lower case, no full stop, one line.
fn problem(error: &Error) -> String {
    let message = match error {
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("the key `{key}` is already set in this mapping")
        }
        Error::Budget { .. } => {
            "nested deeper, or repeated by aliases more often, than a configuration needs"
                .to_owned()
        }
        _ => UserMessageFormatter.format_message(error).into_owned(),
    };
    let message = one_line(message.trim_end_matches('.'));
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => message,
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Other(format!("the number {value:?}")))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Spanned<Value>>()? {
            list.push(node(item));
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = fields.next_entry::<Spanned<String>, Spanned<Value>>()? {
            let line = line(key.referenced);
            entries.push(Entry::new(key.value, line, node(value)));
        }
        Ok(Value::Mapping(entries))
    }
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
