//! All hours as one sparse program for `clarabel`: slower than the chain by its structure, and what
//! decides where that stalls.

use super::super::interior;
use super::super::period::Period;
use super::super::program::{Column, Failure, Point, Program, Row};
use super::chain::{Found, Store};

/// Points of all hours, levels and their values.
pub(super) fn optimum(periods: &[Period], stores: &[Store]) -> Result<Found, Failure> {
    let mut flat = Program::default();
    let (mut first, mut row) = (Vec::new(), Vec::new());
    for period in periods {
        first.push(flat.columns.len());
        row.push(flat.rows.len());
        let start = flat.columns.len();
        flat.columns.extend(&period.program.columns);
        let level = |s: &Store| Column { lower: 0.0, upper: s.energy, cost: 0.0, quadratic: 0.0 };
        flat.columns.extend(stores.iter().map(level));
        flat.rows.extend(
            period
                .program
                .rows
                .iter()
                .map(|r| Row { entries: r.entries.iter().map(|&(j, a)| (start + j, a)).collect(), ..*r }),
        );
        flat.rows.extend(stores.iter().map(|_| Row::default()));
    }
    for (t, period) in periods.iter().enumerate() {
        let (columns, rows) = (period.program.columns.len(), period.program.rows.len());
        let own = columns - 2 * stores.len() - 2 * period.slack.iter().flatten().count();
        for (k, store) in stores.iter().enumerate() {
            let at = first[t] + own + 2 * k;
            let mut entries = vec![(at, store.loss), (at + 1, store.gain), (first[t] + columns + k, 1.0)];
            let before = if t == 0 { store.start.is_none().then(|| periods.len() - 1) } else { Some(t - 1) };
            if let Some(before) = before {
                entries.push((first[before] + periods[before].program.columns.len() + k, -store.carry));
            }
            let rhs = if t == 0 { store.start.map_or(0.0, |level| store.carry * level) } else { 0.0 };
            flat.rows[row[t] + rows + k] = Row { entries, lower: rhs, upper: rhs };
        }
    }
    let found = interior::solve(&flat)?;
    Ok(read(periods, stores.len(), &first, &row, &found))
}

fn read(periods: &[Period], stores: usize, first: &[usize], row: &[usize], found: &Point) -> Found {
    let (mut points, mut levels, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (t, period) in periods.iter().enumerate() {
        let (columns, rows) = (period.program.columns.len(), period.program.rows.len());
        let x = found.x[first[t]..first[t] + columns].to_vec();
        points.push(Point { x, price: found.price[row[t]..row[t] + rows].to_vec() });
        levels.extend(&found.x[first[t] + columns..first[t] + columns + stores]);
        values.extend(found.price[row[t] + rows..row[t] + rows + stores].iter().map(|y| -y));
    }
    (points, levels, values)
}
