//! The same step as a linear program of flows and angles, for an interior-point solver: another formulation, another
//! algorithm.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{
    DefaultSettings, DefaultSolver, IPSolver, SolverStatus,
    SupportedConeT::{NonnegativeConeT, ZeroConeT},
};
use energyopti_grid::redispatch::{Flow, Layout, Step};

/// What the other solver says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Peer {
    Cost(f64),
    Infeasible,
    /// It stopped between the two.
    Unsure,
}

/// Rows `a'x <= b` or `a'x = b` over columns with costs.
#[derive(Default)]
struct Rows {
    cost: Vec<f64>,
    equal: Vec<(Vec<(usize, f64)>, f64)>,
    below: Vec<(Vec<(usize, f64)>, f64)>,
}

impl Rows {
    fn column(&mut self, cost: f64, lower: f64, upper: f64) -> usize {
        let column = self.cost.len();
        self.cost.push(cost);
        if lower == upper {
            self.equal.push((vec![(column, 1.0)], lower));
            return column;
        }
        if upper.is_finite() {
            self.below.push((vec![(column, 1.0)], upper));
        }
        if lower.is_finite() {
            self.below.push((vec![(column, -1.0)], -lower));
        }
        column
    }

    fn solve(&self) -> Peer {
        let rows: Vec<_> = self.equal.iter().chain(&self.below).collect();
        let (mut i, mut j, mut v) = (vec![], vec![], vec![]);
        for (row, (entries, _)) in rows.iter().enumerate() {
            for &(column, value) in entries {
                i.push(row);
                j.push(column);
                v.push(value);
            }
        }
        let n = self.cost.len();
        let a = CscMatrix::new_from_triplets(rows.len(), n, i, j, v);
        let b: Vec<f64> = rows.iter().map(|(_, b)| *b).collect();
        let cones = [ZeroConeT(self.equal.len()), NonnegativeConeT(self.below.len())];
        let settings = DefaultSettings {
            verbose: false,
            tol_gap_abs: 1e-9,
            tol_gap_rel: 1e-10,
            tol_feas: 1e-10,
            ..DefaultSettings::default()
        };
        let p = CscMatrix::zeros((n, n));
        let mut solver = DefaultSolver::new(&p, &self.cost, &a, &b, &cones, settings).unwrap();
        solver.solve();
        match solver.solution.status {
            SolverStatus::Solved => Peer::Cost(solver.solution.obj_val),
            SolverStatus::PrimalInfeasible => Peer::Infeasible,
            _ => Peer::Unsure,
        }
    }
}

/// The least cost of a step, or with `elastic` the least power to be added or taken away at buses.
pub fn least_cost(layout: &Layout, step: &Step<'_>, elastic: bool) -> Peer {
    let mut rows = Rows::default();
    let mut balance: Vec<Vec<(usize, f64)>> = vec![vec![]; layout.buses];
    let priced = |cost: f64| if elastic { 0.0 } else { cost };
    for (k, &bus) in layout.resources.iter().enumerate() {
        let column = rows.column(priced(step.cost[k]), step.lower_mw[k], step.upper_mw[k]);
        balance[bus].push((column, 1.0));
    }
    for (link, _) in layout.links.iter().zip(step.links_up).filter(|(_, up)| **up) {
        for (from, to, least, most) in [
            (link.bus0, link.bus1, link.p_min_mw, link.p_max_mw),
            (link.bus1, link.bus0, -link.p_max_mw, -link.p_min_mw),
        ] {
            let column = rows.column(priced(link.marginal_cost), least.max(0.0), most.max(0.0));
            balance[from].push((column, -1.0));
            balance[to].push((column, link.efficiency));
        }
    }
    let angles: Vec<usize> = (0..layout.buses).map(|_| rows.column(0.0, f64::NEG_INFINITY, f64::INFINITY)).collect();
    for (line, _) in layout.lines.iter().zip(step.lines_up).filter(|(_, up)| **up) {
        let flow = rows.column(0.0, -line.limit_back_mw, line.limit_mw);
        balance[line.bus0].push((flow, -1.0));
        balance[line.bus1].push((flow, 1.0));
        if layout.flow == Flow::Dc {
            let b = line.susceptance;
            let law = vec![(flow, -1.0), (angles[line.bus0], b), (angles[line.bus1], -b)];
            rows.equal.push((law, b * line.shift_rad));
        }
    }
    for (bus, mut entries) in balance.into_iter().enumerate() {
        if elastic {
            for sign in [1.0, -1.0] {
                entries.push((rows.column(1.0, 0.0, 1e6), sign));
            }
        }
        // Angles of the network's parts are free; a weak row would do as well as none.
        rows.equal.push((entries, step.withdrawal_mw[bus]));
    }
    rows.solve()
}
