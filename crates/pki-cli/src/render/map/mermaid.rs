//! The map as a Mermaid flowchart, which GitHub and many wikis draw.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pki_core::CERTS;
use pki_layout::map::MapFacts;

use super::scene::{Area, Scene, pairs, port};
use super::style::{LOOKS, look};

/// The map in Mermaid's language.
pub(crate) fn mermaid(facts: &MapFacts) -> String {
    let scene = Scene::of(facts);
    let mut text = format!("%% Who talks to whom, {}.\nflowchart LR\n", scene.heading());
    let areas: BTreeSet<Area> = scene.actors.iter().map(|actor| actor.area).collect();
    for (number, area) in areas.into_iter().enumerate() {
        let _ = writeln!(
            text,
            "  subgraph area{number}[{}]",
            quoted(&scene.area_title(area))
        );
        for (position, actor) in scene.actors.iter().enumerate() {
            if actor.area == area {
                let class = if actor.missing { ":::missing" } else { "" };
                let label = match actor.subtitle.as_str() {
                    "" => actor.title.to_owned(),
                    subtitle => format!("{}\n{subtitle}", actor.title),
                };
                let _ = writeln!(text, "    a{position}[{}]{class}", quoted(&label));
            }
        }
        text.push_str("  end\n");
    }
    let mut drawn = vec![Vec::new(); LOOKS.len()];
    let mut count = 0_usize;
    for link in &scene.links {
        let look = look(link.fact.protection);
        let faults = if link.fact.faults.is_empty() {
            ""
        } else {
            "\ndoes not work"
        };
        let label = quoted(&format!("{} {}{faults}", look.word, port(link.fact)));
        for (client, server, both) in pairs(link) {
            let start = if both { "<" } else { "" };
            let _ = writeln!(
                text,
                "  a{client} {start}{}|{label}| a{server}",
                look.mermaid
            );
            let position = LOOKS
                .iter()
                .position(|one| one.protection == look.protection);
            if let Some(list) = position.and_then(|position| drawn.get_mut(position)) {
                list.push(count.to_string());
            }
            count += 1;
        }
    }
    text.push_str("  subgraph authorities[\"authorities and what they sign\"]\n");
    for (position, spec) in CERTS.iter().enumerate() {
        let (open, close) = if spec.is_authority() {
            ("[[", "]]")
        } else {
            ("([", "])")
        };
        let _ = writeln!(text, "    c{position}{open}{}{close}", quoted(spec.name));
    }
    text.push_str("  end\n");
    for (position, spec) in CERTS.iter().enumerate() {
        let issuer = CERTS.iter().position(|other| Some(other.id) == spec.issuer);
        if let Some(issuer) = issuer {
            let _ = writeln!(text, "  c{issuer} --o c{position}");
        }
    }
    for (look, drawn) in LOOKS.iter().zip(&drawn) {
        if !drawn.is_empty() {
            let dashes = match look.dashes {
                "" => String::new(),
                dashes => format!(",stroke-dasharray:{dashes}"),
            };
            let _ = writeln!(
                text,
                "  linkStyle {} stroke:{},stroke-width:{}px{dashes}",
                drawn.join(","),
                look.light,
                look.width
            );
        }
    }
    text.push_str("  classDef missing stroke-dasharray:4 3,opacity:0.6\n");
    text
}

/// A quoted label. Mermaid knows no backslash: what is special is written as an entity.
fn quoted(text: &str) -> String {
    let text = text
        .replace('#', "#35;")
        .replace('"', "#quot;")
        .replace('<', "#lt;");
    format!("\"{}\"", text.replace('\n', "<br/>"))
}
