//! A place in the text of a case file: what is blank, a comment or the end of a line.

/// A place in a text, with the number of its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// Line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The byte here; `None` at the end of the text.
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// What follows, at most to the end of the text.
    pub fn starts_with(&self, start: &str) -> bool {
        self.text.as_bytes()[self.at..].starts_with(start.as_bytes())
    }

    /// One byte on.
    pub fn step(&mut self) {
        match self.peek() {
            Some(b'\n') => self.line += 1,
            // A lone carriage return ends a line, too.
            Some(b'\r') if self.text.as_bytes().get(self.at + 1) != Some(&b'\n') => self.line += 1,
            None => return,
            _ => {}
        }
        self.at += 1;
    }

    /// The text from here while `holds`, which must not accept the end of a line.
    pub fn take_while(&mut self, holds: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        let rest = &self.text.as_bytes()[start..];
        self.at += rest.iter().position(|&b| !holds(b)).unwrap_or(rest.len());
        // Every set of bytes asked for ends at an ASCII character, so this is a boundary.
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The next `length` bytes, which must not hold the end of a line.
    pub fn take(&mut self, length: usize) -> &'a str {
        let start = self.at;
        self.at += length;
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Past blanks, comments and continued lines, if any are here; not past the end of a line.
    pub fn skip_blank(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | 0x0B | 0x0C) => self.step(),
                Some(b'%') => self.skip_comment(),
                Some(b'.') if self.starts_with("...") => self.skip_continuation(),
                _ => return,
            }
        }
    }

    /// From `%` to the end of the line, or from a line `%{` to the end of the line `%}`.
    pub fn skip_comment(&mut self) {
        if !self.alone("%{") {
            self.skip_line();
            return;
        }
        let mut depth = 0_usize;
        loop {
            if self.alone("%{") {
                depth += 1;
            } else if self.alone("%}") {
                depth -= 1;
            }
            self.skip_line();
            if depth == 0 || self.peek().is_none() {
                return;
            }
            self.step();
            self.take_while(|b| matches!(b, b' ' | b'\t'));
        }
    }

    /// Past `...` and the end of its line.
    pub fn skip_continuation(&mut self) {
        self.skip_line();
        if self.starts_with("\r\n") {
            self.step();
        }
        self.step();
    }

    /// To the end of the line.
    pub fn skip_line(&mut self) {
        self.take_while(|b| !newline(b));
    }

    /// Whether `mark` is here and is all that its line holds.
    fn alone(&self, mark: &str) -> bool {
        let bytes = self.text.as_bytes();
        let blank = |b: &&u8| !newline(**b);
        self.starts_with(mark)
            && bytes[..self.at].iter().rev().take_while(blank).all(u8::is_ascii_whitespace)
            && bytes[self.at + mark.len()..].iter().take_while(blank).all(u8::is_ascii_whitespace)
    }
}

/// Whether a byte ends a line.
pub(super) fn newline(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}
