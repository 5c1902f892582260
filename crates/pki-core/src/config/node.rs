//! A parsed file as a tree in which everything knows its line, and the questions asked of it.
//!
//! Both formats end up here, so that a wrong type is reported in the same words whatever the file
//! is written in, and a reader is a list of fields instead of a set of derived types whose error
//! messages somebody else words.

use super::error::ConfigError;
use super::settings::{Source, Sourced};
use crate::text::printable;

/// The longest list or mapping that is read, in entries. Names of one certificate are the longest
/// lists there are, and each is compared with the others.
const MAX_ENTRIES: usize = 1_000;
/// The longest string that is read, in bytes. Linux takes paths up to 4096; the flags with the
/// longest values, of features and cipher suites, have less than that.
const MAX_STRING: usize = 16 << 10;

/// A value and the line it starts at.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
}

/// What TOML and YAML have in common.
#[derive(Debug)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    Integer(i128),
    String(String),
    /// A scalar that nothing here wants, in words: `the number 1.5`, `the date 2030-01-01`.
    Other(String),
    List(Vec<Node>),
    Mapping(Vec<Entry>),
}

/// One key of a mapping, in the order of the file.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) node: Node,
}

impl Entry {
    /// Pairs a key with its value. What holds more than one line belongs to the line of its name,
    /// not to that of its first item.
    pub(super) fn new(key: String, line: usize, mut node: Node) -> Self {
        if matches!(node.value, Value::Null | Value::List(_) | Value::Mapping(_)) {
            node.line = line;
        }
        Self { key, line, node }
    }
}

/// A place in a file: the dotted key, and the value if there is one. What is absent has children,
/// which are absent too, so that a reader need not ask at each level.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    path: &'a str,
    key: String,
    /// Line of the value, or of the nearest value around it.
    line: usize,
    /// YAML's null counts as absent, as it does for kubeadm.
    node: Option<&'a Node>,
}

impl<'a> Place<'a> {
    /// The top of a file or document. `key` starts the dotted keys of everything below.
    pub(super) fn root(path: &'a str, key: &str, node: &'a Node) -> Self {
        Self::at(path, key.to_owned(), node)
    }

    fn at(path: &'a str, key: String, node: &'a Node) -> Self {
        Self {
            path,
            key,
            line: node.line,
            node: (!matches!(node.value, Value::Null)).then_some(node),
        }
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn is_present(&self) -> bool {
        self.node.is_some()
    }

    pub(super) fn source(&self) -> Source {
        Source::File {
            path: self.path.to_owned(),
            line: self.line,
            key: self.key.clone(),
        }
    }

    pub(super) fn sourced<T>(&self, value: T) -> Sourced<T> {
        Sourced::new(value, self.source())
    }

    /// The field of a mapping. Fails when this is something other than a mapping.
    pub(super) fn field(&self, name: &str) -> Result<Self, ConfigError> {
        let found = match self.value() {
            None => None,
            Some(Value::Mapping(entries)) => entries.iter().find(|entry| entry.key == name),
            Some(_) => return Err(self.unexpected("a mapping")),
        };
        let key = self.child_key(name);
        Ok(match found {
            Some(entry) => Self::at(self.path, key, &entry.node),
            None => Self {
                path: self.path,
                key,
                line: self.line,
                node: None,
            },
        })
    }

    /// Every field with its name and the name's line; none when this is no mapping.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'a str, usize, Self)> {
        let entries = match self.value() {
            Some(Value::Mapping(entries)) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|entry| {
            let place = Self::at(self.path, self.child_key(&entry.key), &entry.node);
            (entry.key.as_str(), entry.line, place)
        })
    }

