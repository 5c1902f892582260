//! Kubeconfigs made of other ones: another server or user, other names, files instead of what is
//! embedded, several in one. Written as client-go writes them, so that comments go and fields that are
//! not known here stay.

use std::path::Path;

use base64ct::{Base64, Encoding as _};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::KubeconfigError;
use super::read::{first_document, lenient};

/// Where certificates and keys are to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Data {
    /// Where they are.
    #[default]
    AsTheyAre,
    /// In the kubeconfig.
    Embedded,
    /// In files of this directory, by the names of their cluster and user.
    Files(String),
}

/// What becomes of a kubeconfig.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Edit {
    /// The context that is meant and becomes the current one; without, the current one.
    pub context: Option<String>,
    /// URL that its cluster is reached at.
    pub server: Option<String>,
    /// Name of another of its users, that the context has from then on.
    pub user: Option<String>,
    /// What its cluster is called from then on.
    pub cluster_name: Option<String>,
    /// What its user is called from then on.
    pub user_name: Option<String>,
    /// What it is called from then on.
    pub context_name: Option<String>,
    /// Whether everything else goes.
    pub minify: bool,
    /// Where certificates and keys are to be.
    pub data: Data,
}

/// A file that a kubeconfig names: its name, whether it is secret, and what is in it.
pub type DataFile = (String, bool, Zeroizing<Vec<u8>>);

/// What came of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Edited {
    /// The kubeconfig.
    pub text: Zeroizing<String>,
    /// The files that it names, in its directory.
    pub files: Vec<DataFile>,
}

/// A kubeconfig as a tree of values.
struct Document(Map<String, Value>);

/// Changes a kubeconfig. `read` reads a file that it names, as it names it.
///
/// # Errors
///
/// [`KubeconfigError`] for what is none, for a name that is not in it, and for what cannot be read.
pub fn edited(
    text: &str,
    edit: &Edit,
    read: impl Fn(&Path) -> std::io::Result<Zeroizing<Vec<u8>>>,
) -> Result<Edited, KubeconfigError> {
    let mut document = Document::read(text)?;
    let context = match &edit.context {
        Some(name) => name.clone(),
        None => document.current()?.to_owned(),
    };
    document.find("contexts", &context)?;
    document.set("current-context", &context);
    if let Some(user) = &edit.user {
        document.find("users", user)?;
        document.of_context(&context, "user", user)?;
    }
    let cluster = document.named_by(&context, "cluster")?;
    let user = document.named_by(&context, "user")?;
    document.find("clusters", &cluster)?;
    document.find("users", &user)?;
    if let Some(server) = &edit.server {
        let entry = document.entry("clusters", &cluster, "cluster")?;
        entry.insert("server".to_owned(), Value::from(server.as_str()));
        // A name that was to be checked instead was the other server's.
        entry.remove("tls-server-name");
    }
    if edit.minify {
        document.retain("contexts", &context);
        document.retain("clusters", &cluster);
        document.retain("users", &user);
    }
    for (list, own, name, key) in [
        ("clusters", &cluster, &edit.cluster_name, Some("cluster")),
        ("users", &user, &edit.user_name, Some("user")),
        ("contexts", &context, &edit.context_name, None),
    ] {
        if let Some(name) = name {
            document.rename(list, own, name, key)?;
        }
    }
    let files = document.place(&edit.data, read)?;
    Ok(Edited {
        text: document.text()?,
        files,
    })
}

/// A kubeconfig with everything that another one has too. What both have must be the same, unless
/// what is new replaces it; which context is current stays, unless the new one is to be.
///
/// # Errors
///
/// [`KubeconfigError`] for what is none, and names what is in both and differs.
pub fn merged(
    there: &str,
    new: &str,
    replace: bool,
    make_current: bool,
) -> Result<Zeroizing<String>, KubeconfigError> {
    let new = Document::read(new)?;
    let mut all = if first_document(there).trim().is_empty() {
        Document::empty()
    } else {
        Document::read(there)?
    };
    for list in ["clusters", "users", "contexts"] {
        for entry in new.list(list) {
            let name = name_of(entry).to_owned();
            if !all.list(list).iter().any(|one| name_of(one) == name) {
                all.add(list, entry.clone());
                continue;
            }
            match all.entries(list).find(|one| name_of(one) == name) {
                Some(one) if one != entry && replace => *one = entry.clone(),
                Some(one) if one == entry => {}
                _ => {
                    let thing = list.trim_end_matches('s');
                    return Err(KubeconfigError {
                        reason: format!("has another {thing} named {name:?} already"),
                    });
                }
            }
        }
    }
    let current = new.current().map(str::to_owned);
    if let Ok(current) = current
        && (make_current || all.current().is_err())
    {
        all.set("current-context", &current);
    }
    all.text()
}

