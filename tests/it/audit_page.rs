//! `docs/audit.md` is the tables of the audit, word for word. Where a table is changed, write the
//! page anew and read it:
//!
//! ```text
//! cargo test --test it -- --ignored audit_page::write_anew
//! ```

use std::fmt::Write as _;
use std::path::PathBuf;

use pkigen::pki_layout::{AUDIT_RULES, CIS_EARLIER, CIS_ITEMS, CIS_NEWEST, CisItem, Level};

const INTRODUCTION: &str = "\
# What `pkigen audit` judges

Generated from the tables in `crates/pki-layout/src/cis` and `crates/pki-layout/src/audit/rule.rs`;
do not edit.

`pkigen audit` reads what the components of a machine are told about certificates and the files that
this names, and says for every communication path what protects it and what is wrong. It changes
nothing, dials nobody and opens no private key; whether a key belongs to its certificate is for
`pkigen verify` to say.

It looks at the static pods of `/etc/kubernetes/manifests` (`--manifests DIR`), whatever their files
are called, with `command` and `args`, `--flag=value` and `--flag value`, and mounts; at the
kubelet's configuration (`--kubelet-config FILE`) with its drop-in directory; at etcd's flags,
variables and `--config-file`; with `--systemd` at units, drop-ins and their files of variables; and
with `--proc` at `/proc/*/cmdline`. A component that is not there is not audited, and that is said.
A source that cannot be read is a finding and hides nothing else.

`--only`, `--skip` and `--warn-only` take a rule's id or an item's number: `1.2.5`, or in an older
benchmark `1.5:1.2.6`. The command ends with 1 when a failure is left.

Two warnings are found on clusters of kubeadm and of pkigen alike, and are left to whoever runs
them. Anonymous requests (1.2.1) are what the API server's probes and `kubeadm join` make, and RBAC
allows them health, version and cluster-info; an AuthenticationConfiguration limits them to those
paths. The longer life of pods' tokens (1.2.30) is Kubernetes' default, for clients that do not read
their token again.
";

const RULES: &str = "
## Rules

Those of `pkigen verify` ([rules.md](rules.md)) are found too, where a flag names the file.
";

const ITEMS: &str = "
## Items of the CIS Kubernetes Benchmark

Numbered as in 2.0.1, whose checks are those of 1.12; 1.9 to 1.12 have the same numbers. 1.6 is
numbered as 1.5, which the talk this project began with used.
";

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str(RULES);
    for rule in AUDIT_RULES {
        let _ = write!(
            page,
            "\n### {}\n\n{}{}. A {}.\n\n{}\n",
            rule.id,
            rule.title[..1].to_uppercase(),
            &rule.title[1..],
            rule.level.name(),
            rule.meaning
        );
    }
    page.push_str(ITEMS);
    page.push('\n');
    let mut head = format!("| {CIS_NEWEST} |");
    let mut line = "|---|".to_owned();
    for benchmark in CIS_EARLIER {
        let _ = write!(head, " {benchmark} |");
        line.push_str("---|");
    }
    let _ = writeln!(
        page,
        "{head} asks that | flags | kubeadm | weighs |\n{line}---|---|---|---|"
    );
    for item in CIS_ITEMS {
        page.push_str(&row(item));
    }
    page.push_str("\n## Where kube-bench may say something else\n\n");
    for item in CIS_ITEMS.iter().filter(|item| !item.differs.is_empty()) {
        let _ = writeln!(page, "- {}: {}", item.number, item.differs);
    }
    page
}

fn row(item: &CisItem) -> String {
    let earlier: String = item
        .earlier
        .iter()
        .map(|number| format!(" {} |", if number.is_empty() { "-" } else { number }))
        .collect();
    let flags: Vec<String> = item.flags.iter().map(|name| format!("`{name}`")).collect();
    format!(
        "| {} |{earlier} {} | {} | {} | {}{} |\n",
        item.number,
        item.expectation,
        flags.join(", "),
        if item.kubeadm_passes {
            "passes"
        } else {
            "does not pass"
        },
        match item.level {
            Level::Failure => "failure",
            _ => "warning",
        },
        if item.manual {
            ", left to a person by the benchmark"
        } else {
            ""
        },
    )
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/audit.md")
}

#[test]
fn the_page_is_the_tables() {
    let written = std::fs::read_to_string(path()).unwrap();
    assert_eq!(written, page(), "write it anew as the module says");
}

#[test]
#[ignore = "writes the page anew"]
fn write_anew() {
    std::fs::write(path(), page()).unwrap();
}
