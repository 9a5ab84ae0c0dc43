//! Arithmetic over numbers and the columns of one table, row by row.
//!
//! Products and quotients of two columns are those of MATLAB's `.*` and `./`; its matrix product and
//! division of two columns are refused.

use super::super::case::Case;
use super::super::table::number;
use super::{Reason, columns};

/// Deepest nesting of brackets.
const DEEPEST: usize = 40;

/// A value that may differ from row to row of one table.
#[derive(Debug)]
pub(super) enum Expression {
    /// The same everywhere.
    Number(f64),
    /// Columns of a table.
    Cells(String, Vec<usize>),
    /// One argument.
    Unary(fn(f64) -> f64, Box<Expression>),
    /// Two arguments, taken cell by cell.
    Binary(fn(f64, f64) -> f64, Box<[Expression; 2]>),
}

/// Rows of a reference.
#[derive(Debug)]
pub(super) enum Rows {
    /// `:`
    All,
    /// Index, from 0.
    One(usize),
}

/// `mpc.bus(:, [PD QD])`.
#[derive(Debug)]
pub(super) struct Reference {
    /// `bus`.
    pub field: String,
    /// Which rows.
    pub rows: Rows,
    /// Indices, from 0.
    pub columns: Vec<usize>,
}

impl Expression {
    /// The value, if it is the same everywhere.
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The table whose columns it holds.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Number(_) => None,
            Self::Cells(field, _) => Some(field),
            Self::Unary(_, inner) => inner.field(),
            Self::Binary(_, pair) => pair.iter().find_map(Self::field),
        }
    }

    /// All columns that it reads.
    pub fn columns(&self) -> Vec<&usize> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Cells(_, columns) => columns.iter().collect(),
            Self::Unary(_, inner) => inner.columns(),
            Self::Binary(_, pair) => pair.iter().flat_map(Self::columns).collect(),
        }
    }

    /// How many columns it is wide.
    pub fn width(&self) -> usize {
        match self {
            Self::Number(_) => 1,
            Self::Cells(_, columns) => columns.len(),
            Self::Unary(_, inner) => inner.width(),
            Self::Binary(_, pair) => pair[0].width().max(pair[1].width()),
        }
    }

    /// The value in a row, at a position among the columns.
    pub fn at(&self, row: &[f64], position: usize) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Cells(_, columns) => row[columns[position.min(columns.len() - 1)]],
            Self::Unary(function, inner) => function(inner.at(row, position)),
            Self::Binary(function, pair) => function(pair[0].at(row, position), pair[1].at(row, position)),
        }
    }

    fn unary(function: fn(f64) -> f64, inner: Self) -> Self {
        match inner {
            Self::Number(number) => Self::Number(function(number)),
            inner => Self::Unary(function, Box::new(inner)),
        }
    }

    fn binary(function: fn(f64, f64) -> f64, a: Self, b: Self) -> Result<Self, Reason> {
        if let (Self::Number(a), Self::Number(b)) = (&a, &b) {
            return Ok(Self::Number(function(*a, *b)));
        }
        let tables = a.field().zip(b.field()).is_some_and(|(a, b)| a != b);
        if tables || (a.width() != b.width() && a.width().min(b.width()) > 1) {
            return Err("its columns do not belong together".to_owned());
        }
        Ok(Self::Binary(function, Box::new([a, b])))
    }
}

