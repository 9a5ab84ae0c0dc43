//! One hour as a program over its generators: a balance per island, and a row (its PTDF) for every
//! line that some dispatch has overloaded. Solves nothing.

use super::angles::{Angles, flows};
use super::model::{Line, Model};
use super::pieces::Piece;
use super::program::{Column, Program, Row};

/// A flow to be kept, pu; with a weight, at that price per pu beyond its ends instead, as far as `far`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub line: usize,
    pub lower: f64,
    pub upper: f64,
    pub weight: Option<f64>,
    pub far: f64,
}

/// Every line's interval as a cut.
pub(super) fn all_lines(model: &Model) -> Vec<Cut> {
    let limits = model.lines.iter().map(Line::limits).enumerate();
    limits.map(|(line, (lower, upper))| Cut { line, lower, upper, weight: None, far: 0.0 }).collect()
}

/// Overload, pu and relative, that makes a line a row.
const OVERLOAD: f64 = 1e-9;
/// Rows added at a time: the worst overloads.
const AT_ONCE: usize = 50;

/// What all hours have in common: the network, and the PTDF of lines as far as it was needed.
pub(super) struct Lines<'a> {
    pub model: &'a Model,
    pub angles: &'a mut Angles,
    pub cuts: &'a [Cut],
    sensitivity: Vec<Vec<f64>>,
}

impl<'a> Lines<'a> {
    pub fn new(model: &'a Model, angles: &'a mut Angles, cuts: &'a [Cut]) -> Self {
        Self { sensitivity: vec![Vec::new(); model.lines.len()], model, angles, cuts }
    }

    fn sensitivity(&mut self, line: usize) -> &[f64] {
        if self.sensitivity[line].is_empty() {
            self.sensitivity[line] = self.angles.weighted_rows(self.model, [(line, 1.0)]);
        }
        &self.sensitivity[line]
    }

    /// Angles and flows of a dispatch `x` of `pieces`.
    pub fn state(&mut self, demand: &[f64], pieces: &[Piece], x: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut injection: Vec<f64> = demand.iter().map(|d| -d).collect();
        pieces.iter().zip(x).for_each(|(piece, x)| injection[piece.bus] += x);
        let angle = self.angles.of_injections(self.model, &injection);
        let flow = flows(self.model, &angle);
        (angle, flow)
    }
}

/// An hour's program and what its rows stand for.
#[derive(Clone, Debug)]
pub(super) struct Period {
    pub program: Program,
    /// Cut of each row after the islands' balances.
    pub added: Vec<usize>,
    /// First of the two columns beyond the ends of a row with a weight.
    pub slack: Vec<Option<usize>>,
    is_row: Vec<bool>,
    /// Flow of every line when all pieces are 0.
    idle: Vec<f64>,
}

impl Period {
    pub fn new(lines: &mut Lines<'_>, demand: &[f64], pieces: &[Piece]) -> Self {
        let idle = lines.state(demand, &[], &[]).1;
        let mut rows = vec![Row::default(); lines.model.reference.len()];
        for (bus, demand) in demand.iter().enumerate() {
            rows[lines.model.island[bus]].lower += demand;
            rows[lines.model.island[bus]].upper += demand;
        }
        pieces.iter().enumerate().for_each(|(j, piece)| rows[lines.model.island[piece.bus]].entries.push((j, 1.0)));
        let column = |p: &Piece| Column { lower: p.lower, upper: p.upper, cost: p.cost, quadratic: p.quadratic };
        let program = Program { columns: pieces.iter().map(column).collect(), rows };
        Self { program, added: Vec::new(), slack: Vec::new(), is_row: vec![false; lines.cuts.len()], idle }
    }

    /// The worst overloads not yet rows, worst first.
    pub fn overloads(&self, cuts: &[Cut], flow: &[f64]) -> Vec<usize> {
        let mut found: Vec<(f64, usize)> = Vec::new();
        for (number, cut) in cuts.iter().enumerate().filter(|(number, _)| !self.is_row[*number]) {
            let over = (flow[cut.line] - cut.upper) / (1.0 + cut.upper.abs());
            let under = (cut.lower - flow[cut.line]) / (1.0 + cut.lower.abs());
            if over.max(under) > OVERLOAD {
                found.push((over.max(under), number));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.into_iter().take(AT_ONCE).map(|f| f.1).collect()
    }

    /// Makes cut `number` a row over `pieces`.
    pub fn add(&mut self, lines: &mut Lines<'_>, pieces: &[Piece], number: usize) {
        let cut = lines.cuts[number];
        let sensitivity = lines.sensitivity(cut.line);
        let entries = pieces.iter().enumerate().map(|(j, piece)| (j, sensitivity[piece.bus]));
        let mut entries: Vec<(usize, f64)> = entries.filter(|e| e.1.abs() > 1e-14).collect();
        let first = cut.weight.map(|weight| {
            let first = self.program.columns.len();
            let beyond = Column { lower: 0.0, upper: cut.far, cost: weight, quadratic: 0.0 };
            self.program.columns.extend([beyond, beyond]);
            entries.extend([(first, 1.0), (first + 1, -1.0)]);
            first
        });
        let idle = self.idle[cut.line];
        self.program.rows.push(Row { entries, lower: cut.lower - idle, upper: cut.upper - idle });
        self.added.push(number);
        self.slack.push(first);
        self.is_row[number] = true;
    }
}
