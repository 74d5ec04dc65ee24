//! From a judgement to the result a report holds.

use wsproof_cases::case::By;
use wsproof_cases::judge::{self, Behavior, BehaviorClose, Pair, Reason};
use wsproof_reports::model::{
    AutobahnBehavior, AutobahnClose, AutobahnVerdict, CaseResult, Expected, Fault, Observed, Party,
    StreamEnd, Verdict, Work,
};

use super::played::Played;
use super::text::told;
use crate::play;
use crate::select::{Item, level_of};

/// A result that says only what the catalogue says.
pub(super) fn bare(item: &Item, verdict: Verdict) -> CaseResult {
    CaseResult {
        alias: item.alias.clone(),
        title: Some(item.case.title.to_string()),
        rfc: item.rfc.clone(),
        tags: item.tags.clone(),
        ..CaseResult::new(level_of(item.case.level), verdict)
    }
}

/// A result that is not about what the subject did, and why.
pub(super) fn unjudged(item: &Item, reason: Reason, text: Option<String>) -> CaseResult {
    let verdict = if reason == Reason::Unsupported { Verdict::Unsupported } else { Verdict::Error };
    CaseResult {
        reason: Some(reason.slug().to_owned()),
        observed: Observed { text, ..Observed::default() },
        ..bare(item, verdict)
    }
}

/// A result of a run.
pub(super) fn judged(item: &Item, played: &Played) -> CaseResult {
    let Played { transcript, judgement, account, .. } = played;
    let told = told(judgement, transcript);
    let (text, due) = told.map_or((None, None), |told| (Some(told.seen), told.due));
    CaseResult {
        reason: Some(judgement.reason.slug().to_owned()),
        expected: expected(&judgement.expected, due),
        observed: Observed {
            work: account.work.map(of_work),
            fault: account.fault.map(of_fault),
            ..observed(&judgement.observed, text)
        },
        autobahn: judgement.autobahn.map(of_pair),
        ..bare(item, of_verdict(judgement.verdict))
    }
}

fn expected(wanted: &judge::Expected, text: Option<String>) -> Expected {
    let mut close: Vec<_> = wanted.codes.iter().copied().map(Some).collect();
    if wanted.without_code || wanted.without_close {
        close.push(None);
    }
    Expected { close, by: Some(of_party(wanted.by)), events: wanted.events.clone(), text }
}

fn observed(seen: &judge::Observed, text: Option<String>) -> Observed {
    Observed {
        close: seen.close.and_then(|close| close.code),
        by: seen.by.map(of_party),
        end: of_end(seen.end),
        frames_in: Some(seen.frames),
        events: seen.events.clone(),
        breaches: seen.breaches.iter().map(|slug| (*slug).to_owned()).collect(),
        text,
        ..Observed::default()
    }
}

const fn of_verdict(verdict: judge::Verdict) -> Verdict {
    match verdict {
        judge::Verdict::Pass => Verdict::Pass,
        judge::Verdict::Lenient => Verdict::Lenient,
        judge::Verdict::Info => Verdict::Info,
        judge::Verdict::Fail => Verdict::Fail,
        judge::Verdict::Unsupported => Verdict::Unsupported,
        judge::Verdict::Crash => Verdict::Crash,
        judge::Verdict::Error => Verdict::Error,
    }
}

const fn of_party(by: By) -> Party {
    match by {
        By::Tester => Party::Tester,
        By::Subject => Party::Subject,
    }
}

/// A subject that broke down has no stream any more that could have ended.
const fn of_end(end: judge::StreamEnd) -> Option<StreamEnd> {
    match end {
        judge::StreamEnd::Subject => Some(StreamEnd::Fin),
        judge::StreamEnd::Reset => Some(StreamEnd::Reset),
        judge::StreamEnd::Tester => Some(StreamEnd::ByTester),
        judge::StreamEnd::Never => Some(StreamEnd::Open),
        judge::StreamEnd::Crash => None,
    }
}

const fn of_work(work: play::Work) -> Work {
    let play::Work { actions, octets_in, octets_out, peak_buffer } = work;
    Work { actions, bytes_in: octets_in, bytes_out: octets_out, peak_buffer_bytes: peak_buffer }
}

/// A fault as a report has it: its name is a slug like all others there.
pub(crate) fn of_fault(fault: play::Fault) -> Fault {
    let play::Fault { name, clause, offset, close } = fault;
    let mut slug = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !slug.is_empty() {
            slug.push('-');
        }
        slug.push(letter.to_ascii_lowercase());
    }
    Fault { name: slug, clause: clause.map(str::to_owned), offset, close }
}

const fn of_pair(pair: Pair) -> AutobahnVerdict {
    AutobahnVerdict {
        behavior: match pair.behavior {
            Behavior::Ok => AutobahnBehavior::Ok,
            Behavior::NonStrict => AutobahnBehavior::NonStrict,
            Behavior::Informational => AutobahnBehavior::Informational,
            Behavior::Failed => AutobahnBehavior::Failed,
            Behavior::Unimplemented => AutobahnBehavior::Unimplemented,
            Behavior::NeverEnds => AutobahnBehavior::NeverEnds,
        },
        behavior_close: match pair.behavior_close {
            BehaviorClose::Ok => AutobahnClose::Ok,
            BehaviorClose::Failed => AutobahnClose::Failed,
            BehaviorClose::Unclean => AutobahnClose::Unclean,
            BehaviorClose::WrongCode => AutobahnClose::WrongCode,
            BehaviorClose::FailedByClient => AutobahnClose::FailedByClient,
            BehaviorClose::Informational => AutobahnClose::Informational,
            BehaviorClose::NeverEnds => AutobahnClose::NeverEnds,
        },
        remote_close_code: pair.remote_close_code,
    }
}
