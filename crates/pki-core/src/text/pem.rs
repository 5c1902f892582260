//! Where the blocks of a PEM text are (RFC 7468), for certificates, requests and keys alike.
//!
//! Nothing is decoded here, so that a private key beside a certificate is only ever decoded by
//! what wipes it.

/// The longest text that is looked through, in bytes. The largest real files, trust bundles of
/// operating systems, have a quarter of it, and Kubernetes stores no object that is larger.
pub(crate) const MAX_TEXT: usize = 1 << 20;

/// The longest label, in characters. The longest of RFC 7468 has 21.
const MAX_LABEL: usize = 64;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// UTF-8's byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of one block, from its first dash to its last, and its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    pub(crate) label: &'a str,
    pub(crate) text: &'a [u8],
}

/// A block that some reader does not find, or finds another end of, and the line that says so,
/// counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {framing}")]
#[non_exhaustive]
pub struct FramingError {
    /// The line.
    pub line: usize,
    /// What is wrong there.
    pub framing: Framing,
}

/// How the dashes around a block are not as Go's `encoding/pem` wants them, which reads every file
/// of a cluster: each marker alone on its line, blanks at the line's end aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Framing {
    /// A byte order mark stands before the first marker.
    #[error("a byte order mark stands before the block, and Go passes over it then")]
    ByteOrderMark,
    /// Blanks stand before a marker.
    #[error("blanks stand before the dashes, and Go passes over the block then")]
    Indented,
    /// Text stands before a marker: the end of another block, for instance.
    #[error(
        "something else stands before the dashes on their line, and Go passes over the block then"
    )]
    TextBefore,
    /// Text stands after a marker on its line.
    #[error(
        "something else stands after the dashes on their line, and Go passes over the block then"
    )]
    TextAfter,
    /// Lines end in a carriage return alone.
    #[error("lines end in a carriage return alone, which for Go is one line")]
    CarriageReturns,
    /// A block has no end, or that of another label.
    #[error("the block that begins there has no end; it may be cut off")]
    Unended,
    /// A label that RFC 7468 does not allow.
    #[error("the label of the block that begins there cannot be read")]
    Label,
}

/// The blocks of a text, in order. What stands between them is passed over, as Go does, and a last
/// block that is cut off, behind others. Another that Go passes over is an error: who has put it
/// there counts on it.
///
/// # Errors
///
/// [`FramingError`].
pub(crate) fn blocks(text: &[u8]) -> Result<Vec<Block<'_>>, FramingError> {
    let mut found = Vec::new();
    let mut open: Option<(usize, usize, &str)> = None;
    let mut start = 0;
    for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let at = |framing| FramingError {
            line: number + 1,
            framing,
        };
        let shown = trimmed(line);
        match open {
            None if holds(shown, BEGIN) => {
                let label = alone(shown, BEGIN).map_err(at)?;
                open = Some((number, start, label));
            }
            Some((began, from, label)) if holds(shown, END) => {
                let ended = alone(shown, END).map_err(at)?;
                let block = text.get(from..start + shown.len());
                let Some(block) = block.filter(|_| ended == label) else {
                    return Err(unended(began));
                };
                found.push(Block { label, text: block });
                open = None;
            }
            Some((began, ..)) if holds(shown, BEGIN) => return Err(unended(began)),
            _ => {}
        }
        start += line.len() + 1;
    }
    match open {
        Some((began, ..)) if found.is_empty() => Err(unended(began)),
        _ => Ok(found),
    }
}

fn unended(began: usize) -> FramingError {
    FramingError {
        line: began + 1,
        framing: Framing::Unended,
    }
}

/// A line without the blanks at its end, as Go's `getLine` has it.
fn trimmed(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let blanks = line
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b' ' | b'\t'));
    line.get(..line.len() - blanks.count()).unwrap_or_default()
}

/// The label of the marker that is all of a line.
fn alone<'a>(line: &'a [u8], marker: &[u8]) -> Result<&'a str, Framing> {
    let Some(rest) = line.strip_prefix(marker) else {
        let before = line.get(..position(line, marker).unwrap_or(0));
        return Err(match before.unwrap_or_default() {
            MARK => Framing::ByteOrderMark,
            before if before.contains(&b'\r') => Framing::CarriageReturns,
            before if before.iter().all(u8::is_ascii_whitespace) => Framing::Indented,
            _ => Framing::TextBefore,
        });
    };
    if let Some(label) = rest.strip_suffix(DASHES)
        && position(label, DASHES).is_none()
    {
        return readable(label).ok_or(Framing::Label);
    }
    Err(match position(rest, DASHES) {
        None => Framing::Label,
        Some(_) if rest.contains(&b'\r') => Framing::CarriageReturns,
        Some(_) => Framing::TextAfter,
    })
}

