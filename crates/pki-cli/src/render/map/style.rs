//! How protection looks and what it is called: never colour alone, but a word, an arrow and a
//! pattern with it.

use anstyle::{AnsiColor, Style};
use pki_core::judge::expiration::State;
use pki_layout::table::paths::Protection;

/// The looks of one kind of protection. The colours are those of Okabe and Ito, which stay apart
/// for every kind of colour vision, darkened or lightened until text in them can be read.
#[derive(Debug)]
pub(super) struct Look {
    pub(super) protection: Protection,
    /// Its name in classes and ids.
    pub(super) class: &'static str,
    /// In a word or two.
    pub(super) word: &'static str,
    /// What it means, for legends.
    pub(super) meaning: &'static str,
    /// As text.
    pub(super) arrow: &'static str,
    pub(super) style: Style,
    /// On a light ground.
    pub(super) light: &'static str,
    /// On a dark ground.
    pub(super) dark: &'static str,
    /// Lengths of strokes and gaps; empty for an unbroken line.
    pub(super) dashes: &'static str,
    /// Width of the line.
    pub(super) width: &'static str,
    /// Graphviz's name for the nearest pattern.
    pub(super) dot: &'static str,
    /// Mermaid's arrow of the nearest pattern.
    pub(super) mermaid: &'static str,
}

/// Every kind of protection, the strongest first.
pub(super) static LOOKS: [Look; 5] = [
    Look {
        protection: Protection::Mutual,
        class: "mutual",
        word: "mutual",
        meaning: "TLS; each side knows the other",
        arrow: "==>",
        style: AnsiColor::Green.on_default(),
        light: "#00704e",
        dark: "#3ddba8",
        dashes: "",
        width: "2.4",
        dot: "bold",
        mermaid: "==>",
    },
    Look {
        protection: Protection::ServerAuthenticated,
        class: "server",
        word: "server authenticated",
        meaning: "TLS; the client knows the server, not or not always the other way round",
        arrow: "-->",
        style: AnsiColor::Blue.on_default(),
        light: "#0062a3",
        dark: "#6cc0f5",
        dashes: "11 4",
        width: "1.8",
        dot: "solid",
        mermaid: "-->",
    },
    Look {
        protection: Protection::Unauthenticated,
        class: "unauthenticated",
        word: "unauthenticated",
        meaning: "TLS with whoever answers: the server is not checked",
        arrow: "~~>",
        style: AnsiColor::Red.on_default().bold(),
        light: "#b84300",
        dark: "#ff9a52",
        dashes: "5 4",
        width: "2.4",
        dot: "dashed",
        mermaid: "-.->",
    },
    Look {
        protection: Protection::Plain,
        class: "plain",
        word: "plain",
        meaning: "no TLS, or none that anybody relies on",
        arrow: "..>",
        style: AnsiColor::Magenta.on_default(),
        light: "#a03475",
        dark: "#f0a3cf",
        dashes: "1.5 4",
        width: "2.2",
        dot: "dotted",
        mermaid: "-.->",
    },
    Look {
        protection: Protection::Depends,
        class: "depends",
        word: "depends",
        meaning: "as the other side is set up",
        arrow: "?->",
        style: AnsiColor::BrightBlack.on_default(),
        light: "#5c636b",
        dark: "#aab2bb",
        dashes: "10 3 2 3",
        width: "1.8",
        dot: "dashed",
        mermaid: "-.->",
    },
];

/// The looks of a protection. A test holds that every one has its own.
pub(super) fn look(protection: Protection) -> &'static Look {
    let [.., fallback] = &LOOKS;
    LOOKS
        .iter()
        .find(|look| look.protection == protection)
        .unwrap_or(fallback)
}

/// A sign for how a certificate is, for where colour is not seen.
pub(super) const fn sign(state: State) -> &'static str {
    match state {
        State::Valid => "ok",
        State::Missing | State::NoCertificate | State::NotChecked => "-",
        _ => "!",
    }
}
