//! A command line as its component would read it.
//!
//! kube-apiserver and its like read flags with pflag: two dashes, `_` as good as `-`, a switch
//! takes its value with `=` only, and words that are no flags are refused. etcd reads them with
//! Go's own package: one dash or two.

#[cfg(test)]
mod tests;

use pki_core::remedy::{Edit, EditPlace, Question, Remedy};

use super::flag::{Form, Instance, Misread, ObservedFlag, Source, SourceKind, Spot, parse_switch};
use super::script::{self, ScriptWord};
use crate::table::{Component, FlagKind, FlagSpec, ObsoleteFlag, Place, RecordedFlag, Takes};

/// Asked for where a flag has no value.
pub(crate) static GIVE: Question =
    Question::new("give a value to", "the value is the cluster's own");

static JOIN: Question = Question::new(
    "join it to the flag before it with =",
    "whether it belongs there is not on this disk",
);

/// One word of a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) spot: Spot,
}

impl Word {
    pub(super) fn new(text: impl Into<String>, spot: Spot) -> Self {
        let text = text.into();
        Self { text, spot }
    }
}

/// The component that a command line starts, if it starts one, with what it is told.
///
/// The program may stand behind others, as in `sh -c "exec kube-apiserver …"` or behind
/// kube-log-runner: it is the first word before any `--flag` whose file name is a component's.
///
/// # Errors
///
/// Where a shell starts it and what it is told is known only when that runs: a sentence about the
/// file.
pub(super) fn instance(
    words: &[Word],
    kind: SourceKind,
    file: &str,
) -> Result<Option<Instance>, String> {
    let Some(script) = script(words) else {
        return Ok(started(words, kind, file));
    };
    let Some(commands) = script::commands(&script.text) else {
        let names = Component::ALL.iter().map(|component| component.name());
        let mut names = names.filter(|name| script.text.contains(name));
        return match names.next() {
            None => Ok(None),
            Some(name) => Err(format!(
                "starts {name} by a shell script with a quotation that does not end"
            )),
        };
    };
    for command in commands {
        let words = command.iter().map(|word| Word {
            text: word.text.clone(),
            spot: script.spot.clone(),
        });
        let words: Vec<Word> = words.collect();
        let Some(instance) = started(&words, kind, file) else {
            continue;
        };
        let files: Vec<&str> = instance
            .named_files()
            .map(|(flag, _)| flag.text())
            .collect();
        let before = std::iter::once("").chain(command.iter().map(|word| word.text.as_str()));
        let mut words = command.iter().zip(before);
        let unknown = words.find(|(word, before)| word.expands && decides(word, before, &files));
        if let Some((word, _)) = unknown {
            return Err(format!(
                "starts {} by a shell script, and what {} is, is known only when that runs",
                instance.component, word.text
            ));
        }
        return Ok(Some(instance));
    }
    Ok(None)
}

/// Whether a word that is known only when its script runs names a file, or may be any flag.
fn decides(word: &ScriptWord, before: &str, files: &[&str]) -> bool {
    let is_value = |(name, value): (&str, &str)| !name.contains('$') && !files.contains(&value);
    let flag = word
        .text
        .starts_with('-')
        .then(|| word.text.split_once('='));
    match flag.flatten() {
        Some(flag) => !is_value(flag),
        None => !(before.starts_with('-') && is_value((before, &word.text))),
    }
}

fn started(words: &[Word], kind: SourceKind, file: &str) -> Option<Instance> {
    let program = |word: &Word| {
        let name = word.text.rsplit('/').next().unwrap_or_default();
        name.parse::<Component>().ok()
    };
    let before = words.iter().take_while(|word| !word.text.starts_with("--"));
    let (at, component) = before
        .enumerate()
        .find_map(|(at, word)| Some((at, program(word)?)))?;
    let source = Source {
        kind,
        file: file.to_owned(),
    };
    let mut instance = Instance::new(component, source);
    let arguments = words.get(at + 1..).unwrap_or_default();
    Reader(&mut instance).read(arguments);
    Some(instance)
}

/// What a shell is given to run, where it is given that.
fn script(words: &[Word]) -> Option<&Word> {
    let is_shell = |word: &Word| {
        let name = word.text.rsplit('/').next();
        matches!(name, Some("sh" | "bash" | "ash" | "dash"))
    };
    match words {
        [shell, options @ .., _] if is_shell(shell) => {
            // `-c` may stand after others, and its script comes after all of them.
            let count = options.iter().take_while(|one| one.text.starts_with('-'));
            let count = count.count();
            let given = options.get(..count).unwrap_or_default();
            let has_script = |one: &Word| one.text.contains('c') && !one.text.starts_with("--");
            let after = words.get(count + 1);
            after.filter(|_| given.iter().any(has_script))
        }
        _ => None,
    }
}

struct Reader<'a>(&'a mut Instance);

