//! Text into statements. A statement that cannot be read is told and passed over, so that one
//! reading finds the faults of all of them.

use super::fault::{Faults, Span};
use super::lexer::{Kind, Lexer, Token};
use super::syntax::{Item, Statement};

/// Brackets within brackets, blocks within blocks; deeper is no circuit, but would end the stack.
const DEEPEST: usize = 64;

/// Reading of a statement ended; the fault is already told.
#[derive(Debug)]
pub(super) struct Stop;

/// The reader: one token ahead of what is read.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    pub text: &'t str,
    pub token: Token,
    /// The token read last.
    pub last: Span,
    pub pool: Vec<(Item, Span)>,
    pub faults: Faults,
    /// A text of version 2 divides whole numbers as numbers.
    pub version_2: bool,
    lexer: Lexer<'t>,
    depth: usize,
}

impl<'t> Parser<'t> {
    /// A reader at the start of a text.
    pub fn new(text: &'t str) -> Self {
        let mut lexer = Lexer::new(text);
        let token = lexer.next_token();
        let (pool, faults) = (Vec::new(), Faults::default());
        Self { text, token, last: Span::default(), pool, faults, version_2: false, lexer, depth: 0 }
    }

    /// All statements of the text.
    pub fn program(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        if self.at_word("OPENQASM") && self.version().is_err() {
            self.recover();
        }
        while self.token.kind != Kind::End {
            if self.at(Kind::Mark('}')) {
                self.faults.add(self.token.span, "closes no block");
                self.advance();
                continue;
            }
            self.push_statement(&mut statements);
        }
        statements
    }

    /// `{ ... }`, or a single statement.
    pub fn block(&mut self) -> Result<Vec<Statement>, Stop> {
        let mut statements = Vec::new();
        if !self.at(Kind::Mark('{')) {
            self.push_statement(&mut statements);
            return Ok(statements);
        }
        let open = self.advance();
        while !self.eat(Kind::Mark('}')) {
            if self.at(Kind::End) {
                return Err(self.stop(open, "this block has no end: `}` is missing"));
            }
            self.push_statement(&mut statements);
        }
        Ok(statements)
    }

    /// Reads one statement; where it has a fault, goes on behind it.
    fn push_statement(&mut self, statements: &mut Vec<Statement>) {
        if self.eat(Kind::Mark(';')) {
            return;
        }
        match self.deeper(Self::statement) {
            Ok(statement) => statements.push(statement),
            Err(Stop) => self.recover(),
        }
    }

    /// `OPENQASM 3.0;`
    fn version(&mut self) -> Result<(), Stop> {
        self.advance();
        let at = self.token.span;
        match at.of(self.text).split('.').next() {
            Some("3") => {}
            Some("2") => self.version_2 = true,
            _ => return Err(self.unexpected("version 3.0, 3.1 or 2.0")),
        }
        self.advance();
        self.expect(Kind::Mark(';')).map(|_| ())
    }

    /// Goes behind the next `;`, or behind the block that opens before it.
    pub fn recover(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.token.kind {
                Kind::End => return,
                Kind::Mark('}') if open == 0 => return,
                Kind::Mark('{') => open += 1,
                Kind::Mark('}') => open -= 1,
                _ => {}
            }
            let at = self.token.kind;
            self.advance();
            if open == 0 && matches!(at, Kind::Mark(';' | '}')) {
                return;
            }
        }
    }

    /// Takes the token and reads the next; a token that is none is told here, and once.
    pub fn advance(&mut self) -> Span {
        self.last = self.token.span;
        self.token = self.lexer.next_token();
        self.last
    }

    pub fn at(&self, kind: Kind) -> bool {
        self.token.kind == kind
    }

    pub fn at_word(&self, word: &str) -> bool {
        self.at(Kind::Name) && self.token.span.of(self.text) == word
    }

    pub fn eat(&mut self, kind: Kind) -> bool {
        let there = self.at(kind);
        if there {
            self.advance();
        }
        there
    }

    pub fn eat_word(&mut self, word: &str) -> bool {
        let there = self.at_word(word);
        if there {
            self.advance();
        }
        there
    }

    pub fn expect(&mut self, kind: Kind) -> Result<Span, Stop> {
        if self.at(kind) {
            return Ok(self.advance());
        }
        Err(match kind {
            Kind::Mark(mark) => self.unexpected(&format!("`{mark}`")),
            Kind::Name => self.unexpected("a name"),
            Kind::Quoted => self.unexpected("a file name in quotes"),
            _ => self.unexpected("something else"),
        })
    }

    /// A fault: another token should stand here.
    pub fn unexpected(&mut self, wanted: &str) -> Stop {
        let at = self.token.span;
        match self.token.kind {
            Kind::Wrong(rule) => self.stop(at, rule),
            // A missing end is told at the token that it should follow.
            Kind::End => self.stop(self.last, format!("the text ends behind this; {wanted} should follow")),
            _ => self.stop(at, format!("{wanted} should stand here")),
        }
    }

    pub fn stop(&mut self, at: Span, rule: impl Into<String>) -> Stop {
        self.faults.add(at, rule);
        Stop
    }

    /// Reads something that can contain itself.
    pub fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        if self.depth == DEEPEST {
            return Err(self.stop(self.token.span, format!("nested more than {DEEPEST} deep")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}
