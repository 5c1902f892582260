//! `explain`: sentences at 80 columns, or as a page.

use std::fmt::Write as _;

use pki_layout::report::{ExplainReport, ExplainedSection, ExplainedTopic};
use textwrap::{Options, WordSplitter, fill, wrap};

use super::table;
use crate::printer::HEADING;

/// No line of text is wider, on however wide a terminal: sentences are read better so.
const WIDTH: usize = 80;
/// Wider than any line.
const LONG: usize = 10_000;
/// A screen narrower than this cannot hold a heading beside its text.
const NARROW: usize = 50;

/// For people.
pub(crate) fn text(report: &ExplainReport) -> String {
    let width = table().width().map_or(WIDTH, usize::from).clamp(30, WIDTH);
    let mut text = String::new();
    for (number, topic) in report.topics.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        if topic.kind == "overview" {
            text.push_str(&overview(topic, width));
        } else {
            text.push_str(&one(topic, width));
        }
    }
    text
}

fn one(topic: &ExplainedTopic, width: usize) -> String {
    let mut text = fill(&topic.answer, options(width));
    text.push('\n');
    let headings = topic.sections.iter().map(|section| section.title.len());
    let indent = headings.max().unwrap_or_default() + 2;
    for section in &topic.sections {
        text.push('\n');
        let title = section.title;
        // What is to be run is copied: one line is one line.
        let room = if section.id == "restart" { LONG } else { width };
        if width < NARROW {
            let _ = writeln!(text, "{HEADING}{title}{HEADING:#}");
            text.push_str(&paragraphs(&section.lines, room, 2));
            continue;
        }
        let lines = paragraphs(&section.lines, room, indent);
        // The heading takes the place of the first line's indentation.
        let rest = lines.get(title.len()..).unwrap_or_default();
        let _ = write!(text, "{HEADING}{title}{HEADING:#}{rest}");
    }
    text
}

/// Lines that are folded under each other, the further lines of each a little further in.
fn paragraphs(lines: &[String], width: usize, indent: usize) -> String {
    let first = " ".repeat(indent);
    // Where there is one only, nothing has to be told apart.
    let further = if lines.len() > 1 { indent + 2 } else { indent };
    let further = " ".repeat(further);
    let options = options(width)
        .initial_indent(&first)
        .subsequent_indent(&further);
    let mut text = String::new();
    for line in lines {
        for line in wrap(line, &options) {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

/// Names are never broken: they are to be copied.
fn options<'a>(width: usize) -> Options<'a> {
    Options::new(width)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
}

/// The whole picture: authorities, then a row for each path.
fn overview(topic: &ExplainedTopic, width: usize) -> String {
    let mut text = fill(&topic.answer, options(width));
    text.push_str("\n\n");
    for section in &topic.sections {
        if section.id == "paths" {
            text.push('\n');
            text.push_str(&path_rows(section, width));
        } else {
            text.push_str(&paragraphs(&section.lines, width, 0));
        }
    }
    let legend = "mutual: each side knows the other. server: the client may show nothing. \
                  unproven: TLS with whoever answers. depends: on the other side's set-up. \
                  plain: no TLS.";
    let _ = write!(text, "\n{}\n", fill(legend, options(width)));
    let more = "More: pkigen explain WHAT, a certificate, file, flag, component, or path such as \
                'apiserver->kubelet'.";
    let _ = writeln!(text, "{}", fill(more, options(width)));
    text
}

fn path_rows(section: &ExplainedSection, width: usize) -> String {
    let mut rows =
        vec![["WHO DIALS WHOM", "SERVER SHOWS", "CLIENT SHOWS", "KUBEADM"].map(str::to_owned)];
    for line in &section.lines {
        let (path, shown) = line.split_once(": ").unwrap_or((line, ""));
        let mut cells = shown.split(" | ").map(str::to_owned);
        let mut cell = || cells.next().unwrap_or_default();
        rows.push([path.to_owned(), cell(), cell(), cell()]);
    }
    let width_of = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(String::len).max().unwrap_or_default()
    };
    let widths = [width_of(0), width_of(1), width_of(2)];
    let mut text = String::new();
    for row in &rows {
        let [path, server, client, held] = row;
        let [first, second, third] = widths;
        if first + second + third + 3 + 8 <= width {
            let line = format!("{path:first$} {server:second$} {client:third$} {held}");
            text.push_str(line.trim_end());
            text.push('\n');
        } else {
            let line = format!("{path} {held}: {server}, {client}");
            text.push_str(&paragraphs(&[line], width, 0));
        }
    }
    text
}

/// For a page.
pub(crate) fn markdown(report: &ExplainReport) -> String {
    let mut text = String::new();
    for note in &report.notes {
        let _ = writeln!(text, "> {note}\n");
    }
    for (number, topic) in report.topics.iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        let _ = writeln!(text, "# {}\n\n{}", topic.name, topic.answer);
        for section in &topic.sections {
            let _ = writeln!(text, "\n## {}\n", section.title);
            for line in &section.lines {
                let _ = writeln!(text, "- {line}");
            }
        }
    }
    text
}
