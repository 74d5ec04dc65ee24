//! Which status codes may come.

use crate::bug::{Bug, Bugs};

/// Status codes that an endpoint may send (RFC 6455 §7.4; 1012 to 1014 were registered later).
pub(super) const fn may_be_received(code: u16, bugs: Bugs) -> bool {
    match code {
        0 if bugs.has(Bug::AcceptsCode0) => true,
        999 if bugs.has(Bug::AcceptsCode999) => true,
        1016 if bugs.has(Bug::AcceptsCode1016) => true,
        2999 if bugs.has(Bug::AcceptsCode2999) => true,
        5000 if bugs.has(Bug::AcceptsCode5000) => true,
        1001 => !bugs.has(Bug::RefusesGoingAway),
        1003 => !bugs.has(Bug::RefusesCode1003),
        1007 => !bugs.has(Bug::RefusesCode1007),
        1009 => !bugs.has(Bug::RefusesCode1009),
        1010 => !bugs.has(Bug::RefusesExtensionCode),
        1011 => !bugs.has(Bug::RefusesCode1011),
        1000..=1003 | 1007..=1011 => true,
        1012..=1014 => !bugs.has(Bug::RefusesLateCodes),
        3000 if bugs.has(Bug::RefusesCode3000) => false,
        3999 if bugs.has(Bug::RefusesCode3999) => false,
        4999 if bugs.has(Bug::RefusesCode4999) => false,
        3000..=3999 if bugs.has(Bug::RefusesLibraryCodes) => false,
        4000..=4999 if bugs.has(Bug::RefusesApplicationCodes) => false,
        3000..=4999 => !bugs.has(Bug::RefusesPrivateCodes),
        ..1000 => bugs.has(Bug::AcceptsLowCodes),
        1004 => bugs.has(Bug::AcceptsCode1004),
        1005 => bugs.has(Bug::AcceptsCode1005),
        1006 => bugs.has(Bug::AcceptsCode1006),
        1015 => bugs.has(Bug::AcceptsCode1015),
        1016..3000 => bugs.has(Bug::AcceptsUnassignedCodes),
        5000.. => bugs.has(Bug::AcceptsHighCodes),
    }
}
