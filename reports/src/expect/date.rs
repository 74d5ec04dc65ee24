//! A calendar day. There is no clock in this crate: callers say what day it is.

use core::fmt;
use core::str::FromStr;

/// A day of the Gregorian calendar, compared in order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, if there is one: month 1 to 12, day 1 to the month's last.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u8::from(leap),
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// Days since 1 January 1970; `None` before it.
    #[must_use]
    pub fn days_since_1970(self) -> Option<u32> {
        // Years are counted from March, so that the leap day is the last of its year.
        let (year, month) = (u32::from(self.year), u32::from(self.month));
        let (year, month) =
            if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
        let days = year * 365 + year / 4 - year / 100 + year / 400;
        let days = days + (month * 153 + 2) / 5 + u32::from(self.day) - 1;
        days.checked_sub(719_468)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let number = |part: &str, digits| {
            (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())
                .flatten()
        };
        let mut parts = text.splitn(3, '-');
        let mut next = |digits| parts.next().and_then(|part| number(part, digits));
        match (next(4), next(2), next(2)) {
            (Some(year), Some(month), Some(day)) => {
                Self::new(year, month.try_into().unwrap_or(0), day.try_into().unwrap_or(0))
                    .ok_or(DateError)
            }
            _ => Err(DateError),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A text that is no day written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateError;

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a day written YYYY-MM-DD")
    }
}

impl core::error::Error for DateError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_exist_are_read_and_ordered() {
        let day = |text: &str| text.parse::<Date>();
        assert_eq!(day("2027-03-01").unwrap().to_string(), "2027-03-01");
        assert!(day("2026-12-31").unwrap() < day("2027-01-01").unwrap());
        assert!(day("2028-02-29").is_ok());
        for bad in
            ["2027-02-29", "2027-13-01", "2027-1-1", "+027-01-01", "2027-01-01x", "", "2100-02-29"]
        {
            assert!(day(bad).is_err(), "{bad}");
        }
    }
}
