//! From a close point to a clean one: which limits hold is read off the point, then the equations they
//! make are solved to rounding error. Where the reading was wrong it is corrected a few times; a point
//! that does not get better is left as it was. Finds no optimum by itself.

use super::angles::assemble;
use super::program::{Point, Program};
use clarabel::qdldl::{QDLDLFactorisation, QDLDLSettings};

/// Regularisation of the equations; refinement removes its effect.
const SHIFT: f64 = 1e-7;
/// A point this close to exact is left as it is.
const CLEAN: f64 = 1e-12;
const ROUNDS: usize = 6;
const REFINEMENTS: usize = 40;
/// Distance from a limit, pu, that counts as at it.
pub(super) const NEAR: f64 = 1e-8;

/// Where a variable or a row rests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Lower,
    Upper,
    Free,
}

struct Held {
    columns: Vec<Rest>,
    rows: Vec<Rest>,
}

/// A cleaner point for `program`, or `point` itself, and how far it is from exact: the worst of broken
/// limits, pu, and of prices nothing explains, relative to the largest cost.
pub(super) fn polish(program: &Program, point: Point) -> (Point, f64) {
    let scale = program.cost_scale();
    let badness = |p: &Point| program.violation(&p.x).max(program.unexplained(p, NEAR) / scale);
    let mut held = read_off(program, &point, scale);
    let mut trial = point.clone();
    let mut best = (badness(&point), point);
    if best.0 < CLEAN {
        return (best.1, best.0);
    }
    for _ in 0..ROUNDS {
        if solve_equations(program, &held, &mut trial, scale).is_none() {
            break;
        }
        let after = badness(&trial);
        if after < best.0 {
            best = (after, trial.clone());
        }
        if after < CLEAN || !correct(program, &mut held, &trial, scale) {
            break;
        }
    }
    (best.1, best.0)
}

fn rest(lower: f64, value: f64, upper: f64, z: f64) -> Rest {
    if upper <= lower || z > value - lower {
        Rest::Lower
    } else if -z > upper - value {
        Rest::Upper
    } else {
        Rest::Free
    }
}

/// Near its limit by less than its price: held there. Both in units of about 1.
fn read_off(program: &Program, point: &Point, scale: f64) -> Held {
    let z = program.reduced_costs(point);
    let columns = program.columns.iter().zip(&point.x).zip(&z);
    let rows = program.rows.iter().zip(&point.price);
    Held {
        columns: columns.map(|((c, &x), z)| rest(c.lower, x, c.upper, z / scale)).collect(),
        rows: rows.map(|(r, y)| rest(r.lower, r.at(&point.x), r.upper, y / scale)).collect(),
    }
}

/// Holds what has left its limits and frees what is held against its price. Whether anything changed.
fn correct(program: &Program, held: &mut Held, point: &Point, scale: f64) -> bool {
    let z = program.reduced_costs(point);
    let mut changed = false;
    let mut update = |at: &mut Rest, lower: f64, value: f64, upper: f64, price: f64| {
        let next = match *at {
            _ if upper <= lower => Rest::Lower,
            Rest::Free if value < lower - NEAR => Rest::Lower,
            Rest::Free if value > upper + NEAR => Rest::Upper,
            Rest::Lower if price < -1e-9 => Rest::Free,
            Rest::Upper if price > 1e-9 => Rest::Free,
            same => same,
        };
        changed |= next != *at;
        *at = next;
    };
    for (j, column) in program.columns.iter().enumerate() {
        update(&mut held.columns[j], column.lower, point.x[j], column.upper, z[j] / scale);
    }
    for (i, row) in program.rows.iter().enumerate() {
        update(&mut held.rows[i], row.lower, row.at(&point.x), row.upper, point.price[i] / scale);
    }
    changed
}

fn end(rest: Rest, lower: f64, upper: f64) -> f64 {
    if rest == Rest::Lower { lower } else { upper }
}

