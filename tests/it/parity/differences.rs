//! `docs/kubeadm-differences.md`, and the differences between two sets of facts.

use std::collections::BTreeSet;

use serde_json::Value;

const TEXT: &str = include_str!("../../../docs/kubeadm-differences.md");

/// A row of the table about what is in files.
#[derive(Debug)]
pub(super) struct FileRow {
    pub(super) id: String,
    file: String,
    field: String,
}

/// The table of the document that is about files.
pub(super) fn listed() -> Vec<FileRow> {
    let (_, table) = TEXT.split_once("\n## In files\n").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let cells: Vec<&str> = line
            .split('|')
            .map(|cell| cell.trim().trim_matches('`'))
            .collect();
        let [_, id, file, field, _, _, _, _] = cells.as_slice() else {
            panic!("a row with another number of cells: {line}");
        };
        let [id, file, field] = [id, file, field].map(|cell| (*cell).to_owned());
        FileRow { id, file, field }
    };
    rows.map(row).collect()
}

impl FileRow {
    /// `*` at the start or the end of a file's name stands for anything.
    pub(super) fn covers(&self, difference: &Difference) -> bool {
        let file = match (self.file.strip_prefix('*'), self.file.strip_suffix('*')) {
            (Some(end), _) => difference.file.ends_with(end),
            (None, Some(start)) => difference.file.starts_with(start),
            (None, None) => difference.file == self.file,
        };
        file && difference.field == self.field
    }
}

/// Something that is not the same in two sets of facts.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    /// The file, relative to `/etc/kubernetes`.
    pub(super) file: String,
    /// Which fact of it: `files.mode`, `certificates.subject`, or a section's name alone where
    /// only one side has the file.
    pub(super) field: String,
    kubeadm: Value,
    pkigen: Value,
}

/// Everything that differs. Both are in the form of `facts.json`.
pub(super) fn between(kubeadm: &Value, pkigen: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    for section in names(kubeadm, pkigen) {
        let (kubeadm, pkigen) = (&kubeadm[&section], &pkigen[&section]);
        for file in names(kubeadm, pkigen) {
            compare(&file, &section, &kubeadm[&file], &pkigen[&file], &mut found);
        }
    }
    found
}

fn compare(file: &str, field: &str, kubeadm: &Value, pkigen: &Value, found: &mut Vec<Difference>) {
    match (kubeadm, pkigen) {
        (Value::Object(_), Value::Object(_)) => {
            for name in names(kubeadm, pkigen) {
                let field = format!("{field}.{name}");
                compare(file, &field, &kubeadm[&name], &pkigen[&name], found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (position, (one, other)) in one.iter().zip(other).enumerate() {
                compare(file, &format!("{field}.{position}"), one, other, found);
            }
        }
        _ if kubeadm == pkigen => {}
        _ => found.push(Difference {
            file: file.to_owned(),
            field: field.to_owned(),
            kubeadm: kubeadm.clone(),
            pkigen: pkigen.clone(),
        }),
    }
}

fn names(one: &Value, other: &Value) -> BTreeSet<String> {
    let keys = |value: &Value| {
        value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    keys(one).into_iter().chain(keys(other)).collect()
}
