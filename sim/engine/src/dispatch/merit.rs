//! Merit order: must-take first, then what must run, then by price.
//!
//! Where prices are the same in all futures the order is the plate's own and rows go by whole.
//! Where they differ, each lane walks its own order.

use crate::lanes::{LANES, Lanes};
use crate::plate::{Balance, Plate};
use crate::ports::Generator;
use crate::rows;

/// Every generator in its turn takes what is left of the load in `balance.unserved_mw`.
#[inline(always)]
pub(crate) fn order(plate: &mut Plate<'_>, balance: &mut Balance) {
    let (mut rest, mut sum) = (balance.unserved_mw, Lanes::default());
    if plate.has_floors {
        floors(&mut plate.generators.ports, &mut rest, &mut sum);
        for lane in 0..LANES {
            let excess = if rest[lane] < 0.0 { -rest[lane] } else { 0.0 };
            balance.excess_mw[lane] = excess;
            rest[lane] += excess;
        }
    }
    let (must_take, called) = plate.generators.ports.split_at_mut(plate.must_take);
    if plate.has_prices {
        first::<true>(must_take, &mut rest, &mut sum);
        by_lane(called, &mut plate.rank, &mut rest, &mut sum);
    } else if plate.has_detail {
        first::<true>(must_take, &mut rest, &mut sum);
        by_row::<true>(called, &mut rest, &mut sum);
    } else {
        // The plain case, whose code must not know of the other: it is half of a step's cost.
        first::<false>(must_take, &mut rest, &mut sum);
        by_row::<false>(called, &mut rest, &mut sum);
    }
    (balance.unserved_mw, balance.ledger.generated) = (rest, sum);
}

/// Must-take generation; what is left of it is curtailed.
#[inline(always)]
fn first<const DETAIL: bool>(must_take: &mut [&mut Generator], rest: &mut Lanes, sum: &mut Lanes) {
    for generator in must_take {
        let mw = take::<DETAIL>(generator, rest, sum);
        rows::add_difference(&mut generator.curtailed, &generator.available_mw, &mw);
    }
}

/// One order for all lanes. A row of what is left stays in registers while the order goes by, and
/// it goes by only until nothing is left in any lane.
#[inline(always)]
fn by_row<const DETAIL: bool>(called: &mut [&mut Generator], rest: &mut Lanes, sum: &mut Lanes) {
    for at in 0..called.len() {
        if rows::all_zero(rest) {
            if DETAIL {
                called[at..].iter_mut().for_each(|g| stop(g));
            }
            return;
        }
        take::<DETAIL>(called[at], rest, sum);
    }
}

/// Gives nothing beyond what it must.
#[inline(always)]
fn stop(generator: &mut Generator) {
    if let Some(detail) = &mut generator.detail {
        detail.p_mw = detail.floor_mw;
    }
}

/// What all generators must give comes first.
#[inline(always)]
fn floors(generators: &mut [&mut Generator], rest: &mut Lanes, sum: &mut Lanes) {
    for generator in generators {
        let Some(detail) = generator.detail.as_ref().filter(|d| d.has_floor) else { continue };
        for lane in 0..LANES {
            rest[lane] -= detail.floor_mw[lane];
            sum[lane] += detail.floor_mw[lane];
        }
        rows::add(&mut generator.given, &detail.floor_mw);
    }
}

/// What `generator` gives towards `rest`, beyond what it must.
#[inline(always)]
fn take<const DETAIL: bool>(generator: &mut Generator, rest: &mut Lanes, sum: &mut Lanes) -> Lanes {
    let mut mw = Lanes::default();
    if DETAIL && let Some(detail) = &mut generator.detail {
        for lane in 0..LANES {
            let above = generator.available_mw[lane] - detail.floor_mw[lane];
            mw[lane] = if above < rest[lane] { above } else { rest[lane] };
            rest[lane] -= mw[lane];
            sum[lane] += mw[lane];
            detail.p_mw[lane] = detail.floor_mw[lane] + mw[lane];
        }
    } else {
        for lane in 0..LANES {
            let available = generator.available_mw[lane];
            // Not `f64::min`: its care for NaN costs three instructions and there is none here.
            mw[lane] = if available < rest[lane] { available } else { rest[lane] };
            rest[lane] -= mw[lane];
            sum[lane] += mw[lane];
        }
    }
    rows::add(&mut generator.given, &mw);
    mw
}

