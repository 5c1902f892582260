//! YAML of any shape, with the lines that values are on.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// A value and the line it is on.
pub(super) type Node = Spanned<Value>;

/// A value of a document. Scalars are kept as text: what a flag takes is text in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Nothing,
    Scalar(String),
    List(Vec<Node>),
    Map(BTreeMap<String, Node>),
}

/// Reads a document. The error is a sentence about the file, without its start.
pub(super) fn parse(text: &[u8]) -> Result<Node, String> {
    let text = std::str::from_utf8(text).map_err(|_| "is not text".to_owned())?;
    serde_saphyr::from_str_with_options(text, crate::kubeconfig::options()).map_err(|error| {
        let reason = error.without_snippet().to_string();
        let reason = reason.lines().next().unwrap_or("error in the YAML");
        let reason = reason.trim_start_matches("error: ");
        format!("is not YAML that can be read: {reason}")
    })
}

/// The line of a node, from 1.
pub(super) fn line(node: &Node) -> Option<u64> {
    let line = node.referenced.line();
    (line > 0).then_some(line)
}

impl Value {
    /// The field of a map.
    pub(super) fn field(&self, name: &str) -> Option<&Node> {
        match self {
            Self::Map(fields) => fields.get(name),
            _ => None,
        }
    }

    /// What is at a dotted path.
    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        match path.split_once('.') {
            None => self.field(path),
            Some((first, rest)) => self.field(first)?.value.at(rest),
        }
    }

    /// The items of a list; of anything else none.
    pub(super) fn items(&self) -> &[Node] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar, or the scalars of a list joined by commas, as a flag takes them.
    pub(super) fn as_flag(&self) -> Option<String> {
        match self {
            Self::Scalar(text) => Some(text.clone()),
            Self::List(items) => {
                let items: Option<Vec<&str>> = items.iter().map(|item| item.value.text()).collect();
                items.map(|items| items.join(","))
            }
            _ => None,
        }
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
        f.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Scalar(value.to_owned()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Node>()? {
            fields.insert(name, value);
        }
        Ok(Value::Map(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_lines() {
        let text = b"a:\n  b: true\n  c:\n  - x\n  - 2\nd:\n";
        let node = parse(text).unwrap();
        let value = node.value.at("a.b").unwrap();
        assert_eq!((value.value.text(), line(value)), (Some("true"), Some(2)));
        let list = node.value.at("a.c").unwrap();
        assert_eq!(list.value.as_flag().as_deref(), Some("x,2"));
        assert_eq!(line(&list.value.items()[1]), Some(5));
        assert_eq!(node.value.field("d").unwrap().value, Value::Nothing);
        assert_eq!(node.value.at("a.b.c"), None);
    }

    #[test]
    fn what_is_no_yaml_is_said_in_a_sentence() {
        let error = parse(b"a: [b\n").unwrap_err();
        assert!(
            error.starts_with("is not YAML that can be read: "),
            "{error}"
        );
        assert!(!error.contains('\n'));
        assert_eq!(parse(b"\xff").unwrap_err(), "is not text");
    }
}
