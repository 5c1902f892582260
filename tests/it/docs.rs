//! The pages of `docs/` that are tables: made from the library's, and never stale.
//!
//! Where a table or a text has changed, write the pages anew and read the difference:
//!
//! ```text
//! cargo test --test it -- --ignored docs::write_anew
//! ```

mod audit;
mod reload;
mod versions;

use std::fmt::Write as _;
use std::path::PathBuf;

use pkigen::Profile;
use pkigen::flags::Component;
use pkigen::pki_core::spec::CommonNameRule;
use pkigen::pki_core::{CertSpec, Need};
use pkigen::pki_layout::explain::{Question, explain};
use pkigen::pki_layout::report::ExplainedTopic;
use pkigen::pki_layout::table::paths::{PATHS, PathSpec, Proof};
use pkigen::pki_layout::table::{
    FLAGS, FlagSpec, FlagValue, KubernetesVersion, OBSOLETE_FLAGS, Place, Takes, When,
};
use pkigen::pki_layout::{Directories, Root};
use pkigen::table::CERTS;
use time::macros::datetime;

const NOTICE: &str = "<!-- Made from the tables in the code: \
                      cargo test --test it -- --ignored docs::write_anew -->\n\n";

fn pages() -> [(&'static str, String); 6] {
    [
        ("audit.md", audit::page()),
        ("certificates.md", certificates()),
        ("flags.md", flags()),
        ("paths.md", paths()),
        ("reload.md", reload::page()),
        ("versions.md", versions::page()),
    ]
}

fn place(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name)
}

#[test]
fn pages_are_not_stale() {
    for (name, page) in pages() {
        let place = place(name);
        let written = std::fs::read_to_string(&place).unwrap_or_default();
        let first = page
            .lines()
            .zip(written.lines())
            .find(|(now, then)| now != then);
        assert!(
            page == written,
            "docs/{name} is stale ({first:?}); write it anew: \
             cargo test --test it -- --ignored docs::write_anew"
        );
    }
}

#[test]
fn tables_have_as_many_cells_in_every_row() {
    for (name, page) in pages() {
        let mut cells = None;
        for line in page.lines() {
            if !line.starts_with('|') {
                cells = None;
                continue;
            }
            let count = line.replace("\\|", "").matches('|').count();
            assert_eq!(*cells.get_or_insert(count), count, "docs/{name}: {line}");
        }
    }
}

#[test]
#[ignore = "writes the pages anew"]
fn write_anew() {
    for (name, page) in pages() {
        std::fs::write(place(name), page).unwrap();
    }
}

/// The one explanation of a name.
pub(crate) fn topic(words: &[&str]) -> ExplainedTopic {
    let root = Root::new("/nonexistent", Directories::default()).unwrap();
    let now = datetime!(2026-11-23 12:00 UTC);
    let observation = root.observe();
    let question = Question::new(
        &observation,
        KubernetesVersion::NEWEST,
        now,
        &pki_cli::words,
    );
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    let mut report = explain(&words, &question).unwrap();
    assert_eq!(report.topics.len(), 1, "{words:?}");
    report.topics.remove(0)
}

/// A row of a table; what would end a cell is escaped.
fn row(page: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn header(page: &mut String, cells: &[&str]) {
    row(page, cells);
    let _ = writeln!(page, "|{}", "---|".repeat(cells.len()));
}

fn code(text: impl std::fmt::Display) -> String {
    format!("`{text}`")
}

/// What `explain` says of a thing, but for this node's files.
fn section(page: &mut String, title: &str, topic: &ExplainedTopic) {
    let _ = writeln!(page, "\n## {title}\n\n{}\n", topic.answer);
    for section in &topic.sections {
        if ["expires", "files", "paths"].contains(&section.id) {
            continue;
        }
        match section.lines.as_slice() {
            [line] => {
                let _ = writeln!(page, "- **{}:** {line}", section.title);
            }
            lines => {
                let _ = writeln!(page, "- **{}:**", section.title);
                for line in lines {
                    let _ = writeln!(page, "  - {line}");
                }
            }
        }
    }
}

fn certificates() -> String {
    let mut page = format!("# Certificates, keys and kubeconfigs\n\n{NOTICE}");
    page.push_str(
        "Files are relative to `/etc/kubernetes/pki`, kubeconfigs to `/etc/kubernetes`. `pkigen \
         explain NAME` says the same, and when it expires on a node.\n\n",
    );
    header(
        &mut page,
        &[
            "name",
            "files",
            "CN",
            "O",
            "signed by",
            "for use as",
            "there",
        ],
    );
    for spec in CERTS {
        let files: Vec<String> = spec.artifacts().iter().map(code).collect();
        row(
            &mut page,
            &[
                spec.name,
                &files.join(", "),
                &common_name(spec),
                &spec.groups.join(", "),
                spec.issuer.map_or("", |id| id.spec().name),
                &spec
                    .usage
                    .map(|usage| usage.to_string())
                    .unwrap_or_default(),
                need(spec.need),
            ],
        );
    }
    for spec in CERTS {
        section(&mut page, spec.name, &topic(&[spec.name]));
    }
    page
}

fn common_name(spec: &CertSpec) -> String {
    let name = |profile| match spec.common_name.of(profile) {
        CommonNameRule::Fixed(name) => name.to_owned(),
        CommonNameRule::NodeName => "the node's name".to_owned(),
        CommonNameRule::NodeUser => "system:node: and the node's name".to_owned(),
        _ => String::new(),
    };
    let (ours, theirs) = (name(Profile::KubernetesIo), name(Profile::Kubeadm));
    if ours == theirs {
        ours
    } else {
        format!("{ours} (kubeadm: {theirs})")
    }
}

fn need(need: Need) -> &'static str {
    match need {
        Need::FirstNode => "where no administrator's kubeconfig is yet",
        Need::NotForJoin => "unless `kubeadm join` makes it",
        Need::LocalEtcd => "where etcd runs on the node",
        Need::KubeletServing => "with `--kubelet-serving`",
        _ => "always",
    }
}

