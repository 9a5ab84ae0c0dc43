//! Reading expressions: numbers, names, functions, `+ - * / % **` and brackets.

use super::lexer::Kind;
use super::parser::{Parser, Stop};
use super::syntax::{Binary, Expression, Item};

/// Binds tighter than any operator between two numbers but `**`.
const UNARY: u8 = 3;

impl Parser<'_> {
    /// An expression, appended to the pool.
    pub(super) fn expression(&mut self) -> Result<Expression, Stop> {
        let (first, start) = (self.pool.len(), self.token.span);
        self.operation(0)?;
        Ok(Expression { first, last: self.pool.len(), span: start.to(self.last) })
    }

    /// Expressions between commas, up to the closing character.
    pub(super) fn expressions(&mut self, close: char) -> Result<Vec<Expression>, Stop> {
        let mut list = Vec::new();
        while !self.eat(Kind::Mark(close)) {
            list.push(self.expression()?);
            if !self.eat(Kind::Mark(',')) {
                self.expect(Kind::Mark(close))?;
                break;
            }
        }
        Ok(list)
    }

    /// Operators that bind at least so tight, by precedence climbing.
    fn operation(&mut self, least: u8) -> Result<(), Stop> {
        self.deeper(|parser| {
            parser.operand()?;
            while let Some((operator, binding)) = binary(parser.token.kind).filter(|&(_, binding)| binding >= least) {
                let at = parser.advance();
                // `**` is grouped from the right, the others from the left.
                parser.operation(if operator == Binary::Power { UNARY } else { binding + 1 })?;
                parser.pool.push((Item::Binary(operator), at));
            }
            Ok(())
        })
    }

    fn operand(&mut self) -> Result<(), Stop> {
        let at = self.token.span;
        match self.token.kind {
            Kind::Mark('-') => {
                self.advance();
                self.operation(UNARY)?;
                self.pool.push((Item::Negate, at));
            }
            Kind::Mark('+') => {
                self.advance();
                self.operation(UNARY)?;
            }
            Kind::Mark('(') => {
                self.advance();
                self.operation(0)?;
                self.expect(Kind::Mark(')'))?;
            }
            Kind::Integer => self.integer()?,
            Kind::Real => {
                let digits = at.of(self.text).replace('_', "");
                let value = digits.parse().map_err(|_| self.stop(at, "not a number"))?;
                self.advance();
                self.pool.push((Item::Real(value), at));
            }
            Kind::Name => self.name_or_function()?,
            _ => return Err(self.unexpected("a number, a name or `(`")),
        }
        Ok(())
    }

    fn integer(&mut self) -> Result<(), Stop> {
        let at = self.token.span;
        let digits = at.of(self.text).replace('_', "").to_ascii_lowercase();
        let value = match digits.get(..2) {
            Some("0x") => i64::from_str_radix(&digits[2..], 16),
            Some("0b") => i64::from_str_radix(&digits[2..], 2),
            Some("0o") => i64::from_str_radix(&digits[2..], 8),
            _ => digits.parse(),
        };
        let value = value.map_err(|_| self.stop(at, "not a whole number below 2^63"))?;
        self.advance();
        self.pool.push((Item::Integer(value), at));
        Ok(())
    }

    fn name_or_function(&mut self) -> Result<(), Stop> {
        let at = self.advance();
        if !self.eat(Kind::Mark('(')) {
            self.pool.push((Item::Name, at));
            return Ok(());
        }
        let arguments = self.deeper(|parser| parser.expressions(')'))?.len();
        self.pool.push((Item::Call(arguments), at));
        Ok(())
    }
}

/// The operator that a token is, and how tight it binds.
fn binary(kind: Kind) -> Option<(Binary, u8)> {
    Some(match kind {
        Kind::Mark('+') => (Binary::Add, 1),
        Kind::Mark('-') => (Binary::Subtract, 1),
        Kind::Mark('*') => (Binary::Multiply, 2),
        Kind::Mark('/') => (Binary::Divide, 2),
        Kind::Mark('%') => (Binary::Remainder, 2),
        Kind::Power => (Binary::Power, 4),
        _ => return None,
    })
}
