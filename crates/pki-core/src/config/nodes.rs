//! Lists of nodes: names, and the addresses that their kubelets are reached at.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::error::ConfigError;
use super::node::Place;
use super::settings::Source;
use super::{SIZE_LIMIT, toml};
use crate::spec::NodeName;
use crate::x509::Host;

/// A node of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedNode {
    /// Its name.
    pub name: NodeName,
    /// The names and addresses that its kubelet is reached at, besides that name.
    pub hosts: Vec<Host>,
    /// Where it was given.
    pub source: Source,
}

/// A list of nodes that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NodeListError {
    /// The file cannot be read as what it is.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A line that is not CSV.
    #[error("{path}:{line}: not valid CSV: {problem}")]
    Csv {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        problem: String,
    },
    /// A value that is no name or no address.
    #[error("{at}: {problem}")]
    Value {
        /// Its place.
        at: Source,
        /// What is wrong with it.
        problem: String,
    },
    /// Two nodes of one name, or at one address.
    #[error("{at}: {what} is given twice, and at first in {first}; no two nodes have one")]
    Twice {
        /// The later place.
        at: Source,
        /// The name or address.
        what: Box<str>,
        /// The earlier place.
        first: Box<Source>,
    },
    /// Nothing is in it.
    #[error("{path}: it lists no node; write a line for each, such as worker-1,192.0.2.21")]
    Empty {
        /// The file.
        path: String,
    },
}

impl ListedNode {
    /// A node as an argument names it: `worker-1`, or `worker-1=192.0.2.21,worker-1.example.org`.
    ///
    /// ```
    /// use pki_core::config::ListedNode;
    ///
    /// let node = ListedNode::from_argument("worker-1=192.0.2.21,2001:db8::21")?;
    /// assert_eq!(node.name.as_str(), "worker-1");
    /// assert_eq!(node.hosts.len(), 2);
    /// # Ok::<(), pki_core::config::NodeListError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NodeListError::Value`].
    pub fn from_argument(text: &str) -> Result<Self, NodeListError> {
        let source = Source::Given(text.to_owned().into());
        let (name, hosts) = text.split_once('=').unwrap_or((text, ""));
        let hosts = hosts.split(',').filter(|_| text.contains('='));
        Self::of(name, hosts, source)
    }

    fn of<'a>(
        name: &str,
        hosts: impl Iterator<Item = &'a str>,
        source: Source,
    ) -> Result<Self, NodeListError> {
        let wrong = |problem: String| NodeListError::Value {
            at: source.clone(),
            problem,
        };
        let node: NodeName = name.parse().map_err(|error| wrong(format!("{error}")))?;
        let mut known: Vec<Host> = Vec::new();
        for text in hosts {
            if text.contains([',', ';', ' ']) {
                return Err(wrong(format!(
                    "{text:?} of {node} is more than one; each address is a column of its own"
                )));
            }
            let host: Host = text
                .parse()
                .map_err(|error| wrong(format!("{text:?} of {node}: {error}")))?;
            if matches!(&host, Host::Dns(name) if name.as_str().starts_with('*')) {
                return Err(wrong(format!(
                    "{text:?} of {node}: nobody dials a wildcard"
                )));
            }
            if known.contains(&host) {
                return Err(wrong(format!("{text:?} of {node} is given twice")));
            }
            known.push(host);
        }
        Ok(Self {
            name: node,
            hosts: known,
            source,
        })
    }

    /// The first of its addresses; none where it has only names.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.hosts.iter().find_map(|host| match host {
            Host::Ip(address) => Some(*address),
            Host::Dns(_) => None,
        })
    }
}

