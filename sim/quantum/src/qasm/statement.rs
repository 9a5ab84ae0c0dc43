//! Reading statements, each by the word that it starts with.

use super::fault::Span;
use super::lexer::Kind;
use super::parser::{Parser, Stop};
use super::syntax::{Call, Definition, Expression, Index, Modifier, Operand, Range, Statement, Steps};

/// Statements that are told by name, and what to do instead.
const REFUSED: [(&str, &str); 26] = [
    ("if", "control by measured bits is not simulated; write the branch that is meant"),
    ("else", "control by measured bits is not simulated; write the branch that is meant"),
    ("while", "control by measured bits is not simulated; use `for` over a constant range"),
    ("switch", "control by measured bits is not simulated; write the case that is meant"),
    ("break", "a loop runs over its whole range here; shorten the range"),
    ("continue", "a loop runs over its whole range here; leave steps out of the range"),
    ("end", "a circuit ends where its text does; remove what follows"),
    ("return", "subroutines are not read here; use a `gate`"),
    ("def", "subroutines are not read here; use a `gate`"),
    ("extern", "external functions are not known here; write their value"),
    ("defcal", "pulses are not simulated; remove the calibration"),
    ("cal", "pulses are not simulated; remove the calibration"),
    ("defcalgrammar", "pulses are not simulated; remove the calibration"),
    ("reset", "a reset is not unitary and not simulated; every qubit starts as 0, so use a fresh one"),
    ("delay", "an ideal circuit has no duration; remove the delay"),
    ("box", "an ideal circuit has no duration; remove the box around its gates"),
    ("duration", "an ideal circuit has no duration; remove it"),
    ("stretch", "an ideal circuit has no duration; remove it"),
    ("opaque", "a gate without a definition cannot be simulated; define it by `gate`"),
    ("bool", "of the classical types int, uint, float and angle are read"),
    ("complex", "of the classical types int, uint, float and angle are read"),
    ("array", "of the classical types int, uint, float and angle are read; write one name per element"),
    ("mutable", "of the classical types int, uint, float and angle are read"),
    ("readonly", "of the classical types int, uint, float and angle are read"),
    ("nop", "does nothing; remove it"),
    ("OPENQASM", "the version stands once, before everything else"),
];

/// Words that start or divide statements that are read.
const READ: [&str; 23] = [
    "include", "qubit", "qreg", "bit", "creg", "input", "output", "const", "int", "uint", "float", "angle", "gate",
    "barrier", "measure", "let", "for", "in", "inv", "pow", "ctrl", "negctrl", "gphase",
];

/// Whether a word has a meaning of its own, so that nothing can be named by it.
pub(super) fn is_keyword(word: &str) -> bool {
    READ.contains(&word) || REFUSED.iter().any(|(refused, _)| *refused == word)
}

