//! One node for all: available against load, then merit order.

use crate::dispatch::storage;
use crate::fleet::{Balance, Fleet};
use crate::lanes::{LANES, Lanes};
use crate::model::ChargeFrom;
use crate::ports::Generator;
use crate::rows;

/// Decide: what every asset could give or wants in step `step`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined into the SIMD-dispatched step loop")]
pub(crate) fn offer(fleet: &mut Fleet<'_>, balance: &mut Balance, step: usize, weather: &Lanes<u32>, step_h: f64) {
    balance.load_mw = Lanes::default();
    for (load, slot) in fleet.loads.iter_mut().zip(&fleet.load_slots) {
        load.p_mw.scale(step, weather, fleet.units[*slot], &mut load.wanted_mw);
        rows::add(&mut balance.load_mw, &load.wanted_mw);
        rows::add(&mut load.wanted, &load.wanted_mw);
    }
    balance.must_take_mw = Lanes::default();
    balance.available_mw = Lanes::default();
    for (generator, slot) in fleet.generators.iter_mut().zip(&fleet.generator_slots) {
        generator.p_max_mw.scale(step, weather, fleet.units[*slot], &mut generator.available_mw);
        rows::add(&mut balance.available_mw, &generator.available_mw);
        if generator.must_take {
            rows::add(&mut balance.must_take_mw, &generator.available_mw);
        }
    }
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
#[expect(clippy::inline_always, reason = "inlined into the SIMD-dispatched step loop")]
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
#[expect(clippy::inline_always, reason = "inlined into the SIMD-dispatched step loop")]
fn merit_order(generators: &mut [&mut Generator], left: &mut Lanes, generated: &mut Lanes) {
    const WIDTH: usize = 8;
    for first in (0..LANES).step_by(WIDTH) {
        let mut rest = [0.0; WIDTH];
        rest.copy_from_slice(&left[first..first + WIDTH]);
        let mut sum = [0.0; WIDTH];
        for generator in generators.iter_mut() {
            let Generator { available_mw, p_mw, given, curtailed, must_take, .. } = &mut **generator;
            let mut mw = [0.0; WIDTH];
            for lane in 0..WIDTH {
                let available = available_mw[first + lane];
                // Not `f64::min`: its care for NaN costs three instructions and there is none here.
                mw[lane] = if available < rest[lane] { available } else { rest[lane] };
                rest[lane] -= mw[lane];
                sum[lane] += mw[lane];
            }
            p_mw[first..first + WIDTH].copy_from_slice(&mw);
            for lane in 0..WIDTH {
                given[first + lane] += mw[lane];
            }
            if *must_take {
                for lane in 0..WIDTH {
                    curtailed[first + lane] += available_mw[first + lane] - mw[lane];
                }
            }
        }
        left[first..first + WIDTH].copy_from_slice(&rest);
        generated[first..first + WIDTH].copy_from_slice(&sum);
    }
}
