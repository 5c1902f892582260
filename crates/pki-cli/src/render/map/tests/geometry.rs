//! Nothing lies on what it should not lie on.

use std::collections::BTreeSet;

use pki_core::CERTS;

use super::super::certificates::tree;
use super::super::place::{Edge, LABEL, Places, Port, Rect, places, text_width};
use super::super::scene::Scene;
use super::super::wire::{Label, wire};
use super::drawn;

fn overlap(one: &Rect, other: &Rect) -> bool {
    one.x < other.right()
        && other.x < one.right()
        && one.y < other.bottom()
        && other.y < one.bottom()
}

fn label_rect(label: &Label) -> Rect {
    let width = text_width(&label.text, LABEL);
    Rect {
        x: if label.ends { label.x - width } else { label.x },
        y: label.y - 9,
        width,
        height: 11,
    }
}

#[test]
fn boxes_do_not_overlap_and_are_inside() {
    for (name, facts) in drawn() {
        let scene = Scene::of(&facts);
        let places = places(&scene, 80);
        assert_eq!(places.boxes.len(), scene.actors.len(), "{name}");
        for (number, one) in places.boxes.iter().enumerate() {
            assert!(one.width > 0 && one.height > 0, "{name}");
            assert!(one.x >= 0 && one.right() <= places.width, "{name}");
            assert!(one.y >= 80 && one.bottom() <= places.bottom, "{name}");
            for other in &places.boxes[number + 1..] {
                assert!(!overlap(one, other), "{name}: {one:?} {other:?}");
            }
            let title = scene.actors[number].title;
            // Bold letters are wider.
            assert!(text_width(title, 12) * 7 / 6 < one.width, "{title}");
            let subtitle = &scene.actors[number].subtitle;
            assert!(text_width(subtitle, LABEL) < one.width, "{subtitle}");
        }
        for (number, frame) in places.frames.iter().enumerate() {
            for other in &places.frames[number + 1..] {
                assert!(
                    !overlap(&frame.rect, &other.rect),
                    "{name}: {frame:?} {other:?}"
                );
            }
        }
        for (actor, rect) in scene.actors.iter().zip(&places.boxes) {
            for frame in &places.frames {
                let inside = frame.rect.x < rect.x
                    && frame.rect.y < rect.y
                    && rect.right() < frame.rect.right()
                    && rect.bottom() < frame.rect.bottom();
                if frame.area == actor.area {
                    assert!(inside, "{name}: {}", actor.title);
                } else {
                    assert!(!overlap(&frame.rect, rect), "{name}: {}", actor.title);
                }
            }
        }
    }
}

/// The straight parts of a line: across at each port, up and down at the trunk.
fn segments(places: &Places, link: usize) -> Vec<(Rect, Vec<usize>)> {
    let ports: Vec<&Port> = places
        .ports
        .iter()
        .filter(|port| port.link == link)
        .collect();
    let x_of = |port: &Port| match port.edge {
        Edge::Left => places.boxes[port.actor].x,
        Edge::Right => places.boxes[port.actor].right(),
    };
    let actors: Vec<usize> = ports.iter().map(|port| port.actor).collect();
    let low = ports.iter().map(|port| port.y).min().unwrap();
    let high = ports.iter().map(|port| port.y).max().unwrap();
    let Some(trunk) = places.trunks[link] else {
        let xs: Vec<i32> = ports.iter().map(|port| x_of(port)).collect();
        let (from, to) = (xs.iter().min().unwrap(), xs.iter().max().unwrap());
        let rect = Rect {
            x: *from,
            y: low,
            width: to - from,
            height: 0,
        };
        return vec![(rect, actors)];
    };
    let mut all = vec![(
        Rect {
            x: trunk,
            y: low,
            width: 0,
            height: high - low,
        },
        actors,
    )];
    for port in ports {
        let x = x_of(port);
        let rect = Rect {
            x: x.min(trunk),
            y: port.y,
            width: (x - trunk).abs(),
            height: 0,
        };
        all.push((rect, vec![port.actor]));
    }
    all
}

fn touches(line: &Rect, area: &Rect) -> bool {
    line.x < area.right()
        && area.x < line.right().max(line.x + 1)
        && line.y < area.bottom()
        && area.y < line.bottom().max(line.y + 1)
}

#[test]
fn lines_cross_no_box() {
    for (name, facts) in drawn() {
        let scene = Scene::of(&facts);
        let places = places(&scene, 80);
        for (number, link) in scene.links.iter().enumerate() {
            for (segment, _) in segments(&places, number) {
                for (actor, rect) in places.boxes.iter().enumerate() {
                    // It ends at the edge of its own boxes.
                    let inner = Rect {
                        x: rect.x + 1,
                        y: rect.y,
                        width: rect.width - 2,
                        height: rect.height,
                    };
                    assert!(
                        !touches(&segment, &inner),
                        "{name}: {} crosses {}",
                        link.fact.path.name(),
                        scene.actors[actor].title
                    );
                }
                assert!(segment.x > 0 && segment.right() < places.width, "{name}");
            }
        }
    }
}

