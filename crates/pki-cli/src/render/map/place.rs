//! Where everyone on the map is: three columns, from left to right those who talk to API servers,
//! the API servers, and what runs beside them; and the ports at which lines meet boxes.
//!
//! Nothing here depends on how many nodes there are. Lengths are in pixels. Boxes begin at
//! multiples of [`ROW`], and so do the ports of the outer columns; the ports of the column in
//! the middle are half a row off, unless a line goes straight through. So no two lines lie on
//! each other between two columns.

use std::collections::BTreeMap;

use pki_layout::table::{Component, Party};

use super::scene::{Area, Link, Scene, port};
use super::style::look;
use super::track::spread;

/// Height of a row.
pub(super) const ROW: i32 = 20;
/// Space within frames, beside and under boxes.
pub(super) const PADDING: i32 = 14;
/// Space within frames, above boxes, for the title.
const TITLE: i32 = 26;
/// Space at the edge of the picture.
pub(super) const MARGIN: i32 = 16;
pub(super) const COLUMN_WIDTHS: [i32; 3] = [176, 132, 200];

/// A rectangle; `x` and `y` are its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Rect {
    pub(super) const fn right(&self) -> i32 {
        self.x + self.width
    }

    pub(super) const fn bottom(&self) -> i32 {
        self.y + self.height
    }
}

/// Which side of a box a line meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edge {
    Left,
    Right,
}

/// Where a line meets a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Port {
    /// Position of the link and of the actor in the scene.
    pub(super) link: usize,
    pub(super) actor: usize,
    pub(super) edge: Edge,
    /// Whether the line ends here in an arrow.
    pub(super) arrow: bool,
    /// What is written at it.
    pub(super) label: Option<String>,
    pub(super) y: i32,
}

/// A frame around what is in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) area: Area,
    pub(super) rect: Rect,
    /// The first and the last column that it holds.
    pub(super) columns: (usize, usize),
}

/// Everyone in their place.
#[derive(Debug)]
pub(super) struct Places {
    /// One for each actor.
    pub(super) boxes: Vec<Rect>,
    pub(super) frames: Vec<Frame>,
    pub(super) ports: Vec<Port>,
    /// One for each link: where its line goes up or down; `None` where it is straight.
    pub(super) trunks: Vec<Option<i32>>,
    pub(super) width: i32,
    pub(super) bottom: i32,
}

/// Width of a text, rather too wide than too narrow: fonts differ.
pub(super) fn text_width(text: &str, size: i32) -> i32 {
    let length = i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 1000);
    length * size * 6 / 10
}

/// Size of the text on lines.
pub(super) const LABEL: i32 = 11;

/// The column of an actor, counted from the left.
pub(super) fn column(party: Party) -> usize {
    match party {
        Party::Component(Component::KubeApiserver) => 1,
        Party::Component(
            Component::KubeControllerManager
            | Component::KubeScheduler
            | Component::Etcd
            | Component::Etcdctl,
        )
        | Party::Monitoring => 2,
        _ => 0,
    }
}

/// The gap in which a line goes up or down: gap 0 is left of the first column.
pub(super) fn gap_of(link: &Link<'_>) -> usize {
    let path = link.fact.path;
    let columns = (column(path.client), column(path.server));
    match columns {
        (0, 0) => 0,
        (0, _) | (_, 0) => 1,
        (2, 2) if path.client == path.server || path.client == Party::Monitoring => 3,
        _ => 2,
    }
}

/// Places a scene below `top`.
pub(super) fn places(scene: &Scene<'_>, top: i32) -> Places {
    let mut ports = ports(scene);
    let (boxes, frames) = stack(scene, &ports, top);
    let mut places = Places {
        trunks: vec![None; scene.links.len()],
        bottom: boxes.iter().map(Rect::bottom).max().unwrap_or(top) + PADDING,
        width: 0,
        ports: Vec::new(),
        boxes,
        frames,
    };
    order(&mut ports, &places.boxes);
    settle(scene, &mut ports, &places.boxes);
    places.ports = ports;
    spread(scene, &mut places);
    places
}

