//! Text into tokens. Comments, pragmas and annotations are passed over: they say nothing about an
//! ideal circuit.

use super::fault::Span;

/// What a token is; its text is found by its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Name,
    /// `12`, `0x1f`, `1_000`.
    Integer,
    /// `1.5`, `.5`, `1e-3`.
    Real,
    /// `"stdgates.inc"`.
    Quoted,
    /// `$0`.
    Hardware,
    /// `->`.
    Arrow,
    /// `++`.
    Join,
    /// `**`.
    Power,
    /// Any other single character.
    Mark(char),
    /// The end of the text.
    End,
    /// Something that is no token, and why.
    Wrong(&'static str),
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Span,
}

/// Reads tokens one after another. The text must be shorter than 4 GiB.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token; at the end of the text `End`, again and again.
    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
    pub fn next_token(&mut self) -> Token {
        let unfinished = self.skip_silence();
        let start = self.at;
        let kind = match unfinished {
            Some(comment) => {
                self.at = self.text.len();
                return Token {
                    kind: Kind::Wrong("this comment has no end: `*/` is missing"),
                    span: Span { start: comment as u32, end: self.at as u32 },
                };
            }
            None => self.token(),
        };
        Token { kind, span: Span { start: start as u32, end: self.at as u32 } }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        match self.text.as_bytes().get(self.at) {
            Some(&byte) if byte.is_ascii() => Some(char::from(byte)),
            _ => self.rest().chars().next(),
        }
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        while let Some(character) = self.peek().filter(|&c| wanted(c)) {
            self.at += character.len_utf8();
        }
    }

    /// Passes over spaces, comments, pragmas and annotations; where a comment does not end, its start.
    fn skip_silence(&mut self) -> Option<usize> {
        loop {
            self.skip_while(|c| c.is_whitespace() || c == '\u{feff}');
            let rest = self.rest();
            if rest.starts_with("//")
                || self.at_annotation()
                || starts_with_word(rest, "pragma")
                || starts_with_word(rest, "#pragma")
            {
                self.skip_while(|c| c != '\n');
            } else if let Some(comment) = rest.strip_prefix("/*") {
                match comment.find("*/") {
                    Some(length) => self.at += length + 4,
                    None => return Some(self.at),
                }
            } else {
                return None;
            }
        }
    }

    /// `@name` at the start of a line; elsewhere, or before a space, `@` ends a modifier.
    fn at_annotation(&self) -> bool {
        let named = self.rest().strip_prefix('@').is_some_and(|rest| rest.starts_with(is_name_start));
        named && self.text[..self.at].rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
    }

    fn token(&mut self) -> Kind {
        let Some(first) = self.peek() else { return Kind::End };
        let second = self.rest()[first.len_utf8()..].chars().next();
        match (first, second) {
            (c, _) if is_name_start(c) => {
                self.skip_while(is_name_part);
                Kind::Name
            }
            (c, _) if c.is_ascii_digit() => self.number(),
            ('.', Some(c)) if c.is_ascii_digit() => self.number(),
            ('"' | '\'', _) => self.quoted(first),
            ('$', Some(c)) if c.is_ascii_digit() => {
                self.at += 1;
                self.skip_while(|c| c.is_ascii_digit());
                Kind::Hardware
            }
            ('-', Some('>')) => self.pair(Kind::Arrow),
            ('+', Some('+')) => self.pair(Kind::Join),
            ('*', Some('*')) => self.pair(Kind::Power),
            (c, _) => {
                self.at += c.len_utf8();
                Kind::Mark(c)
            }
        }
    }

    fn pair(&mut self, kind: Kind) -> Kind {
        self.at += 2;
        kind
    }

    fn number(&mut self) -> Kind {
        let start = self.at;
        let radix = self
            .rest()
            .get(..2)
            .is_some_and(|p| p.len() == 2 && p.starts_with('0') && p.ends_with(['x', 'X', 'b', 'B', 'o', 'O']));
        if radix {
            self.at += 2;
        } else {
            let digits = |c: char| c.is_ascii_digit() || c == '_';
            self.skip_while(digits);
            if self.peek() == Some('.') {
                self.at += 1;
                self.skip_while(digits);
            }
            self.exponent();
        }
        let whole = self.text[start..self.at].bytes().all(|b| b.is_ascii_digit() || b == b'_') || radix;
        let end = self.at;
        self.skip_while(is_name_part);
        match (self.at == end || radix, whole) {
            (false, _) => Kind::Wrong("a number runs into letters; times and imaginary numbers are not read here"),
            (true, true) => Kind::Integer,
            (true, false) => Kind::Real,
        }
    }

    /// `e-3`, if digits follow.
    fn exponent(&mut self) {
        let after = self.rest().strip_prefix(['e', 'E']).map(|r| r.strip_prefix(['+', '-']).unwrap_or(r));
        if let Some(digits) = after.filter(|r| r.starts_with(|c: char| c.is_ascii_digit())) {
            self.at = self.text.len() - digits.len();
            self.skip_while(|c| c.is_ascii_digit() || c == '_');
        }
    }

    fn quoted(&mut self, quote: char) -> Kind {
        self.at += 1;
        self.skip_while(|c| c != quote && c != '\n');
        if self.peek() == Some(quote) {
            self.at += 1;
            Kind::Quoted
        } else {
            Kind::Wrong("this text has no closing quote on its line")
        }
    }
}

/// Whether a text is one name.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(is_name_start) && text.chars().all(is_name_part)
}

fn is_name_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_name_part(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_name_part))
}
