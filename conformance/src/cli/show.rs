//! A wire log, one frame per line.

use wsproof_reports::model::{DecodedFrame, Wire, WireEntry};

use super::output::Output;

/// Octets shown on a line; the report holds more of them.
const OCTETS: usize = 24;

/// Shows the entries, the guilty one marked with `<<<` and why.
pub(super) fn show(wire: &Wire, why: &str, output: &mut Output) {
    output.line(&format!("  {:>4}  {:<3} {:>9}  octets", "time", "", "offset"));
    let mut next = 0;
    for entry in &wire.entries {
        if entry.at > next {
            output.line(&format!("        … {} entries left out", entry.at - next));
        }
        next = entry.at + 1;
        output.line(&line(entry, why, output));
    }
}

fn line(entry: &WireEntry, why: &str, output: &Output) -> String {
    let offset = entry.offset.map_or_else(String::new, |offset| offset.to_string());
    let mut text = format!("  {:>4}  {} {offset:>9}  ", entry.at, entry.direction.arrow());
    let what = what(entry);
    if entry.offset.is_some() {
        let (hex, width) = hex(entry, output);
        text.push_str(&hex);
        text.push_str(&" ".repeat((OCTETS * 3 + 2).saturating_sub(width)));
    }
    text.push_str(&what);
    if entry.times > 1 {
        text.push_str(&format!(", {} times", entry.times));
    }
    if let Some(guilty) = entry.guilty {
        let place =
            if entry.offset.is_some() { format!("octet {guilty}, ") } else { String::new() };
        text.push_str(&output.paint("1;31", &format!("  <<< {place}{why}")));
    }
    text
}

/// What the entry is.
fn what(entry: &WireEntry) -> String {
    let mut parts = Vec::new();
    if let Some(decoded) = &entry.decoded {
        parts.push(frame(decoded));
    }
    parts.extend(entry.note.clone());
    parts.join(", ")
}

fn frame(frame: &DecodedFrame) -> String {
    let mut parts = vec![match frame.opcode_name() {
        "reserved" => format!("opcode {}", frame.opcode),
        name => name.to_owned(),
    }];
    if !frame.fin {
        parts.push("not final".to_owned());
    }
    for (bit, name) in [(4, "RSV1"), (2, "RSV2"), (1, "RSV3")] {
        if frame.rsv & bit != 0 {
            parts.push(name.to_owned());
        }
    }
    parts.push(if frame.masked { "masked" } else { "unmasked" }.to_owned());
    parts.push(match frame.length {
        1 => "1 octet".to_owned(),
        n => format!("{n} octets"),
    });
    if let Some(bits) = frame.length_bits.filter(|bits| *bits != 7) {
        parts.push(format!("length in {bits} bits"));
    }
    parts.extend(frame.close.map(|code| format!("code {code}")));
    if let Some(text) = &frame.text {
        let short: String = text.chars().take(32).collect();
        let dots = if short.len() < text.len() { "…" } else { "" };
        parts.push(format!("\"{short}{dots}\""));
    }
    parts.join(", ")
}

/// The octets in pairs of digits, the guilty one in brackets, and how wide that is. A guilty octet
/// further behind is shown with what stands around it.
fn hex(entry: &WireEntry, output: &Output) -> (String, usize) {
    let octets: Vec<&str> =
        entry.hex.as_bytes().chunks(2).filter_map(|pair| core::str::from_utf8(pair).ok()).collect();
    let guilty = entry.guilty.and_then(|at| at.checked_sub(entry.shown_from));
    let guilty = guilty.and_then(|at| usize::try_from(at).ok()).filter(|at| *at < octets.len());
    let from = guilty.filter(|at| *at >= OCTETS).map_or(0, |at| at - OCTETS / 2);
    let to = octets.len().min(from + OCTETS);
    let (mut text, mut width) = (String::new(), 0);
    let before = from > 0 || entry.shown_from > 0;
    if before {
        text.push('…');
        width += 1;
    }
    for (at, octet) in octets.iter().enumerate().take(to).skip(from) {
        if guilty == Some(at) {
            text.push_str(&output.paint("1;31", &format!("[{octet}]")));
        } else {
            let gap = if guilty.is_some() && at > 0 && guilty == Some(at - 1) { "" } else { " " };
            text.push_str(gap);
            text.push_str(octet);
            width += gap.len();
            width += 2;
            continue;
        }
        width += 4;
    }
    if entry.shown_from + (to as u64) < entry.length {
        text.push_str(" …");
        width += 2;
    }
    (text, width)
}
