//! Where the blocks of a PEM text are (RFC 7468), for certificates, requests and keys alike.
//!
//! Nothing is decoded here, so that a private key beside a certificate is only ever decoded by
//! what wipes it.

use zeroize::Zeroizing;

use super::framing::{Framing, FramingError};

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

/// The text of one block, from its first dash to its last, its label and its first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    pub(crate) label: &'a str,
    pub(crate) text: &'a [u8],
    pub(crate) line: usize,
    /// Where its text begins.
    pub(crate) start: usize,
}

/// The blocks of a text, and the first thing that some reader takes otherwise than Go does.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) blocks: Vec<Block<'a>>,
    pub(crate) odd: Option<FramingError>,
}

/// The blocks of a text, in order. What stands between them is passed over, as Go does, and a
/// block that is cut off beside others. Another that Go passes over is an error: who has put it
/// there counts on it.
///
/// # Errors
///
/// [`FramingError`].
pub(crate) fn blocks(text: &[u8]) -> Result<Vec<Block<'_>>, FramingError> {
    scan(text).map(|scan| scan.blocks)
}

/// How the blocks of a text are framed otherwise than all readers want it, whatever they are of.
pub(crate) fn scan(text: &[u8]) -> Result<Scan<'_>, FramingError> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut odd = None;
    let mut open: Option<(usize, usize, &str)> = None;
    let mut start = 0;
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let at = |framing| FramingError {
            line: number,
            framing,
        };
        let shown = trimmed(line);
        let mut is_marker = false;
        if let Some((began, from, label)) = open
            && holds(shown, END)
        {
            let ended = alone(shown, END).map_err(at)?;
            let block = text.get(from..start + shown.len());
            let Some(block) = block.filter(|_| ended == label) else {
                return Err(FramingError {
                    line: began,
                    framing: Framing::OtherEnd,
                });
            };
            odd = odd.or_else(|| oddity(began, block));
            blocks.push(Block {
                label,
                text: block,
                line: began,
                start: from,
            });
            open = None;
            is_marker = true;
        } else if holds(shown, BEGIN) {
            let label = alone(shown, BEGIN).map_err(at)?;
            if let Some((began, ..)) = open {
                let is_first = blocks.is_empty();
                let framing = Framing::CutInto { is_first };
                odd.get_or_insert(FramingError {
                    line: began,
                    framing,
                });
            }
            open = Some((number, start, label));
            is_marker = true;
        }
        if is_marker && line.contains(&b'\t') {
            odd.get_or_insert(at(Framing::Tab));
        }
        start += line.len() + 1;
    }
    if let Some((line, ..)) = open {
        if blocks.is_empty() {
            let framing = Framing::Unended;
            return Err(FramingError { line, framing });
        }
        let framing = Framing::CutOff;
        odd.get_or_insert(FramingError { line, framing });
    }
    Ok(Scan { blocks, odd })
}

/// What stands in a block beside base64, where it is not alone.
fn oddity(began: usize, block: &[u8]) -> Option<FramingError> {
    let mut in_base64 = false;
    let mut was_empty = false;
    for (line, text) in (began..).zip(block.split(|byte| *byte == b'\n')).skip(1) {
        let text = trimmed(text);
        let at = |framing| Some(FramingError { line, framing });
        if !in_base64 && text.contains(&b':') {
            let framing = Framing::Headers;
            return Some(FramingError {
                line: began,
                framing,
            });
        }
        // One alone ends the headers, of which there are none.
        if text.is_empty() && (in_base64 || was_empty) {
            return at(Framing::EmptyLine);
        }
        was_empty = text.is_empty();
        in_base64 |= !was_empty;
    }
    None
}

