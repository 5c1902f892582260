//! The audit as a page that needs nothing else: no script, no network, light and dark, to be
//! printed. Colour is never the only thing that tells.

use maud::{DOCTYPE, Markup, PreEscaped, html as markup};
use pki_layout::report::{AuditFindingRow, AuditReport, AuditedItem, AuditedPath};
use time::OffsetDateTime;

use super::super::date;
use super::{all_numbered, numbered, place};

const STYLE: &str = include_str!("page.css");

/// The whole page.
pub(crate) fn html(report: &AuditReport, now: OffsetDateTime) -> String {
    let at = date(now);
    let page = markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'";
                title { "pkigen audit, " (at) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "What these components were told about certificates" }
                    (summary(report, &at))
                    nav aria-label="Sections" {
                        ul {
                            li { a href="#paths" { "Communication paths" } }
                            li { a href="#findings" { "Findings" } }
                            li { a href="#items" { "CIS Kubernetes Benchmark" } }
                            li { a href="#sources" { "What was looked at" } }
                        }
                    }
                }
                main {
                    (paths(report))
                    (findings(report))
                    (items(report))
                    (sources(report))
                }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn summary(report: &AuditReport, at: &str) -> Markup {
    let (findings, warnings) = (report.findings.len(), report.warnings.len());
    markup! {
        p {
            strong { (findings) @if findings == 1 { " finding" } @else { " findings" } ", "
                (warnings) @if warnings == 1 { " warning" } @else { " warnings" } }
            ". Audited for Kubernetes " (report.kubernetes_version) " and " (at)
            ", by pkigen " (env!("CARGO_PKG_VERSION")) "."
        }
    }
}

fn paths(report: &AuditReport) -> Markup {
    markup! {
        section aria-labelledby="paths" {
            h2 id="paths" { "Communication paths" }
            div class="scroll" tabindex="0" role="region" aria-labelledby="paths" {
                table {
                    caption {
                        "Who talks to whom, and what protects it. Where only one end was looked at, \
                         the best is assumed of the other; where neither was, it is what holds on a \
                         machine that is set up well."
                    }
                    thead {
                        tr {
                            th scope="col" { "Path" }
                            th scope="col" { "Protection" }
                            th scope="col" { "Server known" }
                            th scope="col" { "Client known" }
                            th scope="col" { "Unchanged" }
                            th scope="col" { "Unheard" }
                            th scope="col" { "Looked at" }
                            th scope="col" { "Problems" }
                        }
                    }
                    tbody {
                        @for path in &report.paths { (path_row(path)) }
                    }
                }
            }
        }
    }
}

fn path_row(path: &AuditedPath) -> Markup {
    let class = match (
        path.refused,
        path.server_authentication,
        path.problems.is_empty(),
    ) {
        (true, ..) | (false, "no", false) => "bad",
        (false, _, false) => "warn",
        (false, "yes", true) => "good",
        _ => "",
    };
    let seen = match path.seen {
        "whole" => "yes",
        "half" => "one end",
        _ => "no",
    };
    markup! {
        tr {
            th scope="row" { code { (path.path) } span class="purpose" { (path.purpose) } }
            td class=(class) { (path.protection) }
            td { (path.server_authentication) }
            td { (path.client_authentication) }
            td { (path.integrity) }
            td { (path.encryption) }
            td { (seen) }
            td { @if path.problems.is_empty() { "none" } @else { (path.problems.join(", ")) } }
        }
    }
}

fn findings(report: &AuditReport) -> Markup {
    markup! {
        section aria-labelledby="findings" {
            h2 id="findings" { "Findings" }
            @if report.findings.is_empty() && report.warnings.is_empty() {
                p { "Nothing is wrong." }
            }
            @for row in &report.findings { (finding(row, false)) }
            @for row in &report.warnings { (finding(row, true)) }
        }
    }
}

fn finding(row: &AuditFindingRow, warning: bool) -> Markup {
    let (class, word) = if warning {
        ("warn", "Warning")
    } else {
        ("bad", "Failure")
    };
    let numbers = all_numbered(row);
    markup! {
        article {
            h3 { span class=(class) { (word) ": " } (row.title) }
            p { (row.meaning) }
            dl {
                dt { "Rule" } dd { code { (row.rule) } @if !numbers.is_empty() { ", " (numbers) } }
                dt { "Place" } dd { code { (place(row)) } }
                @if let (Some(component), Some(flag)) = (row.component, &row.flag) {
                    dt { "Flag" } dd { code { (component) " " (flag) } }
                }
                @if let Some(certificate) = &row.certificate {
                    dt { "Certificate" } dd { (certificate) }
                }
                dt { "Problem" } dd { (row.message) }
                @if !row.paths.is_empty() {
                    dt { "Costs" }
                    dd {
                        ul {
                            @for concern in &row.paths {
                                li {
                                    code { (concern.path) } ": "
                                    @if concern.loses.is_empty() { "nothing goes over it" }
                                    @else { (concern.loses.join(", ")) }
                                }
                            }
                        }
                    }
                }
                dt { "Remedy" } dd { (row.remedy.text) }
            }
        }
    }
}

fn items(report: &AuditReport) -> Markup {
    markup! {
        section aria-labelledby="items" {
            h2 id="items" { "CIS Kubernetes Benchmark " (report.benchmark) }
            div class="scroll" tabindex="0" role="region" aria-labelledby="items" {
                table {
                    caption { "The items about certificates, the flags that name them, and their files." }
                    thead {
                        tr {
                            th scope="col" { "Item" }
                            th scope="col" { "Asks that" }
                            th scope="col" { "Verdict" }
                        }
                    }
                    tbody {
                        @for item in &report.items { (item_row(item)) }
                    }
                }
            }
        }
    }
}

fn item_row(item: &AuditedItem) -> Markup {
    let (class, verdict) = match item.verdict {
        "pass" => ("good", "pass"),
        "fail" => ("bad", "fail"),
        "warn" => ("warn", "warning"),
        "by-hand" => ("", "by hand"),
        _ => ("", "not here"),
    };
    markup! {
        tr {
            th scope="row" { (numbered(&item.number)) }
            td { (item.expectation) }
            td class=(class) { (verdict) }
        }
    }
}

fn sources(report: &AuditReport) -> Markup {
    markup! {
        section aria-labelledby="sources" {
            h2 id="sources" { "What was looked at" }
            ul {
                @for one in &report.components {
                    li {
                        strong { (one.component) }
                        @if let Some(release) = &one.release { " " (release) }
                        ": " (one.source) ", " code { (one.file) }
                    }
                }
            }
            @if !report.not_audited.is_empty() {
                p { "Not found, and so not audited: " (report.not_audited.join(", ")) "." }
            }
        }
    }
}
