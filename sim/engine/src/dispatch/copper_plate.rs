//! One node for all: available against load, then merit order.

use crate::dispatch::storage;
use crate::fleet::{Balance, Fleet};
use crate::lanes::{LANES, Lanes};
use crate::model::ChargeFrom;
use crate::ports::Generator;
use crate::rows;
use crate::series::Series;

/// Lanes that stay in a register while a list of generators goes by.
const WIDTH: usize = 32;

/// Brings generators of constant power and stores up to date at the start of a block; from then on
/// only a transition ([`Fleet::change`]) or what a store does changes them.
#[inline(always)]
pub(crate) fn stand(fleet: &mut Fleet<'_>, step_h: f64) {
    for (store, slot) in fleet.stores.iter_mut().zip(&fleet.store_slots) {
        store.stand(fleet.units[*slot], step_h);
    }
    for (generator, slot) in fleet.generators.iter_mut().zip(&fleet.generator_slots) {
        if let Series::Constant(mw) = generator.p_max_mw {
            rows::scale(&mut generator.available_mw, fleet.units[*slot], mw);
        }
    }
}

/// Sums what is available, must-take apart. Must-take generators come first in the merit order.
#[inline(always)]
fn sum_available(generators: &[&mut Generator], balance: &mut Balance) {
    let first_called = generators.iter().position(|g| !g.must_take).unwrap_or(generators.len());
    let (must_take, called) = generators.split_at(first_called);
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

/// Decide: what every asset could give or wants in step `step`.
#[inline(always)]
pub(crate) fn offer(fleet: &mut Fleet<'_>, balance: &mut Balance, step: usize, weather: &Lanes<u32>) {
    balance.load_mw = Lanes::default();
    for (load, slot) in fleet.loads.iter_mut().zip(&fleet.load_slots) {
        load.p_mw.scale(step, weather, fleet.units[*slot], &mut load.wanted_mw);
        rows::add(&mut balance.load_mw, &load.wanted_mw);
        rows::add(&mut load.wanted, &load.wanted_mw);
    }
    for (generator, slot) in fleet.generators.iter_mut().zip(&fleet.generator_slots) {
        if !matches!(generator.p_max_mw, Series::Constant(_)) {
            generator.p_max_mw.scale(step, weather, fleet.units[*slot], &mut generator.available_mw);
        }
    }
    sum_available(&fleet.generators, balance);
    if !fleet.stores.is_empty() {
        balance.deliverable_mw = Lanes::default();
        for store in &mut fleet.stores {
            store.p_mw = Lanes::default();
            rows::add(&mut balance.deliverable_mw, &store.deliverable_mw);
        }
    }
}

/// Dispatch: storage against the deficit, generators in merit order against the rest.
#[inline(always)]
pub(crate) fn dispatch(fleet: &mut Fleet<'_>, balance: &mut Balance, rule: ChargeFrom, step_h: f64) {
    balance.unserved_mw = balance.load_mw;
    if !fleet.stores.is_empty() {
        balance.rest_storage();
        storage::dispatch(fleet, balance, rule, step_h);
        if balance.storage_moved {
            rows::add_difference(&mut balance.unserved_mw, &balance.charge_mw, &balance.discharge_mw);
        }
    }
    merit_order(&mut fleet.generators, &mut balance.unserved_mw, &mut balance.ledger.generated);
}

/// Every generator in its turn takes what is left, up to what it has. A row of what is left stays
/// in registers while the order goes by, and it goes by only until nothing is left in any lane.
#[inline(always)]
fn merit_order(generators: &mut [&mut Generator], left: &mut Lanes, generated: &mut Lanes) {
    let first_called = generators.iter().position(|g| !g.must_take).unwrap_or(generators.len());
    let (must_take, called) = generators.split_at_mut(first_called);
    let (mut rest, mut sum) = (*left, Lanes::default());
    for generator in must_take {
        let mw = take(generator, &mut rest, &mut sum);
        rows::add_difference(&mut generator.curtailed, &generator.available_mw, &mw);
    }
    for generator in called {
        if rows::all_zero(&rest) {
            break;
        }
        take(generator, &mut rest, &mut sum);
    }
    (*left, *generated) = (rest, sum);
}

/// What `generator` gives towards `rest`.
#[inline(always)]
fn take(generator: &mut Generator, rest: &mut Lanes, sum: &mut Lanes) -> Lanes {
    let mut mw = Lanes::default();
    for lane in 0..LANES {
        let available = generator.available_mw[lane];
        // Not `f64::min`: its care for NaN costs three instructions and there is none here.
        mw[lane] = if available < rest[lane] { available } else { rest[lane] };
        rest[lane] -= mw[lane];
        sum[lane] += mw[lane];
    }
    rows::add(&mut generator.given, &mw);
    mw
}
