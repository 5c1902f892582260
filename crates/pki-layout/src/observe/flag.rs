use pki_core::remedy::Remedy;

use crate::table::{Component, FlagKind, FlagSpec, RecordedFlag, Takes};

/// A component as it was started, or as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Instance {
    /// Which one.
    pub component: Component,
    /// Where it was found.
    pub source: Source,
    /// What its image's tag says, such as `v1.36.2`.
    pub release: Option<String>,
    /// What it was told, in the order in which later ones win.
    pub flags: Vec<ObservedFlag>,
    /// Arguments that it cannot make sense of, and so does not start with.
    pub misread: Vec<Misread>,
    /// Where directories of the host are in its container; empty outside of one.
    pub mounts: Vec<Mount>,
    /// Whether it is in a container, and sees only what is mounted.
    pub contained: bool,
    /// Whether all of its configuration is known; of a kubelet whose command line was not looked
    /// at only the configuration file is.
    pub whole: bool,
}

/// Where a component was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// What kind of file.
    pub kind: SourceKind,
    /// The file, as the running system sees it.
    pub file: String,
}

/// What kind of file says how a component is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SourceKind {
    /// The manifest of a static pod.
    Manifest,
    /// A unit of systemd, with its drop-ins.
    Unit,
    /// The command line of a process.
    Process,
    /// Only its configuration file.
    Configuration,
    /// Nobody's: the files of the table are there to be used by hand.
    Table,
}

impl SourceKind {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Manifest => "static pod",
            Self::Unit => "systemd unit",
            Self::Process => "process",
            Self::Configuration => "configuration file",
            Self::Table => "used by hand",
        }
    }
}

/// A flag, field or variable, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObservedFlag {
    /// Its name in [`FLAGS`](crate::table::FLAGS), or as it is written where the table has none: without
    /// dashes.
    pub name: String,
    /// Its value; `None` where it stands alone, which is yes.
    pub value: Option<String>,
    /// How it was given.
    pub form: Form,
    /// Where.
    pub spot: Spot,
}

/// How something was given.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// On the command line, under this name.
    Flag(String),
    /// In the configuration file, at this path.
    Field(String),
    /// In the environment, under this name.
    Variable(String),
    /// Not at all: the table's own file, which is there.
    Default,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Spot {
    /// The file, as the running system sees it.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u64>,
}

/// An argument that the component refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Misread {
    /// What is wrong with it, as a sentence about the argument.
    pub message: String,
    /// What to write instead.
    pub remedy: Remedy,
    /// The flag it was meant for, by its name in the table.
    pub name: Option<String>,
    /// Where.
    pub spot: Spot,
}

/// A file or directory of the host in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mount {
    /// Its path in the container.
    pub inside: String,
    /// Its path on the host; `None` where it is no file of the host.
    pub host: Option<String>,
}

impl Spot {
    pub(crate) fn new(file: &str, line: Option<u64>) -> Self {
        Self {
            file: file.to_owned(),
            line,
        }
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

impl ObservedFlag {
    /// What it is called where it was given: `--tls-cert-file`, `tlsCertFile`,
    /// `ETCD_CERT_FILE`.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.form {
            Form::Flag(name) => format!("--{name}"),
            Form::Field(path) => path.clone(),
            Form::Variable(name) => name.clone(),
            Form::Default => self.name.clone(),
        }
    }

    /// Its value; of a flag that stands alone `true`.
    #[must_use]
    pub fn text(&self) -> &str {
        self.value.as_deref().unwrap_or("true")
    }

    /// The items of a list, between commas.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        let items = self.text().split(',').map(str::trim);
        items.filter(|item| !item.is_empty())
    }

    /// Whether both were given in the same way, so that one can add to the other.
    fn is_beside(&self, other: &Self) -> bool {
        std::mem::discriminant(&self.form) == std::mem::discriminant(&other.form)
    }

    /// Whether the whole of another is one of its items.
    fn has(&self, other: &Self) -> bool {
        self.items().any(|item| item == other.text())
    }
}