/// Every end of every link, with its side and label, not yet in its place.
fn ports(scene: &Scene<'_>) -> Vec<Port> {
    let mut ports = Vec::new();
    for (number, link) in scene.links.iter().enumerate() {
        let gap = gap_of(link);
        let broken = if link.fact.faults.is_empty() {
            ""
        } else {
            " \u{2717}"
        };
        let word = look(link.fact.protection).word;
        let label = format!("{} {word}{broken}", port(link.fact));
        // Written once, at the end where there are fewer; not where all lines come together.
        let busy = |all: &[usize], party: Party| {
            let hub = column(party) == 1 || party == Party::Monitoring;
            (all.len(), hub)
        };
        let path = link.fact.path;
        let at_client = busy(&link.clients, path.client) < busy(&link.servers, path.server);
        let mut add = |actor: usize, arrow: bool, labelled: bool| {
            let here = scene
                .actors
                .get(actor)
                .map_or(0, |actor| column(actor.party));
            ports.push(Port {
                link: number,
                actor,
                edge: if here < gap { Edge::Right } else { Edge::Left },
                arrow,
                label: labelled.then(|| label.clone()),
                y: 0,
            });
        };
        let peers = link.clients == link.servers;
        if peers && link.clients.len() > 1 {
            for actor in &link.clients {
                add(*actor, true, true);
            }
            continue;
        }
        for actor in &link.clients {
            add(*actor, false, at_client);
        }
        for actor in &link.servers {
            add(*actor, true, !at_client);
        }
    }
    ports
}

/// Puts the boxes of each column under each other, and those of one area beside each other.
fn stack(scene: &Scene<'_>, ports: &[Port], top: i32) -> (Vec<Rect>, Vec<Frame>) {
    let mut boxes = vec![Rect::default(); scene.actors.len()];
    let mut by_area: BTreeMap<Area, [Vec<usize>; 3]> = BTreeMap::new();
    for (number, actor) in scene.actors.iter().enumerate() {
        let columns = by_area.entry(actor.area).or_default();
        if let Some(column) = columns.get_mut(column(actor.party)) {
            column.push(number);
        }
        if let Some(rect) = boxes.get_mut(number) {
            rect.height = height(number, column(actor.party), ports);
        }
    }
    let is_left = |area: &Area| matches!(area, Area::Outside | Area::EveryNode | Area::Services);
    let heights = |columns: &[Vec<usize>; 3]| {
        let of = |column: &Vec<usize>| {
            let all = column.iter().filter_map(|number| boxes.get(*number));
            all.map(|rect| rect.height + ROW).sum::<i32>() - ROW
        };
        columns.iter().map(of).max().unwrap_or_default()
    };
    let between = 3 * ROW;
    let total = |left: bool| {
        let areas = by_area.iter().filter(|(area, _)| is_left(area) == left);
        areas
            .map(|(_, columns)| heights(columns) + between)
            .sum::<i32>()
    };
    let tallest = total(true).max(total(false));
    let mut placed = Vec::new();
    for left in [true, false] {
        let mut y = top + ROW * 2 + (tallest - total(left)) / 2 / ROW * ROW;
        for (area, columns) in by_area.iter().filter(|(area, _)| is_left(area) == left) {
            let height = heights(columns);
            placed.push((*area, y, height, columns.clone()));
            y += height + between;
        }
    }
    let mut frames = Vec::new();
    for (area, y, height, columns) in placed {
        let framed = area != Area::Monitoring;
        let used =
            || (0..columns.len()).filter(|one| columns.get(*one).is_some_and(|c| !c.is_empty()));
        frames.extend(framed.then(|| Frame {
            area,
            rect: Rect {
                y: y - TITLE,
                height: height + TITLE + PADDING,
                ..Rect::default()
            },
            columns: (used().min().unwrap_or(0), used().max().unwrap_or(0)),
        }));
        for (column, numbers) in columns.iter().enumerate() {
            let lone = numbers.len() == 1 && column == 1;
            let steps = i32::try_from(numbers.len()).unwrap_or(1) - 1;
            let used = numbers.iter().filter_map(|number| boxes.get(*number));
            let used = used.map(|rect| rect.height).sum::<i32>();
            // What is lower than the area is spread over it.
            let space = (height - used) / steps.max(1) / ROW * ROW;
            let mut y = y;
            for number in numbers {
                if let Some(one) = boxes.get_mut(*number) {
                    one.y = y;
                    if lone {
                        one.height = height;
                    }
                    y += one.height + space;
                }
            }
        }
    }
    (boxes, frames)
}

