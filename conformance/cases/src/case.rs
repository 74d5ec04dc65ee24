//! One conformance case: what the tester does and what may come of it.

mod ending;
mod event;
mod tier;

pub use ending::{By, Ending};
pub use event::Event;
pub use tier::Tier;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::clauses::ClauseId;
use crate::deflate::Deflate;
use crate::interface::Interface;
use crate::opening::Setting;
use crate::role::Role;
use crate::step::Step;
use crate::wscase::{self, is_default, is_true};

/// One conformance case. [`Case::new`] is a case in which everything is normal; the methods below
/// say what is not, so that most cases are a few lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default = "Case::unnamed", deny_unknown_fields)]
pub struct Case {
    /// The permanent name, a path of lower-case words such as `close/code/reserved-1005`.
    pub id: Cow<'static, str>,
    /// What happens, in one line.
    pub title: Cow<'static, str>,
    /// The rules the case is about.
    #[serde(skip_serializing_if = "is_default")]
    pub clauses: Vec<ClauseId>,
    /// How binding they are.
    #[serde(skip_serializing_if = "is_default")]
    pub level: Level,
    /// Which role the subject plays.
    #[serde(skip_serializing_if = "is_default")]
    pub plays: Plays,
    /// What the subject must offer for the case to make sense.
    #[serde(skip_serializing_if = "is_default")]
    pub needs: Needs,
    /// What the tester does.
    pub script: Vec<Step>,
    /// What may be seen, in order of preference; the first that fits decides.
    pub accept: Vec<Alternative>,
    /// How the connection has to end.
    pub ending: Ending,
    /// When the tester begins the closing handshake by itself.
    #[serde(skip_serializing_if = "is_default")]
    pub finish: Finish,
    /// What the tester does when the subject rests and the case is not finished.
    #[serde(skip_serializing_if = "is_default")]
    pub deadline: Deadline,
    /// How many rounds of rest pass before the deadline; 1 unless the subject gets more patience.
    #[serde(skip_serializing_if = "is_one")]
    pub patience: u32,
    /// The smallest tier that the case may be in; [`Case::least_tier`] says in which it is.
    #[serde(skip_serializing_if = "is_least")]
    pub tier: Tier,
    /// How many times as long every repetition is in the full tier.
    #[serde(skip_serializing_if = "is_one")]
    pub growth: u32,
    /// The number of the case in the Autobahn test suite, such as `7.9.4`.
    pub autobahn: Option<Cow<'static, str>>,
}

const fn is_one(times: &u32) -> bool {
    *times == 1
}

fn is_least(tier: &Tier) -> bool {
    *tier == Tier::Quick
}

/// Which role the subject plays in a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plays {
    /// The case makes sense for both.
    #[default]
    Either,
    /// Only clients are tested.
    Client,
    /// Only servers are tested.
    Server,
}

impl Plays {
    /// Whether a subject in this role is tested.
    pub fn allows(self, subject: Role) -> bool {
        match self {
            Self::Either => true,
            Self::Client => subject == Role::Client,
            Self::Server => subject == Role::Server,
        }
    }
}

/// How binding a case's rules are.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The RFC says MUST, or data would be lost.
    #[default]
    Must,
    /// The RFC says SHOULD.
    Should,
    /// The RFC says MAY.
    May,
    /// No rule, but what users rely on.
    Practice,
}

impl Level {
    /// The word used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
            Self::Practice => "practice",
        }
    }
}

/// What the subject must offer; nothing unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Needs {
    /// The largest message it must take, in octets, if that is more than the usual 256 KiB.
    #[serde(skip_serializing_if = "is_default")]
    pub message: u64,
    /// The largest number of frames in one message, if that is more than the usual 128.
    #[serde(skip_serializing_if = "is_default")]
    pub fragments: u64,
    /// The largest message the subject must be set to take, in octets, if the case is about what is
    /// beyond.
    pub limit: Option<u64>,
    /// How the subject must be set up to be opened through octets, if the case is about the opening
    /// handshake. Without it the case begins behind the handshake.
    pub opening: Option<Setting>,
    /// What the case calls of the subject's own interface, if it does.
    pub interface: Option<Interface>,
    /// How permessage-deflate has to be agreed on in front of the case, if it begins behind the
    /// handshake and needs the extension.
    pub deflate: Option<Deflate>,
    /// Whether the same client must have had a connection before, with which the tester compares
    /// this one.
    #[serde(skip_serializing_if = "is_default")]
    pub again: bool,
}

