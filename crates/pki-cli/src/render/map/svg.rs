//! The map as a picture. Elements that can be chosen have the ids that the page uses.

use maud::{Markup, PreEscaped, html};
use pki_layout::map::MapFacts;
use pki_layout::table::{Component, Party};

use super::certificates::{self, Tree};
use super::place::{LABEL, MARGIN, Places, places, text_width};
use super::scene::{Actor, Link, Scene, port};
use super::sheet::sheet;
use super::style::{LOOKS, look};
use super::topics::{party_id, path_id};
use super::wire::{Wire, wire};

/// Height of heading and legend.
const HEAD: i32 = 80;

/// The map as an SVG document.
pub(crate) fn svg(facts: &MapFacts) -> String {
    let scene = Scene::of(facts);
    let mut text = picture(&scene, true).into_string();
    text.push('\n');
    text
}

/// The picture; `alone` where it is a document of its own, with its style in it.
pub(super) fn picture(scene: &Scene<'_>, alone: bool) -> Markup {
    let places = places(scene, if alone { HEAD } else { 0 });
    let tree = certificates::tree(scene.facts, places.width, places.bottom + 24);
    let (width, height) = (places.width, tree.bottom + MARGIN);
    let title = format!("Who talks to whom, {}", scene.heading());
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) }
            width=(width) height=(height) role="group" aria-label=(title) {
            @if alone {
                title { (title) }
                style { (PreEscaped(sheet())) }
            }
            rect.ground width=(width) height=(height) {}
            @if alone { (head(scene, &title)) }
            @for frame in &places.frames {
                rect.frame x=(frame.rect.x) y=(frame.rect.y) width=(frame.rect.width)
                    height=(frame.rect.height) rx="10" {}
                text.note x=(frame.rect.x + 12) y=(frame.rect.y + 17) { (scene.area_title(frame.area)) }
            }
            @for (number, link) in scene.links.iter().enumerate() {
                @if let Some(wire) = wire(&places, number) { (line(scene, link, &wire, alone)) }
            }
            @for (number, actor) in scene.actors.iter().enumerate() {
                (actor_box(actor, &places, number, alone))
            }
            (authorities(&tree, alone))
        }
    }
}

/// On the page everything can be chosen. Alone it can be gone to, which shows where it leads.
const fn role(alone: bool) -> &'static str {
    if alone { "img" } else { "button" }
}

/// Heading and legend.
fn head(scene: &Scene<'_>, title: &str) -> Markup {
    let mut x = MARGIN;
    let legend: Vec<_> = LOOKS
        .iter()
        .map(|look| {
            let here = x;
            x += 60 + text_width(look.word, LABEL) + 2 * MARGIN;
            (look, here)
        })
        .collect();
    html! {
        text.title.heading x=(MARGIN) y="34" { (title) }
        text.note x=(MARGIN) y="52" {
            "Kubernetes " (scene.facts.version) " · every line goes from who dials to who answers"
            @if scene.is_broken() { " · ✗ does not work now" }
            @if scene.facts.source == pki_layout::map::Source::Disk {
                " · certificates judged at " (certificates::day(scene.facts.at))
            }
        }
        @for (look, x) in legend {
            g.(look.class) transform={ "translate(" (x) " 74)" } {
                path.line d="M0 0H44" {}
                path.arrow d="M52 0L43 -4V4Z" {}
                text.label x="60" y="4" { (look.word) }
            }
        }
    }
}

fn line(scene: &Scene<'_>, link: &Link<'_>, wire: &Wire, alone: bool) -> Markup {
    let fact = link.fact;
    let look = look(fact.protection);
    let name = fact.path.name();
    let mut said = format!("{name}, port {}: {}", port(fact), look.word);
    for gap in &fact.gaps {
        said.push_str("; ");
        said.push_str(gap);
    }
    for fault in &fact.faults {
        said.push_str("; does not work: ");
        said.push_str(fault);
    }
    let missing = if scene.is_missing(link) {
        " missing"
    } else {
        ""
    };
    html! {
        g class={ "wire pick " (look.class) (missing) } tabindex="0" role=(role(alone))
            aria-label=(said) data-topic=[(!alone).then(|| path_id(fact.path))] {
            // Beside the page's explanations it would be in the way.
            @if alone { title { (said) } }
            path.hit d=(wire.line) {}
            path.line d=(wire.line) {}
            path.arrow d=(wire.arrows) {}
            @for (x, y) in &wire.joints { circle.joint cx=(x) cy=(y) r="2.8" {} }
            @for label in &wire.labels {
                text.label.end[label.ends] x=(label.x) y=(label.y) {
                    (label.text)
                }
            }
        }
    }
}

fn actor_box(actor: &Actor, places: &Places, number: usize, alone: bool) -> Markup {
    let rect = places.boxes.get(number).copied().unwrap_or_default();
    let hub = actor.party == Party::Component(Component::KubeApiserver);
    let middle = rect.y + rect.height / 2;
    let x = rect.x + rect.width / 2;
    let plain = actor.subtitle.is_empty();
    html! {
        g.box.pick.hub[hub].missing[actor.missing] tabindex="0" role=(role(alone))
            aria-label={ (actor.title) ", " (actor.subtitle) }
            data-topic=[(!alone).then(|| party_id(actor.party))] {
            rect x=(rect.x) y=(rect.y) width=(rect.width) height=(rect.height) rx="6" {}
            text.title.middle x=(x) y=(middle + if plain { 5 } else { -1 }) { (actor.title) }
            @if !plain { text.note.middle x=(x) y=(middle + 13) { (actor.subtitle) } }
        }
    }
}

/// Authorities and what they sign.
fn authorities(tree: &Tree, alone: bool) -> Markup {
    html! {
        text.title x=(MARGIN) y=(tree.top + 4) { "Authorities, what they sign, and who shows it" }
        @for branch in &tree.branches { path.tree d=(branch) {} }
        @for leaf in &tree.leaves {
            g.box.pick[leaf.topic.is_some()].authority[leaf.authority].missing[leaf.missing]
                tabindex=[leaf.topic.as_ref().map(|_| "0")]
                role=[leaf.topic.as_ref().map(|_| role(alone))]
                aria-label={ (leaf.name) ": " (leaf.users) " " (leaf.state) }
                data-topic=[leaf.topic.as_ref().filter(|_| !alone)] {
                rect x=(leaf.rect.x) y=(leaf.rect.y) width=(leaf.rect.width)
                    height=(leaf.rect.height) rx="4" {}
                text.text.middle x=(leaf.rect.x + leaf.rect.width / 2) y=(leaf.rect.y + leaf.rect.height / 2 + 4) {
                    (leaf.name)
                }
            }
            text.note x=(leaf.words.0) y=(leaf.words.1) {
                (leaf.users)
                @if !leaf.state.is_empty() {
                    @if !leaf.users.is_empty() { " · " }
                    tspan.bad[leaf.bad] { (leaf.state) }
                }
            }
            @if let Some((text, (x, y))) = &leaf.below {
                text.note x=(x) y=(y) { (text) }
            }
        }
    }
}
