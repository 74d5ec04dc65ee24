//! The same stream in three cuts and through both faces: what comes of it must not change.

use crate::oracle::{Finding, Oracle, equal, judge};
use crate::stream::{self, Cuts, Seen, Setup};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "frame_stream_cuts",
    feeds: "8 octets of settings, then what the peer sends, both roles, three cuts, both faces",
    oracles: || ORACLES.iter().map(|oracle| oracle.name()).collect(),
    seeds: "frame_stream",
    dictionary: "frames.dict",
    longest: 1024,
    check,
    show: stream::show,
};

/// The oracles.
const ORACLES: &[&dyn for<'a> Oracle<[Seen<'a>; 3]>] = &[&CutInvariance];

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let Some((setup, stream)) = Setup::split(octets) else { return Ok(Keep::No) };
    let whole = setup.cut(Cuts::Whole);
    let settings = [whole, whole.other_face().cut(Cuts::Every(1)), setup];
    judge(ORACLES, &settings.map(|setup| stream::read(setup, stream)))?;
    Ok(Keep::Yes)
}

/// The same octets make the same events and the same octets in return, wherever they are cut and
/// whichever face the application uses.
struct CutInvariance;

impl Oracle<[Seen<'_>; 3]> for CutInvariance {
    fn name(&self) -> &'static str {
        "cut invariance"
    }

    fn check(&self, [whole, cuts @ ..]: &[Seen<'_>; 3]) -> Result<(), String> {
        for cut in cuts {
            let events = equal(&whole.outcome, &cut.outcome);
            let same_face = whole.setup.through_session() == cut.setup.through_session();
            // The faces draw different keys, since only one of them has drawn a nonce.
            let written = if same_face { equal(&whole.written, &cut.written) } else { Ok(()) };
            events.and(written).map_err(|what| format!("{what}\nwith {:?}", cut.setup))?;
        }
        Ok(())
    }
}
