//! The same stream in three cuts and through both faces: what comes of it must not change.
//!
//! It comes whole, through the other face in pieces of the same size, and as the settings say.

use crate::oracle::{Finding, judge};
use crate::script::Script;
use crate::stream::{self, Cuts, Setup};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "frame_stream_cuts",
    feeds: "8 octets of settings, then what the peer sends, both roles, three cuts, both faces",
    oracles: || stream::CUTS.iter().map(|oracle| oracle.name()).collect(),
    seeds: "frame_stream",
    dictionary: "frames.dict",
    longest: 1024,
    check,
    show: stream::show,
    stream: |octets| Setup::split(octets).map(Script::from),
};

/// The most pieces of the same size: a stream of fewer octets comes octet by octet. Each costs several
/// actions, and long streams in so many pieces as they have octets would take most of the time.
const PIECES: usize = 64;

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let Some((setup, stream)) = Setup::split(octets) else { return Ok(Keep::No) };
    let whole = setup.cut(Cuts::Whole);
    let piece = (1 + stream.len() / PIECES).min(0x7f) as u8;
    let settings = [whole, whole.other_face().cut(Cuts::Every(piece)), setup];
    // What arrives whole and once more whole says nothing new.
    let settings = if setup == whole { &settings[..2] } else { &settings };
    let seen: Vec<_> = settings.iter().map(|setup| stream::read(*setup, stream)).collect();
    judge(stream::CUTS, &seen[..])?;
    Ok(Keep::Yes)
}
