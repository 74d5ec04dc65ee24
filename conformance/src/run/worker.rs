//! One case, under every cut, on one subject.

use wsproof_cases::Role;
use wsproof_cases::case::{Case, Tier};
use wsproof_cases::judge::{Reason, judge};
use wsproof_cases::transcript::{Beginning, Entry, Transcript};
use wsproof_reports::model::{self, CaseResult, CutDifference, WireKept};

use super::compare::difference;
use super::cut::Cut;
use super::guard::{Guarded, catch};
use super::played::Played;
use super::result;
use super::settings::Settings;
use super::wire_log::wire_log;
use crate::play::{Account, Broken, Driver, connections, play};
use crate::select::Item;

/// Plays cases one after another on a subject of its own.
pub struct Worker<'s> {
    settings: &'s Settings,
    driver: Box<dyn Driver + Send>,
    /// How the last connection of a client began.
    began: Option<Beginning>,
}

impl<'s> Worker<'s> {
    /// A worker with a new subject.
    pub fn new(settings: &'s Settings) -> Self {
        Self::over(settings, settings.make())
    }

    /// A worker with this subject.
    pub const fn over(settings: &'s Settings, driver: Box<dyn Driver + Send>) -> Self {
        Self { settings, driver, began: None }
    }

    /// Plays a case under every cut. One that is longer in the full tier is played at its full length
    /// under the first cut only, once it has turned out right at its usual length under all.
    pub fn result(&mut self, item: &Item) -> CaseResult {
        if let Some(lack) = self.driver.lacks(&item.case.needs) {
            return result::unjudged(item, Reason::Unsupported, Some(lack.to_owned()));
        }
        self.all_lengths(item).unwrap_or_else(|Broken(how)| {
            // Whatever went wrong may have left something behind.
            self.driver = self.settings.make();
            result::unjudged(item, Reason::HarnessFailed, Some(how))
        })
    }

    /// How the last connection of the client that is the subject began, if there was one.
    pub fn began(self) -> Option<Beginning> {
        self.began
    }

    /// Plays a case under one cut.
    ///
    /// # Errors
    /// The harness could not do its work. That the subject breaks down is no error.
    pub fn play(&mut self, item: &Item, cut: Cut) -> Result<Played, Broken> {
        self.play_at(item, cut, self.settings.tier)
    }

    fn play_at(&mut self, item: &Item, cut: Cut, tier: Tier) -> Result<Played, Broken> {
        let case = item.case.at(tier);
        let before = self.driver.before();
        let (transcript, account) =
            connections(&case, before, |earlier| self.transcript(&case, item.role, cut, earlier))?;
        if transcript.crash().is_some() {
            self.driver = self.settings.make();
        }
        let judgement = catch(|| judge(&case, &transcript))
            .map_err(|how| Broken(format!("the judge {how}")))?;
        Ok(Played { cut, transcript, judgement, account })
    }

    fn all_lengths(&mut self, item: &Item) -> Result<CaseResult, Broken> {
        let tier = self.settings.tier;
        let (first, others) = self.settings.cuts.split_first().unwrap_or((&Cut::Whole, &[]));
        if others.is_empty() || !item.case.grows_in(tier) {
            return self.all_cuts(item, *first, others, tier);
        }
        let short = self.all_cuts(item, *first, others, Tier::Default)?;
        if short.verdict.is_good() { self.all_cuts(item, *first, &[], tier) } else { Ok(short) }
    }

    fn all_cuts(
        &mut self,
        item: &Item,
        first: Cut,
        others: &[Cut],
        tier: Tier,
    ) -> Result<CaseResult, Broken> {
        let mut base = self.play_at(item, first, tier)?;
        let mut differs: Option<(CutDifference, Played)> = None;
        for cut in others {
            let other = self.play_at(item, *cut, tier)?;
            let runs = [&base, &other].map(|played| (played.cut, &played.transcript));
            let Some(difference) = difference(runs[0], runs[1]) else { continue };
            // The first difference is told, but a breakdown under any cut is a breakdown.
            if differs.as_ref().is_none_or(|(_, first)| !first.crashed() && other.crashed()) {
                differs = Some((difference, other));
            }
        }
        if let Some((_, other)) = differs.as_ref().filter(|(_, other)| other.crashed()) {
            base = other.clone();
        }
        let mut result = result::judged(item, &base);
        if let Some((difference, other)) = differs {
            if result.verdict.is_good() {
                result.verdict = model::Verdict::Fail;
                result.reason = Some(Reason::CutsDiffer.slug().to_owned());
                result.expected.text = Some("the same under every cut".to_owned());
                // What happened under the base is right; the log tells the other course.
                base = other;
            }
            result.observed.cuts = Some(difference);
        }
        let keeps = match self.settings.wire {
            WireKept::None => false,
            WireKept::Failures => !result.verdict.is_good(),
            WireKept::All => true,
        };
        result.wire =
            keeps.then(|| wire_log(base.cut, item.case, &base.transcript, &base.judgement));
        Ok(result)
    }

