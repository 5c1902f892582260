//! The explanations for the page's script: every text once, and topics that name them by position.
//! Written out as HTML they would be three times as long.

use std::collections::HashMap;

use pki_layout::map::{MapFacts, Source};
use pki_layout::report::{ExplainedSection, ExplainedTopic};
use serde_json::{Value, json};

use super::style::look;
use super::topics::{Choice, protection};

/// Texts by the order in which they are first used.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
    known: HashMap<String, usize>,
}

impl Texts {
    fn position(&mut self, text: &str) -> usize {
        if let Some(position) = self.known.get(text) {
            return *position;
        }
        let position = self.all.len();
        self.all.push(text.to_owned());
        self.known.insert(text.to_owned(), position);
        position
    }
}

/// An object `{texts, topics}` that can stand in a script element. A topic is a list: its id, its
/// title, the answer, what is related, the sections with their titles first, and how a path is.
pub(super) fn data(facts: &MapFacts, choices: &[Choice]) -> String {
    let mut texts = Texts::default();
    let topics: Vec<Value> = choices
        .iter()
        .map(|choice| topic(facts, choice, &mut texts))
        .collect();
    let data = json!({ "texts": texts.all, "topics": topics });
    // Within JSON this sign is only in strings; in a script element it could end it.
    data.to_string().replace('<', "\\u003c")
}

fn topic(facts: &MapFacts, choice: &Choice, texts: &mut Texts) -> Value {
    let ExplainedTopic {
        name,
        answer,
        sections,
        ..
    } = &choice.explained;
    // The name is the heading; the answer goes on after it.
    let plain = name.rsplit(' ').next().unwrap_or(name);
    let rest = answer.strip_prefix(plain);
    let answer = rest
        .and_then(|rest| rest.strip_prefix(": "))
        .unwrap_or(answer);
    let id = texts.position(&choice.id);
    let title = texts.position(name);
    let answer = texts.position(answer);
    let related: Vec<usize> = choice.related().map(|id| texts.position(&id)).collect();
    let shown = sections.iter().filter(|one| is_shown(facts, choice, one));
    let sections: Vec<Vec<usize>> = shown
        .map(|section| {
            let lines = section.lines.iter().map(String::as_str);
            std::iter::once(section.title)
                .chain(lines)
                .map(|line| texts.position(line))
                .collect()
        })
        .collect();
    let state = state(facts, choice, texts);
    json!([id, title, answer, related, sections, state])
}

/// How a path is, and why: its class, its word, and what is wrong with it.
fn state(facts: &MapFacts, choice: &Choice, texts: &mut Texts) -> Vec<Value> {
    let Some(path) = choice.path else {
        return Vec::new();
    };
    let look = look(protection(facts, path));
    let mut state = vec![json!(look.class), json!(texts.position(look.word))];
    let fact = facts
        .paths
        .iter()
        .find(|fact| std::ptr::eq(fact.path, path));
    if let Some(fact) = fact {
        for gap in &fact.gaps {
            state.push(json!(texts.position(&format!("{gap}."))));
        }
        for fault in &fact.faults {
            state.push(json!(
                texts.position(&format!("\u{2717} Does not work: {fault}."))
            ));
        }
    }
    vec![Value::Array(state)]
}

/// What is listed beside the explanation is not said again in it, nor when something expires
/// on a node where nothing was read.
fn is_shown(facts: &MapFacts, choice: &Choice, section: &ExplainedSection) -> bool {
    let flag = choice.id.starts_with("flag-");
    let certificate = choice.id.starts_with("cert-");
    match section.id {
        "paths" | "guards" | "depends-on" | "dials" | "dialled" | "has" | "flags"
        | "more-flags" => false,
        "expires" => facts.source == Source::Disk && certificate,
        "renew" | "certificate" | "read-again" => !flag,
        _ => true,
    }
}
