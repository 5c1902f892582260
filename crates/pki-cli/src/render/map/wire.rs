//! The lines between boxes, as paths of SVG (SVG 2, chapter 9).

use std::fmt::Write as _;

use super::place::{Edge, Places, Port};

/// Radius of a bend.
const BEND: i32 = 6;
/// Length of an arrow.
const ARROW: i32 = 9;

/// A line with everything on it.
#[derive(Debug)]
pub(super) struct Wire {
    /// Data of the line's path.
    pub(super) line: String,
    /// Data of the arrows' path.
    pub(super) arrows: String,
    /// Where branches meet the line.
    pub(super) joints: Vec<(i32, i32)>,
    pub(super) labels: Vec<Label>,
}

/// A text at a line.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) text: String,
    pub(super) x: i32,
    /// Of its base line.
    pub(super) y: i32,
    /// Whether it ends at `x`, else it begins there.
    pub(super) ends: bool,
}

/// The line of a link, `None` where it has no end.
pub(super) fn wire(places: &Places, link: usize) -> Option<Wire> {
    let mut ends: Vec<&Port> = places
        .ports
        .iter()
        .filter(|port| port.link == link)
        .collect();
    ends.sort_by_key(|port| port.y);
    let first = ends.first()?;
    let last = ends.last()?;
    let x_of = |port: &Port| edge_of(places, port);
    let mut wire = Wire {
        line: String::new(),
        arrows: String::new(),
        joints: Vec::new(),
        labels: ends.iter().filter_map(|port| label(places, port)).collect(),
    };
    match places.trunks.get(link).copied().flatten() {
        None => {
            let _ = write!(wire.line, "M{} {}H{}", x_of(first), first.y, x_of(last));
        }
        Some(trunk) => {
            let bend = BEND.min((last.y - first.y) / 2);
            let before = |port: &Port| match port.edge {
                Edge::Right => trunk - bend,
                Edge::Left => trunk + bend,
            };
            let _ = write!(
                wire.line,
                "M{} {}H{}Q{trunk} {} {trunk} {}V{}Q{trunk} {} {} {}H{}",
                x_of(first),
                first.y,
                before(first),
                first.y,
                first.y + bend,
                last.y - bend,
                last.y,
                before(last),
                last.y,
                x_of(last)
            );
            for port in ends.iter().skip(1).rev().skip(1) {
                let _ = write!(wire.line, "M{trunk} {}H{}", port.y, x_of(port));
                wire.joints.push((trunk, port.y));
            }
        }
    }
    for port in ends.iter().filter(|port| port.arrow) {
        let x = x_of(port);
        let back = match port.edge {
            Edge::Left => x - ARROW,
            Edge::Right => x + ARROW,
        };
        let (above, below) = (port.y - 4, port.y + 4);
        let _ = write!(wire.arrows, "M{x} {}L{back} {above}V{below}Z", port.y);
    }
    Some(wire)
}

fn edge_of(places: &Places, port: &Port) -> i32 {
    let rect = places.boxes.get(port.actor).copied().unwrap_or_default();
    match port.edge {
        Edge::Left => rect.x,
        Edge::Right => rect.right(),
    }
}

fn label(places: &Places, port: &Port) -> Option<Label> {
    let text = port.label.clone()?;
    let x = edge_of(places, port);
    Some(Label {
        text,
        x: match port.edge {
            Edge::Left => x - ARROW - 1,
            Edge::Right => x + ARROW + 1,
        },
        y: port.y - 4,
        ends: port.edge == Edge::Left,
    })
}