impl Reader<'_> {
    fn read(&mut self, words: &[Word]) {
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let spot = word.spot.clone();
            let Some(body) = word.text.strip_prefix('-').filter(|body| !body.is_empty()) else {
                self.stray(&word.text, spot);
                continue;
            };
            let long = body.strip_prefix('-');
            if long == Some("") {
                for word in words.by_ref() {
                    let spot = word.spot.clone();
                    self.stray(&word.text, spot);
                }
                return;
            }
            let body = long.unwrap_or(body);
            let (written, value) = match body.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (body, None),
            };
            let (name, takes) = self.known(written);
            let is_switch = takes == Some(Takes::Switch);
            let mut value = value;
            if value.is_none() && (takes.is_none() || is_switch) {
                // A switch takes no word, and of a flag that is not known nobody can tell.
                if let Some(next) = words.next_if(|next| !next.text.starts_with('-')) {
                    value = Some(next.text.clone());
                    if is_switch {
                        self.misread(
                            format!(
                                "--{written} takes no word after it, and {:?} is one",
                                next.text
                            ),
                            set(written, &next.text, &spot),
                            Some(&name),
                            spot.clone(),
                        );
                    }
                }
            } else if value.is_none() {
                value = words.next().map(|next| next.text.clone());
                if value.is_none() {
                    self.misread(
                        format!("--{written} is the last word and needs a value"),
                        Remedy::ask_about(&GIVE, format!("--{written}")),
                        Some(&name),
                        spot.clone(),
                    );
                }
            } else if is_switch && value.as_deref().and_then(parse_switch).is_none() {
                self.misread(
                    format!(
                        "--{written} is neither true nor false but {:?}",
                        value.as_deref().unwrap_or_default()
                    ),
                    meant(written, value.as_deref().unwrap_or_default(), &spot),
                    Some(&name),
                    spot.clone(),
                );
            }
            if long.is_none() && self.wants_two_dashes() && !is_verbosity(body) {
                self.misread(
                    format!("-{written} has one dash, and is read as a row of one-letter flags"),
                    in_place_of(&word.text, Some(format!("--{body}")), &spot),
                    Some(&name),
                    spot.clone(),
                );
            }
            self.give(name, written, value, spot);
        }
    }

    fn give(&mut self, name: String, written: &str, value: Option<String>, spot: Spot) {
        let gates = "feature-gates";
        if name == gates && self.0.component == Component::Kubelet {
            let gates = value.as_deref().unwrap_or_default().split(',');
            for (gate, on) in gates.filter_map(|gate| gate.split_once('=')) {
                self.0.flags.push(ObservedFlag {
                    name: format!("featureGates.{}", gate.trim()),
                    value: Some(on.trim().to_owned()),
                    form: Form::Flag(written.to_owned()),
                    spot: spot.clone(),
                });
            }
            return;
        }
        self.0.flags.push(ObservedFlag {
            name,
            value,
            form: Form::Flag(written.to_owned()),
            spot,
        });
    }

    /// The table's name of a flag and what it takes; of a kubelet's flag that has become a field,
    /// that field's.
    fn known(&self, written: &str) -> (String, Option<Takes>) {
        let component = self.0.component;
        let name = if self.wants_two_dashes() {
            written.replace('_', "-")
        } else {
            written.to_owned()
        };
        if let Some(spec) = FlagSpec::find(component, &name)
            && spec.place == Place::Flag
        {
            return (name, Some(spec.takes()));
        }
        if let Some(successor) =
            ObsoleteFlag::find(component, &name).and_then(ObsoleteFlag::successor)
            && successor.place == Place::KubeletConfiguration
        {
            return (successor.name.to_owned(), Some(successor.takes()));
        }
        let recorded = RecordedFlag::find(component, &name).map(|flag| flag.kind);
        let takes = recorded.map(|kind| match kind {
            FlagKind::Switch => Takes::Switch,
            _ => Takes::Text,
        });
        (name, takes)
    }

    fn wants_two_dashes(&self) -> bool {
        self.0.component != Component::Etcd
    }

    fn stray(&mut self, word: &str, spot: Spot) {
        // etcdctl has verbs.
        if self.0.component != Component::Etcdctl {
            self.misread(
                format!("{word:?} is no flag, and nothing else is taken"),
                in_place_of(word, None, &spot).or(Remedy::ask(&JOIN)),
                None,
                spot,
            );
        }
    }

    fn misread(&mut self, message: String, remedy: Remedy, name: Option<&str>, spot: Spot) {
        self.0.misread.push(Misread {
            message,
            remedy,
            name: name.map(str::to_owned),
            spot,
        });
    }
}

/// A flag with a value that is read as one.
fn set(written: &str, value: &str, spot: &Spot) -> Remedy {
    let place = EditPlace::Flag(written.to_owned());
    Remedy::edit(Edit::new(&spot.file, place, Some(value.to_owned())))
}

/// What a switch is meant to be by a word that it does not take, and the other.
fn meant(written: &str, word: &str, spot: &Spot) -> Remedy {
    let is_no = ["no", "n", "off", "disabled"].contains(&word.to_lowercase().as_str());
    let [first, second] = if is_no {
        ["false", "true"]
    } else {
        ["true", "false"]
    };
    set(written, first, spot).or(set(written, second, spot))
}

/// Another word for one, or none.
fn in_place_of(word: &str, other: Option<String>, spot: &Spot) -> Remedy {
    Remedy::edit(Edit::new(
        &spot.file,
        EditPlace::Word(word.to_owned()),
        other,
    ))
}

/// `-v=2`, `-v2` and `-v 2`: the one flag of Kubernetes' components that has a short form.
fn is_verbosity(body: &str) -> bool {
    let rest = body
        .strip_prefix('v')
        .map(|rest| rest.strip_prefix('=').unwrap_or(rest));
    rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}
