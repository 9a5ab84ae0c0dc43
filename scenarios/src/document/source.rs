//! Where text comes from: files and command-line arguments, and places in them.
//!
//! Not here: reading files, and what the text means.

use std::path::PathBuf;
use std::sync::Arc;

/// Which source a place lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SourceId(u32);

/// A stretch of bytes of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    /// The source it lies in.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// Bytes `start..end` of `source`.
    pub fn new(source: SourceId, range: std::ops::Range<usize>) -> Self {
        Self { source, start: range.start, end: range.end.max(range.start) }
    }
}

/// A text with the name that messages give it.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// What messages call it: the path as given, or `--set`.
    pub label: String,
    /// The whole text.
    pub text: Arc<str>,
    /// Folder against which its relative paths are read.
    pub folder: PathBuf,
}

impl Source {
    /// Line and column of a byte, both from 1; a column counts characters.
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let (line, start) = self.line_start(offset);
        (line, self.text[start..self.floor(offset)].chars().count() + 1)
    }

    /// The line (from 1) that holds `offset`, and where that line begins.
    pub fn line_start(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.floor(offset)];
        (1 + before.matches('\n').count(), before.rfind('\n').map_or(0, |at| at + 1))
    }

    /// The nearest character boundary at or before `offset`.
    pub fn floor(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
    }
}

/// All sources of one load, in the order they were met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources(Vec<Source>);

impl Sources {
    /// Takes in a text.
    ///
    /// # Panics
    /// Beyond 2^32 sources, which no load can reach.
    pub fn add(&mut self, label: String, text: impl Into<Arc<str>>, folder: PathBuf) -> SourceId {
        let id = u32::try_from(self.0.len()).expect("a load has far fewer than 2^32 sources");
        self.0.push(Source { label, text: text.into(), folder });
        SourceId(id)
    }

    /// The source itself.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// The text of a place.
    pub fn slice(&self, span: Span) -> &str {
        let source = self.get(span.source);
        &source.text[source.floor(span.start)..source.floor(span.end.max(span.start))]
    }
}