/// Reads a list of nodes: CSV, a line for each with its name first and its addresses after that, or
/// TOML, a table `[[node]]` for each with `name` and `addresses`. Lines that begin with `#` are
/// comments; a first line of CSV that begins with `name` is a heading, however that is written.
///
/// ```
/// use pki_core::config::parse_nodes;
///
/// let nodes = parse_nodes("nodes.csv", "worker-1,192.0.2.21\nworker-2,192.0.2.22,2001:db8::22\n")?;
/// assert_eq!(nodes[1].hosts.len(), 2);
/// let text = "[[node]]\nname = \"worker-1\"\naddresses = [\"192.0.2.21\"]\n";
/// assert_eq!(parse_nodes("nodes.toml", text)?[0].hosts, nodes[0].hosts);
/// # Ok::<(), pki_core::config::NodeListError>(())
/// ```
///
/// # Errors
///
/// [`NodeListError`] names the place.
pub fn parse_nodes(path: &str, text: &str) -> Result<Vec<ListedNode>, NodeListError> {
    if text.len() > SIZE_LIMIT * 16 {
        return Err(NodeListError::Config(ConfigError::TooLarge {
            path: path.to_owned(),
            size: text.len(),
            limit: SIZE_LIMIT * 16,
        }));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    let nodes = match first {
        Some(line) if line.starts_with('[') || line.contains('=') => of_toml(path, text)?,
        _ => of_csv(path, text)?,
    };
    if nodes.is_empty() {
        let path = path.to_owned();
        return Err(NodeListError::Empty { path });
    }
    check_distinct(&nodes)?;
    Ok(nodes)
}

/// Fails for two nodes of one name, or at one address.
///
/// # Errors
///
/// [`NodeListError::Twice`].
pub fn check_distinct(nodes: &[ListedNode]) -> Result<(), NodeListError> {
    let mut known: BTreeMap<String, &Source> = BTreeMap::new();
    for node in nodes {
        let name = std::iter::once(node.name.to_string());
        let hosts = node.hosts.iter().map(ToString::to_string);
        for what in name.chain(hosts.filter(|host| *host != node.name.as_str())) {
            if let Some(first) = known.insert(what.clone(), &node.source) {
                return Err(NodeListError::Twice {
                    at: node.source.clone(),
                    what: what.into(),
                    first: Box::new(first.clone()),
                });
            }
        }
    }
    Ok(())
}

fn of_csv(path: &str, text: &str) -> Result<Vec<ListedNode>, NodeListError> {
    let mut nodes = Vec::new();
    let mut is_first = true;
    for (number, line) in text.lines().enumerate() {
        let blank = line.trim();
        if blank.is_empty() || blank.starts_with('#') {
            continue;
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .trim(csv::Trim::All)
            .buffer_capacity(line.len() + 1)
            .from_reader(line.as_bytes());
        let mut record = csv::StringRecord::new();
        let read = reader.read_record(&mut record);
        read.map_err(|error| NodeListError::Csv {
            path: path.to_owned(),
            line: number + 1,
            problem: error.to_string(),
        })?;
        let mut fields = record.iter();
        let name = fields.next().unwrap_or_default();
        if std::mem::take(&mut is_first) && name.eq_ignore_ascii_case("name") {
            continue;
        }
        let source = Source::File {
            path: path.to_owned(),
            line: number + 1,
            key: "name,addresses".to_owned(),
        };
        // A comma at the end of a line is what spreadsheets leave of shorter ones.
        let hosts = fields.filter(|field| !field.is_empty());
        nodes.push(ListedNode::of(name, hosts, source)?);
    }
    Ok(nodes)
}

fn of_toml(path: &str, text: &str) -> Result<Vec<ListedNode>, NodeListError> {
    let document = toml::document(path, text)?;
    let top = Place::root(path, "", &document);
    toml::only(path, &top, &["node"])?;
    let list = top.field("node")?;
    if list.is_present() && list.items().next().is_none() {
        return Err(list.unexpected("a list of tables, [[node]]").into());
    }
    let mut nodes = Vec::new();
    for item in list.items() {
        toml::only(path, &item, &["name", "addresses"])?;
        let name = item.field("name")?;
        let Some(named) = name.string()? else {
            return Err(item.unexpected("a table with a name").into());
        };
        let hosts = item.field("addresses")?.strings()?;
        let hosts = hosts.iter().map(|host| host.value.as_str());
        nodes.push(ListedNode::of(&named.value, hosts, name.source())?);
    }
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        parse_nodes("nodes", text).unwrap_err().to_string()
    }

    #[test]
    fn a_heading_comments_and_short_lines_are_what_people_write() {
        let text = "# from the inventory\nname,addresses\nworker-1,192.0.2.21,\n\nworker-2\n";
        let nodes = parse_nodes("nodes.csv", text).unwrap();
        let names: Vec<_> = nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["worker-1", "worker-2"]);
        assert_eq!(nodes[0].address(), Some("192.0.2.21".parse().unwrap()));
        assert_eq!(nodes[1].address(), None);
        assert_eq!(nodes[1].source.to_string(), "nodes.csv:5: name,addresses");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let cases = [
            ("", "lists no node"),
            ("name,addresses\n", "lists no node"),
            ("# none\n", "lists no node"),
            ("w1,192.0.2.1\nW2,192.0.2.2\n", "nodes:2: name,addresses"),
            ("w1,192.0.2.256\n", "\"192.0.2.256\" of w1"),
            ("w1,192.0.2.0/24\n", "it is a network"),
            ("w1,*.example.org\n", "nobody dials a wildcard"),
            ("w1,192.0.2.1,192.0.2.1\n", "is given twice"),
            (
                "w1,192.0.2.1\nw1,192.0.2.2\n",
                "w1 is given twice, and at first in nodes:1",
            ),
            ("w1,192.0.2.1\nw2,192.0.2.1\n", "192.0.2.1 is given twice"),
            (
                "w1,192.0.2.1\nw2,::ffff:192.0.2.1\n",
                "192.0.2.1 is given twice",
            ),
            (",192.0.2.1\n", "cannot be a node's name"),
            ("[[node]]\nname = 7\n", "expects a string"),
            (
                "[[node]]\naddresses = [\"192.0.2.1\"]\n",
                "a table with a name",
            ),
            (
                "[[node]]\nname = \"w1\"\naddress = \"192.0.2.1\"\n",
                "did you mean `node[0].addresses`",
            ),
            ("[[nodes]]\nname = \"w1\"\n", "did you mean `node`"),
            ("[node]\nname = \"w1\"\n", "a list of tables"),
            ("[[node]]\nname = \"w1\n", "not valid TOML"),
            (
                "[[node]]\nname = \"w1\"\naddresses = \"192.0.2.1\"\n",
                "a list of strings",
            ),
        ];
        for (text, expected) in cases {
            let problem = problem(text);
            assert!(problem.contains(expected), "{text:?}: {problem}");
        }
    }

    #[test]
    fn a_node_that_is_called_by_its_address_has_it_once() {
        let nodes = parse_nodes("nodes.csv", "192.0.2.21,192.0.2.21\n").unwrap();
        assert_eq!(nodes[0].hosts.len(), 1);
    }

    #[test]
    fn an_argument_names_a_node_with_its_addresses_or_without() {
        assert!(ListedNode::from_argument("w1").unwrap().hosts.is_empty());
        assert_eq!(
            ListedNode::from_argument("w1=192.0.2.1,w1.example")
                .unwrap()
                .hosts
                .len(),
            2
        );
        for text in ["=192.0.2.1", "w1=", "w1=192.0.2.1,", "w1 =192.0.2.1"] {
            assert!(ListedNode::from_argument(text).is_err(), "{text}");
        }
    }
}
