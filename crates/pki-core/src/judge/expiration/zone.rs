use time::OffsetDateTime;

use crate::x509::Validity;

/// How much of its life a certificate has left, roughly: what to do about it when nobody has said
/// how many days are few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zone {
    /// More than a quarter: nothing.
    Green,
    /// A quarter or less, three months of a year: plan it. What the kubelet rotates passes through
    /// here.
    Yellow,
    /// A tenth or less, five weeks of a year: now. What the kubelet rotates should not be here,
    /// and what an authority signs with a year of ten left ends with it.
    Red,
    /// Nothing.
    Expired,
}

impl Zone {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::Green, Self::Yellow, Self::Red, Self::Expired];

    /// The zone of a certificate at an instant.
    #[must_use]
    pub fn of(validity: Validity, at: OffsetDateTime) -> Self {
        if validity.not_after < at {
            return Self::Expired;
        }
        let left = percent_left(validity, at);
        match left {
            0..=10 => Self::Red,
            11..=25 => Self::Yellow,
            _ => Self::Green,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Expired => "expired",
        }
    }
}

/// How much of a life is left at an instant, in whole per cent, rounded up: 0 is over, 100 is all
/// of it.
#[must_use]
pub fn percent_left(validity: Validity, at: OffsetDateTime) -> u8 {
    let life = (validity.not_after - validity.not_before).whole_seconds();
    let left = (validity.not_after - at)
        .whole_seconds()
        .clamp(0, life.max(0));
    // Wide: a life may be as long as the calendar.
    let (life, left) = (i128::from(life.max(1)), i128::from(left));
    let percent = (left * 100 + life - 1) / life;
    u8::try_from(percent).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    const BEGIN: OffsetDateTime = datetime!(2026-01-01 00:00 UTC);

    fn year() -> Validity {
        Validity {
            not_before: BEGIN,
            not_after: BEGIN + Duration::days(365),
        }
    }

    #[test]
    fn a_year_is_green_for_nine_months_and_red_for_five_weeks() {
        let zone = |day| Zone::of(year(), BEGIN + Duration::days(day));
        assert_eq!(zone(-1), Zone::Green);
        assert_eq!(zone(270), Zone::Green);
        assert_eq!(zone(274), Zone::Yellow);
        assert_eq!(zone(327), Zone::Yellow);
        assert_eq!(zone(329), Zone::Red);
        assert_eq!(zone(365), Zone::Red);
        assert_eq!(zone(366), Zone::Expired);
    }

    #[test]
    fn per_cents_are_between_none_and_all() {
        let left = |day| percent_left(year(), BEGIN + Duration::days(day));
        assert_eq!(left(-10), 100);
        assert_eq!(left(0), 100);
        assert_eq!(left(364), 1);
        assert_eq!(left(365), 0);
        assert_eq!(left(1000), 0);
    }

    #[test]
    fn an_empty_or_endless_life_is_no_trouble() {
        let empty = Validity {
            not_before: BEGIN,
            not_after: BEGIN - Duration::SECOND,
        };
        assert_eq!(percent_left(empty, BEGIN - Duration::DAY), 0);
        let endless = Validity {
            not_before: datetime!(0001-01-01 00:00 UTC),
            not_after: datetime!(9999-12-31 23:59:59 UTC),
        };
        assert_eq!(percent_left(endless, BEGIN), 80);
    }
}
