//! Units of systemd with their drop-ins, as systemd puts them together (systemd.unit(5),
//! systemd.service(5)): enough to know the command line.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::argv::{self, Word};
use super::flag::{SourceKind, Spot};
use super::{Machine, Observation, Unread};
use crate::table::Component;
use crate::tree::source::NotObserved;

/// Where units are, those that win first.
const DIRECTORIES: &[&str] = &[
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
];

/// What a component's unit is called: this, and anything after it.
const UNITS: &[&str] = &["etcd", "kube-", "kubelet"];

/// The kubelet's unit.
const KUBELET: &str = "kubelet.service";

/// What a unit says of its service.
#[derive(Debug, Default)]
struct Service {
    /// The last command line.
    start: Option<Word>,
    /// Variables with their values, in order.
    variables: Vec<(String, Word)>,
    /// Files of variables; those with a minus may be missing.
    files: Vec<Word>,
}

impl Observation {
    /// Adds the components that units start, and the files of the kubelet's unit.
    pub(super) fn add_units(&self, machine: &mut Machine) {
        let mut units: BTreeMap<String, PathBuf> = BTreeMap::new();
        for directory in DIRECTORIES {
            if self.is_observed(Path::new(directory)) {
                machine.looked_at.push((*directory).to_owned());
            }
            for name in self.names_or_unread(machine, Path::new(directory)) {
                let stem = name.strip_suffix(".service");
                if stem.is_some_and(|stem| UNITS.iter().any(|unit| stem.starts_with(unit))) {
                    let path = Path::new(directory).join(&name);
                    units.entry(name).or_insert(path);
                }
            }
        }
        for (name, path) in units {
            let file = path.display().to_string();
            let files = self.unit_files(machine, &name, path);
            match self.service(&files) {
                Ok(service) => {
                    if name == KUBELET {
                        machine.kubelet_units.extend(files);
                    }
                    self.add_service(machine, &service, &file);
                }
                Err(reason) => machine.unread.push(Unread { file, reason }),
            }
        }
    }

    /// The unit with its drop-ins, which of one name come from one directory only.
    fn unit_files(&self, machine: &mut Machine, name: &str, path: PathBuf) -> Vec<PathBuf> {
        let mut drop_ins: BTreeMap<String, PathBuf> = BTreeMap::new();
        for directory in DIRECTORIES {
            let directory = Path::new(directory).join(format!("{name}.d"));
            for name in self.names_or_unread(machine, &directory) {
                let path = directory.join(&name);
                if path.extension().is_some_and(|end| end == "conf") {
                    drop_ins.entry(name).or_insert(path);
                }
            }
        }
        std::iter::once(path)
            .chain(drop_ins.into_values())
            .collect()
    }

    fn service(&self, files: &[PathBuf]) -> Result<Service, String> {
        let mut service = Service::default();
        for path in files {
            let text = self
                .read_file(path)
                .map_err(|error| format!("or {} cannot be read: {error}", path.display()))?;
            service.add(&String::from_utf8_lossy(&text), &path.display().to_string());
        }
        Ok(service)
    }

    fn add_service(&self, machine: &mut Machine, service: &Service, file: &str) {
        let mut variables = service.variables.clone();
        for word in &service.files {
            let optional = word.text.strip_prefix('-');
            let path = optional.unwrap_or(&word.text);
            match self.read_file(Path::new(path)) {
                Ok(text) => {
                    let text = String::from_utf8_lossy(&text);
                    variables.extend(assignments(&text, path));
                }
                Err(error) if optional.is_some() && is_not_there(&error) => {}
                Err(error) => {
                    machine.unread.push(Unread {
                        file: path.to_owned(),
                        reason: format!("cannot be read: {error}"),
                    });
                    return;
                }
            }
        }
        let Some(start) = &service.start else {
            return;
        };
        let words = command_line(start, &variables);
        if words.is_empty() {
            machine.unread.push(Unread {
                file: file.to_owned(),
                reason: "has a command line that does not decode".to_owned(),
            });
            return;
        }
        match argv::instance(&words, SourceKind::Unit, file) {
            Ok(Some(mut instance)) => {
                if instance.component == Component::Etcd {
                    super::etcd::add_variables(&mut instance, &variables);
                }
                machine.instances.push(instance);
            }
            Ok(None) => {}
            Err(reason) => {
                let file = file.to_owned();
                machine.unread.push(Unread { file, reason });
            }
        }
    }
}

/// What may be missing is missing, or was not looked at.
fn is_not_there(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || NotObserved::of(error).is_some()
}

