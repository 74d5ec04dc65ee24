//! The results as Markdown, a line as soon as it is there, and as JSON.

use core::fmt::Write;

use crate::cells::Kind;
use crate::measure::{Measured, Row, Standing};

/// Prints a heading wherever a new table begins.
#[derive(Default)]
pub(crate) struct Table {
    kind: Option<Kind>,
}

impl Table {
    pub(crate) fn print(&mut self, measured: &Measured) {
        if self.kind != Some(measured.kind) {
            self.kind = Some(measured.kind);
            println!("\n### {}\n", measured.kind.name());
            let names: Vec<_> = measured.rows.iter().map(|row| row.name).collect();
            println!("| cell | {} | fastest peer | ratio |", names.join(" | "));
            println!("|---|{}--:|--:|", "--:|".repeat(names.len()));
        }
        let times: Vec<_> = measured.rows.iter().map(|row| time(row.median)).collect();
        let fastest = measured.fastest();
        println!(
            "| {} | {} | {} | {:.2} |",
            measured.name,
            times.join(" | "),
            fastest.map_or("", |row| row.name),
            measured.ratio().unwrap_or(0.0),
        );
    }
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        few if few < 100.0 => format!("{few:.1}"),
        many => format!("{many:.0}"),
    }
}

impl Measured {
    /// The fastest peer that checks what it receives.
    pub(crate) fn fastest(&self) -> Option<&Row> {
        let peers = self.rows.iter().filter(|row| row.standing == Standing::Checks);
        peers.min_by(|a, b| a.median.total_cmp(&b.median))
    }

    /// The engine's first row against it.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let own = self.rows.iter().find(|row| row.standing == Standing::Ours)?;
        Some(own.median / self.fastest()?.median)
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
