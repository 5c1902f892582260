//! The Static Analysis Results Interchange Format, version 2.1.0 (OASIS standard): as much of it
//! as code scanners read.

use std::collections::BTreeMap;

use pki_layout::report::{AuditFindingRow, AuditReport};
use serde::Serialize;

use super::{all_numbered, numbered, place};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    original_uri_base_ids: BTreeMap<&'static str, UriBase>,
    column_kind: &'static str,
    results: Vec<RuleResult>,
}

#[derive(Serialize)]
struct UriBase {
    uri: &'static str,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text,
    full_description: Text,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleResult {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    properties: Properties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

#[derive(Serialize)]
struct Properties {
    tags: Vec<String>,
}

/// What paths in the log are relative to: the root of the machine's file system.
const ROOT: &str = "ROOT";

/// The report as a log of one run.
pub(crate) fn sarif(report: &AuditReport) -> Log {
    let mut rules: Vec<Rule> = Vec::new();
    let mut results = Vec::new();
    for (rows, level) in [(&report.findings, "error"), (&report.warnings, "warning")] {
        for row in rows {
            let known = rules.iter().position(|rule| rule.id == row.rule);
            let index = known.unwrap_or(rules.len());
            if known.is_none() {
                rules.push(rule(row));
            }
            results.push(result(row, index, level));
        }
    }
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "pkigen audit",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules,
                },
            },
            original_uri_base_ids: BTreeMap::from([(ROOT, UriBase { uri: "file:///" })]),
            column_kind: "unicodeCodePoints",
            results,
        }],
    }
}

fn rule(row: &AuditFindingRow) -> Rule {
    let text = |text: &str| Text {
        text: text.to_owned(),
    };
    Rule {
        id: row.rule,
        short_description: text(row.title),
        full_description: text(row.meaning),
    }
}

fn result(row: &AuditFindingRow, rule_index: usize, level: &'static str) -> RuleResult {
    let numbers = all_numbered(row);
    let numbers = if numbers.is_empty() {
        numbers
    } else {
        format!(" ({numbers})")
    };
    let flag = match (row.component, &row.flag) {
        (Some(component), Some(flag)) => Some(format!("{component} {flag}")),
        _ => None,
    };
    let shown = flag
        .as_ref()
        .map_or_else(String::new, |flag| format!("{flag}: "));
    let file = match &row.place {
        Some(place) => place.file.clone(),
        None => place(row),
    };
    let line = row.place.as_ref().and_then(|place| place.line);
    let logical = flag.clone().into_iter();
    RuleResult {
        rule_id: row.rule,
        rule_index,
        level,
        message: Text {
            text: format!("{shown}{}{numbers}. {}", row.message, row.remedy.text),
        },
        locations: vec![Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: uri(&file),
                    uri_base_id: ROOT,
                },
                region: line.map(|start_line| Region { start_line }),
            },
            logical_locations: logical
                .map(|name| LogicalLocation {
                    fully_qualified_name: name,
                })
                .collect(),
        }],
        partial_fingerprints: BTreeMap::from([(
            "finding/v1",
            format!(
                "{}|{}|{}|{}",
                row.rule,
                flag.unwrap_or_default(),
                row.file.as_deref().unwrap_or_default(),
                row.certificate.as_deref().unwrap_or_default()
            ),
        )]),
        properties: Properties {
            tags: row.cis.iter().map(numbered).collect(),
        },
    }
}

/// A path relative to the root, with what a URI does not take escaped (RFC 3986 section 2).
fn uri(path: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::new();
    for byte in path.trim_start_matches('/').bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        if plain {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
