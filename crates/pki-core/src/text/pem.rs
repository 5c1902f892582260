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
const DASHES: &[u8] = b"-----";

/// The text of one block, from its first dash to its last, and its label.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'a> {
    pub(crate) label: &'a str,
    pub(crate) text: &'a [u8],
}

/// The blocks of a text, in order. What stands between them is passed over, as Go does; what
/// follows a block that does not end is part of it, and lost with it.
pub(crate) fn blocks(text: &[u8]) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(block) = next(rest) {
        let (block, after) = block;
        found.extend(block);
        rest = after;
    }
    found
}

/// The next block and what follows it; no block where the marker has no usable label.
fn next(text: &[u8]) -> Option<(Option<Block<'_>>, &[u8])> {
    let start = position(text, BEGIN)?;
    let text = text.get(start..)?;
    let after = text.get(BEGIN.len()..)?;
    let Some(label) = label(after) else {
        return Some((None, after));
    };
    let end = format!("-----END {label}-----");
    let length = position(text, end.as_bytes())?.checked_add(end.len())?;
    let (text, after) = text.split_at_checked(length)?;
    Some((Some(Block { label, text }), after))
}

/// The label at the start: what RFC 7468 allows in one, so that it can be shown as it is.
fn label(text: &[u8]) -> Option<&str> {
    let window = text.get(..text.len().min(MAX_LABEL + DASHES.len()))?;
    let label = window.get(..position(window, DASHES)?)?;
    let label = std::str::from_utf8(label).ok()?;
    label
        .chars()
        .all(|c| c == ' ' || c.is_ascii_graphic())
        .then_some(label)
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

    fn found(text: &str) -> Vec<&str> {
        let blocks = blocks(text.as_bytes());
        blocks.iter().map(|block| block.label).collect()
    }

    #[test]
    fn blocks_are_found_between_other_text() {
        let text =
            "x\n-----BEGIN A-----\n1\n-----END A-----\ny-----BEGIN B C-----\n-----END B C-----";
        assert_eq!(found(text), ["A", "B C"]);
        let blocks = blocks(text.as_bytes());
        assert_eq!(blocks[0].text, b"-----BEGIN A-----\n1\n-----END A-----");
    }

    #[test]
    fn a_block_without_an_end_takes_the_rest_with_it() {
        let good = "-----BEGIN A-----\n-----END A-----\n";
        assert_eq!(found(&format!("{good}-----BEGIN B-----\n{good}")), ["A"]);
    }

    #[test]
    fn a_label_that_could_steer_a_terminal_is_none() {
        for label in ["\u{1b}[31m", "a\nb", "naïve", &"A".repeat(65)] {
            let text = format!("-----BEGIN {label}-----\n-----END {label}-----\n");
            assert_eq!(found(&text), Vec::<&str>::new(), "{label:?}");
        }
        assert_eq!(found("-----BEGIN -----\n-----END -----"), [""]);
        let longest = "A".repeat(64);
        let text = format!("-----BEGIN {longest}-----\n-----END {longest}-----\n");
        assert_eq!(found(&text), [longest]);
    }

    #[test]
    fn labels_are_shown_once_each_and_not_all() {
        let text: String = ["A", "B", "A", "C", "D", "E", "F"]
            .map(|label| format!("-----BEGIN {label}-----\n-----END {label}-----\n"))
            .concat();
        let blocks = blocks(text.as_bytes());
        assert_eq!(labels(&blocks), ["A", "B", "C", "D", "others"]);
    }
}
