//! `mpc.gencost`: piecewise linear (model 1) and polynomial (model 2) costs.

use super::fault::{Fault, Faults, Warning};
use super::record::whole;
use super::table::Table;
use crate::{Cost, Generator};

const MODEL: usize = 0;
const NCOST: usize = 3;
const FIRST: usize = 4;

/// Gives the generators their costs.
pub(super) fn read(
    table: Option<&Table>,
    generators: &mut [Generator],
    faults: &mut Faults,
    warnings: &mut Vec<Warning>,
) {
    let Some(table) = table.filter(|table| !table.rows.is_empty()) else {
        let message = "mpc.gencost is missing: generation costs nothing".to_owned();
        return warnings.push(Warning { line: 1, message });
    };
    let (rows, count) = (table.rows.len(), generators.len());
    if rows != count && rows != 2 * count {
        let rule = format!("has {rows} rows for {count} generators");
        let help = "one row per generator, or two: first all for active, then all for reactive power";
        faults.note(Fault::new(table.line, &table.name, rule).help(help));
        return;
    }
    if rows > count {
        let message = "the costs of reactive power are left out".to_owned();
        warnings.push(Warning { line: table.rows[count].line, message });
    }
    for (row, generator) in generators.iter_mut().enumerate() {
        match cost(table, row) {
            Ok(cost) => generator.cost = cost,
            Err(fault) if !table.rows[row].faulty => faults.note(fault),
            Err(_) => {}
        }
    }
}

fn cost(table: &Table, row: usize) -> Result<Cost, Fault> {
    let values = table.values(row);
    let at = |column: &str| format!("{} row {}, {column}", table.name, row + 1);
    let fault = |column: &str, rule: &str| Fault::new(table.rows[row].line, at(column), rule);
    let model = values.get(MODEL).and_then(|&model| whole(model));
    let (Some(model @ 1..=2), Some(&n)) = (model, values.get(NCOST)) else {
        let shown = values.get(MODEL).map_or_else(String::new, f64::to_string);
        let fault = fault("model", "is no model of a cost with its four leading columns").value(shown);
        return Err(fault.help("the columns are model (1 piecewise linear, 2 polynomial), startup, shutdown, n, ..."));
    };
    let needed =
        whole(n).and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_mul(if model == 1 { 2 } else { 1 }));
    let Some(numbers) = needed.and_then(|needed| values[FIRST..].get(..needed)) else {
        let rule = format!("does not fit the {} numbers behind it", values.len() - FIRST);
        return Err(fault("n", &rule).value(n).help("model 1 has n pairs x, y behind n, model 2 n coefficients"));
    };
    if let Some(position) = numbers.iter().position(|v| !v.is_finite()) {
        return Err(fault("cost", "must be finite").value(numbers[position]));
    }
    if model == 2 {
        return Ok(Cost::Polynomial(numbers.iter().rev().copied().collect()));
    }
    let points: Vec<(f64, f64)> = numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    if points.len() < 2 {
        return Err(fault("n", "is too few: a piecewise linear cost has at least two points").value(n));
    }
    match points.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
        Some(pair) => Err(fault("x", &format!("must be above the point before, {}", pair[0].0)).value(pair[1].0)),
        None => Ok(Cost::PiecewiseLinear(points)),
    }
}