    fn transcript(
        &mut self,
        case: &Case,
        role: Role,
        cut: Cut,
        earlier: u32,
    ) -> Result<(Transcript, Account), Broken> {
        let seed = self.settings.seed;
        let driver = &mut self.driver;
        let link = match catch(move || driver.open(case, role, earlier)) {
            Ok(link) => link?,
            Err(how) => {
                let mut transcript = Transcript::new(role);
                transcript.push(Entry::Crashed(how));
                return Ok((transcript, Account::default()));
            }
        };
        let mut link = Guarded::new(link);
        let played = catch(|| play(case, role, cut.with_seed(seed), seed, &mut link));
        let left = link.leave();
        let mut transcript = played.map_err(|how| Broken(format!("the tester {how}")))?;
        if role == Role::Client {
            self.began = Some(Beginning::of(&transcript));
        }
        let account = left.unwrap_or_else(|how| {
            transcript.push(Entry::Crashed(how));
            Account::default()
        });
        Ok((transcript, account))
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::Arc;

    use wsproof_cases::case::Needs;
    use wsproof_model::{Bugs, Endpoint};

    use super::*;
    use crate::driver::{DRIVERS, Entry, Options};
    use crate::play::{Fault, Flow, Link, Observed};
    use crate::select::find;

    /// What goes wrong.
    #[derive(Clone, Copy)]
    enum Trouble {
        PanicOnOpen,
        PanicOnFeed,
        PanicOnLeave,
        Broken,
        Unsupported,
        /// Small pieces are lost.
        LosesSingleOctets,
        /// Tells of a fault that there is none of.
        CriesWolf,
    }

    struct Troubled(Trouble);

    /// Makes drivers with this trouble.
    macro_rules! make {
        ($trouble:ident) => {{
            let make: Make = |_| Box::new(Troubled(Trouble::$trouble));
            make
        }};
    }

    type Make = fn(&Options) -> Box<dyn Driver + Send>;

    impl Driver for Troubled {
        fn name(&self) -> &'static str {
            "troubled"
        }

        fn lacks(&self, _: &Needs) -> Option<&'static str> {
            matches!(self.0, Trouble::Unsupported).then_some("it has no ears")
        }