impl Instance {
    pub(crate) fn new(component: Component, source: Source) -> Self {
        Self {
            component,
            source,
            release: None,
            flags: Vec::new(),
            misread: Vec::new(),
            mounts: Vec::new(),
            contained: false,
            whole: true,
        }
    }

    /// What counts of everything given by this name, in order: the last, or all that add up.
    pub fn counting(&self, name: &str) -> impl Iterator<Item = &ObservedFlag> {
        let mut counting: Vec<&ObservedFlag> = Vec::new();
        for flag in self.flags.iter().filter(|flag| flag.name == name) {
            let last = counting.last().copied();
            match self.kind(flag) {
                FlagKind::List if last.is_some_and(|last| last.is_beside(flag)) => {}
                FlagKind::Urls
                    if last.is_some_and(|last| last.is_beside(flag) && last.has(flag)) =>
                {
                    continue;
                }
                _ => counting.clear(),
            }
            counting.push(flag);
        }
        counting.into_iter()
    }

    /// How several of a flag go together. Items of a list in a file add up.
    pub(crate) fn kind(&self, flag: &ObservedFlag) -> FlagKind {
        match &flag.form {
            Form::Flag(written) => {
                let name = written.replace('_', "-");
                RecordedFlag::find(self.component, &name).map_or(FlagKind::Value, |one| one.kind)
            }
            Form::Field(_) if flag.name.contains("[]") => FlagKind::List,
            _ => FlagKind::Value,
        }
    }

    /// The last that counts of everything given by this name.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&ObservedFlag> {
        self.counting(name).last()
    }

    /// The value that counts, unless it is empty, which is as good as not given.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let flag = self.flag(name)?;
        Some(flag.text()).filter(|text| !text.is_empty())
    }

    /// What a switch was set to, as Go reads it; `None` where it was not.
    #[must_use]
    pub fn switch(&self, name: &str) -> Option<bool> {
        parse_switch(self.value(name)?)
    }

    /// The items of a list that a flag takes, of all that count.
    pub fn items(&self, name: &str) -> impl Iterator<Item = &str> {
        self.counting(name).flat_map(ObservedFlag::items)
    }

    /// Every file that it was told of and that counts, with the row of the table.
    pub fn named_files(&self) -> impl Iterator<Item = (&ObservedFlag, &'static FlagSpec)> {
        self.flags.iter().filter_map(|flag| {
            let spec = FlagSpec::find(self.component, &flag.name)?;
            let is_file = matches!(spec.takes(), Takes::File(_)) && !flag.text().is_empty();
            let counts = || self.counting(&flag.name).any(|one| std::ptr::eq(one, flag));
            (is_file && counts()).then_some((flag, spec))
        })
    }

    /// Where a path that it was told is on the host.
    #[must_use]
    pub fn on_host(&self, path: &str) -> HostPath {
        if !self.contained {
            return HostPath::At(path.to_owned());
        }
        let within = |mount: &Mount| {
            let rest = path.strip_prefix(mount.inside.trim_end_matches('/'))?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
        };
        let mounts = self.mounts.iter();
        let best = mounts
            .filter_map(|mount| Some((mount, within(mount)?)))
            .max_by_key(|(mount, _)| mount.inside.len());
        match best {
            None => HostPath::NotMounted,
            Some((Mount { host: None, .. }, _)) => HostPath::Elsewhere,
            Some((
                Mount {
                    host: Some(host), ..
                },
                rest,
            )) => HostPath::At(format!("{}{rest}", host.trim_end_matches('/'))),
        }
    }
}

/// Where a path of a container is on the host.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostPath {
    /// Here.
    At(String),
    /// Nowhere: no directory of the host is mounted there.
    NotMounted,
    /// In a volume that is no directory of the host.
    Elsewhere,
}

/// Yes and no as Go's `strconv.ParseBool` reads them.
pub(crate) fn parse_switch(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
