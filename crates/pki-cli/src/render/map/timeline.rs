//! When the certificates expire, on a line of time.

use maud::{Markup, html};
use pki_core::judge::expiration::{State, residual};
use pki_layout::map::{CertificateFact, MapFacts};
use time::{Date, Duration, Month, OffsetDateTime};

use super::certificates::day;
use super::topics::topic;

const WIDTH: i32 = 1180;
/// Where names end and time begins.
const LEFT: i32 = 230;
/// Where time ends and dates begin.
const RIGHT: i32 = 980;
const ROW: i32 = 22;
const TOP: i32 = 30;

/// From when to when the line goes. Authorities live ten times as long as the rest: what is
/// beyond the line is cut off.
struct Scale {
    from: OffsetDateTime,
    to: OffsetDateTime,
}

impl Scale {
    fn of(rows: &[Row<'_>], at: OffsetDateTime) -> Self {
        let long = |row: &&Row<'_>| row.to - row.from > Duration::days(1100);
        let any_short = rows.iter().any(|row| !long(&row));
        let counts = || rows.iter().filter(|row| !any_short || !long(row));
        let from = counts().map(|row| row.from).min().unwrap_or(at);
        let to = counts().map(|row| row.to).max().unwrap_or(at);
        // Today is always on it, with some time before and after.
        let from = from
            .max(at - Duration::days(730))
            .min(at - Duration::days(15));
        let to = to
            .min(at + Duration::days(1460))
            .max(at + Duration::days(60));
        let margin = (to - from) / 25;
        Self {
            from: from - margin,
            to: to + margin,
        }
    }

    /// Where an instant is, held within the line.
    fn x(&self, instant: OffsetDateTime) -> i32 {
        let whole = (self.to - self.from).whole_minutes().max(1);
        let part = (instant - self.from).whole_minutes().clamp(0, whole);
        let x = i64::from(LEFT) + i64::from(RIGHT - LEFT) * part / whole;
        i32::try_from(x).unwrap_or(LEFT)
    }

    /// First days of months, at most a dozen.
    fn marks(&self) -> Vec<OffsetDateTime> {
        let months = ((self.to - self.from).whole_days() / 30).max(1);
        let step = [1, 2, 3, 6, 12]
            .into_iter()
            .find(|step| months / i64::from(*step) <= 12);
        let step: u8 = step.unwrap_or(12);
        let mut marks = Vec::new();
        for year in self.from.year()..=self.to.year() {
            for number in (1..=12_u8).filter(|number| (number - 1) % step == 0) {
                let date = Month::try_from(number)
                    .and_then(|month| Date::from_calendar_date(year, month, 1));
                if let Ok(date) = date {
                    let mark = date.midnight().assume_utc();
                    if mark > self.from && mark < self.to {
                        marks.push(mark);
                    }
                }
            }
        }
        marks
    }
}

struct Row<'a> {
    fact: &'a CertificateFact,
    from: OffsetDateTime,
    to: OffsetDateTime,
}

/// The line of time; `None` where no certificate was read.
pub(super) fn timeline(facts: &MapFacts) -> Option<Markup> {
    let mut rows: Vec<Row<'_>> = facts
        .certificates
        .iter()
        .filter_map(|fact| {
            let (from, to) = fact.validity?;
            Some(Row { fact, from, to })
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by(|one, other| (one.to, &one.fact.name).cmp(&(other.to, &other.fact.name)));
    let scale = Scale::of(&rows, facts.at);
    let count = i32::try_from(rows.len()).unwrap_or(0);
    let bottom = TOP + count * ROW;
    let now = scale.x(facts.at);
    Some(html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (bottom + 24) } role="group"
            aria-label="When the certificates expire" {
            @for mark in scale.marks() {
                path.scale d={ "M" (scale.x(mark)) " " (TOP - 6) "V" (bottom) } {}
                text.note.middle x=(scale.x(mark)) y=(TOP - 12) { (month(mark)) }
            }
            @for (number, row) in (0..).zip(&rows) { (bar(&scale, row, TOP + number * ROW, facts.at)) }
            path.now stroke-width="1.6" d={ "M" (now) " " (TOP - 6) "V" (bottom + 4) } {}
            text.title.middle x=(now) y=(bottom + 18) { "now" }
        }
    })
}

fn bar(scale: &Scale, row: &Row<'_>, y: i32, at: OffsetDateTime) -> Markup {
    let fact = row.fact;
    let (from, to) = (scale.x(row.from), scale.x(row.to));
    let over = fact.state.is_some_and(State::is_finding);
    let left = row.to - at;
    let beyond = row.to > scale.to;
    let words = if left.is_negative() {
        format!("✗ {}, expired {} ago", day(row.to), residual(-left))
    } else if row.from > at {
        format!("✗ not valid before {}", day(row.from))
    } else {
        format!(
            "{}{}, {} left",
            if beyond { "→ " } else { "" },
            day(row.to),
            residual(left)
        )
    };
    let topic = topic(fact);
    html! {
        g.box.pick[topic.is_some()] tabindex=[topic.as_ref().map(|_| "0")]
            role=[topic.as_ref().map(|_| "button")] aria-label={ (fact.name) ", " (words) }
            data-topic=[topic.as_ref()] {
            title { (fact.name) ": " (day(row.from)) " to " (day(row.to)) ", " (fact.file) }
            text.text.end x=(LEFT - 10) y=(y + 15) { (fact.name) }
            path class=(if over { "over" } else { "life" })
                d={ "M" (from) " " (y + 4) "H" (to.max(from + 3)) "V" (y + 18) "H" (from) "Z" } {}
            text.note.bad[over] x=(RIGHT + 10) y=(y + 15) { (words) }
        }
    }
}

/// A month as `2027-11`.
fn month(instant: OffsetDateTime) -> String {
    format!("{}-{:02}", instant.year(), u8::from(instant.month()))
}