        fn open(&mut self, _: &Case, role: Role, _: u32) -> Result<Box<dyn Link + '_>, Broken> {
            match self.0 {
                Trouble::PanicOnOpen => panic!("no way in"),
                Trouble::Broken => Err(Broken("the port is taken".to_owned())),
                trouble => Ok(Box::new(TroubledLink(trouble, Endpoint::new(role, Bugs::NONE)))),
            }
        }
    }

    struct TroubledLink(Trouble, Endpoint);

    impl Link for TroubledLink {
        fn feed(&mut self, octets: &[u8]) -> Flow {
            match self.0 {
                Trouble::PanicOnFeed => panic!("indigestible"),
                Trouble::LosesSingleOctets if octets.len() == 1 => {}
                _ => self.1.feed(octets),
            }
            Flow::Open
        }

        fn settle(&mut self) -> Flow {
            Flow::Open
        }

        fn half_close(&mut self) -> Flow {
            Flow::Closed
        }

        fn drain(&mut self, seen: &mut Vec<Observed>) {
            seen.push(Observed::Octets(self.1.take_output()));
        }

        fn fault(&self) -> Option<Fault> {
            let wolf = Fault { name: "AWolf", clause: None, offset: Some(3), close: Some(1002) };
            matches!(self.0, Trouble::CriesWolf).then_some(wolf)
        }
    }

    impl Drop for TroubledLink {
        fn drop(&mut self) {
            assert!(!matches!(self.0, Trouble::PanicOnLeave), "parting is such sorrow");
        }
    }

    /// Counts the connections to a subject that is right, or that breaks down on large writes.
    struct Counting {
        inner: Box<dyn Driver + Send>,
        opened: Arc<AtomicUsize>,
        trouble: Option<Trouble>,
    }

    impl Driver for Counting {
        fn name(&self) -> &'static str {
            self.inner.name()
        }

        fn lacks(&self, needs: &Needs) -> Option<&'static str> {
            self.inner.lacks(needs)
        }

        fn open(
            &mut self,
            case: &Case,
            role: Role,
            earlier: u32,
        ) -> Result<Box<dyn Link + '_>, Broken> {
            self.opened.fetch_add(1, Ordering::Relaxed);
            match self.trouble {
                Some(trouble) => {
                    Ok(Box::new(TroubledLink(trouble, Endpoint::new(role, Bugs::NONE))))
                }
                None => self.inner.open(case, role, earlier),
            }
        }
    }

    #[test]
    fn cases_that_grow_are_long_under_one_cut_only() {
        let item = find("deflate/data/records/size-16", Some(Role::Server)).unwrap();
        let play = |tier, cuts: &[Cut], trouble| {
            let opened = Arc::new(AtomicUsize::new(0));
            let entry = DRIVERS.iter().find(|entry| entry.name == "model").unwrap();
            let settings = Settings { tier, cuts: cuts.to_vec(), ..Settings::new(entry) };
            let inner = settings.make();
            let driver = Box::new(Counting { inner, opened: opened.clone(), trouble });
            let result = Worker::over(&settings, driver).result(item);
            (result.observed.frames_in, result.verdict, opened.load(Ordering::Relaxed))
        };
        let (short, verdict, opened) = play(Tier::Default, &Cut::ALL, None);
        assert_eq!((verdict, opened), (model::Verdict::Pass, 3));
        let (long, verdict, opened) = play(Tier::Full, &Cut::ALL, None);
        assert_eq!((verdict, opened), (model::Verdict::Pass, 4));
        assert!(long > short, "{long:?} frames, {short:?} usually");
        assert_eq!(play(Tier::Full, &Cut::ALL[..1], None), (long, model::Verdict::Pass, 1));
        let (_, verdict, opened) = play(Tier::Full, &Cut::ALL, Some(Trouble::PanicOnFeed));
        assert_eq!(
            (verdict, opened),
            (model::Verdict::Crash, 1),
            "what breaks at once is not long"
        );
    }

    fn entry(make: Make) -> &'static Entry {
        let (name, subject, version) = ("troubled", "troubled", "0");
        let entry = Entry { name, about: "", subject, version, plants_bugs: false, make };
        Box::leak(Box::new(entry))
    }

    fn result(make: Make) -> CaseResult {
        let (cuts, wire) = (Cut::ALL.to_vec(), WireKept::Failures);
        let settings = Settings { cuts, wire, ..Settings::new(entry(make)) };
        let item = find("close/after-echo", Some(Role::Client)).unwrap();
        let mut worker = Worker::new(&settings);
        let result = worker.result(item);
        assert_eq!(worker.result(item), result, "a second time");
        result
    }

    fn is(result: &CaseResult, verdict: model::Verdict, reason: Reason, text: &str) {
        assert_eq!(result.verdict, verdict, "{result:?}");
        assert_eq!(result.reason.as_deref(), Some(reason.slug()));
        let said = result.observed.text.as_deref().unwrap_or("");
        assert!(said.contains(text), "{said:?} lacks {text:?}");
    }

    #[test]
    fn a_subject_that_panics_has_crashed_wherever_it_panics() {
        let crash = model::Verdict::Crash;
        for (make, text) in [
            (make!(PanicOnOpen), "worker.rs"),
            (make!(PanicOnOpen), "no way in"),
            (make!(PanicOnFeed), "indigestible"),
            (make!(PanicOnLeave), "such sorrow"),
        ] {
            let result = result(make);
            is(&result, crash, Reason::Crashed, text);
            assert!(result.wire.is_some(), "the log of a crash is kept");
        }
    }

    #[test]
    fn what_a_subject_says_of_itself_is_told_and_decides_nothing() {
        let result = result(make!(CriesWolf));
        is(&result, model::Verdict::Pass, Reason::AsExpected, "");
        let told = result.observed.fault.unwrap();
        assert_eq!(told.to_string(), "a-wolf at octet 3, to close with 1002");
    }

    #[test]
    fn what_the_harness_cannot_do_is_not_held_against_the_subject() {
        let result = result(make!(Broken));
        is(&result, model::Verdict::Error, Reason::HarnessFailed, "the port is taken");
    }

    #[test]
    fn what_the_subject_does_not_offer_is_not_played() {
        let result = result(make!(Unsupported));
        is(&result, model::Verdict::Unsupported, Reason::Unsupported, "no ears");
    }

    #[test]
    fn cuts_that_matter_are_a_failure_of_their_own_kind() {
        let result = result(make!(LosesSingleOctets));
        is(&result, model::Verdict::Fail, Reason::CutsDiffer, "");
        let cuts = result.observed.cuts.unwrap();
        assert_eq!((&*cuts.base, &*cuts.other, cuts.at), ("whole", "bytewise", 0));
        assert!(cuts.base_entry.contains("text message") && cuts.other_entry == "no further event");
        assert_eq!(result.wire.unwrap().cuts.as_deref(), Some("bytewise"), "the other course");
    }
}