/// As high as the side with more lines needs.
fn height(actor: usize, column: usize, ports: &[Port]) -> i32 {
    let of = |edge| {
        let here = ports
            .iter()
            .filter(|port| port.actor == actor && port.edge == edge);
        i32::try_from(here.count()).unwrap_or(0)
    };
    let ports = of(Edge::Left).max(of(Edge::Right)).max(1);
    // Where a line goes straight through, the next is a row and a half further.
    let rows = if column == 1 { ports * 3 / 2 } else { ports };
    (rows + 1) * ROW
}

/// Sorts the ports of each side by where their lines go, so that few of them cross.
fn order(ports: &mut [Port], boxes: &[Rect]) {
    let middle = |actor: usize| boxes.get(actor).map_or(0, |one| one.y + one.height / 2);
    let targets: Vec<i32> = ports
        .iter()
        .map(|port| {
            let others: Vec<i32> = ports
                .iter()
                .filter(|other| other.link == port.link && other.actor != port.actor)
                .map(|other| middle(other.actor))
                .collect();
            match i32::try_from(others.len()) {
                Ok(count) if count > 0 => others.iter().sum::<i32>() / count,
                _ => middle(port.actor),
            }
        })
        .collect();
    let mut keyed: Vec<(i32, Port)> = targets.into_iter().zip(ports.iter().cloned()).collect();
    keyed.sort_by_key(|(target, port)| (port.actor, port.edge, *target, port.link, port.arrow));
    for (place, (_, port)) in ports.iter_mut().zip(keyed) {
        *place = port;
    }
}

/// Gives every port its height: the outer columns first, the middle one after them.
fn settle(scene: &Scene<'_>, ports: &mut [Port], boxes: &[Rect]) {
    let column_of = |port: &Port| {
        let actor = scene.actors.get(port.actor);
        actor.map_or(0, |actor| column(actor.party))
    };
    let passes = |port: &Port| {
        let gap = scene.links.get(port.link).map_or(0, gap_of);
        column_of(port) == 2 && gap == 1
    };
    for middle in [false, true] {
        let mut done = 0;
        while done < ports.len() {
            let Some(first) = ports.get(done).cloned() else {
                break;
            };
            let same = |port: &&Port| port.actor == first.actor && port.edge == first.edge;
            let count = ports.iter().skip(done).take_while(same).count();
            if (column_of(&first) == 1) == middle {
                let rect = boxes.get(first.actor).copied().unwrap_or_default();
                let wished: Vec<Option<i32>> = ports
                    .iter()
                    .skip(done)
                    .take(count)
                    .map(|port| middle.then(|| straight(ports, port)).flatten())
                    .collect();
                let ys = rows(rect, &wished, middle);
                for (port, y) in ports.iter_mut().skip(done).take(count).zip(ys) {
                    port.y = if passes(port) { y + ROW / 2 } else { y };
                }
            }
            done += count;
        }
    }
}

/// The height at which a line with two ends would be straight.
fn straight(ports: &[Port], port: &Port) -> Option<i32> {
    let ends = ports.iter().filter(|other| other.link == port.link);
    let others: Vec<&Port> = ends.filter(|other| other.actor != port.actor).collect();
    match others.as_slice() {
        [one] => Some(one.y),
        _ => None,
    }
}

/// Heights for ports in this order: of the outer columns in the middle of the box; else as
/// wished where it can be, and half a row off where not.
fn rows(rect: Rect, wished: &[Option<i32>], adapts: bool) -> Vec<i32> {
    let count = i32::try_from(wished.len()).unwrap_or(0);
    let free = rect.height / ROW - 1 - count;
    if !adapts {
        let first = rect.y + ROW * (1 + free.max(0) / 2);
        return (0..count).map(|number| first + ROW * number).collect();
    }
    let mut ys = Vec::new();
    let mut next = rect.y + ROW / 2;
    for (number, wish) in (0..count).zip(wished) {
        // What is still to come needs its rows too.
        let last = rect.bottom() - ROW / 2 - ROW * (count - 1 - number);
        let y = match wish {
            Some(wish) if (next..=last).contains(wish) => *wish,
            Some(wish) => off_grid((*wish).clamp(next, last.max(next))),
            None => off_grid(next),
        };
        let y = if y < next { y + ROW } else { y };
        ys.push(y);
        next = y + ROW * 3 / 4;
    }
    ys
}

/// The nearest height that is half a row off.
fn off_grid(y: i32) -> i32 {
    y.div_euclid(ROW) * ROW + ROW / 2
}
