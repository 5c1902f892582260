use std::ffi::OsString;

use clap::{Args, Command, CommandFactory as _, ValueEnum};
use pki_layout::table::{FLAGS, KubernetesVersion, OBSOLETE_FLAGS};

use super::Arguments;
use crate::exit;

/// Forms of an explanation.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people, 80 columns wide.
    Text,
    /// For programs: one object with a schema version.
    Json,
    /// For a page.
    Markdown,
}

pub(super) const EXPLAIN_LONG: &str = "\
Explains a file, flag, component, certificate, common name, path, rule of verify or of the CIS \
benchmark, or a PEM file anywhere: \
what it is, who shows it, who checks it with which authority by which flag, what stops working or \
which attack becomes possible without it, when it is read again, when it expires on this node, what \
to run to renew it and what to restart. Without WHAT: the whole picture on one screen.

  pkigen explain apiserver-kubelet-client.crt
  pkigen explain --etcd-cafile
  pkigen explain kube-apiserver --client-ca-file
  pkigen explain 'apiserver->kubelet'     (quoted; or: apiserver to kubelet)
  pkigen explain 1.2.5

Opens no private key, needs no configuration, and writes nothing. What is not on this node is \
explained all the same. Ends with 2, and the nearest names, where WHAT names nothing.";

/// Explain a file, flag, component, certificate or path.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct ExplainArguments {
    /// What to explain; flags with or without their dashes.
    #[arg(value_name = "WHAT")]
    pub(crate) what: Vec<String>,
    /// Kubernetes version that decides what is read again [default: that of the images in
    /// manifests, else the configuration's, else the newest known].
    #[arg(long, value_name = "VERSION")]
    pub(crate) kubernetes_version: Option<KubernetesVersion>,
    /// Form of the explanation.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = ExplainFormat::Text)]
    pub(crate) output: ExplainFormat,
}

/// The arguments with the flags of components as words, so that they can be asked about: those
/// after `explain` that are no options of this command lose their dashes.
pub(crate) fn with_flags_as_words(arguments: Vec<OsString>) -> Vec<OsString> {
    if !arguments.iter().any(|argument| argument == "explain") {
        return arguments;
    }
    let command = Arguments::command();
    let Some(verb) = verb(&arguments, &command) else {
        return arguments;
    };
    if arguments.get(verb).is_none_or(|name| name != "explain") {
        return arguments;
    }
    let mut plain = true;
    let words = arguments
        .into_iter()
        .enumerate()
        .map(|(position, argument)| {
            if position <= verb || !plain {
                return argument;
            }
            plain = argument != "--";
            match argument.to_str() {
                Some(text) if text.starts_with('-') && !is_ours(text, &command) => {
                    OsString::from(text.trim_start_matches('-'))
                }
                _ => argument,
            }
        });
    words.collect()
}

/// Where the verb is: the first argument that is neither an option nor the value of one.
fn verb(arguments: &[OsString], command: &Command) -> Option<usize> {
    let mut value = false;
    for (position, argument) in arguments.iter().enumerate().skip(1) {
        if value {
            value = false;
        } else if let Some(option) = argument.to_str().filter(|text| text.starts_with('-')) {
            value = !option.contains('=') && takes_value(option, command);
        } else {
            return Some(position);
        }
    }
    None
}

fn takes_value(option: &str, command: &Command) -> bool {
    let name = option.trim_start_matches('-');
    command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(name))
        .is_some_and(|argument| argument.get_action().takes_values())
}

/// Whether it is an option of this command. `-o`, `-oidc-issuer-url` and `--config` are told
/// apart: what is written as our option is ours, then what a component has is its flag.
fn is_ours(text: &str, command: &Command) -> bool {
    let explain = command.find_subcommand("explain");
    let all = command
        .get_arguments()
        .chain(explain.into_iter().flat_map(Command::get_arguments));
    let name = text.trim_start_matches('-');
    let name = name.split_once('=').map_or(name, |(name, _)| name);
    if text.starts_with("--") {
        let mut longs = all.filter_map(clap::Arg::get_long);
        return text == "--"
            || ["help", "version"].contains(&name)
            || longs.any(|long| long == name);
    }
    let is_flag = FLAGS.iter().any(|flag| flag.name == name)
        || OBSOLETE_FLAGS.iter().any(|flag| flag.name == name);
    let short = name.chars().next();
    let mut shorts = all.filter_map(clap::Arg::get_short).chain(['h', 'V']);
    // What follows a short option without a value is another short option, never a long word.
    let joined = name.len() <= 2 || name.starts_with('o');
    !is_flag && joined && shorts.any(|own| Some(own) == short)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    fn words(line: &str) -> String {
        let arguments = line.split(' ').map(OsString::from).collect();
        let words = with_flags_as_words(arguments);
        let words: Vec<&OsStr> = words.iter().map(OsString::as_os_str).collect();
        words.join(OsStr::new(" ")).into_string().unwrap()
    }

    #[test]
    fn flags_of_components_become_words() {
        for (line, expected) in [
            ("pkigen explain --etcd-cafile", "pkigen explain etcd-cafile"),
            (
                "pkigen explain -etcd-cafile -o json",
                "pkigen explain etcd-cafile -o json",
            ),
            (
                "pkigen explain -oidc-ca-file -ojson",
                "pkigen explain oidc-ca-file -ojson",
            ),
            (
                "pkigen explain kube-apiserver --client-ca-file=/etc/x",
                "pkigen explain kube-apiserver client-ca-file=/etc/x",
            ),
            ("pkigen explain --etcd-cafil", "pkigen explain etcd-cafil"),
            (
                "pkigen --root d explain -key",
                "pkigen --root d explain key",
            ),
            (
                "pkigen explain x -- --etcd-cafile",
                "pkigen explain x -- --etcd-cafile",
            ),
        ] {
            assert_eq!(words(line), expected);
        }
    }

    #[test]
    fn our_options_stay() {
        for line in [
            "pkigen explain -o json --root d --at 2026-01-01T00:00:00Z",
            "pkigen explain --config f --kubernetes-version=1.30 -q -v -qv",
            "pkigen explain --help",
            "pkigen explain -h",
            "pkigen --root explain renew all --reuse-key",
            "pkigen renew explain --reuse-keys",
            "pkigen inspect --etcd-cafile explain",
        ] {
            assert_eq!(words(line), line);
        }
    }
}
