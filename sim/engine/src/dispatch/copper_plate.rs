//! One node for all: available against load, then merit order.

use crate::dispatch::storage;
use crate::fleet::{Balance, Fleet};
use crate::lanes::{LANES, Lanes};
use crate::model::ChargeFrom;

/// Decide: what every asset could give or wants in step `step`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined into the SIMD-dispatched step loop")]
pub(crate) fn offer(fleet: &mut Fleet<'_>, balance: &mut Balance, step: usize, weather: &Lanes<u32>, step_h: f64) {
    balance.load_mw = Lanes::default();
    for (load, slot) in fleet.loads.iter_mut().zip(&fleet.load_slots) {
        load.p_mw.scale(step, weather, fleet.units[*slot], &mut load.wanted_mw);
        add(&mut balance.load_mw, &load.wanted_mw);
        add(&mut load.wanted, &load.wanted_mw);
    }
    balance.must_take_mw = Lanes::default();
    balance.available_mw = Lanes::default();
    for (generator, slot) in fleet.generators.iter_mut().zip(&fleet.generator_slots) {
        generator.p_max_mw.scale(step, weather, fleet.units[*slot], &mut generator.available_mw);
        add(&mut balance.available_mw, &generator.available_mw);
        if generator.must_take {
            add(&mut balance.must_take_mw, &generator.available_mw);
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
    balance.ledger.generated = Lanes::default();
    balance.unserved_mw = balance.load_mw;
    if !fleet.stores.is_empty() {
        balance.ledger.stored = Lanes::default();
        balance.ledger.lost = Lanes::default();
        balance.discharge_mw = Lanes::default();
        balance.charge_mw = Lanes::default();
        storage::dispatch(fleet, balance, rule, step_h);
        for lane in 0..LANES {
            balance.unserved_mw[lane] += balance.charge_mw[lane] - balance.discharge_mw[lane];
        }
    }
    let (left, generated) = (&mut balance.unserved_mw, &mut balance.ledger.generated);
    for generator in &mut fleet.generators {
        for lane in 0..LANES {
            let mw = generator.available_mw[lane].min(left[lane]);
            generator.p_mw[lane] = mw;
            generator.given[lane] += mw;
            generated[lane] += mw;
            left[lane] -= mw;
        }
        if generator.must_take {
            for lane in 0..LANES {
                generator.curtailed[lane] += generator.available_mw[lane] - generator.p_mw[lane];
            }
        }
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined into the SIMD-dispatched step loop")]
fn add(sum: &mut Lanes, term: &Lanes) {
    for lane in 0..LANES {
        sum[lane] += term[lane];
    }
}
