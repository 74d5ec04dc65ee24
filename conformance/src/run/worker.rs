//! One case, under every cut, on one subject.

use wsproof_cases::judge::{Judgement, Reason, Verdict, judge};
use wsproof_cases::transcript::{Entry, Transcript};
use wsproof_reports::model::{self, CaseResult, CutDifference, WireKept};

use super::compare::difference;
use super::cut::Cut;
use super::guard::{Guarded, catch};
use super::result;
use super::wire_log::wire_log;
use super::workers::Settings;
use crate::play::{Broken, Driver, Work, play};
use crate::select::Item;

/// Plays cases one after another on a subject of its own.
pub struct Worker<'s> {
    settings: &'s Settings,
    driver: Box<dyn Driver + Send>,
}

/// One run of one case under one cut, judged.
#[derive(Clone, Debug)]
pub struct Played {
    /// The cut.
    pub cut: Cut,
    /// What happened.
    pub transcript: Transcript,
    /// What is thought of it.
    pub judgement: Judgement,
    /// The work the subject did, if it counts.
    pub work: Option<Work>,
}

impl<'s> Worker<'s> {
    /// A worker with a new subject.
    pub fn new(settings: &'s Settings) -> Self {
        Self { settings, driver: settings.make() }
    }

    /// Plays a case under every cut.
    pub fn result(&mut self, item: &Item) -> CaseResult {
        if !self.driver.supports(&item.case.needs) {
            return result::unjudged(item, Reason::Unsupported, None);
        }
        self.all_cuts(item).unwrap_or_else(|Broken(how)| {
            // Whatever went wrong may have left something behind.
            self.driver = self.settings.make();
            result::unjudged(item, Reason::HarnessFailed, Some(how))
        })
    }

    /// Plays a case under one cut.
    ///
    /// # Errors
    /// The harness could not do its work. That the subject breaks down is no error.
    pub fn play(&mut self, item: &Item, cut: Cut) -> Result<Played, Broken> {
        let (transcript, work) = self.transcript(item, cut)?;
        if transcript.crash().is_some() {
            self.driver = self.settings.make();
        }
        let judgement = catch(|| judge(item.case, &transcript))
            .map_err(|how| Broken(format!("the judge {how}")))?;
        Ok(Played { cut, transcript, judgement, work })
    }

    fn all_cuts(&mut self, item: &Item) -> Result<CaseResult, Broken> {
        let (first, others) = self.settings.cuts.split_first().unwrap_or((&Cut::Whole, &[]));
        let mut base = self.play(item, *first)?;
        let mut differs: Option<CutDifference> = None;
        for cut in others {
            let other = self.play(item, *cut)?;
            let difference =
                difference((base.cut, &base.transcript), (other.cut, &other.transcript));
            differs = differs.or(difference);
            // A breakdown under any cut is a breakdown.
            if other.judgement.verdict == Verdict::Crash && base.judgement.verdict != Verdict::Crash
            {
                base = other;
            }
        }
        let mut result = result::judged(item, &base.judgement, &base.transcript, base.work);
        if let Some(difference) = differs {
            if result.verdict.is_good() {
                result.verdict = model::Verdict::Fail;
                result.reason = Some(Reason::CutsDiffer.slug().to_owned());
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

    fn transcript(&mut self, item: &Item, cut: Cut) -> Result<(Transcript, Option<Work>), Broken> {
        let seed = self.settings.seed;
        let driver = &mut self.driver;
        let link = match catch(move || driver.open(item.case, item.role)) {
            Ok(link) => link?,
            Err(how) => {
                let mut transcript = Transcript::new(item.role);
                transcript.push(Entry::Crashed(how));
                return Ok((transcript, None));
            }
        };
        let mut link = Guarded::new(link);
        let played = catch(|| play(item.case, item.role, cut.with_seed(seed), seed, &mut link));
        let left = link.leave();
        let mut transcript = played.map_err(|how| Broken(format!("the tester {how}")))?;
        let work = left.unwrap_or_else(|how| {
            transcript.push(Entry::Crashed(how));
            None
        });
        Ok((transcript, work))
    }
}
