//! What to give up when a program is infeasible: the fewest of the constraints that may give, and by how much.
//!
//! Least total violation alone (the usual elastic filter) spreads a shortage over whatever is cheap; a deletion filter
//! ends at a set from which nothing can be left out, which need not be a smallest one. Here the smallest is found and
//! proved: a Farkas ray of the program with a set H given up names constraints of which one more must give; the smallest
//! set that meets every such conflict is the next H (implicit hitting sets; Reiter 1987, Moreno-Centeno and Karp 2013).
//! The first H with a feasible program is a smallest relaxation. Among equally small ones those that the least total
//! violation uses come first, then the least total weight, then the first in the caller's list; the amounts are of
//! least weighted sum.

use crate::{Conflict, Constraint, Data, Error, Matrix, Outcome, Solver, Start, Stopped, certifies, hitting};

/// Programs solved before the smallest relaxation found so far is returned without proof.
const ROUNDS: usize = 400;
/// Part of a constraint's own size (at least 1) below which its violation is rounding.
const NOTHING: f64 = 1e-9;

/// A constraint that may give, and what a unit of its violation weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Soft {
    /// Which one.
    pub constraint: Constraint,
    /// Positive; in units of one objective per unit of the constraint.
    pub weight: f64,
}

/// A constraint that gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Violation {
    /// Which one.
    pub constraint: Constraint,
    /// By how much: of a row, left side less right side; of a bound, the distance beyond it (positive).
    pub amount: f64,
}

/// A smallest set of violations with which the rest holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxation {
    /// In the order of the caller's list; empty if the program is feasible.
    pub violations: Vec<Violation>,
    /// Whether it is proved that no set with fewer members does.
    pub fewest: bool,
    /// A point that violates nothing else; costs play no part in it.
    pub x: Vec<f64>,
}

/// Answer of [`elastic`].
#[derive(Debug, Clone, PartialEq)]
pub enum Elastic {
    /// What gives.
    Relaxed(Relaxation),
    /// Even if all that may give does, these cannot hold together.
    Hard(Conflict),
    /// The solver found no answer to the fully relaxed program.
    Stopped(Stopped),
}

/// The fewest of `soft` whose violation makes the program feasible, and the amounts. Costs are not looked at.
///
/// # Errors
/// Numbers that do not fit or are not finite, a constraint of another program, a weight that is not positive.
pub fn elastic(matrix: &Matrix, data: &Data, soft: &[Soft]) -> Result<Elastic, Error> {
    data.check(matrix)?;
    check(matrix, soft)?;
    let mut relaxed = Relaxed::new(matrix, data, soft)?;
    let all: Vec<usize> = (0..soft.len()).collect();
    let support = match relaxed.given(&all)? {
        Given::Feasible(support) => support,
        Given::Conflict(members, gap) => return Ok(Elastic::Hard(Conflict { gap, members })),
        Given::Stopped(why) => return Ok(Elastic::Stopped(why)),
    };
    let (set, fewest) = relaxed.fewest(support)?;
    match relaxed.given(&set)? {
        Given::Stopped(why) => Ok(Elastic::Stopped(why)),
        _ => Ok(Elastic::Relaxed(Relaxation { violations: relaxed.violations(), fewest, x: relaxed.point() })),
    }
}

fn check(matrix: &Matrix, soft: &[Soft]) -> Result<(), Error> {
    for &Soft { constraint, weight } in soft {
        let known = match constraint {
            Constraint::Row(row) => row < matrix.rows(),
            Constraint::Lower(column) | Constraint::Upper(column) => column < matrix.columns(),
        };
        if !known {
            return Err(Error::NoSuchConstraint { constraint });
        }
        if !(weight > 0.0 && weight.is_finite()) {
            return Err(Error::Weight { constraint, weight });
        }
    }
    Ok(())
}

