//! The authorities and what they sign, as trees that lie on their side, in two columns.

use pki_core::judge::expiration::{State, residual};
use pki_core::{Need, RowId, Table};
use pki_layout::map::{CertificateFact, EtcdPlace, MapFacts, Setup, Source};
use pki_layout::table::Party;
use time::OffsetDateTime;

use super::place::{MARGIN, Rect, text_width};
use super::scene::{roots, shown_by};
use super::style::sign;
use super::topics::topic;

/// Height of a leaf with the space under it.
const STEP: i32 = 26;
/// Space under a tree.
const GAP: i32 = 14;

/// Everything in its place.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) top: i32,
    pub(super) bottom: i32,
    pub(super) leaves: Vec<Leaf>,
    /// Data of the paths between them.
    pub(super) branches: Vec<String>,
}

/// A certificate.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) rect: Rect,
    /// Where what is said of it begins.
    pub(super) words: (i32, i32),
    /// What it is on the page, if that explains it.
    pub(super) topic: Option<String>,
    pub(super) name: String,
    pub(super) users: String,
    /// What an authority is below, and where that is said.
    pub(super) below: Option<(String, (i32, i32))>,
    pub(super) state: String,
    pub(super) bad: bool,
    pub(super) missing: bool,
    pub(super) authority: bool,
}

/// Places the certificates below `top` in a picture of this width.
pub(super) fn tree(facts: &MapFacts, width: i32, top: i32) -> Tree {
    let mut tree = Tree {
        top,
        ..Tree::default()
    };
    let all: Vec<RowId> = roots().collect();
    let leaves = |id: &RowId| {
        i32::try_from(Table::kubernetes().signed_by(*id).count())
            .unwrap_or(0)
            .max(1)
    };
    let total: i32 = all.iter().map(leaves).sum();
    let mut placed = 0;
    let mut left = (MARGIN, top + 20);
    let mut bottom = left.1;
    for id in &all {
        // The second column begins where the first holds half of it.
        if placed * 2 >= total && left.0 == MARGIN {
            left = (width / 2 + MARGIN / 2, top + 20);
        }
        left.1 = authority(&mut tree, facts, *id, left);
        bottom = bottom.max(left.1);
        placed += leaves(id);
    }
    let others = facts.certificates.iter().filter(|fact| fact.id.is_none());
    for fact in others {
        tree.leaves.push(leaf(facts, fact, (left.0 + 174, left.1)));
        left.1 += STEP;
        bottom = bottom.max(left.1);
    }
    tree.bottom = bottom;
    tree
}

/// One authority; returns where the next begins.
fn authority(tree: &mut Tree, facts: &MapFacts, id: RowId, (x, y): (i32, i32)) -> i32 {
    let signed: Vec<&CertificateFact> = Table::kubernetes()
        .signed_by(id)
        .filter_map(|spec| facts.certificate(spec.id))
        .collect();
    let count = i32::try_from(signed.len()).unwrap_or(0);
    let mut height = count.max(1) * STEP;
    let Some(fact) = facts.certificate(id) else {
        return y;
    };
    let mut root = leaf(facts, fact, (x, y + (height - STEP) / 2));
    root.rect.width = text_width(&root.name, 11).max(100) + 20;
    let trunk = x + 160;
    let middle = root.rect.y + root.rect.height / 2;
    let right = root.rect.right();
    for (number, fact) in (0..).zip(signed) {
        let leaf = leaf(facts, fact, (x + 174, y + number * STEP));
        let to = leaf.rect.y + leaf.rect.height / 2;
        let branch = format!("M{right} {middle}H{trunk}V{to}H{}", leaf.rect.x);
        tree.branches.push(branch);
        tree.leaves.push(leaf);
    }
    root.words.0 = right + 8;
    if count > 0 {
        // Beside it the words would lie on the branches.
        root.words = (x, root.rect.bottom() + 13);
        root.users = String::new();
    }
    if let Some(above) = &fact.below {
        root.below = Some((below(above), (x, root.words.1 + 13)));
        height = height.max(2 * STEP);
    }
    tree.leaves.push(root);
    y + height + GAP
}

fn leaf(facts: &MapFacts, fact: &CertificateFact, (x, y): (i32, i32)) -> Leaf {
    let parties = fact.id.map(shown_by).unwrap_or_default();
    let names: Vec<&str> = parties.into_iter().map(Party::name).collect();
    let users = match fact.id {
        Some(RowId::ServiceAccount) => "signs the tokens of pods".to_owned(),
        _ => names.join(", "),
    };
    let state = fact.state;
    let rect = Rect {
        x,
        y,
        width: 176,
        height: STEP - 6,
    };
    Leaf {
        rect,
        words: (rect.right() + 8, rect.y + rect.height / 2 + 4),
        topic: topic(fact),
        name: fact.name.clone(),
        users,
        below: None,
        state: words(facts, fact),
        bad: state.is_some_and(State::is_finding),
        missing: state == Some(State::Missing) || not_made(facts, fact).is_some(),
        authority: fact.id.is_some_and(|id| id.spec().is_authority()),
    }
}

/// As much of it as there is room for before the branches.
fn below(above: &str) -> String {
    const ROOM: usize = 24;
    let text = format!("below {above}");
    if text.chars().count() <= ROOM {
        return text;
    }
    let kept: String = text.chars().take(ROOM - 1).collect();
    kept + "…"
}

/// How a certificate is, in a few words; nothing where that is not known.
pub(super) fn words(facts: &MapFacts, fact: &CertificateFact) -> String {
    match (fact.state, fact.validity) {
        (None, _) => not_made(facts, fact).unwrap_or_default().to_owned(),
        (Some(State::Valid | State::Due), Some((_, end))) => {
            format!("{}, {} left", day(end), residual(end - facts.at))
        }
        (Some(State::Expired), Some((_, end))) => format!("✗ expired {}", day(end)),
        (Some(state), _) if sign(state) == "!" => format!("✗ {}", state.name()),
        (Some(state), _) => state.name().to_owned(),
    }
}

/// Why a row of the table is not there where only the table is drawn.
fn not_made(facts: &MapFacts, fact: &CertificateFact) -> Option<&'static str> {
    let need = fact.id?.spec().need;
    match (facts.source, need) {
        (Source::Tables(_), Need::LocalEtcd) if facts.etcd != EtcdPlace::Local => {
            Some("not made here")
        }
        (Source::Tables(Setup::Kubeadm), Need::KubeletServing) => Some("not made by kubeadm"),
        _ => None,
    }
}

/// A day as people everywhere read it.
pub(super) fn day(instant: OffsetDateTime) -> String {
    instant.to_offset(time::UtcOffset::UTC).date().to_string()
}
