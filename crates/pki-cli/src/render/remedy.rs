//! Remedies in words.

use pki_core::remedy::{Command, Edit, EditPlace, Init, Question, Remedy, Step};
use pki_layout::report::{EditRow, RemedyRow, StepRow};

use crate::typed::{Typed, quoted};

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

impl Typed {
    /// A remedy in words and for programs.
    pub(crate) fn words(&self, remedy: &Remedy) -> RemedyRow {
        worded(remedy, &|command| self.told(command), &|step| {
            self.row(step)
        })
    }

    /// The same, for who has just run `init`: with which flags, nobody has to think of again. What
    /// flags alone say of the cluster, no other command knows.
    pub(crate) fn words_of_init(
        &self,
        remedy: &Remedy,
        flags: &[String],
        flags_say_more: bool,
    ) -> RemedyRow {
        let told = |command: &Command| match command {
            Command::Init(init) if *init == Init::default() => "run this again".to_owned(),
            // It takes the same ones.
            Command::Request { .. } => {
                let words = [self.argv(command).as_slice(), flags].concat();
                format!("`{}`", quoted(&words))
            }
            command => self.told(command),
        };
        let mut row = worded(remedy, &told, &|step| self.row(step));
        let by_configuration = |step: &Step| {
            matches!(
                step,
                Step::Run(Command::Renew {
                    reconcile: true,
                    ..
                })
            )
        };
        if flags_say_more && remedy.ways.iter().flatten().any(by_configuration) {
            row.text.push_str(
                " What the flags say goes into that configuration first: no other command has them.",
            );
        }
        row
    }

    /// The same of what is wrong on a machine, whose files are named as it sees them: words are for
    /// who looks at it from here.
    pub(crate) fn words_of_finding(&self, remedy: &Remedy) -> RemedyRow {
        let here = remedy.clone().with_files(|file| self.on_disk(file));
        let ways = self.words(remedy).ways;
        RemedyRow::new(self.words(&here).text, ways)
    }

    fn told(&self, command: &Command) -> String {
        format!("`{}`", quoted(&self.argv(command)))
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

/// Questions of which a flag is the answer.
const FLAGS: &[(&str, &str)] = &[
    (
        "name the directory of certificates that the components are told of",
        "--cert-dir",
    ),
    ("name the directory where they are", "--root, --cert-dir"),
    (
        "name the key that is this authority's",
        "--ca-key, --front-proxy-ca-key, --etcd-ca-key",
    ),
    (
        "name the token that has it",
        "--ca-key, --front-proxy-ca-key, --etcd-ca-key",
    ),
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
        (EditPlace::Link, _) => (
            Phrase::Plain,
            format!("put the file itself in the place of the symbolic link {file}"),
        ),
        (EditPlace::Mode, mode) => {
            let words = ["chmod", mode.unwrap_or_default(), file].map(str::to_owned);
            (Phrase::Plain, format!("`{}`", quoted(&words)))
        }
        (EditPlace::Owner, owner) => {
            let words = ["chown", owner.unwrap_or_default(), file].map(str::to_owned);
            (Phrase::Plain, format!("`{}`", quoted(&words)))
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
