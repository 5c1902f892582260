//! What a library says, its errors, reasons and questions, is read by people who have no command
//! line of ours: it names neither the command's verbs nor its flags.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What is about the command, and not said by what went wrong.
const ABOUT_THE_COMMAND: &[(&str, &str)] = &[
    (
        "pki-layout/src/insight/explain",
        "the texts of `pkigen explain`, behind a feature that embedders leave out",
    ),
    (
        "pki-layout/src/insight/compare",
        "the remedies of `pkigen compare`, behind the same feature",
    ),
    (
        "pki-layout/src/table/paths",
        "the texts of `pkigen map` and `explain`, as advice to operators",
    ),
    (
        "pki-layout/src/table/cis",
        "the notes of `pkigen audit` on how it looks at an item",
    ),
];

/// Names that the command's flags share with those of others: the kubelet's, crictl's, kubectl's
/// and etcdctl's.
const SHARED: &[&str] = &[
    "--config", "--quiet", "--user", "--group", "--cert", "--key",
];

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The verbs and the long flags, from the help pages.
fn command() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut verbs, mut flags) = (BTreeSet::new(), BTreeSet::new());
    for page in fs::read_dir(repository("tests/cli/cmd")).unwrap() {
        let page = page.unwrap().path();
        let stem = page.file_stem().unwrap().to_str().unwrap();
        if !["pkigen", "version"].contains(&stem) {
            verbs.insert(stem.to_owned());
        }
        for line in fs::read_to_string(&page).unwrap().lines() {
            let line = line.trim_start();
            let long = match line.split_once(", ") {
                Some((short, long)) if short.len() == "-o".len() => long,
                _ => line,
            };
            let name = long.split_whitespace().next().unwrap_or_default();
            if name.starts_with("--") && !SHARED.contains(&name) {
                flags.insert(name.to_owned());
            }
        }
    }
    (verbs, flags)
}

/// The text literals of Rust source.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (before, from) = rest.split_at(at);
        if let Some(text) = from.strip_prefix("//") {
            rest = text.split_once('\n').map_or("", |(_, next)| next);
        } else if let Some(text) = from.strip_prefix('"') {
            let hashes = before.len() - before.trim_end_matches('#').len();
            let is_raw = before[..before.len() - hashes].ends_with('r');
            let end = if is_raw {
                text.find(&format!("\"{}", "#".repeat(hashes))).unwrap()
            } else {
                unescaped(text, '"').unwrap()
            };
            found.push(text[..end].to_owned());
            rest = &text[end + 1..];
        } else if let Some(text) = from.strip_prefix('\'') {
            // A character, or a lifetime.
            let is_escape = text.starts_with('\\');
            let second = text.char_indices().nth(1).map_or(0, |(at, _)| at);
            rest = if is_escape {
                &text[unescaped(text, '\'').unwrap() + 1..]
            } else {
                text[second..].strip_prefix('\'').unwrap_or(text)
            };
        } else {
            rest = &from[1..];
        }
    }
    found
}

/// Where this ends a literal.
fn unescaped(text: &str, end: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let ends = letter == end && !escaped;
        escaped = letter == '\\' && !escaped;
        ends.then_some(at)
    })
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if name != "tests" {
                sources(&path, found);
            }
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && name != "testing.rs" {
            found.push(path);
        }
    }
}

/// Whether a text has this as a word of its own.
fn has_word(text: &str, word: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || letter == '-';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(joins) && !text[at + word.len()..].starts_with(joins))
}

#[test]
fn libraries_do_not_speak_the_command_s_words() {
    let (verbs, flags) = command();
    assert!(verbs.contains("renew") && verbs.len() > 10, "{verbs:?}");
    for flag in [
        "--lock-timeout",
        "--reuse-key",
        "--reconcile",
        "--cert-dir",
        "--keep",
    ] {
        assert!(flags.contains(flag), "{flag} is not in {flags:?}");
    }
    let mut words: Vec<String> = verbs.iter().map(|verb| format!("pkigen {verb}")).collect();
    words.extend(flags);
    let mut files = Vec::new();
    for library in ["pki-core", "pki-layout"] {
        sources(&repository(&format!("crates/{library}/src")), &mut files);
    }
    let mut said = Vec::new();
    let mut unused: BTreeSet<&str> = ABOUT_THE_COMMAND.iter().map(|row| row.0).collect();
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for literal in literals(code) {
            let literal = literal.replace("\\\n", " ");
            let text = literal.split_whitespace().collect::<Vec<_>>().join(" ");
            if let Some(word) = words.iter().find(|word| has_word(&text, word)) {
                let place = file.to_str().unwrap();
                let mut about = ABOUT_THE_COMMAND.iter();
                if let Some((about, _)) = about.find(|row| place.contains(row.0)) {
                    unused.remove(about);
                } else {
                    said.push(format!("{place}: {word}: {text}"));
                }
            }
        }
    }
    assert!(said.is_empty(), "{}", said.join("\n"));
    assert!(unused.is_empty(), "not needed any more: {unused:?}");
}

#[test]
fn literals_are_found() {
    let source =
        "let a = \"b \\\" c\"; // \"no\"\nlet d: &'a str = r#\"e \" f\"#; ['\"', '\\'', 'g'];";
    assert_eq!(literals(source), ["b \\\" c", "e \" f"]);
    assert!(has_word("give `--keep` more", "--keep"));
    assert!(!has_word("--keep-alive and x--keep", "--keep"));
}
