//! A wire log, one frame per line.

use wsproof_reports::model::{DecodedFrame, Wire, WireEntry};

use super::output::Output;

/// Octets shown on a line; the report holds more of them.
const OCTETS: usize = 24;

/// Shows the entries, the guilty one marked with `<<<` and why.
pub(super) fn show(wire: &Wire, why: &str, output: &mut Output) {
    output.line(&format!("  {:>4}  {:<3} {:>9}   octets", "#", "", "offset"));
    let octets: Vec<Octets> = wire.entries.iter().map(|entry| Octets::of(entry, output)).collect();
    let column = octets.iter().map(|octets| octets.width).max().unwrap_or(0);
    let mut next = 0;
    for (entry, octets) in wire.entries.iter().zip(octets) {
        if entry.at > next {
            output.line(&format!("        … {} entries left out", entry.at - next));
        }
        next = entry.at + 1;
        output.line(&line(entry, &octets, column, why, output));
    }
}

fn line(entry: &WireEntry, octets: &Octets, column: usize, why: &str, output: &Output) -> String {
    let offset = entry.offset.map_or_else(String::new, |offset| offset.to_string());
    let mut text = format!("  {:>4}  {} {offset:>9}  ", entry.at, entry.direction.arrow());
    if entry.offset.is_some() {
        text.push_str(&octets.text);
        text.push_str(&" ".repeat(column - octets.width + 2));
    }
    text.push_str(&what(entry));
    if entry.times > 1 {
        text.push_str(&format!(", {} times", entry.times));
    }
    if let Some(guilty) = entry.guilty {
        let place = entry.offset.map_or_else(String::new, |_| format!("octet {guilty}, "));
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

/// The octets of an entry in pairs of digits, the guilty one in brackets.
struct Octets {
    text: String,
    /// Columns of the terminal that the text takes.
    width: usize,
}

impl Octets {
    /// A guilty octet far behind is shown with what stands around it.
    fn of(entry: &WireEntry, output: &Output) -> Self {
        let pairs = entry.hex.as_bytes().chunks(2);
        let octets: Vec<&str> = pairs.filter_map(|pair| core::str::from_utf8(pair).ok()).collect();
        let guilty = entry.guilty.and_then(|at| at.checked_sub(entry.shown_from));
        let guilty = guilty.and_then(|at| usize::try_from(at).ok()).filter(|at| *at < octets.len());
        let from = guilty.filter(|at| *at >= OCTETS).map_or(0, |at| at - OCTETS / 2);
        let to = octets.len().min(from + OCTETS);
        let mut shown = Self { text: String::new(), width: 0 };
        if from > 0 || entry.shown_from > 0 {
            shown.push("…", 1);
        }
        let mut gap = " ";
        for (at, octet) in octets.iter().enumerate().take(to).skip(from) {
            if guilty == Some(at) {
                shown.push(&output.paint("1;31", &format!("[{octet}]")), 4);
                gap = "";
            } else {
                shown.push(gap, gap.len());
                shown.push(octet, 2);
                gap = " ";
            }
        }
        if entry.shown_from + (to as u64) < entry.length {
            shown.push(" …", 2);
        }
        shown
    }

    fn push(&mut self, text: &str, width: usize) {
        self.text.push_str(text);
        self.width += width;
    }
}