    /// Every item of a list; none when this is no list.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> {
        let items = match self.value() {
            Some(Value::List(items)) => items.as_slice(),
            _ => &[],
        };
        items
            .iter()
            .enumerate()
            .map(|(index, item)| Self::at(self.path, format!("{}[{index}]", self.key), item))
    }

    /// Fails unless this is a mapping or absent. `expected` says what belongs here.
    pub(super) fn require_mapping(&self, expected: &str) -> Result<(), ConfigError> {
        match self.value() {
            None => Ok(()),
            Some(Value::Mapping(entries)) => self.require_few(entries.len()),
            Some(_) => Err(self.unexpected(expected)),
        }
    }

    /// Fails unless this is a list or absent. `expected` says what belongs here.
    pub(super) fn require_list(&self, expected: &str) -> Result<(), ConfigError> {
        match self.value() {
            None => Ok(()),
            Some(Value::List(items)) => self.require_few(items.len()),
            Some(_) => Err(self.unexpected(expected)),
        }
    }

    fn require_few(&self, count: usize) -> Result<(), ConfigError> {
        if count <= MAX_ENTRIES {
            return Ok(());
        }
        Err(ConfigError::TooMany {
            at: self.source(),
            count,
            limit: MAX_ENTRIES,
        })
    }

    /// Fails when both this and `other` are present.
    pub(super) fn require_not_both(&self, other: &Self) -> Result<(), ConfigError> {
        if !self.is_present() || !other.is_present() {
            return Ok(());
        }
        let (earlier, later) = if other.line < self.line {
            (other, self)
        } else {
            (self, other)
        };
        Err(ConfigError::Exclusive {
            at: later.source(),
            other: earlier.key.clone(),
            other_line: earlier.line,
        })
    }

    pub(super) fn string(&self) -> Result<Option<Sourced<String>>, ConfigError> {
        match self.value() {
            None => Ok(None),
            Some(Value::String(text)) if text.len() > MAX_STRING => Err(ConfigError::TooLong {
                at: self.source(),
                size: text.len(),
                limit: MAX_STRING,
            }),
            Some(Value::String(text)) => Ok(Some(self.sourced(text.clone()))),
            Some(_) => Err(self.unexpected("a string")),
        }
    }

    pub(super) fn strings(&self) -> Result<Vec<Sourced<String>>, ConfigError> {
        self.require_list("a list of strings")?;
        self.items()
            .map(|item| item.string()?.ok_or_else(|| item.unexpected("a string")))
            .collect()
    }

    pub(super) fn boolean(&self) -> Result<Option<bool>, ConfigError> {
        match self.value() {
            None => Ok(None),
            Some(Value::Boolean(value)) => Ok(Some(*value)),
            Some(_) => Err(self.unexpected("true or false")),
        }
    }

    /// A TCP port, 1 to 65535.
    pub(super) fn port(&self) -> Result<Option<Sourced<u16>>, ConfigError> {
        let port = match self.value() {
            None => return Ok(None),
            Some(Value::Integer(number)) => u16::try_from(*number).ok().filter(|port| *port > 0),
            Some(_) => None,
        };
        match port {
            Some(port) => Ok(Some(self.sourced(port))),
            None => Err(self.unexpected("an integer between 1 and 65535")),
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        matches!(self.value(), Some(Value::Integer(0)))
    }

    /// The error for what is here instead of `expected`.
    pub(super) fn unexpected(&self, expected: &str) -> ConfigError {
        let mut found = match self.value() {
            None => "nothing".to_owned(),
            Some(Value::Null) => "null".to_owned(),
            Some(Value::Boolean(value)) => format!("the boolean {value}"),
            Some(Value::Integer(value)) => format!("the integer {value}"),
            Some(Value::String(value)) => format!("the string \"{}\"", printable(value)),
            Some(Value::Other(words)) => printable(words),
            Some(Value::List(_)) => "a list".to_owned(),
            Some(Value::Mapping(_)) => "a mapping".to_owned(),
        };
        let bare = matches!(
            self.value(),
            Some(Value::Boolean(_) | Value::Integer(_) | Value::Other(_))
        );
        if bare && expected == "a string" {
            found.push_str("; put it in quotes");
        }
        ConfigError::Unexpected {
            at: self.source(),
            expected: expected.to_owned(),
            found,
        }
    }

    fn value(&self) -> Option<&'a Value> {
        self.node.map(|node| &node.value)
    }

    fn child_key(&self, name: &str) -> String {
        let name = printable(name);
        if self.key.is_empty() {
            name
        } else {
            format!("{}.{name}", self.key)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops when it is not so")]
mod tests {
    use super::*;

    fn leaf(line: usize, value: Value) -> Node {
        Node { line, value }
    }

    fn mapping(key: &str, node: Node) -> Node {
        let entry = Entry::new(key.to_owned(), node.line, node);
        leaf(1, Value::Mapping(vec![entry]))
    }

    #[test]
    fn what_is_absent_has_absent_children() {
        let tree = mapping("a", leaf(2, Value::Null));
        let root = Place::root("f", "", &tree);
        let deep = root.field("a").unwrap().field("b").unwrap();
        assert_eq!(deep.key(), "a.b");
        assert_eq!(deep.line(), 2);
        assert_eq!(deep.field("c").unwrap().string().unwrap(), None);
    }

    #[test]
    fn a_field_of_a_scalar_is_an_error() {
        let tree = mapping("a", leaf(7, Value::String("x".to_owned())));
        let error = Place::root("f", "Top", &tree)
            .field("a")
            .unwrap()
            .field("b")
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "f:7: Top.a expects a mapping, found the string \"x\""
        );
    }

    #[test]
    fn a_bare_word_is_told_to_be_quoted() {
        let tree = leaf(4, Value::Boolean(true));
        let error = Place::root("f", "name", &tree).string().unwrap_err();
        assert_eq!(
            error.to_string(),
            "f:4: name expects a string, found the boolean true; put it in quotes"
        );
    }

    #[test]
    fn lists_and_strings_have_a_longest() {
        let read = |length: usize, count: usize| {
            let item = || leaf(2, Value::String("x".repeat(length)));
            let tree = leaf(2, Value::List((0..count).map(|_| item()).collect()));
            let read = Place::root("f", "names", &tree).strings();
            read.map(|read| read.len())
                .map_err(|error| error.to_string())
        };
        assert_eq!(read(1, MAX_ENTRIES), Ok(1_000));
        assert_eq!(
            read(1, MAX_ENTRIES + 1),
            Err("f:2: names has 1001 entries, and a configuration has at most 1000".to_owned())
        );
        assert_eq!(read(MAX_STRING, 1), Ok(1));
        assert_eq!(
            read(MAX_STRING + 1, 1),
            Err("f:2: names[0] has 16385 bytes, and a value has at most 16384".to_owned())
        );
    }

    #[test]
    fn a_port_has_a_range() {
        for (number, port) in [
            (1, Some(1)),
            (65535, Some(65535)),
            (0, None),
            (-1, None),
            (65536, None),
        ] {
            let tree = leaf(1, Value::Integer(number));
            let read = Place::root("f", "port", &tree).port();
            assert_eq!(read.ok().flatten().map(|read| read.value), port, "{number}");
        }
    }
}