/// Reads an expression, with the names that a case has by then.
pub(super) struct Parser<'a> {
    case: &'a Case,
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    pub fn new(case: &'a Case, text: &'a str) -> Self {
        Self { case, rest: text.trim(), depth: 0 }
    }

    /// The whole text as an expression.
    pub fn whole(mut self) -> Result<Expression, Reason> {
        let value = self.sum()?;
        if self.rest.is_empty() { Ok(value) } else { Err(format!("`{}` is not expected", self.rest)) }
    }

    /// The whole text as cells of a table.
    pub fn target(mut self) -> Result<Reference, Reason> {
        let name = self.name();
        let Some(field) = self.case.field(name).map(str::to_owned) else {
            return Err(format!("`{name}` is not known"));
        };
        let reference = self.cells(field)?;
        if self.rest.is_empty() { Ok(reference) } else { Err(format!("`{}` is not expected", self.rest)) }
    }

    fn sum(&mut self) -> Result<Expression, Reason> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deeply".to_owned());
        }
        let mut value = self.product()?;
        loop {
            let function: fn(f64, f64) -> f64 = match self.any_of(&["+", "-"]) {
                Some("+") => |a, b| a + b,
                Some(_) => |a, b| a - b,
                None => break,
            };
            value = Expression::binary(function, value, self.product()?)?;
        }
        self.depth -= 1;
        Ok(value)
    }

    fn product(&mut self) -> Result<Expression, Reason> {
        let mut value = self.signed()?;
        while let Some(operator) = self.any_of(&[".*", "./", "*", "/"]) {
            let other = self.signed()?;
            let (left, right) = (value.number().is_some(), other.number().is_some());
            if (operator == "*" && !left && !right) || (operator == "/" && !right) {
                return Err(format!("`{operator}` of two columns is a matrix operation"));
            }
            let function: fn(f64, f64) -> f64 = if operator.ends_with('*') { |a, b| a * b } else { |a, b| a / b };
            value = Expression::binary(function, value, other)?;
        }
        Ok(value)
    }

    /// A power may have a sign behind `^`, and binds closer than a sign before it: -2^2 is -4.
    fn signed(&mut self) -> Result<Expression, Reason> {
        let mut negative = false;
        while let Some(sign) = self.any_of(&["+", "-"]) {
            negative ^= sign == "-";
        }
        let mut value = self.atom()?;
        while let Some(operator) = self.any_of(&[".^", "^"]) {
            let negative = self.any_of(&["-"]).is_some();
            let power = self.atom()?;
            if operator == "^" && (value.number().is_none() || power.number().is_none()) {
                return Err("`^` of a column is a matrix operation".to_owned());
            }
            let power = if negative { Expression::unary(|a| -a, power) } else { power };
            value = Expression::binary(libm::pow, value, power)?;
        }
        Ok(if negative { Expression::unary(|a| -a, value) } else { value })
    }

    fn atom(&mut self) -> Result<Expression, Reason> {
        if self.any_of(&["("]).is_some() {
            let value = self.sum()?;
            return self.expect(")").map(|()| value);
        }
        let name = self.name();
        if name.is_empty() {
            return self.literal();
        }
        if let Some(field) = self.case.field(name).map(str::to_owned) {
            return self.of_case(field);
        }
        if let Some(&scalar) = self.case.scalars.get(name) {
            return Ok(Expression::Number(scalar));
        }
        let function: fn(f64) -> f64 = match name {
            "pi" => return Ok(Expression::Number(std::f64::consts::PI)),
            "sqrt" => libm::sqrt,
            "abs" => libm::fabs,
            "sin" => libm::sin,
            "cos" => libm::cos,
            "tan" => libm::tan,
            "asin" => libm::asin,
            "acos" => libm::acos,
            "atan" => libm::atan,
            _ => return Err(format!("`{name}` is not known")),
        };
        self.expect("(")?;
        let inner = self.sum()?;
        self.expect(")").map(|()| Expression::unary(function, inner))
    }

    fn of_case(&mut self, field: String) -> Result<Expression, Reason> {
        if field == "baseMVA" {
            let base = self.case.base_mva.ok_or("mpc.baseMVA is not known yet")?;
            return Ok(Expression::Number(base.1));
        }
        let Reference { field, rows, columns } = self.cells(field)?;
        let Rows::One(row) = rows else { return Ok(Expression::Cells(field, columns)) };
        let table = match field.as_str() {
            "bus" => &self.case.bus,
            "gen" => &self.case.generator,
            "branch" => &self.case.branch,
            _ => &self.case.cost,
        };
        let cells = table.as_ref().filter(|table| row < table.rows.len()).map(|table| table.values(row));
        match (cells, columns.as_slice()) {
            (Some(cells), &[column]) if column < cells.len() => Ok(Expression::Number(cells[column])),
            _ => Err(format!("mpc.{field} has no such cell")),
        }
    }

    /// `(:, [PD QD])` behind the name of a table.
    fn cells(&mut self, field: String) -> Result<Reference, Reason> {
        if !matches!(field.as_str(), "bus" | "gen" | "branch" | "gencost") {
            return Err(format!("mpc.{field} is not known"));
        }
        self.expect("(")?;
        let rows = if self.any_of(&[":"]).is_some() { Rows::All } else { Rows::One(self.index()?) };
        self.expect(",")?;
        let mut columns = Vec::new();
        if self.any_of(&["["]).is_none() {
            columns.push(self.index()?);
        } else {
            while self.any_of(&["]"]).is_none() {
                columns.push(self.index()?);
                self.any_of(&[","]);
            }
        }
        self.expect(")")?;
        if columns.is_empty() { Err("no column is named".to_owned()) } else { Ok(Reference { field, rows, columns }) }
    }

    /// The number or name of a row or column, as an index from 0.
    fn index(&mut self) -> Result<usize, Reason> {
        let name = self.name();
        if !name.is_empty() {
            return columns::index(name).ok_or_else(|| format!("`{name}` is the name of no column"));
        }
        let digits = self.take(|c| c.is_ascii_digit());
        let index = digits.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        index.ok_or_else(|| "rows and columns are given by number, name or `:`".to_owned())
    }

    fn literal(&mut self) -> Result<Expression, Reason> {
        let whole = self.rest;
        let mut previous = ' ';
        let length = whole.find(|c: char| {
            let signed = matches!(c, '+' | '-') && matches!(previous, 'e' | 'E' | 'd' | 'D');
            // `2./x` divides 2: a point before an operator is part of it.
            let stop = !(c.is_ascii_digit() || c == '.' || matches!(c, 'e' | 'E' | 'd' | 'D') || signed);
            previous = c;
            stop
        });
        let mut literal = &whole[..length.unwrap_or(whole.len())];
        if literal.ends_with('.') && whole[literal.len()..].starts_with(['*', '/', '^']) {
            literal = &literal[..literal.len() - 1];
        }
        let Some(value) = number(literal) else {
            return Err(if whole.is_empty() {
                "it ends too early".to_owned()
            } else {
                format!("`{whole}` is not known")
            });
        };
        self.rest = whole[literal.len()..].trim_start();
        Ok(Expression::Number(value))
    }

    /// A name with its points, or nothing.
    fn name(&mut self) -> &'a str {
        if !self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return "";
        }
        let bytes = self.rest.as_bytes();
        let inner = |at: usize| bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        // A point belongs to a name if a letter follows: `a.*b` is a product.
        let field = |at: usize| bytes[at] == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
        let length = (0..bytes.len()).find(|&at| !inner(at) && !field(at)).unwrap_or(bytes.len());
        let (name, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        name
    }

    fn take(&mut self, holds: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(|c| !holds(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        taken
    }

    fn any_of(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let found = operators.iter().find(|operator| self.rest.starts_with(**operator))?;
        self.rest = self.rest[found.len()..].trim_start();
        Some(found)
    }

    fn expect(&mut self, mark: &'static str) -> Result<(), Reason> {
        self.any_of(&[mark]).map(|_| ()).ok_or_else(|| format!("`{mark}` is missing"))
    }
}
