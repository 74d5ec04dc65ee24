//! Planted mistakes: how fast would a target find this?
//!
//! With a mistake's name in the environment variable [`VARIABLE`], a model that makes it takes the
//! place of the engine, and the oracles judge it as they judge the engine.

use std::env;
use std::sync::OnceLock;

use wsproof_model::Bug;

/// Mistakes that concern neither what a stream of frames says nor what a head says, but what an
/// endpoint sends, admits or survives. The conformance cases are there for them: the models that
/// take the engine's place here only read.
const NOT_READ: &[Bug] = &[
    Bug::BreaksDownOnHugeLengths,
    Bug::BreaksDownOnBombs,
    Bug::NeverCompresses,
    Bug::CompressesControls,
    Bug::MarksContinuations,
    Bug::LeavesTailOn,
    Bug::CutsTooMuch,
    Bug::WritesNothingForEmpty,
    Bug::WritesZlibHeaders,
    Bug::MarksPlain,
    Bug::KeepsContext,
    Bug::ExceedsWindow,
    Bug::DoublesSmallWindows,
    Bug::ExceedsWindowByOne,
    Bug::LosesTailsAt4096,
    Bug::OffersBadBits,
    Bug::SelectsFirstSubprotocol,
    Bug::SelectsWithoutCase,
    Bug::SelectsUnofferedSubprotocol,
    Bug::SelectsSubprotocolPrefix,
    Bug::RefusesUnknownSubprotocols,
    Bug::NeverSelects,
    Bug::EchoesExtensions,
    Bug::IgnoresPaths,
    Bug::IgnoresOrigins,
    Bug::ComparesOriginsByPrefix,
    Bug::ReadsHeadsAtOnce,
    Bug::AnswersWithoutAccept,
    Bug::AnswersAcceptTwice,
    Bug::AnswersWithoutUpgrade,
    Bug::AnswersWithoutConnection,
    Bug::AnswersWithLength,
    Bug::AnswersWithLineFeeds,
    Bug::AnswersUnofferedExtension,
    Bug::AnswersSubprotocolTwice,
    Bug::AnswersWith200,
    Bug::NeverAnswers,
    Bug::RefusesSilently,
    Bug::RefusesWithFrames,
    Bug::RefusesWithoutEnd,
    Bug::RefusesWithoutUpgrade,
    Bug::RefusesWithoutVersion,
    Bug::RefusesWithoutAllow,
    Bug::CutsRefusals,
    Bug::RequestsWithPost,
    Bug::RequestsOldHttp,
    Bug::RequestsWithoutHost,
    Bug::RequestsWithoutUpgrade,
    Bug::RequestsWithoutConnection,
    Bug::RequestsVersion8,
    Bug::RequestsWithoutKey,
    Bug::RequestsShortKeys,
    Bug::RequestsPadBits,
    Bug::RequestsWithBody,
    Bug::RequestsFolded,
    Bug::RequestsFragments,
    Bug::RequestsSubprotocolsTwice,
    Bug::RequestsBadExtensions,
    Bug::SendsEarly,
    Bug::KeepsFailedStreams,
    Bug::ClosesFailedHandshakes,
    Bug::NeverRequests,
    Bug::LosesPartsBehindHeads,
    Bug::UpgradesFirstRequests,
    Bug::GoesOnWithHttp,
    Bug::AnswersEmptyExtensions,
    Bug::AnswersOldHttp,
    Bug::AnswersChunked,
    Bug::AnswersEverySubprotocol,
    Bug::AnswersEmptySubprotocol,
    Bug::ComparesSubprotocolsWhole,
    Bug::RequestsEmptySubprotocols,
    Bug::RequestsQueriesOnly,
    Bug::RequestsBareAddresses,
    Bug::RequestsSampleKeys,
    Bug::RequestsSameKeys,
    Bug::LearnsFromPlain,
    Bug::SwapsSides,
];

/// The targets that should find a mistake, the likelier ones first; none for one that is not of
/// reading.
#[must_use]
pub fn targets(bug: Bug) -> &'static [&'static str] {
    if NOT_READ.contains(&bug) {
        &[]
    } else if bug == Bug::InflatesUnasked {
        &["frame_stream_model"]
    } else if bug.is_of_deflate() && bug >= Bug::TakesUnofferedBits {
        &["handshake_response_model"]
    } else if bug.is_of_deflate() && bug >= Bug::AcceptsUnknownParams {
        &["handshake_request_model", "handshake_response_model"]
    } else if bug.is_of_deflate() {
        &["deflate_stream_model"]
    } else if bug.is_of_reception() {
        &["frame_stream_model", "frame_script_model"]
    } else if bug.is_of_handshake() && bug >= Bug::AcceptsAnyStatus {
        &["handshake_response_model", "handshake_request_model"]
    } else if bug.is_of_handshake() {
        &["handshake_request_model", "handshake_response_model"]
    } else {
        &[]
    }
}

/// Names the mistake.
pub const VARIABLE: &str = "WSPROOF_PLANT";

/// The mistake that is planted, if any.
///
/// # Panics
/// If no mistake has the name in [`VARIABLE`].
#[must_use]
pub fn planted() -> Option<Bug> {
    static PLANTED: OnceLock<Option<Bug>> = OnceLock::new();
    *PLANTED.get_or_init(|| {
        let name = env::var(VARIABLE).ok()?;
        let bug = Bug::by_name(&name);
        eprintln!("{VARIABLE}: a model that makes the mistake {name} is judged, not the engine");
        Some(bug.unwrap_or_else(|| panic!("{VARIABLE}: no mistake is called {name}")))
    })
}
