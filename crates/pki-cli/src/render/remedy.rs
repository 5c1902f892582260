//! Remedies in words, and the commands that they run: the one place that knows what these are
//! called.

use std::path::{Path, PathBuf};

use pki_core::remedy::{Command, Edit, EditPlace, Init, Question, Remedy, Step};
use pki_layout::report::{EditRow, RemedyRow, StepRow};

use crate::args::Global;

/// Commands as whoever was given these options types them: what decides where is looked goes with
/// every one that is printed, so that it does the same tree.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    /// Where the tree is; nothing where nobody can write there.
    root: Option<PathBuf>,
    /// The directories.
    directories: Vec<String>,
    config: Option<String>,
}

impl Typed {
    pub(crate) fn of(global: &Global) -> Self {
        let directories = [
            ("--cert-dir", &global.cert_dir),
            ("--kubeconfig-dir", &global.kubeconfig_dir),
        ];
        let given = directories
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let config = global.config.as_ref();
        Self {
            root: global.root.clone().filter(|root| !is_archive(root)),
            directories: given
                .flat_map(|(name, value)| [name.to_owned(), value.clone()])
                .collect(),
            config: config.map(|path| path.display().to_string()),
        }
    }

    /// A remedy in words and for programs.
    pub(crate) fn words(&self, remedy: &Remedy) -> RemedyRow {
        self.worded(remedy, None)
    }

    /// The same, for who has just run `init`: with which flags, nobody has to think of again.
    pub(crate) fn words_of_init(&self, remedy: &Remedy) -> RemedyRow {
        self.worded(remedy, Some(&Command::Init(Init::default())))
    }

    fn worded(&self, remedy: &Remedy, again: Option<&Command>) -> RemedyRow {
        let told = |command: &Command| {
            if Some(command) == again {
                "run this again".to_owned()
            } else {
                format!("`{}`", quoted(&self.argv(command)))
            }
        };
        worded(remedy, &told, &|step| self.row(step))
    }

    /// One of pkigen's other commands, as it is typed.
    pub(crate) fn line(&self, words: &[&str]) -> String {
        let words = ["pkigen"].iter().chain(words);
        let words = words.map(|word| (*word).to_owned());
        quoted(&self.with_options(words.collect()))
    }

    fn with_options(&self, mut words: Vec<String>) -> Vec<String> {
        if let Some(root) = &self.root {
            words.extend(["--root".to_owned(), root.display().to_string()]);
        }
        for given in self.directories.chunks(2) {
            if !given.first().is_some_and(|name| words.contains(name)) {
                words.extend(given.iter().cloned());
            }
        }
        if let Some(config) = &self.config
            && !words.iter().any(|word| word == "--config")
        {
            words.extend(["--config".to_owned(), config.clone()]);
        }
        words
    }

    /// A command as it is typed.
    fn argv(&self, command: &Command) -> Vec<String> {
        let words = argv(command, self.config.as_deref().unwrap_or("FILE"));
        let Command::Take { file, there, .. } = command else {
            return self.with_options(words);
        };
        if *there {
            return words;
        }
        let below = |root: &PathBuf| root.join(Path::new(file).strip_prefix("/").ok()?).into();
        let words = match self.root.as_ref().and_then(below) {
            Some(on_disk) => {
                let on_disk: PathBuf = on_disk;
                let here = |word: String| {
                    if word == *file {
                        on_disk.display().to_string()
                    } else {
                        word
                    }
                };
                words.into_iter().map(here).collect()
            }
            None => words,
        };
        self.with_options(words)
    }

    fn row(&self, step: &Step) -> StepRow {
        match step {
            Step::Run(command) => StepRow::Run(self.argv(command)),
            Step::Edit(edit) => StepRow::Edit(EditRow::of(edit)),
            Step::Ask(question, about) => StepRow::Ask(asked(question, about.as_deref())),
            Step::Accept(rules) => StepRow::Accept(rules.clone()),
        }
    }
}