/// The program with two columns per soft constraint that do its violation's work: into a row from either side, or as
/// more of the bounded column (the second column is then idle).
struct Relaxed<'a> {
    soft: &'a [Soft],
    columns: usize,
    solver: Solver,
    data: Data,
    /// Room for the violation of each soft constraint: more than any point needs.
    room: Vec<f64>,
    x: Vec<f64>,
}

/// What a set of constraints given up leads to.
enum Given {
    /// Those of them that give.
    Feasible(Vec<usize>),
    /// What cannot hold together, and the gap.
    Conflict(Vec<Constraint>, f64),
    Stopped(Stopped),
}

impl<'a> Relaxed<'a> {
    fn new(matrix: &Matrix, data: &Data, soft: &'a [Soft]) -> Result<Self, Error> {
        let columns = matrix.columns();
        let mut lists: Vec<Vec<(usize, f64)>> = (0..columns).map(|column| matrix.column(column).collect()).collect();
        let mut data = Data { cost: vec![0.0; columns], ..data.clone() };
        let room = rooms(matrix, &data, soft);
        for &Soft { constraint, weight } in soft {
            let scaled = |column, sign: f64| matrix.column(column).map(|(row, a)| (row, sign * a)).collect();
            let pair = match constraint {
                Constraint::Row(row) => [vec![(row, 1.0)], vec![(row, -1.0)]],
                Constraint::Lower(column) => [scaled(column, -1.0), Vec::new()],
                Constraint::Upper(column) => [scaled(column, 1.0), Vec::new()],
            };
            lists.extend(pair);
            data.cost.extend([weight; 2]);
            data.lower.extend([0.0; 2]);
            data.upper.extend([0.0; 2]);
        }
        let solver = Solver::new(Matrix::new(matrix.rows(), &lists)?);
        Ok(Self { soft, columns, solver, data, room, x: Vec::new() })
    }

    /// Solves with this set given up and everything else held.
    fn given(&mut self, set: &[usize]) -> Result<Given, Error> {
        self.data.upper[self.columns..].fill(0.0);
        for &member in set {
            let first = self.columns + 2 * member;
            self.data.upper[first..first + 2].fill(self.room[member]);
        }
        match self.solver.solve(&self.data, Start::Last)? {
            Outcome::Optimal(found) => {
                self.x.clear();
                self.x.extend_from_slice(found.x);
                Ok(Given::Feasible(self.support()))
            }
            Outcome::Infeasible(proof) => {
                let ray = proof.ray.to_vec();
                let conflict = certifies(self.solver.matrix(), &self.data, &ray);
                let Some(Conflict { gap, mut members }) = conflict else {
                    return Ok(Given::Stopped(Stopped::Rounding));
                };
                let columns = self.columns;
                members
                    .retain(|member| !matches!(member, Constraint::Lower(j) | Constraint::Upper(j) if *j >= columns));
                Ok(Given::Conflict(members, gap))
            }
            Outcome::Stopped(why) => Ok(Given::Stopped(why)),
        }
    }

    /// A smallest set, at best the one known, and whether that is proved.
    fn fewest(&mut self, known: Vec<usize>) -> Result<(Vec<usize>, bool), Error> {
        let mut known = known;
        let cheapest = known.clone();
        // More than any set without a stranger weighs.
        let stranger: f64 = self.soft.iter().map(|soft| soft.weight).sum();
        let mut conflicts: Vec<Vec<usize>> = Vec::new();
        for _ in 0..ROUNDS {
            let soft = self.soft;
            let price = |k: usize| soft[k].weight + if cheapest.contains(&k) { 0.0 } else { stranger };
            let Some(set) = hitting::smallest(&conflicts, &price) else { return Ok((known, false)) };
            if set.len() >= known.len() {
                return Ok((known, true));
            }
            match self.learn(&set, &mut conflicts)? {
                Learned::Feasible(support) => return Ok((support, true)),
                Learned::Conflicts(support) if support.len() < known.len() => known = support,
                Learned::Conflicts(_) => {}
                Learned::Nothing => return Ok((known, false)),
            }
        }
        Ok((known, false))
    }

