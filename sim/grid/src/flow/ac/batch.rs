//! Many scenarios of one network, eight at a time.

use super::given::Given;
use super::lanes::{End, Lanes};
use super::model::AcModel;
use super::options::{AcOptions, Scenario, Start, Status};
use crate::flow::error::FlowError;
use crate::network::BusKind;

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

/// Voltages of a batch. Not a number where a scenario did not converge or a bus is not energised.
#[derive(Clone, Debug, PartialEq)]
pub struct AcBatch {
    /// Per scenario.
    pub outcomes: Vec<AcOutcome>,
    buses: usize,
    /// Magnitude, real and imaginary part; scenario by scenario.
    vm_pu: Vec<f64>,
    v_pu: Vec<[f64; 2]>,
}

impl AcBatch {
    pub(super) fn new(model: &AcModel, scenarios: &[Scenario], options: &AcOptions) -> Result<Self, FlowError> {
        let buses = model.network.buses.len();
        let mut batch = Self { outcomes: vec![], buses, vm_pu: vec![], v_pu: vec![] };
        let mut lanes = Lanes::<LANES>::new(model);
        for group in scenarios.chunks(LANES) {
            let given: Result<Vec<_>, _> = group.iter().map(|scenario| Given::new(model, scenario)).collect();
            let ends = lanes.solve(given?, options);
            for (lane, end) in ends.iter().enumerate() {
                batch.take(&lanes, lane, end);
            }
        }
        Ok(batch)
    }

    fn take(&mut self, lanes: &Lanes<LANES>, lane: usize, end: &End) {
        let model = lanes.model;
        let solved = end.status == Status::Converged;
        let mut losses_mw = 0.0;
        for (bus, &at) in model.pattern.position.iter().enumerate() {
            let known = solved && end.given.kinds[bus] != BusKind::Isolated;
            let vm = lanes.vm[at][lane];
            self.vm_pu.push(if known { vm } else { f64::NAN });
            self.v_pu.push(if known { [lanes.v[at][0][lane], lanes.v[at][1][lane]] } else { [f64::NAN; 2] });
            let shunt_mw = vm * vm * model.network.buses[bus].g_shunt_mw;
            losses_mw += lanes.injection[at][0][lane] * model.network.base_mva - shunt_mw;
        }
        self.outcomes.push(AcOutcome {
            status: end.status,
            start: end.start,
            iterations: end.iterations,
            mismatch_pu: end.mismatch_pu,
            losses_mw: if solved { losses_mw } else { f64::NAN },
        });
    }

    /// Voltage magnitude of every bus in a scenario, pu.
    #[must_use]
    pub fn vm_pu(&self, scenario: usize) -> &[f64] {
        &self.vm_pu[scenario * self.buses..(scenario + 1) * self.buses]
    }

    /// Real and imaginary part of every bus's voltage in a scenario, pu.
    #[must_use]
    pub fn v_pu(&self, scenario: usize) -> &[[f64; 2]] {
        &self.v_pu[scenario * self.buses..(scenario + 1) * self.buses]
    }

    /// Voltage angle of every bus in a scenario, rad, in -pi..pi. Computed here, not kept.
    #[must_use]
    pub fn va_rad(&self, scenario: usize) -> Vec<f64> {
        self.v_pu(scenario).iter().map(|v| libm::atan2(v[1], v[0])).collect()
    }
}
