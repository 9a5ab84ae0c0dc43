//! Flexible demand: takes what nobody else needs, up to its price.
//!
//! Whoever pays most comes first. It runs on what must be given anyway, then on generation that
//! costs less than its price; below its least power it does not run at all.

use crate::lanes::{LANES, Lanes};
use crate::plate::{Balance, Plate};
use crate::ports::{Flexible, Generator};
use crate::rows;

/// Lets all flexible demand of the plate take its share, after the merit order.
#[inline(always)]
pub(crate) fn absorb(plate: &mut Plate<'_>, balance: &mut Balance) {
    balance.flexible_mw = Lanes::default();
    for flexible in &mut plate.flexible.ports {
        flexible.p_mw = Lanes::default();
        if rows::all_zero(&flexible.p_max_mw) && rows::all_zero(&flexible.standby_mw) {
            continue;
        }
        let generators = &mut plate.generators.ports;
        let wanted = wanted(flexible, generators, &balance.excess_mw);
        let mut left = wanted;
        for lane in 0..LANES {
            let from_excess = if balance.excess_mw[lane] < left[lane] { balance.excess_mw[lane] } else { left[lane] };
            balance.excess_mw[lane] -= from_excess;
            left[lane] -= from_excess;
        }
        for generator in generators.iter_mut() {
            if rows::all_zero(&left) {
                break;
            }
            serve(generator, flexible, &mut left, &mut balance.ledger.generated);
        }
        // What rounding has left over is not taken.
        rows::add_difference(&mut flexible.p_mw, &wanted, &left);
        rows::add(&mut flexible.taken, &flexible.p_mw);
        rows::add(&mut balance.flexible_mw, &flexible.p_mw);
    }
}

/// What it takes: as much as there is below its price, but at least its least power, or its
/// standby power, or nothing.
#[inline(always)]
fn wanted(flexible: &Flexible, generators: &[&mut Generator], excess_mw: &Lanes) -> Lanes {
    let (mut cheap, mut all) = (*excess_mw, *excess_mw);
    for generator in generators {
        // Where there is flexible demand every generator keeps its detail.
        let Some(detail) = &generator.detail else { continue };
        for lane in 0..LANES {
            let left = generator.available_mw[lane] - detail.p_mw[lane];
            all[lane] += left;
            cheap[lane] += if detail.price[lane] < flexible.highest_price { left } else { 0.0 };
        }
    }
    let mut wanted = Lanes::default();
    for lane in 0..LANES {
        let most = flexible.p_max_mw[lane];
        let mw = if cheap[lane] < most { cheap[lane] } else { most };
        let runs = (mw >= flexible.p_min_mw[lane]) & (mw > 0.0);
        let standby = flexible.standby_mw[lane];
        let standby = if all[lane] < standby { 0.0 } else { standby };
        wanted[lane] = if runs { mw } else { standby };
    }
    wanted
}

/// What one generator gives towards `left`: below the price, or at any price towards standby.
#[inline(always)]
fn serve(generator: &mut Generator, flexible: &Flexible, left: &mut Lanes, generated: &mut Lanes) {
    let Some(detail) = &mut generator.detail else { return };
    let mut taken = Lanes::default();
    for lane in 0..LANES {
        let room = generator.available_mw[lane] - detail.p_mw[lane];
        let mw = if left[lane] < room { left[lane] } else { room };
        let cheap = detail.price[lane] < flexible.highest_price;
        let serves = (cheap | (left[lane] <= flexible.standby_mw[lane])) & (mw > 0.0);
        taken[lane] = if serves { mw } else { 0.0 };
    }
    rows::subtract(left, &taken);
    rows::add(generated, &taken);
    rows::add(&mut generator.given, &taken);
    rows::add(&mut detail.p_mw, &taken);
    if generator.must_take {
        rows::subtract(&mut generator.curtailed, &taken);
    }
}
