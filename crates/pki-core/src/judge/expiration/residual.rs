use time::Duration;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// Time that is left, as kubeadm shows it: `HumanDuration` of
/// `apimachinery/pkg/util/duration/duration.go`, after the seconds were truncated.
#[must_use]
pub fn residual(left: Duration) -> String {
    let seconds = left.whole_seconds();
    if seconds < -1 {
        return "<invalid>".to_owned();
    }
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / MINUTE, seconds / HOUR, seconds / DAY);
    let two = |large: i64, large_unit: &str, small: i64, small_unit: &str| {
        if small == 0 {
            format!("{large}{large_unit}")
        } else {
            format!("{large}{large_unit}{small}{small_unit}")
        }
    };
    if seconds < 2 * MINUTE {
        format!("{seconds}s")
    } else if seconds < 10 * MINUTE {
        two(minutes, "m", seconds % MINUTE, "s")
    } else if seconds < 3 * HOUR {
        format!("{minutes}m")
    } else if seconds < 8 * HOUR {
        two(hours, "h", minutes % 60, "m")
    } else if seconds < 2 * DAY {
        format!("{hours}h")
    } else if seconds < 8 * DAY {
        two(days, "d", hours % 24, "h")
    } else if seconds < 2 * YEAR {
        format!("{days}d")
    } else if seconds < 8 * YEAR {
        two(seconds / YEAR, "y", days % 365, "d")
    } else {
        format!("{}y", seconds / YEAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Case 55 of the acceptance list, from `duration_test.go`.
    #[test]
    fn residual_times_are_shown_as_kubeadm_shows_them() {
        for (left, shown) in [
            (Duration::milliseconds(-2000), "<invalid>"),
            (Duration::milliseconds(-1999), "0s"),
            (Duration::ZERO, "0s"),
            (Duration::seconds(70), "70s"),
            (Duration::seconds(120), "2m"),
            (Duration::seconds(190), "3m10s"),
            (Duration::minutes(70), "70m"),
            (Duration::minutes(181), "3h1m"),
            (Duration::hours(47), "47h"),
            (Duration::hours(49), "2d1h"),
            (Duration::hours(8 * 24 + 2), "8d"),
            (Duration::days(367), "367d"),
            (Duration::hours(2 * 365 * 24 + 25), "2y1d"),
            (Duration::hours(8 * 365 * 24 + 2), "8y"),
        ] {
            assert_eq!(residual(left), shown, "{left}");
        }
    }
}
