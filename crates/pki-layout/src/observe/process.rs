//! Command lines of running processes. Nothing else of them is read: their environment holds
//! secrets.

use std::path::Path;

use super::argv::{self, Word};
use super::flag::{SourceKind, Spot};
use super::{Machine, Observation};

const PROCESSES: &str = "/proc";

impl Observation {
    /// Adds the components that run. A process may end while it is looked at; that is no error.
    pub(super) fn add_processes(&self, machine: &mut Machine) {
        machine.looked_at.push(format!("{PROCESSES}/*/cmdline"));
        for name in self.names_or_unread(machine, Path::new(PROCESSES)) {
            if !name.bytes().all(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let path = Path::new(PROCESSES).join(&name).join("cmdline");
            let Ok(text) = self.read_file(&path) else {
                continue;
            };
            let file = path.display().to_string();
            let words: Vec<Word> = text
                .split(|byte| *byte == 0)
                .filter(|word| !word.is_empty())
                .map(|word| Word::new(String::from_utf8_lossy(word), Spot::new(&file, None)))
                .collect();
            let program = words.first().map(|word| word.text.clone());
            // The program itself, not what looks for it or starts it.
            let name = program
                .as_deref()
                .and_then(|program| program.rsplit('/').next());
            if let Ok(Some(instance)) = argv::instance(&words, SourceKind::Process, &file)
                && name == Some(instance.component.name())
            {
                machine.instances.push(instance);
            }
        }
    }
}
