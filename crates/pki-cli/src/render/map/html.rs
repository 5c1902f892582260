//! The map as a page: the picture, an explanation of everything that can be chosen on it, a line
//! of time, and an index of the flags. One file that loads nothing.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use pki_core::CERTS;
use pki_core::judge::expiration::State;
use pki_layout::explain::Question;
use pki_layout::map::{CertificateFact, MapFacts, PathFact, Source};
use pki_layout::table::paths::{PATHS, PathSpec, Protection};
use pki_layout::table::{Component, FlagSpec, KUBELET_FILES};

use super::data::data;
use super::scene::Scene;
use super::sheet::sheet;
use super::style::{LOOKS, look};
use super::svg::picture;
use super::timeline::timeline;
use super::topics::{certificate_id, choices, flag_id, flag_name, path_id, protection, topic};

/// Forbids everything but what is in the file, should anything else ever get into it.
const POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// The map as an HTML page.
pub(crate) fn html(facts: &MapFacts, question: &Question<'_>) -> String {
    let scene = Scene::of(facts);
    let data = data(facts, &choices(question));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="icon" href="data:,";
                title { "Who talks to whom, " (scene.heading()) }
                style { (PreEscaped(sheet())) (PreEscaped(include_str!("page.css"))) }
            }
            body {
                header { (header(&scene)) }
                div.columns {
                    main {
                        figure.map { (picture(&scene, false)) }
                        section.block.time { (times(facts)) }
                    }
                    aside aria-live="polite" aria-label="Explanation" { (panel(facts, &data)) }
                }
                section.block.index { (index(facts)) }
                script { (PreEscaped(include_str!("page.js"))) }
            }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

fn header(scene: &Scene<'_>) -> Markup {
    html! {
        h1 { "Who talks to whom" }
        p.lead {
            "Drawn " (scene.heading()) ", Kubernetes " (scene.facts.version)
            @if scene.facts.source == Source::Disk {
                ", judged at " (super::certificates::day(scene.facts.at))
            }
            ". Every line goes from who dials to who answers; its colour, pattern and word say what protects it. "
            span.screen { "Choose a box, a line, a certificate or a flag to see what it is." }
        }
        ul.legend {
            @for look in &LOOKS {
                li {
                    svg class=(look.class) width="54" height="12" viewBox="0 0 54 12" aria-hidden="true" {
                        path.line d="M0 6H44" {}
                        path.arrow d="M53 6L44 2V10Z" {}
                    }
                    strong { (look.word) }
                    span { " " (look.meaning) }
                }
            }
        }
    }
}

fn times(facts: &MapFacts) -> Markup {
    html! {
        h2 { "When certificates expire" }
        @match timeline(facts) {
            Some(line) => { (line) }
            None => {
                p.lead {
                    "No certificate was read. On a control-plane node, "
                    code { "pkigen map --root / -o html > map.html" }
                    " draws the life of each of its certificates here."
                }
            }
        }
    }
}

fn panel(facts: &MapFacts, data: &str) -> Markup {
    html! {
        button.close type="button" hidden { "Close" }
        div #hint {
            h2 { "Nothing is chosen" }
            p { "Click a box, a line, a certificate or a flag, or go to it with Tab and press Enter. Escape closes." }
            (worth_a_look(facts))
        }
        div #shown hidden {}
        script #topics type="application/json" { (PreEscaped(data)) }
        noscript { p { "The explanations need the script that is in this page; `pkigen explain` has them too." } }
    }
}

/// Where something is wrong, or weak.
fn worth_a_look(facts: &MapFacts) -> Markup {
    let broken = facts.paths.iter().filter(|fact| !fact.faults.is_empty());
    let weak = |fact: &&PathFact| fact.protection == Protection::Unauthenticated;
    let weak = facts.paths.iter().filter(weak);
    let bad = |fact: &&CertificateFact| fact.state.is_some_and(State::is_finding);
    let bad = facts.certificates.iter().filter(bad);
    let rows = |chips: Vec<Markup>, title: &str| {
        html! {
            @if !chips.is_empty() {
                strong { (title) }
                ul.chips { @for chip in chips { li { (chip) } } }
            }
        }
    };
    html! {
        (rows(bad.filter(|fact| topic(fact).is_some()).map(|fact| certificate_chip(&fact.name)).collect(), "Certificates that nobody accepts now"))
        (rows(broken.map(|fact| path_chip(facts, fact.path)).collect(), "Paths that do not work now"))
        (rows(weak.map(|fact| path_chip(facts, fact.path)).collect(), "Servers that nobody checks"))
    }
}

fn path_chip(facts: &MapFacts, path: &PathSpec) -> Markup {
    let look = look(protection(facts, path));
    html! {
        a.(look.class) href={ "#" (path_id(path)) } {
            (path.name()) " " span.word.label { (look.word) (mark(facts, path)) }
        }
    }
}

/// A sign for a path that does not work.
fn mark(facts: &MapFacts, path: &PathSpec) -> &'static str {
    let fact = facts
        .paths
        .iter()
        .find(|fact| std::ptr::eq(fact.path, path));
    match fact {
        Some(fact) if !fact.faults.is_empty() => " \u{2717}",
        _ => "",
    }
}

fn certificate_chip(name: &str) -> Markup {
    html! { a href={ "#" (certificate_id(name)) } { (name) } }
}

fn flag_chip(flag: &FlagSpec) -> Markup {
    html! { a href={ "#" (flag_id(flag)) } { (flag_name(flag)) } }
}

/// Everything that can be chosen, as a list.
fn index(facts: &MapFacts) -> Markup {
    html! {
        h2 { "Everything on this page" }
        label { "Find " input type="search" placeholder="such as kubelet ca" autocomplete="off"; }
        h3 { "Paths" }
        ul.chips data-title="path" {
            @for path in PATHS { li { (path_chip(facts, path)) } }
        }
        h3 { "Certificates, key pairs and kubeconfigs" }
        ul.chips data-title="certificate" {
            @for spec in CERTS { li { (certificate_chip(spec.name)) } }
            @for file in KUBELET_FILES { li { (certificate_chip(file.name)) } }
        }
        @for component in Component::ALL {
            h3 { "Flags of " (component) }
            ul.chips data-title={ (component) " flag" } {
                @for flag in FlagSpec::of(component) { li { (flag_chip(flag)) } }
            }
        }
    }
}
