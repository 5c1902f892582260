//! How things are written as text: hexadecimal, instants, PEM armour (RFC 7468), and text of
//! somebody's file made fit to be shown. Knows no other room.

mod form;
mod framing;
pub mod hex;
pub mod instant;
mod nearest;
pub(crate) mod pem;

pub use framing::{Framing, FramingError, KeyForm, KeyLabel};
pub use nearest::{Near, nearest, nearest_few};

/// Escapes what could break a line or steer a terminal: control characters and the marks that
/// turn the direction of writing. Letters of any script stay.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let steers = matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        );
        if character.is_control() || steers {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// As [`one_line`], and not longer than a line: after 80 characters comes an ellipsis.
#[must_use]
pub fn printable(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => one_line(text.get(..end).unwrap_or_default()) + "…",
        None => one_line(text),
    }
}

/// Whether a letter is not seen, or changes how those around it are: what has it looks like another
/// name.
pub(crate) fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_a_file_cannot_steer_a_terminal() {
        assert_eq!(printable("naïve-节点"), "naïve-节点");
        assert_eq!(
            printable("a\u{1b}[31m\nb\u{202e}"),
            "a\\u{1b}[31m\\nb\\u{202e}"
        );
        assert_eq!(printable(&"x".repeat(80)), "x".repeat(80));
        assert_eq!(printable(&"x".repeat(81)), format!("{}…", "x".repeat(80)));
    }
}