impl Needs {
    /// How the subject must be set up to be opened through octets, if it has to be.
    pub fn setting(&self) -> Option<Setting> {
        let deflate = |deflate: Deflate| Setting {
            deflate: true,
            extensions: deflate.own,
            ..Setting::default()
        };
        self.opening.or_else(|| self.deflate.map(deflate))
    }
}

/// One acceptable course of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// What it is worth.
    pub grade: Grade,
    /// The events, each with the number of times it comes in a row.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sees: Vec<(u32, Event)>,
    /// How the connection has to end in this course, if not as the case says.
    pub ends: Option<Ending>,
    /// Whether the Autobahn test suite knows it. One that it does not know is ours alone and has no
    /// influence on the tester and on Autobahn's verdict.
    #[serde(default = "wscase::yes", skip_serializing_if = "is_true")]
    pub shared: bool,
}

impl Alternative {
    /// The events one by one.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.sees.iter().flat_map(|(times, event)| (0..*times).map(move |_| event))
    }

    /// The event at this place.
    pub fn event(&self, mut at: usize) -> Option<&Event> {
        self.sees.iter().find_map(|(times, event)| {
            let times = *times as usize;
            if at < times {
                return Some(event);
            }
            at -= times;
            None
        })
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.sees.iter().map(|(times, _)| *times as usize).sum()
    }

    /// Whether nothing at all may be seen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a course of events or an ending is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Right.
    Strict,
    /// Allowed, but not the preferred way.
    Lenient,
    /// No rule exists; the case only tells.
    Informational,
}

/// When the tester begins the closing handshake by itself, with the first of the ending's codes.
/// Only where it has to begin it, and only while no script has begun it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finish {
    /// As soon as it has seen exactly what the only shared alternative wants.
    #[default]
    WhenSeen,
    /// As soon as all wanted messages have come, or one of another kind or length. The content is
    /// left to the judge.
    WhenAnswered,
    /// Never; the script closes, or nobody does before the deadline.
    Never,
}

/// What the tester does when the subject rests and the case is not finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deadline {
    /// It fails the connection: a Close 1001, or the end of the stream if a Close was sent before.
    #[default]
    Fail,
    /// It begins an orderly closing handshake with an empty Close.
    Close,
}

