//! Matrices of numbers: `[1 2; 3 4]` with every way that MATLAB has of writing it.
//!
//! Not here: what the columns mean.

use super::cursor::{Cursor, newline};
use super::fault::{Fault, Faults, shown};

/// A matrix as written, row by row.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// What the file calls it: `mpc.bus`.
    pub name: String,
    /// Where it begins.
    pub line: usize,
    /// Its rows.
    pub rows: Vec<Row>,
    values: Vec<f64>,
}

/// A row of a matrix.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Where it begins.
    pub line: usize,
    /// Whether a fault of it has been told already.
    pub faulty: bool,
    start: usize,
    end: usize,
}

impl Table {
    /// The numbers of a row.
    pub fn values(&self, row: usize) -> &[f64] {
        let Row { start, end, .. } = self.rows[row];
        &self.values[start..end]
    }

    /// The numbers of a row, to be changed.
    pub fn values_mut(&mut self, row: usize) -> &mut [f64] {
        let Row { start, end, .. } = self.rows[row];
        &mut self.values[start..end]
    }

    /// Reads on behind `[`, to behind `]`.
    pub fn read(name: &str, cursor: &mut Cursor<'_>, faults: &mut Faults) -> Self {
        let mut table = Self { name: name.to_owned(), line: cursor.line(), ..Self::default() };
        let mut open = None;
        loop {
            cursor.skip_blank();
            match cursor.peek() {
                Some(b']') => {
                    cursor.step();
                    break;
                }
                Some(b';' | b'\n' | b'\r') => {
                    table.close(&mut open);
                    cursor.step();
                }
                Some(b',') => cursor.step(),
                Some(b) if open.is_some() || !starts_statement(b, cursor) => table.element(cursor, &mut open, faults),
                _ => {
                    let rule = "is never closed: its `]` is missing";
                    let help = format!("write `];` before line {}", cursor.line());
                    faults.note(Fault::new(table.line, name, rule).help(help));
                    break;
                }
            }
        }
        table.close(&mut open);
        table
    }

    fn element(&mut self, cursor: &mut Cursor<'_>, open: &mut Option<Row>, faults: &mut Faults) {
        let start = self.values.len();
        let row = open.get_or_insert(Row { line: cursor.line(), faulty: false, start, end: start });
        let ends = |b| newline(b) || matches!(b, b' ' | b'\t' | b',' | b';' | b']' | b'%' | 0x0B | 0x0C);
        let mut ahead = *cursor;
        let token = ahead.take_while(|b| !ends(b));
        // `1...` is a number and a continued line.
        let token = cursor.take(token.find("...").unwrap_or(token.len()));
        if let Some(number) = number(token) {
            self.values.push(number);
        } else {
            if !row.faulty {
                let key = format!("{} row {}, column {}", self.name, self.rows.len() + 1, start - row.start + 1);
                let fault = Fault::new(cursor.line(), key, "is not a number").value(shown(token));
                faults.note(fault.help("write a number such as 1, -0.5, 1e3 or Inf; arithmetic is not evaluated here"));
            }
            row.faulty = true;
            self.values.push(f64::NAN);
        }
    }

    fn close(&mut self, open: &mut Option<Row>) {
        if let Some(mut row) = open.take() {
            row.end = self.values.len();
            self.rows.push(row);
        }
    }
}

/// A number as MATLAB writes it: also `1d5`, `+3`, `.5`, `-Inf`, `NaN`.
pub(super) fn number(token: &str) -> Option<f64> {
    let number = token.parse().ok();
    number.or_else(|| {
        token.starts_with(|c: char| !c.is_alphabetic()).then(|| token.replace(['d', 'D'], "e").parse().ok())?
    })
}

/// Whether a row begins with something that is neither number nor `Inf`, `NaN`: the matrix was
/// never closed and the next statement is here.
fn starts_statement(byte: u8, cursor: &Cursor<'_>) -> bool {
    let word = |cursor: &Cursor<'_>| {
        let mut ahead = *cursor;
        ahead.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).to_ascii_lowercase()
    };
    byte.is_ascii_alphabetic() && !matches!(word(cursor).as_str(), "inf" | "nan" | "infinity")
}
