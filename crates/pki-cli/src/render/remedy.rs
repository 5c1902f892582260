//! Remedies in words, and the commands that they run: the one place that knows what these are
//! called.

use pki_core::remedy::{Command, Edit, EditPlace, Init, Question, Remedy, Step};
use pki_layout::report::{EditRow, RemedyRow, StepRow};

use crate::args::Global;

/// What stands for a configuration that nobody has named.
const FILE: &str = "FILE";

/// Where `FILE` is to be had.
pub(crate) const WHERE_FILE_IS: &str = "\
FILE is the configuration of the cluster. kubeadm keeps it in the cluster too:
  kubectl -n kube-system get configmap kubeadm-config -o yaml > FILE";

/// Whether somebody is told to name a configuration.
pub(crate) fn names_file(text: &str) -> bool {
    text.split_whitespace()
        .collect::<Vec<&str>>()
        .join(" ")
        .contains("--config FILE")
}

/// A remedy in words and for programs.
#[must_use]
pub fn words(remedy: &Remedy) -> RemedyRow {
    Wording(FILE).words(remedy)
}

/// Remedies for whoever has given this configuration, which commands are told then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording<'a>(&'a str);

impl<'a> Wording<'a> {
    pub(crate) fn of(global: &'a Global) -> Self {
        let config = global.config.as_deref().and_then(|path| path.to_str());
        // What came by a pipe is not there a second time.
        let config = config.filter(|path| *path != "-" && !path.starts_with("/dev/"));
        Self(config.unwrap_or(FILE))
    }

    pub(crate) fn words(self, remedy: &Remedy) -> RemedyRow {
        self.worded(remedy, &|command| self.quoted(command))
    }

    /// The same, for who has just run `init`: with which flags, nobody has to think of again.
    pub(crate) fn words_of_init(self, remedy: &Remedy) -> RemedyRow {
        self.worded(remedy, &|command| match command {
            Command::Init(init) => {
                let flags = init_flags(*init);
                let with = if flags.is_empty() { "" } else { " with " };
                format!("run this again{with}{}", flags.join(" "))
            }
            command => self.quoted(command),
        })
    }

    fn quoted(self, command: &Command) -> String {
        format!("`{}`", argv(command, self.0).join(" "))
    }

    fn worded(self, remedy: &Remedy, told: Told<'_>) -> RemedyRow {
        worded(remedy, told, self.0)
    }
}

/// How a command is said.
type Told<'a> = &'a dyn Fn(&Command) -> String;

fn worded(remedy: &Remedy, told: Told<'_>, config: &str) -> RemedyRow {
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
    let rows = |way: &Vec<Step>| way.iter().map(|step| row(step, config)).collect();
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

/// Questions of which a flag is the answer.
const FLAGS: &[(&str, &str)] = &[
    (
        "name the directory of certificates that the components are told of",
        "--cert-dir",
    ),
    ("name the directory where they are", "--root, --cert-dir"),
    (
        "name the directory of the manifests, look at units and processes too, or name another root",
        "--manifests, --systemd, --proc, --root",
    ),
];

fn asked(question: &Question, about: Option<&str>) -> String {
    let text = question.text;
    let flags = FLAGS.iter().find(|(known, _)| *known == text);
    match (flags, about) {
        (None, None) => text.to_owned(),
        (None, Some(about)) => format!("{text} {about}"),
        (Some((_, flags)), None) => format!("{text} ({flags})"),
        (Some((_, flag)), Some(about)) => format!("{text}: `{flag} {about}`"),
    }
}

fn edit_in_words(file: &str, place: &EditPlace, value: Option<&str>) -> (Phrase, String) {
    match (place, value) {
        (EditPlace::File, _) => (Phrase::MoveAway, file.to_owned()),
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

fn row(step: &Step, config: &str) -> StepRow {
    match step {
        Step::Run(command) => StepRow::Run(argv(command, config)),
        Step::Edit(edit) => StepRow::Edit(EditRow::of(edit)),
        Step::Ask(question, about) => StepRow::Ask(asked(question, about.as_deref())),
        Step::Accept(rules) => StepRow::Accept(rules.clone()),
    }
}

fn init_flags(init: Init) -> Vec<&'static str> {
    let flags = [
        (init.kubelet_serving, "--kubelet-serving"),
        (init.super_admin, "--super-admin"),
        (init.new_cluster, "--new-cluster"),
    ];
    let given = flags.into_iter().filter(|(given, _)| *given);
    given.map(|(_, flag)| flag).collect()
}

/// A command as it is typed.
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
        Command::Take { name, file } => add(&["renew", name, "--certificate", file]),
        Command::Init(init) => {
            add(&["init"]);
            add(&init_flags(*init));
            add(&["--config", config]);
        }
        Command::Recover => add(&["recover"]),
    }
    words
}
