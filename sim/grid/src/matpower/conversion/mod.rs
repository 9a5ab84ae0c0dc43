//! Code behind the data of a case file: conversions of units, as MATPOWER's distribution grids have.
//!
//! What is evaluated: `name = expression`, `mpc.baseMVA = expression`, and columns of a table made of
//! columns of the same table (`mpc.branch(:, [BR_R BR_X]) = mpc.branch(:, [BR_R BR_X]) / z`). Anything
//! else is a fault, never passed over: no conditions, loops, matrix products or removed rows.

mod columns;
mod expression;

use super::case::Case;
use super::fault::Fault;
use expression::{Expression, Parser, Reference, Rows};

/// Longest statement that is evaluated, in bytes; conversions of units are short.
const LONGEST: usize = 1000;

/// Why a statement cannot be evaluated, as the end of a sentence.
type Reason = String;

/// Does what a statement says.
pub(super) fn apply(case: &mut Case, line: usize, text: &str) -> Result<(), Fault> {
    if harmless(text) {
        return Ok(());
    }
    assign(case, line, text).map_err(|reason| {
        let help = "evaluate the case with MATPOWER and write the result by savecase, or convert the data by hand";
        Fault::new(line, "", format!("cannot be evaluated: {reason}")).value(text).help(help)
    })
}

/// Ends of functions, and names for the numbers of columns, which `columns` knows.
fn harmless(text: &str) -> bool {
    let constants = ["idx_bus", "idx_brch", "idx_gen", "idx_cost", "idx_dcline", "idx_ct"];
    let value = text.rsplit('=').next().unwrap_or_default().trim();
    matches!(text, "end" | "endfunction" | "return" | "define_constants")
        || (text.starts_with('[') && constants.contains(&value))
}

fn assign(case: &mut Case, line: usize, text: &str) -> Result<(), Reason> {
    if text.len() > LONGEST {
        return Err("it is too long".to_owned());
    }
    let Some((target, value)) = text.split_once('=').filter(|(_, value)| !value.starts_with('=')) else {
        return Err("it is no assignment".to_owned());
    };
    let target = target.trim();
    let value = Parser::new(case, value).whole()?;
    if is_name(target) {
        let scalar = value.number().ok_or("a name stands for a single number only")?;
        case.scalars.insert(target.to_owned(), scalar);
    } else if case.field(target) == Some("baseMVA") {
        let base = value.number().ok_or("mpc.baseMVA is a single number")?;
        case.base_mva = Some((line, base));
    } else {
        let reference = Parser::new(case, target).target()?;
        write(case, &reference, &value)?;
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Puts the values of an expression into the cells of a table.
fn write(case: &mut Case, reference: &Reference, value: &Expression) -> Result<(), Reason> {
    let Reference { field, rows, columns } = reference;
    if value.field().is_some_and(|other| other != field) {
        return Err("rows of two tables do not belong together".to_owned());
    }
    if !matches!(value.width(), 1) && value.width() != columns.len() {
        return Err(format!("{} columns cannot be put into {}", value.width(), columns.len()));
    }
    if matches!(rows, Rows::One(_)) && value.field().is_some() {
        return Err("all rows cannot be put into one".to_owned());
    }
    let Some(Some(table)) = case.table(field) else { return Err(format!("mpc.{field} is not known yet")) };
    let count = table.rows.len();
    let range = match rows {
        Rows::All => 0..count,
        Rows::One(row) if *row < count => *row..*row + 1,
        Rows::One(row) => return Err(format!("mpc.{field} has no row {}", row + 1)),
    };
    let needed = columns.iter().chain(value.columns()).max().map_or(0, |most| most + 1);
    // A row at fault is told already.
    for row in range.filter(|&row| !table.rows[row].faulty).collect::<Vec<_>>() {
        let cells = table.values_mut(row);
        if cells.len() < needed {
            return Err(format!("mpc.{field} has no column {needed}"));
        }
        let values: Vec<f64> = (0..columns.len()).map(|position| value.at(cells, position)).collect();
        columns.iter().zip(values).for_each(|(&column, value)| cells[column] = value);
    }
    Ok(())
}
