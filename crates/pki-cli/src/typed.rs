//! How pkigen's commands are typed: the one place that knows what they are called, and what has to go
//! with each so that it does the same tree as the one that prints it.

use std::path::{Path, PathBuf};

use pki_core::remedy::Command;

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
    pub(crate) fn argv(&self, command: &Command) -> Vec<String> {
        let words = argv(command, self.config.as_deref().unwrap_or("FILE"));
        let Command::Take { file, there, .. } = command else {
            return self.with_options(words);
        };
        if *there {
            return words;
        }
        let here = |word: String| {
            if word == *file {
                self.on_disk(&word)
            } else {
                word
            }
        };
        self.with_options(words.into_iter().map(here).collect())
    }

    /// A file of the running system, as it is named here.
    pub(crate) fn on_disk(&self, file: &str) -> String {
        let inside = Path::new(file).strip_prefix("/").ok();
        let below = self.root.as_ref().zip(inside);
        below.map_or_else(
            || file.to_owned(),
            |(root, inside)| root.join(inside).display().to_string(),
        )
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
pub(crate) fn quoted(words: &[String]) -> String {
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
        Command::Request { names } => {
            add(&["csr", "create"]);
            add(&names.iter().map(String::as_str).collect::<Vec<&str>>());
            add(&["--to", "requests.tar"]);
        }
        Command::Import => add(&["csr", "import", "FILE"]),
        Command::DropNames { names } => {
            add(&["renew"]);
            add(&names.iter().map(String::as_str).collect::<Vec<&str>>());
            add(&["--reconcile", "--drop-names", "--config", config]);
        }
        Command::Take { name, file, .. } => add(&["renew", name, "--certificate", file]),
        Command::RenewBelow { name } => add(&["renew", name, "--root-ca", "DIR"]),
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
        Command::InitIn {
            kubeconfigs,
            directory,
        } => {
            let flag = if *kubeconfigs {
                "--kubeconfig-dir"
            } else {
                "--cert-dir"
            };
            add(&["init", flag, directory, "--config", config]);
        }
        Command::Recover => add(&["recover"]),
    }
    words
}
