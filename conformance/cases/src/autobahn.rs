//! The numbers of the Autobahn test suite as aliases of our cases.

use core::cmp::Ordering;

use crate::case::Case;
use crate::catalogue::catalogue;

/// How many cases each group of the suite has.
pub const GROUPS: &[(u32, usize)] = &[
    (1, 16),
    (2, 11),
    (3, 7),
    (4, 10),
    (5, 20),
    (6, 145),
    (7, 37),
    (9, 54),
    (10, 1),
    (12, 90),
    (13, 126),
];

/// The first part of a number: 7 for `7.9.4`.
pub fn group(number: &str) -> u32 {
    parts(number).next().unwrap_or(0)
}

/// The alias as it is shown: `ab:7.9.4`.
pub fn alias(case: &Case) -> Option<String> {
    case.autobahn.as_deref().map(|number| format!("ab:{number}"))
}

/// All cases that have a number, in the order of the numbers.
pub fn by_number() -> Vec<&'static Case> {
    let mut cases: Vec<_> = catalogue().iter().filter(|case| case.autobahn.is_some()).collect();
    cases.sort_by(|a, b| {
        order(a.autobahn.as_deref().unwrap_or(""), b.autobahn.as_deref().unwrap_or(""))
    });
    cases
}

/// Orders numbers part by part: `6.9.4` before `6.10.1`.
pub fn order(a: &str, b: &str) -> Ordering {
    parts(a).cmp(parts(b))
}

fn parts(number: &str) -> impl Iterator<Item = u32> + '_ {
    number.split('.').map(|part| part.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_one_case() {
        let cases = by_number();
        let numbers: Vec<_> = cases.iter().map(|case| case.autobahn.as_deref().unwrap()).collect();
        assert!(numbers.is_sorted_by(|a, b| order(a, b) == Ordering::Less), "a number twice");
        for (number, count) in GROUPS {
            let found = numbers.iter().filter(|n| group(n) == *number).count();
            assert_eq!(found, *count, "group {number}");
        }
        assert_eq!(cases.len(), 517);
        assert_eq!(alias(cases[0]).as_deref(), Some("ab:1.1.1"));
    }

    #[test]
    fn numbers_within_a_subgroup_have_no_gaps() {
        let numbers: Vec<_> =
            by_number().iter().map(|case| case.autobahn.as_deref().unwrap()).collect();
        for pair in numbers.windows(2) {
            let split = |n: &'static str| n.rsplit_once('.').unwrap();
            let (a, b) = (split(pair[0]), split(pair[1]));
            let last = |n: (&str, &str)| n.1.parse::<u32>().unwrap();
            if a.0 == b.0 {
                assert_eq!(last(a) + 1, last(b), "between {} and {}", pair[0], pair[1]);
            } else {
                assert_eq!(last(b), 1, "{} should be the first", pair[1]);
            }
        }
    }
}