fn flags() -> String {
    let mut page = format!("# Flags and fields\n\n{NOTICE}");
    page.push_str(
        "What decides who is believed, with what `pkigen flags` sets it to. Where nothing is set, \
         it is for you to set or to leave. `pkigen explain --FLAG` says the same. What older versions do \
         not have, and which feature gates flags wait for, is in [versions.md](versions.md).\n",
    );
    for component in Component::ALL {
        let _ = writeln!(page, "\n## {component}\n");
        header(
            &mut page,
            &["flag or field", "set to", "what for", "missing or wrong"],
        );
        for flag in FLAGS.iter().filter(|flag| flag.component == component) {
            let topic = topic(&[component.name(), flag.name]);
            let missing = topic
                .sections
                .iter()
                .find(|section| section.id == "missing");
            let missing = missing.map(|section| section.lines.join(" "));
            row(
                &mut page,
                &[
                    &code(label(flag)),
                    &set_to(flag),
                    flag.purpose,
                    &missing.unwrap_or_default(),
                ],
            );
        }
    }
    page.push_str("\n## No longer\n\n");
    header(
        &mut page,
        &["flag", "deprecated", "gone", "instead", "what to know"],
    );
    for flag in OBSOLETE_FLAGS {
        let release = |release: Option<_>, unknown: &str| {
            release.map_or_else(|| unknown.to_owned(), |release| format!("{release}"))
        };
        let deprecated = release(
            flag.deprecated,
            if flag.removed.is_none() { "yes" } else { "" },
        );
        let instead = flag.successor().map(|flag| code(label(flag)));
        row(
            &mut page,
            &[
                &code(format!("{} --{}", flag.component, flag.name)),
                &deprecated,
                &release(flag.removed, "not yet"),
                &instead.unwrap_or_default(),
                flag.note,
            ],
        );
    }
    page
}

fn label(flag: &FlagSpec) -> String {
    match flag.place {
        Place::Flag => format!("--{}", flag.name),
        _ => flag.name.to_owned(),
    }
}

fn set_to(flag: &FlagSpec) -> String {
    let value = match flag.value {
        FlagValue::File { artifact, .. } => code(artifact),
        FlagValue::Text(text) => code(text),
        FlagValue::Switch(on) => code(on),
        FlagValue::Computed(_) => "as the cluster is".to_owned(),
        FlagValue::Given(Takes::Switch) => "(yes or no)".to_owned(),
        FlagValue::Given(Takes::File(_)) => "(a file)".to_owned(),
        _ => "(text)".to_owned(),
    };
    match flag.when {
        When::KubeletServing => format!("{value} with `--kubelet-serving`"),
        When::ExternalEtcd => format!("{value}, with external etcd"),
        _ => value,
    }
}

fn paths() -> String {
    let mut page = format!("# Who talks to whom\n\n{NOTICE}");
    page.push_str(
        "Every path in a cluster, what each side shows, and what protects it. `pkigen explain \
         'apiserver->kubelet'` says the same; `pkigen explain` alone is the table.\n\n",
    );
    header(
        &mut page,
        &[
            "path",
            "port",
            "server shows",
            "client shows",
            "by kubeadm",
            "by pkigen",
        ],
    );
    for path in PATHS {
        let shown = |proof: &Proof| match proof.credential {
            Some(id) if proof.presented_by.is_empty() && id.spec().usage.is_none() => {
                proof.method.words().to_owned()
            }
            Some(id) => id.to_string(),
            None => proof.method.words().to_owned(),
        };
        let client: Vec<String> = path.client_proofs.iter().map(shown).collect();
        let server = path.server_proof.as_ref().map(shown);
        row(
            &mut page,
            &[
                &code(path.name()),
                path.port,
                &server.unwrap_or_else(|| "nothing".to_owned()),
                &if client.is_empty() {
                    "nothing".to_owned()
                } else {
                    client.join(", or ")
                },
                path.protected(path.kubeadm),
                path.protected(path.ours),
            ],
        );
    }
    for path in PATHS {
        let name = PathSpec::name(path);
        section(&mut page, &name, &topic(&[&name]));
    }
    page
}
