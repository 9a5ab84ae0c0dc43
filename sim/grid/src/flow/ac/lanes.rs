//! The state of some scenarios side by side, and Newton's method on it.

use pulp::NullaryFnOnce;

use super::given::Given;
use super::limits;
use super::model::AcModel;
use super::options::{AcOptions, Start, Status};
use super::start::Voltages;
use crate::flow::two_port::TwoPort;
use crate::network::BusKind;
use crate::sparse::block::{Factor, Pair};

/// A mismatch that no longer falls counts as solved below this, pu: rounding is reached.
const ROUNDING_PU: f64 = 1e-8;

/// What is tried in turn where the start asked for does not lead to a solution. Asked for by
/// themselves they stand alone.
const RESCUES: [Start; 2] = [Start::DcAngles, Start::Network];

/// A lane with this mismatch is given up: voltages are far from anything physical.
const LOST_PU: f64 = 1e7;

/// How a lane ended.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub status: Status,
    pub start: Start,
    pub iterations: u32,
    pub mismatch_pu: f64,
    pub given: Given,
}

/// Working memory for `L` scenarios of a model; all by position.
#[derive(Clone, Debug)]
pub(super) struct Lanes<'m, const L: usize> {
    pub model: &'m AcModel,
    /// Magnitude, and real and imaginary part.
    pub vm: Vec<[f64; L]>,
    pub v: Vec<Pair<L>>,
    /// Given injection.
    pub given: Vec<Pair<L>>,
    /// 1 where angle and magnitude are free, else 0.
    pub free: Vec<Pair<L>>,
    /// Injection that the voltages make.
    pub injection: Vec<Pair<L>>,
    /// Mismatch, then the Newton step.
    pub step: Vec<Pair<L>>,
    pub factor: Factor<L>,
    pub missing: Vec<Missing>,
    /// Solution of the network's own state, once asked for.
    origin: Option<Voltages>,
}

/// A branch that a lane lacks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Missing {
    pub lane: usize,
    /// Positions of its ends.
    pub from: usize,
    pub to: usize,
    pub port: TwoPort,
}

/// What Newton's method keeps per lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress<const L: usize> {
    pub active: [bool; L],
    pub converged: [bool; L],
    pub iterations: [u32; L],
    pub mismatch_pu: [f64; L],
}

impl<'m, const L: usize> Lanes<'m, L> {
    pub(super) fn new(model: &'m AcModel) -> Self {
        let n = model.pattern.size();
        let pairs = || vec![[[0.0; L]; 2]; n];
        Self {
            model,
            vm: vec![[0.0; L]; n],
            v: pairs(),
            given: pairs(),
            free: pairs(),
            injection: pairs(),
            step: pairs(),
            factor: Factor::new(&model.pattern),
            missing: vec![],
            origin: None,
        }
    }

    /// Solves up to `L` scenarios; one end for each.
    pub(super) fn solve(&mut self, given: Vec<Given>, options: &AcOptions) -> Vec<End> {
        self.missing.clear();
        let mut ends: Vec<_> = given.into_iter().map(|given| End::before(given, options.start)).collect();
        self.load(&ends, options.start);
        let mut waiting: Vec<_> = ends.iter().map(|end| end.status == Status::NotConverged).collect();
        while waiting.contains(&true) {
            let active = std::array::from_fn(|lane| waiting.get(lane).copied().unwrap_or(false));
            let progress = self.newton(active, options);
            for (lane, end) in ends.iter_mut().enumerate().filter(|(lane, _)| active[*lane]) {
                end.record(&progress, lane);
                waiting[lane] = options.enforce_q && limits::enforce(self, lane, end);
            }
        }
        for start in RESCUES {
            self.rescue(&mut ends, options, start);
        }
        ends
    }

    /// Solves lanes that did not converge again, one by one, from another start.
    fn rescue(&mut self, ends: &mut [End], options: &AcOptions, start: Start) {
        if RESCUES.contains(&options.start) {
            return;
        }
        for (lane, end) in ends.iter_mut().enumerate().filter(|(_, end)| end.status == Status::NotConverged) {
            let mut alone = Lanes::<1>::new(self.model);
            let options = AcOptions { start, ..*options };
            let again = alone.solve(vec![end.given.clone()], &options).swap_remove(0);
            if again.status == Status::NotConverged {
                continue;
            }
            for at in 0..self.vm.len() {
                self.vm[at][lane] = alone.vm[at][0];
                for part in 0..2 {
                    self.v[at][part][lane] = alone.v[at][part][0];
                    self.injection[at][part][lane] = alone.injection[at][part][0];
                }
            }
            *end = again;
        }
    }

