//! What the copper plate's dispatch asks of the network: injections by zone, and prices.

use super::Zones;
use crate::lanes::{LANES, Lanes};
use crate::plate::{Balance, Plate};
use crate::rows;

/// Sums injections by zone, MW. Load that is not met anywhere counts as drawn: such lanes are
/// dispatched anew.
#[inline(always)]
pub(super) fn sum(plate: &Plate<'_>, zones: &Zones, injection_mw: &mut [[f64; LANES]]) {
    injection_mw.fill([0.0; LANES]);
    for (generator, bus) in plate.generators.ports.iter().zip(&plate.generators.buses) {
        // In a network every generator keeps its detail.
        if let Some(detail) = &generator.detail {
            rows::add(&mut injection_mw[zones.of_bus(*bus)], &detail.p_mw);
        }
    }
    for (store, bus) in plate.stores.ports.iter().zip(&plate.stores.buses) {
        rows::add(&mut injection_mw[zones.of_bus(*bus)], &store.p_mw);
    }
    for (load, bus) in plate.loads.ports.iter().zip(&plate.loads.buses) {
        rows::subtract(&mut injection_mw[zones.of_bus(*bus)], &load.wanted_mw);
    }
    for (flexible, bus) in plate.flexible.ports.iter().zip(&plate.flexible.buses) {
        rows::subtract(&mut injection_mw[zones.of_bus(*bus)], &flexible.p_mw);
    }
}

/// Lanes in which the copper plate left something over or short: where it went, only the network says.
#[inline(always)]
pub(super) fn lanes_unbalanced(plate: &Plate<'_>, balance: &Balance) -> u64 {
    let excess = if plate.has_floors { rows::above(&balance.excess_mw, &[0.0; LANES], 0.0) } else { 0 };
    balance.lanes_unserved() | excess
}

/// The one price of a copper plate: what the dearest that runs beyond its least costs. Where must-take
/// generation alone runs, its own cost, which is 0 at most.
#[inline(always)]
pub(super) fn price(plate: &Plate<'_>) -> Lanes {
    let mut dearest = Lanes::splat(f64::NEG_INFINITY);
    for (at, generator) in plate.generators.ports.iter().enumerate() {
        let Some(detail) = &generator.detail else { continue };
        for lane in 0..LANES {
            let must_take = at < plate.must_take;
            let price = if must_take { generator.marginal_cost_per_mwh.min(0.0) } else { detail.price[lane] };
            let runs = (detail.p_mw[lane] > detail.floor_mw[lane]) & (price > dearest[lane]);
            dearest[lane] = if runs { price } else { dearest[lane] };
        }
    }
    for lane in 0..LANES {
        dearest[lane] = if dearest[lane] == f64::NEG_INFINITY { 0.0 } else { dearest[lane] };
    }
    dearest
}