/// Newton steps on the stationarity and the held rows, in `point`; `None` where it does not converge.
fn solve_equations(program: &Program, held: &Held, point: &mut Point, scale: f64) -> Option<()> {
    let free: Vec<usize> = (0..program.columns.len()).filter(|&j| held.columns[j] == Rest::Free).collect();
    let rows: Vec<usize> = (0..program.rows.len()).filter(|&i| held.rows[i] != Rest::Free).collect();
    for (j, column) in program.columns.iter().enumerate() {
        if held.columns[j] != Rest::Free {
            point.x[j] = end(held.columns[j], column.lower, column.upper);
        }
    }
    for (i, price) in point.price.iter_mut().enumerate() {
        if held.rows[i] == Rest::Free {
            *price = 0.0;
        }
    }
    if !point.x.iter().all(|x| x.is_finite()) {
        return None;
    }
    let count = free.len() + rows.len();
    if count == 0 {
        return Some(());
    }
    let mut factor = factorise(program, &free, &rows, scale)?;
    let mut least = f64::INFINITY;
    for _ in 0..REFINEMENTS {
        let z = program.reduced_costs(point);
        let mut step: Vec<f64> = free.iter().map(|&j| -z[j] / scale).collect();
        step.extend(rows.iter().map(|&i| {
            let row = &program.rows[i];
            end(held.rows[i], row.lower, row.upper) - row.at(&point.x)
        }));
        let worst = step.iter().fold(0.0_f64, |most, r| most.max(r.abs()));
        if worst.is_nan() {
            return None;
        }
        if worst < 1e-14 || worst > 0.9 * least && worst < 1e-10 {
            return Some(());
        }
        least = least.min(worst);
        factor.solve(&mut step);
        free.iter().zip(&step).for_each(|(&j, dx)| point.x[j] += dx);
        rows.iter().zip(&step[free.len()..]).for_each(|(&i, dy)| point.price[i] -= dy * scale);
    }
    (least < 1e-8).then_some(())
}

/// `[Q + shift, A'; A, -shift]` over free variables and held rows.
fn factorise(program: &Program, free: &[usize], rows: &[usize], scale: f64) -> Option<QDLDLFactorisation<f64>> {
    let count = free.len() + rows.len();
    let mut place = vec![usize::MAX; program.columns.len()];
    let mut entries = Vec::new();
    for (here, &j) in free.iter().enumerate() {
        place[j] = here;
        entries.push((here, here, program.columns[j].quadratic / scale + SHIFT));
    }
    for (number, &i) in rows.iter().enumerate() {
        let here = free.len() + number;
        entries.push((here, here, -SHIFT));
        let row = program.rows[i].entries.iter().filter(|e| place[e.0] != usize::MAX);
        entries.extend(row.map(|&(j, a)| (here, place[j], a)));
    }
    let mut signs = vec![1_i8; free.len()];
    signs.resize(count, -1);
    let settings = QDLDLSettings { Dsigns: Some(signs), ..Default::default() };
    QDLDLFactorisation::new(&assemble(count, count, entries), Some(settings)).ok()
}

/// Whether the prices are shown to be the only ones: the rows at a limit are independent over the
/// variables between their limits. Looked into for at most `most` rows; `false` is no proof.
pub(super) fn prices_are_unique(program: &Program, x: &[f64], most: usize) -> bool {
    let inner = |j: usize| x[j] > program.columns[j].lower + NEAR && x[j] < program.columns[j].upper - NEAR;
    let mut place = vec![usize::MAX; x.len()];
    let mut count = 0;
    for j in (0..x.len()).filter(|&j| inner(j)) {
        place[j] = count;
        count += 1;
    }
    let at_limit = |&i: &usize| {
        let value = program.rows[i].at(x);
        value <= program.rows[i].lower + NEAR || value >= program.rows[i].upper - NEAR
    };
    let rows: Vec<usize> = (0..program.rows.len()).filter(at_limit).collect();
    if rows.len() > count.min(most) {
        return false;
    }
    let mut dense = vec![vec![0.0; count]; rows.len()];
    for (line, &i) in dense.iter_mut().zip(&rows) {
        program.rows[i].entries.iter().filter(|e| place[e.0] != usize::MAX).for_each(|e| line[place[e.0]] += e.1);
    }
    has_full_row_rank(dense)
}

fn has_full_row_rank(mut rows: Vec<Vec<f64>>) -> bool {
    for at in 0..rows.len() {
        let (done, rest) = rows.split_at_mut(at + 1);
        let row = &done[at];
        let Some((pivot, size)) =
            row.iter().map(|v| v.abs()).enumerate().reduce(|best, e| if e.1 > best.1 { e } else { best })
        else {
            return false;
        };
        if size < 1e-9 {
            return false;
        }
        for other in rest {
            let factor = other[pivot] / row[pivot];
            if factor != 0.0 {
                other.iter_mut().zip(row).for_each(|(o, r)| *o -= factor * r);
            }
        }
    }
    true
}
