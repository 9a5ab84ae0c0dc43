//! Rows of a table under the names of their columns, and the rules that most columns share.

use super::fault::{Fault, Faults};
use super::table::Table;

/// A row whose cells have names.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    table: &'a Table,
    columns: &'static [&'static str],
    row: usize,
}

/// The rows of a table that has at least `least` columns and rows of one length.
///
/// A row of another length than most is a fault and left out of the checks.
pub(super) fn records<'a>(
    table: &'a mut Table,
    columns: &'static [&'static str],
    least: usize,
    faults: &mut Faults,
) -> Vec<Record<'a>> {
    let width = usual_width(table);
    if width < least && !table.rows.is_empty() {
        let rule = format!("has {width} columns, at least {least} are needed");
        let help = format!("the columns are {}", columns[..least].join(", "));
        faults.note(Fault::new(table.line, &table.name, rule).help(help));
        return Vec::new();
    }
    for row in 0..table.rows.len() {
        let own = table.values(row).len();
        if own != width && !table.rows[row].faulty {
            let key = format!("{} row {}", table.name, row + 1);
            let rule = format!("has {own} columns, the other rows {width}");
            let help = "a number, or a `;` between two rows, is missing or too many";
            faults.note(Fault::new(table.rows[row].line, key, rule).help(help));
        }
        table.rows[row].faulty |= own != width;
    }
    let table: &'a Table = table;
    (0..table.rows.len()).map(|row| Record { table, columns, row }).collect()
}

/// The length that most rows have; of two, the greater.
fn usual_width(table: &Table) -> usize {
    let mut lengths: Vec<usize> = (0..table.rows.len()).map(|row| table.values(row).len()).collect();
    lengths.sort_unstable();
    lengths.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).map_or(0, |same| same[0])
}

impl Record<'_> {
    /// Number of the row, from 0.
    pub fn row(&self) -> usize {
        self.row
    }

    /// Line of the row.
    pub fn line(&self) -> usize {
        self.table.rows[self.row].line
    }

    /// Whether a fault of the row has been told, so that its cells say nothing.
    pub fn faulty(&self) -> bool {
        self.table.rows[self.row].faulty
    }

    /// A cell; `None` where the table has no such column.
    pub fn optional(&self, column: usize) -> Option<f64> {
        self.table.values(self.row).get(column).copied()
    }

    /// A cell; not a number where the row is too short.
    pub fn cell(&self, column: usize) -> f64 {
        self.optional(column).unwrap_or(f64::NAN)
    }

    /// A fault of a cell.
    pub fn fault(&self, column: usize, rule: impl Into<String>) -> Fault {
        let key = format!("{} row {}, {}", self.table.name, self.row + 1, self.columns.get(column).unwrap_or(&"value"));
        Fault::new(self.line(), key, rule).value(self.cell(column))
    }

    /// A cell that must be a number, infinite or not.
    pub fn number(&self, column: usize, faults: &mut Faults) -> f64 {
        let value = self.cell(column);
        if value.is_nan() {
            faults.note(self.fault(column, "is not a number"));
        }
        value
    }

    /// A cell that must be a finite number.
    pub fn finite(&self, column: usize, faults: &mut Faults) -> f64 {
        let value = self.number(column, faults);
        if value.is_infinite() {
            faults.note(self.fault(column, "must be finite"));
        }
        value
    }

    /// A cell that must be a bus number.
    pub fn bus_number(&self, column: usize, faults: &mut Faults) -> Option<u64> {
        let number = whole(self.cell(column)).filter(|&n| n > 0);
        if number.is_none() {
            faults.note(self.fault(column, "must be a whole number above 0"));
        }
        number
    }
}

/// The whole number that a value is, if it is one that `f64` holds exactly.
pub(super) fn whole(value: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range as just checked")]
    ((0.0..=EXACT).contains(&value) && value.fract() == 0.0).then_some(value as u64)
}
