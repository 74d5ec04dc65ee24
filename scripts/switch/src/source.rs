//! A file of Rust, addressed by octets.

use core::ops::Range;

use proc_macro2::LineColumn;
use syn::spanned::Spanned;

use crate::Position;

/// The text of a file.
pub(crate) struct Source {
    pub(crate) text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl Source {
    pub(crate) fn new(text: String) -> Self {
        let lines = core::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        Self { lines: lines.collect(), text }
    }

    /// The octets of a piece of syntax.
    pub(crate) fn range(&self, syntax: &impl Spanned) -> Range<usize> {
        let span = syntax.span();
        let at = |place: LineColumn| self.at(place.line, place.column);
        at(span.start())..at(span.end())
    }

    /// The octet at a position of a mutant.
    pub(crate) fn position(&self, position: Position) -> usize {
        self.at(position.line, position.column - 1)
    }

    /// Lines are counted from 1, columns in characters from 0.
    fn at(&self, line: usize, column: usize) -> usize {
        let begin = self.lines[line - 1];
        let rest = &self.text[begin..];
        begin + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
    }
}
