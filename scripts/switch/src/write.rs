//! Writing a file with its switches.

use core::ops::Range;

use crate::Place;
use crate::find::{Edit, Kind};
use crate::source::Source;

/// A switched file on its way.
pub(crate) struct Writer<'s> {
    file: &'s str,
    source: &'s Source,
    edits: &'s [Edit],
    text: String,
    pub(crate) places: Vec<Place>,
}

impl<'s> Writer<'s> {
    /// The edits must be in order, those around others first.
    pub(crate) const fn new(file: &'s str, source: &'s Source, edits: &'s [Edit]) -> Self {
        Self { file, source, edits, text: String::new(), places: Vec::new() }
    }

    /// The whole file.
    pub(crate) fn write(&mut self) -> String {
        self.range(0..self.source.text.len(), 0);
        core::mem::take(&mut self.text)
    }

    /// A part of the file with the edits in it, from this one on.
    fn range(&mut self, range: Range<usize>, first: usize) {
        let mut at = range.start;
        for (i, edit) in self.edits.iter().enumerate().skip(first) {
            if edit.range.start < at || edit.range.end > range.end {
                continue;
            }
            self.original(at..edit.range.start);
            self.edit(edit, i);
            at = edit.range.end;
        }
        self.original(at..range.end);
    }

    fn edit(&mut self, edit: &Edit, i: usize) {
        let range = edit.range.clone();
        match &edit.kind {
            Kind::Removed => {}
            Kind::Returns(values) => {
                for (number, value) in values {
                    let value = if value.is_empty() { "()" } else { value };
                    self.put(&[*number], true, |this| {
                        this.text.push_str(&format!(" if {} {{ return {value}; }}", on(*number)));
                    });
                }
            }
            // The original comes to nothing where a mutant is switched on, and the mutant elsewhere.
            Kind::Iterates(item, values) => {
                self.text.push_str(" ({");
                self.range(range, i + 1);
                self.text.push_str("})");
                for (number, value) in values {
                    let on = on(*number);
                    self.put(&[*number], true, |this| {
                        this.text
                            .push_str(&format!(".take(if {on} {{ 0 }} else {{ usize::MAX }})"));
                        if let Some(value) = value {
                            let once = format!("{on}.then(|| -> {item} {{ {value} }})");
                            this.text.push_str(&format!(".chain({once})"));
                        }
                    });
                }
            }
            // Within a mutant nothing else is switched on, so its operands are the original ones.
            Kind::Choice(others) => {
                self.text.push('(');
                for other in others {
                    self.put(&[other.number], false, |this| {
                        this.text.push_str(&format!("if {} {{ (", on(other.number)));
                        this.original(range.start..other.range.start);
                        this.text.push_str(&other.replacement);
                        this.original(other.range.end..range.end);
                        this.text.push_str(") } else ");
                    });
                }
                // Parentheses, since an operand that begins with `if` would be a statement.
                self.text.push_str("{ (");
                self.range(range, i + 1);
                self.text.push_str(") })");
            }
            Kind::Guard { present, always, never } => {
                let numbers = [&always[..], &never[..]].concat();
                self.put(&numbers, false, |this| {
                    this.text.push_str(if *present { "((" } else { " if ((" });
                    always
                        .iter()
                        .for_each(|number| this.text.push_str(&format!("{} || ", on(*number))));
                    match present {
                        true => this.range(range, i + 1),
                        false => this.text.push_str("true"),
                    }
                    this.text.push(')');
                    never
                        .iter()
                        .for_each(|number| this.text.push_str(&format!(" && !{}", on(*number))));
                    this.text.push(')');
                });
            }
        }
    }

    /// Writes something for mutants, and notes where.
    fn put(&mut self, numbers: &[u32], returns: bool, write: impl FnOnce(&mut Self)) {
        let begin = self.text.len();
        write(self);
        let end = self.text.len();
        let file = || self.file.to_owned();
        self.places.extend(numbers.iter().map(|number| Place {
            number: *number,
            file: file(),
            begin,
            end,
            returns,
        }));
    }

    fn original(&mut self, range: Range<usize>) {
        self.text.push_str(&self.source.text[range]);
    }
}

/// The question whether a mutant is switched on, which the root of the crate answers.
fn on(number: u32) -> String {
    format!("crate::mutant({number})")
}
