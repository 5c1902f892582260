use std::collections::BTreeMap;

use crate::spec::{Artifact, Part, RowId};

/// Where a node's files are, if not where they were looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whereabouts {
    /// That nothing is where it was looked for.
    pub nothing: Option<NothingFound>,
    /// The files that take the place of a row's: its readers were told of these, and none of the
    /// row's own.
    pub elsewhere: BTreeMap<RowId, Elsewhere>,
    /// Whether a kubelet runs here that reads kubelet.conf, and has nothing that it could ask for
    /// one with.
    pub has_kubelet: bool,
}

/// A directory with none of the table's files in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NothingFound {
    /// The directory of certificates.
    pub directory: String,
    /// The directory of kubeconfigs, where that has none either.
    pub kubeconfigs: Option<String>,
    /// Whether the directory is a link to something that is not there.
    pub dangling: bool,
    /// Whether there are files with the table's names, of which no component was told: it is not
    /// the directory that is in use.
    pub unused: bool,
}

/// A file, and who was told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The component and its flag: `kube-apiserver --client-ca-file`.
    pub by: String,
    /// The file.
    pub file: String,
}

impl Whereabouts {
    /// The directories that the files are in which take the place of rows', each with somebody who
    /// names it.
    #[must_use]
    pub fn directories(&self) -> Vec<(&str, &str)> {
        let mut all: Vec<(&str, &str)> = Vec::new();
        for one in self.elsewhere.values() {
            if let Some((directory, _)) = one.file.rsplit_once('/')
                && !all.iter().any(|(known, _)| *known == directory)
            {
                all.push((directory, &one.by));
            }
        }
        all
    }

    /// The directory of certificates that components were told of, where there is none of the table's
    /// in the one that was looked at: with a file of a row that lies in it, and who was told of that.
    #[must_use]
    pub fn told_directory(&self) -> Option<(&str, RowId, &str)> {
        self.nothing.as_ref()?;
        let found: Vec<(&str, RowId, &str)> = self.certificate_files().collect();
        let count = |wanted: &str| found.iter().filter(|(one, ..)| *one == wanted).count();
        let first = found
            .iter()
            .rev()
            .max_by_key(|(directory, ..)| count(directory));
        first.copied()
    }

    /// The directory of certificates that everybody was told of, where there is one such in the
    /// place of this: each row's file is in it under its own name.
    #[must_use]
    pub fn certificates(&self) -> Option<&str> {
        let mut directories = self.certificate_files().map(|(directory, ..)| directory);
        let first = directories.next()?;
        directories.all(|other| other == first).then_some(first)
    }

    /// A directory of kubeconfigs that components were told of in the place of the one that was
    /// looked at, with a row whose file lies in it under its own name, and who was told of that.
    #[must_use]
    pub fn told_kubeconfigs(&self) -> Option<(&str, RowId, &str)> {
        self.named(true).next()
    }

    fn certificate_files(&self) -> impl Iterator<Item = (&str, RowId, &str)> {
        self.named(false)
    }

    /// The directories that files lie in under the names of their rows, with the row and who was
    /// told of it.
    fn named(&self, kubeconfigs: bool) -> impl Iterator<Item = (&str, RowId, &str)> {
        self.elsewhere.iter().filter_map(move |(row, one)| {
            let artifacts = row.spec().artifacts().into_iter();
            let of_kind = |artifact: &Artifact| (artifact.part == Part::Kubeconfig) == kubeconfigs;
            let mut files = artifacts.filter(of_kind);
            let directory = files.find_map(|file| one.file.strip_suffix(&format!("/{file}")))?;
            Some((directory, *row, &*one.by))
        })
    }

    /// That nothing is there, and where it may be instead: words about the directory.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let nothing = self.nothing.as_ref()?;
        let what = match &nothing.kubeconfigs {
            _ if nothing.dangling => "it is a symbolic link to what is not there".to_owned(),
            _ if nothing.unused => "no component was told of any file that is here".to_owned(),
            Some(kubeconfigs) => {
                format!("there is none of the table's files, neither here nor in {kubeconfigs}")
            }
            None => "there is none of the table's certificates".to_owned(),
        };
        let instead = self.directories().into_iter();
        let instead: Vec<String> = instead
            .map(|(directory, by)| format!("; {by} names files in {directory}"))
            .collect();
        Some(what + &instead.concat())
    }
}