/// Two lines may cross, but where they lie on each other nobody can tell which goes where.
#[test]
fn lines_do_not_lie_on_each_other() {
    for (name, facts) in drawn() {
        let scene = Scene::of(&facts);
        let places = places(&scene, 80);
        let all: Vec<(usize, Rect)> = (0..scene.links.len())
            .flat_map(|link| {
                segments(&places, link)
                    .into_iter()
                    .map(move |(rect, _)| (link, rect))
            })
            .collect();
        for (number, (link, one)) in all.iter().enumerate() {
            for (other_link, other) in &all[number + 1..] {
                if link == other_link {
                    continue;
                }
                let across = one.height == 0 && other.height == 0;
                let along = one.width == 0 && other.width == 0;
                let together =
                    (across && one.y == other.y && one.x < other.right() && other.x < one.right())
                        || (along
                            && one.x == other.x
                            && one.y < other.bottom()
                            && other.y < one.bottom());
                assert!(
                    !together,
                    "{name}: {} and {}: {one:?} {other:?}",
                    scene.links[*link].fact.path.name(),
                    scene.links[*other_link].fact.path.name()
                );
            }
        }
    }
}

#[test]
fn labels_overlap_nothing() {
    for (name, facts) in drawn() {
        let scene = Scene::of(&facts);
        let places = places(&scene, 80);
        let wires: Vec<_> = (0..scene.links.len())
            .map(|link| wire(&places, link).expect("every link has ends"))
            .collect();
        let labels: Vec<(usize, Rect)> = wires
            .iter()
            .enumerate()
            .flat_map(|(link, wire)| {
                wire.labels
                    .iter()
                    .map(move |label| (link, label_rect(label)))
            })
            .collect();
        for (link, wire) in wires.iter().enumerate() {
            assert!(
                !wire.labels.is_empty(),
                "{name}: {}",
                scene.links[link].fact.path.name()
            );
        }
        for (number, (link, one)) in labels.iter().enumerate() {
            let path = scene.links[*link].fact.path.name();
            assert!(one.x > 0 && one.right() < places.width, "{name}: {path}");
            for (_, other) in &labels[number + 1..] {
                assert!(!overlap(one, other), "{name}: {path} {one:?} {other:?}");
            }
            for rect in &places.boxes {
                assert!(!overlap(one, rect), "{name}: {path} {one:?} {rect:?}");
            }
            for line in 0..scene.links.len() {
                for (segment, _) in segments(&places, line) {
                    assert!(
                        !touches(&segment, one),
                        "{name}: label of {path} under the line of {}",
                        scene.links[line].fact.path.name()
                    );
                }
            }
        }
    }
}

#[test]
fn ports_are_on_their_boxes_and_apart() {
    for (name, facts) in drawn() {
        let scene = Scene::of(&facts);
        let places = places(&scene, 80);
        for (number, port) in places.ports.iter().enumerate() {
            let rect = places.boxes[port.actor];
            assert!(
                port.y > rect.y + 4 && port.y < rect.bottom() - 4,
                "{name}: {port:?} {rect:?}"
            );
            for other in &places.ports[number + 1..] {
                if other.actor == port.actor && other.edge == port.edge {
                    assert!((other.y - port.y).abs() >= 15, "{name}: {port:?} {other:?}");
                }
            }
        }
    }
}

#[test]
fn certificates_do_not_overlap() {
    for (name, facts) in drawn() {
        let places = places(&Scene::of(&facts), 80);
        let tree = tree(&facts, places.width, 100);
        let names: BTreeSet<&str> = tree.leaves.iter().map(|leaf| leaf.name.as_str()).collect();
        for spec in CERTS {
            assert!(names.contains(spec.name), "{name}: {}", spec.name);
        }
        let words: Vec<Rect> = tree
            .leaves
            .iter()
            .map(|leaf| Rect {
                x: leaf.words.0,
                y: leaf.words.1 - 9,
                width: text_width(&format!("{} · {}", leaf.users, leaf.state), LABEL),
                height: 11,
            })
            .collect();
        let below = tree.leaves.iter().filter_map(|leaf| leaf.below.as_ref());
        let below = below.map(|(text, (x, y))| Rect {
            x: *x,
            y: y - 9,
            width: text_width(text, LABEL),
            height: 11,
        });
        let words: Vec<Rect> = words.into_iter().chain(below).collect();
        for (number, one) in words.iter().enumerate() {
            assert!(one.right() < places.width, "{name}: {one:?}");
            let boxes = tree.leaves.iter().map(|leaf| &leaf.rect);
            for other in words[number + 1..].iter().chain(boxes) {
                assert!(!overlap(one, other), "{name}: {one:?} {other:?}");
            }
        }
        for (number, one) in tree.leaves.iter().enumerate() {
            assert!(
                text_width(&one.name, LABEL) < one.rect.width,
                "{}",
                one.name
            );
            assert!(one.rect.right() < places.width && one.rect.bottom() <= tree.bottom);
            for other in &tree.leaves[number + 1..] {
                assert!(
                    !overlap(&one.rect, &other.rect),
                    "{name}: {one:?} {other:?}"
                );
            }
        }
    }
}
