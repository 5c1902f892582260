//! `map`: one scene, five forms.

mod dot;
mod mermaid;
mod scene;
mod style;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use dot::dot;
pub(crate) use mermaid::mermaid;
pub(crate) use text::text;
