//! Dispatch under a network: the copper plate's, wherever lines can carry it; where they cannot, the
//! least costly that they can.
//!
//! All lanes are dispatched as on a copper plate first, side by side. That is the optimum of the same
//! problem without the network, so where its flows fit they are the answer. The lanes in which they do
//! not fit are taken one by one: everybody offers what they can at a price ([`offers`]), the kernel
//! ([`energyopti_grid::redispatch`]) finds the cheapest dispatch, and the ports are set to it. Each lane
//! depends on its own past alone: a solution starts from the basis of the same lane's last one.
//!
//! Not here: commitment, which is decided before and stands; the kernel itself.

mod carry_out;
mod duals;
mod injections;
mod kernel;
mod offers;
mod sharing;

use bevy_ecs::resource::Resource;

use energyopti_grid::redispatch::{self, Layout, Solved};

use self::carry_out::{Memory, carry_out};
pub use self::duals::{Constraint, Dual};
use self::kernel::Kernel;
use self::offers::Offers;
use super::{FIRST_WATT_MW, storage};
use crate::error::EngineError;
use crate::lanes::{LANES, Lanes, set_lanes};
use crate::model::{Carrier, Model};
use crate::plate::{Balance, Plate};
use crate::record::Recorder;

/// Electric buses, as the kernel counts them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Zones {
    /// By bus.
    zone: Vec<Option<usize>>,
    /// By zone.
    bus: Vec<usize>,
}

impl Zones {
    /// From whether each bus is electric.
    pub fn new(electric: impl Iterator<Item = bool>) -> Self {
        let mut zones = Self::default();
        for (bus, electric) in electric.enumerate() {
            zones.zone.push(electric.then_some(zones.bus.len()));
            if electric {
                zones.bus.push(bus);
            }
        }
        zones
    }

    #[inline(always)]
    fn of_bus(&self, bus: usize) -> usize {
        self.zone[bus].expect("what stands on the electric plate stands at an electric bus")
    }

    fn count(&self) -> usize {
        self.bus.len()
    }
}

/// Load that goes without because of, or in spite of, the network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub lane: usize,
    /// Place of the load on the plate.
    pub load: usize,
    pub bus: usize,
    pub mw: f64,
    pub firm: bool,
    pub value_per_h: f64,
}

/// The network of the electric plate, and what it keeps from step to step.
#[derive(Resource, Debug)]
pub(crate) struct Grid {
    zones: Zones,
    /// Its lines and links, without what is dispatched.
    layout: Layout,
    /// Made when the ports are first seen.
    kernel: Option<Kernel>,
    memory: Memory,
    offers: Offers,
    /// Who goes without in the lanes that were dispatched anew, lane by lane.
    cuts: Vec<Cut>,
    /// By zone, money per MWh.
    prices: Vec<Lanes>,
    /// By zone, MW.
    injection_mw: Vec<[f64; LANES]>,
    /// Lanes of the step at hand in which no dispatch kept the network's limits.
    unsolved: u64,
}

impl Grid {
    /// That of a model, before its first step.
    ///
    /// # Errors
    /// [`EngineError::Network`] where its equations have no solution.
    pub fn new(model: &Model) -> Result<Self, EngineError> {
        let zones = Zones::new((0..model.buses.len()).map(|bus| model.carrier(bus) == Carrier::Electricity));
        let layout = kernel::layout(model, &zones);
        redispatch::Grid::new(layout.clone()).map_err(|fault| network_error(model, &zones, &fault))?;
        Ok(Self {
            prices: vec![Lanes::default(); zones.count()],
            injection_mw: vec![[0.0; LANES]; zones.count()],
            zones,
            layout,
            kernel: None,
            memory: Memory::default(),
            offers: Offers::default(),
            cuts: Vec::new(),
            unsolved: 0,
        })
    }

    /// Back to the horizon's start.
    pub fn restart(&mut self) {
        if let Some(kernel) = &mut self.kernel {
            kernel.restart();
        }
    }

    /// The price of each electric bus in the step at hand, by bus.
    pub fn prices(&self) -> impl Iterator<Item = (usize, &Lanes)> {
        self.zones.bus.iter().copied().zip(&self.prices)
    }

    /// Before the copper plate moves anything.
    #[inline(always)]
    pub fn remember(&mut self, plate: &Plate<'_>) {
        self.memory.keep(plate);
    }

    /// Flow: whether the network carries the copper plate's dispatch; where it does not, a dispatch that
    /// it does.
    #[inline(always)]
    pub fn flow(
        &mut self,
        plate: &mut Plate<'_>,
        balance: &mut Balance,
        rules: storage::Rules,
        step_h: f64,
        active: u64,
    ) {
        if plate.stores.is_empty() {
            // Only links lose then, and what they lost in the step before is not put back elsewhere.
            balance.ledger.lost = Lanes::default();
        }
        injections::sum(plate, &self.zones, &mut self.injection_mw);
        let price = injections::price(plate);
        self.prices.fill(price);
        let unbalanced = injections::lanes_unbalanced(plate, balance);
        self.cuts.clear();
        self.unsolved = 0;
        let kernel = self.kernel.get_or_insert_with(|| Kernel::new(plate, &self.zones, &self.layout));
        let fits = kernel.screen(plate, &self.injection_mw, active & !unbalanced);
        for lane in set_lanes(active & !fits) {
            self.dispatch_lane(plate, balance, rules, (lane, step_h));
        }
        count(plate, &self.zones, &self.prices);
    }

