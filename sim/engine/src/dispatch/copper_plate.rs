//! One node for all: available against load, then merit order.

use crate::dispatch::storage;
use crate::fleet::{Balance, Fleet};
use crate::lanes::{LANES, Lanes};
use crate::model::ChargeFrom;
use crate::ports::Generator;
use crate::rows;
use crate::series::Series;

/// Lanes that stay in a register while a list of generators goes by.
const WIDTH: usize = 16;

/// Brings generators of constant power up to date at the start of a block; from then on only a
/// transition changes them ([`Fleet::change`]).
pub(crate) fn stand(fleet: &mut Fleet<'_>) {
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
pub(crate) fn offer(fleet: &mut Fleet<'_>, balance: &mut Balance, step: usize, weather: &Lanes<u32>, step_h: f64) {
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
    balance.deliverable_mw = Lanes::default();
    for (store, slot) in fleet.stores.iter_mut().zip(&fleet.store_slots) {
        store.p_mw = Lanes::default();
        for lane in 0..LANES {
            balance.deliverable_mw[lane] += store.deliverable_mw(lane, fleet.units[*slot][lane], step_h);
        }
    }
}

/// Dispatch: storage against the deficit, generators in merit order against the rest.
#[inline(always)]
pub(crate) fn dispatch(fleet: &mut Fleet<'_>, balance: &mut Balance, rule: ChargeFrom, step_h: f64) {
    balance.unserved_mw = balance.load_mw;
    if !fleet.stores.is_empty() {
        balance.ledger.stored = Lanes::default();
        balance.ledger.lost = Lanes::default();
        balance.discharge_mw = Lanes::default();
        balance.charge_mw = Lanes::default();
        storage::dispatch(fleet, balance, rule, step_h);
        rows::add_difference(&mut balance.unserved_mw, &balance.charge_mw, &balance.discharge_mw);
    }
    merit_order(&mut fleet.generators, &mut balance.unserved_mw, &mut balance.ledger.generated);
}

/// Every generator in its turn takes what is left, up to what it has. Eight lanes go through the
/// whole order at a time, so that what is left of them stays in a register.
#[inline(always)]
fn merit_order(generators: &mut [&mut Generator], left: &mut Lanes, generated: &mut Lanes) {
    for first in (0..LANES).step_by(WIDTH) {
        let mut rest = [0.0; WIDTH];
        rest.copy_from_slice(&left[first..first + WIDTH]);
        let mut sum = [0.0; WIDTH];
        for generator in generators.iter_mut() {
            let Generator { available_mw, given, curtailed, must_take, .. } = &mut **generator;
            let available = &available_mw[first..first + WIDTH];
            let mut mw = [0.0; WIDTH];
            for lane in 0..WIDTH {
                // Not `f64::min`: its care for NaN costs three instructions and there is none here.
                mw[lane] = if available[lane] < rest[lane] { available[lane] } else { rest[lane] };
                rest[lane] -= mw[lane];
                sum[lane] += mw[lane];
            }
            for (given, mw) in given[first..first + WIDTH].iter_mut().zip(&mw) {
                *given += mw;
            }
            if *must_take {
                for lane in 0..WIDTH {
                    curtailed[first + lane] += available[lane] - mw[lane];
                }
            }
        }
        left[first..first + WIDTH].copy_from_slice(&rest);
        generated[first..first + WIDTH].copy_from_slice(&sum);
    }
}
