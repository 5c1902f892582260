//! From what somebody wrote to the rows that are meant.

use pki_core::judge::{RULES, RuleSpec};
use pki_core::spec::CommonNameRule;
use pki_core::{Artifact, CERTS, CertSpec, Profile, RowId, Table};

use super::Topic;
use crate::table::cis::{CIS_ITEMS, CisItem};
use crate::table::paths::{PATHS, PathSpec};
use crate::table::{
    Component, FLAGS, FlagSpec, KUBELET_FILES, KubeletFile, OBSOLETE_FLAGS, ObsoleteFlag, Party,
    Place,
};

/// Common names as the talk writes them.
const ABBREVIATIONS: [(&str, RowId); 2] = [
    ("etcd-client", RowId::ApiserverEtcdClient),
    ("kubelet-client", RowId::ApiserverKubeletClient),
];

/// How a path may be written; `->` has to be quoted in a shell.
const ARROWS: [&str; 4] = ["->", "\u{2192}", "=>", ":"];

/// What the words name: each a file, a flag, a component, a certificate, a common name, a path
/// or a rule. `kube-apiserver --client-ca-file` and `apiserver to kubelet` are one thing.
///
/// # Errors
///
/// The first word that names nothing.
pub(crate) fn topics<'a>(words: &[&'a str]) -> Result<Vec<Topic>, &'a str> {
    let mut topics = Vec::new();
    let mut rest = words;
    while let [word, tail @ ..] = rest {
        let (found, left) = match tail {
            [arrow, server, left @ ..] if *arrow == "to" || ARROWS.contains(arrow) => {
                (path(word, server), left)
            }
            [flag, left @ ..] if !of_component(word, flag).is_empty() => {
                (of_component(word, flag), left)
            }
            [number, left @ ..] if word.eq_ignore_ascii_case("cis") => (rule(number), left),
            left => (one(word), left),
        };
        if found.is_empty() {
            return Err(word);
        }
        topics.extend(found);
        rest = left;
    }
    Ok(topics)
}

/// Looks for a word among things of one kind.
type Kind = fn(&str) -> Vec<Topic>;

/// What a single word names: of the first kind in which it names anything.
fn one(word: &str) -> Vec<Topic> {
    let plain = plain(word);
    let dashed = word.starts_with('-');
    // What has dashes before it is a flag and nothing else.
    if dashed {
        return flag(plain);
    }
    let arrow = ARROWS.iter().find_map(|arrow| word.split_once(arrow));
    if let Some((client, server)) = arrow {
        let found = path(client.trim(), server.trim());
        if !found.is_empty() {
            return found;
        }
    }
    let kinds: [Kind; 8] = [
        rule,
        binary,
        certificate,
        file,
        derived,
        kubelet_file,
        flag,
        party,
    ];
    kinds
        .iter()
        .map(|kind| kind(plain))
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// Without dashes before it and a value after it.
fn plain(word: &str) -> &str {
    let name = word.trim_start_matches('-');
    name.split_once('=').map_or(name, |(name, _)| name)
}

fn path(client: &str, server: &str) -> Vec<Topic> {
    let (Some(client), Some(server)) = (Party::find(client), Party::find(server)) else {
        return Vec::new();
    };
    let forward = PathSpec::find(client, server).map(|path| (path, false));
    let found = forward.or_else(|| PathSpec::find(server, client).map(|path| (path, true)));
    found
        .map(|(path, reversed)| Topic::Path { path, reversed })
        .into_iter()
        .collect()
}

fn rule(word: &str) -> Vec<Topic> {
    let number = word.strip_prefix("CIS-").or(word.strip_prefix("cis-"));
    let items = CisItem::numbered(number.unwrap_or(word)).map(Topic::Cis);
    let rules = rules().filter(|rule| rule.id == word).map(Topic::Rule);
    items.chain(rules).collect()
}

/// The rules of `verify`.
fn rules() -> impl Iterator<Item = &'static RuleSpec> {
    RULES.iter().flat_map(|group| group.rules).copied()
}

/// A component by the name of its binary, which may be a common name too.
fn binary(word: &str) -> Vec<Topic> {
    let component = Component::ALL.into_iter().find(|one| one.name() == word);
    let component = component.map(|one| Topic::Party(Party::Component(one)));
    component.into_iter().collect()
}

/// By its name, its stem, or a common name or group of it.
fn certificate(word: &str) -> Vec<Topic> {
    match Table::kubernetes().find(word) {
        Some(id) => vec![Topic::certificate(id)],
        None => named(word).collect(),
    }
}

/// The rows that a common name or group is of.
pub(super) fn named(word: &str) -> impl Iterator<Item = Topic> {
    let abbreviated = ABBREVIATIONS
        .into_iter()
        .filter(move |(name, _)| *name == word);
    let rows = CERTS
        .iter()
        .filter(move |spec| bears(spec, word))
        .map(|spec| spec.id);
    let ids: Vec<RowId> = rows.chain(abbreviated.map(|(_, id)| id)).collect();
    ids.into_iter().map(Topic::certificate)
}

