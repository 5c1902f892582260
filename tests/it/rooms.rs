//! The rooms of a crate are its top modules. Each may know those below it and none above: what
//! the `use` lines and paths say has no circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Doors = BTreeMap<String, BTreeSet<String>>;

/// The rooms of a crate, with the rooms that each knows.
fn rooms(source: &Path) -> Doors {
    let library = fs::read_to_string(source.join("lib.rs")).unwrap();
    let names: BTreeSet<String> = library
        .lines()
        .filter_map(|line| {
            let name = line.split_once("mod ")?.1.strip_suffix(';')?;
            (!line.starts_with("//")).then(|| name.to_owned())
        })
        .collect();
    let exported = exported(&library, &names);
    let mut doors = Doors::new();
    for name in &names {
        let mut files = vec![source.join(format!("{name}.rs"))];
        files_in(&source.join(name), &mut files);
        let mut known = BTreeSet::new();
        for file in files.iter().filter(|file| !is_test(file)) {
            let text = fs::read_to_string(file).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            for first in firsts(text) {
                known.extend(exported.get(&first).or(names.get(&first)).cloned());
            }
        }
        known.remove(name);
        doors.insert(name.clone(), known);
    }
    doors
}

/// What the crate's root exports, with its room.
fn exported(library: &str, names: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut exported = BTreeMap::new();
    for statement in library.split(';') {
        let Some((_, path)) = statement.split_once("pub use ") else {
            continue;
        };
        let room = path.split("::").next().unwrap();
        if names.contains(room) {
            let words = path.split(|c: char| !c.is_alphanumeric() && c != '_');
            for word in words.filter(|word| !names.contains(*word)) {
                exported.insert(word.to_owned(), room.to_owned());
            }
        }
    }
    exported
}

/// The first names of every path from the crate's root, those of a group too.
fn firsts(text: &str) -> BTreeSet<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut firsts = BTreeSet::new();
    for (_, path) in code
        .match_indices("crate::")
        .map(|(at, root)| code.split_at(at + root.len()))
    {
        let word = |text: &str| {
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.take(1).map(str::to_owned).collect::<String>()
        };
        match path.strip_prefix('{') {
            None => {
                firsts.insert(word(path));
            }
            Some(group) => {
                let group = group.split("};").next().unwrap();
                firsts.extend(group.split([',', '{']).map(|one| word(one.trim())));
            }
        }
    }
    firsts
}

fn files_in(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_in(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn is_test(file: &Path) -> bool {
    let is_rust = file.extension().is_some_and(|extension| extension == "rs");
    let mut parts = file.iter().map(|part| part.to_string_lossy());
    !is_rust
        || parts.any(|part| part.ends_with("tests.rs") || part == "tests" || part == "testing.rs")
}

/// A way from a room back to itself.
fn circle(doors: &Doors) -> Option<Vec<&str>> {
    fn walk<'a>(doors: &'a Doors, way: &mut Vec<&'a str>, done: &mut BTreeSet<&'a str>) -> bool {
        let Some(last) = way.last().copied() else {
            return false;
        };
        for next in &doors[last] {
            let begins = way.iter().position(|room| room == next);
            way.push(next);
            if let Some(begins) = begins {
                way.drain(..begins);
                return true;
            }
            if !done.contains(next.as_str()) && walk(doors, way, done) {
                return true;
            }
            way.pop();
        }
        done.insert(last);
        false
    }
    let mut done = BTreeSet::new();
    doors.keys().find_map(|room| {
        let mut way = vec![room.as_str()];
        walk(doors, &mut way, &mut done).then_some(way)
    })
}

fn assert_no_circle(name: &str) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("crates")
        .join(name)
        .join("src");
    let doors = rooms(&source);
    assert!(doors.len() > 5, "{doors:?}");
    let circle = circle(&doors);
    assert!(
        circle.is_none(),
        "a circle of rooms in {name}: {}",
        circle.unwrap().join(" → ")
    );
}

#[test]
fn the_rooms_of_pki_core_have_no_circle() {
    assert_no_circle("pki-core");
}

#[test]
fn the_rooms_of_pki_layout_have_no_circle() {
    assert_no_circle("pki-layout");
}

#[test]
fn the_rooms_of_pki_cli_have_no_circle() {
    assert_no_circle("pki-cli");
}

#[test]
fn a_circle_is_found_and_named() {
    let doors = |pairs: &[(&str, &[&str])]| -> Doors {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        pairs
            .iter()
            .map(|(name, known)| ((*name).to_owned(), owned(known)))
            .collect()
    };
    let straight = doors(&[
        ("plan", &["spec", "x509"]),
        ("spec", &["x509"]),
        ("x509", &[]),
    ]);
    assert_eq!(circle(&straight), None);
    let round = doors(&[
        ("plan", &["spec"]),
        ("spec", &["x509"]),
        ("x509", &["spec"]),
    ]);
    assert_eq!(circle(&round), Some(vec!["spec", "x509", "spec"]));
    let used = "use crate::{Root, table::FLAGS};\n// crate::no\nlet x = crate::store::wait();";
    let expected = ["Root", "store", "table"].map(str::to_owned);
    assert_eq!(firsts(used), BTreeSet::from(expected));
}
