//! One node for a carrier: available against load, storage, then merit order.

use crate::dispatch::{flexible, merit, storage};
use crate::factor::apply_to_power;
use crate::lanes::{LANES, Lanes};
use crate::plate::{Balance, Plate};
use crate::ports::Generator;
use crate::processes::Processes;
use crate::rows;
use crate::series::Series;

/// Lanes that stay in a register while a list of generators goes by.
const WIDTH: usize = 32;

/// Brings generators of constant power and stores up to date at the start of a block; from then on
/// only a transition ([`crate::fleet::Fleet::change`]) or what a store does changes them.
#[inline(always)]
pub(crate) fn stand(plate: &mut Plate<'_>, step_h: f64) {
    for (store, units) in plate.stores.iter_mut() {
        store.stand(units, step_h);
    }
    for (generator, units) in plate.generators.iter_mut() {
        if let Series::Constant(mw) = generator.p_max_mw
            && !generator.driven
        {
            rows::scale(&mut generator.available_mw, units, mw);
        }
    }
}

/// Sums what is available, must-take apart.
#[inline(always)]
fn sum_available(plate: &Plate<'_>, balance: &mut Balance) {
    let (must_take, called) = plate.generators.ports.split_at(plate.must_take);
    for first in (0..LANES).step_by(WIDTH) {
        let mut sum = [0.0; WIDTH];
        must_take.iter().for_each(|g| add(&mut sum, &g.available_mw[first..first + WIDTH]));
        balance.must_take_mw[first..first + WIDTH].copy_from_slice(&sum);
        called.iter().for_each(|g| add(&mut sum, &g.available_mw[first..first + WIDTH]));
        balance.available_mw[first..first + WIDTH].copy_from_slice(&sum);
    }
}

#[inline(always)]
fn add(sum: &mut [f64; WIDTH], term: &[f64]) {
    for (sum, term) in sum.iter_mut().zip(term) {
        *sum += term;
    }
}

/// What generators must give, summed; it is in the must-take row too, for storage to see.
#[inline(always)]
fn sum_floors(generators: &[&mut Generator], balance: &mut Balance) {
    balance.floor_mw = Lanes::default();
    for detail in generators.iter().filter_map(|g| g.detail.as_ref()).filter(|d| d.has_floor) {
        rows::add(&mut balance.floor_mw, &detail.floor_mw);
    }
    rows::add(&mut balance.must_take_mw, &balance.floor_mw);
}

/// Exogenous: what loads want and generators could give in step `step`, those apart that a body
/// drives. Bodies see it before they decide.
#[inline(always)]
pub(crate) fn foresee(plate: &mut Plate<'_>, step: usize, weather: &Lanes<u32>, processes: &Processes) {
    for (load, units) in plate.loads.iter_mut().filter(|(load, _)| !load.driven) {
        load.p_mw.scale(step, weather, units, &mut load.wanted_mw);
        apply_to_power(&load.factors, processes, &mut load.wanted_mw);
    }
    for at in &plate.moving {
        let generator = &mut *plate.generators.ports[*at];
        generator.p_max_mw.scale(step, weather, plate.generators.units[*at], &mut generator.available_mw);
        apply_to_power(&generator.availability, processes, &mut generator.available_mw);
    }
}

/// Decide: what all loads want, once bodies have said what theirs do.
#[inline(always)]
pub(crate) fn want(plate: &mut Plate<'_>, balance: &mut Balance) {
    balance.load_mw = Lanes::default();
    for load in &mut plate.loads.ports {
        rows::add(&mut balance.load_mw, &load.wanted_mw);
        rows::add(&mut load.wanted, &load.wanted_mw);
    }
}

/// The rows of what the plate could give, once every limit of the step is known.
#[inline(always)]
pub(crate) fn sum(plate: &mut Plate<'_>, balance: &mut Balance) {
    sum_available(plate, balance);
    if plate.has_floors {
        sum_floors(&plate.generators.ports, balance);
    }
    if !plate.stores.is_empty() {
        balance.deliverable_mw = Lanes::default();
        for store in &mut plate.stores.ports {
            store.p_mw = Lanes::default();
            rows::add(&mut balance.deliverable_mw, &store.deliverable_mw);
        }
    }
}

/// Dispatch: storage against the deficit, generators in merit order against the rest, then whoever
/// takes what is left over.
#[inline(always)]
pub(crate) fn dispatch(plate: &mut Plate<'_>, balance: &mut Balance, rules: storage::Rules, step_h: f64) {
    balance.unserved_mw = balance.load_mw;
    if !plate.stores.is_empty() {
        balance.rest_storage();
        balance.in_deficit = balance.lanes_in_deficit();
        let lanes = storage::lanes_that_may_move(plate, balance, rules);
        balance.storage_moved = lanes != 0;
        if lanes != 0 {
            storage::dispatch(plate, balance, lanes, rules, step_h);
            rows::add_difference(&mut balance.unserved_mw, &balance.charge_mw, &balance.discharge_mw);
        }
    }
    merit::order(plate, balance);
    if !plate.flexible.is_empty() {
        flexible::absorb(plate, balance);
    }
}