/// A label of what RFC 7468 allows in one, so that it can be shown as it is.
fn readable(label: &[u8]) -> Option<&str> {
    let label = std::str::from_utf8(label).ok()?;
    let is_short = label.len() <= MAX_LABEL;
    let allowed = |c: char| c == ' ' || c.is_ascii_graphic();
    (is_short && label.chars().all(allowed)).then_some(label)
}

fn holds(text: &[u8], wanted: &[u8]) -> bool {
    position(text, wanted).is_some()
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|at| at == wanted)
}

/// What labels a text has instead of the one that is wanted: each once, not more than a line.
pub(crate) fn labels(blocks: &[Block<'_>]) -> Vec<String> {
    const SHOWN: usize = 4;
    let mut labels: Vec<String> = Vec::new();
    for block in blocks {
        if labels.iter().any(|label| label == block.label) {
            continue;
        }
        if labels.len() == SHOWN {
            labels.push("others".to_owned());
            break;
        }
        labels.push(block.label.to_owned());
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<Vec<&str>, (usize, Framing)> {
        match blocks(text.as_bytes()) {
            Ok(blocks) => Ok(blocks.iter().map(|block| block.label).collect()),
            Err(error) => Err((error.line, error.framing)),
        }
    }

    const A: &str = "-----BEGIN A-----\n1\n-----END A-----\n";

    #[test]
    fn blocks_are_found_between_other_lines() {
        let text =
            format!("x\n{A}y: -----\n-----END X-----\n-----BEGIN B C-----\n-----END B C-----");
        assert_eq!(found(&text), Ok(vec!["A", "B C"]));
        let blocks = blocks(text.as_bytes()).unwrap();
        assert_eq!(blocks[0].text, b"-----BEGIN A-----\n1\n-----END A-----");
        assert_eq!(found(""), Ok(vec![]));
    }

    #[test]
    fn blanks_and_line_ends_of_other_systems_are_none_of_its_business() {
        assert_eq!(found(&A.replace('\n', " \t\r\n")), Ok(vec!["A"]));
        assert_eq!(found(A.trim_end()), Ok(vec!["A"]));
    }

    #[test]
    fn what_go_passes_over_is_an_error_with_its_line() {
        let second = |text: &str| format!("{A}{text}");
        for (text, line, framing) in [
            (format!("\u{feff}{A}"), 1, Framing::ByteOrderMark),
            (format!("  {A}"), 1, Framing::Indented),
            (A.replace("-----END", "\t-----END"), 3, Framing::Indented),
            (format!("{}{A}", A.trim_end()), 3, Framing::TextAfter),
            (second(&format!("x {A}")), 4, Framing::TextBefore),
            (A.replace("A-----\n1", "A----- x\n1"), 1, Framing::TextAfter),
            (
                A.replace("1\n-----END", "1-----END"),
                2,
                Framing::TextBefore,
            ),
            (A.replace('\n', "\r"), 1, Framing::CarriageReturns),
            (A.replace('\n', " "), 1, Framing::TextAfter),
            ("-----BEGIN B-----\n1".to_owned(), 1, Framing::Unended),
            (
                second("-----BEGIN B-----\n-----END C-----\n"),
                4,
                Framing::Unended,
            ),
            (format!("-----BEGIN B-----\n{A}"), 1, Framing::Unended),
            (A.replace("BEGIN A-----", "BEGIN A"), 1, Framing::Label),
        ] {
            assert_eq!(found(&text), Err((line, framing)), "{text:?}");
        }
    }

    #[test]
    fn a_last_block_that_is_cut_off_is_passed_over() {
        assert_eq!(found(&format!("{A}-----BEGIN B-----\n1")), Ok(vec!["A"]));
    }

    #[test]
    fn a_label_that_could_steer_a_terminal_is_none() {
        for label in ["\u{1b}[31m", "naïve", &"A".repeat(65)] {
            let text = format!("-----BEGIN {label}-----\n-----END {label}-----\n");
            assert_eq!(found(&text), Err((1, Framing::Label)), "{label:?}");
        }
        assert_eq!(found("-----BEGIN -----\n-----END -----"), Ok(vec![""]));
        let longest = "A".repeat(64);
        let text = format!("-----BEGIN {longest}-----\n-----END {longest}-----\n");
        assert_eq!(found(&text), Ok(vec![longest.as_str()]));
    }

    #[test]
    fn labels_are_shown_once_each_and_not_all() {
        let text: String = ["A", "B", "A", "C", "D", "E", "F"]
            .map(|label| format!("-----BEGIN {label}-----\n-----END {label}-----\n"))
            .concat();
        let blocks = blocks(text.as_bytes()).unwrap();
        assert_eq!(labels(&blocks), ["A", "B", "C", "D", "others"]);
    }
}
