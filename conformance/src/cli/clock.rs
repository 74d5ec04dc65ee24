//! The only clock of the harness: when a run began, and what day it is.

use core::time::Duration;
use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use wsproof_reports::expect::Date;

/// Now, or what `SOURCE_DATE_EPOCH` says, since 1970.
pub(super) fn now() -> Duration {
    let epoch = env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    epoch.map_or_else(
        || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
        Duration::from_secs,
    )
}

/// The day in UTC.
pub(super) fn day(since_1970: Duration) -> Date {
    let (year, month, day) = civil(since_1970.as_secs() / 86_400);
    Date::new(year, month, day).expect("the civil calendar has this day")
}

/// `2026-11-21T23:59:59.999Z`.
pub(super) fn stamp(since_1970: Duration) -> String {
    let (seconds, millis) = (since_1970.as_secs(), since_1970.subsec_millis());
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z", day(since_1970))
}

/// The day that many days after the first of January 1970. Years end in 9999.
fn civil(days: u64) -> (u16, u8, u8) {
    // Counted from the first of March of year 0, leap days come last in their cycles.
    let days = days.min(2_932_896) + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year as u16, month as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps() {
        for (millis, wanted) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_305_599_999, "2026-11-21T23:59:59.999Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59.000Z"),
        ] {
            assert_eq!(stamp(Duration::from_millis(millis)), wanted);
        }
    }

    #[test]
    fn days_go_there_and_back() {
        for days in (0..200_000).step_by(7).chain([58, 59, 60, 11_016, 11_017, 47_540, 47_541]) {
            let day = day(Duration::from_secs(days * 86_400));
            assert_eq!(day.days_since_1970().map(u64::from), Some(days));
        }
    }
}
