//! From left to right: how wide the gaps between the columns are, and in which track of its gap
//! each line goes up or down.

use super::place::{
    COLUMN_WIDTHS, Edge, LABEL, MARGIN, PADDING, Places, Port, ROW, column, gap_of, text_width,
};
use super::scene::Scene;

/// Space between lines that go up and down beside each other.
const TRACK: i32 = 9;

/// Gives columns and trunks their places from left to right.
pub(super) fn spread(scene: &Scene<'_>, places: &mut Places) {
    let mut tracks: [i32; 4] = [0; 4];
    let mut numbers: Vec<Option<i32>> = vec![None; scene.links.len()];
    for gap in 0..tracks.len() {
        let count = assign(scene, places, gap, &mut numbers);
        if let Some(tracks) = tracks.get_mut(gap) {
            *tracks = count;
        }
    }
    let labels = |gap: usize, edge: Edge| {
        let here = places.ports.iter().filter(|port| {
            let in_gap = scene.links.get(port.link).map(gap_of) == Some(gap);
            in_gap && port.edge == edge
        });
        let widths = here.filter_map(|port| port.label.as_ref());
        let widest = widths.map(|label| text_width(label, LABEL)).max();
        widest.map_or(ROW, |width| width + ROW)
    };
    let mut x = MARGIN;
    let mut columns = Vec::new();
    let mut starts = Vec::new();
    for gap in 0..4_usize {
        // Frames reach into the gaps beside them.
        let before = if gap == 0 {
            PADDING
        } else {
            labels(gap, Edge::Right)
        };
        let after = if gap == 3 {
            PADDING
        } else {
            labels(gap, Edge::Left)
        };
        let across = tracks.get(gap).copied().unwrap_or(0) * TRACK;
        starts.push((x + before, across));
        x += before + across + after;
        if let Some(width) = COLUMN_WIDTHS.get(gap) {
            columns.push((x, *width));
            x += width;
        }
    }
    places.width = x + MARGIN;
    for (actor, rect) in scene.actors.iter().zip(&mut places.boxes) {
        if let Some((x, width)) = columns.get(column(actor.party)) {
            rect.x = *x;
            rect.width = *width;
        }
    }
    for frame in &mut places.frames {
        let first = columns.get(frame.columns.0).map_or(0, |(x, _)| *x);
        let last = columns
            .get(frame.columns.1)
            .map_or(0, |(x, width)| x + width);
        frame.rect.x = first - PADDING;
        frame.rect.width = last + PADDING - frame.rect.x;
    }
    for ((number, link), trunk) in numbers.iter().zip(&scene.links).zip(&mut places.trunks) {
        let gap = gap_of(link);
        if let (Some(number), Some((start, across))) = (number, starts.get(gap)) {
            // Left of the first column they are counted from the right.
            let offset = number * TRACK + TRACK / 2;
            *trunk = Some(if gap == 0 {
                start + across - offset
            } else {
                start + offset
            });
        }
    }
}

/// Numbers the tracks of a gap, so that lines that would lie on each other have one each, and
/// those that can do without crossing do. Returns how many there are.
fn assign(scene: &Scene<'_>, places: &Places, gap: usize, numbers: &mut [Option<i32>]) -> i32 {
    let mut spans = Vec::new();
    for (number, link) in scene.links.iter().enumerate() {
        if gap_of(link) != gap {
            continue;
        }
        let ends: Vec<&Port> = places
            .ports
            .iter()
            .filter(|port| port.link == number)
            .collect();
        let low = ends.iter().map(|port| port.y).min().unwrap_or(0);
        let high = ends.iter().map(|port| port.y).max().unwrap_or(0);
        if low == high {
            continue;
        }
        let left: Vec<i32> = ends
            .iter()
            .filter(|port| port.edge == Edge::Right)
            .map(|port| port.y)
            .collect();
        let from = left.iter().copied().min().unwrap_or(low);
        let key = if gap == 0 || gap == 3 {
            (0, high - low)
        } else if from == low {
            // Downwards: the lowest turns first.
            (0, -from)
        } else {
            (1, from)
        };
        spans.push((key, number, low, high));
    }
    spans.sort_unstable();
    let mut taken: Vec<(i32, i32, i32)> = Vec::new();
    for (_, number, low, high) in spans {
        let overlapping = taken
            .iter()
            .filter(|(_, other_low, other_high)| *other_low <= high + 6 && low <= other_high + 6);
        let track = overlapping.map(|(track, ..)| track + 1).max().unwrap_or(0);
        taken.push((track, low, high));
        if let Some(slot) = numbers.get_mut(number) {
            *slot = Some(track);
        }
    }
    taken.iter().map(|(track, ..)| track + 1).max().unwrap_or(0)
}
