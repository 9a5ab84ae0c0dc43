//! Voltages from which an iteration starts.

use super::given::Given;
use super::lanes::Lanes;
use super::model::AcModel;
use super::options::{AcOptions, Scenario, Start, Status};
use crate::flow::dc::DcModel;
use crate::flow::error::FlowError;
use crate::network::{BranchModel, BusKind};
use crate::sparse::block::Pair;

/// Voltages of one lane, by position: magnitude, real and imaginary part.
#[derive(Clone, Debug, Default)]
pub(super) struct Voltages {
    vm: Vec<f64>,
    v: Vec<[f64; 2]>,
}

impl Voltages {
    /// The solution of the network's own state from a flat start; empty if it has none.
    pub(super) fn of_own_state(model: &AcModel) -> Self {
        let Ok(given) = Given::new(model, &Scenario::default()) else { return Self::default() };
        let mut lanes = Lanes::<1>::new(model);
        let end = lanes.solve(vec![given], &AcOptions::default()).swap_remove(0);
        if end.status != Status::Converged {
            return Self::default();
        }
        Self { vm: lanes.vm.iter().map(|vm| vm[0]).collect(), v: lanes.v.iter().map(|v| [v[0][0], v[1][0]]).collect() }
    }

    /// Voltages that a start other than a solution gives a scenario.
    fn before(model: &AcModel, given: &Given, start: Start) -> Self {
        let angles = angles(model, given, start);
        let (mut last, mut unit) = (0.0, [1.0, 0.0]);
        let mut voltages = Self::default();
        for &bus in &model.bus_at {
            let data = &model.network.buses[bus];
            let vm = match given.kinds[bus] {
                BusKind::Isolated => 0.0,
                BusKind::Pq if start == Start::Network => data.vm_pu,
                BusKind::Pq => 1.0,
                BusKind::Pv | BusKind::Slack => model.set_point[bus],
            };
            // Mostly all angles are one.
            if angles[bus].to_bits() != f64::to_bits(last) {
                last = angles[bus];
                unit = [libm::cos(last), libm::sin(last)];
            }
            voltages.vm.push(vm);
            voltages.v.push(unit.map(|part| vm * part));
        }
        voltages
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.vm.is_empty()
    }

    /// Writes them into all lanes, zeros where a lane is not energised.
    pub(super) fn write<const L: usize>(
        &self,
        model: &AcModel,
        given: [&Given; L],
        vm: &mut [[f64; L]],
        v: &mut [Pair<L>],
    ) {
        for ((at, &bus), (vm, v)) in model.bus_at.iter().enumerate().zip(vm.iter_mut().zip(v)) {
            for lane in 0..L {
                let energised = if given[lane].kinds[bus] == BusKind::Isolated { 0.0 } else { 1.0 };
                vm[lane] = energised * self.vm[at];
                v[0][lane] = energised * self.v[at][0];
                v[1][lane] = energised * self.v[at][1];
            }
        }
    }

    /// Writes into each lane the voltages that a start other than a solution gives it.
    pub(super) fn write_each<const L: usize>(
        model: &AcModel,
        given: [&Given; L],
        start: Start,
        vm: &mut [[f64; L]],
        v: &mut [Pair<L>],
    ) {
        for (lane, given) in given.into_iter().enumerate() {
            let voltages = Self::before(model, given, start);
            for (at, (vm, v)) in vm.iter_mut().zip(v.iter_mut()).enumerate() {
                vm[lane] = voltages.vm[at];
                (v[0][lane], v[1][lane]) = (voltages.v[at][0], voltages.v[at][1]);
            }
        }
    }
}

/// Angle at which each bus starts, rad, by bus.
fn angles(model: &AcModel, given: &Given, start: Start) -> Vec<f64> {
    let radians = |bus: usize| model.network.buses[bus].va_deg.to_radians();
    let islands = given.islands.as_ref().unwrap_or(&model.islands);
    let mut of_island = vec![None; islands.len()];
    for bus in (0..islands.len()).filter(|&bus| given.kinds[bus] == BusKind::Slack) {
        of_island[islands[bus]].get_or_insert(radians(bus));
    }
    let flat = |bus: usize| match given.kinds[bus] {
        BusKind::Slack => radians(bus),
        _ => of_island[islands[bus]].unwrap_or(0.0),
    };
    match start {
        Start::Network => (0..islands.len()).map(radians).collect(),
        Start::Flat | Start::Solved => (0..islands.len()).map(flat).collect(),
        Start::DcAngles => {
            let linear = dc_angles(model, given).unwrap_or_else(|_| vec![f64::NAN; islands.len()]);
            // What the linear model leaves open starts flat.
            linear.iter().enumerate().map(|(bus, &va)| if va.is_finite() { va } else { flat(bus) }).collect()
        }
    }
}

/// Angles of the linear power flow of a lane, rad.
fn dc_angles(model: &AcModel, given: &Given) -> Result<Vec<f64>, FlowError> {
    let mut network = model.network.clone();
    given.branches_out.iter().for_each(|&branch| network.branches[branch].in_service = false);
    network.buses.iter_mut().zip(&given.kinds).for_each(|(bus, &kind)| bus.kind = kind);
    let p_mw: Vec<_> = given.p_pu.iter().map(|p| p * network.base_mva).collect();
    Ok(DcModel::new(&network, BranchModel::Matpower)?.solve_injections(&p_mw)?.va_rad)
}
