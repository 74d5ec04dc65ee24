//! The cells as Markdown, a line as soon as it is there, and as JSON.

use core::fmt::Write;

use crate::cell::{Kind, Standing};
use crate::measure::{Measured, Row};

/// The tables of all cells, each with a heading.
pub(crate) fn tables(results: &[Measured]) -> String {
    let mut table = Table::default();
    results.iter().map(|measured| table.line(measured)).collect()
}

/// Writes a heading wherever a new table begins.
#[derive(Default)]
pub(crate) struct Table {
    kind: Option<Kind>,
}

impl Table {
    pub(crate) fn line(&mut self, measured: &Measured) -> String {
        let mut out = String::new();
        if self.kind != Some(measured.kind) {
            self.kind = Some(measured.kind);
            let names: Vec<_> = measured.rows.iter().map(|row| row.name).collect();
            let _ = writeln!(out, "\n### {}\n", measured.kind.name());
            let _ = writeln!(out, "| cell | {} | fastest peer | ratio |", names.join(" | "));
            let _ = writeln!(out, "|---|{}--:|--:|", "--:|".repeat(names.len()));
        }
        let times: Vec<_> = measured.rows.iter().map(|row| time(row.median)).collect();
        let (name, fastest) = (&measured.name, measured.fastest().name);
        let ratio = measured.ratio();
        let _ = writeln!(out, "| {name} | {} | {fastest} | {ratio:.2} |", times.join(" | "));
        out
    }
}

pub(crate) fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        few if few < 100.0 => format!("{few:.1}"),
        many => format!("{many:.0}"),
    }
}

pub(crate) fn json(results: &[Measured]) -> String {
    let mut out = String::from("[\n");
    for (index, measured) in results.iter().enumerate() {
        let comma = if index + 1 < results.len() { "," } else { "" };
        let rows: Vec<String> = measured.rows.iter().map(row).collect();
        let (kind, name) = (measured.kind.name(), &measured.name);
        let rows = rows.join(",\n    ");
        let end = "\n  ]}";
        let _ = writeln!(
            out,
            "  {{\"table\": \"{kind}\", \"cell\": \"{name}\", \"rows\": [\n    {rows}{end}{comma}"
        );
    }
    out + "]\n"
}

fn row(row: &Row) -> String {
    let standing = match row.standing {
        Standing::Ours => "ours",
        Standing::Checks => "checks",
        Standing::Lax => "lax",
        Standing::Limit => "limit",
    };
    format!(
        "{{\"name\": \"{}\", \"standing\": \"{standing}\", \"median_ns\": {:.2}, \"least_ns\": {:.2}, \
         \"most_ns\": {:.2}, \"allocations\": {:.3}, \"idle_octets\": {}}}",
        row.name, row.median, row.least, row.most, row.allocations, row.idle
    )
}
