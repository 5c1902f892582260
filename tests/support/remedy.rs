//! Remedies carried out: what runs, in a shell as it is printed, and what is edited, by one
//! interpreter. What a person is asked is left to them.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::command::clean;
use super::{Run, Tree, run};

/// Whether this is root, who alone can give files away.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// The first of the ways that can be carried out.
pub(crate) fn executable(row: &Value) -> Option<&Vec<Value>> {
    let ways = row["ways"].as_array().unwrap().iter();
    let mut ways = ways.map(|way| way.as_array().unwrap());
    // What is between asking for certificates and taking them is elsewhere: `csr` has tests of that.
    let is_below = |step: &Value| {
        let words = step["run"].as_array().into_iter().flatten();
        words.filter(|word| *word == "--root-ca").count() > 0
    };
    let is_asked = |step: &Value| step.get("ask").is_some();
    let is_elsewhere = |step: &Value| step["run"][1] == "csr" || is_below(step);
    ways.find(|way| !way.iter().all(is_asked) && !way.iter().any(is_elsewhere))
}

/// Carries out one step of a way that is printed like this, by the configuration in this file.
pub(crate) fn carry_out(
    tree: &Tree,
    config: &Path,
    printed: &str,
    step: &Value,
) -> Result<(), Run> {
    if let Some(words) = step["run"].as_array() {
        let words: Vec<&str> = words.iter().map(|word| word.as_str().unwrap()).collect();
        let line = words.join(" ");
        // Who has just run it is told to run it again.
        let is_printed =
            printed.contains(&line) || printed.to_lowercase().contains("run this again");
        assert!(is_printed, "{line} is not in {printed}");
        // What somebody was asked to issue, a test has put there.
        let issued = tree.beside("issued.crt");
        let taken = format!("--certificate {}", issued.display());
        let line = line.replace("--certificate FILE", &taken);
        // Where no configuration was given, which one is meant is for a person to say.
        let line = line.replace("--config FILE", &format!("--config {}", config.display()));
        let run = run(&mut shell(tree, &line));
        if run.code != 0 {
            return Err(run);
        }
    } else if let Some(edit) = step.get("edit") {
        change(tree, edit);
    }
    Ok(())
}

/// A shell on this node: `pkigen` is the command, which works below the root.
pub(crate) fn shell(tree: &Tree, line: &str) -> Command {
    let programs = tree.beside("programs");
    if !programs.exists() {
        fs::create_dir(&programs).unwrap();
        let program = programs.join("pkigen");
        let real = env!("CARGO_BIN_EXE_pkigen");
        // A test of another time than now has put that there.
        let at = tree.beside("at");
        let script = format!(
            "#!/bin/sh\nexec {real} $(cat {} 2>/dev/null) \"$@\"\n",
            at.display()
        );
        put_program(&program, &script);
    }
    let mut command = clean(Command::new("sh"));
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", programs.display()));
    command.current_dir(tree.beside(""));
    command.args(["-c", line]);
    command
}

/// Puts a script where it is to be run. Another process writes it: whoever writes a program himself
/// may have it open still in a process that another test starts just then, and it is busy.
pub(crate) fn put_program(path: &Path, script: &str) {
    let text = path.with_extension("text");
    fs::write(&text, script).unwrap();
    fs::set_permissions(&text, fs::Permissions::from_mode(0o755)).unwrap();
    let copied = Command::new("cp").arg("-p").args([&text, path]).status();
    assert!(copied.unwrap().success());
}

fn change(tree: &Tree, edit: &Value) {
    let text = |name: &str| edit[name].as_str();
    let named = Path::new(text("file").unwrap());
    let file = if named.starts_with(tree.root()) {
        named.to_owned()
    } else {
        tree.at(text("file").unwrap())
    };
    let name = text("name").unwrap_or_default();
    match (text("place").unwrap(), text("value")) {
        ("file", None) => move_away(tree, &file),
        ("link", None) => replace_link(&file),
        ("mode", Some(mode)) => {
            let old = fs::metadata(&file).unwrap().permissions().mode();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode_of(mode, old))).unwrap();
        }
        ("owner", Some("root:root")) => {
            std::os::unix::fs::chown(&file, Some(0), Some(0)).unwrap();
        }
        ("flag", value) => rewrite(&file, |text| flag(text, name, value)),
        ("field", value) => rewrite(&file, |text| field(text, name, value)),
        ("variable", Some(value)) => rewrite(&file, |text| variable(text, name, value)),
        ("word", value) => rewrite(&file, |text| word(text, name, value)),
        other => panic!("nobody knows how to change {other:?}"),
    }
}

/// What `chmod` makes of a mode.
fn mode_of(mode: &str, old: u32) -> u32 {
    match mode {
        "o=,g-w" => old & !0o027,
        "o-w" => old & !0o002,
        octal => u32::from_str_radix(octal, 8).unwrap(),
    }
}

/// A file that is to be moved away with another need not be there.
fn move_away(tree: &Tree, file: &Path) {
    if fs::symlink_metadata(file).is_ok() {
        let name = file.file_name().unwrap().to_str().unwrap();
        fs::rename(file, tree.beside(&format!("{name}.old"))).unwrap();
    }
}

