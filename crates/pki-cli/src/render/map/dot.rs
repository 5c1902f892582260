//! The map for Graphviz (`dot -Tsvg`).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pki_core::CERTS;
use pki_layout::map::MapFacts;

use super::scene::{Area, Link, Scene, port};
use super::style::look;

/// The map in the DOT language.
pub(crate) fn dot(facts: &MapFacts) -> String {
    let scene = Scene::of(facts);
    let mut text = format!(
        "// Who talks to whom, {}.\ndigraph pkigen {{\n  \
         graph [rankdir=LR, fontname=\"Helvetica\", ranksep=1.2, bgcolor=\"white\"];\n  \
         node [shape=box, style=\"rounded\", fontname=\"Helvetica\", fontsize=11];\n  \
         edge [fontname=\"Helvetica\", fontsize=9];\n",
        scene.heading()
    );
    let areas: BTreeSet<Area> = scene.actors.iter().map(|actor| actor.area).collect();
    for (number, area) in areas.into_iter().enumerate() {
        let label = quoted(&scene.area_title(area));
        let _ = writeln!(
            text,
            "  subgraph cluster_{number} {{\n    label={label}; style=\"rounded\"; color=\"#9aa3ad\";"
        );
        for (position, actor) in scene.actors.iter().enumerate() {
            if actor.area == area {
                let style = if actor.missing {
                    ", style=\"rounded,dashed\""
                } else {
                    ""
                };
                let label = quoted(&[actor.title, &actor.subtitle].join("\n"));
                let _ = writeln!(text, "    a{position} [label={label}{style}];");
            }
        }
        text.push_str("  }\n");
    }
    for (number, link) in scene.links.iter().enumerate() {
        edges(&mut text, number, link);
    }
    text.push_str("  subgraph cluster_authorities {\n    label=\"authorities and what they sign\"; style=\"rounded\"; color=\"#9aa3ad\";\n");
    for (position, spec) in CERTS.iter().enumerate() {
        let shape = if spec.is_authority() {
            "folder"
        } else {
            "note"
        };
        let _ = writeln!(
            text,
            "    c{position} [label={}, shape={shape}];",
            quoted(spec.name)
        );
    }
    text.push_str("  }\n");
    for (position, spec) in CERTS.iter().enumerate() {
        let issuer = CERTS.iter().position(|other| Some(other.id) == spec.issuer);
        if let Some(issuer) = issuer {
            let _ = writeln!(
                text,
                "  c{issuer} -> c{position} [arrowhead=empty, color=\"#5c636b\", tooltip=\"signs\"];"
            );
        }
    }
    text.push_str("}\n");
    text
}

/// A path. Where it is between several, all meet in a point: a line from each to each would be
/// more than Graphviz can lay out.
fn edges(text: &mut String, number: usize, link: &Link<'_>) {
    let look = look(link.fact.protection);
    let faults = if link.fact.faults.is_empty() {
        ""
    } else {
        "\ndoes not work"
    };
    let label = quoted(&format!("{}\n{}{faults}", look.word, port(link.fact)));
    let name = quoted(&link.fact.path.name());
    let common = format!(
        "tooltip={name}, color=\"{0}\", fontcolor=\"{0}\", style={1}",
        look.light, look.dot
    );
    if let ([client], [server]) = (link.clients.as_slice(), link.servers.as_slice()) {
        let _ = writeln!(text, "  a{client} -> a{server} [label={label}, {common}];");
        return;
    }
    let _ = writeln!(
        text,
        "  p{number} [shape=point, tooltip={name}, color=\"{}\", xlabel={label}, fontsize=9, \
         fontcolor=\"{}\"];",
        look.light, look.light
    );
    let peers = link.clients == link.servers;
    for client in &link.clients {
        let direction = if peers { "back" } else { "none" };
        let _ = writeln!(
            text,
            "  a{client} -> p{number} [dir={direction}, {common}];"
        );
    }
    for server in link.servers.iter().filter(|_| !peers) {
        let _ = writeln!(text, "  p{number} -> a{server} [{common}];");
    }
}

/// A double-quoted string of the DOT language, where only the quote has to be escaped, and a
/// backslash begins an escape of its own.
fn quoted(text: &str) -> String {
    let text = text.trim_end().replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}
