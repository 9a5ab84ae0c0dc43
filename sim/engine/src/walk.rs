//! The step clock: walks the steps of a block and calls the plain functions of each phase.

use bevy_ecs::prelude::*;
use pulp::NullaryFnOnce;

use crate::dispatch::shed::ShedOrder;
use crate::dispatch::{SHORTFALL_TOLERANCE_MW, copper_plate};
use crate::fleet::{Balance, Fleet, Ports, Units};
use crate::group::Group;
use crate::lanes::{LANES, set_lanes};
use crate::model::ChargeFrom;
use crate::outage::{Block, Transitions};
use crate::ports::{Demand, Generator, Store};
use crate::record::Recorder;
use crate::trace::Trace;

/// Unserved power below this, in MW, is rounding of the merit order's subtractions.
const FIRST_WATT_MW: f64 = 1e-6;

/// The rules of the system that no future changes.
#[derive(Resource, Clone, Debug)]
pub(crate) struct Rules {
    pub step_h: f64,
    pub charge_from: ChargeFrom,
    pub shed: ShedOrder,
}

/// The system's rows, kept from step to step so that the ledger's worst gap lives on.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct State(pub Balance);

/// Decide to Record, for every step of the block and all lanes.
#[expect(clippy::too_many_arguments, reason = "a system's arguments are its declared accesses")]
pub(crate) fn walk(
    block: Res<Block>,
    group: Res<Group>,
    rules: Res<Rules>,
    transitions: Res<Transitions>,
    mut state: ResMut<State>,
    mut recorder: ResMut<Recorder>,
    mut trace: Option<ResMut<Trace>>,
    mut generators: Ports<Generator>,
    mut loads: Ports<Demand>,
    mut stores: Ports<Store>,
    mut units: Units,
) {
    let mut fleet = Fleet::check_out(&mut generators, &mut loads, &mut stores, &mut units);
    let steps = Steps {
        block: *block,
        group: &group,
        rules: &rules,
        transitions: &transitions,
        fleet: &mut fleet,
        balance: &mut state.0,
        recorder: &mut recorder,
        trace: trace.as_deref_mut(),
    };
    // One instruction set for the whole block: the rows compile to its widest lanes. The
    // operations and their order are the same in each, so the bits are too.
    pulp::Arch::new().dispatch(steps);
}

/// The steps of a block and all they touch. A struct and not a closure, so that it is surely
/// inlined into the dispatched instruction set.
struct Steps<'a, 'f> {
    block: Block,
    group: &'a Group,
    rules: &'a Rules,
    transitions: &'a Transitions,
    fleet: &'a mut Fleet<'f>,
    balance: &'a mut Balance,
    recorder: &'a mut Recorder,
    trace: Option<&'a mut Trace>,
}

impl NullaryFnOnce for Steps<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        copper_plate::stand(self.fleet, self.rules.step_h);
        for step in self.block.first..self.block.end {
            self.exogenous((step - self.block.first) as usize);
            self.step(step as usize);
        }
    }
}

impl Steps<'_, '_> {
    /// Who breaks down or comes back at the start of this step.
    #[inline(always)]
    fn exogenous(&mut self, step_of_block: usize) {
        for transition in self.transitions.at(step_of_block) {
            self.fleet.change(transition, self.rules.step_h);
        }
    }

    #[inline(always)]
    fn step(&mut self, step: usize) {
        let Self { group, rules, fleet, balance, recorder, .. } = self;
        copper_plate::offer(fleet, balance, step, &group.weather);
        copper_plate::dispatch(fleet, balance, rules.charge_from, rules.step_h);
        shed(fleet, balance, rules, recorder, step, group.active);
        close(fleet, balance, rules.step_h);
        recorder.step(step, fleet, balance, group);
        if let Some(trace) = &mut self.trace {
            trace.step(step, self.fleet, self.balance);
        }
    }
}

/// Dispatch's last word: who goes without, in the lanes where somebody must.
#[inline(always)]
fn shed(fleet: &mut Fleet<'_>, balance: &Balance, rules: &Rules, recorder: &mut Recorder, step: usize, active: usize) {
    let all = if active == LANES { u64::MAX } else { (1 << active) - 1 };
    if !fleet.stores.is_empty() {
        for lane in set_lanes(balance.lanes_in_deficit() & all) {
            without_storage(fleet, balance, rules, recorder, lane);
        }
    }
    let unserved = balance.lanes_unserved() & all;
    if unserved != 0 {
        recorder.unserved(step, &balance.unserved_mw, active);
        for lane in set_lanes(unserved) {
            shed_lane(fleet, balance, rules, recorder, step, lane);
        }
    }
}

#[cold]
fn shed_lane(
    fleet: &mut Fleet<'_>,
    balance: &Balance,
    rules: &Rules,
    recorder: &mut Recorder,
    step: usize,
    lane: usize,
) {
    recorder.bus_short_mw.fill(0.0);
    let bus_short = &mut recorder.bus_short_mw;
    let cut = rules.shed.share(fleet, lane, balance.unserved_mw[lane], |fleet, load, mw, firm| {
        fleet.loads[load].shed[lane] += mw;
        if firm {
            bus_short[fleet.load_buses[load]] += mw;
        }
    });
    recorder.lost_load_value[lane] += cut.value_per_h;
    if cut.firm_mw > FIRST_WATT_MW {
        recorder.shortfall(step, lane, cut.firm_mw);
    }
}

/// The same step had there been no storage: the control of the control variate.
#[cold]
fn without_storage(fleet: &mut Fleet<'_>, balance: &Balance, rules: &Rules, recorder: &mut Recorder, lane: usize) {
    let shortage = balance.load_mw[lane] - balance.available_mw[lane];
    let cut = rules.shed.share(fleet, lane, shortage, |_, _, _, _| {});
    if cut.firm_mw > SHORTFALL_TOLERANCE_MW {
        recorder.shortfall_without_storage(lane, cut.firm_mw);
    }
}

/// Age and the ledger: storage leaks, then in = out + stored + lost.
#[inline(always)]
fn close(fleet: &mut Fleet<'_>, balance: &mut Balance, step_h: f64) {
    for (store, slot) in fleet.stores.iter_mut().zip(&fleet.store_slots) {
        store.leak(fleet.units[*slot], step_h, balance);
    }
    balance.ledger.close(&balance.load_mw, &balance.unserved_mw);
}
