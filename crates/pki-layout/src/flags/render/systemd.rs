//! A drop-in for a service unit: systemd.unit(5), `Environment=` of systemd.exec(5) and "Command
//! lines" of systemd.service(5).

use std::fmt::Write as _;

use crate::flags::{Argument, FlagSet};
use crate::table::Component;

pub(super) fn systemd(sets: &[FlagSet]) -> String {
    let drop_ins: Vec<String> = sets.iter().map(drop_in).collect();
    drop_ins.join("\n")
}

fn drop_in(set: &FlagSet) -> String {
    let component = set.component();
    let variable = variable(component);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "# Certificate flags of {component}: a drop-in for its unit, such as\n\
         # /etc/systemd/system/{component}.service.d/10-certificates.conf\n\
         # Use it there as a word of its own, without braces: ExecStart=... ${variable}"
    );
    if component == Component::Kubelet {
        text.push_str("# Its configuration file must agree; the yaml format has the fields.\n");
    }
    // The quotes hold the whole assignment. A backslash at the end of a line is read as a space.
    let words: Vec<String> = set.arguments().iter().map(word).collect();
    let _ = writeln!(
        text,
        "[Service]\nEnvironment=\"{variable}={}\"",
        words.join(" \\\n  ")
    );
    text
}

/// Name of the variable. etcd takes every `ETCD_` variable for a setting of its own and warns
/// of those it does not know, so its name begins otherwise.
fn variable(component: Component) -> String {
    let name = component.name().replace('-', "_").to_ascii_uppercase();
    let prefix = if component == Component::Etcd {
        "PKI_"
    } else {
        ""
    };
    format!("{prefix}{name}_CERTIFICATE_ARGS")
}

/// An argument in the value of a variable, read twice: when systemd loads the unit, and when it
/// splits `$VARIABLE` into words for the command line.
fn word(argument: &Argument) -> String {
    escape_assignment(&quote_word(&argument.to_string()))
}

/// For the second reading, which splits at white space and respects quotes. It expands neither
/// `$` nor `%`.
fn quote_word(text: &str) -> String {
    if !text.contains([' ', '\u{a0}', '"', '\'', '\\']) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// For the first reading, within double quotes. It expands `%` specifiers but not `$`, which
/// "has no special meaning" in `Environment=`: doubled, it would stay doubled.
fn escape_assignment(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('%', "%%")
}
