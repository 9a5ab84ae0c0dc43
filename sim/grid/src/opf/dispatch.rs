//! Least cost over the generators alone: angles are eliminated, and a line becomes a row only once a
//! dispatch overloads it. Of thousands of lines a handful ever matters, and rows of PTDF entries are
//! well scaled whatever the reactances.

use super::angles::Angles;
use super::model::Model;
use super::period::{Cut, Lines, Period};
use super::pieces::Piece;
use super::polish::{polish, prices_are_unique};
use super::program::{Failure, Point, Program};
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
/// Relative tolerance of the interior point; the polish does the rest.
const TOLERANCE: f64 = 1e-9;

/// Solves over `pieces` (each at its bus) with `cuts`.
pub(super) fn dispatch(
    model: &Model,
    angles: &mut Angles,
    pieces: &[Piece],
    cuts: &[Cut],
) -> Result<Dispatch, Failure> {
    let mut lines = Lines::new(model, angles, cuts);
    let mut period = Period::new(&mut lines, &model.demand, pieces);
    for _ in 0..ROUNDS {
        let point = polish(&period.program, optimum(&period.program)?);
        let (angle, flow) = lines.state(&model.demand, pieces, &point.x);
        let worst = period.overloads(cuts, &flow);
        if worst.is_empty() {
            let unique = prices_are_unique(&period.program, &point.x, PROVABLE);
            let found = Dispatch { angle, flow, unique, ..read(&period, &point, model.reference.len(), pieces.len()) };
            return Ok(found);
        }
        worst.into_iter().for_each(|cut| period.add(&mut lines, pieces, cut));
    }
    Err(Failure::Stalled("too many rounds of overloads".to_owned()))
}

/// Our interior point; where it stalls, whether there is a point at all; where there is, `clarabel`.
fn optimum(program: &Program) -> Result<Point, Failure> {
    if let Some(point) = dense::solve(program, TOLERANCE) {
        return Ok(point);
    }
    if dense::is_infeasible(program) {
        return Err(Failure::Infeasible);
    }
    interior::solve(program)
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
