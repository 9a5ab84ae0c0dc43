//! Many scenarios of one network, eight at a time.

use super::given::Given;
use super::lanes::{End, Lanes};
use super::model::AcModel;
use super::options::{AcOptions, Scenario, Start, Status};
use crate::flow::error::FlowError;
use crate::network::BusKind;
use crate::sparse::block::Pair;

/// Scenarios side by side: one register of the widest instruction set. More would need fewer passes
/// over the pattern but leave the second-level cache.
const LANES: usize = 8;

/// How a scenario of a batch ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AcOutcome {
    /// How it ended.
    pub status: Status,
    /// The start it was reached from.
    pub start: Start,
    /// Newton steps from that start.
    pub iterations: u32,
    /// Largest mismatch left, pu.
    pub mismatch_pu: f64,
    /// Active power lost in branches, MW; not a number unless converged.
    pub losses_mw: f64,
}

/// Voltages of a batch, as the kernel makes them: a row of lanes per bus, group after group. Not a
/// number where a scenario did not converge or a bus is not energised.
#[derive(Clone, Debug, PartialEq)]
pub struct AcBatch {
    /// Per scenario.
    pub outcomes: Vec<AcOutcome>,
    /// Row of a bus within its group.
    position: Vec<usize>,
    vm_pu: Vec<[f64; LANES]>,
    v_pu: Vec<Pair<LANES>>,
}

impl AcBatch {
    pub(super) fn new(model: &AcModel, scenarios: &[Scenario], options: &AcOptions) -> Result<Self, FlowError> {
        let position = model.pattern.position.clone();
        let rows = scenarios.len().div_ceil(LANES) * position.len();
        let (vm_pu, v_pu) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut batch = Self { outcomes: Vec::with_capacity(scenarios.len()), position, vm_pu, v_pu };
        let mut lanes = Lanes::<LANES>::new(model);
        for group in scenarios.chunks(LANES) {
            let given: Result<Vec<_>, _> = group.iter().map(|scenario| Given::new(model, scenario)).collect();
            let ends = lanes.solve(given?, options);
            batch.take(&lanes, &ends);
        }
        Ok(batch)
    }

    fn take(&mut self, lanes: &Lanes<LANES>, ends: &[End]) {
        let first = self.vm_pu.len();
        self.vm_pu.extend_from_slice(&lanes.vm);
        self.v_pu.extend_from_slice(&lanes.v);
        let losses_mw = losses_mw(lanes);
        for (lane, end) in ends.iter().enumerate() {
            let solved = end.status == Status::Converged;
            for (at, &bus) in lanes.model.bus_at.iter().enumerate() {
                if !solved || end.given.kinds[bus] == BusKind::Isolated {
                    self.vm_pu[first + at][lane] = f64::NAN;
                    (self.v_pu[first + at][0][lane], self.v_pu[first + at][1][lane]) = (f64::NAN, f64::NAN);
                }
            }
            self.outcomes.push(AcOutcome {
                status: end.status,
                start: end.start,
                iterations: end.iterations,
                mismatch_pu: end.mismatch_pu,
                losses_mw: if solved { losses_mw[lane] } else { f64::NAN },
            });
        }
    }

    /// Voltage magnitude of every bus in a scenario, pu.
    #[must_use]
    pub fn vm_pu(&self, scenario: usize) -> impl ExactSizeIterator<Item = f64> + '_ {
        let first = scenario / LANES * self.position.len();
        self.position.iter().map(move |at| self.vm_pu[first + at][scenario % LANES])
    }

    /// Real and imaginary part of every bus's voltage in a scenario, pu.
    #[must_use]
    pub fn v_pu(&self, scenario: usize) -> impl ExactSizeIterator<Item = (f64, f64)> + '_ {
        let first = scenario / LANES * self.position.len();
        let lane = scenario % LANES;
        self.position.iter().map(move |at| (self.v_pu[first + at][0][lane], self.v_pu[first + at][1][lane]))
    }

    /// Voltage angle of every bus in a scenario, rad, in -pi..pi. Computed here, not kept.
    #[must_use]
    pub fn va_rad(&self, scenario: usize) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.v_pu(scenario).map(|(re, im)| libm::atan2(im, re))
    }
}

/// What all buses inject and shunts do not consume, MW.
fn losses_mw(lanes: &Lanes<LANES>) -> [f64; LANES] {
    let mut losses = [0.0; LANES];
    for ((injection, vm), &bus) in lanes.injection.iter().zip(&lanes.vm).zip(&lanes.model.bus_at) {
        let shunt_mw = lanes.model.network.buses[bus].g_shunt_mw;
        for lane in 0..LANES {
            losses[lane] += injection[0][lane] * lanes.model.network.base_mva - vm[lane] * vm[lane] * shunt_mw;
        }
    }
    losses
}