impl Parser<'_> {
    /// One statement.
    pub(super) fn statement(&mut self) -> Result<Statement, Stop> {
        if self.at(Kind::Hardware) {
            return Err(self.stop(self.token.span, "a qubit of a machine; declare `qubit[n] q;` and use `q[0]`"));
        }
        if !self.at(Kind::Name) {
            return Err(self.unexpected("a statement"));
        }
        let at = self.token.span;
        let word = at.of(self.text);
        if let Some((_, rule)) = REFUSED.iter().find(|(refused, _)| *refused == word) {
            return Err(self.stop(at, *rule));
        }
        match word {
            "include" => {
                self.advance();
                let file = self.expect(Kind::Quoted)?;
                self.closed(Statement::Include(file))
            }
            "qubit" | "qreg" => self.qubits(),
            "bit" | "creg" => self.bits(),
            "input" => self.input(),
            "output" => {
                self.advance();
                if self.at_word("bit") {
                    self.bits()
                } else {
                    Err(self.unexpected("`bit`: only bits are given out, so it"))
                }
            }
            "const" | "int" | "uint" | "float" | "angle" => self.value(),
            "gate" => self.definition(),
            "barrier" => {
                self.advance();
                let operands = if self.at(Kind::Mark(';')) { Vec::new() } else { self.operands()? };
                self.closed(Statement::Barrier(operands))
            }
            "measure" => self.measure_arrow(),
            "let" => self.alias(),
            "for" => self.loop_over(),
            _ => self.call_or_assignment(),
        }
    }

    fn closed(&mut self, statement: Statement) -> Result<Statement, Stop> {
        self.expect(Kind::Mark(';')).map(|_| statement)
    }

    /// `[n]`, if it is there.
    fn size(&mut self) -> Result<Option<Expression>, Stop> {
        if !self.eat(Kind::Mark('[')) {
            return Ok(None);
        }
        let size = self.expression()?;
        self.expect(Kind::Mark(']'))?;
        Ok(Some(size))
    }

    /// The name and the size of a register: `[n] q` or, of old, `q[n]`.
    fn register(&mut self) -> Result<(Span, Option<Expression>), Stop> {
        let word = self.advance();
        let old = matches!(word.of(self.text), "qreg" | "creg");
        let before = if old { None } else { self.size()? };
        let name = self.expect(Kind::Name)?;
        Ok((name, if old { self.size()? } else { before }))
    }

    fn qubits(&mut self) -> Result<Statement, Stop> {
        let (name, size) = self.register()?;
        self.closed(Statement::Qubits { name, size })
    }

    fn bits(&mut self) -> Result<Statement, Stop> {
        let (name, size) = self.register()?;
        let mut measured = None;
        if self.eat(Kind::Mark('=')) {
            if !self.eat_word("measure") {
                return Err(self.unexpected("`measure` (bits start as 0 and get values by measurement only)"));
            }
            measured = Some(self.operand_of_gate()?);
        }
        self.closed(Statement::Bits { name, size, measured })
    }

    /// A classical type; true for whole numbers.
    fn classical_type(&mut self) -> Result<bool, Stop> {
        let at = self.token.span;
        let whole = match at.of(self.text) {
            "int" | "uint" => true,
            "float" | "angle" => false,
            _ => return Err(self.unexpected("one of the types int, uint, float and angle")),
        };
        self.advance();
        self.size()?;
        Ok(whole)
    }

    fn input(&mut self) -> Result<Statement, Stop> {
        self.advance();
        let at = self.token.span;
        if self.classical_type()? {
            return Err(
                self.stop(at, "an input is an angle here: `input float[64] name;`; make a whole number `const`")
            );
        }
        let name = self.expect(Kind::Name)?;
        self.closed(Statement::Input { name })
    }

    fn value(&mut self) -> Result<Statement, Stop> {
        self.eat_word("const");
        let whole = self.classical_type()?;
        let name = self.expect(Kind::Name)?;
        if self.at(Kind::Mark(';')) {
            return Err(self.stop(name, "needs a value here: `const float name = ...;`, or `input float name;`"));
        }
        self.expect(Kind::Mark('='))?;
        if self.at_word("measure") {
            return Err(self.stop(self.token.span, "a measurement goes into bits: `bit[n] c = measure q;`"));
        }
        let value = self.expression()?;
        self.closed(Statement::Value { name, whole, value })
    }

    fn definition(&mut self) -> Result<Statement, Stop> {
        self.advance();
        let name = self.expect(Kind::Name)?;
        let mut angles = Vec::new();
        if self.eat(Kind::Mark('(')) && !self.eat(Kind::Mark(')')) {
            angles = self.names()?;
            self.expect(Kind::Mark(')'))?;
        }
        let qubits = self.names()?;
        if !self.at(Kind::Mark('{')) {
            return Err(self.unexpected("`{`"));
        }
        let body = self.block()?;
        Ok(Statement::Gate(Definition { name, angles, qubits, body }))
    }

    fn names(&mut self) -> Result<Vec<Span>, Stop> {
        let mut names = vec![self.expect(Kind::Name)?];
        while self.eat(Kind::Mark(',')) {
            names.push(self.expect(Kind::Name)?);
        }
        Ok(names)
    }

    /// `measure q -> c;`
    fn measure_arrow(&mut self) -> Result<Statement, Stop> {
        let start = self.advance();
        let from = self.operand_of_gate()?;
        if self.at(Kind::Mark(';')) {
            return Err(self.stop(start.to(self.last), "measured into nothing; give it bits: `c = measure q;`"));
        }
        if !self.eat(Kind::Arrow) {
            return Err(self.unexpected("`->`"));
        }
        let into = self.operand_of_gate()?;
        let span = start.to(self.last);
        self.closed(Statement::Measure { from, into, span })
    }

    fn alias(&mut self) -> Result<Statement, Stop> {
        self.advance();
        let name = self.expect(Kind::Name)?;
        self.expect(Kind::Mark('='))?;
        let mut parts = vec![self.operand_of_gate()?];
        while self.eat(Kind::Join) {
            parts.push(self.operand_of_gate()?);
        }
        self.closed(Statement::Alias { name, parts })
    }

    fn loop_over(&mut self) -> Result<Statement, Stop> {
        self.advance();
        self.classical_type()?;
        let name = self.expect(Kind::Name)?;
        if !self.eat_word("in") {
            return Err(self.unexpected("`in`"));
        }
        let start = self.token.span;
        let steps = if self.eat(Kind::Mark('{')) {
            Steps::Set(self.expressions('}')?)
        } else {
            self.expect(Kind::Mark('['))?;
            match self.index(start)? {
                Index::Range(range) => Steps::Range(range),
                _ => {
                    return Err(
                        self.stop(start.to(self.last), "a range `[first:last]` or a set `{1, 2}` should stand here")
                    );
                }
            }
        };
        let body = self.block()?;
        Ok(Statement::For { name, steps, body })
    }

    /// What stands between `[` and `]`; the first is already read.
    fn index(&mut self, start: Span) -> Result<Index, Stop> {
        if self.eat(Kind::Mark('{')) {
            let set = self.expressions('}')?;
            self.expect(Kind::Mark(']'))?;
            return Ok(Index::Set(set));
        }
        let from = self.range_part()?;
        if !self.eat(Kind::Mark(':')) {
            self.expect(Kind::Mark(']'))?;
            return from.map(Index::One).ok_or_else(|| self.stop(start.to(self.last), "the index is missing"));
        }
        let second = self.range_part()?;
        let third = if self.eat(Kind::Mark(':')) { Some(self.range_part()?) } else { None };
        self.expect(Kind::Mark(']'))?;
        let (step, to) = third.map_or((None, second), |last| (second, last));
        Ok(Index::Range(Range { from, step, to, span: start.to(self.last) }))
    }

    fn range_part(&mut self) -> Result<Option<Expression>, Stop> {
        if matches!(self.token.kind, Kind::Mark(':' | ']')) { Ok(None) } else { self.expression().map(Some) }
    }

    pub(super) fn operands(&mut self) -> Result<Vec<Operand>, Stop> {
        let mut operands = vec![self.operand_of_gate()?];
        while self.eat(Kind::Mark(',')) {
            operands.push(self.operand_of_gate()?);
        }
        Ok(operands)
    }

    fn operand_of_gate(&mut self) -> Result<Operand, Stop> {
        if self.at(Kind::Hardware) {
            return Err(self.stop(self.token.span, "a qubit of a machine; declare `qubit[n] q;` and use `q[0]`"));
        }
        if !self.at(Kind::Name) {
            return Err(self.unexpected("the name of a register"));
        }
        let name = self.advance();
        self.indexed(name)
    }

    fn indexed(&mut self, name: Span) -> Result<Operand, Stop> {
        let start = self.token.span;
        let index = if self.eat(Kind::Mark('[')) { Some(self.index(start)?) } else { None };
        Ok(Operand { name, index, span: name.to(self.last) })
    }

    fn call_or_assignment(&mut self) -> Result<Statement, Stop> {
        let start = self.token.span;
        let modifiers = self.modifiers()?;
        let name = self.expect(Kind::Name)?;
        if modifiers.is_empty() && matches!(self.token.kind, Kind::Mark('[' | '=')) {
            return self.assignment(name);
        }
        let angles = if self.eat(Kind::Mark('(')) { self.expressions(')')? } else { Vec::new() };
        // A global phase without controls acts on no qubit.
        let operands = if self.at(Kind::Mark(';')) { Vec::new() } else { self.operands()? };
        let span = start.to(self.last);
        self.closed(Statement::Call(Call { modifiers, name, angles, operands, span }))
    }

    /// `c[0] = measure q[0];`
    fn assignment(&mut self, name: Span) -> Result<Statement, Stop> {
        let into = self.indexed(name)?;
        self.expect(Kind::Mark('='))?;
        if !self.eat_word("measure") {
            return Err(self.unexpected("`measure` (classical values are constant here)"));
        }
        let from = self.operand_of_gate()?;
        let span = name.to(self.last);
        self.closed(Statement::Measure { from, into, span })
    }

    /// `ctrl(2) @ inv @ pow(3) @`.
    fn modifiers(&mut self) -> Result<Vec<(Modifier, Span)>, Stop> {
        let mut modifiers = Vec::new();
        loop {
            let at = self.token.span;
            let word = at.of(self.text);
            if !matches!(word, "inv" | "pow" | "ctrl" | "negctrl") {
                return Ok(modifiers);
            }
            self.advance();
            let argument = if self.eat(Kind::Mark('(')) {
                let argument = self.expression()?;
                self.expect(Kind::Mark(')'))?;
                Some(argument)
            } else {
                None
            };
            let modifier = match (word, argument) {
                ("inv", None) => Modifier::Inverse,
                ("pow", Some(exponent)) => Modifier::Power(exponent),
                ("ctrl" | "negctrl", count) => Modifier::Control(count, word == "ctrl"),
                ("pow", None) => return Err(self.stop(at, "needs an exponent: `pow(2) @`")),
                _ => return Err(self.stop(at, "takes no argument: `inv @`")),
            };
            modifiers.push((modifier, at.to(self.last)));
            self.expect(Kind::Mark('@'))?;
        }
    }
}
