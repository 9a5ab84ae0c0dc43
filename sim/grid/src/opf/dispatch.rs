//! Least cost over the generators alone: angles are eliminated, and a line becomes a row (its PTDF)
//! only once a dispatch overloads it. Of thousands of lines a handful ever matters, and rows of PTDF
//! entries are well scaled whatever the reactances.

use super::angles::{Angles, flows};
use super::model::{Line, Model};
use super::pieces::Piece;
use super::polish::{polish, prices_are_unique};
use super::program::{Column, Failure, Point, Program, Row};
use super::{interior, Method};

/// A flow to be kept, pu; with a weight, at that price per pu beyond its ends instead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub line: usize,
    pub lower: f64,
    pub upper: f64,
    pub weight: Option<f64>,
}

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

/// Overload, pu and relative, that makes a line a row.
const OVERLOAD: f64 = 1e-9;
/// Rows added at a time: the worst overloads.
const AT_ONCE: usize = 150;
const ROUNDS: usize = 500;
/// Rows up to which uniqueness of prices is looked into.
const PROVABLE: usize = 400;

/// Every line's interval as a cut.
pub(super) fn all_lines(model: &Model) -> Vec<Cut> {
    let limits = model.lines.iter().map(Line::limits).enumerate();
    limits.map(|(line, (lower, upper))| Cut { line, lower, upper, weight: None }).collect()
}

/// Solves over `pieces` (each at its bus) with `cuts`.
pub(super) fn dispatch(
    model: &Model,
    angles: &mut Angles,
    pieces: &[Piece],
    cuts: &[Cut],
) -> Result<Dispatch, Failure> {
    let mut search = Search::new(model, angles, pieces, cuts);
    for _ in 0..ROUNDS {
        let t0 = std::time::Instant::now();
        let raw = match super::dense::solve(&search.program, 1e-9) { Some(r) => r, None => { eprintln!("rows FALLBACK"); interior::solve(&search.program)? } };
        let t1 = t0.elapsed().as_secs_f64();
        let point = polish(&search.program, raw);
        let t2 = t0.elapsed().as_secs_f64();
        let (angle, flow) = search.flows_of(&point.x);
        let worst = search.overloads(&flow);
        if t2>0.02 {eprintln!("rows {} cols {} nnz {} ipm {t1:.3} polish {:.3} over {} total {:.3}", search.program.rows.len(), search.program.columns.len(), search.program.rows.iter().map(|r| r.entries.len()).sum::<usize>(), t2-t1, worst.len(), t0.elapsed().as_secs_f64());}
        if worst.is_empty() {
            return Ok(search.finish(point, angle, flow));
        }
        worst.into_iter().for_each(|cut| search.add(cut));
    }
    Err(Failure::Stalled("too many rounds of overloads".to_owned()))
}

struct Search<'a> {
    model: &'a Model,
    angles: &'a mut Angles,
    pieces: &'a [Piece],
    cuts: &'a [Cut],
    /// Flow of every line when all pieces are 0.
    idle: Vec<f64>,
    program: Program,
    /// Cut of each row after the islands' balances, and whether a cut is one.
    added: Vec<usize>,
    is_row: Vec<bool>,
    /// First of the two columns beyond the ends of a row with a weight.
    slack: Vec<Option<usize>>,
}

impl<'a> Search<'a> {
    fn new(model: &'a Model, angles: &'a mut Angles, pieces: &'a [Piece], cuts: &'a [Cut]) -> Self {
        let idle_angle = angles.of_injections(model, &model.demand.iter().map(|d| -d).collect::<Vec<_>>());
        let mut rows = vec![Row::default(); model.reference.len()];
        for (bus, demand) in model.demand.iter().enumerate() {
            rows[model.island[bus]].lower += demand;
            rows[model.island[bus]].upper += demand;
        }
        pieces.iter().enumerate().for_each(|(j, piece)| rows[model.island[piece.bus]].entries.push((j, 1.0)));
        let column = |p: &Piece| Column { lower: p.lower, upper: p.upper, cost: p.cost, quadratic: p.quadratic };
        let program = Program { columns: pieces.iter().map(column).collect(), rows };
        let (added, slack, is_row) = (Vec::new(), Vec::new(), vec![false; cuts.len()]);
        Self { idle: flows(model, &idle_angle), model, angles, pieces, cuts, program, added, is_row, slack }
    }

    fn flows_of(&mut self, x: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut injection: Vec<f64> = self.model.demand.iter().map(|d| -d).collect();
        self.pieces.iter().zip(x).for_each(|(piece, x)| injection[piece.bus] += x);
        let angle = self.angles.of_injections(self.model, &injection);
        let flow = flows(self.model, &angle);
        (angle, flow)
    }

    /// The worst overloads not yet rows, worst first.
    fn overloads(&self, flow: &[f64]) -> Vec<usize> {
        let mut found: Vec<(f64, usize)> = Vec::new();
        for (number, cut) in self.cuts.iter().enumerate().filter(|(number, _)| !self.is_row[*number]) {
            let over = (flow[cut.line] - cut.upper) / (1.0 + cut.upper.abs());
            let under = (cut.lower - flow[cut.line]) / (1.0 + cut.lower.abs());
            if over.max(under) > OVERLOAD {
                found.push((over.max(under), number));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.into_iter().take(AT_ONCE).map(|f| f.1).collect()
    }

    fn add(&mut self, number: usize) {
        let cut = &self.cuts[number];
        let sensitivity = self.angles.weighted_rows(self.model, [(cut.line, 1.0)]);
        let entries = self.pieces.iter().enumerate().map(|(j, piece)| (j, sensitivity[piece.bus]));
        let mut entries: Vec<(usize, f64)> = entries.filter(|e| e.1.abs() > 1e-14).collect();
        if let Some(weight) = cut.weight {
            let first = self.program.columns.len();
            let slack = Column { lower: 0.0, upper: f64::INFINITY, cost: weight, quadratic: 0.0 };
            self.program.columns.extend([slack, slack]);
            entries.extend([(first, 1.0), (first + 1, -1.0)]);
            self.slack.push(Some(first));
        } else {
            self.slack.push(None);
        }
        let idle = self.idle[cut.line];
        self.program.rows.push(Row { entries, lower: cut.lower - idle, upper: cut.upper - idle });
        self.added.push(number);
        self.is_row[number] = true;
    }

    fn finish(self, point: Point, angle: Vec<f64>, flow: Vec<f64>) -> Dispatch {
        let unique = prices_are_unique(&self.program, &point.x, PROVABLE);
        let islands = self.model.reference.len();
        let cuts = self.added.iter().copied().zip(point.price[islands..].iter().copied()).collect();
        // Below its lower end a flow is lifted by the first column.
        let beyond = self.added.iter().zip(&self.slack);
        let beyond = beyond.filter_map(|(&cut, slack)| slack.map(|s| (cut, point.x[s + 1] - point.x[s]))).collect();
        let energy = point.price[..islands].to_vec();
        let x = point.x[..self.pieces.len()].to_vec();
        Dispatch { x, energy, cuts, beyond, angle, flow, unique, method: Method::InteriorPoint }
    }
}
