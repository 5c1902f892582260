//! What must hold of every drawing, however many nodes there are and wherever etcd is.

mod geometry;

use std::collections::BTreeSet;

use pki_core::CERTS;
use pki_core::judge::expiration::State;
use pki_layout::Directories;
use pki_layout::map::{EtcdPlace, MapFacts, Setup};
use pki_layout::table::paths::{PATHS, Protection};
use time::macros::datetime;

use super::scene::Scene;
use super::style::{LOOKS, Look};

fn every_facts() -> Vec<(String, MapFacts)> {
    let mut all = Vec::new();
    for count in [1, 2, 3, 5] {
        for (etcd, place) in [
            ("local", EtcdPlace::Local),
            ("missing", EtcdPlace::Missing),
            ("external", EtcdPlace::External(Vec::new())),
            (
                "external members",
                EtcdPlace::external(["https://192.0.2.1:2379", "https://[2001:db8::2]:2379"]),
            ),
        ] {
            for setup in [Setup::Kubeadm, Setup::Ours] {
                let nodes = (1..=count).map(|number| format!("control-plane-{number}"));
                let facts = MapFacts::of_tables(
                    setup,
                    nodes.collect(),
                    place.clone(),
                    &Directories::default(),
                    datetime!(2026-11-24 12:00 UTC),
                );
                all.push((format!("{count} nodes, etcd {etcd}, {setup:?}"), facts));
            }
        }
    }
    all
}

/// And the same where nothing works and more certificates were found, which takes more room.
fn drawn() -> Vec<(String, MapFacts)> {
    let mut all = every_facts();
    for (name, facts) in every_facts() {
        let mut facts = facts;
        for fact in &mut facts.paths {
            fact.faults
                .push("apiserver-kubelet-client has expired".to_owned());
        }
        for fact in &mut facts.certificates {
            fact.state = Some(State::Expired);
            let is_authority = fact.id.is_some_and(|id| id.spec().is_authority());
            fact.below = is_authority.then(|| "Example Company Root CA 2020".to_owned());
            fact.validity = Some((
                datetime!(2025-11-24 12:00 UTC),
                datetime!(2026-11-23 12:00 UTC),
            ));
        }
        let mut further = facts.certificates.clone();
        further.truncate(4);
        for (number, fact) in further.iter_mut().enumerate() {
            fact.id = None;
            fact.name = format!("kubelet.conf CA data {number}");
        }
        facts.certificates.extend(further);
        all.push((format!("{name}, broken"), facts));
    }
    all
}

#[test]
fn every_row_is_in_every_form() {
    for (name, facts) in drawn() {
        let scene = Scene::of(&facts);
        for (form, text) in [
            ("text", super::text(&facts)),
            ("dot", super::dot(&facts)),
            ("mermaid", super::mermaid(&facts)),
            ("svg", super::svg(&facts)),
        ] {
            for spec in CERTS {
                assert!(text.contains(spec.name), "{name}: {} in {form}", spec.name);
            }
            for actor in &scene.actors {
                if form != "text" {
                    assert!(
                        text.contains(actor.title),
                        "{name}: {} in {form}",
                        actor.title
                    );
                }
            }
        }
        for path in PATHS.iter().filter(|path| path.set_up_by.is_empty()) {
            let drawn = scene
                .links
                .iter()
                .any(|link| std::ptr::eq(link.fact.path, path));
            assert!(drawn, "{name}: {}", path.name());
            let ends: [(&str, String); 2] =
                [("svg", super::svg(&facts)), ("dot", super::dot(&facts))];
            let shown = maud::html! { (path.name()) }.into_string();
            for (form, text) in ends {
                let known = text.contains(&shown) || text.contains(&path.name());
                assert!(known, "{name}: {} in {form}", path.name());
            }
        }
    }
}

#[test]
fn every_protection_has_its_own_looks() {
    let all = [
        Protection::Mutual,
        Protection::ServerAuthenticated,
        Protection::Unauthenticated,
        Protection::Plain,
        Protection::Depends,
    ];
    for protection in all {
        assert_eq!(super::style::look(protection).protection, protection);
    }
    let columns: [fn(&Look) -> &'static str; 6] = [
        |look| look.word,
        |look| look.class,
        |look| look.arrow,
        |look| look.light,
        |look| look.dark,
        |look| look.dashes,
    ];
    for column in columns {
        let values: BTreeSet<&str> = LOOKS.iter().map(column).collect();
        assert_eq!(values.len(), LOOKS.len(), "{values:?}");
    }
}
