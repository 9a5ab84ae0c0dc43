//! Least cost over the generators alone: angles are eliminated, and a line becomes a row only once a
//! dispatch overloads it. Of thousands of lines a handful ever matters, and rows of PTDF entries are
//! well scaled whatever the reactances.

use super::angles::Angles;
use super::model::Model;
use super::period::{Cut, Lines, Period};
use super::pieces::Piece;
use super::polish::{polish, prices_are_unique};
use super::program::{Failure, Point, Program};
use super::simplex::{Answer, Simplex};
use super::{Method, dense, interior};

/// A dispatch: power of each piece, price of each island and of each cut that became a row; for cuts
/// with a weight, how far their flow is beyond its ends.
#[derive(Clone, Debug)]
pub(super) struct Dispatch {
    pub x: Vec<f64>,
    pub energy: Vec<f64>,
    pub cuts: Vec<(usize, f64)>,
    pub beyond: Vec<(usize, f64)>,
    pub angle: Vec<f64>,
    pub flow: Vec<f64>,
    pub unique: bool,
    pub method: Method,
}

const ROUNDS: usize = 500;
/// Rows up to which uniqueness of prices is looked into.
const PROVABLE: usize = 400;
/// Relative tolerances of the interior point; the polish does the rest.
const TOLERANCES: [f64; 3] = [1e-9, 1e-11, 1e-12];
/// How far from exact a point may be: pu, and prices relative to the largest cost.
const EXACT: f64 = 1e-9;
/// Least sum of breaks of rows, pu, above which a program counts as infeasible.
const BROKEN: f64 = 1e-7;

/// What one hour leaves for the next: lines that were rows, and the basis they ended with.
#[derive(Default)]
pub(super) struct Memory {
    simplex: Simplex,
    rows: Vec<usize>,
}

/// Solves over `pieces` (each at its bus) with `cuts`, from nothing.
pub(super) fn dispatch(
    model: &Model,
    angles: &mut Angles,
    pieces: &[Piece],
    cuts: &[Cut],
) -> Result<Dispatch, Failure> {
    let mut lines = Lines::new(model, angles, cuts);
    dispatch_from(&mut lines, &model.demand, pieces, &mut Memory::default())
}

/// Solves an hour of `demand` and `pieces`, from what the hour before left.
pub(super) fn dispatch_from(
    lines: &mut Lines<'_>,
    demand: &[f64],
    pieces: &[Piece],
    memory: &mut Memory,
) -> Result<Dispatch, Failure> {
    let islands = lines.model.reference.len();
    let mut period = Period::new(lines, demand, pieces);
    memory.rows.iter().for_each(|&cut| period.add(lines, pieces, cut));
    for _ in 0..ROUNDS {
        let (point, method) = optimum(&period.program, islands, &mut memory.simplex)?;
        let (angle, flow) = lines.state(demand, pieces, &point.x);
        let worst = period.overloads(lines.cuts, &flow);
        if worst.is_empty() {
            let unique = prices_are_unique(&period.program, &point.x, PROVABLE);
            memory.rows.clone_from(&period.added);
            return Ok(Dispatch { angle, flow, unique, method, ..read(&period, &point, islands, pieces.len()) });
        }
        worst.into_iter().for_each(|cut| period.add(lines, pieces, cut));
    }
    Err(Failure::Stalled("too many rounds of overloads".to_owned()))
}

/// A linear program of few rows by the simplex, everything else by the interior point.
fn optimum(program: &Program, islands: usize, simplex: &mut Simplex) -> Result<(Point, Method), Failure> {
    match simplex.solve(program, islands) {
        Answer::Optimal(found) => {
            let (point, off) = polish(program, found);
            if off < EXACT {
                return Ok((point, Method::Simplex));
            }
        }
        Answer::Infeasible(by) if by > BROKEN => return Err(Failure::Infeasible),
        // Rounding in the data, perhaps.
        Answer::Infeasible(_) | Answer::None => {}
    }
    interior_point(program).map(|point| (point, Method::InteriorPoint))
}

/// Our interior point, more tightly where the polish cannot read its answer; where it stalls, whether
/// there is a point at all; where there is, `clarabel`. The most exact answer counts.
fn interior_point(program: &Program) -> Result<Point, Failure> {
    let mut best: Option<(Point, f64)> = None;
    for tolerance in TOLERANCES {
        let Some(close) = dense::solve(program, tolerance) else { break };
        let (point, off) = polish(program, close);
        if off < EXACT {
            return Ok(point);
        }
        if best.as_ref().is_none_or(|b| off < b.1) {
            best = Some((point, off));
        }
    }
    if best.is_none() && dense::least_break(program).is_some_and(|by| by > BROKEN) {
        return Err(Failure::Infeasible);
    }
    match (interior::solve(program).map(|close| polish(program, close)), best) {
        (Ok(other), Some(own)) => Ok(if other.1 < own.1 { other.0 } else { own.0 }),
        (Ok(other), None) => Ok(other.0),
        (Err(_), Some(own)) => Ok(own.0),
        (Err(failure), None) => Err(failure),
    }
}

/// A point of `period` without its flows.
pub(super) fn read(period: &Period, point: &Point, islands: usize, pieces: usize) -> Dispatch {
    let cuts = period.added.iter().copied().zip(point.price[islands..].iter().copied()).collect();
    // Below its lower end a flow is lifted by the first column.
    let beyond = period.added.iter().zip(&period.slack);
    let beyond = beyond.filter_map(|(&cut, slack)| slack.map(|s| (cut, point.x[s + 1] - point.x[s]))).collect();
    Dispatch {
        x: point.x[..pieces].to_vec(),
        energy: point.price[..islands].to_vec(),
        cuts,
        beyond,
        angle: Vec::new(),
        flow: Vec::new(),
        unique: false,
        method: Method::InteriorPoint,
    }
}
