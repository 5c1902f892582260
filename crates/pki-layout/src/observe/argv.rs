//! A command line as its component would read it.
//!
//! kube-apiserver and its like read flags with pflag: two dashes, `_` as good as `-`, a switch
//! takes its value with `=` only, and words that are no flags are refused. etcd reads them with
//! Go's own package: one dash or two.

use pki_core::remedy::{Edit, EditPlace, Question, Remedy};

use super::flag::{Form, Instance, Misread, ObservedFlag, Source, SourceKind, Spot, parse_switch};
use crate::table::{Component, FlagSpec, ObsoleteFlag, Place, Takes};

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
pub(super) fn instance(words: &[Word], kind: SourceKind, file: &str) -> Option<Instance> {
    let words = unwrapped(words);
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

/// Without the shell that runs it.
fn unwrapped(words: &[Word]) -> Vec<Word> {
    let is_shell = |word: &Word| {
        let name = word.text.rsplit('/').next();
        matches!(name, Some("sh" | "bash" | "ash" | "dash"))
    };
    match words {
        [shell, option, script, ..] if is_shell(shell) && option.text.ends_with('c') => {
            let inner = shlex::split(&script.text).unwrap_or_default();
            let words = inner.into_iter();
            words
                .map(|text| Word::new(text, script.spot.clone()))
                .collect()
        }
        _ => words.to_vec(),
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
        (name, None)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Instance {
        let spot = Spot::new("m.yaml", Some(7));
        let words = line.split(' ').map(|text| Word::new(text, spot.clone()));
        instance(&words.collect::<Vec<_>>(), SourceKind::Manifest, "m.yaml").unwrap()
    }

    fn flag(instance: &Instance) -> Vec<(&str, &str)> {
        let flag = instance.flags.iter();
        flag.map(|one| (one.name.as_str(), one.text())).collect()
    }

    #[test]
    fn flags_are_read_in_every_spelling() {
        let one = read(
            "/usr/local/bin/kube-apiserver --tls-cert-file=a --client-ca-file b --anonymous-auth \
             --etcd_cafile=c --secure-port 6443 -v=2",
        );
        assert_eq!(one.component, Component::KubeApiserver);
        assert_eq!(
            flag(&one),
            [
                ("tls-cert-file", "a"),
                ("client-ca-file", "b"),
                ("anonymous-auth", "true"),
                ("etcd-cafile", "c"),
                ("secure-port", "6443"),
                ("v", "2"),
            ]
        );
        assert_eq!(one.misread, []);
        assert_eq!(one.flags[0].spot.to_string(), "m.yaml:7");
    }

    #[test]
    fn etcd_takes_one_dash_and_the_others_do_not() {
        assert_eq!(read("etcd -cert-file=a --key-file b").misread, []);
        let one = read("kube-apiserver -tls-cert-file=a");
        assert_eq!(flag(&one), [("tls-cert-file", "a")]);
        let write = in_place_of(
            "-tls-cert-file=a",
            Some("--tls-cert-file=a".to_owned()),
            &one.misread[0].spot,
        );
        assert_eq!(one.misread[0].remedy, write);
    }

    #[test]
    fn a_switch_takes_no_word() {
        let one = read("kube-apiserver --anonymous-auth false --etcd-cafile=a");
        assert_eq!(one.switch("anonymous-auth"), Some(false));
        let written = set("anonymous-auth", "false", &one.misread[0].spot);
        assert_eq!(one.misread[0].remedy, written);
        let one = read("kubelet --anonymous-auth=no");
        assert!(one.misread[0].message.contains("neither true nor false"));
    }

    #[test]
    fn the_kubelet_s_flags_are_its_fields() {
        let one = read(
            "kubelet --client-ca-file=a --feature-gates=X=true,RotateKubeletServerCertificate=false",
        );
        assert_eq!(one.value("authentication.x509.clientCAFile"), Some("a"));
        assert_eq!(one.flags[0].shown(), "--client-ca-file");
        let gate = one.switch("featureGates.RotateKubeletServerCertificate");
        assert_eq!(gate, Some(false));
    }

    #[test]
    fn programs_are_found_behind_others() {
        let script = ["/bin/sh", "-ec", "exec kube-scheduler --kubeconfig='a b'"];
        let script = script.map(|text| Word::new(text, Spot::new("m", None)));
        let one = instance(&script, SourceKind::Manifest, "m").unwrap();
        assert_eq!(one.component, Component::KubeScheduler);
        assert_eq!(one.value("kubeconfig"), Some("a b"));
        let one =
            read("/go-runner -log-file=/var/log/x /usr/bin/kube-apiserver --client-ca-file=a");
        assert_eq!(one.component, Component::KubeApiserver);
        let other = ["/bin/watch", "--target", "etcd"];
        let other = other.map(|text| Word::new(text, Spot::new("m", None)));
        assert_eq!(instance(&other, SourceKind::Manifest, "m"), None);
    }

    #[test]
    fn words_that_are_no_flags_are_said() {
        let messages = |line: &str| read(line).misread.len();
        assert_eq!(messages("kube-scheduler leader"), 1);
        assert_eq!(messages("kube-scheduler -- leader"), 1);
        assert_eq!(messages("etcdctl endpoint health"), 0);
        assert_eq!(messages("kube-apiserver --client-ca-file"), 1);
    }
}