impl Block<'_> {
    /// Whether it has headers (RFC 1421): one that says that it is encrypted, for instance.
    pub(crate) fn has_headers(&self) -> bool {
        self.lines().next().is_some_and(is_header)
    }

    /// The same block as decoders want it: no headers, no blanks, lines of 64 characters, and a
    /// label that they take. Wiped when it is dropped; it may be a key.
    pub(crate) fn plain(&self) -> Zeroizing<String> {
        const WIDTH: usize = 64;
        let mut plain = Zeroizing::new(String::with_capacity(2 * self.text.len() + 64));
        plain.push_str("-----BEGIN X-----\n");
        let mut width = 0;
        for line in self.lines().skip_while(|line| is_header(line)) {
            // Most lines are as they are wanted.
            if width == 0
                && line.len() == WIDTH
                && line.iter().all(u8::is_ascii_graphic)
                && let Ok(line) = str::from_utf8(line)
            {
                plain.push_str(line);
                plain.push('\n');
                continue;
            }
            for byte in line.iter().filter(|byte| !byte.is_ascii_whitespace()) {
                // What is not ASCII is no base64 either, and is refused as it is.
                plain.push(if byte.is_ascii() {
                    char::from(*byte)
                } else {
                    '?'
                });
                width += 1;
                if width == WIDTH {
                    plain.push('\n');
                    width = 0;
                }
            }
        }
        if width > 0 {
            plain.push('\n');
        }
        plain.push_str("-----END X-----\n");
        plain
    }

    /// The first line between its markers.
    pub(crate) fn first_line(&self) -> &[u8] {
        self.lines().next().unwrap_or_default()
    }

    /// What stands between its markers.
    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let lines = self.text.split(|byte| *byte == b'\n').skip(1);
        lines.take_while(|line| !line.starts_with(END))
    }
}

fn is_header(line: &[u8]) -> bool {
    line.contains(&b':')
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
        Some(_) if marker == END => Framing::TextAfter,
        Some(_) if holds(rest, END) => Framing::OneLine,
        Some(_) => Framing::TextAfterBegin,
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
    // Most lines are base64 and have no dash, which is seen at once.
    if !text.contains(&b'-') {
        return None;
    }
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
            (
                A.replace("A-----\n1", "A----- x\n1"),
                1,
                Framing::TextAfterBegin,
            ),
            (
                A.replace("1\n-----END", "1-----END"),
                2,
                Framing::TextBefore,
            ),
            (A.replace('\n', "\r"), 1, Framing::CarriageReturns),
            (A.replace('\n', " "), 1, Framing::OneLine),
            ("-----BEGIN B-----\n1".to_owned(), 1, Framing::Unended),
            (
                second("-----BEGIN B-----\n-----END C-----\n"),
                4,
                Framing::OtherEnd,
            ),
            (A.replace("BEGIN A-----", "BEGIN A"), 1, Framing::Label),
        ] {
            assert_eq!(found(&text), Err((line, framing)), "{text:?}");
        }
    }

    #[test]
    fn what_others_take_otherwise_is_told_of_what_is_read() {
        let cut_into = |is_first| Framing::CutInto { is_first };
        for (text, line, framing) in [
            (format!("{A}-----BEGIN B-----\n1"), 4, Framing::CutOff),
            (format!("-----BEGIN B-----\n1\n{A}"), 1, cut_into(true)),
            (format!("{A}-----BEGIN B-----\n{A}"), 4, cut_into(false)),
            (A.replace("1\n", "X: y\n\n1\n"), 1, Framing::Headers),
            (A.replace("1\n", "1\n\n2\n"), 3, Framing::EmptyLine),
            (A.replace("1\n", "1\n\n"), 3, Framing::EmptyLine),
            (A.replace("1\n", "\n\n1\n"), 3, Framing::EmptyLine),
            (A.replace("A-----\n1", "A-----\t\n1"), 1, Framing::Tab),
        ] {
            assert!(!framing.hides());
            assert!(found(&text).unwrap().contains(&"A"), "{text:?}");
            let odd = scan(text.as_bytes()).unwrap().odd.unwrap();
            assert_eq!((odd.line, odd.framing), (line, framing), "{text:?}");
        }
        for text in [
            A.to_owned(),
            A.replace("1\n", "\n1\n"),
            A.replace('\n', " \r\n"),
        ] {
            assert_eq!(scan(text.as_bytes()).unwrap().odd, None, "{text:?}");
        }
    }

    #[test]
    fn a_plain_block_is_what_decoders_take() {
        let text = A.replace("1\n", "X: y\n\n 1 2\t\n\n3\r\n");
        let block = blocks(text.as_bytes()).unwrap()[0];
        assert!(block.has_headers());
        assert_eq!(*block.plain(), "-----BEGIN X-----\n123\n-----END X-----\n");
        let long = A.replace('1', &"z".repeat(65));
        let plain = blocks(long.as_bytes()).unwrap()[0].plain();
        let lines: Vec<usize> = plain.lines().map(str::len).collect();
        assert_eq!(lines, [17, 64, 1, 15]);
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