    /// The least costly dispatch of one lane that its network carries.
    #[cold]
    fn dispatch_lane(
        &mut self,
        plate: &mut Plate<'_>,
        balance: &mut Balance,
        rules: storage::Rules,
        (lane, step_h): (usize, f64),
    ) {
        let Self { zones, kernel: Some(kernel), memory, offers, cuts, prices, unsolved, .. } = self else { return };
        memory.restore(plate, lane, step_h);
        offers.fill(plate, &kernel.who, lane, rules, step_h);
        let limited = solve(plate, zones, kernel, offers, lane);
        *unsolved |= u64::from(!limited) << lane;
        let priced = if limited { price(plate, zones, kernel, offers, lane) } else { kernel.solved.clone() };
        if limited {
            share(plate, zones, kernel, (offers, &priced.price), lane);
        }
        carry_out(plate, balance, (&kernel.who, &kernel.solved.p_mw), (lane, step_h), cuts);
        kernel.deliver(plate, balance, &priced, lane);
        for (told, price) in prices.iter_mut().zip(&priced.price) {
            told[lane] = offers.told(*price);
        }
    }

    /// Counts who goes without, and prices.
    #[inline(always)]
    pub fn record(&self, balance: &Balance, recorder: &mut Recorder, step: usize, active: usize) {
        for (bus, price) in self.prices() {
            recorder.price(bus, price);
        }
        set_lanes(self.unsolved).for_each(|lane| recorder.unsolved(lane));
        if self.cuts.is_empty() {
            return;
        }
        recorder.unserved(step, &balance.unserved_mw, active);
        for cuts in self.cuts.chunk_by(|a, b| a.lane == b.lane) {
            recorder.bus_short_mw.fill(0.0);
            let (lane, mut firm_mw) = (cuts[0].lane, 0.0);
            for cut in cuts {
                recorder.lost_load_value[lane] += cut.value_per_h;
                if cut.firm {
                    recorder.bus_short_mw[cut.bus] += cut.mw;
                    firm_mw += cut.mw;
                }
            }
            if firm_mw > FIRST_WATT_MW {
                recorder.shortfall(step, lane, firm_mw, true);
            }
        }
    }
}

/// The cheapest dispatch that everybody can carry out; whether it keeps the network's limits.
fn solve(plate: &mut Plate<'_>, zones: &Zones, kernel: &mut Kernel, offers: &mut Offers, lane: usize) -> bool {
    let mut limited = true;
    loop {
        limited &= kernel.dispatch(plate, zones, offers, lane);
        if !limited {
            kernel.dispatch_unlimited(plate, zones, offers, lane);
        }
        if !offers.narrow(plate, &kernel.who, &kernel.solved.p_mw, lane) {
            return limited;
        }
    }
}

/// Prices of the dispatch at hand, which stays the kernel's answer. Where rounding leaves no answer to
/// the same question asked again, the first answer's own.
fn price(plate: &Plate<'_>, zones: &Zones, kernel: &mut Kernel, offers: &mut Offers, lane: usize) -> Solved {
    let dispatched = kernel.solved.clone();
    if !offers.hold(&kernel.who, &dispatched.p_mw) {
        return dispatched;
    }
    kernel.dispatch(plate, zones, offers, lane);
    offers.rank_again();
    std::mem::replace(&mut kernel.solved, dispatched)
}

/// Shares what is shed among equals, where the network lets them and nothing costs more by it.
fn share(plate: &Plate<'_>, zones: &Zones, kernel: &mut Kernel, (offers, prices): (&mut Offers, &[f64]), lane: usize) {
    if !sharing::cap(plate, kernel, prices, offers) {
        return;
    }
    let first = kernel.solved.clone();
    let shared = kernel.dispatch(plate, zones, offers, lane);
    if !shared || kernel.solved.cost_per_h > first.cost_per_h + 1e-6 * first.cost_per_h.abs().max(1.0) {
        kernel.solved = first;
    }
}

/// What is wrong with a network, in the model's own names.
fn network_error(model: &Model, zones: &Zones, fault: &redispatch::Fault) -> EngineError {
    let bus = match fault {
        redispatch::Fault::Singular { bus } => Some(model.buses[zones.bus[*bus]].clone()),
        _ => None,
    };
    EngineError::Network { bus, reason: fault.to_string() }
}

/// What flows and prices of the step add up to.
#[inline(always)]
fn count(plate: &mut Plate<'_>, zones: &Zones, prices: &[Lanes]) {
    for (branch, bus0) in plate.branches.ports.iter_mut().zip(&plate.branches.buses) {
        let arrives = branch.efficiency;
        let ends = [&prices[zones.of_bus(*bus0)], &prices[zones.of_bus(branch.bus1)]];
        for lane in 0..LANES {
            let flow = branch.flow_mw[lane];
            branch.carried[lane] += flow.abs();
            branch.lost[lane] += flow.abs() * (1.0 - arrives);
            branch.congested[lane] += if branch.shadow_price[lane] > 0.0 { 1.0 } else { 0.0 };
            // Only links that lose nothing flow backwards.
            branch.rent[lane] += flow * (ends[1][lane] * arrives - ends[0][lane]);
        }
    }
}