    /// Writes scenarios into the lanes, voltages included. A lane without a scenario repeats the first,
    /// so that none computes with rubbish.
    fn load(&mut self, ends: &[End], start: Start) {
        let model = self.model;
        if start == Start::Solved && self.origin.is_none() {
            self.origin = Some(Voltages::of_own_state(model));
        }
        let given: [&Given; L] = std::array::from_fn(|lane| &ends[if lane < ends.len() { lane } else { 0 }].given);
        for (lane, given) in given.iter().enumerate() {
            for &branch in &given.branches_out {
                let Some(port) = model.ports[branch] else { continue };
                let ends = &model.network.branches[branch];
                let (from, to) = (model.pattern.position[ends.from], model.pattern.position[ends.to]);
                self.missing.push(Missing { lane, from, to, port });
            }
        }
        let rows = self.given.iter_mut().zip(&mut self.free);
        for ((value, free), &bus) in rows.zip(&model.bus_at) {
            for lane in 0..L {
                ([value[0][lane], value[1][lane]], [free[0][lane], free[1][lane]]) = given[lane].at(bus);
            }
        }
        let origin = self.origin.as_ref().filter(|origin| start == Start::Solved && !origin.is_empty());
        match origin {
            Some(origin) => origin.write(model, given, &mut self.vm, &mut self.v),
            None => Voltages::write_each(model, given, start, &mut self.vm, &mut self.v),
        }
    }

    /// Writes what is given at each bus into a lane, leaving its voltages.
    pub(super) fn specify(&mut self, lane: usize, given: &Given) {
        let rows = self.given.iter_mut().zip(&mut self.free);
        for ((value, free), &bus) in rows.zip(&self.model.bus_at) {
            ([value[0][lane], value[1][lane]], [free[0][lane], free[1][lane]]) = given.at(bus);
        }
    }

    /// Newton's method on the active lanes, from the voltages they have.
    fn newton(&mut self, active: [bool; L], options: &AcOptions) -> Progress<L> {
        struct Run<'a, 'm, const L: usize>(&'a mut Lanes<'m, L>, [bool; L], &'a AcOptions);
        impl<const L: usize> NullaryFnOnce for Run<'_, '_, L> {
            type Output = Progress<L>;
            #[inline(always)]
            fn call(self) -> Progress<L> {
                self.0.iterate(self.1, self.2)
            }
        }
        pulp::Arch::new().dispatch(Run(self, active, options))
    }

    #[inline(always)]
    fn iterate(&mut self, active: [bool; L], options: &AcOptions) -> Progress<L> {
        let mut progress =
            Progress { active, converged: [false; L], iterations: [0; L], mismatch_pu: [f64::INFINITY; L] };
        for iteration in 0..=options.most_iterations {
            let mismatch = self.evaluate();
            progress.judge(&mismatch, iteration, options.tolerance_pu);
            if !progress.active.contains(&true) || iteration == options.most_iterations {
                break;
            }
            self.solve_step(&progress.active);
            self.advance(&progress.active);
        }
        progress
    }
}

impl<const L: usize> Progress<L> {
    /// Decides which lanes go on.
    fn judge(&mut self, mismatch: &[f64; L], iteration: u32, tolerance_pu: f64) {
        for lane in 0..L {
            if !self.active[lane] {
                continue;
            }
            let stalled = mismatch[lane] <= ROUNDING_PU && mismatch[lane] > 0.5 * self.mismatch_pu[lane];
            self.converged[lane] = mismatch[lane] <= tolerance_pu || stalled;
            self.active[lane] = !self.converged[lane] && mismatch[lane] < LOST_PU;
            self.iterations[lane] = iteration;
            self.mismatch_pu[lane] = mismatch[lane];
        }
    }
}

impl End {
    fn before(given: Given, start: Start) -> Self {
        let dead = given.kinds.iter().all(|kind| *kind == BusKind::Isolated);
        let status = if dead { Status::NothingEnergised } else { Status::NotConverged };
        Self { status, start, iterations: 0, mismatch_pu: f64::NAN, given }
    }

    fn record<const L: usize>(&mut self, progress: &Progress<L>, lane: usize) {
        self.status = if progress.converged[lane] { Status::Converged } else { Status::NotConverged };
        self.iterations += progress.iterations[lane];
        self.mismatch_pu = progress.mismatch_pu[lane];
    }
}
