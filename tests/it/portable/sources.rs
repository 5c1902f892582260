//! What the crates are built from where there is no disk: no dependency that asks Linux, and no
//! part of the standard library that another system has not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What asks the machine: environment, files, threads, and what a system has for itself.
const OF_A_MACHINE: [&str; 5] = ["env", "fs", "os", "process", "thread"];
/// The rest of it, however it is called: clocks, and Linux' own calls.
const CALLS: [&str; 4] = ["rustix::", "SystemTime", "Instant::now", "now_utc"];

/// What is on of what may be off: all but these.
const OFF: [&str; 5] = [
    "cfg(test)",
    "cfg(feature = \"disk\")",
    "cfg(feature = \"insight\")",
    "cfg(feature = \"fuzzing\")",
    "cfg(feature = \"threads\")",
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates")
}

/// The names of everything a package is built with.
fn dependencies(package: &str, features: &str) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.args(["tree", "--offline", "--locked", "--edges", "normal"]);
    cargo.args(["--prefix", "none", "--no-default-features"]);
    cargo.args(["--package", package, "--features", features]);
    let output = cargo.output().unwrap();
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{why}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let names = lines.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn a_feature_brings_its_dependency_and_none_else_does() {
    let none = dependencies("pkigen", "");
    assert!(none.contains("pki-core") && none.contains("pki-layout"));
    for (feature, brings) in [("disk", "rustix"), ("rsa", "rsa")] {
        assert!(!none.contains(brings), "{brings}: {none:?}");
        let with = dependencies("pkigen", feature);
        assert!(with.contains(brings), "{feature}: {with:?}");
        for package in ["pki-core", "pki-layout"] {
            let of_package = dependencies(package, "");
            assert!(!of_package.contains(brings), "{package}: {of_package:?}");
        }
    }
    assert!(!none.contains("toml") && dependencies("pkigen", "config").contains("toml"));
}

/// The files of a module and of those below it, without a disk and without tests.
fn files(module: &Path, found: &mut Vec<PathBuf>) {
    let text = fs::read_to_string(module).unwrap();
    let stem = module.file_stem().unwrap();
    let below = if stem == "lib" {
        module.with_file_name("")
    } else {
        module.with_extension("")
    };
    found.push(module.to_owned());
    let mut attributes: Vec<&str> = Vec::new();
    for line in text.lines() {
        if line.starts_with("#[") {
            attributes.push(line);
            continue;
        }
        let attributes = std::mem::take(&mut attributes);
        let declared = line.strip_suffix(';').and_then(|line| {
            let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
            let line = line.strip_prefix("pub ").unwrap_or(line);
            line.strip_prefix("mod ")
        });
        let is_off = |one: &str| OFF.iter().any(|off| one.contains(off));
        let Some(name) = declared.filter(|_| !attributes.iter().any(|one| is_off(one))) else {
            continue;
        };
        let path = attributes.iter().find_map(|one| {
            let path = one.strip_prefix("#[path = \"")?.strip_suffix("\"]")?;
            Some(module.with_file_name(path))
        });
        files(&path.unwrap_or(below.join(format!("{name}.rs"))), found);
    }
}

/// What a text names of it.
fn of_a_machine(text: &str) -> BTreeSet<String> {
    let lines = text.lines().map(str::trim_start);
    let code: Vec<&str> = lines.filter(|line| !line.starts_with("//")).collect();
    let code = code.join("\n");
    let word = |text: &str| {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
        text.get(..end.unwrap_or(text.len())).unwrap().to_owned()
    };
    let mut named = BTreeSet::new();
    for (at, root) in code.match_indices("std::") {
        let rest = &code[at + root.len()..];
        match rest.strip_prefix('{') {
            None => named.extend([word(rest)]),
            Some(group) => {
                let group = group.split("};").next().unwrap();
                named.extend(group.split([',', '{']).map(|one| word(one.trim())));
            }
        }
    }
    named.retain(|word| OF_A_MACHINE.contains(&word.as_str()));
    let calls = CALLS.into_iter().filter(|call| code.contains(call));
    named.extend(calls.map(str::to_owned));
    named
}

#[test]
fn what_needs_no_disk_asks_no_machine() {
    for name in ["pki-core", "pki-layout"] {
        let mut found = Vec::new();
        files(&crates().join(name).join("src/lib.rs"), &mut found);
        assert!(found.len() > 50, "{found:?}");
        for file in found {
            let text = fs::read_to_string(&file).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let named = of_a_machine(text);
            assert!(named.is_empty(), "{}: {named:?}", file.display());
        }
    }
}

#[test]
fn what_asks_a_machine_is_found() {
    let disk = crates().join("pki-layout/src/tree/disk.rs");
    let named = of_a_machine(&fs::read_to_string(disk).unwrap());
    assert_eq!(named, ["fs", "os", "rustix::"].map(str::to_owned).into());
    let grouped = "use std::{fmt, fs::File};\n// std::env\nlet x = std::io::empty();";
    assert_eq!(of_a_machine(grouped), ["fs".to_owned()].into());
    let mut found = Vec::new();
    files(&crates().join("pki-layout/src/lib.rs"), &mut found);
    assert!(found.iter().any(|file| file.ends_with("tree/memory.rs")));
    assert!(!found.iter().any(|file| file.ends_with("tree/disk.rs")));
    assert!(!found.iter().any(|file| file.ends_with("src/store.rs")));
}
