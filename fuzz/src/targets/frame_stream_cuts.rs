//! The same stream in three cuts and through both faces: what comes of it must not change.

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

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let Some((setup, stream)) = Setup::split(octets) else { return Ok(Keep::No) };
    let whole = setup.cut(Cuts::Whole);
    let settings = [whole, whole.other_face().cut(Cuts::Every(1)), setup];
    judge(stream::CUTS, &settings.map(|setup| stream::read(setup, stream))[..])?;
    Ok(Keep::Yes)
}
