//! Flexible demand: takes what nobody else needs, up to its price.
//!
//! Whoever pays most comes first. It runs on what must be given anyway, then on generation that
//! costs less than its price; below its least power it does not run at all.

use crate::dispatch::merit;
use crate::lanes::{LANES, Lanes};
use crate::plate::{Balance, Plate};
use crate::ports::Generator;

/// Lets all flexible demand of the plate take its share, after the merit order.
pub(crate) fn absorb(plate: &mut Plate<'_>, balance: &mut Balance) {
    balance.flexible_mw = Lanes::default();
    for at in 0..plate.flexible.len() {
        let flexible = &mut *plate.flexible.ports[at];
        let generators = &mut plate.generators.ports;
        let wanted = wanted(flexible, generators, balance);
        let mut left = wanted;
        for lane in 0..LANES {
            let from_excess = if balance.excess_mw[lane] < left[lane] { balance.excess_mw[lane] } else { left[lane] };
            balance.excess_mw[lane] -= from_excess;
            left[lane] -= from_excess;
        }
        for generator in generators.iter_mut() {
            serve(generator, flexible.highest_price, &flexible.standby_mw, &mut left, &mut balance.ledger.generated);
        }
        for lane in 0..LANES {
            // What rounding has left over is not taken.
            flexible.p_mw[lane] = wanted[lane] - left[lane];
            flexible.taken[lane] += flexible.p_mw[lane];
            balance.flexible_mw[lane] += flexible.p_mw[lane];
        }
    }
}

/// What it takes: as much as there is below its price, but at least its least power, or its
/// standby power, or nothing.
fn wanted(flexible: &crate::ports::Flexible, generators: &[&mut Generator], balance: &Balance) -> Lanes {
    let (mut cheap, mut all) = (balance.excess_mw, balance.excess_mw);
    for generator in generators {
        for lane in 0..LANES {
            let left = generator.available_mw[lane] - generator.p_mw(lane);
            all[lane] += left;
            cheap[lane] += if merit::price(generator, lane) < flexible.highest_price { left } else { 0.0 };
        }
    }
    let mut wanted = Lanes::default();
    for lane in 0..LANES {
        let most = flexible.p_max_mw[lane];
        let mw = if cheap[lane] < most { cheap[lane] } else { most };
        let runs = mw >= flexible.p_min_mw[lane] && mw > 0.0;
        let standby = flexible.standby_mw[lane];
        let standby = if all[lane] < standby { 0.0 } else { standby };
        wanted[lane] = if runs { mw } else { standby };
    }
    wanted
}

/// What one generator gives towards `left`: below the price, or at any price towards standby.
fn serve(generator: &mut Generator, highest_price: f64, standby: &Lanes, left: &mut Lanes, generated: &mut Lanes) {
    for lane in 0..LANES {
        let cheap = merit::price(generator, lane) < highest_price;
        let room = generator.available_mw[lane] - generator.p_mw(lane);
        let mw = if cheap || left[lane] <= standby[lane] { left[lane].min(room) } else { 0.0 };
        if mw > 0.0 {
            left[lane] -= mw;
            generated[lane] += mw;
            generator.given[lane] += mw;
            if let Some(detail) = &mut generator.detail {
                detail.p_mw[lane] += mw;
            }
            if generator.must_take {
                generator.curtailed[lane] -= mw;
            }
        }
    }
}