fn name_of(entry: &Value) -> &str {
    entry
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn wrong(reason: impl Into<String>) -> KubeconfigError {
    KubeconfigError {
        reason: reason.into(),
    }
}

impl Document {
    fn empty() -> Self {
        let mut document = Map::new();
        document.insert("apiVersion".to_owned(), Value::from("v1"));
        document.insert("kind".to_owned(), Value::from("Config"));
        Self(document)
    }

    fn read(text: &str) -> Result<Self, KubeconfigError> {
        // Whatever it is, it says so in the same words as everywhere.
        let text = first_document(text);
        let value: Value =
            serde_saphyr::from_str_with_options(text, lenient()).map_err(|error| {
                let reason = error.without_snippet().to_string();
                let reason = reason.lines().next().unwrap_or_default().to_owned();
                wrong(format!(
                    "is not a kubeconfig: {}",
                    reason.trim_start_matches("error: ")
                ))
            })?;
        match value {
            Value::Object(document) if document.get("kind").is_none_or(|kind| kind == "Config") => {
                Ok(Self(document))
            }
            _ => Err(wrong("is not a kubeconfig: it is no object of kind Config")),
        }
    }

    fn text(&self) -> Result<Zeroizing<String>, KubeconfigError> {
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        let text = serde_saphyr::to_string_with_options(&self.0, options);
        text.map(Zeroizing::new)
            .map_err(|error| wrong(format!("cannot be written: {error}")))
    }

    fn current(&self) -> Result<&str, KubeconfigError> {
        let current = self.0.get("current-context").and_then(Value::as_str);
        current
            .filter(|name| !name.is_empty())
            .ok_or_else(|| wrong("names no current-context; say which is meant"))
    }

    fn set(&mut self, key: &str, value: &str) {
        self.0.insert(key.to_owned(), Value::from(value));
    }

    fn list(&self, list: &str) -> &[Value] {
        let list = self.0.get(list).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }

    /// The entries of a list, of which there are none where there is no list.
    fn entries(&mut self, list: &str) -> impl Iterator<Item = &mut Value> {
        let list = self.0.get_mut(list).and_then(Value::as_array_mut);
        list.into_iter().flatten()
    }

    fn add(&mut self, list: &str, entry: Value) {
        let value = self.0.entry(list.to_owned()).or_insert(Value::Null);
        match value {
            Value::Array(list) => list.push(entry),
            other => *other = Value::Array(vec![entry]),
        }
    }

    fn find(&self, list: &str, name: &str) -> Result<&Value, KubeconfigError> {
        let entries = self.list(list);
        entries
            .iter()
            .find(|entry| name_of(entry) == name)
            .ok_or_else(|| {
                let thing = list.trim_end_matches('s');
                let known: Vec<String> =
                    entries.iter().map(|one| name_of(one).to_owned()).collect();
                let known = match known.as_slice() {
                    [] => "there is none".to_owned(),
                    known => format!("there are {}", known.join(", ")),
                };
                wrong(format!("has no {thing} named {name:?}; {known}"))
            })
    }

    /// What is in an entry: `cluster`, `user`, `context`.
    fn entry(
        &mut self,
        list: &str,
        name: &str,
        key: &str,
    ) -> Result<&mut Map<String, Value>, KubeconfigError> {
        self.find(list, name)?;
        let mut entries = self.entries(list);
        entries
            .find(|entry| name_of(entry) == name)
            .and_then(|entry| entry.get_mut(key)?.as_object_mut())
            .ok_or_else(|| wrong(format!("has a {key} named {name:?} without anything in it")))
    }

    fn named_by(&self, context: &str, key: &str) -> Result<String, KubeconfigError> {
        let entry = self.find("contexts", context)?.get("context");
        let named = entry.and_then(|entry| entry.get(key)?.as_str());
        named
            .map(str::to_owned)
            .ok_or_else(|| wrong(format!("has a context {context:?} that names no {key}")))
    }

    fn of_context(&mut self, context: &str, key: &str, name: &str) -> Result<(), KubeconfigError> {
        let entry = self.entry("contexts", context, "context")?;
        entry.insert(key.to_owned(), Value::from(name));
        Ok(())
    }

    fn retain(&mut self, list: &str, name: &str) {
        if let Some(list) = self.0.get_mut(list).and_then(Value::as_array_mut) {
            list.retain(|entry| name_of(entry) == name);
        }
    }

    /// Gives an entry another name, and everywhere that names it.
    fn rename(
        &mut self,
        list: &str,
        old: &str,
        new: &str,
        key: Option<&str>,
    ) -> Result<(), KubeconfigError> {
        if old != new && self.list(list).iter().any(|entry| name_of(entry) == new) {
            let thing = list.trim_end_matches('s');
            return Err(wrong(format!("has another {thing} named {new:?} already")));
        }
        for entry in self.entries(list) {
            if name_of(entry) == old
                && let Some(entry) = entry.as_object_mut()
            {
                entry.insert("name".to_owned(), Value::from(new));
            }
        }
        let Some(key) = key else {
            self.set("current-context", new);
            return Ok(());
        };
        for entry in self.entries("contexts") {
            let named = entry
                .get_mut("context")
                .and_then(|context| context.get_mut(key));
            if let Some(named) = named.filter(|named| named.as_str() == Some(old)) {
                *named = Value::from(new);
            }
        }
        Ok(())
    }

    /// Puts certificates and keys where they are to be.
    fn place(
        &mut self,
        data: &Data,
        read: impl Fn(&Path) -> std::io::Result<Zeroizing<Vec<u8>>>,
    ) -> Result<Vec<DataFile>, KubeconfigError> {
        const PLACES: [(&str, &str, &str, &str, bool); 3] = [
            (
                "clusters",
                "cluster",
                "certificate-authority",
                "-ca.crt",
                false,
            ),
            ("users", "user", "client-certificate", ".crt", false),
            ("users", "user", "client-key", ".key", true),
        ];
        let mut files = Vec::new();
        if *data == Data::AsTheyAre {
            return Ok(files);
        }
        for (list, key, field, ending, secret) in PLACES {
            let embedded = format!("{field}-data");
            for entry in self.entries(list) {
                let name = name_of(entry).to_owned();
                let Some(fields) = entry.get_mut(key).and_then(Value::as_object_mut) else {
                    continue;
                };
                match data {
                    Data::AsTheyAre => {}
                    Data::Embedded => {
                        let Some(path) = fields.get(field).and_then(Value::as_str) else {
                            continue;
                        };
                        // What is embedded wins, as it does for client-go.
                        if !fields.contains_key(&embedded) {
                            let content = read(Path::new(path)).map_err(|error| {
                                wrong(format!("names {path}, which cannot be read: {error}"))
                            })?;
                            let content = Base64::encode_string(&content);
                            fields.insert(embedded.clone(), Value::from(content));
                        }
                        fields.remove(field);
                    }
                    Data::Files(directory) => {
                        let Some(text) = fields.get(&embedded).and_then(Value::as_str) else {
                            continue;
                        };
                        let content = Base64::decode_vec(text).map_err(|_| {
                            wrong(format!("has {embedded} of {name:?} that is not base64"))
                        })?;
                        let file = format!("{}{ending}", plain(&name));
                        let path = format!("{directory}/{file}");
                        if files.iter().any(|(known, ..)| *known == file) {
                            return Err(wrong(format!(
                                "has two entries whose files would be called {file}; keep one of them"
                            )));
                        }
                        files.push((file, secret, Zeroizing::new(content)));
                        fields.remove(&embedded);
                        fields.insert(field.to_owned(), Value::from(path));
                    }
                }
            }
        }
        Ok(files)
    }
}

/// A name of a file that no shell and no file system takes for something else.
fn plain(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = name
        .chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .collect();
    name.trim_start_matches('.').to_owned()
}
