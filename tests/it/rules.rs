//! `docs/rules.md` is the table of rules, word for word. Where the table is changed, write the
//! page anew and read it:
//!
//! ```text
//! cargo test --test it -- --ignored rules::write_anew
//! ```

use std::fmt::Write as _;
use std::path::PathBuf;

use pkigen::pki_core::judge::{RULES, RuleSpec};
use pkigen::pki_core::spec::Party;

const INTRODUCTION: &str = "\
# Rules of `pkigen verify`

Generated from the table in `crates/pki-core/src/judge/rules`; do not edit.

A finding names one of these rules. A rule is broken when one of the verifiers that read a
cluster's certificates refuses, or when a component of Kubernetes does, or when nobody refuses and
it is dangerous all the same. Those are findings, and they count: the exit status is 1. What nobody
refuses and is not dangerous is a warning, and counts with `--strict` only. Who refuses depends on
what is wrong and on where the certificate stands; each finding says who refuses for its sake, and is
a warning where that is nobody. `pkigen verify --warn-only RULE` makes warnings of a rule's findings,
with `--strict` too. In what to do, NAME is a certificate's name as `pkigen renew` takes it, FILE after
`--config` the configuration; what nothing else is said of is issued again by whoever issued it.

| verifier | who uses it |
|---|---|
| `go` | Kubernetes' components, etcd, kubectl |
| `openssl` | curl, and most clients in Ruby, PHP and older Python |
| `openssl-strict` | the same with `-x509_strict`, which Python has by default from 3.13 on |
| `gnutls` | clients of Debian's libraries, wget |
| `webpki` | rustls, and everything in Rust that uses it |
";

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for group in RULES {
        let _ = write!(page, "\n## {}\n", group.title);
        for rule in group.rules {
            page.push_str(&section(rule));
        }
    }
    page
}

fn section(rule: &'static RuleSpec) -> String {
    let refusers: Vec<&str> = rule
        .refused_by
        .iter()
        .map(|one: &Party| one.called())
        .collect();
    let refusers = match (refusers.as_slice(), rule.counts) {
        ([], true) => "nobody; it counts all the same".to_owned(),
        ([], false) => "nobody; it is a warning".to_owned(),
        (refusers, _) => refusers.join(", "),
    };
    format!(
        "\n### {}\n\n{}{}.\n\n{}\n\n- Refused by: {refusers}.\n- What to do: {}\n- See: {}\n",
        rule.id,
        rule.title[..1].to_uppercase(),
        &rule.title[1..],
        rule.meaning,
        advice(rule),
        rule.reference
    )
}

/// As `explain` words it.
fn advice(rule: &'static RuleSpec) -> String {
    let topic = crate::docs::topic(&[rule.id]);
    let mut sections = topic.sections.into_iter();
    let advice = sections.find(|section| section.id == "advice").unwrap();
    advice.lines.join(" ")
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md")
}

#[test]
fn the_page_is_the_table() {
    let written = std::fs::read_to_string(path()).unwrap();
    assert_eq!(written, page(), "write it anew as the module says");
}

#[test]
#[ignore = "writes the page anew"]
fn write_anew() {
    std::fs::write(path(), page()).unwrap();
}