impl Service {
    /// Adds a file: what is there later wins, and an empty value takes back what was there.
    fn add(&mut self, text: &str, file: &str) {
        let mut section = String::new();
        for (line, number) in logical_lines(text) {
            if let Some(name) = line
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'))
            {
                name.clone_into(&mut section);
                continue;
            }
            let Some((key, value)) = line.split_once('=').filter(|_| section == "Service") else {
                continue;
            };
            let value = value.trim();
            let spot = Spot::new(file, Some(number));
            match (key.trim(), value) {
                ("ExecStart", "") => self.start = None,
                ("ExecStart", value) => self.start = Some(Word::new(value, spot)),
                ("Environment", "") => self.variables.clear(),
                ("Environment", value) => {
                    for word in shlex::split(value).unwrap_or_default() {
                        if let Some((name, value)) = word.split_once('=') {
                            let word = Word::new(value, spot.clone());
                            self.variables.push((name.to_owned(), word));
                        }
                    }
                }
                ("EnvironmentFile", "") => self.files.clear(),
                ("EnvironmentFile", value) => self.files.push(Word::new(value, spot)),
                _ => {}
            }
        }
    }
}

/// Lines with what continues them after a backslash, without comments; each with the number of
/// its first.
fn logical_lines(text: &str) -> Vec<(String, u64)> {
    let mut lines: Vec<(String, u64)> = Vec::new();
    let mut open = false;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() && !open || line.starts_with(['#', ';']) {
            continue;
        }
        let (line, continues) = match line.strip_suffix('\\') {
            Some(line) => (line, true),
            None => (line, false),
        };
        match lines.last_mut().filter(|_| open) {
            Some((before, _)) => {
                before.push(' ');
                before.push_str(line);
            }
            None => lines.push((line.to_owned(), number)),
        }
        open = continues;
    }
    lines
}

/// The words of `ExecStart=`, without the marks before its program and with variables in place:
/// `${NAME}` within a word, `$NAME` as words of its own.
fn command_line(start: &Word, variables: &[(String, Word)]) -> Vec<Word> {
    let line = start
        .text
        .trim_start_matches(['@', '-', ':', '+', '!', '|']);
    let find = |name: &str| variables.iter().rev().find(|(known, _)| known == name);
    let mut words = Vec::new();
    for word in shlex::split(line).unwrap_or_default() {
        let whole = word
            .strip_prefix('$')
            .filter(|rest| !rest.starts_with(['{', '$']));
        if let Some(name) = whole {
            if let Some((_, value)) = find(name) {
                let inner = shlex::split(&value.text).unwrap_or_default();
                words.extend(
                    inner
                        .into_iter()
                        .map(|text| Word::new(text, value.spot.clone())),
                );
            }
            continue;
        }
        let mut text = word;
        for (name, value) in variables.iter().rev() {
            text = text.replace(&format!("${{{name}}}"), &value.text);
        }
        words.push(Word::new(text.replace("$$", "$"), start.spot.clone()));
    }
    words
}

/// The lines of a file of variables.
fn assignments(text: &str, file: &str) -> Vec<(String, Word)> {
    logical_lines(text)
        .into_iter()
        .filter_map(|(line, number)| {
            let (name, value) = line.split_once('=')?;
            let value = value.trim();
            let value = if value.starts_with(['"', '\'']) {
                shlex::split(value)?.into_iter().next()?
            } else {
                value.to_owned()
            };
            let word = Word::new(value, Spot::new(file, Some(number)));
            Some((name.trim().to_owned(), word))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drop_ins_continue_reset_and_expand() {
        let mut service = Service::default();
        service.add(
            "[Unit]\nExecStart=no\n[Service]\nExecStart=/usr/bin/kubelet\n",
            "unit",
        );
        service.add(
            "# kubeadm\n[Service]\nEnvironment=\"KUBECONFIG_ARGS=--kubeconfig=/a b\" X=1\n\
             EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\nExecStart=\n\
             ExecStart=-/usr/bin/kubelet $KUBECONFIG_ARGS \\\n  # not this\n  --v=${X} $NONE\n",
            "drop-in",
        );
        assert_eq!(service.files[0].text, "-/var/lib/kubelet/kubeadm-flags.env");
        let words = command_line(service.start.as_ref().unwrap(), &service.variables);
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["/usr/bin/kubelet", "--kubeconfig=/a", "b", "--v=1"]);
        assert_eq!(words[1].spot.to_string(), "drop-in:3");
        assert_eq!(words[3].spot.to_string(), "drop-in:6");
    }

    #[test]
    fn files_of_variables_are_unquoted() {
        let read = assignments("A=\"--x=1 --y\"\n#B=1\nC=d e\n", "f");
        let pairs: Vec<_> = read
            .iter()
            .map(|(name, word)| (name.as_str(), word.text.as_str()))
            .collect();
        assert_eq!(pairs, [("A", "--x=1 --y"), ("C", "d e")]);
    }
}