/// What a link leads to goes in its place.
fn replace_link(link: &Path) {
    let file = fs::canonicalize(link).unwrap();
    fs::remove_file(link).unwrap();
    fs::copy(file, link).unwrap();
}

/// Everything else about the file stays.
fn rewrite(file: &Path, change: impl Fn(&str) -> String) {
    let text =
        fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    fs::write(file, change(&text)).unwrap();
}

/// A flag in a manifest, a unit, or a file of variables.
fn flag(text: &str, name: &str, value: Option<&str>) -> String {
    if text.contains("kind: Pod") {
        return flag_in_manifest(text, name, value);
    }
    let written = format!("--{name}");
    let at = text.find(&written);
    let at = at.unwrap_or_else(|| panic!("{written} is not in {text}"));
    let (before, from) = text.split_at(at);
    let end = from.find([' ', '"', '\'', '\n']).unwrap_or(from.len());
    let new = value.map_or_else(String::new, |value| format!("{written}={value}"));
    format!("{before}{new}{}", &from[end..])
}

/// The name of a flag as it is written, and the value with it.
fn bare(word: &str) -> Option<(String, Option<&str>)> {
    let body = word.strip_prefix('-')?;
    let body = body.strip_prefix('-').unwrap_or(body);
    let (name, value) = match body.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (body, None),
    };
    Some((name.replace('_', "-"), value))
}

/// Set where it is, once, or after the last flag; taken away with the word that is its value.
fn flag_in_manifest(text: &str, name: &str, value: Option<&str>) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut at = None;
    let mut old = text.lines().peekable();
    while let Some(line) = old.next() {
        let flag = line.trim_start().strip_prefix("- ").and_then(bare);
        if let Some((_, written)) = flag.filter(|(flag, _)| flag == name) {
            at = at.or(Some(lines.len()));
            if written.is_none() {
                old.next_if(|next| next.trim_start().starts_with("- ") && !next.contains("- -"));
            }
            continue;
        }
        lines.push(line.to_owned());
    }
    if let Some(value) = value {
        let last = lines
            .iter()
            .rposition(|line| line.trim_start().starts_with("- -"));
        let at = at.unwrap_or_else(|| last.expect("a list of flags") + 1);
        lines.insert(at, format!("    - --{name}={value}"));
    }
    lines.join("\n") + "\n"
}

/// A variable in a file of them.
fn variable(text: &str, name: &str, value: &str) -> String {
    let start = format!("{name}=");
    assert!(
        text.lines().any(|line| line.starts_with(&start)),
        "{name} is not in {text}"
    );
    let changed = text.lines().map(|line| match line.strip_prefix(&start) {
        Some(_) => format!("{start}\"{value}\"\n"),
        None => format!("{line}\n"),
    });
    changed.collect()
}

/// A word of a command line, which may be an item of a list.
fn word(text: &str, name: &str, value: Option<&str>) -> String {
    let at = |line: &str| {
        let (before, after) = line.split_once(name)?;
        let is_whole = [
            before.ends_with([' ', '"']),
            after.is_empty() || after.starts_with([' ', '"', '=']),
        ];
        (is_whole == [true, true]).then(|| (before.to_owned(), after.to_owned()))
    };
    assert!(
        text.lines().any(|line| at(line).is_some()),
        "{name} is not in {text}"
    );
    let changed = text.lines().filter_map(|line| match (at(line), value) {
        (None, _) => Some(format!("{line}\n")),
        (Some((before, after)), Some(value)) => Some(format!("{before}{value}{after}\n")),
        (Some(_), None) => None,
    });
    changed.collect()
}

/// A field of a kubeconfig, by its name, or of a component's configuration, by its path.
fn field(text: &str, path: &str, value: Option<&str>) -> String {
    let named = format!("{path}: ");
    let is_nested = |line: &str| line.starts_with(' ') && line.trim_start().starts_with(&named);
    if text.contains("kind: Config\n") {
        let changed = text.lines().filter_map(|line| match value {
            _ if !is_nested(line) => Some(format!("{line}\n")),
            Some(value) => {
                let indent = line.len() - line.trim_start().len();
                Some(format!("{}{named}{value}\n", " ".repeat(indent)))
            }
            None => None,
        });
        return changed.collect();
    }
    let mut document: Value = if text.trim().is_empty() {
        Value::Object(serde_json::Map::new())
    } else {
        serde_saphyr::from_str(text).unwrap()
    };
    let mut names: Vec<&str> = path.split('.').collect();
    let last = names.pop().unwrap();
    let mut place = &mut document;
    for name in names {
        let map = object(place);
        place = map
            .entry(name)
            .or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
    let map = object(place);
    match value {
        None => {
            map.remove(last);
        }
        Some(value) => {
            let is_list = map.get(last).is_some_and(Value::is_array);
            let scalar =
                |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
            let value = if is_list {
                value.split(',').map(scalar).collect()
            } else {
                scalar(value)
            };
            map.insert(last.to_owned(), value);
        }
    }
    // JSON is YAML too.
    serde_json::to_string_pretty(&document).unwrap() + "\n"
}

/// A mapping with nothing in it is nothing.
fn object(value: &mut Value) -> &mut serde_json::Map<String, Value> {
    if value.is_null() {
        *value = Value::Object(serde_json::Map::new());
    }
    value.as_object_mut().unwrap()
}
