//! How long certificates live.

use std::fmt;
use std::str::FromStr;

use time::{Duration, OffsetDateTime};

/// How far `not_before` lies before the moment of issuing, for peers whose clocks run late.
/// kubeadm's value.
pub const BACKDATE: Duration = Duration::minutes(5);

const DAY: i64 = 24 * 60 * 60;
/// No certificate authority of a cluster is meant to outlive a century, and a typing error is.
const MAX_YEARS: i64 = 100;

/// The period in which a certificate is valid, both ends inclusive, whole seconds (RFC 5280
/// section 4.1.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Validity {
    /// First second.
    pub not_before: OffsetDateTime,
    /// Last second.
    pub not_after: OffsetDateTime,
}

impl Validity {
    /// What a certificate was made for that was [`starting`](Self::starting) when it was made; a
    /// decade where that cannot have been meant.
    #[must_use]
    pub fn lifetime(self) -> Lifetime {
        let length = self.not_after - self.not_before - BACKDATE;
        Lifetime::new(length).unwrap_or(Lifetime::DECADE)
    }

    /// A life that begins [`BACKDATE`] before `now` and ends `lifetime` after it.
    #[must_use]
    pub fn starting(now: OffsetDateTime, lifetime: Lifetime) -> Self {
        let now = now.replace_nanosecond(0).unwrap_or(now);
        Self {
            not_before: now.saturating_sub(BACKDATE),
            not_after: now.saturating_add(lifetime.0),
        }
    }

    /// The same life, ending no later than `end`.
    #[must_use]
    pub fn clamped(self, end: OffsetDateTime) -> Self {
        Self {
            not_before: self.not_before,
            not_after: self.not_after.min(end),
        }
    }

    /// Whether the instant lies within.
    #[must_use]
    pub fn contains(&self, at: OffsetDateTime) -> bool {
        self.not_before <= at && at <= self.not_after
    }
}

/// The length of a certificate's life: at least a second, at most 100 years of 365 days.
///
/// Written as Go durations (`8760h`, `1h30m`) or in days or years of 365 days (`365d`, `1y`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifetime(Duration);

impl Lifetime {
    /// A day.
    pub const DAY: Self = Self(Duration::seconds(DAY));
    /// A year of 365 days, the default of leaf certificates.
    pub const YEAR: Self = Self(Duration::seconds(365 * DAY));
    /// Ten years of 365 days, the default of authorities.
    pub const DECADE: Self = Self(Duration::seconds(3650 * DAY));

    /// Twice as long, a hundred years at most.
    #[must_use]
    pub fn doubled(self) -> Self {
        Self(Duration::days(MAX_YEARS * 365).min(self.0 + self.0))
    }

    /// From a duration.
    ///
    /// # Errors
    ///
    /// [`LifetimeError::OutOfRange`] below a second or above 100 years.
    pub fn new(duration: Duration) -> Result<Self, LifetimeError> {
        if duration < Duration::seconds(1) || duration > Duration::days(MAX_YEARS * 365) {
            return Err(LifetimeError::OutOfRange {
                text: Shown(duration).to_string(),
            });
        }
        Ok(Self(duration))
    }

    /// As a duration.
    #[must_use]
    pub const fn duration(self) -> Duration {
        self.0
    }
}

/// In Go's notation, as kubeadm files and component flags take it: `8760h0m0s` is `8760h`.
impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown(self.0).fmt(f)
    }
}

struct Shown(Duration);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.whole_seconds();
        let sign = if self.0.is_negative() { "-" } else { "" };
        let total = seconds.unsigned_abs();
        let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60);
        f.write_str(sign)?;
        match (hours, minutes, seconds) {
            (0, 0, seconds) => write!(f, "{seconds}s"),
            (hours, 0, 0) => write!(f, "{hours}h"),
            (0, minutes, 0) => write!(f, "{minutes}m"),
            (hours, minutes, 0) => write!(f, "{hours}h{minutes}m"),
            (hours, minutes, seconds) => write!(f, "{hours}h{minutes}m{seconds}s"),
        }
    }
}

/// A text that is no usable [`Lifetime`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LifetimeError {
    /// Not a duration.
    #[error("{text:?} is not a duration; write hours, days or years, such as 8760h, 365d or 1y")]
    Syntax {
        /// What was given.
        text: String,
    },
    /// A duration, but not one for a certificate.
    #[error("{text} is out of range; a certificate lives between 1s and 100y")]
    OutOfRange {
        /// What was given.
        text: String,
    },
}

