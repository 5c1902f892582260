//! `map`: one scene, five forms.

mod certificates;
mod data;
mod dot;
mod html;
mod mermaid;
mod place;
mod scene;
mod sheet;
mod style;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod timeline;
mod topics;
mod track;
mod wire;

pub(crate) use dot::dot;
pub(crate) use html::html;
pub(crate) use mermaid::mermaid;
pub(crate) use svg::svg;
pub(crate) use text::text;

/// A name as it can stand in an id: what is no letter, digit, dot or dash becomes a dash.
fn id(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    name.chars().map(plain).collect()
}