/// Fills `plate.pile_mw`, where prices are the same in all futures.
#[inline(always)]
pub(super) fn pile_up(plate: &mut Plate<'_>) {
    let Plate { generators, pile_mw, must_take, .. } = plate;
    let mut sum = Lanes::default();
    pile_mw.clear();
    pile_mw.push(sum);
    for generator in &generators.ports[*must_take..] {
        match &generator.detail {
            Some(detail) => rows::add_difference(&mut sum, &generator.available_mw, &detail.floor_mw),
            None => rows::add(&mut sum, &generator.available_mw),
        }
        pile_mw.push(sum);
    }
}

/// An order for each lane, by its own prices; equal prices keep the plate's order. All of `called`
/// have their detail: see [`crate::fleet`].
fn by_lane(called: &mut [&mut Generator], rank: &mut Vec<(f64, usize)>, rest: &mut Lanes, sum: &mut Lanes) {
    called.iter_mut().for_each(|g| stop(g));
    for lane in 0..LANES {
        if rest[lane] <= 0.0 {
            continue;
        }
        rank_by_price(called, rank, lane);
        for (_, index) in rank.iter() {
            let generator = &mut *called[*index];
            let Some(detail) = &mut generator.detail else { continue };
            let above = generator.available_mw[lane] - detail.floor_mw[lane];
            let mw = if above < rest[lane] { above } else { rest[lane] };
            detail.p_mw[lane] += mw;
            generator.given[lane] += mw;
            rest[lane] -= mw;
            sum[lane] += mw;
            if rest[lane] <= 0.0 {
                break;
            }
        }
    }
}

/// Ranks the called generators of one lane into `plate.rank`, as places after the must-take ones:
/// by price where prices differ, else as they stand.
pub(super) fn rank_called(plate: &mut Plate<'_>, lane: usize) {
    let called = &plate.generators.ports[plate.must_take..];
    if plate.has_prices {
        rank_by_price(called, &mut plate.rank, lane);
    } else {
        plate.rank.clear();
        plate.rank.extend((0..called.len()).map(|index| (0.0, index)));
    }
}

/// The order of the lane before is nearly that of this one: an insertion sort that starts from it.
fn rank_by_price(called: &[&mut Generator], rank: &mut Vec<(f64, usize)>, lane: usize) {
    if rank.len() != called.len() {
        rank.clear();
        rank.extend((0..called.len()).map(|index| (0.0, index)));
    }
    for entry in rank.iter_mut() {
        entry.0 = price(called[entry.1], lane);
    }
    for at in 1..rank.len() {
        let mut place = at;
        while place > 0 && rank[place] < rank[place - 1] {
            rank.swap(place, place - 1);
            place -= 1;
        }
    }
}

/// Money per MWh in this lane and step.
#[inline(always)]
pub(super) fn price(generator: &Generator, lane: usize) -> f64 {
    generator.detail.as_ref().map_or(generator.marginal_cost_per_mwh, |detail| detail.price[lane])
}

/// How much more the merit order would have asked of each generator with a floor (one whose physics
/// limits it), had it been free: what came after it, or went without.
#[inline(always)]
pub(crate) fn refuse(plate: &mut Plate<'_>, balance: &Balance) {
    let mut after = balance.unserved_mw;
    for at in (0..plate.generators.len()).rev() {
        if plate.generators.ports[at].driven {
            let dearer = if plate.has_prices { dearer(plate, balance, at) } else { after };
            let (generator, units) = (&mut *plate.generators.ports[at], &*plate.generators.units[at]);
            let nominal = generator.p_nom_mw;
            if let Some(detail) = generator.detail.as_mut().filter(|detail| detail.has_floor) {
                for lane in 0..LANES {
                    let short = nominal - generator.available_mw[lane];
                    let short = if units[lane] > 0.0 && short > 0.0 { short } else { 0.0 };
                    detail.refused_mw[lane] = if short < dearer[lane] { short } else { dearer[lane] };
                }
            }
        }
        if let Some(detail) = &plate.generators.ports[at].detail {
            rows::add_difference(&mut after, &detail.p_mw, &detail.floor_mw);
        }
    }
}

/// What went without, and what came from generators that cost more in their lane than the one `at`.
fn dearer(plate: &Plate<'_>, balance: &Balance, at: usize) -> Lanes {
    let own = &plate.generators.ports[at];
    let mut after = balance.unserved_mw;
    for generator in &plate.generators.ports[plate.must_take..] {
        let Some(detail) = &generator.detail else { continue };
        for lane in 0..LANES {
            let above = detail.p_mw[lane] - detail.floor_mw[lane];
            after[lane] += if price(generator, lane) > price(own, lane) { above } else { 0.0 };
        }
    }
    after
}