impl FromStr for Lifetime {
    type Err = LifetimeError;

    fn from_str(text: &str) -> Result<Self, LifetimeError> {
        let syntax = || LifetimeError::Syntax {
            text: text.to_owned(),
        };
        let out_of_range = || LifetimeError::OutOfRange {
            text: text.to_owned(),
        };
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if rest.is_empty() {
            return Err(syntax());
        }
        let mut total: i64 = 0;
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, tail) = rest.split_at_checked(digits).ok_or_else(syntax)?;
            let letters = tail.len()
                - tail
                    .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                    .len();
            let (unit, after) = tail.split_at_checked(letters).ok_or_else(syntax)?;
            let unit = match unit {
                "s" => 1,
                "m" => 60,
                "h" => 60 * 60,
                "d" => DAY,
                "y" => 365 * DAY,
                _ => return Err(syntax()),
            };
            if number.is_empty() {
                return Err(syntax());
            }
            // Digits that overflow are still a duration, only far too long.
            let seconds = number
                .parse::<i64>()
                .ok()
                .and_then(|number| number.checked_mul(unit))
                .ok_or_else(out_of_range)?;
            total = total.checked_add(seconds).ok_or_else(out_of_range)?;
            rest = after;
        }
        let duration = Duration::seconds(if negative { -total } else { total });
        Self::new(duration).map_err(|_| out_of_range())
    }
}

crate::serde_as_text!(Lifetime);

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn seconds(text: &str) -> Result<i64, LifetimeError> {
        text.parse::<Lifetime>()
            .map(|lifetime| lifetime.duration().whole_seconds())
    }

    #[test]
    fn go_durations_days_and_years_are_read() {
        assert_eq!(seconds("8760h"), Ok(31_536_000));
        assert_eq!(seconds("365d"), Ok(31_536_000));
        assert_eq!(seconds("1y"), Ok(31_536_000));
        assert_eq!(seconds("1h30m5s"), Ok(5_405));
        assert_eq!(seconds("100y"), Ok(3_153_600_000));
        assert_eq!(seconds("8760h0m0s"), Ok(31_536_000));
    }

    #[test]
    fn what_is_no_duration_is_told_from_what_is_out_of_range() {
        for text in [
            "", "-", "1", "365", "h", "1x", "1h2", "1.5h", "1 h", "y1", "١h",
        ] {
            assert!(
                matches!(seconds(text), Err(LifetimeError::Syntax { .. })),
                "{text:?}"
            );
        }
        for text in [
            "0s",
            "0h",
            "-1h",
            "-48h",
            "101y",
            "200y",
            "36501d",
            "99999999999999999999h",
            "9223372036854775807y",
        ] {
            assert!(
                matches!(seconds(text), Err(LifetimeError::OutOfRange { .. })),
                "{text:?}"
            );
        }
    }

    #[test]
    fn lifetimes_are_shown_as_go_reads_them() {
        for text in ["8760h", "1s", "5m", "1h30m", "1h0m5s"] {
            assert_eq!(text.parse::<Lifetime>().unwrap().to_string(), text);
        }
        assert_eq!("1y".parse::<Lifetime>().unwrap().to_string(), "8760h");
    }

    #[test]
    fn a_life_begins_five_minutes_early_in_whole_seconds() {
        let now = datetime!(2026-11-23 12:00:00.5 UTC);
        let validity = Validity::starting(now, Lifetime::YEAR);
        assert_eq!(validity.not_before, datetime!(2026-11-23 11:55 UTC));
        assert_eq!(validity.not_after, datetime!(2027-11-23 12:00 UTC));
        assert!(validity.contains(now) && !validity.contains(datetime!(2028-01-01 0:00 UTC)));
    }

    #[test]
    fn a_clamped_life_ends_with_its_issuer_and_not_later() {
        let end = datetime!(2027-01-01 0:00 UTC);
        let validity = Validity::starting(datetime!(2026-11-23 12:00 UTC), Lifetime::YEAR);
        assert_eq!(validity.clamped(end).not_after, end);
        assert_eq!(validity.clamped(datetime!(2030-01-01 0:00 UTC)), validity);
    }
}