    /// Tries a set; if it is not enough, adds conflict after conflict, each without members of the ones before.
    fn learn(&mut self, set: &[usize], conflicts: &mut Vec<Vec<usize>>) -> Result<Learned, Error> {
        let mut wider = set.to_vec();
        loop {
            match self.given(&wider)? {
                Given::Feasible(support) if wider.len() == set.len() => return Ok(Learned::Feasible(support)),
                Given::Feasible(support) => return Ok(Learned::Conflicts(support)),
                Given::Conflict(members, _) => {
                    let mut met = (0..self.soft.len()).collect::<Vec<_>>();
                    met.retain(|k| members.contains(&self.soft[*k].constraint) && !wider.contains(k));
                    if met.is_empty() {
                        return Ok(Learned::Nothing);
                    }
                    wider.extend(&met);
                    conflicts.push(met);
                }
                Given::Stopped(_) => return Ok(Learned::Nothing),
            }
        }
    }

    /// Soft constraints that give at the last point.
    fn support(&self) -> Vec<usize> {
        let gives = |&k: &usize| self.amount(k).abs() > NOTHING * (1.0 + self.size(k).abs());
        (0..self.soft.len()).filter(gives).collect()
    }

    /// The number on the right of the constraint.
    fn size(&self, member: usize) -> f64 {
        match self.soft[member].constraint {
            Constraint::Row(row) => self.data.rhs[row],
            Constraint::Lower(column) => self.data.lower[column],
            Constraint::Upper(column) => self.data.upper[column],
        }
    }

    fn amount(&self, member: usize) -> f64 {
        let first = self.columns + 2 * member;
        match self.soft[member].constraint {
            Constraint::Row(_) => self.x[first + 1] - self.x[first],
            Constraint::Lower(_) | Constraint::Upper(_) => self.x[first],
        }
    }

    fn violations(&self) -> Vec<Violation> {
        let violation = |&k: &usize| Violation { constraint: self.soft[k].constraint, amount: self.amount(k) };
        self.support().iter().map(violation).collect()
    }

    /// The point in the columns of the caller.
    fn point(&self) -> Vec<f64> {
        let mut x = self.x[..self.columns].to_vec();
        for (k, soft) in self.soft.iter().enumerate() {
            match soft.constraint {
                Constraint::Row(_) => {}
                Constraint::Lower(column) => x[column] -= self.amount(k),
                Constraint::Upper(column) => x[column] += self.amount(k),
            }
        }
        x
    }
}

/// What a tried set taught.
enum Learned {
    /// It is enough; these of it give.
    Feasible(Vec<usize>),
    /// It is not; a wider set is, of which these give.
    Conflicts(Vec<usize>),
    /// The solver had no answer.
    Nothing,
}

/// Room for violations: of a bound, ten times what all rows together ask for over the weakest coefficient of its column;
/// of a row, what its columns can then reach. Only a chain of bounds that push one another up could need more.
fn rooms(matrix: &Matrix, data: &Data, soft: &[Soft]) -> Vec<f64> {
    let mut farthest: Vec<f64> = data.lower.iter().zip(&data.upper).map(|(l, u)| f64::max(l.abs(), u.abs())).collect();
    let reach = |row: usize, farthest: &[f64]| {
        data.rhs[row].abs() + matrix.row(row).map(|(column, a)| a.abs() * farthest[column]).sum::<f64>()
    };
    let all: f64 = (0..matrix.rows()).map(|row| reach(row, &farthest)).sum();
    let mut rooms = vec![0.0; soft.len()];
    for (room, soft) in rooms.iter_mut().zip(soft) {
        if let Constraint::Lower(column) | Constraint::Upper(column) = soft.constraint {
            let weakest = matrix.column(column).fold(f64::INFINITY, |least, (_, a)| least.min(a.abs()));
            *room = 10.0 * all / weakest;
            farthest[column] += *room;
        }
    }
    for (room, soft) in rooms.iter_mut().zip(soft) {
        if let Constraint::Row(row) = soft.constraint {
            *room = reach(row, &farthest);
        }
    }
    rooms
}
