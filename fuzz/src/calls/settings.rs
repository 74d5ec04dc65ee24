//! The configuration of a session, by builder and by property, with numbers around the ends of every
//! range.

use core::ops::RangeInclusive;

use arbitrary::Unstructured;
use wsproof_cases::Role;
use wsproof_engine::deflate::{Level, Policy, WindowBits};
use wsproof_engine::{
    Config, ConfigError, GlobalProperty, Property, PropertyType, global_property,
};

use crate::opened::engine_role;
use crate::script::{one_in, pick};
use crate::stream::Setup;
use crate::told;

/// What every setting may be: its name, and its least and its largest value.
const RANGES: [(&str, usize, usize); 4] = [
    ("receive buffer size", 256, MOST),
    ("send buffer size", 16, MOST),
    ("limit of queued operations", 1, 65_536),
    ("piece size of compressed messages", 1024, MOST),
];
/// What no property sets.
const QUEUED: usize = 16;
const PIECE: usize = 1 << 15;
const MOST: usize = 0x7fff_ffff;

/// A configuration with its choice of growing queues, or none where the choices are refused as they
/// must be.
pub(super) fn config(
    role: Role,
    setup: Setup,
    limit: usize,
    choices: &mut Unstructured<'_>,
) -> Result<Option<(Config, bool)>, String> {
    let role = engine_role(role);
    if one_in(choices, 16) {
        return edges(role, choices).map(|()| None);
    }
    let growing = one_in(choices, 8);
    let config = Config::builder(role)
        .receive_buffer_size(setup.receive_buffer())
        .send_buffer_size(pick(choices, &[64, 16, 4096]))
        .max_queued_operations(limit)
        .growing_queues(growing)
        .build()
        .map_err(|error| format!("refuses a plain configuration: {error}"))?;
    Ok(Some((config, growing)))
}

/// Settings at the edges: each is taken, or the first that is out of its range is named. Nothing is
/// created with them; a block of four gibibytes is not worth its while.
fn edges(role: wsproof_engine::Role, choices: &mut Unstructured<'_>) -> Result<(), String> {
    let mut values = [0; 4];
    for (value, (_, least, most)) in values.iter_mut().zip(RANGES) {
        *value = pick(choices, &[least, most, 1000, least - 1, most + 1, 0, usize::MAX]);
    }
    let [receive, send, operations, piece] = values;
    let builder = Config::builder(role)
        .receive_buffer_size(receive)
        .send_buffer_size(send)
        .max_queued_operations(operations);
    judge(builder.clone().build(), &[receive, send, operations, PIECE])?;
    // What is too small to compress into becomes what a client has.
    let compressing = builder.deflate(Policy::default().piece_size(piece)).build();
    let larger = if (16..64).contains(&send) { 4096 } else { send };
    judge(compressing, &[receive, larger, operations, piece])?;

    let number = pick(choices, &[0, 8, 9, 10, 15, 16, u8::MAX]);
    let level = Level::new(number).map(Level::get);
    let window = WindowBits::new(number).map(WindowBits::get);
    let expected =
        [0..=9, 9..=15].map(|range: RangeInclusive<u8>| Some(number).filter(|n| range.contains(n)));
    if [level, window] != expected {
        return Err(format!("takes {number} for a level {level:?} and a window {window:?}"));
    }

    let properties = [
        Property::DisableMasking(one_in(choices, 2)),
        Property::ReceiveBufferSize(u32::try_from(receive).unwrap_or(u32::MAX)),
        Property::DisableUtf8Verification(one_in(choices, 2)),
        Property::SendBufferSize(u32::try_from(send).unwrap_or(u32::MAX)),
    ];
    judge(Config::from_properties(role, &properties), &[receive, send, QUEUED, PIECE])?;
    let plain = match role {
        wsproof_engine::Role::Client => Config::client(),
        wsproof_engine::Role::Server => Config::server(),
    };
    let none = Config::from_properties(role, &[]);
    let none = none.map_err(|error| format!("refuses no properties: {error}"))?;
    if plain.allocated_buffer_size() != none.allocated_buffer_size()
        || !none.role() != !plain.role()
    {
        return Err(String::from("has defaults that are not its own"));
    }
    for property in [PropertyType::KeepAliveInterval, PropertyType::SupportedVersions] {
        let value = global_property(property);
        let known = matches!(
            value,
            Some(GlobalProperty::KeepAliveInterval(1..) | GlobalProperty::SupportedVersions(&[13]))
        );
        if !known {
            return Err(format!("says {value:?} of {property:?}"));
        }
    }
    match global_property(PropertyType::AllocatedBuffer) {
        None => Ok(()),
        Some(value) => Err(format!("says {value:?} of a property of handles")),
    }
}

fn judge(built: Result<Config, ConfigError>, values: &[usize; 4]) -> Result<(), String> {
    let out = |(value, (_, least, most)): &(&usize, (&str, usize, usize))| {
        !(*least..=*most).contains(*value)
    };
    let wrong = values.iter().zip(RANGES).find(out);
    match (built, wrong) {
        (Err(error), Some((_, (setting, least, most)))) => {
            told::config(&error, setting, least, most)
        }
        // The parts are the two buffers and what control frames need.
        (Ok(config), None) => {
            let [receive, send, ..] = *values;
            let block = config.allocated_buffer_size();
            let parts = config.receive_part_size() + config.send_part_size();
            let fits = config.send_part_size() == send
                && config.receive_part_size() > receive
                && block == parts
                && config.worst_case_bytes() > block;
            if fits { Ok(()) } else { Err(format!("makes {block} octets of {values:?}")) }
        }
        (built, _) => Err(format!("says {:?} of {values:?}", built.map(|_| ()))),
    }
}