/// What is only looked at: nothing can be done to it.
fn is_archive(root: &Path) -> bool {
    let name = root.as_os_str().to_string_lossy();
    name == "-"
        || [".tar", ".tar.gz", ".tgz"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Words as a shell takes them.
fn quoted(words: &[String]) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "_-./:=@%+,".contains(one);
    let quoted = words.iter().map(|word| {
        if !word.is_empty() && word.chars().all(is_plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    });
    let quoted: Vec<String> = quoted.collect();
    quoted.join(" ")
}

/// A remedy in words and for programs, for whoever has given no options.
#[must_use]
pub fn words(remedy: &Remedy) -> RemedyRow {
    Typed::default().words(remedy)
}

/// How a command is said.
type Told<'a> = &'a dyn Fn(&Command) -> String;

fn worded(remedy: &Remedy, told: Told<'_>, row: &dyn Fn(&Step) -> StepRow) -> RemedyRow {
    let ways = remedy.ways.iter().map(|way| way_in_words(way, told));
    let ways: Vec<String> = ways.collect();
    let mut text = ways.join("; or ");
    if let Some(because) = remedy.because {
        text.push_str(": ");
        text.push_str(because);
    }
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if !text.is_empty() {
        text.push('.');
    }
    let rows = |way: &Vec<Step>| way.iter().map(row).collect();
    RemedyRow::new(text, remedy.ways.iter().map(rows).collect())
}

/// Steps, those of the same kind that follow each other in one breath.
fn way_in_words(way: &[Step], told: Told<'_>) -> String {
    let mut parts: Vec<(Phrase, Vec<String>)> = Vec::new();
    for step in way {
        let (phrase, object) = in_words(step, told);
        match parts.last_mut() {
            Some((last, objects)) if *last == phrase && phrase.takes_several() => {
                objects.push(object);
            }
            _ => parts.push((phrase, vec![object])),
        }
    }
    let mut text = String::new();
    for (phrase, objects) in parts {
        if !text.is_empty() {
            let follows = if phrase == Phrase::Ask {
                ", and "
            } else {
                ", then "
            };
            text.push_str(follows);
        }
        text.push_str(&phrase.around(&objects.join(" and ")));
    }
    text
}

/// What is said around one thing or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phrase {
    Plain,
    Ask,
    MoveAway,
    TakeAway,
    Set,
}

impl Phrase {
    const fn takes_several(self) -> bool {
        matches!(self, Self::MoveAway | Self::TakeAway | Self::Set)
    }

    fn around(self, objects: &str) -> String {
        match self {
            Self::Plain | Self::Ask => objects.to_owned(),
            Self::MoveAway => format!("move {objects} away"),
            Self::TakeAway => format!("take {objects} away"),
            Self::Set => format!("set {objects}"),
        }
    }
}

fn in_words(step: &Step, told: Told<'_>) -> (Phrase, String) {
    match step {
        Step::Accept(rules) => {
            let flags: Vec<String> = rules
                .iter()
                .map(|rule| format!("--accept {rule}"))
                .collect();
            let text = format!("to have it all the same: `{}`", flags.join(" "));
            (Phrase::Plain, text)
        }
        Step::Run(command) => (Phrase::Plain, told(command)),
        Step::Ask(question, about) => (Phrase::Ask, asked(question, about.as_deref())),
        Step::Edit(Edit { file, place, value }) => edit_in_words(file, place, value.as_deref()),
    }
}

fn asked(question: &Question, about: Option<&str>) -> String {
    match about {
        None => question.text.to_owned(),
        Some(about) => format!("{} {about}", question.text),
    }
}

fn edit_in_words(file: &str, place: &EditPlace, value: Option<&str>) -> (Phrase, String) {
    match (place, value) {
        (EditPlace::File, _) => (Phrase::MoveAway, file.to_owned()),
        (EditPlace::Link, _) => (
            Phrase::Plain,
            format!("put the file itself in the place of the symbolic link {file}"),
        ),
        (EditPlace::Mode, mode) => {
            let mode = mode.unwrap_or_default();
            (Phrase::Plain, format!("`chmod {mode} {file}`"))
        }
        (EditPlace::Owner, owner) => {
            let owner = owner.unwrap_or_default();
            (Phrase::Plain, format!("`chown {owner} {file}`"))
        }
        (EditPlace::Flag(name), Some(value)) => (Phrase::Set, format!("--{name}={value}")),
        (EditPlace::Flag(name), None) => (Phrase::TakeAway, format!("--{name}")),
        (EditPlace::Field(name), Some(value)) => (Phrase::Set, format!("{name}: {value}")),
        (EditPlace::Variable(name), Some(value)) => (Phrase::Set, format!("{name}={value}")),
        (EditPlace::Field(name) | EditPlace::Variable(name) | EditPlace::Word(name), None) => {
            (Phrase::TakeAway, name.clone())
        }
        (EditPlace::Word(word), Some(value)) => (
            Phrase::Plain,
            format!("write {value} in the place of {word}"),
        ),
    }
}

/// A command by itself, with the configuration in this file.
fn argv(command: &Command, config: &str) -> Vec<String> {
    let mut words = vec!["pkigen".to_owned()];
    let mut add = |more: &[&str]| words.extend(more.iter().map(|word| (*word).to_owned()));
    match command {
        Command::Renew {
            names,
            reconcile,
            reuse_key,
            accept,
        } => {
            add(&["renew"]);
            add(&names.iter().map(String::as_str).collect::<Vec<&str>>());
            if *reuse_key {
                add(&["--reuse-key"]);
            }
            if *reconcile {
                add(&["--reconcile", "--config", config]);
            }
            for rule in accept {
                add(&["--accept", rule]);
            }
        }
        Command::DropNames { names } => {
            add(&["renew"]);
            add(&names.iter().map(String::as_str).collect::<Vec<&str>>());
            add(&["--reconcile", "--drop-names", "--config", config]);
        }
        Command::Take { name, file, .. } => add(&["renew", name, "--certificate", file]),
        Command::Init(init) => {
            add(&["init"]);
            let flags = [
                (init.kubelet_serving, "--kubelet-serving"),
                (init.super_admin, "--super-admin"),
                (init.new_cluster, "--new-cluster"),
            ];
            for (_, flag) in flags.into_iter().filter(|(given, _)| *given) {
                add(&[flag]);
            }
            add(&["--config", config]);
        }
        Command::InitIn { certificates } => {
            add(&["init", "--cert-dir", certificates, "--config", config]);
        }
        Command::Recover => add(&["recover"]),
    }
    words
}