impl Case {
    /// A case in which everything is normal: any role, a MUST, an empty script, nothing to be seen,
    /// and an end that the tester begins with 1000 when it has seen that.
    pub fn new(id: impl Into<Cow<'static, str>>, title: impl Into<Cow<'static, str>>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            clauses: Vec::new(),
            level: Level::Must,
            plays: Plays::Either,
            needs: Needs::default(),
            script: Vec::new(),
            accept: Vec::new(),
            ending: Ending::closed(),
            finish: Finish::WhenSeen,
            deadline: Deadline::Fail,
            patience: 1,
            tier: Tier::Quick,
            growth: 1,
            autobahn: None,
        }
    }

    /// The case that a file deviates from.
    fn unnamed() -> Self {
        Self::new("", "")
    }

    /// Sets the rules the case is about.
    #[must_use]
    pub fn clauses(self, clauses: &[&'static str]) -> Self {
        Self { clauses: clauses.iter().copied().map(ClauseId).collect(), ..self }
    }

    /// Sets how binding they are.
    #[must_use]
    pub fn level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// Sets the Autobahn number.
    #[must_use]
    pub fn autobahn(self, number: impl Into<Cow<'static, str>>) -> Self {
        Self { autobahn: Some(number.into()), ..self }
    }

    /// Sets the role of the subject.
    #[must_use]
    pub fn plays(self, plays: Plays) -> Self {
        Self { plays, ..self }
    }

    /// Opens the connection through octets, with a subject that is set up like this.
    #[must_use]
    pub fn opening(self, setting: Setting) -> Self {
        Self { needs: Needs { opening: Some(setting), ..self.needs }, ..self }
    }

    /// Calls the subject's own interface, which must offer this.
    #[must_use]
    pub fn interface(self, interface: Interface) -> Self {
        Self { needs: Needs { interface: Some(interface), ..self.needs }, ..self }
    }

    /// Begins behind an opening handshake that has agreed on permessage-deflate.
    #[must_use]
    pub fn deflate(self, deflate: Deflate) -> Self {
        Self { needs: Needs { deflate: Some(deflate), ..self.needs }, ..self }
    }

    /// Is about a connection that is not the client's first.
    #[must_use]
    pub fn again(self) -> Self {
        Self { needs: Needs { again: true, ..self.needs }, plays: Plays::Client, ..self }
    }

    /// Sets what the subject must offer.
    #[must_use]
    pub fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    /// Appends a step.
    #[must_use]
    pub fn step(mut self, step: impl Into<Step>) -> Self {
        self.script.push(step.into());
        self
    }

    /// Appends steps.
    #[must_use]
    pub fn steps<S: Into<Step>>(mut self, steps: impl IntoIterator<Item = S>) -> Self {
        self.script.extend(steps.into_iter().map(Into::into));
        self
    }

    /// Accepts exactly these events.
    #[must_use]
    pub fn sees(self, events: impl IntoIterator<Item = Event>) -> Self {
        self.accepts(Grade::Strict, true, events)
    }

    /// Accepts these events leniently.
    #[must_use]
    pub fn tolerates(self, events: impl IntoIterator<Item = Event>) -> Self {
        self.accepts(Grade::Lenient, true, events)
    }

    /// Accepts these events with a grade of ours that the Autobahn test suite does not know.
    #[must_use]
    pub fn ours(self, grade: Grade, events: impl IntoIterator<Item = Event>) -> Self {
        self.accepts(grade, false, events)
    }

    /// Accepts these events if the connection ends like this instead.
    #[must_use]
    pub fn or_ends(
        mut self,
        grade: Grade,
        ending: Ending,
        events: impl IntoIterator<Item = Event>,
    ) -> Self {
        let sees = events.into_iter().map(|event| (1, event)).collect();
        let ends = Some(ending);
        self.accept.push(Alternative { grade, sees, ends, shared: false });
        self
    }

    /// Accepts one event a number of times in a row.
    #[must_use]
    pub fn sees_times(mut self, times: u32, event: Event) -> Self {
        let sees = vec![(times, event)];
        self.accept.push(Alternative { grade: Grade::Strict, sees, ends: None, shared: true });
        self
    }

    /// Grades everything as informational: no rule exists.
    #[must_use]
    pub fn informational(mut self) -> Self {
        for alternative in &mut self.accept {
            alternative.grade = Grade::Informational;
        }
        self
    }

    /// Sets how the connection has to end. Where the subject has to end it, the tester never
    /// begins.
    #[must_use]
    pub fn ends(self, ending: Ending) -> Self {
        let finish = if ending.by == By::Subject { Finish::Never } else { self.finish };
        Self { ending, finish, ..self }
    }

    /// Sets when the tester closes by itself.
    #[must_use]
    pub fn finishes(self, finish: Finish) -> Self {
        Self { finish, ..self }
    }

    /// Sets what happens when the subject rests too early.
    #[must_use]
    pub fn deadline(self, deadline: Deadline) -> Self {
        Self { deadline, ..self }
    }

    /// Sets how many rounds of rest pass before the deadline.
    #[must_use]
    pub fn patience(self, rounds: u32) -> Self {
        Self { patience: rounds, ..self }
    }

    /// Whether the case only tells and judges nothing.
    pub fn is_informational(&self) -> bool {
        self.accept.iter().any(|a| a.grade == Grade::Informational)
    }

    fn accepts(
        mut self,
        grade: Grade,
        shared: bool,
        events: impl IntoIterator<Item = Event>,
    ) -> Self {
        let sees = events.into_iter().map(|event| (1, event)).collect();
        self.accept.push(Alternative { grade, sees, ends: None, shared });
        self
    }
}
