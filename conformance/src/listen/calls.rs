//! What the paths mean.

use serde_json::json;
use wsproof_cases::case::{Case, Ending, Finish};
use wsproof_cases::payload::Payload;
use wsproof_cases::step::{Step, text};
use wsproof_reports::model::{AutobahnBehavior, AutobahnClose, CaseResult, Verdict};

use super::request::Asked;
use crate::select::Item;

/// What a client calls for.
#[derive(Clone, Debug)]
pub(super) enum Call {
    /// A text.
    Tell(String),
    /// The verdict of a case.
    Status(&'static Item, String),
    /// A case.
    Run(&'static Item, String),
    /// Reports of an agent; whether the run ends then.
    Update(String, bool),
    /// The end of the run.
    Stop,
    /// Something that gets this status instead of a connection, and this text.
    Refused(u16, String),
}

impl Call {
    /// What the client asks for.
    pub(super) fn of(asked: &Asked, items: &[&'static Item]) -> Self {
        let case = || {
            let named = named(asked, items);
            named.ok_or_else(|| Self::Refused(500, format!("case is 1 to {}", items.len())))
        };
        let agent = || {
            let refused = |why: String| Self::Refused(500, why);
            match asked.value("agent") {
                None => Err(refused("agent is missing".to_owned())),
                Some(agent) if agent.len() > AGENT => {
                    Err(refused(format!("agent is longer than {AGENT} octets")))
                }
                // It is shown on terminals.
                Some(agent) if agent.contains(char::is_control) => {
                    Err(refused("agent has control characters".to_owned()))
                }
                Some(agent) => Ok(agent.to_owned()),
            }
        };
        let call = || -> Result<Self, Self> {
            Ok(match &*asked.path {
                "/getCaseCount" => Self::Tell(items.len().to_string()),
                "/getCaseInfo" => {
                    let case = case()?;
                    let id = case.alias.as_deref().and_then(|alias| alias.strip_prefix("ab:"));
                    let id = id.unwrap_or(&case.case.id);
                    Self::Tell(json!({ "id": id, "description": case.case.title }).to_string())
                }
                "/getCaseStatus" => Self::Status(case()?, agent()?),
                "/runCase" => Self::Run(case()?, agent()?),
                "/updateReports" => Self::Update(agent()?, asked.is_set("shutdownOnComplete")),
                "/stopServer" => Self::Stop,
                path => Self::Refused(404, format!("there is nothing at {path}; {PATHS}")),
            })
        };
        if asked.upgrades {
            call().unwrap_or_else(|refused| refused)
        } else {
            Self::Refused(426, format!("WebSocket clients are tested here; {PATHS}"))
        }
    }
}

/// The longest name of an agent, in octets: files are called after it.
const AGENT: usize = 128;

const PATHS: &str = "there are /getCaseCount, /getCaseInfo, /runCase, /getCaseStatus, \
                     /updateReports and /stopServer";

/// The case that is meant: by its place in the selection, its Autobahn number, or its id.
fn named(asked: &Asked, items: &[&'static Item]) -> Option<&'static Item> {
    if let Some(tuple) = asked.value("casetuple") {
        let is_it = |item: &&&Item| {
            item.alias.as_deref().and_then(|alias| alias.strip_prefix("ab:")) == Some(tuple)
                || item.case.id == tuple
        };
        return items.iter().find(is_it).copied();
    }
    let place: usize = asked.value("case")?.parse().ok()?;
    items.get(place.checked_sub(1)?).copied()
}

/// A conversation that is no case: the tester says this, if anything, and closes.
pub(super) fn conversation(said: Option<String>) -> Case {
    let case = Case::new("call", "An answer.").finishes(Finish::Never).ends(Ending::closed());
    let case = match said {
        Some(said) => case.step(text(said.into_bytes())),
        None => case,
    };
    case.step(Step::Close { code: None, reason: Payload::EMPTY })
}

/// A verdict as the Autobahn test suite tells it.
pub(super) fn status(result: &CaseResult) -> String {
    let pair = result.autobahn;
    let fallback = match result.verdict {
        Verdict::Pass => (AutobahnBehavior::Ok, AutobahnClose::Ok),
        Verdict::Lenient => (AutobahnBehavior::NonStrict, AutobahnClose::Ok),
        Verdict::Info => (AutobahnBehavior::Informational, AutobahnClose::Informational),
        Verdict::Unsupported => (AutobahnBehavior::Unimplemented, AutobahnClose::Ok),
        Verdict::Fail | Verdict::Crash | Verdict::Error | Verdict::NotRun => {
            (AutobahnBehavior::Failed, AutobahnClose::Failed)
        }
    };
    let behavior = pair.map_or(fallback.0, |pair| pair.behavior);
    let close = pair.map_or(fallback.1, |pair| pair.behavior_close);
    json!({ "behavior": behavior, "behaviorClose": close }).to_string()
}
