//! Whether two ways of cutting the same octets led to the same course of events.

use wsproof_cases::transcript::{Closing, Outline, Transcript};
use wsproof_reports::model::CutDifference;

use super::cut::Cut;

/// The first difference, if there is one.
pub(super) fn difference(
    (base, base_run): (Cut, &Transcript),
    (other, other_run): (Cut, &Transcript),
) -> Option<CutDifference> {
    let (a, b) = (base_run.outline(), other_run.outline());
    if a == b {
        return None;
    }
    let (at, base_entry, other_entry) = first_difference(&a, &b);
    Some(CutDifference {
        base: base.name().to_owned(),
        other: other.name().to_owned(),
        at: at as u64,
        base_entry,
        other_entry,
    })
}

/// Events are compared first, then broken rules, then the end; `at` counts through all of them.
fn first_difference(a: &Outline<'_>, b: &Outline<'_>) -> (usize, String, String) {
    let show = |event: Option<&&_>| {
        event.map_or_else(|| "no further event".to_owned(), ToString::to_string)
    };
    if let Some(at) = first_unequal(&a.events, &b.events) {
        return (at, show(a.events.get(at)), show(b.events.get(at)));
    }
    let events = a.events.len();
    let show = |breach: Option<&wsproof_cases::breach::Breach>| {
        breach.map_or_else(|| "no broken rule".to_owned(), |breach| breach.slug().to_owned())
    };
    if let Some(at) = first_unequal(&a.breaches, &b.breaches) {
        return (events + at, show(a.breaches.get(at)), show(b.breaches.get(at)));
    }
    let at = events + a.breaches.len();
    if a.crash == b.crash {
        (at, ending(a.closing), ending(b.closing))
    } else {
        let show = |crash: Option<&str>| crash.unwrap_or("no breakdown").to_owned();
        (at, show(a.crash), show(b.crash))
    }
}

fn first_unequal<T: PartialEq>(a: &[T], b: &[T]) -> Option<usize> {
    (0..a.len().max(b.len())).find(|&at| a.get(at) != b.get(at))
}

fn ending(closing: &Closing) -> String {
    let Closing {
        first,
        clean,
        failed_by_tester,
        dropped_by_tester,
        dropped_by_script,
        subject,
        reason,
        ended,
        unopened,
    } = closing;
    let code = match subject {
        None => "no Close of the subject".to_owned(),
        Some(close) => match close.code {
            None => "a Close without a code".to_owned(),
            Some(code) => format!("a Close with {code}"),
        },
    };
    let first = first.map_or_else(|| "nobody".to_owned(), |by| format!("the {}", by.name()));
    let mut text = format!("closed first by {first}, {code}");
    if let Some(reason) = reason {
        text.push_str(&format!(" for a reason of {reason}"));
    }
    for (is, words) in [
        (*clean, "a clean end"),
        (*failed_by_tester, "failed by the tester"),
        (*dropped_by_tester, "the stream ended by the tester"),
        (*dropped_by_script, "as the script says"),
        (!*ended, "no end of the stream"),
        (*unopened, "never opened"),
    ] {
        if is {
            text.push_str(", ");
            text.push_str(words);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use wsproof_cases::Role;
    use wsproof_cases::case::By;
    use wsproof_cases::payload::Blob;
    use wsproof_cases::transcript::{Entry, Seen};

    use super::*;

    fn run(marks: &[&'static str]) -> Transcript {
        let mut transcript = Transcript::new(Role::Server);
        marks.iter().for_each(|mark| transcript.push(Entry::Seen(Seen::Mark(mark))));
        transcript
    }

    fn told(a: &Transcript, b: &Transcript) -> Option<(u64, String, String)> {
        difference((Cut::Whole, a), (Cut::Random, b)).map(|d| {
            assert_eq!((&*d.base, &*d.other), ("whole", "random"));
            (d.at, d.base_entry, d.other_entry)
        })
    }

    #[test]
    fn the_first_difference_is_named() {
        let base = run(&["a", "b"]);
        assert_eq!(told(&base, &run(&["a", "b"])), None);
        let (at, a, b) = told(&base, &run(&["a", "c"])).unwrap();
        assert_eq!((at, &*a, &*b), (1, "connection still open (b)", "connection still open (c)"));
        let (at, a, b) = told(&base, &run(&["a"])).unwrap();
        assert_eq!((at, &*a, &*b), (1, "connection still open (b)", "no further event"));

        let mut other = run(&["a", "b"]);
        other.closing.first = Some(By::Subject);
        let (at, a, b) = told(&base, &other).unwrap();
        assert_eq!(at, 2);
        assert!(a.starts_with("closed first by nobody") && b.contains("the subject"), "{a} {b}");
        other.push(Entry::Crashed("how".to_owned()));
        assert_eq!(told(&base, &other).unwrap().2, "how");
    }

    #[test]
    fn frames_and_pauses_do_not_count() {
        let mut other = run(&["a"]);
        other.push(Entry::Settled);
        other.push(Entry::SentPart(Blob::from(&b"x"[..])));
        assert_eq!(told(&run(&["a"]), &other), None);
    }
}
