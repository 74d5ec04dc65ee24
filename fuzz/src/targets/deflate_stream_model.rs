//! Streams of octets behind an opening handshake that has agreed on permessage-deflate (RFC 7692),
//! against a model, in two cuts and through both faces.

use crate::oracle::{Finding, judge};
use crate::script::Script;
use crate::stream::{self, Cuts, Setup};
use crate::target::{Keep, Target};

/// See [`TARGETS`](crate::TARGETS).
pub const TARGET: Target = Target {
    name: "deflate_stream_model",
    feeds: "8 octets of settings, then what the peer sends with permessage-deflate, two cuts",
    oracles: || {
        let cuts = stream::CUTS.iter().map(|oracle| oracle.name());
        stream::ORACLES.iter().map(|oracle| oracle.name()).chain(cuts).collect()
    },
    seeds: "deflate_stream",
    dictionary: "deflate.dict",
    longest: 1024,
    check,
    show,
    stream: |octets| Setup::split_compressed(octets).map(Script::from),
};

fn check(octets: &[u8]) -> Result<Keep, Finding> {
    let Some((setup, stream)) = Setup::split_compressed(octets) else { return Ok(Keep::No) };
    let settings = [setup, setup.cut(Cuts::Whole).other_face()];
    let seen = settings.map(|setup| stream::read(setup, stream));
    judge(stream::ORACLES, &seen[0])?;
    judge(stream::CUTS, &seen[..])?;
    Ok(Keep::Yes)
}

fn show(octets: &[u8]) -> String {
    let split = Setup::split_compressed(octets);
    let describe = |(setup, stream)| stream::describe(setup, stream);
    split.map_or_else(|| String::from("no stream"), describe)
}