/// Whether a common name or group is that of a row.
pub(super) fn bears(spec: &CertSpec, name: &str) -> bool {
    let common_name = |profile| match spec.common_name.of(profile) {
        CommonNameRule::Fixed(fixed) => fixed == name,
        CommonNameRule::NodeUser => name.starts_with("system:node:"),
        _ => false,
    };
    Profile::ALL.into_iter().any(common_name) || spec.groups.contains(&name)
}

/// By as much of its path as was written, the longest first; by its bare name where no more is.
fn file(word: &str) -> Vec<Topic> {
    let parts: Vec<&str> = word.split('/').filter(|part| !part.is_empty()).collect();
    let artifacts = || CERTS.iter().copied().flat_map(CertSpec::artifacts);
    let is_end = |artifact: &Artifact| {
        let path = artifact.to_string();
        let end: Vec<&str> = path.split('/').collect();
        parts.ends_with(&end).then_some(end.len())
    };
    let longest = artifacts()
        .filter_map(|artifact| is_end(&artifact).map(|length| (length, artifact)))
        .max_by_key(|(length, _)| *length);
    if let Some((_, artifact)) = longest {
        return vec![Topic::file(artifact)];
    }
    let bare: Vec<Artifact> = match parts.as_slice() {
        [name] => artifacts()
            .filter(|artifact| artifact.to_string().ends_with(&format!("/{name}")))
            .collect(),
        _ => Vec::new(),
    };
    bare.into_iter().map(Topic::file).collect()
}

/// What is made from an authority's file: it is explained with that.
fn derived(word: &str) -> Vec<Topic> {
    let stems = ["-callers.crt", "-issuing.crt"].map(|end| word.strip_suffix(end));
    let Some(stem) = stems.into_iter().flatten().next() else {
        return Vec::new();
    };
    let mut found = file(&format!("{stem}.crt"));
    found
        .retain(|topic| matches!(topic, Topic::Certificate { id, .. } if id.spec().is_authority()));
    found
}

fn kubelet_file(word: &str) -> Vec<Topic> {
    let name = word.rsplit('/').next().unwrap_or(word);
    KubeletFile::find(name)
        .map(Topic::KubeletFile)
        .into_iter()
        .collect()
}

/// Flags of every component, fields by their path or its end, and flags of earlier days.
fn flag(word: &str) -> Vec<Topic> {
    let known = FLAGS.iter().filter(|flag| is_called(flag, word));
    let obsolete = ObsoleteFlag::named(word);
    known
        .map(Topic::Flag)
        .chain(obsolete.map(Topic::Obsolete))
        .collect()
}

fn is_called(flag: &FlagSpec, word: &str) -> bool {
    flag.name == word
        || (flag.place != Place::Flag
            && flag
                .name
                .strip_suffix(word)
                .is_some_and(|before| before.ends_with('.')))
}

/// A flag of one component only.
fn of_component(component: &str, word: &str) -> Vec<Topic> {
    let component = Party::find(component).and_then(Party::component);
    let mut found = flag(plain(word));
    found.retain(|topic| match topic {
        Topic::Flag(flag) => Some(flag.component) == component,
        Topic::Obsolete(flag) => Some(flag.component) == component,
        _ => false,
    });
    found
}

fn party(word: &str) -> Vec<Topic> {
    Party::find(word).map(Topic::Party).into_iter().collect()
}

/// Every name that is understood, as it would be written: for suggestions and completions.
#[must_use]
pub fn names() -> Vec<String> {
    let mut names = Vec::new();
    for spec in CERTS {
        names.push(spec.name.to_owned());
        names.extend(spec.artifacts().iter().map(Artifact::to_string));
        for profile in Profile::ALL {
            if let CommonNameRule::Fixed(name) = spec.common_name.of(profile) {
                names.push(name.to_owned());
            }
        }
        names.extend(spec.groups.iter().map(ToString::to_string));
    }
    names.extend(KUBELET_FILES.iter().map(|file| file.name.to_owned()));
    for flag in FLAGS {
        match flag.place {
            Place::Flag => names.push(format!("--{}", flag.name)),
            Place::KubeletConfiguration | Place::FileOf(_) => {
                names.push(flag.name.to_owned());
                names.extend(flag.name.rsplit('.').next().map(str::to_owned));
            }
        }
    }
    names.extend(OBSOLETE_FLAGS.iter().map(|flag| format!("--{}", flag.name)));
    names.extend(Component::ALL.map(|component| component.name().to_owned()));
    names.extend(Party::ENDS.map(|party| party.name().to_owned()));
    names.extend(PATHS.iter().map(PathSpec::name));
    names.extend(rules().map(|rule| rule.id.to_owned()));
    names.extend(CIS_ITEMS.iter().map(|item| item.number.to_owned()));
    names.sort();
    names.dedup();
    names
}
